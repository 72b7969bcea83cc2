"""Maps of the frame pairs of a match: what was kept, moved, changed, added and gone, as values and as pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.describe.conditions import Box
from similarity.describe.views import View, turning
from similarity.geometry.change import PicturePart
from similarity.geometry.change_map import graded_work, map_of
from similarity.geometry.fit import PairFit
from similarity.geometry.laid_over import LaidOver, lay_over, to_map_size
from similarity.geometry.map_drawing import LETTERS, draw_checkerboard, draw_difference, draw_labels
from similarity.geometry.map_labels import LABELS, ChangeMap, suspect_shares, work_shares
from similarity.geometry.standing_marks import MappedPair, StandingMark, standing_marks
from similarity.intervals import holds
from similarity.media.types import Picture
from similarity.report.schema.report import NOT_MAPPED, SceneFinding, SceneWork
from similarity.report.schema.taking import LaidBy, PairMap, SceneTaking, ShownMark, Taking

__all__ = ["SeenPair", "laying", "taking_of", "with_takings"]

_SURE_EXPONENT = 3.0
"""Powers of ten against chance from which local features say how the work's picture was moved."""
_MOST_MARKS = 6
"""Marks of a match that are listed, largest first."""
_FRAME_COLOUR, _FRAME_PIXELS = (204, 51, 17), 3

NOTHING_TO_MAP = not_measured("no frame pair of this match could be decoded a second time")

Keep = Callable[[str, Picture], str]
"""Encodes a picture under a name and gives the name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenPair:
    """Two aligned frames that are shown, and what is known of how they lie over each other."""

    suspect_seconds: float
    work_seconds: float
    suspect: Picture
    work: Picture
    transform: npt.NDArray[np.float64]
    """(3, 3) from fractions of the suspect's picture to fractions of the work's."""
    laid_by: LaidBy
    """What says so."""


def taking_of(match_id: str, seen: Sequence[SeenPair], keep: Keep) -> Taking | NotMeasured:
    """What became of the work's pictures in those of the suspect, over the frame pairs of a match.

    Args:
        match_id: the match, for names of pictures.
        seen: its frame pairs, in order of time.
        keep: keeps a picture.
    """
    if not seen:
        return NOTHING_TO_MAP
    mapped = [_mapped(f"pictures/{match_id}-map-{number}", pair, keep) for number, pair in enumerate(seen)]
    maps = [found for _, found in mapped]
    return Taking(
        suspect=suspect_shares(maps),
        work=work_shares(maps),
        pairs=tuple(shown for shown, _ in mapped),
        marks=_marks(match_id, seen, maps, keep),
    )


def with_takings(scenes: Sequence[SceneFinding], takings: dict[str, Taking | NotMeasured]) -> tuple[SceneFinding, ...]:
    """The scenes with what the maps of their frame pairs say.

    Args:
        scenes: as measured.
        takings: by match.
    """
    return tuple(
        replace(scene, works=tuple(replace(one, taking=_within(one, scene, takings)) for one in scene.works))
        for scene in scenes
    )


def _within(one: SceneWork, scene: SceneFinding, takings: dict[str, Taking | NotMeasured]) -> SceneTaking | NotMeasured:
    """Maps of a match whose suspect's frame lies in a scene."""
    taking = takings.get(one.match_id, NOT_MAPPED)
    if isinstance(taking, NotMeasured):
        return taking
    inside = [
        number
        for number, pair in enumerate(taking.pairs)
        if holds((scene.start_seconds, scene.end_seconds), pair.suspect_seconds)
    ]
    if not inside:
        return NOT_MAPPED
    maps = [_read(taking.pairs[number]) for number in inside]
    return SceneTaking(pairs=tuple(inside), suspect=suspect_shares(maps), work=work_shares(maps))


def _mapped(stem: str, pair: SeenPair, keep: Keep) -> tuple[PairMap, ChangeMap]:
    laid = lay_over(pair.suspect, pair.work, pair.transform)
    found = map_of(laid, pair.work, transform=pair.transform)
    shown = PairMap(
        suspect_seconds=pair.suspect_seconds,
        work_seconds=pair.work_seconds,
        laid_by=pair.laid_by,
        carried_by=found.carried_by,
        suspect=suspect_shares([found]),
        work=work_shares([found]),
        suspect_cells=_written(found.suspect),
        work_cells=_written(found.work),
        **_pictures(stem, pair, laid, found, keep),
    )
    return shown, found


