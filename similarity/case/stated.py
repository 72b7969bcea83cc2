"""What `case.yaml` states of rights, use and the other side's evidence, checked: dates, works, exhibits named."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from typing import Any

from similarity.errors import CaseError
from similarity.report.schema.case import CaseFacts

__all__ = ["STATED_LISTS", "dates_in", "require_exhibits", "require_one_entry_per_work"]

STATED_LISTS = ("rights", "uses", "use_facts", "steps", "held")
"""Lists of `case.yaml` whose entries are values of `similarity.report.schema.stated`."""
_DATES = frozenset({"date", "start", "end", "since", "until", "counted_on", "protected_until"})


def dates_in(name: str, entries: Any) -> Iterator[tuple[str, str]]:
    """Every date in a list of stated facts, with its place: `rights/1/chain/2/start`."""
    for place, value in _inside(name, entries):
        if place.rpartition("/")[2] in _DATES and isinstance(value, str):
            yield place, value


def require_one_entry_per_work(facts: CaseFacts) -> None:
    """Make sure that rights in a work stand in one place.

    Raises:
        CaseError: a work stands there twice.
    """
    works = [one.work for one in facts.rights]
    if twice := sorted({work for work in works if works.count(work) > 1}):
        raise CaseError(f"rights: expected every work once, got {', '.join(twice)} again; put its facts together")


def require_exhibits(facts: CaseFacts, numbers: Collection[str]) -> None:
    """Make sure that the case holds every document that its facts name.

    Args:
        facts: of the case.
        numbers: of the exhibits that it holds.

    Raises:
        CaseError: a fact names another number; the message says which.
    """
    missing = [
        f"{place.rpartition('/exhibits')[0]} names {value}"
        for name in STATED_LISTS
        for place, value in _inside(name, getattr(facts, name))
        if "/exhibits/" in place and value not in numbers
    ]
    if missing:
        raise CaseError(
            f"case.yaml: {'; '.join(missing[:10])}: no exhibit of the case has that number; list the file under "
            "exhibits, or add it with: similarity case add"
        )


def _inside(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every text in a value, with its place."""
    if isinstance(value, tuple | list):
        for number, one in enumerate(value, 1):
            yield from _inside(f"{place}/{number}", one)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _inside(f"{place}/{one.name}", getattr(value, one.name))
    else:
        yield place, value
