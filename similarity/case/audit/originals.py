"""`case verify --deep`: the originals decoded and described once more, against the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.records import Descriptors, SampleTable
from similarity.absence import NotMeasured
from similarity.case.audit.kept import Kept
from similarity.case.disk.layout import EXHIBITS_FILE
from similarity.case.evidence import (
    RUN_FILE,
    EntryRecord,
    RunRecord,
    evidence_bytes,
    stored_frame,
)
from similarity.case.exhibits import exhibit_path, read_exhibits
from similarity.case.stretches import stored_stretch
from similarity.case.values import Check
from similarity.config import Config, SampleConfig, config_from_json
from similarity.describe.choose import AnyDescriber, choose_describers
from similarity.describe.facts import VideoFacts, stored_facts, video_facts
from similarity.describe.further import with_further_views
from similarity.describe.stored import VideoRecord, read_rows, read_video, time_base_of
from similarity.describe.video import DescribedVideo, describe_video
from similarity.describe.views import AS_IS, DescribedView
from similarity.errors import MediaError, SimilarityError
from similarity.media.digest import digest_file
from similarity.media.facts import header_facts
from similarity.media.pictures import pictures_at
from similarity.media.stretches import grey_stretch
from similarity.text import path_of

__all__ = ["ROW_TOLERANCE", "verify_originals"]

ROW_TOLERANCE = 0.004
"""Largest difference of a component of a unit row that another machine, or half precision, may make."""
_BITS_TOLERANCE = 4
"""Bits of a 256-bit hash that another build of the decoder may turn, on the median sample."""

_NOT_IN_THE_FILE = frozenset({"title", "owner", "path", "sampling", "text"})


def verify_originals(kept: Kept) -> Iterator[Check]:
    """Decode and describe every original that can be reached, and compare with what the case keeps.

    Raises:
        CaseError: the evidence can't be read.
        MissingModelError: a descriptor needs a model that is not at hand.
    """
    run, folder = kept.run, kept.folder
    config = config_from_json(run.config_json)
    names = {one.name for one in run.descriptor_sets}
    describers = tuple(one for one in choose_describers(config.describe).describers if one.identity.name in names)
    _ = kept.derived  # which frames its numbers ask for is known once they are derived
    work = _Originals(
        folder=folder,
        run=run,
        config=config,
        describers=describers,
        paths=_paths(folder, run),
        absent=frozenset(kept.frames.absent),
    )
    yield from work.checks()
    yield from _headers(folder)


def _headers(folder: Path) -> Iterator[Check]:
    """What the headers of the exhibits claim, read again where the files can be reached."""
    for exhibit in read_exhibits(folder):
        path = exhibit_path(exhibit, folder)
        if exhibit.role == "document" or not path.is_file():
            continue
        if header_facts(path) == exhibit.header:
            what = f"{exhibit.number}: header figures and metadata are those recorded"
            yield Check(name="deep", state="passed", what=what, files=(exhibit.path,))
        else:
            what = f"{exhibit.number}: header figures or metadata are not those recorded: edited, or read by other code"
            yield Check(name="deep", state="failed", what=what, files=(exhibit.path, EXHIBITS_FILE))


def _paths(folder: Path, run: RunRecord) -> dict[str, Path]:
    """SHA-256 -> where a file of that content may lie: the case's own copy first."""
    found = {entry.sha256: path_of(entry.source_path) for entry in run.entries}
    found |= {video.digest.sha256: path_of(video.path) for video in _described(run).values()}
    return found | {exhibit.sha256: exhibit_path(exhibit, folder) for exhibit in read_exhibits(folder)}


def _described(run: RunRecord) -> dict[str, VideoRecord]:
    """Suspect and controls, which are described under every view, by their names in the evidence."""
    controls = {one.name: one.video for one in run.controls if not isinstance(one.video, NotMeasured)}
    return {"suspect": run.suspect} | controls


