"""The access dossier: what is known about how a suspect's maker could meet a work, kept apart from similarity.

Values hold codes and quoted text; renderers make the words.  Text that came from users or documents is data: it
may hold markup and control characters, and whoever shows it escapes it.  Dates are ISO 8601 text in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.access.date_values import DateOrder, DateRange
from similarity.access.record_values import RecordReading
from similarity.provenance.values import LabelReading
from similarity.texts.values import NameMention, SuspectTextKind, TextComparison, WorkTextKind

__all__ = [
    "ACCESS_SCHEMA_VERSION",
    "AccessDossier",
    "AccessProblem",
    "ChainLink",
    "Delivery",
    "Dissemination",
    "Document",
    "EventKind",
    "FileLabels",
    "Grade",
    "NamedText",
    "ProblemCode",
    "Role",
    "RuleId",
    "RuleOutcome",
    "SuspectAccess",
    "TimelineEvent",
    "TrainingDisclosure",
    "TrainingMatch",
    "WorkAccess",
]

ACCESS_SCHEMA_VERSION = "1.0"

Grade = Literal["excluded_by_dates", "no_evidence", "bare_possibility", "reasonable_opportunity", "direct_evidence"]
"""How strong the evidence of access is, by the published rules (`docs/access.md`); never merged with similarity."""
RuleId = Literal[
    "dates_exclude",
    "text_quotes_work",
    "record_lists_work",
    "delivered_to_maker",
    "widely_disseminated_before",
    "chain_to_maker",
    "trained_on_domain_of_work",
    "text_names_work",
    "record_lists_work_unbound",
    "possibly_public_before",
    "incomplete_facts",
]
"""The rules, each of which leads to one grade."""
EventKind = Literal["created", "published", "registered", "generated", "first_seen", "other"]
"""`created`, `published`, `registered`, `other` of a work; `generated`, `published`, `first_seen`, `other` of a
suspect."""
ProblemCode = Literal[
    "dates_contradict_evidence",
    "seen_before_generated",
    "published_before_created",
    "date_before_films",
    "document_missing",
    "document_changed",
    "document_unreadable",
    "exhibit_unknown",
    "text_cut",
    "record_unusable",
    "disclosure_without_domains",
    "no_domain_in_address",
    "suspect_not_given",
]
"""What a reader should know beside the facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One exhibit of the dossier: a document that facts rest on."""

    exhibit: str
    """Exhibit number."""
    path: str
    """Path as written in the facts."""
    what: str
    """What the document is, in the user's words."""
    sha256: str | NotMeasured
    """SHA-256 of its bytes; not measured where it is missing."""
    sha512: str | NotMeasured
    """SHA-512 of its bytes."""
    size_bytes: int | NotMeasured
    """Size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """A dated event of the suspect or of a work."""

    fact_id: str
    """Identifier, such as `suspect/events/1`."""
    kind: EventKind
    """What happened."""
    date: DateRange
    """When."""
    what: str
    """In the user's words."""
    source: str
    """Who says so, in the user's words."""
    exhibits: tuple[str, ...]
    """Documents that the user names for it."""
    is_documented: bool
    """Whether at least one of them is at hand; otherwise it is stated, not documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissemination:
    """One place where the public could meet the work."""

    fact_id: str
    """Identifier."""
    where: str
    """Platform, channel, publisher, cinema."""
    url: str | None
    """Address; none where there is none."""
    since: DateRange | NotMeasured
    """Since when."""
    num_views: int | NotMeasured
    """Views, copies or tickets, as the source counts them."""
    territories: tuple[str, ...]
    """Where in the world, in the user's words."""
    exhibits: tuple[str, ...]
    """Documents that the user names for it."""
    is_documented: bool
    """Whether at least one of them is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The work, or a part of it, handed to the suspect's maker."""

    fact_id: str
    """Identifier."""
    recipient: str
    """The maker, or whoever took it for the maker."""
    date: DateRange | NotMeasured
    """When."""
    what: str
    """What was handed over, and how."""
    exhibits: tuple[str, ...]
    """Documents that the user names for it."""
    is_documented: bool
    """Whether at least one of them is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One link of a chain by which the work may have come to the suspect's maker."""

    fact_id: str
    """Identifier."""
    sender: str
    """From whom."""
    recipient: str
    """To whom."""
    reaches_maker: bool
    """Whether the recipient is the suspect's maker."""
    date: DateRange | NotMeasured
    """When."""
    what: str
    """What passed, and how."""
    exhibits: tuple[str, ...]
    """Documents that the user names for it."""
    is_documented: bool
    """Whether at least one of them is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who stands behind the suspect."""

    fact_id: str
    """Identifier."""
    role: Literal["developer", "provider", "user"]
    """Made the model, runs the service, or used it."""
    name: str
    """Name."""
    what: str
    """In the user's words: terms of service, account, contract."""
    exhibits: tuple[str, ...]
    """Documents that the user names for it."""
    is_documented: bool
    """Whether at least one of them is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingDisclosure:
    """What a provider published about the data that a model was trained on."""

    fact_id: str
    """Identifier."""
    provider: str
    """Provider."""
    model: str
    """Model."""
    version: str
    """Version."""
    summary_url: str | None
    """Where it was published."""
    retrieved: DateRange | NotMeasured
    """When it was retrieved."""
    exhibit: str
    """The document."""
    num_domains_listed: int | NotMeasured
    """Different domain names that stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingMatch:
    """A domain where the work stood and that a disclosure lists."""

    disclosure_fact: str
    """The disclosure."""
    work_fact: str
    """The fact that puts the work there: a dissemination, or the work's list of domains."""
    domain_of_work: str
    """Host where the work stood."""
    domain_listed: str
    """Domain as the disclosure lists it."""
    rule: Literal["same_host", "work_under_listed", "listed_under_work", "same_registrable"]
    """How the two fit: the same host; the work's host lies under the listed one; the listed one lies under the work's;
    two different hosts of one registrable domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedText:
    """A text that the facts name: a prompt, a generation record, a script, a synopsis."""

    fact_id: str
    """Identifier."""
    kind: SuspectTextKind | WorkTextKind
    """What text it is."""
    exhibit: str
    """The document."""
    num_characters: int | NotMeasured
    """Length; not measured where the document can't be read as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLabels:
    """Provenance labels of one video file."""

    role: Literal["suspect", "work"]
    """Whose file."""
    path: str
    """Path as given."""
    sha256: str
    """SHA-256 of the file."""
    labels: tuple[LabelReading, ...]
    """What was found, one reading per kind of label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """One published rule, and whether the facts meet it."""

    rule: RuleId
    """The rule."""
    grade: Grade
    """The grade it leads to."""
    is_met: bool
    """Whether the facts meet it."""
    facts: tuple[str, ...]
    """Identifiers of the facts that it was met by; none where it is not met."""
    exhibits: tuple[str, ...]
    """Documents at hand that those facts rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessProblem:
    """Something that a reader should know beside the facts."""

    code: ProblemCode
    """What."""
    place: str
    """The fact, exhibit or file that it concerns."""
    quoted: tuple[str, ...]
    """Names, texts or causes that belong to it, quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectAccess:
    """What the facts say about the suspect and its making."""

    title: str
    """Name of the suspect, in the user's words."""
    sha256: str | NotMeasured
    """SHA-256 of the suspect's file; not measured where none was given."""
    events: tuple[TimelineEvent, ...]
    """Dated events, in the order of their earliest moments."""
    roles: tuple[Role, ...]
    """Developer, provider, user."""
    texts: tuple[NamedText, ...]
    """Texts from its making."""
    records: tuple[RecordReading, ...]
    """Prior-work-use records."""
    disclosures: tuple[TrainingDisclosure, ...]
    """Training disclosures of the models that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkAccess:
    """Access to one work: facts, comparisons, rules, grade."""

    work_id: str
    """Identifier, the same as in the library."""
    title: str
    """Title."""
    other_titles: tuple[str, ...]
    """Titles in other languages, series, short titles."""
    authors: tuple[str, ...]
    """Authors."""
    characters: tuple[str, ...]
    """Names of characters."""
    events: tuple[TimelineEvent, ...]
    """Dated events, in the order of their earliest moments."""
    dissemination: tuple[Dissemination, ...]
    """Where the public could meet it."""
    deliveries: tuple[Delivery, ...]
    """Handed to the suspect's maker."""
    chain: tuple[ChainLink, ...]
    """A chain to the suspect's maker, in order."""
    domains: tuple[str, ...]
    """Hosts where it stood: of the dissemination's addresses, and as listed by the user."""
    training_matches: tuple[TrainingMatch, ...]
    """Of these, the ones that a disclosure lists."""
    texts: tuple[NamedText, ...]
    """Its texts."""
    names: tuple[NameMention, ...]
    """Its names in texts of the suspect's making."""
    comparisons: tuple[TextComparison, ...]
    """Its texts against texts of the suspect's making."""
    date_order: DateOrder
    """Which came first."""
    rules: tuple[RuleOutcome, ...]
    """Every published rule, met or not, in the order in which they are asked."""
    grade: Grade
    """The grade that follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDossier:
    """Access to the works, as far as facts and documents show it; never merged with similarity."""

    schema_version: str
    """`ACCESS_SCHEMA_VERSION` of the writer."""
    created_utc: str
    """When, ISO 8601, UTC."""
    tool_version: str
    """Version of this product."""
    facts_path: str
    """File of facts, as given."""
    facts_sha256: str
    """SHA-256 of that file."""
    suspect: SuspectAccess
    """The suspect."""
    works: tuple[WorkAccess, ...]
    """Every work that the facts name, in their order."""
    documents: tuple[Document, ...]
    """Every document, in the order of the facts."""
    labels: tuple[FileLabels, ...]
    """Provenance labels of the files that were given."""
    striking_similarity: str | None
    """Where the report speaks of similarity that leaves little room for independent making, in the user's words: a
    cross-reference only, it changes no grade."""
    problems: tuple[AccessProblem, ...]
    """What a reader should know beside the facts; contradictions between dates and documents first."""
