"""The evidence of a comparison in a case folder: every descriptor, frame and setting that its numbers come from.

evidence/run.json             what was compared, how, and what is stated
evidence/library.jsonl        every work and background item of the library: file, descriptors and rows by SHA-256
evidence/suspect.npz          descriptors of the suspect under every view
evidence/W1.npz, B1.npz ...   descriptors of the works that were aligned, and of the background
evidence/C1.npz ...         descriptors of the controls under every view
evidence/calibrations/        what likelihood ratios were read from
evidence/frames/              frames that were looked at again, PNG, exact pixels
evidence/stretches/           every frame around the matches found, small and grey, PNG, exact pixels
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from index.records import DescriptorSet, Entry, FilterRange, Role
from similarity.absence import NotMeasured
from similarity.align.candidates import Candidates
from similarity.case.controls import ControlRecord, control_records
from similarity.case.disk.hashing import sha256_of_file
from similarity.case.disk.layout import inside, read_bounded
from similarity.case.disk.pictures import picture_of
from similarity.case.disk.walk import walk_case
from similarity.case.recording import RecordingFrames
from similarity.case.seal.manifest import FileRecord, root_of
from similarity.case.stretches import StretchRecord, stored_stretch, written_stretches
from similarity.compare.frames import FoundPictures, FoundStretch
from similarity.describe.stored import VideoRecord, pack_rows, pack_video, record_of, time_base_of
from similarity.describe.video import DescribedVideo
from similarity.errors import CaseError, StoredJsonError
from similarity.files import write_atomically
from similarity.intervals import Interval
from similarity.measure.calibrations import calibration_texts
from similarity.media.types import Picture
from similarity.phrases import Phrase
from similarity.report.build.report import Compared
from similarity.report.build.statement import RunStatement
from similarity.report.schema.case import Exhibit
from similarity.stored_json import read_stored
from similarity.text import as_printable

__all__ = [
    "EVIDENCE_FOLDER",
    "LIBRARY_FILE",
    "RUN_FILE",
    "EntryRecord",
    "FrameRecord",
    "RunRecord",
    "StoredFrames",
    "evidence_bytes",
    "evidence_root",
    "frame_times",
    "read_run",
    "stored_frame",
    "write_evidence",
]

EVIDENCE_FOLDER = "evidence"
RUN_FILE = "evidence/run.json"
LIBRARY_FILE = "evidence/library.jsonl"
RUN_SCHEMA_VERSION = "2.3"
_MAX_RUN_BYTES = 200_000_000
_MAX_FRAME_BYTES = 200_000_000
_MAX_ARRAYS_BYTES = 16_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """A work or background item as the library held it; its rows stand in `<name>.npz`."""

    name: str
    """`W1`, `W2` ... or `B1`, `B2` ..."""
    entry_id: str
    role: Role
    source_path: str
    sha256: str
    size_bytes: int
    duration_seconds: float
    facts_json: str
    catalogue: dict[str, str]
    time_base: str
    start_pts: int
    filter_ranges: tuple[FilterRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRecord:
    """A frame that was looked at again."""

    sha256: str
    """SHA-256 of the video it is from."""
    max_side_pixels: int
    """Longer side that was asked for, at most."""
    pts: int
    """Presentation time stamp."""
    path: str
    """PNG, relative to the case folder."""
    png_sha256: str
    """SHA-256 of the PNG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFrames:
    """Frames that were asked for of a file that could not be used."""

    sha256: str
    max_side_pixels: int
    reason: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """Everything about a comparison but arrays and pictures."""

    schema_version: str
    config_json: str
    candidates: Candidates
    descriptor_sets: tuple[DescriptorSet, ...]
    concept: NotMeasured | None
    suspect: VideoRecord
    entries: tuple[EntryRecord, ...]
    controls: tuple[ControlRecord, ...]
    frames: tuple[FrameRecord, ...]
    missing_frames: tuple[MissingFrames, ...]
    stretches: tuple[StretchRecord, ...]
    statement: RunStatement


