"""The facts as people state them: the form of the YAML file.

A dossier holds these statements as they are, with what was found out about each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.dataclasses import dataclass as form

from similarity.absence import NotMeasured, not_measured
from similarity.texts.values import SuspectTextKind, WorkTextKind
from similarity.yaml_files import read_yaml

__all__ = [
    "MAX_FACTS",
    "AccusedElement",
    "Alias",
    "ChainLink",
    "Delivery",
    "Disclosure",
    "Dissemination",
    "DocumentEntry",
    "EventKind",
    "Facts",
    "RecordEntry",
    "Role",
    "SuspectEvent",
    "SuspectFacts",
    "SuspectText",
    "WorkEvent",
    "WorkFacts",
    "WorkText",
    "read_facts",
]

MAX_FACTS = 500
"""Entries of one list, at most."""
EventKind = Literal["created", "published", "registered", "generated", "first_seen", "other"]
"""`created`, `published`, `registered`, `other` of a work; `generated`, `published`, `first_seen`, `other` of a
suspect."""


def _year_as_text(value: Any, info: ValidationInfo) -> Any:
    """A bare year is a number to YAML; anything else with a point would lose digits (2024.10) and is refused."""
    if isinstance(value, float):
        raise ValueError("a date with a point must stand in quotes, or 2024.10 becomes 2024.1")  # noqa: TRY004 - pydantic hears ValueError
    return _text_of_number(value, info)


def _text_of_number(value: Any, info: ValidationInfo) -> Any:
    """A number that people wrote where text belongs is text; in a stored dossier it is an error."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and info.mode == "python" else value