@dataclass(frozen=True, slots=True, kw_only=True)
class _Originals:
    folder: Path
    run: RunRecord
    config: Config
    describers: tuple[AnyDescriber, ...]
    paths: Mapping[str, Path]
    absent: frozenset[tuple[str, int, int]]
    """Frames that the numbers ask for and the case does not keep: SHA-256 of the video, longer side, time stamp."""

    def checks(self) -> Iterator[Check]:
        yield self._one("suspect", self.run.suspect.digest.sha256)
        for entry in self.run.entries:
            yield self._one(entry.name, entry.sha256)
        for name, video in _described(self.run).items():
            if name != "suspect":
                yield self._one(name, video.digest.sha256)
        for missing in self.run.missing_frames:
            if self._is_at_hand(missing.sha256):
                what = f"frames of {missing.sha256} could not be had then ({missing.reason}); the original is at hand "
                what += "now: compare again to have them looked at"
                yield Check(name="deep", state="not_checked", what=what, files=(RUN_FILE,))

    def _is_at_hand(self, sha256: str) -> bool:
        try:
            return sha256 in self.paths and digest_file(self.paths[sha256]).sha256 == sha256
        except MediaError:
            return False

    def _one(self, name: str, sha256: str) -> Check:
        path = self.paths[sha256]
        files = (f"evidence/{name}.npz",)
        try:
            if digest_file(path).sha256 != sha256:
                what = f"{name}: the file at its place has another content than the one compared"
                return Check(name="deep", state="failed", what=what, files=(str(path),))
            problems = [*self._rows(name, path), *self._frames(sha256, path), *self._stretches(sha256, path)]
        except MediaError as error:
            what = f"{name}: the original can't be reached: {error}"
            return Check(name="deep", state="not_checked", what=what, files=files)
        except SimilarityError as error:
            return Check(name="deep", state="failed", what=f"{name}: {error}", files=files)
        if problems:
            return Check(name="deep", state="failed", what=f"{name}: {'; '.join(problems)}", files=files)
        what = f"{name}: decoded and described again, the same samples, descriptors and frames"
        return Check(name="deep", state="passed", what=what, files=files)

    def _rows(self, name: str, path: Path) -> Iterator[str]:
        record = _described(self.run).get(name)
        entry = next((one for one in self.run.entries if one.name == name), None)
        video = describe_video(
            path,
            self.describers,
            config=self.config.sample if entry is None else _as_indexed(entry, self.config.sample),
            views=None if record is None else self.config.align,
        )
        if record is not None:
            yield from _figures_differ(record, video)
            yield from self._viewed_rows(f"{name}.npz", record, video)
        if entry is None:
            return
        yield from _facts_differ(stored_facts(entry.facts_json), video, self.config.sample)
        content = evidence_bytes(self.folder, f"{name}.npz")
        samples, _, stored = read_rows(
            content, name, time_base=time_base_of(entry.time_base), start_pts=entry.start_pts
        )
        yield from _samples_differ(samples, video.samples)
        yield from _rows_differ(stored, _rows_of(video.views[AS_IS]), "")

    def _viewed_rows(self, name: str, record: VideoRecord, video: DescribedVideo) -> Iterator[str]:
        stored = read_video(evidence_bytes(self.folder, name), name, record)
        known = np.arange(len(video.samples.indexed))
        further = {view: np.intersect1d(seen.samples, known) for view, seen in stored.views.items()}
        video = with_further_views(video, self.describers, further, config=self.config.sample)
        yield from _samples_differ(stored.samples, video.samples)
        if set(stored.views) != set(video.views):
            yield f"{len(stored.views)} views are stored, {len(video.views)} were seen now"
        for number, (view, seen) in enumerate(stored.views.items()):
            if view in video.views:
                yield from _rows_differ(_rows_of(seen), _rows_of(video.views[view]), f" of view {number}")

    def _frames(self, sha256: str, path: Path) -> Iterator[str]:
        frames = [frame for frame in self.run.frames if frame.sha256 == sha256]
        absent = {(stamp, max_side) for video, max_side, stamp in self.absent if video == sha256}
        wanted: dict[int, list[int]] = {}
        for stamp, max_side in {*((frame.pts, frame.max_side_pixels) for frame in frames), *absent}:
            wanted.setdefault(stamp, []).append(max_side)
        decoded = pictures_at(path, wanted, reader=self.config.sample.reader) if wanted else {}
        for frame in frames:
            shown = decoded.get((frame.pts, frame.max_side_pixels))
            if shown is None or not np.array_equal(stored_frame(self.folder, frame), shown):
                yield f"{frame.path} is not the frame that the file shows at {frame.pts}"
        if there := sorted(absent & decoded.keys()):
            at = ", ".join(str(stamp) for stamp, _ in there[:5])
            yield f"{len(there)} frames that were asked for can be decoded and are not kept: at {at}"

    def _stretches(self, sha256: str, path: Path) -> Iterator[str]:
        for one in self.run.stretches:
            if one.sha256 != sha256 or one.missing is not None:
                continue
            kept = stored_stretch(self.folder, one)
            span = (one.start_seconds, one.end_seconds)
            shown = grey_stretch(path, span, max_side=one.max_side_pixels, reader=self.config.sample.reader)
            if isinstance(kept, NotMeasured) or not (
                np.array_equal(kept.pts, shown.pts)
                and np.array_equal(kept.seconds, shown.seconds)
                and np.array_equal(kept.pictures, shown.pictures)
            ):
                yield f"{one.path or 'a stretch'} is not what the file shows from {span[0]:g} to {span[1]:g} s"


