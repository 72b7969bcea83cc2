"""One decode of a file for everything: scenes, samples, bars, gates and descriptors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, cast

import numpy as np

from index.records import Descriptors, SampleTable, SceneTable
from similarity.config import SampleConfig
from similarity.describe.conditions import Bars, Gate, crop_to, find_bars, gate
from similarity.describe.sampler import Progress, Sampler, TakenSample
from similarity.describe.types import Describer
from similarity.errors import UnreadableMediaError
from similarity.media.digest import digest_file
from similarity.media.open import open_video
from similarity.media.types import Backend, FileDigest, MediaInfo, ReadCounts
from similarity.scenes.detect import Scene

__all__ = ["DescribedVideo", "View", "describe_video"]

View = Literal["as_is", "mirrored"]
"""How a picture was turned before it was described; mirrored is left to right."""

_QUALITY_BY = "pdq"
"""The describer whose quality figure is kept per sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedVideo:
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
    deviations: tuple[str, ...]
    """Where reading differed from what was configured."""
    samples: SampleTable
    """Every sample, gated ones included."""
    scenes: SceneTable
    """Scenes, tiling the video."""
    bars: tuple[str, ...]
    """Kinds of burned-in bars that were found and left out, each named once."""
    views: Mapping[View, Mapping[str, Descriptors]]
    """View -> descriptor set name -> one row per indexed sample."""


@dataclass(slots=True)
class _Record:
    """What is gathered run by run; pictures are let go after each run."""

    pts: list[int] = field(default_factory=list)
    first_stable: list[bool] = field(default_factory=list)
    gates: list[int] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    bars: list[Bars] = field(default_factory=list)
    rows: dict[tuple[View, str], list[Descriptors]] = field(default_factory=dict)


def describe_video(
    path: Path,
    describers: Sequence[Describer],
    *,
    config: SampleConfig,
    with_mirrored: bool = False,
    progress: Progress | None = None,
) -> DescribedVideo:
    """Decode a video or picture once and describe its samples.

    Args:
        path: the file.
        describers: what to compute per sample; `pdq` must be among them, its quality is kept.
        config: reader, grid, bars.
        with_mirrored: also describe every sample mirrored left to right (suspects).
        progress: called with the seconds of video decoded so far.

    Raises:
        MediaError: the file can't be read, or holds no picture.
    """
    digest = digest_file(path)
    opened = open_video(path, reader=config.reader)
    reader = opened.reader
    views: tuple[View, ...] = ("as_is", "mirrored") if with_mirrored else ("as_is",)
    record = _Record()
    try:
        sampler = Sampler(reader, config=config, progress=progress)
        _describe_beside_decoding(record, sampler, describers, views=views, remove_bars=config.remove_bars)
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
        deviations=opened.deviations,
        samples=_sample_table(record, scene_table, reader.info),
        scenes=scene_table,
        bars=tuple(sorted({bars.kind for bars in record.bars} - {"none"})),
        views={view: {d.identity.name: _stacked(record, view, d) for d in describers} for view in views},
    )


def _describe_beside_decoding(
    record: _Record,
    sampler: Sampler,
    describers: Sequence[Describer],
    *,
    views: Sequence[View],
    remove_bars: bool,
) -> None:
    """Describe each run, in order, while the next one is decoded: never more than one run waits."""
    describe = partial(_describe_run, record, describers=describers, views=views, remove_bars=remove_bars)
    with ThreadPoolExecutor(max_workers=1) as worker:
        current: Future[None] | None = None
        for run in sampler.runs():
            if current is not None:
                current.result()
            current = worker.submit(describe, run)
        if current is not None:
            current.result()


def _describe_run(
    record: _Record,
    run: Sequence[TakenSample],
    *,
    describers: Sequence[Describer],
    views: Sequence[View],
    remove_bars: bool,
) -> None:
    bars = find_bars([sample.picture for sample in run]) if remove_bars else _WHOLE
    pictures = [crop_to(sample.picture, bars) for sample in run]
    gates = [gate(picture) for picture in pictures]
    kept = [picture for picture, verdict in zip(pictures, gates, strict=True) if verdict is Gate.KEPT]
    quality = np.zeros(len(run), dtype=np.uint8)
    for view in views:
        turned = kept if view == "as_is" else [np.ascontiguousarray(picture[:, ::-1]) for picture in kept]
        for describer in describers:
            described = describer.describe(turned)
            name = describer.identity.name
            record.rows.setdefault((view, name), []).append(described.descriptors)
            if name == _QUALITY_BY and view == "as_is":
                quality[[verdict is Gate.KEPT for verdict in gates]] = described.quality
    record.pts.extend(sample.pts for sample in run)
    record.first_stable.extend(sample.is_first_stable for sample in run)
    record.gates.extend(gates)
    record.quality.extend(int(figure) for figure in quality)
    record.bars.extend([bars] * len(run))


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


def _stacked(record: _Record, view: View, describer: Describer) -> Descriptors:
    return cast("Descriptors", np.concatenate(record.rows[view, describer.identity.name]))
