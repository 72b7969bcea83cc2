"""`case compare`: a comparison whose inputs, evidence, report and custody lie in one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from similarity.absence import NotMeasured
from similarity.access.check import DOSSIER_FILE
from similarity.case.access import ACCESS_FOLDER, take_access
from similarity.case.acts import COMPARED, SEARCH_ENTERED, machine_facts
from similarity.case.custody.log import read_log
from similarity.case.disk.stills import pixels_sha256, write_stills
from similarity.case.disk.walk import walk_case
from similarity.case.evidence import (
    EVIDENCE_FOLDER,
    RunRecord,
    evidence_root,
    frame_times,
    write_evidence,
)
from similarity.case.folder import CaseFolder
from similarity.case.recording import RecordingFrames
from similarity.case.requests import requests_in
from similarity.case.stated import require_exhibits
from similarity.case.values import Still
from similarity.compare.binding import bound_by_pictures
from similarity.compare.controls import describe_controls
from similarity.compare.frames import DecodedFrames
from similarity.compare.session import Session
from similarity.describe.facts import stored_facts
from similarity.errors import CaseError
from similarity.ingest.entries import counted_facts
from similarity.media.digest import digest_file
from similarity.media.facts import ContentFacts, content_facts
from similarity.progress import SILENT, Progress
from similarity.report.build.pictures import frames_of_report
from similarity.report.build.report import Compared, compared, report_of, statement_of
from similarity.report.folder import write_report
from similarity.report.schema.case import Exhibit
from similarity.report.schema.report import Report
from similarity.text import as_printable, path_of

__all__ = ["REPORT_FOLDER", "CaseOptions", "compare_in_case"]

REPORT_FOLDER = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOptions:
    """How a comparison is made part of a case."""

    actor: str | None = None
    """Who compares; else the analyst of `case.yaml`."""
    copies: bool
    """Whether files that `case.yaml` does not list are copied into the folder, or only referenced."""
    access_facts: Path | None = None
    """Facts of access, if any."""
    trust_list: Path | None = None
    """Certificates behind the signers of C2PA manifests (PEM), if any."""
    controls: tuple[Path, ...] = ()
    """Clips made from the same idea without the works, and folders of them; kept as hashes, descriptors and frames."""


def compare_in_case(
    suspect: Path, session: Session, folder: Path, *, options: CaseOptions, progress: Progress = SILENT
) -> tuple[Report, tuple[Path, ...]]:
    """Compare a suspect and write exhibits, evidence, report and custody into a case folder.

    Every exhibit is hashed before the comparison and after it.  A comparison made before in the same folder is
    replaced; the custody log keeps that it was made, with the hash of its report.

    Args:
        suspect: its file.
        session: the library and how it is compared with.
        folder: the case folder.
        options: who compares, what is copied, facts of access.
        progress: hears of every step.

    Returns:
        The report, and the files rendered.

    Raises:
        MediaError: the suspect can't be read.
        CaseError: no case folder, a broken custody log, an exhibit that changed.
    """
    with CaseFolder.open(folder, actor=options.actor) as case:
        _taken_in(case, suspect, options)
        _enter_search(case, suspect, session, options)
        video = session.describe(suspect, progress)
        frames = RecordingFrames(
            DecodedFrames(session.config.sample.reader, report=frames_of_report(video, session.config))
        )
        clips = describe_controls(options.controls, session, video.digest.sha256, progress=progress)
        found = compared(video, session.with_frames(frames), clips=clips)
        _take_in_works(case, found, options)
        statement = statement_of(found)
        # measured before exhibits are hashed again: measuring reads them
        measured = report_of(found, statement)
        case.count(_counted(found, {one.sha256 for one in case.exhibits}))
        case.recheck("checked_after")
        case.commit()
        case.require_unchanged("during the comparison", "checked_before", "checked_after")
        report = replace(
            measured, case=case.facts, exhibits=case.exhibits, requests=requests_in(read_log(folder).entries)
        )
        if options.access_facts is not None:
            report = replace(
                report,
                access=take_access(
                    options.access_facts,
                    folder,
                    suspect,
                    trust_list=options.trust_list,
                    binds=lambda reading: bound_by_pictures(reading, lambda: video, session.config),
                ),
            )
        _clear(folder, keeps_dossier=options.access_facts is not None)
        run = write_evidence(found, statement, frames, folder)
        write_stills(folder, _stills(run, frames, report.exhibits))
        files = write_report(report, folder / REPORT_FOLDER, found.pictures.files)
        case.record(COMPARED, _details(report, files, folder))
    return report, files


def _taken_in(case: CaseFolder, suspect: Path, options: CaseOptions) -> None:
    """What is compared becomes an exhibit, in the log too, before anything is looked at."""
    case.take_in_listed()
    require_exhibits(case.facts, {one.number for one in case.exhibits})  # before a free number goes to another file
    if not case.holds(digest_file(suspect).sha256):
        case.take_in(suspect, role="suspect", copies=options.copies)
    case.recheck("checked_before")
    case.commit()
    case.require_unchanged("since it was taken in", "checked_before")


def _enter_search(case: CaseFolder, suspect: Path, session: Session, options: CaseOptions) -> None:
    """What is going to be compared with what stands in the log before anybody knows what comes out.

    The state is a hash over the list of works and background, which the evidence keeps as `library.jsonl`.
    """
    rows, facts = session.rows.library, session.rows.facts
    case.record(
        SEARCH_ENTERED,
        {
            "suspect_sha256": digest_file(suspect).sha256,
            "library_state_sha256": facts.state_sha256,
            "works_sha256": rows.state_sha256("work"),
            "background_sha256": rows.state_sha256("background"),
            "num_works": facts.num_works,
            "num_background": facts.num_background,
            "config_sha256": session.config.sha256,
            "calibrations": dict(session.calibrations.handles),
            "controls": [as_printable(one) for one in options.controls],
        },
    )
    case.commit()


def _take_in_works(case: CaseFolder, found: Compared, options: CaseOptions) -> None:
    """Exhibits of the works found; a file that is gone or has changed can't be one, and the report says so."""
    case.refresh()
    rows = found.session.rows
    for work_id in found.works_found:
        entry = rows.entry(work_id)
        file = path_of(entry.source_path)
        is_there = file.is_file() and digest_file(file).sha256 == entry.sha256
        if is_there and not case.holds(entry.sha256):
            case.take_in(file, role="reference", copies=options.copies, facts=entry.catalogue)
    case.recheck("checked_before", only_new=True)


