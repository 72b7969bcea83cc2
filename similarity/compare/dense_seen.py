"""What the dense look starts from: a match's line by the sample grid, and every frame of a stretch of both files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.align.dense_window import DenseWindow
from similarity.align.values import AlignedMatch, FramesOnLine
from similarity.geometry.dense import ContrastPictures, contrast_pictures
from similarity.media.stretches import GreyStretch

__all__ = ["CoarseLine", "SeenStretch"]

Floats = npt.NDArray[np.float64]
Stamps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoarseLine:
    """`work = at + speed * (suspect - middle)`, as the sample grid has it."""

    middle: float
    """Middle of the match in the suspect, seconds."""
    at: float
    """Time in the work there, seconds."""
    speed: float
    """Work seconds per suspect second; 1 where one aligned sample fixes none."""

    @classmethod
    def of(cls, match: AlignedMatch) -> CoarseLine:
        """The line of a match."""
        middle = (match.suspect_start_seconds + match.suspect_end_seconds) / 2
        speed, offset = match.fit.speed_factor, match.fit.offset_seconds
        if isinstance(speed, NotMeasured) or isinstance(offset, NotMeasured):
            return cls(middle=middle, at=(match.work_start_seconds + match.work_end_seconds) / 2, speed=1.0)
        return cls(middle=middle, at=offset + speed * middle, speed=speed)

    def work_seconds(self, suspect_seconds: Floats) -> Floats:
        """Where the line puts moments of the suspect."""
        return self.at + self.speed * (suspect_seconds - self.middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStretch:
    """A stretch of both files, as local contrast."""

    suspect: ContrastPictures
    """n frames of the suspect."""
    work: ContrastPictures
    """m frames of the work."""
    suspect_seconds: Floats
    """(n,) times in the suspect."""
    work_seconds: Floats
    """(m,) times in the work."""
    suspect_pts: Stamps
    """(n,) their presentation time stamps."""
    work_pts: Stamps
    """(m,) their presentation time stamps."""

    @classmethod
    def of(cls, suspect: GreyStretch, work: GreyStretch) -> SeenStretch:
        """Local contrast of decoded frames."""
        return cls(
            suspect=contrast_pictures(suspect.pictures),
            work=contrast_pictures(work.pictures),
            suspect_seconds=suspect.seconds,
            work_seconds=work.seconds,
            suspect_pts=suspect.pts,
            work_pts=work.pts,
        )

    def frames(self, row: int, column: int) -> FramesOnLine:
        """A frame of the suspect and one of the work, by their numbers."""
        return FramesOnLine(
            suspect_pts=int(self.suspect_pts[row]),
            work_pts=int(self.work_pts[column]),
            suspect_seconds=float(self.suspect_seconds[row]),
            work_seconds=float(self.work_seconds[column]),
        )

    def window(self, values: npt.NDArray[np.float32]) -> DenseWindow:
        """With (n, m) values of how alike the frames are."""
        return DenseWindow(
            suspect_seconds=self.suspect_seconds,
            work_seconds=self.work_seconds,
            agreement=values,
            contrast=self.suspect.strength,
        )
