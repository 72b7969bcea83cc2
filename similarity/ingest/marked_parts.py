"""Salient parts that an owner marked in the catalogue: `left,top,right,bottom` in percent, several parted by `;`."""

from __future__ import annotations

from similarity.geometry.change import PicturePart

__all__ = ["parts_of"]


def parts_of(cell: str) -> tuple[PicturePart, ...]:
    """The boxes of a catalogue's cell; none for an empty one.

    Raises:
        ValueError: not four numbers, or a box without room inside the picture.
    """
    return tuple(_part(box) for box in cell.split(";") if box.strip())


def _part(box: str) -> PicturePart:
    try:
        left, top, right, bottom = (float(edge) / 100 for edge in box.split(","))
    except ValueError as error:
        raise ValueError(
            f"salient part {box.strip()!r}: expected left,top,right,bottom in percent, such as 20,10,60,95"
        ) from error
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise ValueError(
            f"salient part {box.strip()!r}: expected 0 <= left < right <= 100 and 0 <= top < bottom <= 100, in percent"
        )
    return PicturePart(left=left, top=top, right=right, bottom=bottom, area_share=(right - left) * (bottom - top))