class StoredFrames:
    """Frames read from what a case folder keeps."""

    def __init__(self, folder: Path, run: RunRecord) -> None:
        self._folder = folder
        self._paths = {(one.sha256, one.max_side_pixels, one.pts): one for one in run.frames}
        self._missing = {(one.sha256, one.max_side_pixels): one.reason for one in run.missing_frames}
        self._stretches = {
            (one.sha256, one.max_side_pixels, (one.start_seconds, one.end_seconds)): one for one in run.stretches
        }
        self.absent: set[tuple[str, int, int]] = set()
        """Frames that were asked for and are not kept: SHA-256 of the video, longer side, time stamp."""

    def of_suspect(self, video: DescribedVideo, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of the suspect with these time stamps, as they were kept."""
        return self._stored(video.digest.sha256, pts, max_side)

    def of_entry(self, entry: Entry, pts: Sequence[int], *, max_side: int) -> FoundPictures:
        """Frames of a work or background item, as they were kept."""
        return self._stored(entry.sha256, pts, max_side)

    def stretch_of_suspect(self, video: DescribedVideo, span: Interval, *, max_side: int) -> FoundStretch:
        """Every frame of a stretch of the suspect, as they were kept."""
        return self._stored_stretch(video.digest.sha256, span, max_side)

    def stretch_of_entry(self, entry: Entry, span: Interval, *, max_side: int) -> FoundStretch:
        """The same of a work or background item."""
        return self._stored_stretch(entry.sha256, span, max_side)

    def _stored_stretch(self, sha256: str, span: Interval, max_side: int) -> FoundStretch:
        record = self._stretches.get((sha256, max_side, span))
        if record is None:
            raise CaseError(
                f"{RUN_FILE}: keeps no stretch of {sha256} from {span[0]:g} to {span[1]:g} s, which its numbers need; "
                "restore the file"
            )
        return stored_stretch(self._folder, record)

    def _stored(self, sha256: str, pts: Sequence[int], max_side: int) -> FoundPictures:
        if (reason := self._missing.get((sha256, max_side))) is not None:
            return NotMeasured(reason=reason)
        known = {stamp: self._paths.get((sha256, max_side, stamp)) for stamp in pts}
        self.absent |= {(sha256, max_side, stamp) for stamp, record in known.items() if record is None}
        return {stamp: stored_frame(self._folder, one) for stamp, one in known.items() if one is not None}


def stored_frame(folder: Path, record: FrameRecord) -> Picture:
    """A frame that a case folder keeps.

    Raises:
        CaseError: it is not there, is another file than the one recorded, or no PNG of that size.
    """
    content = read_bounded(inside(folder, record.path), _MAX_FRAME_BYTES)
    if hashlib.sha256(content).hexdigest() != record.png_sha256:
        raise CaseError(f"{record.path}: is not the frame that {RUN_FILE} records by its SHA-256; restore the file")
    return picture_of(content, record.path, max_side=record.max_side_pixels)


def write_evidence(found: Compared, statement: RunStatement, frames: RecordingFrames, folder: Path) -> RunRecord:
    """Write the evidence of a comparison into a case folder; `run.json` comes last.

    Args:
        found: the comparison.
        statement: what its report states.
        frames: the frames that were looked at again.
        folder: the case folder.
    """
    video, library = found.video, found.session.rows.library
    _write(folder, "library.jsonl", "".join(library.state_lines()).encode("utf-8"))
    _write(folder, "suspect.npz", pack_video(video, with_record=False))
    entries = []
    for name, entry in _entries(found).items():
        sets = {name: library.descriptors(entry.entry_id, name) for name in library.sets_of(entry.entry_id)}
        samples = library.samples(entry.entry_id)
        _write(folder, f"{name}.npz", pack_rows(samples, library.scenes(entry.entry_id), sets))
        entries.append(
            EntryRecord(
                name=name,
                entry_id=entry.entry_id,
                role=entry.role,
                source_path=entry.source_path,
                sha256=entry.sha256,
                size_bytes=entry.size_bytes,
                duration_seconds=entry.duration_seconds,
                facts_json=entry.facts_json,
                catalogue=dict(entry.catalogue),
                time_base=str(samples.time_base),
                start_pts=samples.start_pts,
                filter_ranges=library.filter_ranges(entry.entry_id),
            )
        )
    for number, clip in enumerate(found.clips, start=1):
        if not isinstance(clip.video, NotMeasured):
            _write(folder, f"C{number}.npz", pack_video(clip.video, with_record=False))
    controls = control_records(found.clips)
    names = {"suspect": video.digest.sha256} | {one.name: one.sha256 for one in entries}
    names |= {one.name: one.video.digest.sha256 for one in controls if not isinstance(one.video, NotMeasured)}
    for proposition, text in calibration_texts(found.session.config.measure).items():
        _write(folder, f"calibrations/{proposition}.json", text.encode("utf-8"))
    run = RunRecord(
        schema_version=RUN_SCHEMA_VERSION,
        config_json=found.session.config.to_json(),
        candidates=found.comparison.candidates,
        descriptor_sets=library.descriptor_sets(),
        concept=found.session.concept,
        suspect=record_of(video),
        entries=tuple(entries),
        controls=controls,
        frames=_written_frames(frames, names, folder),
        stretches=written_stretches(frames.stretches, names, folder),
        missing_frames=tuple(
            MissingFrames(sha256=key[0], max_side_pixels=key[1], reason=reason)
            for key, reason in sorted(frames.missing.items())
        ),
        statement=statement,
    )
    write_atomically(folder / RUN_FILE, _content(run))
    return run


def read_run(folder: Path) -> RunRecord:
    """The record of a comparison.

    Raises:
        CaseError: the folder holds none, or one that this version can't read.
    """
    content = read_bounded(inside(folder, RUN_FILE), _MAX_RUN_BYTES)
    try:
        run = read_stored(content, RunRecord)
    except StoredJsonError as error:
        _require_version(_stated_version(content))
        raise CaseError(f"{RUN_FILE}: {as_printable(str(error))}; restore the file, or compare again") from error
    _require_version(run.schema_version)
    if _content(run) != content:
        raise CaseError(f"{RUN_FILE}: is not written as this version writes it; restore the file")
    return run


def _stated_version(content: bytes) -> str:
    """The schema version that a record states which may be of another form; this one's where it states none."""
    try:
        stored = json.loads(content)
    except (ValueError, RecursionError):
        return RUN_SCHEMA_VERSION
    stated = stored.get("schema_version") if isinstance(stored, dict) else None
    return stated if isinstance(stated, str) else RUN_SCHEMA_VERSION


def _require_version(version: str) -> None:
    if version != RUN_SCHEMA_VERSION:
        raise CaseError(
            f"{RUN_FILE}: schema version {as_printable(version)!r}, expected {RUN_SCHEMA_VERSION!r}; verify the case "
            "with the version that made it"
        )


def evidence_bytes(folder: Path, name: str) -> bytes:
    """A file of the evidence, whole.

    Raises:
        CaseError: it is not there, or no regular file.
    """
    return read_bounded(inside(folder, f"{EVIDENCE_FOLDER}/{name}"), _MAX_ARRAYS_BYTES)


FrameTime = tuple[str, int, str, float, str]
"""Exhibit, presentation time stamp, time base, seconds, SHA-256 of the PNG."""


def frame_times(run: RunRecord, exhibits: Sequence[Exhibit]) -> dict[str, FrameTime]:
    """Of every kept frame of an exhibit, by its path, whose it is and of what time."""
    numbers = {exhibit.sha256: exhibit.number for exhibit in exhibits}
    clocks = {entry.sha256: (entry.time_base, entry.start_pts) for entry in run.entries}
    described = [one.video for one in run.controls if not isinstance(one.video, NotMeasured)]
    clocks |= {video.digest.sha256: (video.time_base, video.start_pts) for video in described}
    clocks[run.suspect.digest.sha256] = (run.suspect.time_base, run.suspect.start_pts)
    found = {}
    for frame in run.frames:
        if frame.sha256 in numbers:
            base, start = clocks[frame.sha256]
            seconds = float((frame.pts - start) * time_base_of(base))
            found[frame.path] = (numbers[frame.sha256], frame.pts, base, seconds, frame.png_sha256)
    return found


def evidence_root(folder: Path) -> str:
    """Merkle root over every file of the evidence, as that of a seal is made."""
    files = walk_case(folder).files
    records = []
    for name, path in sorted(files.items()):
        if name.startswith(f"{EVIDENCE_FOLDER}/"):
            sha256, size_bytes = sha256_of_file(path)
            records.append(FileRecord(path=name, sha256=sha256, size_bytes=size_bytes))
    return root_of(records)


def _content(run: RunRecord) -> bytes:
    return _adapter().dump_json(run, indent=1) + b"\n"


def _entries(found: Compared) -> dict[str, Entry]:
    """Works that were aligned, entries of the same content, and the background, by name."""
    rows = found.session.rows
    aligned = set(found.comparison.candidates.work_ids)
    contents = {rows.works[work_id].sha256 for work_id in aligned} | {found.video.digest.sha256}
    contents |= {entry.sha256 for entry in rows.background_entries}
    works = [entry for entry in rows.works.values() if entry.entry_id in aligned or entry.sha256 in contents]
    named = {f"W{number}": entry for number, entry in enumerate(works, start=1)}
    return named | {f"B{number}": entry for number, entry in enumerate(rows.background_entries, start=1)}


def _written_frames(frames: RecordingFrames, names: Mapping[str, str], folder: Path) -> tuple[FrameRecord, ...]:
    by_content = {sha256: name for name, sha256 in reversed(list(names.items()))}
    records = []
    for (sha256, max_side, pts), content in sorted(frames.kept.items()):
        path = f"{EVIDENCE_FOLDER}/frames/{by_content[sha256]}-{max_side}-{pts}.png"
        write_atomically(inside(folder, path), content)
        records.append(
            FrameRecord(
                sha256=sha256,
                max_side_pixels=max_side,
                pts=pts,
                path=path,
                png_sha256=hashlib.sha256(content).hexdigest(),
            )
        )
    return tuple(records)


def _write(folder: Path, name: str, content: bytes) -> None:
    write_atomically(inside(folder, f"{EVIDENCE_FOLDER}/{name}"), content)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[RunRecord]:
    return TypeAdapter(RunRecord)
