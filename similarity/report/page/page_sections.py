"""Sections that the page shares with the documents for filing: the same parts, shown as HTML."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.report.document.context import Context, make_context
from similarity.report.document.filing_form import load_profile
from similarity.report.document.parts import Part, Section
from similarity.report.document.registry import BLOCKS
from similarity.report.document.sections import filled_sections
from similarity.report.phrases.language import Language, msgid
from similarity.report.schema.case import CaseFacts
from similarity.report.schema.report import Report

__all__ = ["SHARED_SECTIONS", "PageSection", "page_sections"]

SHARED_SECTIONS = {
    "propositions": msgid("Propositions"),
    "filtration": msgid("Filtration"),
    "counter_evidence": msgid("Alternatives"),
    "access": msgid("Access"),
    "limits": msgid("Limits"),
}
"""Keys of the sections that are taken over whole, in the order of the page, and what links call them."""
_CASE_BLOCKS = ("case_facts", "examiners", "exhibit_list", "exhibit_details", "notes_for_counsel")
_PROFILE_OUTSIDE_A_CASE = "us"
_NO_HASH = "0" * 64
"""The page carries no hash of the report; sections that would print it are not among those shared."""


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
    """What it holds; pictures and plots have places of their own on the page."""


def page_sections(report: Report, language: Language) -> tuple[PageSection, ...]:
    """Propositions, filtration, alternative explanations, access and limits; in a case its facts and exhibits too."""
    name = report.case.profile if isinstance(report.case, CaseFacts) else _PROFILE_OUTSIDE_A_CASE
    profile = load_profile(name)
    context = make_context(report, profile=profile, language=language, report_sha256=_NO_HASH)
    by_key = {plan.key: plan for plan in profile.sections}
    plans = tuple(by_key[key] for key in SHARED_SECTIONS if key in by_key)
    found = [_shared(one, language.say(SHARED_SECTIONS[one.key])) for one in filled_sections(context, plans)]
    if isinstance(report.case, CaseFacts):
        found.insert(0, _case_section(context))
    return tuple(found)


def _shared(section: Section, link: str) -> PageSection:
    return PageSection(anchor=f"section-{section.key}", link=link, heading=section.heading, parts=section.parts)


def _case_section(context: Context) -> PageSection:
    parts = tuple(part for name in _CASE_BLOCKS for part in BLOCKS[name](context))
    heading = context.say("Case and exhibits")
    return PageSection(anchor="section-case", link=heading, heading=heading, parts=parts)
