"""Decisions about what is left out of works: a table that people write, checked whole, kept with the library."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from index.api import Reader, Writer
from index.records import EXCLUSION_KINDS, Entry, ExclusionKind, FilterRange
from similarity.access.dates import parse_date
from similarity.compare.suggestions import SAME_PICTURE_BITS
from similarity.describe.descriptors.pdq import PdqDescriber, distance_bits
from similarity.errors import AccessError, MediaError
from similarity.intervals import Interval, union
from similarity.measure.filtration import SuggestedRange
from similarity.media.digest import digest_file
from similarity.media.open import open_video
from similarity.tables import RowError, Table, TableRow, named_file, read_table
from similarity.yaml_files import read_yaml

__all__ = ["COLUMNS", "read_decisions", "set_ranges", "suggestions_csv"]

COLUMNS = ("work_id", "start_seconds", "end_seconds", "picture", "kind", "reason", "decided_by", "decided_on")
"""Columns of the table; a row gives a stretch by its seconds, or by a picture (logo, card) that fills the frame."""
_REQUIRED = ("work_id", "kind", "reason", "decided_by", "decided_on")
_KINDS: Mapping[str, ExclusionKind] = {name: name for name in EXCLUSION_KINDS}


def read_decisions(path: Path, library: Reader) -> dict[str, tuple[FilterRange, ...]]:
    """The stretches that a CSV or YAML table leaves out, by work.

    Raises:
        ConfigurationError: the file can't be read.
        TableError: no such table, or unusable rows, each with its number and reason; nothing of it counts then.
    """
    entries = {entry.entry_id: entry for entry in library.entries("work")}
    found: dict[str, list[FilterRange]] = {}
    table = _table(path)
    table.require(_REQUIRED, known=COLUMNS)
    for work_id, ranges in table.checked(lambda row: _decided(row, entries, library, folder=path.parent)):
        found.setdefault(work_id, []).extend(ranges)
    return {work_id: tuple(sorted(ranges, key=lambda one: one.start_seconds)) for work_id, ranges in found.items()}


def set_ranges(library: Writer, decisions: Mapping[str, Sequence[FilterRange]]) -> None:
    """Put the decided stretches in place of what the library holds for these works."""
    for work_id, ranges in decisions.items():
        library.set_filter_ranges(work_id, ranges)


def suggestions_csv(suggestions: Iterable[SuggestedRange]) -> str:
    """Suggestions as a table whose `decided_by` and `decided_on` a person fills in, or whose row is taken out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in suggestions:
        times = (f"{one.start_seconds:.3f}", f"{one.end_seconds:.3f}")
        writer.writerow((one.work_id, *times, "", one.kind, one.grounds, "", ""))
    return out.getvalue()


def _table(path: Path) -> Table:
    if path.suffix.lower() not in {".yaml", ".yml"}:
        return read_table(path)
    items = read_yaml(path, list[dict[str, str | float | None]])
    cells = [{key: "" if value is None else str(value) for key, value in item.items()} for item in items]
    columns = tuple(dict.fromkeys(key for one in cells for key in one))
    rows = tuple(TableRow(row=number, line=number, cells=one) for number, one in enumerate(cells, start=1))
    return Table(path=path, columns=columns or COLUMNS, rows=rows)


def _decided(
    row: TableRow, entries: Mapping[str, Entry], library: Reader, *, folder: Path
) -> tuple[str, list[FilterRange]]:
    cell = {name: row.text(name) for name in COLUMNS}
    entry = entries.get(cell["work_id"])
    if entry is None:
        raise RowError(f"work_id: {cell['work_id']!r} is no work of the library")
    if cell["kind"] not in _KINDS:
        raise RowError(f"kind: expected one of {', '.join(EXCLUSION_KINDS)}, got {cell['kind']!r}")
    if empty := [name for name in ("reason", "decided_by", "decided_on") if not cell[name]]:
        raise RowError(f"{', '.join(empty)}: empty; a person decides what is left out, says why and when")
    try:
        parse_date(cell["decided_on"])
    except AccessError as error:
        raise RowError(f"decided_on: {error}") from error
    if not entry.duration_seconds:
        raise RowError(
            f"work_id: {entry.entry_id!r} is a still and has no stretches; remove it from the library instead"
        )
    reason = cell["reason"]
    if cell["picture"]:
        if cell["start_seconds"] or cell["end_seconds"]:
            raise RowError("give start_seconds and end_seconds, or a picture, not both")
        spans, sha256 = _where_shown(named_file(cell["picture"], folder), entry, library)
        reason = f"{reason} (picture {cell['picture']}, SHA-256 {sha256})"
    else:
        spans = [_span(row, entry)]
    return entry.entry_id, [
        FilterRange(
            work_id=entry.entry_id,
            start_seconds=start,
            end_seconds=end,
            reason=reason,
            decided_by=cell["decided_by"],
            kind=_KINDS[cell["kind"]],
            decided_on=cell["decided_on"],
        )
        for start, end in spans
    ]


def _span(row: TableRow, entry: Entry) -> Interval:
    start, end = row.number("start_seconds"), row.number("end_seconds")
    if not (math.isfinite(end) and 0 <= start < end):
        raise RowError(f"expected 0 <= start_seconds < end_seconds, got {start:g} and {end:g}")
    if start >= entry.duration_seconds:
        raise RowError(f"start_seconds: {start:g} lies behind the end of the work ({entry.duration_seconds:.3f} s)")
    return start, min(end, entry.duration_seconds)


def _where_shown(picture: Path, entry: Entry, library: Reader) -> tuple[list[Interval], str]:
    """Stretches of a work in which a picture fills the frame, by PDQ, and the picture's SHA-256."""
    try:
        sha256 = digest_file(picture).sha256
        reader = open_video(picture).reader
        try:
            frame = next(iter(reader.frames()), None)
            if frame is None:
                raise RowError(f"picture: {picture.name!r} holds no frame that can be decoded")
            described = PdqDescriber().describe([reader.picture(frame, max_side=512)])
        finally:
            reader.close()
    except MediaError as error:
        raise RowError(f"picture: {error}") from error
    samples = library.samples(entry.entry_id)
    codes = cast("npt.NDArray[np.uint8]", library.descriptors(entry.entry_id, "pdq"))
    near = distance_bits(codes, cast("npt.NDArray[np.uint8]", described.descriptors))[:, 0] <= SAME_PICTURE_BITS
    ends = np.append(samples.seconds[1:], entry.duration_seconds)
    shown = [(float(samples.seconds[one]), float(ends[one])) for one in samples.indexed[near]]
    if not shown:
        raise RowError(f"picture: stands nowhere in {entry.entry_id!r} (PDQ, at most {SAME_PICTURE_BITS} bits apart)")
    return list(union(shown)), sha256
