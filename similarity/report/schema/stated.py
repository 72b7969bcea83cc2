"""What people state of rights, of use, and of what the other side holds: facts with their documents, nothing measured.

These values are the form of `case.yaml` as well.  What nobody stated is None; dates stay as they were written
(ISO 8601).  Documents are numbers of exhibits, whose hashes and custody the case keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

__all__ = [
    "Credit",
    "HeldEvidence",
    "HeldItem",
    "PlaceOfUse",
    "Registration",
    "Request",
    "RequestEvent",
    "RequestState",
    "RightsLink",
    "RightsLinkKind",
    "StepTaken",
    "UseFact",
    "UseHeading",
    "WorkRights",
]

MOST_FACTS = 200
"""Entries of one list, at most."""
RightsLinkKind = Literal[
    "authorship",
    "employment",
    "commission",
    "assignment",
    "exclusive_licence",
    "sole_licence",
    "non_exclusive_licence",
    "succession",
    "collective_management",
    "other",
]
"""By what a right passed, or with whom it began."""
HeldItem = Literal[
    "prompt_log",
    "expanded_prompt",
    "parameters",
    "seed",
    "training_list",
    "interface_contract",
    "generation_record",
    "account_data",
    "income",
    "other",
]
"""Kinds of evidence that one side alone can have."""
RequestState = Literal["asked", "handed_over", "in_part", "refused", "no_answer"]
"""What became of a request."""
UseHeading = Literal["purpose", "nature", "amount", "market", "credit", "normal_use", "interests", "other"]
"""purpose, nature, amount, market: 17 U.S.C. 107; credit, normal_use, interests: Copyright Law of China, Article 24."""


def _as_stated(value: Any, info: ValidationInfo) -> Any:
    """A number that people wrote is text, and what they left blank is not stated; a stored report is read as it is."""
    if info.mode == "json":
        return value
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return (text.strip() or None) if isinstance(text, str) else text


_Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Stated = Annotated[_Text, BeforeValidator(_as_stated)]
MayBeStated = Annotated[_Text | None, BeforeValidator(_as_stated)]
Exhibits = Annotated[tuple[Annotated[str, Field(pattern="^E[1-9][0-9]{0,5}$")], ...], Field(max_length=MOST_FACTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One entry in a register of works."""

    number: Stated
    """Number, as the register writes it."""
    authority: MayBeStated = None
    """Who keeps the register."""
    owner: MayBeStated = None
    """Owner as registered."""
    date: MayBeStated = None
    """Date of the entry."""
    exhibits: Exhibits = ()
    """Documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A name that stands on the work as its author's or owner's (署名)."""

    name: Stated
    """The name, as it stands there."""
    where: Stated
    """Where it stands: closing credits, title card, cover, metadata; with the time in the work."""
    exhibits: Exhibits = ()
    """Documents, the work's own file among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsLink:
    """One link of a chain of rights, from whoever the rights began with to whoever claims them."""

    kind: RightsLinkKind
    """By what the right passed."""
    holder: Stated
    """Who holds the right by this link."""
    giver: MayBeStated = None
    """From whom; None where the right began with the holder."""
    scope: MayBeStated = None
    """Which rights."""
    territory: MayBeStated = None
    """Where."""
    start: MayBeStated = None
    """From when."""
    end: MayBeStated = None
    """Until when."""
    may_sue: bool | None = None
    """Whether the document lets the holder sue in its own name."""
    exhibits: Exhibits = ()
    """Documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRights:
    """Rights in one work."""

    work: Stated
    """Identifier of the work in the library."""
    kind: MayBeStated = None
    """Kind of work, in the words of the law relied on."""
    claimed_by: MayBeStated = None
    """Who claims the rights."""
    protected_until: MayBeStated = None
    """When the term of protection ends."""
    term_from: MayBeStated = None
    """What the term is counted from: first publication, death of an author."""
    registrations: Annotated[tuple[Registration, ...], Field(max_length=MOST_FACTS)] = ()
    """Entries in registers."""
    credits: Annotated[tuple[Credit, ...], Field(max_length=MOST_FACTS)] = ()
    """Names that stand on the work."""
    chain: Annotated[tuple[RightsLink, ...], Field(max_length=MOST_FACTS)] = ()
    """The chain of rights, from its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """What a party tried in order to get at the facts."""

    what: Stated
    """What was tried."""
    date: MayBeStated = None
    """When."""
    by: MayBeStated = None
    """By whom."""
    outcome: MayBeStated = None
    """What came of it."""
    exhibits: Exhibits = ()
    """Documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvidence:
    """Evidence that only the other side, or a third person, holds."""

    item: HeldItem
    """Kind."""
    holder: Stated
    """Who holds it."""
    what: MayBeStated = None
    """What exactly, so that it can be found: account, job, model, span of time."""
    grounds: MayBeStated = None
    """Why it is said that the holder has it."""
    shows: MayBeStated = None
    """Which fact it is to show, and why that matters."""
    duty: MayBeStated = None
    """By which contract, statute or order the holder is to hand it over."""
    exhibits: Exhibits = ()
    """Documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfUse:
    """One place where the suspect was shown to others."""

    where: Stated
    """Platform, channel, cinema."""
    url: MayBeStated = None
    """Address."""
    by: MayBeStated = None
    """Who showed it there."""
    since: MayBeStated = None
    """From when."""
    until: MayBeStated = None
    """Until when; None where it is still there or nobody stated it."""
    mode: Literal["on_demand", "live", "broadcast", "download", "screening", "other"] | None = None
    """At a time of the viewer's choice, or at a time that is set."""
    payment: Literal["free", "paid", "advertising", "mixed"] | None = None
    """Whether viewers pay, or advertisers do."""
    income: MayBeStated = None
    """Fees and income, in words, with currency and span of time."""
    views: Annotated[int, Field(ge=0, le=10**12)] | None = None
    """Views, as the source counts them."""
    counted_on: MayBeStated = None
    """Date of that count."""
    territory: MayBeStated = None
    """Where it can be seen."""
    exhibits: Exhibits = ()
    """Documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFact:
    """A fact under a heading that the law names for permitted uses; what follows from it is for others to say."""

    heading: UseHeading
    """Heading."""
    fact: Stated
    """The fact, in words."""
    by: Literal["claimant", "respondent", "analyst"] = "claimant"
    """Who states it."""
    exhibits: Exhibits = ()
    """Documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for evidence, and what happened."""

    item: HeldItem
    """Kind of evidence."""
    holder: str
    """Who was asked."""
    state: RequestState
    """What happened."""
    date: str
    """When, as stated."""
    note: str
    """In the words of whoever recorded it; empty where nothing was added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent(Request):
    """What the custody log records of a request for evidence."""

    recorded_by: str
    """Who recorded it."""
    recorded_utc: str
    """When it was recorded, by the clock of the machine."""
    sequence: int
    """Number of the entry in the custody log."""
    sha256: str
    """Hash of that entry."""
