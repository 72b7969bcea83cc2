"""Is a new entry whole and consistent? Asked before anything is written."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from unicodedata import category

import numpy as np

from index.codes import Codes, encode
from index.errors import DescriptorMismatchError, DuplicateIdError
from index.records import Descriptors, DescriptorSet, Entry, FilterRange, NewEntry, SampleTable, SceneTable

__all__ = [
    "checked_codes",
    "lacks_rows",
    "require_consistent",
    "require_facts",
    "require_filter_ranges",
    "require_new",
    "require_queries",
    "require_set",
    "rows_of_entry",
]

_SET_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_NOT_ON_ONE_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: control characters, surrogates, line and paragraph separators."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def require_set(descriptor_set: DescriptorSet) -> None:
    """A set's name goes into file names; its size must fill whole bytes."""
    if not _SET_NAME.fullmatch(descriptor_set.name):
        raise ValueError(f"descriptor set name {descriptor_set.name!r}: expected up to 40 of a-z 0-9 _ . -")
    if descriptor_set.dimensions <= 0 or (descriptor_set.kind == "binary" and descriptor_set.dimensions % 8):
        raise ValueError(
            f"descriptor set {descriptor_set.name!r} has {descriptor_set.dimensions} dimensions; "
            "expected a positive number, a multiple of 8 for bits"
        )


def require_consistent(entry: NewEntry) -> None:
    """Raise ValueError if an entry's parts disagree."""
    if not entry.entry_id or not _NOT_ON_ONE_LINE.isdisjoint(map(category, entry.entry_id)):
        raise ValueError(f"entry id {entry.entry_id!r}: expected one line without control characters")
    if not _SHA256.fullmatch(entry.sha256):
        raise ValueError(f"{entry.entry_id}: sha256 is {entry.sha256!r}, expected 64 hex digits in lower case")
    require_facts(entry.entry_id, entry.facts_json)
    if not np.isfinite(entry.duration_seconds) or entry.duration_seconds < 0:
        raise ValueError(f"{entry.entry_id}: duration_seconds is {entry.duration_seconds}, expected 0 or more")
    _require_samples(entry.entry_id, entry.samples, num_scenes=len(entry.scenes.start_pts))
    _require_scenes(entry.entry_id, entry.scenes)


def require_facts(entry_id: str, facts_json: str) -> None:
    """Raise ValueError if facts are no JSON object."""
    if type(json.loads(facts_json)) is not dict:
        raise ValueError(f"{entry_id}: facts_json is no JSON object")


def _require_samples(entry_id: str, samples: SampleTable, *, num_scenes: int) -> None:
    if (np.diff(samples.pts) <= 0).any():
        raise ValueError(f"{entry_id}: sample time stamps must be strictly increasing")
    if len(samples) and (samples.scene.min() < 0 or samples.scene.max() >= num_scenes):
        raise ValueError(f"{entry_id}: samples name scenes outside 0 to {num_scenes - 1}")


def _require_scenes(entry_id: str, scenes: SceneTable) -> None:
    if (scenes.end_pts < scenes.start_pts).any() or (scenes.start_pts[1:] != scenes.end_pts[:-1]).any():
        raise ValueError(f"{entry_id}: scenes must follow one another without gap or overlap")


def checked_codes(
    entry: NewEntry, declared: Iterable[DescriptorSet], *, optional: Collection[str] = ()
) -> dict[str, Codes]:
    """An entry's rows as they are stored, one per indexed sample in every declared set.

    Args:
        entry: the entry.
        declared: sets of the library.
        optional: names of those that it may come without.
    """
    sets = {one.name: one for one in declared}
    if not sets.keys() - set(optional) <= entry.descriptors.keys() <= sets.keys():
        raise DescriptorMismatchError(
            f"{entry.entry_id} comes with descriptors {', '.join(sorted(entry.descriptors)) or 'none'}; this library "
            f"holds {', '.join(sorted(sets)) or 'none'} - describe with the same configuration, or use another library"
        )
    num_indexed = len(entry.samples.indexed)
    codes = {name: encode(entry.descriptors[name], sets[name]) for name in sorted(entry.descriptors)}
    for name, rows in codes.items():
        _require_rows(entry.entry_id, name, len(rows), num_indexed)
    _require_companions(entry, codes)
    return codes


def rows_of_entry(entry: Entry, rows: Descriptors, declared: DescriptorSet) -> Codes:
    """Rows of an entry that stands, as they are stored: one per indexed sample."""
    codes = encode(rows, declared)
    _require_rows(entry.entry_id, declared.name, len(codes), entry.num_indexed)
    return codes


def _require_rows(entry_id: str, set_name: str, found: int, expected: int) -> None:
    if found != expected:
        raise DescriptorMismatchError(
            f"{entry_id} has {found} rows of {set_name!r}, expected {expected}: one per indexed sample"
        )


def lacks_rows(entry_id: str, set_name: str) -> KeyError:
    """What is raised where rows are asked for that an entry lacks."""
    return KeyError(f"{entry_id!r} holds no rows of {set_name!r}; it can be given them")


def _require_companions(entry: NewEntry, codes: Mapping[str, Codes]) -> None:
    for name, companion in entry.companions.items():
        if name not in codes or len(companion.values) != len(codes[name]):
            raise DescriptorMismatchError(
                f"{entry.entry_id} has {len(companion.values)} numbers beside its rows of {name!r}, expected "
                f"{len(codes.get(name, ()))}: one beside each row of a declared set"
            )


def require_new(entry: NewEntry, standing: NewEntry | Entry | None) -> bool:
    """Whether nothing stands for an id yet; False where the same content does, in the same role.

    Raises:
        DuplicateIdError: the id stands for other content, or for this content in the other role.
    """
    if standing is None:
        return True
    if (standing.sha256, standing.role) == (entry.sha256, entry.role):
        return False
    raise DuplicateIdError(
        f"{entry.entry_id!r} stands for {standing.source_path} ({standing.role}, SHA-256 "
        f"{standing.sha256[:12]}...) already; got {entry.source_path} ({entry.role}, SHA-256 "
        f"{entry.sha256[:12]}...) - give it another id, or remove the old one first"
    )


def require_filter_ranges(entry_id: str, ranges: Iterable[FilterRange]) -> None:
    """Raise ValueError for a range that is no range, or of another entry."""
    for one in ranges:
        if one.work_id != entry_id:
            raise ValueError(f"filtration range of {one.work_id!r}: expected one of {entry_id!r}")
        if not 0 <= one.start_seconds < one.end_seconds < float("inf"):
            raise ValueError(
                f"filtration range {one.start_seconds} to {one.end_seconds} s: expected 0 <= start < end, in seconds"
            )


def require_queries(queries: Descriptors, k: int, descriptor_set: DescriptorSet) -> None:
    """Raise if queries cannot be compared with the rows of a set."""
    is_float = descriptor_set.kind == "float"
    wanted = ("float32", descriptor_set.dimensions) if is_float else ("uint8", descriptor_set.dimensions // 8)
    if queries.ndim != 2 or (str(queries.dtype), queries.shape[1]) != wanted:
        raise DescriptorMismatchError(
            f"queries of {descriptor_set.name!r} must be (n, {wanted[1]}) {wanted[0]}, "
            f"got {queries.shape} {queries.dtype}"
        )
    if k < 1:
        raise ValueError(f"k is {k}; expected the number of neighbours wanted, 1 or more")
