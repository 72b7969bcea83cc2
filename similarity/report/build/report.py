"""`compare`: one suspect against a library, as a report and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.compare.controls import ControlClip, compared_controls, describe_controls, standings
from similarity.compare.decoys import decoy_standing
from similarity.compare.engine import Comparison, compare_described
from similarity.compare.frames import DecodedFrames
from similarity.compare.measuring import Measurer
from similarity.compare.sensitivity import LeftOut
from similarity.compare.session import Session
from similarity.compare.suggestions import suggestions_for
from similarity.compare.unrelated import closest_unrelated
from similarity.compare.values import Control
from similarity.describe.facts import video_facts
from similarity.describe.video import DescribedVideo
from similarity.measure.coverage import coverage
from similarity.progress import SILENT, Progress
from similarity.provenance.visible import visible_marks
from similarity.report.build.evidence import evidence_of
from similarity.report.build.filtration import filtration_of
from similarity.report.build.findings import (
    MatchPictures,
    NamedMatch,
    limits_of,
    match_of,
    named_matches,
    scene_findings,
    work_findings,
)
from similarity.report.build.maps import with_takings
from similarity.report.build.part import with_part_pictures
from similarity.report.build.pictures import CasePictures, frames_of_report, make_pictures
from similarity.report.build.statement import (
    NO_ACCESS,
    OUTSIDE_A_CASE,
    RunStatement,
    run_statement,
)
from similarity.report.build.use import use_forms
from similarity.report.folder import write_report
from similarity.report.schema.match import NOT_DRAWN, Beside, Match
from similarity.report.schema.report import SCHEMA_VERSION, Report
from similarity.text import id_of

__all__ = ["Compared", "compare_to_folder", "compared", "described_to_folder", "report_of", "statement_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A suspect compared with a library, before it is a report."""

    video: DescribedVideo
    """The suspect."""
    session: Session
    """The library, and where frames are taken from."""
    comparison: Comparison
    """What was aligned."""
    matches: tuple[NamedMatch, ...]
    """What is listed of it."""
    pictures: CasePictures
    """Frames and matrices of what was found."""
    clips: tuple[ControlClip, ...]
    """Controls that were given."""
    controls: tuple[Control, ...]
    """What they reach."""

    @property
    def works_found(self) -> tuple[str, ...]:
        """Works of the matches that were found, strongest first."""
        return tuple(dict.fromkeys(named.aligned.work_id for named in self.matches if named.found_by))


def compare_to_folder(
    suspect: Path, session: Session, folder: Path, *, controls: Sequence[Path] = (), progress: Progress = SILENT
) -> tuple[Report, tuple[Path, ...]]:
    """Compare a suspect with the library and write its report with everything that belongs to it.

    Args:
        suspect: its file.
        session: the library and how it is compared with.
        folder: where the report is written.
        controls: clips made from the same idea without the works, and folders of them.
        progress: hears of every step.

    Returns:
        The report, and the files written.

    Raises:
        MediaError: the suspect can't be read.
        ReportError: the folder can't be written to.
    """
    return described_to_folder(
        session.describe(suspect, progress), session, folder, controls=controls, progress=progress
    )


def described_to_folder(
    video: DescribedVideo,
    session: Session,
    folder: Path,
    *,
    controls: Sequence[Path] = (),
    progress: Progress = SILENT,
) -> tuple[Report, tuple[Path, ...]]:
    """The same for a suspect that is described already; its file is opened for frames alone.

    Args:
        video: the suspect.
        session: the library and how it is compared with.
        folder: where the report is written.
        controls: clips made from the same idea without the works, and folders of them.
        progress: hears of every step.

    Returns:
        The report, and the files written.

    Raises:
        ReportError: the folder can't be written to.
    """
    frames = DecodedFrames(session.config.sample.reader, report=frames_of_report(video, session.config))
    clips = describe_controls(controls, session, video.digest.sha256, progress=progress)
    found = compared(video, session.with_frames(frames), clips=clips)
    statement = statement_of(found)
    parts, drawn = with_part_pictures(statement.parts, video, found.session)
    report = report_of(found, replace(statement, parts=parts))
    return report, write_report(report, folder, {**found.pictures.files, **drawn})