def _figures_differ(stored: VideoRecord, found: DescribedVideo) -> Iterator[str]:
    """Header figures and counted figures of the suspect, where the same reader gave them."""
    if stored.backend != found.backend:
        return
    pairs = ((stored.info, found.info), (stored.counts, found.counts))
    wrong = [
        one.name for left, right in pairs for one in fields(left) if getattr(left, one.name) != getattr(right, one.name)
    ]
    wrong += ["bars"] if stored.bars != found.bars else []
    if wrong:
        yield f"other figures than recorded: {', '.join(wrong)}"


def _facts_differ(stored: VideoFacts, found: DescribedVideo, sample: SampleConfig) -> Iterator[str]:
    """The same of a work; title, owner, place and sampling are not read from the file, and text is not read again."""
    again = video_facts(found, stored.video_id, sample=sample)
    if stored.reader != again.reader:
        return
    wrong = [
        one.name
        for one in fields(stored)
        if one.name not in _NOT_IN_THE_FILE and getattr(stored, one.name) != getattr(again, one.name)
    ]
    if wrong:
        yield f"other figures than recorded: {', '.join(wrong)}"


def _as_indexed(entry: EntryRecord, config: SampleConfig) -> SampleConfig:
    """The sampling under which an entry was indexed, which may be another than the comparison's."""
    rate = stored_facts(entry.facts_json).sampling.samples_per_second
    if isinstance(rate, NotMeasured):
        return config if not entry.duration_seconds else replace(config, keyframes_only=True)
    return replace(config, samples_per_second=rate, keyframes_only=False)


def _samples_differ(stored: SampleTable, found: SampleTable) -> Iterator[str]:
    if not np.array_equal(stored.pts, found.pts):
        yield f"{len(stored)} samples are stored, {len(found)} were taken now, at other times"
    elif not np.array_equal(stored.gate, found.gate):
        yield "other samples are gated"


def _rows_of(seen: DescribedView) -> dict[str, Descriptors]:
    return {name: track.rows for name, track in seen.tracks.items()}


def _rows_differ(stored: Mapping[str, Descriptors], found: Mapping[str, Descriptors], where: str) -> Iterator[str]:
    for name, rows in stored.items():
        again = found.get(name)
        if again is None:
            yield f"{name}{where}: not described again, its describer is not at hand"
        elif rows.shape != again.shape:
            yield f"{name}{where}: {rows.shape} stored, {again.shape} now"
        elif (distance := _distance(rows, again)) > 0:
            yield f"{name}{where}: differs by {distance:g}"


def _distance(stored: npt.NDArray[Any], found: npt.NDArray[Any]) -> float:
    """0 where the rows agree within what arithmetic may make."""
    if not len(stored):
        return 0.0
    if stored.dtype == np.uint8:
        bits = np.unpackbits(stored ^ found, axis=1).sum(axis=1)
        return float(bits.max()) if np.median(bits) > _BITS_TOLERANCE else 0.0
    largest = float(np.abs(stored - found).max())
    return largest if largest > ROW_TOLERANCE else 0.0
