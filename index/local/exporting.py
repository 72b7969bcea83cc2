"""The catalogue as plain files for people: one JSON overview and CSV tables, written whole or not at all."""

from __future__ import annotations

import csv
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.api import Reader
from index.errors import LibraryWriteError
from index.local.disk.files import TEMPORARY_SUFFIX, says_write_errors
from index.local.sql.schema import product_version
from index.records import Entry

__all__ = ["export_library"]

_ENTRY_COLUMNS = (
    "entry_id",
    "role",
    "source_path",
    "sha256",
    "size_bytes",
    "duration_seconds",
    "num_samples",
    "num_indexed",
    "num_scenes",
    "added_utc",
)
_SCENE_COLUMNS = ("entry_id", "scene", "start_seconds", "end_seconds", "is_gradual")
_SAMPLE_COLUMNS = ("entry_id", "pts", "seconds", "scene", "reason", "gate", "quality", "left", "top", "right", "bottom")
_RANGE_COLUMNS = ("entry_id", "start_seconds", "end_seconds", "reason", "decided_by", "kind", "decided_on")
_REASONS = ("grid", "scene")
_GATES = ("indexed", "black", "flat", "near-empty")


def export_library(reader: Reader, path: Path) -> None:
    """Write `library.json`, `entries.csv`, `scenes.csv`, `samples.csv` and `filter_ranges.csv` into a new folder."""
    if path.exists():
        raise LibraryWriteError(f"{path} exists already; name a folder that does not, to export into")
    workshop = path.with_name(f"{path.name}.{uuid.uuid4().hex}{TEMPORARY_SUFFIX}")
    with says_write_errors(path, "export the catalogue"):
        path.parent.mkdir(parents=True, exist_ok=True)
        workshop.mkdir()
        try:
            _fill(reader, workshop)
            workshop.rename(path)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)


def _fill(reader: Reader, folder: Path) -> None:
    entries = reader.entries()
    columns = sorted({name for entry in entries for name in entry.catalogue})
    _write(folder / "entries.csv", (*_ENTRY_COLUMNS, *(f"catalogue:{c}" for c in columns)), _entries(entries, columns))
    ids = [entry.entry_id for entry in entries]
    _write(folder / "scenes.csv", _SCENE_COLUMNS, (row for one in ids for row in _scenes(reader, one)))
    _write(folder / "samples.csv", _SAMPLE_COLUMNS, (row for one in ids for row in _samples(reader, one)))
    _write(folder / "filter_ranges.csv", _RANGE_COLUMNS, (row for one in ids for row in _ranges(reader, one)))
    overview = {
        "written_by": product_version(),
        "state_sha256": reader.state_sha256(),
        "num_entries": len(entries),
        "descriptor_sets": [asdict(one) for one in reader.descriptor_sets()],
        "facts": {entry.entry_id: json.loads(entry.facts_json) for entry in entries},
    }
    (folder / "library.json").write_text(json.dumps(overview, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _entries(entries: Iterable[Entry], columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    for entry in entries:
        own = [getattr(entry, name) for name in _ENTRY_COLUMNS]
        yield [*own, *(entry.catalogue.get(name, "") for name in columns)]


def _scenes(reader: Reader, entry_id: str) -> Iterator[Sequence[Any]]:
    samples, scenes = reader.samples(entry_id), reader.scenes(entry_id)
    per_tick = float(samples.time_base)
    starts = (scenes.start_pts - samples.start_pts) * per_tick
    ends = (scenes.end_pts - samples.start_pts) * per_tick
    for number, row in enumerate(zip(starts.tolist(), ends.tolist(), scenes.is_gradual.tolist(), strict=True)):
        yield entry_id, number, *row


def _samples(reader: Reader, entry_id: str) -> Iterator[Sequence[Any]]:
    table = reader.samples(entry_id)
    columns = (table.pts, table.seconds, table.scene, table.reason, table.gate, table.quality, table.box)
    for pts, seconds, scene, reason, gate, quality, box in zip(*(c.tolist() for c in columns), strict=True):
        yield entry_id, pts, seconds, scene, _named(_REASONS, reason), _named(_GATES, gate), quality, *box


def _named(names: Sequence[str], code: int) -> str:
    return names[code] if code < len(names) else str(code)


def _ranges(reader: Reader, entry_id: str) -> Iterator[Sequence[Any]]:
    for one in reader.filter_ranges(entry_id):
        yield entry_id, one.start_seconds, one.end_seconds, one.reason, one.decided_by, one.kind, one.decided_on


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula, told apart by a leading quote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
