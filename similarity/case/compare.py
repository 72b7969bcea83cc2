"""`compare --case`: a comparison whose inputs, evidence, report and custody lie in one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from similarity.absence import NotMeasured
from similarity.access.check import DOSSIER_FILE
from similarity.case.access import ACCESS_FOLDER, take_access
from similarity.case.acts import COMPARED, machine_facts, make_exhibit, next_number, take_in, undeclared
from similarity.case.custody.log import append_entry, require_intact
from similarity.case.evidence import (
    EVIDENCE_FOLDER,
    RecordingFrames,
    RunRecord,
    evidence_root,
    frame_times,
    write_evidence,
)
from similarity.case.exhibits import read_exhibits, recheck, write_exhibits
from similarity.case.facts import read_case_file
from similarity.case.layout import CASE_FILE
from similarity.case.stills import pixels_sha256, write_stills
from similarity.case.values import Still
from similarity.compare.frames import DecodedFrames
from similarity.compare.session import Session
from similarity.describe.facts import stored_facts
from similarity.describe.sampler import Progress
from similarity.errors import CaseError
from similarity.ingest.entries import counted_facts
from similarity.media.digest import digest_file
from similarity.media.facts import content_facts
from similarity.report.build.report import Compared, compared, report_of, stated_of
from similarity.report.build.statement import Circumstances
from similarity.report.folder import write_report
from similarity.report.schema.case import Exhibit, ExhibitRole, IntegrityCheck
from similarity.report.schema.report import Report
from similarity.text import path_of

__all__ = ["REPORT_FOLDER", "CaseOptions", "compare_in_case"]

REPORT_FOLDER = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOptions:
    """How a comparison is made part of a case."""

    actor: str
    """Who compares."""
    copies: bool
    """Whether files that `case.yaml` does not list are copied into the folder, or only referenced."""
    access_facts: Path | None = None
    """Facts of access, if any."""
    trust_list: Path | None = None
    """Certificates behind the signers of C2PA manifests (PEM), if any."""


def compare_in_case(
    suspect: Path, session: Session, folder: Path, *, options: CaseOptions, progress: Progress | None = None
) -> tuple[Report, tuple[Path, ...]]:
    """Compare a suspect and write exhibits, evidence, report and custody into a case folder.

    Every exhibit is hashed before the comparison and after it.  A comparison made before in the same folder is
    replaced; the custody log keeps that it was made, with the hash of its report.

    Returns:
        The report, and the files rendered.

    Raises:
        MediaError: the suspect can't be read.
        CaseError: no case folder, a broken custody log, an exhibit that changed.
    """
    require_intact(folder)
    case = read_case_file(folder / CASE_FILE)
    take_in(folder, role="document", copies=options.copies, actor=options.actor)
    _exhibit_of(folder, suspect, digest_file(suspect).sha256, "suspect", options=options)
    _rechecked(folder, "checked_before")
    _require_unchanged(folder, "since it was taken in", "checked_before")
    frames = RecordingFrames(DecodedFrames(session.config.sample.reader, with_hashes=True))
    session = session.with_frames(frames)
    found = compared(session.describe(suspect, progress), session)
    _exhibits_of(found, folder, options)
    _rechecked(folder, "checked_before", only_new=True)
    stated = stated_of(found, Circumstances())
    # measured before exhibits are hashed again: measuring reads them
    measured = report_of(found, stated)
    _count_contents(found, folder)
    _rechecked(folder, "checked_after")
    exhibits = _require_unchanged(folder, "during the comparison", "checked_before", "checked_after")
    report = replace(measured, case=case.facts, exhibits=exhibits)
    if options.access_facts is not None:
        report = replace(
            report, access=take_access(options.access_facts, folder, suspect, trust_list=options.trust_list)
        )
    _clear(folder, keeps_dossier=options.access_facts is not None)
    run = write_evidence(found, stated, frames, folder)
    write_stills(folder, _stills(run, frames, exhibits))
    files = write_report(report, folder / REPORT_FOLDER, found.pictures.files)
    append_entry(folder, actor=options.actor, action=COMPARED, details=_details(report, files, folder))
    return report, files


def _exhibit_of(
    folder: Path,
    file: Path,
    sha256: str,
    role: ExhibitRole,
    *,
    options: CaseOptions,
    facts: Mapping[str, str] | None = None,
) -> None:
    """The exhibit that holds a file's very bytes, made where there is none."""
    if any(exhibit.sha256 == sha256 for exhibit in read_exhibits(folder)):
        return
    declared = undeclared(file, number=next_number(folder), role=role, copies=options.copies)
    known = {name: value for name, value in (facts or {}).items() if value}
    told: dict[str, Any] = {name: known[name] for name in ("title", "owner", "author", "registration") if name in known}
    make_exhibit(folder, replace(declared, **told), source=file, actor=options.actor)


def _exhibits_of(found: Compared, folder: Path, options: CaseOptions) -> None:
    """Exhibits of the works found; a file that is gone or has changed can't be one, and the report says so."""
    rows = found.session.rows
    work_ids = dict.fromkeys(named.aligned.work_id for named in found.matches if named.is_above_threshold)
    for work_id in work_ids:
        entry = rows.entry(work_id)
        file = path_of(entry.source_path)
        if file.is_file() and digest_file(file).sha256 == entry.sha256:
            _exhibit_of(folder, file, entry.sha256, "reference", options=options, facts=entry.catalogue)


def _rechecked(folder: Path, field: str, *, only_new: bool = False) -> None:
    """Hash exhibits again and write down when; with `only_new` those alone that were never checked in this way."""
    exhibits = tuple(
        one
        if only_new and isinstance(getattr(one, field), IntegrityCheck)
        else _with_check(one, field, recheck(one, folder))
        for one in read_exhibits(folder)
    )
    write_exhibits(folder, exhibits)


def _with_check(exhibit: Exhibit, field: str, check: IntegrityCheck | NotMeasured) -> Exhibit:
    changes: dict[str, Any] = {field: check}
    return replace(exhibit, **changes)


def _require_unchanged(folder: Path, when: str, *fields: str) -> tuple[Exhibit, ...]:
    """The exhibits of a case, of which none was found to differ when it was hashed again."""
    exhibits = read_exhibits(folder)
    changed = [one.number for one in exhibits if any(_differs(getattr(one, field)) for field in fields)]
    if changed:
        raise CaseError(f"{', '.join(changed)}: changed {when}; put the unchanged files back, then compare again")
    return exhibits


def _differs(check: IntegrityCheck | NotMeasured) -> bool:
    return isinstance(check, IntegrityCheck) and not check.matches


def _count_contents(found: Compared, folder: Path) -> None:
    """What decoding counted, beside what the headers claim."""
    video, rows, exhibits = found.video, found.session.rows, read_exhibits(folder)
    held = {one.sha256 for one in exhibits}
    counted = {
        entry.sha256: counted_facts(stored_facts(entry.facts_json))
        for entry in rows.works.values()
        if entry.sha256 in held
    }
    counted[video.digest.sha256] = content_facts(video.counts, reader=video.backend)
    write_exhibits(folder, tuple(replace(one, content=counted.get(one.sha256, one.content)) for one in exhibits))


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
        for path in folder.rglob(".*.part"):  # what was being written when a process was killed
            if path.is_file() and not path.is_symlink():
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
        "filtration": [asdict(one) for one in report.filtration.ranges],
        "report_sha256": {path.name: digest_file(path).sha256 for path in files},
    }
