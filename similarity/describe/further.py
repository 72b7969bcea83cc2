"""Further views of a suspect: a few samples of all are looked at, whole scenes where a closer look is worth it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt

from index.records import Descriptors, Track
from similarity.config import SampleConfig
from similarity.describe.choose import AnyDescriber
from similarity.describe.conditions import Gate, cut_out, gate
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.types import Describer
from similarity.describe.video import OF_WHOLE_PICTURES, QUALITY_BY, DescribedVideo
from similarity.describe.views import DescribedView, View, seen_through
from similarity.media.pictures import pictures_at
from similarity.media.types import Picture

__all__ = ["with_further_views"]

_AT_ONCE = 64
"""Samples decoded and described together: bounds the pictures in memory."""

Samples = npt.NDArray[np.int64]
_Shown = Mapping[int, Picture]
"""Number among the indexed samples -> the picture inside its bars."""


def with_further_views(
    video: DescribedVideo,
    describers: Sequence[AnyDescriber],
    wanted: Mapping[View, Samples],
    *,
    config: SampleConfig,
) -> DescribedVideo:
    """The described video with some samples seen through further views as well; its file is read again.

    How what they show moves is not described.  Samples that a view holds already stay as they are.

    Args:
        video: the described video.
        describers: what to compute per sample; whole pictures and movement are left out.
        wanted: view -> (k,) numbers among the indexed samples, ascending.
        config: reader, size of the pictures.

    Raises:
        MediaError: the file can't be read again.
    """
    chosen = [
        one for one in describers if one.identity.name not in OF_WHOLE_PICTURES and not isinstance(one, MotionDescriber)
    ]
    missing = {view: _missing(video, view, samples) for view, samples in wanted.items()}
    seen: dict[View, list[DescribedView]] = {}
    for pictures in _read(video, missing, config):
        for view, samples in missing.items():
            part = _seen(view, {one: pictures[one] for one in samples.tolist() if one in pictures}, chosen)
            if part is not None:
                seen.setdefault(view, []).append(part)
    return replace(video, views={**video.views, **{view: _joined(video, view, parts) for view, parts in seen.items()}})


def _missing(video: DescribedVideo, view: View, samples: Samples) -> Samples:
    """Those that the view does not hold yet."""
    return np.setdiff1d(samples, video.views[view].samples) if view in video.views else samples


def _read(video: DescribedVideo, missing: Mapping[View, Samples], config: SampleConfig) -> Iterator[_Shown]:
    """The samples that any view wants, a few at a time."""
    every = np.unique(np.concatenate(list(missing.values()))) if missing else np.empty(0, np.int64)
    for first in range(0, len(every), _AT_ONCE):
        some = every[first : first + _AT_ONCE]
        numbers = video.samples.indexed[some]
        stamps = video.samples.pts[numbers].tolist()
        found = pictures_at(video.path, {stamp: [config.max_side_pixels] for stamp in stamps}, reader=config.reader)
        keys = zip(some.tolist(), stamps, video.samples.box[numbers].tolist(), strict=True)
        yield {
            sample: cut_out(found[stamp, config.max_side_pixels], tuple(box))
            for sample, stamp, box in keys
            if (stamp, config.max_side_pixels) in found
        }


def _seen(view: View, pictures: _Shown, describers: Sequence[Describer]) -> DescribedView | None:
    """What some samples show through a view; an empty pane shows nothing."""
    shown = {sample: seen_through(picture, view) for sample, picture in pictures.items()}
    if view.region == "pane":
        shown = {sample: picture for sample, picture in shown.items() if gate(picture) is Gate.KEPT}
    if not shown:
        return None
    samples, quality = np.array(list(shown), dtype=np.int64), np.zeros(len(shown), dtype=np.uint8)
    rows: dict[str, Descriptors] = {}
    for describer in describers:
        made = describer.describe(list(shown.values()))
        rows[describer.identity.name] = made.descriptors
        if describer.identity.name == QUALITY_BY:
            quality = made.quality
    return _view(samples, quality, rows)


def _joined(video: DescribedVideo, view: View, parts: Sequence[DescribedView]) -> DescribedView:
    """All samples of a view in order, with the tracks that all of them have."""
    every = [*([video.views[view]] if view in video.views else []), *parts]
    samples = np.concatenate([part.samples for part in every])
    order = np.argsort(samples, kind="stable")
    names = set.intersection(*(set(part.tracks) for part in every))
    return _view(
        samples[order],
        np.concatenate([part.quality for part in every])[order],
        {
            name: cast("Descriptors", np.concatenate([part.tracks[name].rows for part in every])[order])
            for name in every[0].tracks
            if name in names
        },
    )


def _view(samples: Samples, quality: npt.NDArray[np.uint8], rows: Mapping[str, Descriptors]) -> DescribedView:
    tracks = {name: Track(samples=samples, rows=one) for name, one in rows.items()}
    return DescribedView(samples=samples, quality=quality, tracks=tracks)
