"""A report with everything that a case can add to it: facts, exhibits, filtration, access."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any, Literal

from index.records import FilterRange
from similarity.absence import NotMeasured, not_measured
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
    WorkEvent,
)
from similarity.access.records.values import RecordReading, SignedStatement, UsedWork
from similarity.access.values import (
    AccessDossier,
    AccessProblem,
    DatedFact,
    Document,
    ElementContribution,
    ElementMention,
    Fact,
    FileLabels,
    RuleOutcome,
    SuspectAccess,
    TimelineEvent,
    TrainingDisclosure,
    TrainingMatch,
    WorkAccess,
)
from similarity.measure.filtration import (
    FilteredFigures,
    FilteredMatch,
    FilteredScene,
    FilteredWork,
    Filtration,
    SuggestedRange,
)
from similarity.phrases import phrase
from similarity.provenance.values import LabelReading
from similarity.report.schema.case import CaseFacts, Exhibit, IntegrityCheck, Person, Propositions
from similarity.report.schema.report import Report
from similarity.report.schema.stated import (
    Credit,
    HeldEvidence,
    PlaceOfUse,
    Registration,
    RequestEvent,
    RightsLink,
    StepTaken,
    UseFact,
    WorkRights,
)
from similarity.texts.values import NameMention, TextComparison, TextPassage, TextSource

UNKNOWN = not_measured("nobody stated it")
SHA = "ab" * 32


def filled(kind: type, /, **given: Any) -> Any:
    """A value of a dataclass; fields that are not given get the plainest value of their type."""
    hints = typing.get_type_hints(kind)
    return kind(
        **{
            field.name: given[field.name] if field.name in given else _plain(hints[field.name], field.name)
            for field in dataclasses.fields(kind)
        }
    )


def stated(kind: type, form: type, /, **given: Any) -> Any:
    """A fact of access whose statement is of that form."""
    return filled(kind, statement=filled(form, **given))


def _plain(hint: Any, name: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, types.UnionType) or origin is typing.Union:
        return UNKNOWN if NotMeasured in arguments else None
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return ()
    if dataclasses.is_dataclass(hint):
        return filled(hint)
    if "sha" in name:
        return SHA
    return {str: f"some {name.replace('_', ' ')}", int: 7, float: 0.5, bool: True}[hint]


def with_case(report: Report) -> Report:
    """The report inside a case."""
    return dataclasses.replace(
        report,
        case=made_facts(),
        exhibits=made_exhibits(report),
        filtration=made_filtration(report),
        access=made_access(),
        requests=(
            filled(RequestEvent, item="prompt_log", holder="Example AI Ltd.", state="refused", date="2026-02-20"),
        ),
    )


def made_facts() -> CaseFacts:
    return filled(
        CaseFacts,
        case_id="2026-知民初-17",
        requester="Harbour Pictures",
        analyst=Person(name="Ada Example", qualifications="twelve years of video examination"),
        propositions=Propositions(claimant="Scenes were taken from our film.", respondent="We filmed on our own."),
        notes_for_counsel=("Ask for the raw footage.",),
        rights=(made_rights(),),
        uses=(PlaceOfUse(where="Clip site", since="2026-01-05", mode="on_demand", views=120_000, exhibits=("E9",)),),
        use_facts=(UseFact(heading="purpose", fact="shown with advertisements", exhibits=("E9",)),),
        steps=(StepTaken(what="letter that asks for the prompts", outcome="no answer", exhibits=("E9",)),),
        held=(HeldEvidence(item="prompt_log", holder="Example AI Ltd.", shows="whether the prompt names the film"),),
    )


def made_rights() -> WorkRights:
    return WorkRights(
        work="work-1",
        claimed_by="Harbour Pictures",
        protected_until="2095",
        registrations=(Registration(number="PA-1-234", exhibits=("E9",)),),
        credits=(Credit(name="Studio North", where="closing credits", exhibits=("E9",)),),
        chain=(
            RightsLink(kind="authorship", holder="Studio North", exhibits=("E9",)),
            RightsLink(
                kind="exclusive_licence",
                giver="Studio North",
                holder="Harbour Pictures",
                scope="communication to the public",
                territory="worldwide",
                start="2025",
                end="2035",
                may_sue=True,
                exhibits=("E9",),
            ),
        ),
    )


def made_exhibits(report: Report) -> tuple[Exhibit, ...]:
    check = IntegrityCheck(when_utc="2026-03-04T05:06:07Z", matches=True)
    suspect = filled(
        Exhibit,
        number="E1",
        role="suspect",
        sha256=report.suspect.sha256,
        source="https://video.example/watch?v=17",
        checked_before=check,
    )
    works = [
        filled(Exhibit, number=f"E{number}", role="reference", sha256=one.work.sha256, registration="PA-1-234")
        for number, one in enumerate(report.works, 2)
    ]
    return (suspect, *works, filled(Exhibit, number="E9", role="document", original_name="contract.pdf"))


def made_filtration(report: Report) -> Filtration:
    work, finding = report.works[0], report.scenes[0].works[0].finding
    excluded = filled(
        FilterRange,
        work_id=work.work.video_id,
        start_seconds=1.0,
        end_seconds=4.0,
        kind="licensed",
        reason="bought from a stock library",
        decided_by="Counsel Example",
        decided_on="2026-02-03",
    )
    filtered = FilteredFigures(
        matches=(filled(FilteredMatch, match_id="f1", work_id=work.work.video_id),),
        scenes=(FilteredScene(scene_number=1, findings=(finding,)),),
        works=(
            filled(
                FilteredWork,
                work_id=work.work.video_id,
                suspect_coverage=work.suspect_coverage,
                work_coverage=work.work_coverage,
            ),
        ),
        suspect_coverage=report.suspect_coverage,
    )
    suggested = filled(SuggestedRange, work_id=work.work.video_id, kind="credits", grounds=phrase("pictures are black"))
    return Filtration(ranges=(excluded,), suggestions=(suggested,), filtered=filtered)


def made_access() -> AccessDossier:
    record = filled(
        SignedStatement,
        prompt="a harbour at dawn",
        works=(filled(UsedWork, title="The film work-1"),),
        recorded_utc="2026-02-03T04:05:06Z",
    )
    suspect = filled(
        SuspectAccess,
        events=(stated(TimelineEvent, SuspectEvent, kind="generated", what="made with a video model"),),
        roles=(stated(Fact, Role, name="Example AI Ltd."),),
        records=(filled(RecordReading, state="valid", exhibit="D4", record=record),),
        disclosures=(
            stated(
                TrainingDisclosure, Disclosure, provider="Example AI Ltd.", summary_url="https://ai.example/summary"
            ),
        ),
    )
    source = filled(TextSource, exhibit="D2")
    passage = filled(TextPassage, suspect_text="the boat turns into the wind", work_text="the boat turns into the wind")
    work = filled(
        WorkAccess,
        work_id="work-1",
        events=(stated(TimelineEvent, WorkEvent, kind="published", what="shown on television"),),
        dissemination=(stated(DatedFact, Dissemination, where="Channel Nine", url="https://nine.example"),),
        deliveries=(stated(DatedFact, Delivery, to="Example AI Ltd."),),
        chain=(stated(DatedFact, ChainLink, sender="the editor"),),
        training_matches=(filled(TrainingMatch, domain_of_work="nine.example"),),
        names=(filled(NameMention, text="Harbour film"),),
        aliases=(stated(Fact, Alias, name="Captain Lantern", also=("提灯船长",)),),
        elements=(
            stated(ElementContribution, AccusedElement, name="Captain Lantern"),
            dataclasses.replace(
                stated(ElementContribution, AccusedElement, name="the lighthouse"),
                mentions=(filled(ElementMention, alias_of="lighthouse", text="灯塔"),),
                place="only_in_expansion",
            ),
        ),
        comparisons=(filled(TextComparison, suspect_text=source, work_text=source, passages=(passage,)),),
        rules=(filled(RuleOutcome, rule="widely_disseminated_before", grade="reasonable_opportunity"),),
        grade="reasonable_opportunity",
    )
    return filled(
        AccessDossier,
        suspect=suspect,
        works=(work,),
        documents=(filled(Document, entry=filled(DocumentEntry, exhibit="D1", what="broadcast schedule")),),
        labels=(
            filled(FileLabels, labels=(LabelReading(kind="c2pa", state="absent", place="", fields=(), problems=()),)),
        ),
        problems=(filled(AccessProblem, code="document_missing", quoted=("D9",)),),
    )
