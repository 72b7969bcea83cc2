"""Rows of an optional descriptor set for entries that stand: originals decoded again, on the samples they were given.

Entry by entry, each whole or not at all, so that whoever is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np

from index.api import Writer
from index.errors import DescriptorMismatchError, UnknownEntryError
from index.records import Descriptors, DescriptorSet, Entry, SampleTable
from similarity.config import Config
from similarity.describe.choose import optional_describer
from similarity.describe.conditions import Box, cut_out
from similarity.describe.facts import stored_facts
from similarity.describe.types import Describer
from similarity.errors import MediaError, UnreadableMediaError
from similarity.media.digest import digest_file
from similarity.media.open import ReaderChoice, open_video
from similarity.media.types import Picture, VideoReader
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress
from similarity.text import storable

__all__ = ["DescribedEntry", "describe_entries", "original_of", "outcome_of"]

_AT_ONCE = 64
"""Pictures described together: bounds those in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedEntry:
    """What became of one entry."""

    entry_id: str
    """Identifier."""
    path: str
    """Its original, where it was when it was added or where it was found now."""
    status: Literal["described", "unchanged", "failed"]
    """Given its rows now, or earlier, or without a usable original."""
    detail: str
    """How many rows it was given, or why none."""


def describe_entries(
    library: Writer,
    set_name: str,
    *,
    config: Config,
    originals: Sequence[Path] = (),
    anew: bool = False,
    progress: Progress = SILENT,
) -> tuple[DescribedEntry, ...]:
    """Give every entry that lacks them the rows of an optional set.

    Args:
        library: the library.
        set_name: the set.
        config: the model, and the size of pictures that descriptors are made of.
        originals: files and folders where originals stand that are no longer where they were.
        anew: take out rows of another model first.
        progress: hears every original.

    Raises:
        ConfigurationError: the set is none that can be had later.
        MissingModelError: its model is not at hand.
        DescriptorMismatchError: the library holds rows of another model.
        LibraryError: the library can't be written to; entries described before stay.
    """
    describer = optional_describer(set_name, config.describe)
    _declare(library, describer.identity, anew=anew)
    entries = library.entries()
    moved = find_media(originals) if originals else ()
    work = _Work(library=library, describer=describer, config=config, moved=moved, progress=progress)
    results = []
    for number, entry in enumerate(entries, start=1):
        path = Path(entry.source_path)
        progress.begin(path, number=number, total=len(entries))
        result = _described(entry, work)
        progress.end(Path(result.path), status=result.status, detail=result.detail)
        results.append(result)
    return tuple(results)


def _declare(library: Writer, wanted: DescriptorSet, *, anew: bool) -> None:
    held = next((one for one in library.descriptor_sets() if one.name == wanted.name), wanted)
    if held != wanted and not anew:
        raise DescriptorMismatchError(
            f"the library holds {held}, got {wanted}; rows of the two cannot be compared - configure the model that it "
            "holds, or take its rows out and describe all entries by the other: --anew"
        )
    if held != wanted:
        library.drop_set(wanted.name)
    library.declare_set(wanted, is_optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    library: Writer
    describer: Describer
    config: Config
    moved: Sequence[Path]
    progress: Progress


def _described(entry: Entry, work: _Work) -> DescribedEntry:
    set_name = work.describer.identity.name
    path = Path(entry.source_path)
    try:
        if set_name in work.library.sets_of(entry.entry_id):
            return outcome_of(entry, path, "unchanged", f"holds rows of {set_name}")
        path = original_of(entry, work.moved)
        rows = _rows(path, entry, work)
        work.library.add_rows(entry.entry_id, set_name, rows)
    except (MediaError, UnknownEntryError) as error:
        return outcome_of(entry, path, "failed", str(error))
    return outcome_of(entry, path, "described", f"{len(rows)} rows of {set_name}")


def outcome_of(
    entry: Entry, path: Path, status: Literal["described", "unchanged", "failed"], detail: str
) -> DescribedEntry:
    """What became of an entry.

    Args:
        entry: the entry.
        path: its original.
        status: whether it was given something.
        detail: what, or why not.
    """
    return DescribedEntry(
        entry_id=entry.entry_id, path=storable(str(path)), status=status, detail=storable(f"{entry.entry_id}: {detail}")
    )


def original_of(entry: Entry, moved: Sequence[Path]) -> Path:
    """The file that was added: where it was, or the first with its bytes among those given.

    Raises:
        MediaError: neither is that file.
    """
    there = Path(entry.source_path)
    for path in (there, *moved):
        if path.is_file() and path.stat().st_size == entry.size_bytes and digest_file(path).sha256 == entry.sha256:
            return path
    what = "is another file than the one that was added (SHA-256)" if there.is_file() else "is no longer there"
    raise UnreadableMediaError(
        f"{there}: {what}; put the original back, or name the folder where it stands after the command"
    )


def _rows(path: Path, entry: Entry, work: _Work) -> Descriptors:
    samples = work.library.samples(entry.entry_id)
    reader = cast("ReaderChoice", stored_facts(entry.facts_json).reader)
    wanted = {int(samples.pts[number]): _box(samples, number) for number in samples.indexed.tolist()}
    opened = open_video(path, reader=reader).reader
    try:
        blocks = [work.describer.describe(some).descriptors for some in _batches(_pictures(opened, wanted, work))]
    finally:
        opened.close()
    rows = cast("Descriptors", np.concatenate([work.describer.describe([]).descriptors, *blocks]))
    if len(rows) != len(wanted):
        raise UnreadableMediaError(
            f"{path}: {len(rows)} of the {len(wanted)} frames that were sampled could be decoded again; "
            "use the version of PyAV or decord that the entry was added with, or add it to a new library"
        )
    return rows


def _box(samples: SampleTable, number: int) -> Box:
    left, top, right, bottom = samples.box[number].tolist()
    return (left, top, right, bottom)


def _pictures(reader: VideoReader, wanted: Mapping[int, Box], work: _Work) -> Iterator[Picture]:
    """What was seen of each sample, in order of time: one pass, up to the last of them."""
    last = max(wanted, default=None)
    for frame in reader.frames() if wanted else ():
        if frame.pts in wanted:
            work.progress.reach(float(frame.time))
            yield cut_out(reader.picture(frame, max_side=work.config.sample.max_side_pixels), wanted[frame.pts])
        if last is not None and frame.pts >= last:
            return


def _batches(pictures: Iterator[Picture]) -> Iterator[list[Picture]]:
    batch: list[Picture] = []
    for picture in pictures:
        batch.append(picture)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
