"""Parts of works in words for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from similarity.parts.values import PartPicture, WorkParts
from similarity.text import one_line

__all__ = ["listed_parts", "parts_in_words"]


def listed_parts(known: Sequence[WorkParts]) -> list[dict[str, object]]:
    """One row for each part of each work."""
    return [
        {
            "work_id": one.work_id,
            "part": name,
            "origin": pictures[0].origin,
            "pictures": len(pictures),
            "scenes": pictures[0].num_scenes,
            "seconds": [picture.seconds for picture in pictures if not picture.source],
            "files": [picture.source for picture in pictures if picture.source],
            "boxes_percent": [[edge / 10 for edge in picture.box] for picture in pictures],
        }
        for one in known
        for name, pictures in _by_name(one).items()
    ]


def parts_in_words(known: Sequence[WorkParts], library: Path) -> str:
    """One line for each part of each work."""
    if not known:
        return one_line(
            f"{library} holds no parts of works; let some be proposed: similarity parts propose --library {library}"
        )
    rows = listed_parts(known)
    said = "{work_id}  {part}  {origin}  pictures: {pictures}  scenes: {scenes}"
    return "\n".join(one_line(said.format(**row)) for row in rows)


def _by_name(one: WorkParts) -> dict[str, list[PartPicture]]:
    found: dict[str, list[PartPicture]] = {}
    for picture in one.pictures:
        found.setdefault(picture.part, []).append(picture)
    return found
