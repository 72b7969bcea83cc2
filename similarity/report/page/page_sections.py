"""Sections that the page shares with the documents: the same parts, chosen and ordered by `page.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from similarity.report.document.context import Context
from similarity.report.document.filing_form import page_plans
from similarity.report.document.parts import Part
from similarity.report.document.sections import filled_sections
from similarity.report.schema.case import CaseFacts

__all__ = ["PageSection", "page_sections"]

ONLY_IN_A_CASE = frozenset({"case"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSection:
    """A section of the page."""

    anchor: str
    """Where links lead to."""
    link: str
    """What links call it."""
    heading: str
    """Its heading."""
    parts: tuple[Part, ...]
    """What it holds."""


def page_sections(context: Context) -> Mapping[str, PageSection]:
    """Sections by their anchors, in the order of the page."""
    is_in_case = isinstance(context.report.case, CaseFacts)
    plans = tuple(plan for plan in page_plans() if is_in_case or plan.key not in ONLY_IN_A_CASE)
    found = {section.key: section for section in filled_sections(context, plans)}
    return {
        plan.key: PageSection(
            anchor=plan.key,
            link=plan.link.of(context.language.code),
            heading=found[plan.key].heading,
            parts=found[plan.key].parts,
        )
        for plan in plans
        if plan.key in found
    }
