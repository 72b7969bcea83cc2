"""Which frames of a match are mapped, and how they lie over each other: beginning, middle and end of every scene."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.records import SampleTable
from similarity.absence import NotMeasured, not_measured
from similarity.align.values import AlignedMatch, FramesOnLine
from similarity.describe.video import DescribedVideo
from similarity.geometry.fit import PairFit
from similarity.report.build.maps import laying
from similarity.report.schema.taking import LaidBy

__all__ = ["MappedFrames", "mapped_frames"]

MOST_SCENES_IN_THREE = 12
"""Scenes of a match, at most, of which beginning, middle and end are mapped."""
_NOT_ASKED = not_measured("local features were not asked about this pair")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MappedFrames:
    """Two frames of which a map is made."""

    frames: FramesOnLine
    """Which."""
    transform: Floats
    """(3, 3) from fractions of the suspect's picture to fractions of the work's."""
    laid_by: LaidBy
    """What says so."""


def mapped_frames(
    match: AlignedMatch, fits: Mapping[int, PairFit | NotMeasured], video: DescribedVideo, work: SampleTable
) -> list[MappedFrames]:
    """Frames of which maps are made, in order of time: beginning, middle and end of every scene that the match covers.

    Those of the dense look stand on its line.  Where it placed nothing, and in scenes that it did not look at, they are
    aligned samples, those among them of which local features were asked.

    Args:
        match: the match.
        fits: what local features say, by number among its aligned pairs: the pairs that are shown.
        video: the suspect.
        work: samples of the work.
    """
    if not fits:
        return []
    pairs = _Samples(match=match, video=video, work=work)
    if match.laid is None:
        found = [pairs.mapped(index, fit) for index, fit in fits.items()]
    else:
        found = [
            MappedFrames(frames=one, transform=match.laid.transform, laid_by="placement") for one in match.laid.frames
        ]
    known = {pairs.scene_of(one.frames.suspect_pts) for one in found} if match.laid is not None else set()
    asked = set() if match.laid is not None else set(fits)
    found += [pairs.mapped(index, _NOT_ASKED) for index in pairs.of_scenes(known) if index not in asked]
    return sorted(found, key=lambda one: one.frames.suspect_pts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Samples:
    """The aligned samples of a match."""

    match: AlignedMatch
    video: DescribedVideo
    work: SampleTable

    def scene_of(self, pts: int) -> int:
        """Number of the suspect's scene that holds a frame."""
        return int(np.searchsorted(self.video.scenes.start_pts, pts, side="right")) - 1

    def of_scenes(self, known: set[int]) -> Iterator[int]:
        """Numbers of the first, middle and last pair of every scene but some; of many scenes the most similar pair."""
        of_pairs = self.video.samples.scene[self.video.samples.indexed[self.match.suspect_samples]]
        scenes = [scene for scene in np.unique(of_pairs).tolist() if scene not in known]
        for scene in scenes:
            inside = np.flatnonzero(of_pairs == scene)
            if len(scenes) > MOST_SCENES_IN_THREE:
                yield int(inside[self.match.zscores[inside].argmax()])
            else:
                yield from dict.fromkeys((int(inside[0]), int(inside[len(inside) // 2]), int(inside[-1])))

    def mapped(self, index: int, fit: PairFit | NotMeasured) -> MappedFrames:
        """A pair of samples, laid by the dense look if it placed the match, by local features, or as they were seen."""
        suspect, work = self.video.samples, self.work
        here = int(suspect.indexed[self.match.suspect_samples[index]])
        there = int(work.indexed[self.match.work_samples[index]])
        frames = FramesOnLine(
            suspect_pts=int(suspect.pts[here]),
            work_pts=int(work.pts[there]),
            suspect_seconds=float((int(suspect.pts[here]) - suspect.start_pts) * suspect.time_base),
            work_seconds=float((int(work.pts[there]) - work.start_pts) * work.time_base),
        )
        if self.match.laid is not None:
            return MappedFrames(frames=frames, transform=self.match.laid.transform, laid_by="placement")
        boxes = (suspect.box[here].tolist(), work.box[there].tolist())
        transform, laid_by = laying(fit, boxes, self.match.view)
        return MappedFrames(frames=frames, transform=transform, laid_by=laid_by)