DateText = Annotated[str, BeforeValidator(_year_as_text)]
Text = Annotated[str, BeforeValidator(_text_of_number)]
NonEmptyText = Annotated[Text, Field(min_length=1)]
Exhibits = Annotated[tuple[Text, ...], Field(max_length=MAX_FACTS)]
Texts = Annotated[tuple[NonEmptyText, ...], Field(max_length=MAX_FACTS)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectEvent:
    """A dated event of the suspect."""

    kind: Literal["generated", "published", "first_seen", "other"]
    """What happened."""
    date: DateText
    """When, as written."""
    what: Text = ""
    """In the user's words."""
    source: Text = ""
    """Who says so, in the user's words."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent:
    """A dated event of a work."""

    kind: Literal["created", "published", "registered", "other"]
    """What happened."""
    date: DateText
    """When, as written."""
    what: Text = ""
    """In the user's words."""
    source: Text = ""
    """Who says so, in the user's words."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who stands behind the suspect."""

    role: Literal["developer", "provider", "user"]
    """Made the model, runs the service, or used it."""
    name: NonEmptyText
    """Name."""
    what: Text = ""
    """In the user's words: terms of service, account, contract."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectText:
    """A text from the making of the suspect."""

    kind: SuspectTextKind
    """What text it is."""
    exhibit: Text
    """The document."""
    by: Text = ""
    """Who wrote or made it, in the user's words: the user, the service, its model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkText:
    """A text of a work."""

    kind: WorkTextKind
    """What text it is."""
    exhibit: Text
    """The document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """A prior-work-use record."""

    exhibit: Text
    """The document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What a provider published about the data that a model was trained on."""

    provider: NonEmptyText
    """Provider."""
    model: NonEmptyText
    """Model."""
    exhibit: Text
    """The document."""
    version: Text = ""
    """Version."""
    summary_url: Text | None = None
    """Where it was published."""
    retrieved: DateText | None = None
    """When it was retrieved, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissemination:
    """One place where the public could meet a work."""

    where: NonEmptyText
    """Platform, channel, publisher, cinema."""
    url: Text | None = None
    """Address; none where there is none."""
    since: DateText | None = None
    """Since when, as written."""
    views: Annotated[int, Field(ge=0, le=10**12)] | None = None
    """Views, copies or tickets, as the source counts them; none where no figure is given."""
    territories: Texts = ()
    """Where in the world, in the user's words."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""

    @property
    def num_views(self) -> int | NotMeasured:
        """The figure, or that there is none."""
        return not_measured("no figure is given") if self.views is None else self.views


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The work, or a part of it, handed to the suspect's maker."""

    to: NonEmptyText
    """The maker, or whoever took it for the maker."""
    what: NonEmptyText
    """What was handed over, and how."""
    date: DateText | None = None
    """When, as written."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One link of a chain by which the work may have come to the suspect's maker."""

    sender: NonEmptyText
    """From whom."""
    recipient: NonEmptyText
    """To whom."""
    what: NonEmptyText
    """What passed, and how."""
    reaches_maker: bool = False
    """Whether the recipient is the suspect's maker."""
    date: DateText | None = None
    """When, as written."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """A document that the file lists: an exhibit."""

    exhibit: NonEmptyText
    """Exhibit number."""
    path: NonEmptyText
    """Path as written."""
    what: Text = ""
    """What the document is, in the user's words."""
    sha256: Sha256 | None = None
    """SHA-256 that it must have, where the file gives one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectFacts:
    """The suspect and its making."""

    title: Text = ""
    """Name of the suspect, in the user's words."""
    sha256: Sha256 | None = None
    """SHA-256 of its file, where the file of facts gives one."""
    events: Annotated[tuple[SuspectEvent, ...], Field(max_length=MAX_FACTS)] = ()
    """Dated events."""
    roles: Annotated[tuple[Role, ...], Field(max_length=MAX_FACTS)] = ()
    """Developer, provider, user."""
    texts: Annotated[tuple[SuspectText, ...], Field(max_length=20)] = ()
    """Texts from its making."""
    records: Annotated[tuple[RecordEntry, ...], Field(max_length=20)] = ()
    """Prior-work-use records."""
    disclosures: Annotated[tuple[Disclosure, ...], Field(max_length=20)] = ()
    """Training disclosures of the models that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Other forms of a name of a work or of an element, as the owner gives them."""

    name: NonEmptyText
    """The name."""
    also: Annotated[Texts, Field(min_length=1)]
    """Other forms: in other languages, other spellings, nicknames."""
    by: Text = ""
    """Who gives them."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccusedElement:
    """An element of a work that is said to stand in the suspect: a character, an object, a scene."""

    name: NonEmptyText
    """Name by which texts would speak of it."""
    other_names: Texts = ()
    """Other names and words for it."""
    what: Text = ""
    """What it is, and where it stands in the work, in the user's words."""
    exhibits: Exhibits = ()
    """Documents that the user names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFacts:
    """A work."""

    id: NonEmptyText
    """Identifier, the same as in the library."""
    title: NonEmptyText
    """Title."""
    other_titles: Texts = ()
    """Titles in other languages, series, short titles."""
    authors: Texts = ()
    """Authors."""
    characters: Texts = ()
    """Names of characters."""
    coined_names: Texts = ()
    """Titles and names that mean nothing outside the work."""
    aliases: Annotated[tuple[Alias, ...], Field(max_length=MAX_FACTS)] = ()
    """The owner's table of other forms of its names."""
    elements: Annotated[tuple[AccusedElement, ...], Field(max_length=MAX_FACTS)] = ()
    """Elements that are said to stand in the suspect."""
    events: Annotated[tuple[WorkEvent, ...], Field(max_length=MAX_FACTS)] = ()
    """Dated events."""
    dissemination: Annotated[tuple[Dissemination, ...], Field(max_length=MAX_FACTS)] = ()
    """Where the public could meet it."""
    deliveries: Annotated[tuple[Delivery, ...], Field(max_length=MAX_FACTS)] = ()
    """Handed to the suspect's maker."""
    chain: Annotated[tuple[ChainLink, ...], Field(max_length=MAX_FACTS)] = ()
    """A chain to the suspect's maker, in order."""
    domains: Texts = ()
    """Further domains where it stood."""
    texts: Annotated[tuple[WorkText, ...], Field(max_length=20)] = ()
    """Its texts."""


@form(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", str_max_length=100_000))
class Facts:
    """Everything in the file."""

    works: Annotated[tuple[WorkFacts, ...], Field(min_length=1, max_length=50)]
    """The works."""
    suspect: SuspectFacts = field(default_factory=SuspectFacts)
    """The suspect."""
    documents: Annotated[tuple[DocumentEntry, ...], Field(max_length=MAX_FACTS)] = ()
    """The exhibits."""
    striking_similarity: Text | None = None
    """Where the report speaks of similarity that leaves little room for independent making, in the user's words."""


def read_facts(path: Path) -> Facts:
    """The facts of a YAML file.

    Raises:
        ConfigurationError: unreadable, no YAML, an unknown or missing key; every problem with its place.
    """
    return read_yaml(path, Facts)
