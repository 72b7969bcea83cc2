"""Suspects seen through turned views: a few samples of all, whole scenes where a closer look is worth it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt

from index.records import Descriptors, Track
from similarity.config import SampleConfig
from similarity.describe.choose import AnyDescriber
from similarity.describe.conditions import cut_out
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.types import Describer
from similarity.describe.video import OF_WHOLE_PICTURES, QUALITY_BY, DescribedVideo
from similarity.describe.views import DescribedView, View, seen_through
from similarity.media.pictures import pictures_at

__all__ = ["with_turned_views"]

_AT_ONCE = 64
"""Samples decoded and described together: bounds the pictures in memory."""

Samples = npt.NDArray[np.int64]


def with_turned_views(
    video: DescribedVideo,
    describers: Sequence[AnyDescriber],
    wanted: Mapping[View, Samples],
    *,
    config: SampleConfig,
) -> DescribedVideo:
    """The described video with some samples seen through turned views as well; its file is read again.

    How a turned picture moves is not described.

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
    views = {view: _seen(video, chosen, view, samples, config) for view, samples in wanted.items() if len(samples)}
    return replace(video, views={**video.views, **{view: seen for view, seen in views.items() if seen is not None}})


def _seen(
    video: DescribedVideo, describers: Sequence[Describer], view: View, samples: Samples, config: SampleConfig
) -> DescribedView | None:
    described: list[Samples] = []
    quality: list[npt.NDArray[np.uint8]] = []
    rows: dict[str, list[Descriptors]] = {one.identity.name: [] for one in describers}
    for first in range(0, len(samples), _AT_ONCE):
        numbers = video.samples.indexed[samples[first : first + _AT_ONCE]]
        stamps = video.samples.pts[numbers].tolist()
        found = pictures_at(video.path, {stamp: [config.max_side_pixels] for stamp in stamps}, reader=config.reader)
        keys = [(stamp, config.max_side_pixels) for stamp in stamps]
        there = [number for number, key in enumerate(keys) if key in found]
        boxes = video.samples.box[numbers].tolist()
        pictures = [seen_through(cut_out(found[keys[i]], tuple(boxes[i])), view) for i in there]
        if not pictures:
            continue
        described.append(samples[first : first + _AT_ONCE][there])
        for describer in describers:
            made = describer.describe(pictures)
            rows[describer.identity.name].append(made.descriptors)
            if describer.identity.name == QUALITY_BY:
                quality.append(made.quality)
    if not described:
        return None
    every = np.concatenate(described)
    return DescribedView(
        samples=every,
        quality=np.concatenate(quality),
        tracks={
            name: Track(samples=every, rows=cast("Descriptors", np.concatenate(blocks)))
            for name, blocks in rows.items()
        },
    )


def _joined(blocks: Sequence[Descriptors]) -> Descriptors:
    return cast("Descriptors", np.concatenate(blocks))