def _pictures(stem: str, pair: SeenPair, laid: LaidOver, found: ChangeMap, keep: Keep) -> dict[str, str]:
    return {
        "suspect_frame": keep(f"{stem}-suspect-frame.jpg", pair.suspect),
        "work_frame": keep(f"{stem}-work-frame.jpg", pair.work),
        "suspect_picture": keep(f"{stem}-suspect.jpg", draw_labels(pair.suspect, found.suspect)),
        "work_picture": keep(f"{stem}-work.jpg", draw_labels(pair.work, found.work)),
        "checkerboard_picture": keep(f"{stem}-checkerboard.jpg", draw_checkerboard(laid)),
        "difference_picture": keep(f"{stem}-difference.jpg", draw_difference(laid, graded_work(laid))),
    }


def laying(fit: PairFit | NotMeasured, boxes: tuple[Box, Box], view: View) -> tuple[npt.NDArray[np.float64], LaidBy]:
    """(3, 3) from fractions of the suspect's frame to fractions of the work's, and what says so.

    Where local features don't, the part that matched is laid over the work's picture, both inside their bars.

    Args:
        fit: of the whole frames.
        boxes: the suspect's and the work's picture inside their bars, thousandths.
        view: the part of the suspect's picture that matches.
    """
    if (
        isinstance(fit, PairFit)
        and fit.points.chance_exponent >= _SURE_EXPONENT
        and not isinstance(fit.transform, NotMeasured)
    ):
        return fit.transform, "local features"
    inner = _placing(boxes[0]) @ _placing(view.box)
    return np.asarray(_placing(boxes[1]) @ turning(view) @ np.linalg.inv(inner), np.float64), "view"


def _placing(box: Box) -> npt.NDArray[np.float64]:
    """(3, 3) from fractions of a part to fractions of the whole."""
    left, top, right, bottom = (edge / 1000 for edge in box)
    return np.array([[right - left, 0.0, left], [0.0, bottom - top, top], [0.0, 0.0, 1.0]])


_NO_LETTER = "."


def _written(cells: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    letters = [LETTERS.get(label, _NO_LETTER) for label in LABELS]
    return tuple("".join(letters[number] for number in row) for row in cells.tolist())


def _read(pair: PairMap) -> ChangeMap:
    """The map that was written."""
    numbers = {LETTERS.get(label, _NO_LETTER): number for number, label in enumerate(LABELS)}
    suspect, work = (
        np.array([[numbers[letter] for letter in row] for row in rows], np.uint8)
        for rows in (pair.suspect_cells, pair.work_cells)
    )
    return ChangeMap(
        suspect=suspect, work=work, shift=np.zeros((*suspect.shape, 2), np.float32), carried_by=pair.carried_by
    )


def _marks(
    match_id: str, seen: Sequence[SeenPair], maps: Sequence[ChangeMap], keep: Keep
) -> tuple[ShownMark, ...] | NotMeasured:
    found = standing_marks(
        [MappedPair(suspect=pair.suspect, work=pair.work, found=one) for pair, one in zip(seen, maps, strict=True)]
    )
    if isinstance(found, NotMeasured):
        return found
    return tuple(
        _shown(mark, seen, f"pictures/{match_id}-mark-{number}.jpg", keep)
        for number, mark in enumerate(found[:_MOST_MARKS])
    )


def _shown(mark: StandingMark, seen: Sequence[SeenPair], name: str, keep: Keep) -> ShownMark:
    is_suspect = mark.side == "suspect"
    seconds = [pair.suspect_seconds if is_suspect else pair.work_seconds for pair in seen]
    picture = to_map_size(seen[0].suspect if is_suspect else seen[0].work)
    return ShownMark(
        mark=mark,
        start_seconds=min(seconds),
        end_seconds=max(seconds),
        picture=keep(name, _framed(picture, mark.part)),
    )


def _framed(picture: Picture, part: PicturePart) -> Picture:
    """The picture with a box drawn in."""
    height, width = picture.shape[:2]
    first = (round(part.left * width), round(part.top * height))
    last = (round(part.right * width) - 1, round(part.bottom * height) - 1)
    return np.asarray(cv2.rectangle(picture.copy(), first, last, _FRAME_COLOUR, _FRAME_PIXELS), np.uint8)
