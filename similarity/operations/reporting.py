"""`compare`: one suspect against a library, into a case folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from similarity.absence import NotMeasured
from similarity.config import Config
from similarity.describe.choose import AnyDescriber
from similarity.describe.sampler import Progress
from similarity.describe.video import DescribedVideo
from similarity.measure.calibration import Calibration
from similarity.measure.coverage import coverage
from similarity.operations.comparing import Comparison, compare_described
from similarity.operations.counter_evidence import closest_unrelated
from similarity.operations.described import stored_facts, video_facts
from similarity.operations.evidence import evidence_of
from similarity.operations.findings import (
    MatchPictures,
    NamedMatch,
    limits_of,
    match_of,
    named_matches,
    scene_findings,
    work_findings,
)
from similarity.operations.library_rows import LibraryRows
from similarity.operations.measuring import Measurer
from similarity.operations.names import id_of, ids_in_words, removal_command
from similarity.operations.pictures import CasePictures, make_pictures
from similarity.operations.session import Session
from similarity.operations.tool_facts import now_utc, tool_facts
from similarity.report.case_files import write_case
from similarity.report.values import SCHEMA_VERSION, CalibrationFacts, DescriberFacts, Match, NotMeasuredItem, Report

__all__ = ["compare_to_case"]


def compare_to_case(
    suspect: Path, session: Session, folder: Path, *, progress: Progress | None = None
) -> tuple[Report, tuple[Path, ...]]:
    """Compare a suspect with the library and write the case folder.

    Returns:
        The report, and the files written.

    Raises:
        MediaError: the suspect can't be read.
        LibraryChangedError: the library was changed meanwhile.
        ReportError: the folder can't be written to.
    """
    video = session.describe(suspect, progress)
    session.require_same_library()
    comparison = compare_described(
        video, session.rows, config=session.config, device=session.search.device, verifier=session.verifier
    )
    matches = named_matches(comparison, session.config)
    pictures = make_pictures(video, comparison, session.rows, matches=matches, config=session.config)
    report = _report(video, session, comparison, matches=matches, pictures=pictures)
    session.require_same_library()
    return report, write_case(report, folder, pictures.files)


def _report(
    video: DescribedVideo,
    session: Session,
    comparison: Comparison,
    *,
    matches: Sequence[NamedMatch],
    pictures: CasePictures,
) -> Report:
    config, rows = session.config, session.rows
    measurer = session.measurer(video, comparison.suspect)
    shown = tuple(_match(named, measurer, comparison, pictures=pictures) for named in matches)
    total = video.counts.duration_seconds_from_content
    above = [match for match in shown if match.is_above_threshold]
    return Report(
        schema_version=SCHEMA_VERSION,
        created_utc=now_utc(),
        tool=tool_facts(config),
        describers=tuple(_describer_facts(describer) for describer in session.describers),
        library=rows.facts,
        operating_threshold=config.align.operating_threshold,
        suspect=video_facts(video, id_of(video.path), sample=config.sample),
        suspect_is_indexed_as=rows.indexed_as(video.digest.sha256),
        suspect_coverage=coverage(((match.suspect_start_seconds, match.suspect_end_seconds) for match in above), total),
        works=work_findings(matches, total, rows, comparison.candidates),
        scenes=scene_findings(video, matches, pictures.scenes, measurer=measurer),
        matches=tuple(above),
        weaker_matches=tuple(match for match in shown if not match.is_above_threshold),
        closest_unrelated=closest_unrelated(video, session),
        calibrations=tuple(
            _calibration_facts(one) for one in (session.calibrations.copy, session.calibrations.adaptation)
        ),
        not_measured=_not_measured(session),
        limits=limits_of(comparison, rows, config, num_listed=len(matches)),
        deviations=_deviations(video, session),
    )


def _match(named: NamedMatch, measurer: Measurer, comparison: Comparison, *, pictures: CasePictures) -> Match:
    match, rows = named.aligned, measurer.rows
    made = pictures.matches.get(named.match_id, _NO_PICTURES)
    evidence = evidence_of(
        match,
        measurer.video.samples,
        rows.library.samples(match.work_id),
        colours=made.colours,
        config=measurer.config,
    )
    axes = measurer.axes(match, np.arange(len(match.suspect_rows)))
    return match_of(named, comparison, rows, axes=axes, evidence=evidence, pictures=made)


_NOT_MADE = NotMeasured(reason="pictures are made for matches above the threshold only")
_NO_PICTURES = MatchPictures(frames=(), matrix=_NOT_MADE, colours=_NOT_MADE)


def _describer_facts(describer: AnyDescriber) -> DescriberFacts:
    identity = describer.identity
    return DescriberFacts(
        name=identity.name,
        version=identity.version,
        weights_sha256=identity.weights_sha256,
        dimensions=identity.dimensions,
    )


def _calibration_facts(calibration: Calibration) -> CalibrationFacts:
    return CalibrationFacts(
        name=calibration.name,
        proposition=calibration.proposition,
        sha256=calibration.sha256,
        bounds=calibration.bounds,
        envelope=calibration.envelope,
        data_card=calibration.data_card,
    )


def _not_measured(session: Session) -> tuple[NotMeasuredItem, ...]:
    items = [
        NotMeasuredItem(what="Sound", reason="this version compares pictures only"),
    ]
    if session.concept is not None:
        items.insert(0, NotMeasuredItem(what="Concept axis (CLIP)", reason=session.concept.reason))
    return tuple(items)


def _deviations(video: DescribedVideo, session: Session) -> tuple[str, ...]:
    rows, config, notes = session.rows, session.config, list(video.deviations)
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
    if config.align.search_device == "cuda" and session.search.device != "cuda":
        notes.append(f"A CUDA search was asked for and not used: {session.search.reason}")
    if others := _sampled_otherwise(rows, config):
        notes.append(
            f"{others} of {len(rows.works)} works were indexed at another sampling than this comparison uses: "
            "matches with them may carry fewer samples"
        )
    return tuple(notes)


def _sampled_otherwise(rows: LibraryRows, config: Config) -> int:
    """Works whose time grid differs from the configured one; stills have none."""
    wanted = NotMeasured if config.sample.keyframes_only else config.sample.samples_per_second
    count = 0
    for entry in rows.works.values():
        rate = stored_facts(entry.facts_json).sampling.samples_per_second
        is_same = isinstance(rate, NotMeasured) if wanted is NotMeasured else rate == wanted
        count += bool(entry.duration_seconds) and not is_same
    return count
