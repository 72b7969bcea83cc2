"""The access dossier: what is known about how a suspect's maker could meet a work, kept apart from similarity.

Values hold codes and quoted text; renderers make the words.  Text that came from users or documents is data: it
may hold markup and control characters, and whoever shows it escapes it.  Dates are ISO 8601 text in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from similarity.absence import NotMeasured
from similarity.access.dates import DateRange
from similarity.access.facts import (
    AccusedElement,
    Alias,
    ChainLink,
    Delivery,
    Disclosure,
    Dissemination,
    DocumentEntry,
    Role,
    SuspectEvent,
    SuspectText,
    WorkEvent,
    WorkText,
)
from similarity.access.records.values import RecordReading
from similarity.phrases import Phrase
from similarity.provenance.values import LabelReading
from similarity.texts.values import NameMention, SuspectTextKind, TextComparison

__all__ = [
    "ACCESS_SCHEMA_VERSION",
    "AccessDossier",
    "AccessProblem",
    "DateOrder",
    "DateOutcome",
    "DatedFact",
    "Document",
    "ElementContribution",
    "ElementMention",
    "ElementPlace",
    "Fact",
    "FileLabels",
    "Grade",
    "NamedText",
    "ProblemCode",
    "RuleId",
    "RuleOutcome",
    "StatementT_co",
    "SuspectAccess",
    "TimelineEvent",
    "TrainingDisclosure",
    "TrainingMatch",
    "WorkAccess",
]

ACCESS_SCHEMA_VERSION = "2.1"
StatementT_co = TypeVar("StatementT_co", covariant=True)
"""What a fact states."""

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
DateOutcome = Literal["work_first", "suspect_first", "overlapping", "unknown"]
"""`work_first` and `suspect_first` only where no reading of the dates says otherwise."""
ElementPlace = Literal["in_prompt", "only_in_expansion", "only_in_parameters", "in_neither"]
"""Which of the user's prompt, the prompt as the service expanded it, and the parameters name an element."""
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
class Fact(Generic[StatementT_co]):
    """A statement of the file of facts, and whether a document stands behind it.

    Its fields are described where schemas of subclasses see it.
    """

    fact_id: Annotated[str, Field(description="Identifier, such as `suspect/events/1`.")]
    statement: Annotated[StatementT_co, Field(description="As the file has it.")]
    is_documented: Annotated[
        bool,
        Field(description="Whether at least one of its documents is at hand; otherwise it is stated, not documented."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFact(Fact[StatementT_co]):
    """A statement that may give a date."""

    date: Annotated[DateRange | NotMeasured, Field(description="What the written date may mean.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent(DatedFact[StatementT_co]):
    """An event of the suspect or of a work, which always has a date."""

    date: DateRange
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingDisclosure(DatedFact[Disclosure]):
    """What a provider published about the data that a model was trained on, and when it was retrieved."""

    statement: Disclosure
    """As the file has it."""
    num_domains_listed: int | NotMeasured
    """Different domain names that stand in its document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedText(Fact[StatementT_co]):
    """A text that the facts name: a prompt, a generation record, a script, a synopsis."""

    num_characters: int | NotMeasured
    """Length; not measured where the document can't be read as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One exhibit of the dossier: a document that facts rest on."""

    entry: DocumentEntry
    """As the file of facts lists it."""
    sha256: str | NotMeasured
    """SHA-256 of its bytes; not measured where it is missing."""
    sha512: str | NotMeasured
    """SHA-512 of its bytes."""
    size_bytes: int | NotMeasured
    """Size."""


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
class DateOrder:
    """Whether the work could be met before the suspect was made, as far as dates say."""

    outcome: DateOutcome
    """`suspect_first`: the suspect stood before the work was made. `work_first`: the work was public or handed on
    before the making of the suspect began."""
    work_fact: str | None
    """Identifier of the work's fact that decides; none where no date is known."""
    suspect_fact: str | None
    """Identifier of the suspect's fact that decides."""
    is_documented: bool
    """Whether every fact that the outcome rests on has a document at hand."""


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
class ElementMention:
    """A name of an accused element in a text of the suspect's making."""

    text_id: str
    """Identifier of the fact that names the text."""
    kind: SuspectTextKind
    """What text it is."""
    exhibit: str
    """The document that the text was read from."""
    name: str
    """The name that was looked for."""
    alias_of: str | None
    """The name that it stands for by the owner's table of aliases; none where it is a name of the element itself."""
    start: int
    """First character in the text."""
    end: int
    """End in the text (exclusive)."""
    text: str
    """What stands there."""
    num_mentions: int
    """How often the name stands in the text; the first position is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementContribution(Fact[AccusedElement]):
    """An accused element, and which texts of the making name it."""

    statement: AccusedElement
    """As the file has it."""
    mentions: tuple[ElementMention, ...]
    """Its names in texts of the making, in the order of the facts."""
    place: ElementPlace | NotMeasured
    """Whether the user's prompt names it, only the prompt as the service expanded it, only the parameters, or neither
    prompt; not measured where a text that would tell is not at hand or in another writing than every name given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessProblem:
    """Something that a reader should know beside the facts."""

    code: ProblemCode
    """What."""
    place: str
    """The fact, exhibit or file that it concerns."""
    quoted: tuple[str | Phrase, ...]
    """Names and texts that belong to it, as they are, and causes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectAccess:
    """What the facts say about the suspect and its making."""

    title: str
    """Name of the suspect, in the user's words."""
    sha256: str | NotMeasured
    """SHA-256 of the suspect's file; not measured where none was given."""
    events: tuple[TimelineEvent[SuspectEvent], ...]
    """Dated events, in the order of their earliest moments."""
    roles: tuple[Fact[Role], ...]
    """Developer, provider, user."""
    texts: tuple[NamedText[SuspectText], ...]
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
    events: tuple[TimelineEvent[WorkEvent], ...]
    """Dated events, in the order of their earliest moments."""
    dissemination: tuple[DatedFact[Dissemination], ...]
    """Where the public could meet it."""
    deliveries: tuple[DatedFact[Delivery], ...]
    """Handed to the suspect's maker."""
    chain: tuple[DatedFact[ChainLink], ...]
    """A chain to the suspect's maker, in order."""
    domains: tuple[str, ...]
    """Hosts where it stood: of the dissemination's addresses, and as listed by the user."""
    training_matches: tuple[TrainingMatch, ...]
    """Of these, the ones that a disclosure lists."""
    texts: tuple[NamedText[WorkText], ...]
    """Its texts."""
    names: tuple[NameMention, ...]
    """Its names in texts of the suspect's making; other forms of names from the table of aliases among them."""
    aliases: tuple[Fact[Alias], ...]
    """The owner's table of other forms of its names."""
    elements: tuple[ElementContribution, ...]
    """Accused elements, and which texts of the making name them."""
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
