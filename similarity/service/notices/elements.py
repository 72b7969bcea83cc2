"""What a notice holds of what its regime asks for, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from similarity.service.errors import Fault
from similarity.service.notices.law import Element, Regime

__all__ = ["as_faults", "checked", "is_substantial", "missing"]


def missing(elements: Sequence[Element], facts: Mapping[str, bool]) -> tuple[Element, ...]:
    """Elements that are not there.

    Raises:
        KeyError: a regime's file names a field that no form has: a defect.
    """
    return tuple(one for one in elements if _gaps(one, facts))


def is_substantial(regime: Regime, facts: Mapping[str, bool]) -> bool:
    """Whether the elements are there by which an incomplete notice counts as sent (512(c)(3)(B)(ii))."""
    wanted = [one for one in regime.notice if one.id in regime.substantial]
    return bool(wanted) and not missing(wanted, facts)


def checked(elements: Sequence[Element], facts: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Every element with whether it is there, in both languages."""
    return [
        {
            "id": one.id,
            "is_there": not _gaps(one, facts),
            "missing_fields": list(_gaps(one, facts)),
            "en": one.en,
            "zh": one.zh,
            "source": one.source,
            "is_verified": one.is_verified,
        }
        for one in elements
    ]


def as_faults(elements: Sequence[Element], facts: Mapping[str, bool]) -> tuple[Fault, ...]:
    """What is missing, place by place."""
    return tuple(
        Fault(
            pointer="/" + fields.split("|")[0].replace(".", "/").replace("located", "upload"),
            reason=f"{one.id}: missing; expected: {one.en} ({one.source})",
            next="give an address, an external_id, an upload_id or a sha256 of one upload that is here"
            if fields == "located"
            else f"fill in {fields.replace('|', ' or ')}",
        )
        for one in elements
        for fields in _gaps(one, facts)
    )


def _gaps(element: Element, facts: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(needed for needed in element.needs if not any(facts[one] for one in needed.split("|")))
