"""What a report states of its run beside what it measures: what no descriptor holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.records import DescriptorSet
from similarity.absence import NotMeasured
from similarity.compare.session import Session
from similarity.compare.values import IndexedAs, LibraryFacts
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.facts import stored_facts
from similarity.describe.video import DescribedVideo
from similarity.measure.filtration import SuggestedRange
from similarity.report.build.tool import now_utc, tool_facts
from similarity.report.schema.report import NotMeasuredItem, ToolFacts
from similarity.text import ids_in_words, removal_command

__all__ = ["NO_ACCESS", "OUTSIDE_A_CASE", "RunStatement", "rederived_statement", "run_statement"]

OUTSIDE_A_CASE = NotMeasured(
    reason="the comparison was made outside a case folder; make one with: similarity case new DIR"
)
NO_ACCESS = NotMeasured(
    reason="no facts of access were given; write some: similarity access new FILE, then compare with --access FILE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatement:
    """What is stated of one comparison, apart from the pictures."""

    created_utc: str
    """When it was made."""
    tool: ToolFacts
    """What made it."""
    describers: tuple[DescriptorSet, ...]
    """Descriptors that took part."""
    library: LibraryFacts
    """The whole library."""
    suspect_is_indexed_as: tuple[IndexedAs, ...]
    """Entries that hold the suspect's very bytes."""
    not_measured: tuple[NotMeasuredItem, ...]
    """What could not be measured."""
    deviations: tuple[str, ...]
    """Where the run differed from what was configured."""
    suggestions: tuple[SuggestedRange, ...]
    """Stretches that may be left out; found with the whole library."""


def run_statement(video: DescribedVideo, session: Session, suggestions: tuple[SuggestedRange, ...]) -> RunStatement:
    """What is stated of comparing a suspect in a session.

    Args:
        video: the suspect.
        session: the library.
        suggestions: stretches of the works found that may be left out.
    """
    return RunStatement(
        created_utc=now_utc(),
        tool=tool_facts(session.config),
        describers=tuple(describer.identity for describer in session.describers),
        library=session.rows.facts,
        suspect_is_indexed_as=session.rows.indexed_as(video.digest.sha256),
        not_measured=_not_measured(session),
        deviations=_deviations(video, session),
        suggestions=suggestions,
    )


def rederived_statement(statement: RunStatement, video: DescribedVideo, session: Session) -> RunStatement:
    """The same, with everything that follows from what a case keeps put down anew.

    Figures of the whole library stay as stated: a case keeps the background and the works that were aligned.
    """
    facts, derived = session.rows.facts, _derived_deviations(video, session)
    return replace(
        statement,
        library=replace(
            statement.library, num_background=facts.num_background, num_background_samples=facts.num_background_samples
        ),
        suspect_is_indexed_as=session.rows.indexed_as(video.digest.sha256),
        not_measured=_not_measured(session),
        deviations=(*derived, *(one for one in statement.deviations if one not in derived)),
    )


def _not_measured(session: Session) -> tuple[NotMeasuredItem, ...]:
    items = [
        NotMeasuredItem(what="Sound", reason="this version compares pictures only"),
    ]
    if session.concept is not None:
        items.insert(0, NotMeasuredItem(what="Concept axis (CLIP)", reason=session.concept.reason))
    return tuple(items)


def _derived_deviations(video: DescribedVideo, session: Session) -> list[str]:
    """Those that follow from the suspect, the background and the works of the same content."""
    rows, notes = session.rows, list(video.reading_notes)
    if not rows.background_entries:
        notes.append(
            "The library holds no background footage: scores are normalised with the shipped background pictures "
            "alone, and the operating threshold was set with background footage. Add some: similarity add --background"
        )
    notes += [
        f"Background entry {entry.entry_id!r} holds the same bytes as {ids_in_words('work', works)}: what it shows "
        "counts as usual, so matches with that content score too low. Remove it, and compare again: "
        f"{removal_command([entry.entry_id])}"
        for entry in rows.background_entries
        if (works := rows.ids_of(entry.sha256, "work"))
    ]
    return notes


def _deviations(video: DescribedVideo, session: Session) -> tuple[str, ...]:
    rows, config, notes = session.rows, session.config, _derived_deviations(video, session)
    if config.align.search_device == "cuda" and session.search.device != "cuda":
        notes.append(f"A CUDA search was asked for and not used: {session.search.reason}")
    if others := _sampled_otherwise(rows, config):
        notes.append(
            f"{others} of {len(rows.works)} works were indexed at another sampling than this comparison uses: "
            "matches with them may carry fewer samples"
        )
    return tuple(notes)


def _sampled_otherwise(rows: Works, config: Config) -> int:
    """Works whose time grid differs from the configured one; stills have none."""
    wanted = NotMeasured if config.sample.keyframes_only else config.sample.samples_per_second
    count = 0
    for entry in rows.works.values():
        rate = stored_facts(entry.facts_json).sampling.samples_per_second
        is_same = isinstance(rate, NotMeasured) if wanted is NotMeasured else rate == wanted
        count += bool(entry.duration_seconds) and not is_same
    return count
