"""One decode of a file for everything: scenes, samples, bars, gates and descriptors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue
from index.records import Descriptors, SampleTable, SceneTable, Track
from similarity.absence import NotMeasured
from similarity.config import AlignConfig, SampleConfig
from similarity.describe.choose import AnyDescriber
from similarity.describe.conditions import Bars, Gate, crop_to, find_bars, gate
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.likely_panes import likely_panes
from similarity.describe.panes import find_panes
from similarity.describe.picture_text import NOT_ASKED_FOR, PictureText
from similarity.describe.sampler import Sampler, TakenSample
from similarity.describe.shapes import SHAPES
from similarity.describe.text.engine import TextEngine
from similarity.describe.text.follow import TextFollower
from similarity.describe.types import DescribedPictures, Move
from similarity.describe.views import (
    AS_IS,
    MIRRORED,
    TURNED,
    DescribedView,
    PaneTracks,
    View,
    every_way_up,
    seen_through,
)
from similarity.errors import UnreadableMediaError
from similarity.media.digest import digest_file
from similarity.media.open import open_video
from similarity.media.types import Backend, FileDigest, MediaInfo, Picture, ReadCounts
from similarity.phrases import Phrase
from similarity.progress import SILENT, Progress
from similarity.scenes.detect import Scene

__all__ = ["OF_NO_MIRROR", "OF_WHOLE_PICTURES", "QUALITY_BY", "DescribedVideo", "describe_video"]

PROBE_SECONDS = Fraction(2)
"""Time from one sample that is looked at turned to the next, at least."""
_MOST_TURNED_PANES = 8
"""Panes of a run up to which each is looked at turned as well."""
_PROBED_BY = "compact"
"""The describer that looks at them."""

QUALITY_BY = "pdq"
"""The describer whose quality figure is kept per sample."""
OF_WHOLE_PICTURES = frozenset(f"composition-{shape}" for shape in SHAPES)
"""Describers that are shown whole pictures as they are, and nothing else."""
OF_NO_MIRROR = frozenset({"clip"})
"""Describers that are shown nothing mirrored: a subject is the same in a mirror."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DescribedVideo(ArrayValue):
    """Everything that is known of one file after its single decode."""

    path: Path
    """Path as given."""
    digest: FileDigest
    """Hash and size of its bytes."""
    info: MediaInfo
    """Header figures."""
    counts: ReadCounts
    """Counted figures."""
    backend: Backend
    """Reader that decoded it."""
    reading_notes: tuple[Phrase, ...]
    """Where reading differed from what was configured."""
    samples: SampleTable
    """Every sample, gated ones included."""
    scenes: SceneTable
    """Scenes, tiling the video."""
    bars: tuple[str, ...]
    """Kinds of burned-in bars that were found and left out, each named once."""
    views: Mapping[View, DescribedView]
    """What was seen through each view; every indexed sample through `AS_IS`."""
    probes: Mapping[View, Track] = field(default_factory=dict)
    """Compact rows of a few samples turned, and in what may be panes: they say where a closer look is worth it."""
    text: PictureText | NotMeasured = NOT_ASKED_FOR
    """Text that stands in the pictures."""

    @property
    def is_still(self) -> bool:
        """Whether it shows one picture: a still, or a video of a single frame."""
        return self.info.is_still or self.counts.num_frames_from_content == 1

    def track(self, view: View, set_name: str) -> Track | None:
        """What a describer saw through a view, or, where it is shown nothing mirrored, through the same unmirrored."""
        for one in (view, replace(view, is_mirrored=False)):
            if one in self.views and set_name in self.views[one].tracks:
                return self.views[one].tracks[set_name]
        return None


