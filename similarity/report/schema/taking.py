"""What was kept, moved, changed, added and gone, as the report holds it: maps, shares, standing marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured
from similarity.geometry.map_labels import Carrier, SuspectShares, WorkShares
from similarity.geometry.standing_marks import StandingMark

__all__ = ["LaidBy", "PairMap", "SceneTaking", "ShownMark", "ShownRegions", "Taking"]


LaidBy = Literal["placement", "local features", "view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMap:
    """The map of one pair of aligned frames; cells are 8 dots of pictures of 320 on the longer side."""

    suspect_seconds: float
    """Time of the suspect's frame."""
    work_seconds: float
    """Time of the work's frame."""
    laid_by: LaidBy
    """What says how the work's picture lies over the suspect's. placement: the fit to all frames of a placed match;
    local features: those of these two frames; view: neither, they are laid as the match saw them."""
    carried_by: Carrier
    """surface: grey levels and colour; structure: edges alone, under another surface; nothing: too little corresponds
    to speak of."""
    suspect: SuspectShares
    """What the suspect's frame is made of."""
    work: WorkShares
    """What became of the work's frame."""
    suspect_cells: tuple[str, ...]
    """A letter for every cell of the suspect's frame, row by row: K kept, M moved, C changed, A added, a dot where it
    is too plain to tell."""
    work_cells: tuple[str, ...]
    """The same of the work's frame: K, M, C, G gone, X cropped, a dot."""
    suspect_frame: str
    """JPEG of the suspect's frame as it is, relative to the case folder."""
    work_frame: str
    """JPEG of the work's frame as it is."""
    suspect_picture: str
    """JPEG of the suspect's frame under its labels, relative to the case folder."""
    work_picture: str
    """JPEG of the work's frame under its labels."""
    checkerboard_picture: str
    """JPEG: fields of both frames in turn, the work's laid over the suspect's."""
    difference_picture: str
    """JPEG: where grey levels differ once the work's frame is laid over and graded, white none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMark:
    """Bars, a caption or a logo that stands over the frames of a match."""

    mark: StandingMark
    """What it is, and its box."""
    start_seconds: float
    """Time of the first frame, of the suspect or of the work, in which it was seen."""
    end_seconds: float
    """Time of the last one."""
    picture: str
    """JPEG of a frame with the box drawn in, relative to the case folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRegions:
    """Two aligned frames with the regions drawn in, in which something moves and the two show something else."""

    suspect_seconds: float
    """Time of the suspect's frame."""
    work_seconds: float
    """Time of the work's frame."""
    suspect_picture: str
    """JPEG of the suspect's frame, relative to the case folder."""
    work_picture: str
    """JPEG of the work's frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTaking:
    """Shares over the frame pairs of one scene and match."""

    pairs: tuple[int, ...]
    """Numbers, from 0, of the match's maps whose frame of the suspect lies in the scene."""
    suspect: SuspectShares
    """What the suspect's frames are made of."""
    work: WorkShares
    """What became of the work's frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Maps of the frame pairs of a match, and what they say together."""

    suspect: SuspectShares
    """What the suspect's frames are made of, over all pairs."""
    work: WorkShares
    """What became of the work's frames."""
    pairs: tuple[PairMap, ...]
    """The maps, in order of time."""
    marks: tuple[ShownMark, ...] | NotMeasured
    """Bars, captions and logos added, kept or gone."""
