"""What a report states of its run beside what it measures: what no descriptor holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.records import DescriptorSet
from similarity.absence import NotMeasured, not_measured
from similarity.compare.session import Session
from similarity.compare.values import IndexedAs, LibraryFacts
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.facts import stored_facts
from similarity.describe.video import DescribedVideo
from similarity.measure.filtration import SuggestedRange
from similarity.phrases import Phrase, as_it_is, phrase
from similarity.provenance.reading import read_labels
from similarity.provenance.values import LabelReading
from similarity.report.build.part import part_findings
from similarity.report.build.scripts import script_comparisons
from similarity.report.build.sound import sound_findings
from similarity.report.build.tool import now_utc, tool_facts
from similarity.report.schema.part import PartFindings
from similarity.report.schema.report import (
    NO_SCRIPTS,
    NOT_COMPARED,
    PARTS_NOT_LOOKED_FOR,
    NotMeasuredItem,
    ToolFacts,
)
from similarity.report.schema.sound import SoundFindings
from similarity.text import path_of, removal_command
from similarity.texts.script_values import ScriptComparison

__all__ = ["NO_ACCESS", "OUTSIDE_A_CASE", "RunStatement", "rederived_statement", "run_statement"]

OUTSIDE_A_CASE = not_measured("the comparison was made outside a case folder")
NO_ACCESS = not_measured("no facts of access were given")


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
    deviations: tuple[Phrase, ...]
    """Where the run differed from what was configured."""
    suggestions: tuple[SuggestedRange, ...]
    """Stretches that may be left out; found with the whole library."""
    labels: tuple[LabelReading, ...]
    """What the suspect's file says of its own origin."""
    sound: SoundFindings | NotMeasured = NOT_COMPARED
    """The soundtrack against the works'; a case keeps no rows of sound, so it is taken over and not derived anew."""
    scripts: tuple[ScriptComparison, ...] | NotMeasured = NO_SCRIPTS
    """Scripts and subtitles against the works'; a case keeps no texts of them, so they are taken over as well."""
    parts: PartFindings | NotMeasured = PARTS_NOT_LOOKED_FOR
    """Parts of works that stand out; a case keeps no rows of parts, so they are taken over, too."""


def run_statement(
    video: DescribedVideo, session: Session, suggestions: tuple[SuggestedRange, ...], *, aligned: Sequence[str]
) -> RunStatement:
    """What is stated of comparing a suspect in a session.

    Args:
        video: the suspect.
        session: the library.
        suggestions: stretches of the works found that may be left out.
        aligned: works with a match, strong or weak.
    """
    sound = sound_findings(video, session)
    return RunStatement(
        created_utc=now_utc(),
        tool=tool_facts(session.config),
        describers=tuple(describer.identity for describer in session.describers),
        library=session.rows.facts,
        suspect_is_indexed_as=session.rows.indexed_as(video.digest.sha256),
        not_measured=_not_measured(session, sound),
        deviations=(*_deviations(video, session), *_missing_originals(session, aligned)),
        suggestions=suggestions,
        sound=sound,
        parts=part_findings(video, session),
        labels=read_labels(video.path),
        scripts=script_comparisons(video, session, aligned),
    )


def rederived_statement(statement: RunStatement, video: DescribedVideo, session: Session) -> RunStatement:
    """The same, with everything that follows from what a case keeps put down anew.

    Figures of the whole library stay as stated: a case keeps the background and the works that were aligned.

    Args:
        statement: what the run stated.
        video: the suspect, as the case keeps it.
        session: what the case keeps of the library.
    """
    facts, derived = session.rows.facts, _derived_deviations(video, session)
    return replace(
        statement,
        library=replace(
            statement.library, num_background=facts.num_background, num_background_samples=facts.num_background_samples
        ),
        suspect_is_indexed_as=session.rows.indexed_as(video.digest.sha256),
        not_measured=_not_measured(session, statement.sound),
        deviations=(*derived, *(one for one in statement.deviations if one not in derived)),
    )


def _not_measured(session: Session, sound: SoundFindings | NotMeasured) -> tuple[NotMeasuredItem, ...]:
    items = [NotMeasuredItem(what=phrase("Sound"), reason=sound.reason)] if isinstance(sound, NotMeasured) else []
    if session.concept is not None:
        items.insert(0, NotMeasuredItem(what=phrase("Concept axis (CLIP)"), reason=session.concept.reason))
    return tuple(items)


def _derived_deviations(video: DescribedVideo, session: Session) -> list[Phrase]:
    """Those that follow from the suspect, the background and the works of the same content."""
    rows, notes = session.rows, list(video.reading_notes)
    if not rows.background_entries:
        notes.append(
            phrase(
                "The library holds no background footage: scores are normalised with the shipped background pictures "
                "alone, 10,405 instead of 1,000, and the operating threshold was set with background footage."
            )
        )
    notes += [
        phrase(
            "Background entry {name} holds the same bytes as {works}: what it shows counts as usual, so matches with "
            "that content score too low. Remove it, and compare again: {command}",
            name=repr(entry.entry_id),
            works=_works_named(works),
            command=removal_command([entry.entry_id]),
        )
        for entry in rows.background_entries
        if (works := rows.ids_of(entry.sha256, "work"))
    ]
    return notes


def _works_named(ids: Sequence[str]) -> Phrase:
    names = ", ".join(map(repr, ids))
    return phrase("works {names}", names=names) if len(ids) > 1 else phrase("work {names}", names=names)


def _deviations(video: DescribedVideo, session: Session) -> tuple[Phrase, ...]:
    rows, config, notes = session.rows, session.config, _derived_deviations(video, session)
    if config.align.search_device == "cuda" and session.search.device != "cuda":
        reason = phrase(
            "cuda was asked for, but {why}: searching on the processor instead, with the same results",
            why=as_it_is(session.search.reason),
        )
        notes.append(phrase("A CUDA search was asked for and not used: {reason}", reason=reason))
    if others := _sampled_otherwise(rows, config):
        notes.append(
            phrase(
                "{number} of {all} works were indexed at another sampling than this comparison uses: matches with "
                "them may carry fewer samples",
                number=others,
                all=len(rows.works),
            )
        )
    return tuple(notes)


def _missing_originals(session: Session, aligned: Sequence[str]) -> tuple[Phrase, ...]:
    works = session.rows.works
    missing = [one for one in aligned if one in works and not os.path.lexists(path_of(works[one].source_path))]
    if not missing:
        return ()
    said = phrase(
        "The originals of {works} are no longer where they were indexed: they were compared by stored rows alone, "
        "without a second look at the pictures, which changes scores. Put them back, or say where they are: {command}",
        works=_works_named(missing),
        command="similarity library relocate OLD NEW",
    )
    return (said,)


def _sampled_otherwise(rows: Works, config: Config) -> int:
    """Works whose time grid differs from the configured one; stills have none."""
    wanted = NotMeasured if config.sample.keyframes_only else config.sample.samples_per_second
    count = 0
    for entry in rows.works.values():
        rate = stored_facts(entry.facts_json).sampling.samples_per_second
        is_same = isinstance(rate, NotMeasured) if wanted is NotMeasured else rate == wanted
        count += bool(entry.duration_seconds) and not is_same
    return count