@dataclass(slots=True)
class _Record:
    """What is gathered run by run; pictures are let go after each run."""

    pts: list[int] = field(default_factory=list)
    first_stable: list[bool] = field(default_factory=list)
    gates: list[int] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    bars: list[Bars] = field(default_factory=list)
    num_indexed: int = 0
    panes: PaneTracks = field(default_factory=PaneTracks)
    views: dict[View, _ViewRecord] = field(default_factory=dict)
    last_probe: Fraction | None = None
    likely: PaneTracks = field(default_factory=PaneTracks)
    probes: dict[View, list[tuple[int, Descriptors]]] = field(default_factory=dict)


@dataclass(slots=True)
class _ViewRecord:
    """What is gathered of one view."""

    samples: list[npt.NDArray[np.int64]] = field(default_factory=list)
    quality: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    rows: dict[str, list[Descriptors]] = field(default_factory=dict)


def describe_video(
    path: Path,
    describers: Sequence[AnyDescriber],
    *,
    config: SampleConfig,
    views: AlignConfig | None = None,
    text: TextEngine | NotMeasured = NOT_ASKED_FOR,
    progress: Progress = SILENT,
) -> DescribedVideo:
    """Decode a video or picture once and describe its samples.

    Args:
        path: the file.
        describers: what to compute per sample; `pdq` must be among them, its quality is kept.
        config: reader, grid, bars.
        views: which views of a suspect are described beside the whole picture as it is: mirrored, panes, and a few
            samples of every scene turned and in whatever may be a pane; None describes no other.
        text: what reads text in the pictures; or why none is read.
        progress: hears the seconds of video decoded so far.

    Raises:
        MediaError: the file can't be read, or holds no picture.
    """
    digest = digest_file(path)
    opened = open_video(path, reader=config.reader)
    reader = opened.reader
    look = _look(describers, views or _AS_IT_IS, remove_bars=config.remove_bars, text=text)
    record = _Record()
    try:
        sampler = Sampler(reader, config=config, progress=progress)
        _describe_beside_decoding(record, sampler, look)
        counts = reader.counts
        if not record.pts:
            raise UnreadableMediaError(
                f"{path}: opens, but no frame could be decoded ({counts.num_decode_failures} failures); "
                "expected at least one, check the file with another player"
            )
        scenes = sampler.scenes(counts.duration_seconds_from_content)
    finally:
        reader.close()
    scene_table = _scene_table(scenes, reader.info)
    return DescribedVideo(
        path=path,
        digest=digest,
        info=reader.info,
        counts=counts,
        backend=opened.backend,
        reading_notes=opened.reading_notes,
        samples=_sample_table(record, scene_table, reader.info),
        scenes=scene_table,
        bars=tuple(sorted({bars.kind for bars in record.bars} - {"none"})),
        views={view: _stacked(seen) for view, seen in record.views.items()},
        probes=_probes(record),
        text=look.text if isinstance(look.text, NotMeasured) else look.text.finished(scenes[-1].end),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What is done with every run."""

    describers: Sequence[AnyDescriber]
    mirror: bool
    panes: bool
    turns: bool
    remove_bars: bool
    text: TextFollower | NotMeasured


_AS_IT_IS = AlignConfig(mirror=False, panes=False, turns=False)


def _look(
    describers: Sequence[AnyDescriber], views: AlignConfig, *, remove_bars: bool, text: TextEngine | NotMeasured
) -> _Look:
    return _Look(
        describers=describers,
        mirror=views.mirror,
        panes=views.panes,
        turns=views.turns,
        remove_bars=remove_bars,
        text=text if isinstance(text, NotMeasured) else TextFollower(text),
    )


def _describe_beside_decoding(record: _Record, sampler: Sampler, look: _Look) -> None:
    """Describe each run, in order, while the next one is decoded: never more than one run waits."""
    describe = partial(_describe_run, record, look)
    with ThreadPoolExecutor(max_workers=1) as worker:
        current: Future[None] | None = None
        for run in sampler.runs():
            if current is not None:
                current.result()
            current = worker.submit(describe, run)
        if current is not None:
            current.result()


def _describe_run(record: _Record, look: _Look, run: Sequence[TakenSample]) -> None:
    bars = find_bars([sample.picture for sample in run]) if look.remove_bars else _WHOLE
    pictures = [crop_to(sample.picture, bars) for sample in run]
    gates = [gate(picture) for picture in pictures]
    kept = [picture for picture, verdict in zip(pictures, gates, strict=True) if verdict is Gate.KEPT]
    moves = [_cropped(sample.move, bars) for sample, verdict in zip(run, gates, strict=True) if verdict is Gate.KEPT]
    numbers = record.num_indexed + np.arange(len(kept), dtype=np.int64)
    quality = np.zeros(len(run), dtype=np.uint8)
    quality[[verdict is Gate.KEPT for verdict in gates]] = _see(record, look, AS_IS, _Shown(kept, moves, numbers))
    if look.mirror:
        _see(record, look, MIRRORED, _Shown(kept, moves, numbers))
    if look.panes and kept:
        _see_panes(record, look, _Shown(kept, moves, numbers))
    if (look.turns or look.panes) and kept:
        taken = [sample for sample, verdict in zip(run, gates, strict=True) if verdict is Gate.KEPT]
        _probe(record, look, kept, taken)
    if not isinstance(look.text, NotMeasured):
        look.text.look((sample.time, sample.picture) for sample in run)
    record.num_indexed += len(kept)
    record.pts.extend(sample.pts for sample in run)
    record.first_stable.extend(sample.is_first_stable for sample in run)
    record.gates.extend(gates)
    record.quality.extend(int(figure) for figure in quality)
    record.bars.extend([bars] * len(run))


@dataclass(frozen=True, slots=True)
class _Shown:
    """Samples of a run that show something."""

    pictures: Sequence[Picture]
    moves: Sequence[Move | None]
    numbers: npt.NDArray[np.int64]

    def through(self, view: View) -> _Shown:
        """What the view shows of them."""
        return _Shown(
            [seen_through(picture, view) for picture in self.pictures],
            [_seen_move(move, view) for move in self.moves],
            self.numbers,
        )

    def only(self, which: Sequence[bool]) -> _Shown:
        """Some of them."""
        chosen = [number for number, is_chosen in enumerate(which) if is_chosen]
        return _Shown([self.pictures[i] for i in chosen], [self.moves[i] for i in chosen], self.numbers[chosen])


def _cropped(move: Move | None, bars: Bars) -> Move | None:
    return move and replace(move, before=crop_to(move.before, bars), after=crop_to(move.after, bars))


def _seen_move(move: Move | None, view: View) -> Move | None:
    return move and replace(move, before=seen_through(move.before, view), after=seen_through(move.after, view))


def _probe(record: _Record, look: _Look, kept: Sequence[Picture], taken: Sequence[TakenSample]) -> None:
    """Look at one sample in two seconds, and one of every scene, turned and in whatever may be a pane."""
    describer = next((one for one in look.describers if one.identity.name == _PROBED_BY), None)
    if describer is None or isinstance(describer, MotionDescriber):
        return
    numbers = []
    for number, sample in enumerate(taken):
        if record.last_probe is None or sample.time >= record.last_probe + PROBE_SECONDS:
            numbers.append(number)
            record.last_probe = sample.time
    numbers = numbers or [len(taken) // 2]
    views = _probed_views(record, look, kept)
    for number in numbers:
        shown = [(view, seen_through(kept[number], view)) for view in views]
        shown = [(view, one) for view, one in shown if view.region == "whole" or gate(one) is Gate.KEPT]
        if shown:
            described = describer.describe([one for _, one in shown]).descriptors
            for row, (view, _) in enumerate(shown):
                record.probes.setdefault(view, []).append((record.num_indexed + number, described[row : row + 1]))


def _probed_views(record: _Record, look: _Look, kept: Sequence[Picture]) -> list[View]:
    views = list(TURNED) if look.turns else []
    boxes = record.likely.boxes(likely_panes(kept)) if look.panes else ()
    for box in boxes:
        some = [view for view in every_way_up(box) if look.mirror or not view.is_mirrored]
        is_turned_too = look.turns and len(boxes) <= _MOST_TURNED_PANES
        views += [view for view in some if is_turned_too or not view.turn_degrees]
    return views


def _probes(record: _Record) -> dict[View, Track]:
    return {
        view: Track(
            samples=np.array([sample for sample, _ in taken], dtype=np.int64),
            rows=cast("Descriptors", np.concatenate([rows for _, rows in taken])),
        )
        for view, taken in record.probes.items()
    }


def _see_panes(record: _Record, look: _Look, kept: _Shown) -> None:
    panes = [(pane.left, pane.top, pane.right, pane.bottom) for pane in find_panes(kept.pictures)]
    for box in record.panes.boxes(panes):
        for is_mirrored in (False, True) if look.mirror else (False,):
            view = View(region="pane", box=box, is_mirrored=is_mirrored)
            shows_something = [gate(seen_through(picture, view)) is Gate.KEPT for picture in kept.pictures]
            _see(record, look, view, kept.only(shows_something))


def _see(record: _Record, look: _Look, view: View, kept: _Shown) -> npt.NDArray[np.uint8]:
    """Describe samples as the view shows them; their PDQ quality."""
    shown = kept.through(view)
    seen = record.views.setdefault(view, _ViewRecord())
    quality = np.zeros(len(shown.pictures), dtype=np.uint8)
    for describer in look.describers:
        name = describer.identity.name
        if (view != AS_IS and name in OF_WHOLE_PICTURES) or (view.is_mirrored and name in OF_NO_MIRROR):
            continue
        described = _described(describer, shown)
        seen.rows.setdefault(name, []).append(described.descriptors)
        if name == QUALITY_BY:
            quality = described.quality
    seen.samples.append(shown.numbers)
    seen.quality.append(quality)
    return quality


def _described(describer: AnyDescriber, shown: _Shown) -> DescribedPictures:
    if isinstance(describer, MotionDescriber):
        return describer.describe_moves(shown.moves)
    return describer.describe(shown.pictures)


_WHOLE = Bars(kind="none", left=0, top=0, right=1000, bottom=1000)


def _sample_table(record: _Record, scenes: SceneTable, info: MediaInfo) -> SampleTable:
    pts = np.array(record.pts, dtype=np.int64)
    return SampleTable(
        time_base=info.time_base,
        start_pts=info.start_pts,
        pts=pts,
        scene=(np.searchsorted(scenes.start_pts, pts, side="right") - 1).clip(0).astype(np.int32),
        reason=np.array(record.first_stable, dtype=np.uint8),
        gate=np.array(record.gates, dtype=np.uint8),
        quality=np.array(record.quality, dtype=np.uint8),
        box=np.array([(b.left, b.top, b.right, b.bottom) for b in record.bars], dtype=np.int16),
    )


def _scene_table(scenes: Sequence[Scene], info: MediaInfo) -> SceneTable:
    starts = [info.start_pts + round(scene.start / info.time_base) for scene in scenes]
    end = max(info.start_pts + round(scenes[-1].end / info.time_base), starts[-1] + 1)
    return SceneTable(
        start_pts=np.array(starts, dtype=np.int64),
        end_pts=np.array([*starts[1:], end], dtype=np.int64),
        is_gradual=np.array([scene.is_gradual for scene in scenes], dtype=np.bool_),
    )


def _stacked(seen: _ViewRecord) -> DescribedView:
    samples = np.concatenate(seen.samples)
    return DescribedView(
        samples=samples,
        quality=np.concatenate(seen.quality),
        tracks={
            name: Track(samples=samples, rows=cast("Descriptors", np.concatenate(rows)))
            for name, rows in seen.rows.items()
        },
    )
