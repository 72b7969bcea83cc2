"""Regimes as data: what each asks of a notice and of a counter-notice, and its clocks; one YAML file each.

Sources stand in the files beside every element and clock.  What was recalled and not read again is said there
(`is_verified: false`).  Nothing here is legal advice: counsel reads the files before they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from similarity.service.errors import Fault, unprocessable
from similarity.yaml_files import read_yaml

__all__ = ["REGIMES", "Clock", "Element", "Regime", "RegimeId", "Then", "regime_named"]

RegimeId = Literal["us-dmca", "eu-dsa", "de-urhdag", "cn-civil-code", "cn-network"]
REGIMES: tuple[RegimeId, ...] = get_args(RegimeId)
Then = Literal["restore", "reject", "tell", "end"]
"""What a clock leads to: the upload comes back, the notice is rejected, a person is told, a right ends."""
_FOLDER = Path(__file__).parent / "regimes"


class Element(BaseModel):
    """One thing that a notice must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Short name."""
    needs: tuple[str, ...] = Field(min_length=1)
    """Fields of the form, all of them; `a|b`: one of these."""
    en: str
    """In English."""
    zh: str
    """In Chinese."""
    source: str
    """Where the law says so."""
    is_verified: bool = True
    """Whether the source was read; else it was recalled."""


class Clock(BaseModel):
    """A time that the law sets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Short name."""
    starts: Literal["counter", "decision", "complaint", "incomplete"]
    """What starts it."""
    unit: Literal["working_days", "calendar_days", "months"]
    """What is counted; the day on which it starts is not."""
    at_least: int = Field(ge=0)
    """Nothing is done before so many ended."""
    at_most: int = Field(ge=0)
    """It is done before so many ended."""
    is_chosen: bool = False
    """Counsel chooses the number, at most `at_most`."""
    may_be_extended: bool = False
    """What notarisation and authentication take is added."""
    then: Then
    """What follows."""
    unless: str = ""
    """What stops it."""
    source: str
    """Where the law says so."""
    is_verified: bool = True
    """Whether the source was read; else it was recalled."""
    en: str
    """In English."""
    zh: str
    """In Chinese."""


class Regime(BaseModel):
    """One law on notices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: RegimeId
    """Short name."""
    law: str
    """Where it stands."""
    name: Mapping[Literal["en", "zh"], str]
    """What its notices are called."""
    language: Literal["en", "zh"]
    """Of letters, where nothing else is asked for."""
    calendar: Literal["US", "EU", "DE", "CN"]
    """Whose working days are counted."""
    zone: str
    """Where days begin and end (IANA)."""
    acts_by: Literal["anyone", "person"]
    """Whether a program may act on a notice."""
    tells_uploader_who: bool
    """Whether the uploader is told who sent the notice."""
    substantial: tuple[str, ...] = ()
    """Elements by which a notice that lacks others counts as sent: the sender is asked for the rest."""
    timing_of: tuple[RegimeId, ...] = ()
    """Regimes that differ in timing on the same facts: counsel chooses one; empty where its own clocks hold."""
    notice: tuple[Element, ...]
    """What a notice must hold."""
    counter: tuple[Element, ...] = ()
    """What a counter-notice must hold; empty where the uploader complains instead."""
    clocks: tuple[Clock, ...]
    """Its times."""

    def clock(self, starts: str) -> Clock | None:
        """The clock that something starts."""
        return next((one for one in self.clocks if one.starts == starts), None)


@cache
def regime_named(name: str) -> Regime:
    """A regime by its name.

    Raises:
        Problem: 422, there is none of that name.
    """
    if name not in REGIMES:
        raise unprocessable(Fault(pointer="/regime", reason=f"got {name!r}, expected one of {', '.join(REGIMES)}"))
    return read_yaml(_FOLDER / f"{name}.yaml", Regime)