def compared(
    video: DescribedVideo,
    session: Session,
    comparison: Comparison | None = None,
    *,
    clips: tuple[ControlClip, ...] = (),
) -> Compared:
    """Compare a described suspect, name what is listed, take its pictures, and compare the controls.

    Args:
        video: the suspect.
        session: the library.
        comparison: as made before; without it the library is searched.
        clips: controls.
    """
    comparison = comparison or session.placer.placed(
        video,
        compare_described(
            video, session.rows, config=session.config, device=session.search.device, verifier=session.verifier
        ),
    )
    matches = named_matches(comparison, session.measurer(video, comparison.suspect))
    pictures = make_pictures(
        video, comparison, session.rows, matches=matches, config=session.config, frames=session.frames
    )
    found = Compared(
        video=video,
        session=session,
        comparison=comparison,
        matches=matches,
        pictures=pictures,
        clips=clips,
        controls=(),
    )
    aligned = tuple(one.work_id for one in comparison.alignments)
    return replace(found, controls=compared_controls(clips, session, aligned=aligned, wanted=found.works_found))


def statement_of(found: Compared) -> RunStatement:
    """What is stated of a comparison that was made just now."""
    suggestions = suggestions_for(found.session.rows, found.works_found)
    aligned = tuple(one.work_id for one in found.comparison.alignments if one.matches)
    return run_statement(found.video, found.session, suggestions, aligned=aligned)


def report_of(found: Compared, statement: RunStatement) -> Report:
    """The report of a comparison: what is measured anew from its rows and frames, and what is stated."""
    video, session, matches = found.video, found.session, found.matches
    config, rows = session.config, session.rows
    measurer = session.measurer(video, found.comparison.suspect)
    left_out = LeftOut(rows)
    shown = tuple(
        _match(named, measurer, found, statement, beside=_beside(named, measurer, found, statement, left_out))
        for named in matches
    )
    total = video.counts.duration_seconds_from_content
    above, below = ([match for match in shown if bool(match.found_by) == wanted] for wanted in (True, False))
    suspect = video_facts(video, id_of(video.path), sample=config.sample)
    works = work_findings(matches, total, rows, found.comparison.candidates)
    scenes = with_takings(
        scene_findings(video, matches, found.pictures.scenes, measurer=measurer),
        {match_id: made.taking for match_id, made in found.pictures.matches.items()},
    )
    return Report(
        schema_version=SCHEMA_VERSION,
        created_utc=statement.created_utc,
        tool=statement.tool,
        describers=statement.describers,
        library=statement.library,
        operating_threshold=config.align.operating_threshold,
        suspect=suspect,
        suspect_is_indexed_as=statement.suspect_is_indexed_as,
        suspect_coverage=coverage(((match.suspect_start_seconds, match.suspect_end_seconds) for match in above), total),
        works=works,
        scenes=scenes,
        matches=tuple(above),
        weaker_matches=tuple(below),
        use_forms=use_forms(above, below, suspect, works=works, scenes=scenes),
        closest_unrelated=closest_unrelated(video, session),
        controls=found.controls,
        calibrations=(session.calibrations.copy.facts, session.calibrations.adaptation.facts),
        not_measured=statement.not_measured,
        limits=limits_of(found.comparison, statement.library.num_works, measurer, num_listed=len(matches)),
        deviations=statement.deviations,
        filtration=filtration_of(
            found.comparison, session, measurer, matches=matches, suggestions=statement.suggestions
        ),
        case=OUTSIDE_A_CASE,
        exhibits=(),
        requests=(),
        access=NO_ACCESS,
        sound=statement.sound,
        scripts=statement.scripts,
        parts=statement.parts,
        labels=statement.labels,
        visible_labels=visible_marks(video.text, is_still=video.info.is_still),
    )


def _beside(
    named: NamedMatch, measurer: Measurer, found: Compared, statement: RunStatement, left_out: LeftOut
) -> Beside | NotMeasured:
    if not named.found_by:
        return _NOT_FOUND
    return Beside(
        sensitivity=left_out.of(named.aligned, named.finding, measurer),
        decoys=decoy_standing(named.aligned, found.comparison, measurer, num_works=statement.library.num_works),
        controls=standings(named.aligned.score, named.finding, found.controls),
    )


def _match(
    named: NamedMatch, measurer: Measurer, found: Compared, statement: RunStatement, *, beside: Beside | NotMeasured
) -> Match:
    match, rows = named.aligned, measurer.rows
    made = found.pictures.matches.get(named.match_id, _NO_PICTURES)
    evidence = evidence_of(
        match,
        measurer.video.samples,
        rows.library.samples(match.work_id),
        colours=made.colours,
        config=measurer.config,
    )
    return match_of(
        named,
        measurer,
        evidence=evidence,
        pictures=made,
        beside=beside,
        suggestions=statement.suggestions,
    )


_NOT_FOUND = not_measured("worked out for matches that were found only")
_NOT_MADE = not_measured("pictures are made for matches that were found only")
_NO_PICTURES = MatchPictures(frames=(), matrix=_NOT_MADE, colours=_NOT_MADE, taking=_NOT_MADE, regions=NOT_DRAWN)
