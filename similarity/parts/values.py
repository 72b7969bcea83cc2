"""Parts of works, what is kept of each of their pictures, and what a search for them says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from similarity.absence import NotMeasured
from similarity.describe.conditions import Box
from similarity.geometry.features import LocalFeatures

__all__ = ["KINDS", "Kind", "PartFinding", "PartOrigin", "PartPicture", "PartTraits", "RegionRows", "WorkParts"]

Kind = Literal["compact", "composition", "colour"]
"""What of a region is compared."""
KINDS: tuple[Kind, ...] = ("compact", "composition", "colour")

PartOrigin = Literal["marked", "accepted", "proposed"]
"""Marked by the owner; proposed by the tool and accepted by a person; proposed only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RegionRows(ArrayValue):
    """The regions of one picture, and what each looks like."""

    boxes: npt.NDArray[np.int16]
    """(n, 4) left, top, right, bottom in thousandths of the frame."""
    compact: npt.NDArray[np.float32]
    """(n, 256) unit rows of the copy network."""
    composition: npt.NDArray[np.float32]
    """(n, 216) unit rows of the composition network."""
    colour: npt.NDArray[np.float32]
    """(n, 320) square roots of a histogram in Lab: unit rows."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            boxes="int16(n, 4)",
            compact="float32(n, 256)",
            composition="float32(n, 216)",
            colour="float32(n, 320)",
        )

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PartPicture(ArrayValue):
    """One picture of a part."""

    part: str
    """Name of the part; several pictures of one part share it."""
    origin: PartOrigin
    """Who says that it is a part."""
    pts: int | None
    """Time stamp of its frame in the work; None where it stands in a file of its own."""
    seconds: float
    """The same in seconds after the first frame; 0 in a file of its own."""
    source: str
    """Path of the file of its own, a character sheet or a cut-out; empty where it is a frame of the work."""
    box: Box
    """Where it stands in that frame or file, thousandths."""
    num_scenes: int
    """Scenes of the work in which it was met when it was proposed; 0 for a mark."""
    regions: RegionRows
    """Regions inside the box; their boxes are of the whole frame."""
    features: LocalFeatures
    """Local features inside the box; points are fractions of the whole frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkParts:
    """Every part of one work."""

    work_id: str
    """The work."""
    pictures: tuple[PartPicture, ...]
    """Pictures of its parts, those of one part together."""

    @property
    def is_settled(self) -> bool:
        """Whether a person marked or accepted any."""
        return any(one.origin != "proposed" for one in self.pictures)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTraits:
    """What of a part is kept and what differs, each measured alone."""

    colours: float
    """Bhattacharyya coefficient of the colours inside both boxes, 0 to 1."""
    marks: int
    """Local features at different spots that one transformation puts in place."""
    outline: float | NotMeasured
    """Mean standing of both networks' likeness among the most alike of the class, standard deviations."""
    proportions: float
    """Width over height in the suspect, over the same in the work; 1 where they are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFinding:
    """How much the strongest part of one work stands out in a suspect."""

    work_id: str
    """The work."""
    part: str
    """The part."""
    origin: PartOrigin
    """Who says that it is one."""
    score: float
    """Standard deviations above the most alike of its class, and what local features add."""
    is_found: bool
    """Whether it counts as found."""
    rival_work_id: str | NotMeasured
    """The other work, of another origin, whose part comes closest."""
    rival_score: float | NotMeasured
    """What that reaches."""
    is_apart: bool
    """Whether it can be told from its class: no part of another origin comes close."""
    num_pictures: int
    """Pictures of the suspect in which it reaches the least score."""
    suspect_pts: int
    """Time stamp of the suspect's picture in which it is strongest."""
    suspect_seconds: float
    """The same, seconds after the first frame."""
    suspect_box: Box
    """Where it stands there, thousandths of the frame."""
    work_pts: int | None
    """Time stamp of the work's frame; None where the part stands in a file of its own."""
    work_seconds: float
    """The same, seconds after its first frame; 0 in a file of its own."""
    work_source: str
    """That file; empty where it is a frame of the work."""
    work_box: Box
    """Where the part stands there."""
    is_mirrored: bool
    """Whether left and right are exchanged."""
    traits: PartTraits
    """Kept and different."""