def _counted(found: Compared, held: Collection[str]) -> dict[str, ContentFacts]:
    """What decoding counted of the suspect and of the works that are exhibits, by the SHA-256 of the file."""
    video, works = found.video, found.session.rows.works.values()
    counted = {one.sha256: counted_facts(stored_facts(one.facts_json)) for one in works if one.sha256 in held}
    return counted | {video.digest.sha256: content_facts(video.counts, reader=video.backend)}


def _clear(folder: Path, *, keeps_dossier: bool) -> None:
    """Take the comparison before out of the way; the seal and the log still know its files.

    Raises:
        CaseError: a link stands in the place of a folder, or something can't be removed.
    """
    try:
        for name in (EVIDENCE_FOLDER, REPORT_FOLDER):
            if (folder / name).is_symlink() or (folder / name).exists():
                shutil.rmtree(folder / name)
        if not keeps_dossier:
            (folder / ACCESS_FOLDER / DOSSIER_FILE).unlink(missing_ok=True)
        for path in walk_case(folder).unfinished:  # what was being written when a process was killed
            if path.is_file():
                path.unlink()
    except OSError as error:
        reason = f"{error.strerror or error}; put a plain folder there that may be written, then compare again"
        raise CaseError(f"{folder}: what an earlier comparison left can't be removed: {reason}") from error


def _stills(run: RunRecord, frames: RecordingFrames, exhibits: tuple[Exhibit, ...]) -> tuple[Still, ...]:
    """The frames of exhibits among those that were looked at again."""
    times, stills = frame_times(run, exhibits), []
    for frame in run.frames:
        if frame.path not in times:
            continue
        exhibit, pts, time_base, seconds, sha256 = times[frame.path]
        picture = frames.picture(frame.sha256, frame.max_side_pixels, frame.pts)
        height, width = picture.shape[:2]
        stills.append(
            Still(
                exhibit=exhibit,
                path=frame.path,
                pts=pts,
                time_base=time_base,
                seconds=seconds,
                width=width,
                height=height,
                sha256=sha256,
                pixels_sha256=pixels_sha256(width, height, picture.tobytes()),
            )
        )
    return tuple(stills)


def _details(report: Report, files: tuple[Path, ...], folder: Path) -> dict[str, Any]:
    return {
        **machine_facts(),
        "config": json.loads(report.tool.config_json),
        "config_sha256": report.tool.config_sha256,
        "packages": {package.name: package.version for package in report.tool.packages},
        "library_state_sha256": report.library.state_sha256,
        "suspect_sha256": report.suspect.sha256,
        "evidence_root": evidence_root(folder),
        "controls": [
            {"name": one.name, "sha256": "" if isinstance(one.sha256, NotMeasured) else one.sha256}
            for one in report.controls
        ],
        "filtration": [asdict(one) for one in report.filtration.ranges],
        "report_sha256": {path.name: digest_file(path).sha256 for path in files},
    }
