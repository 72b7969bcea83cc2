"""The facts as people write them: the form of the YAML file, and its commented template."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from similarity.texts.values import SuspectTextKind, WorkTextKind
from similarity.yaml_files import read_yaml

__all__ = [
    "MAX_FACTS",
    "ChainFacts",
    "DeliveryFacts",
    "DisclosureFacts",
    "DisseminationFacts",
    "DocumentFacts",
    "Facts",
    "RecordFacts",
    "RoleFacts",
    "SuspectEventFacts",
    "SuspectFacts",
    "SuspectTextFacts",
    "WorkEventFacts",
    "WorkFacts",
    "WorkTextFacts",
    "read_facts",
]

MAX_FACTS = 500
"""Entries of one list, at most."""
_FORM = ConfigDict(extra="forbid", str_max_length=100_000)


def _year_as_text(value: Any) -> Any:
    """A bare year is a number to YAML; anything else with a point would lose digits (2024.10) and is refused."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        raise ValueError("a date with a point must stand in quotes, or 2024.10 becomes 2024.1")  # noqa: TRY004 - pydantic hears ValueError
    return value


def _text_of_number(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


DateText = Annotated[str, BeforeValidator(_year_as_text)]
Text = Annotated[str, BeforeValidator(_text_of_number)]
NonEmptyText = Annotated[Text, Field(min_length=1)]
Exhibits = Annotated[tuple[Text, ...], Field(max_length=MAX_FACTS)]
Texts = Annotated[tuple[NonEmptyText, ...], Field(max_length=MAX_FACTS)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class SuspectEventFacts:
    """A dated event of the suspect."""

    kind: Literal["generated", "published", "first_seen", "other"]
    date: DateText
    what: Text = ""
    source: Text = ""
    exhibits: Exhibits = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class WorkEventFacts:
    """A dated event of a work."""

    kind: Literal["created", "published", "registered", "other"]
    date: DateText
    what: Text = ""
    source: Text = ""
    exhibits: Exhibits = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RoleFacts:
    """Who stands behind the suspect."""

    role: Literal["developer", "provider", "user"]
    name: NonEmptyText
    what: Text = ""
    exhibits: Exhibits = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class SuspectTextFacts:
    """A text from the making of the suspect."""

    kind: SuspectTextKind
    exhibit: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class WorkTextFacts:
    """A text of a work."""

    kind: WorkTextKind
    exhibit: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class RecordFacts:
    """A prior-work-use record."""

    exhibit: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class DisclosureFacts:
    """What a provider published about training data."""

    provider: NonEmptyText
    model: NonEmptyText
    exhibit: Text
    version: Text = ""
    summary_url: Text | None = None
    retrieved: DateText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class DisseminationFacts:
    """A place where the public could meet a work."""

    where: NonEmptyText
    url: Text | None = None
    since: DateText | None = None
    views: Annotated[int, Field(ge=0, le=10**12)] | None = None
    territories: Texts = ()
    exhibits: Exhibits = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class DeliveryFacts:
    """A work handed to the suspect's maker."""

    to: NonEmptyText
    what: NonEmptyText
    date: DateText | None = None
    exhibits: Exhibits = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class ChainFacts:
    """One link of a chain to the suspect's maker."""

    sender: NonEmptyText
    recipient: NonEmptyText
    what: NonEmptyText
    reaches_maker: bool = False
    date: DateText | None = None
    exhibits: Exhibits = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class DocumentFacts:
    """A document: an exhibit."""

    exhibit: NonEmptyText
    path: NonEmptyText
    what: Text = ""
    sha256: Sha256 | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class SuspectFacts:
    """The suspect and its making."""

    title: Text = ""
    sha256: Sha256 | None = None
    events: Annotated[tuple[SuspectEventFacts, ...], Field(max_length=MAX_FACTS)] = ()
    roles: Annotated[tuple[RoleFacts, ...], Field(max_length=MAX_FACTS)] = ()
    texts: Annotated[tuple[SuspectTextFacts, ...], Field(max_length=20)] = ()
    records: Annotated[tuple[RecordFacts, ...], Field(max_length=20)] = ()
    disclosures: Annotated[tuple[DisclosureFacts, ...], Field(max_length=20)] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class WorkFacts:
    """A work."""

    id: NonEmptyText
    title: NonEmptyText
    other_titles: Texts = ()
    authors: Texts = ()
    characters: Texts = ()
    coined_names: Texts = ()
    events: Annotated[tuple[WorkEventFacts, ...], Field(max_length=MAX_FACTS)] = ()
    dissemination: Annotated[tuple[DisseminationFacts, ...], Field(max_length=MAX_FACTS)] = ()
    deliveries: Annotated[tuple[DeliveryFacts, ...], Field(max_length=MAX_FACTS)] = ()
    chain: Annotated[tuple[ChainFacts, ...], Field(max_length=MAX_FACTS)] = ()
    domains: Texts = ()
    texts: Annotated[tuple[WorkTextFacts, ...], Field(max_length=20)] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_FORM)
class Facts:
    """Everything in the file."""

    works: Annotated[tuple[WorkFacts, ...], Field(min_length=1, max_length=50)]
    suspect: SuspectFacts = field(default_factory=SuspectFacts)
    documents: Annotated[tuple[DocumentFacts, ...], Field(max_length=MAX_FACTS)] = ()
    striking_similarity: Text | None = None


def read_facts(path: Path) -> Facts:
    """The facts of a YAML file.

    Raises:
        ConfigurationError: unreadable, no YAML, an unknown or missing key; every problem with its place.
    """
    return read_yaml(path, Facts)
