"""Parts that a person marks, accepts or drops: boxes in frames of a work, character sheets, cut-outs.

A table of marks has one row for each picture of a part:

work       identifier of the work
part       name of the part, such as a character's
box        left,top,right,bottom in percent of the picture; all of it where left empty
seconds    which frame of the work; the first where left empty
file       a picture of its own instead, a character sheet or a cut-out, relative to the table's folder
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.api import Reader, Writer
from index.errors import UnknownEntryError
from index.records import Entry
from similarity.describe.conditions import Box
from similarity.errors import ConfigurationError, MediaError
from similarity.files import write_atomically
from similarity.ingest.marked_parts import parts_of
from similarity.ingest.part_proposals import pictures_of_entry
from similarity.media.jpeg import jpeg_bytes
from similarity.media.open import open_video
from similarity.media.types import Picture
from similarity.parts.drawing import draw_box
from similarity.parts.look import LOOK_PIXELS, features_within, look_at_regions
from similarity.parts.regions import WHOLE
from similarity.parts.store import keep_parts, read_parts
from similarity.parts.values import PartPicture, WorkParts
from similarity.tables import RowError, TableRow, named_file, read_table
from similarity.text import path_of, storable

__all__ = ["MARK_COLUMNS", "accept_parts", "draw_parts", "drop_parts", "mark_parts", "picture_of_file"]

MARK_COLUMNS = ("work", "part", "box", "seconds", "file")
"""`work` and `part` are required."""
_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """One row."""

    entry: Entry
    part: str
    box: Box
    seconds: float
    file: Path | None


def mark_parts(library: Writer, table: Path) -> tuple[tuple[str, str], ...]:
    """Keep the parts that a table marks; a part of the same name has the new pictures in the place of its old ones.

    Args:
        library: the works.
        table: the table.

    Returns:
        Work and name of every part that was marked.

    Raises:
        ConfigurationError: the file can't be read as a table.
        TableError: columns, works, boxes or pictures that are not right; with row numbers and reasons.
    """
    read = read_table(table)
    read.require(("work", "part"), known=MARK_COLUMNS)
    pictures = read.checked(lambda row: _picture(_mark(row, library, table.parent), library))
    named = dict.fromkeys((entry.entry_id, one.part) for entry, one in pictures)
    for work_id in dict.fromkeys(work_id for work_id, _ in named):
        entry = library.entry(work_id)
        new = tuple(one for other, one in pictures if other.entry_id == work_id)
        names = {one.part for one in new}
        kept = tuple(one for one in _held(library, entry) if one.part not in names)
        keep_parts(library, WorkParts(work_id=work_id, pictures=(*kept, *new)))
    return tuple(named)


def accept_parts(library: Writer, work_id: str, names: Collection[str], *, called: str = "") -> int:
    """Take proposed parts of a work for parts.

    Args:
        library: the works.
        work_id: the work.
        names: its parts; all where none is named.
        called: name of all of them from now on, as one part; empty leaves their names.

    Returns:
        Pictures that were accepted.

    Raises:
        UnknownEntryError: no such work.
        ConfigurationError: no such part, or parts can't be read.
    """
    _, held = _with_names(library, work_id, names)
    chosen = [not names or one.part in names for one in held]
    kept = tuple(
        replace(one, part=called or one.part, origin="accepted" if one.origin == "proposed" else one.origin)
        if is_chosen
        else one
        for one, is_chosen in zip(held, chosen, strict=True)
    )
    keep_parts(library, WorkParts(work_id=work_id, pictures=kept))
    return sum(chosen)


def drop_parts(library: Writer, work_id: str, names: Collection[str]) -> int:
    """Take parts of a work away, marked, accepted or proposed.

    Args:
        library: the works.
        work_id: the work.
        names: its parts; all where none is named.

    Returns:
        Pictures that were dropped.

    Raises:
        UnknownEntryError: no such work.
        ConfigurationError: no such part, or parts can't be read.
    """
    _, held = _with_names(library, work_id, names)
    kept = tuple(one for one in held if names and one.part not in names)
    keep_parts(library, WorkParts(work_id=work_id, pictures=kept))
    return len(held) - len(kept)


def draw_parts(library: Writer, work_id: str, out: Path) -> tuple[Path, ...]:
    """Write a picture of every part of a work, with its box.

    Args:
        library: the works.
        work_id: the work.
        out: folder of the pictures.

    Raises:
        UnknownEntryError: no such work.
        MediaError: an original can't be read.
        ConfigurationError: no parts, or the folder can't be written.
    """
    entry, held = _with_names(library, work_id, ())
    frames = pictures_of_entry(entry, [one.pts for one in held if one.pts is not None])
    written = []
    for number, one in enumerate(held, start=1):
        picture = picture_of_file(path_of(one.source)) if one.pts is None else frames.get(one.pts)
        if picture is None:
            continue
        plain = re.sub(r"[^\w.-]+", "-", one.part)[:40]
        place = out / f"{number:03d}-{plain}.jpg"
        try:
            write_atomically(place, jpeg_bytes(draw_box(picture, one.box), quality=_JPEG_QUALITY))
        except OSError as error:
            raise ConfigurationError(f"{place}: can't be written: {error}; choose another folder with --out") from error
        written.append(place)
    return tuple(written)


def picture_of_file(path: Path) -> Picture:
    """The first frame of a picture's file, 384 pixels at most.

    Raises:
        MediaError: it can't be read.
    """
    reader = open_video(path).reader
    try:
        for frame in reader.frames():
            return reader.picture(frame, max_side=LOOK_PIXELS)
    finally:
        reader.close()
    raise MediaError(f"{path}: opens, but no frame could be decoded; expected a picture")


def _with_names(library: Writer, work_id: str, names: Collection[str]) -> tuple[Entry, tuple[PartPicture, ...]]:
    entry = library.entry(work_id)
    held = _held(library, entry)
    known = list(dict.fromkeys(one.part for one in held))
    if not held:
        raise ConfigurationError(
            f"work {work_id!r} has no parts; let some be proposed: similarity parts propose {work_id} --library "
            f"{library.path}"
        )
    if missing := [one for one in names if one not in known]:
        raise ConfigurationError(f"work {work_id!r} has no part {missing[0]!r}; it has {', '.join(map(repr, known))}")
    return entry, held


def _held(library: Reader, entry: Entry) -> tuple[PartPicture, ...]:
    known = read_parts(library, entry.entry_id)
    return () if known is None else known.pictures


def _mark(row: TableRow, library: Reader, folder: Path) -> _Mark:
    if not row.text("part"):
        raise RowError("the cell 'part' is empty; name the part of this row")
    try:
        entry = library.entry(storable(row.text("work")))
    except UnknownEntryError as error:
        raise RowError(str(error)) from error
    found, file = parts_of(row.text("box")), row.cells.get("file", "").strip()
    if len(found) > 1:
        raise RowError(f"box: expected one box, got {len(found)}; give each picture of a part a row of its own")
    return _Mark(
        entry=entry,
        part=row.text("part"),
        box=_box(found[0].left, found[0].top, found[0].right, found[0].bottom) if found else WHOLE,
        seconds=row.number("seconds") if row.cells.get("seconds", "").strip() else 0.0,
        file=named_file(file, folder) if file else None,
    )


def _box(*edges: float) -> Box:
    left, top, right, bottom = (round(1000 * edge) for edge in edges)
    return (left, top, right, bottom)


def _picture(mark: _Mark, library: Reader) -> tuple[Entry, PartPicture]:
    try:
        picture, pts, seconds = _decoded(mark, library)
    except MediaError as error:
        raise RowError(str(error)) from error
    return mark.entry, PartPicture(
        part=mark.part,
        origin="marked",
        pts=pts,
        seconds=seconds,
        source="" if mark.file is None else storable(str(mark.file.resolve())),
        box=mark.box,
        num_scenes=0,
        regions=look_at_regions(picture, mark.box),
        features=features_within(picture, mark.box),
    )


def _decoded(mark: _Mark, library: Reader) -> tuple[Picture, int | None, float]:
    if mark.file is not None:
        return picture_of_file(mark.file), None, 0.0
    samples = library.samples(mark.entry.entry_id)
    nearest = int(np.abs(samples.seconds - mark.seconds).argmin())
    stamp = int(samples.pts[nearest])
    found = pictures_of_entry(mark.entry, [stamp])
    if stamp not in found:
        raise RowError(
            f"{mark.entry.source_path}: the frame at {samples.seconds[nearest]:.2f} s can't be decoded again"
        )
    return found[stamp], stamp, float(samples.seconds[nearest])
