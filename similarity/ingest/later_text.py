"""Text in the pictures of entries that stand: originals decoded again, followed through the samples they were given.

Entry by entry, each whole or not at all, so that whoever is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import cast

from index.api import Writer
from index.errors import UnknownEntryError
from index.records import Entry
from similarity.absence import NotMeasured
from similarity.config import Config
from similarity.describe.facts import VideoFacts, facts_json_of, stored_facts
from similarity.describe.picture_text import PictureText
from similarity.describe.text.engine import INSTALL, TextEngine, text_engine
from similarity.describe.text.follow import TextFollower
from similarity.errors import MediaError, MissingModelError
from similarity.ingest.later_sets import DescribedEntry, original_of, outcome_of
from similarity.media.open import ReaderChoice, open_video
from similarity.media.types import Picture
from similarity.media.walk import find_media
from similarity.progress import SILENT, Progress

__all__ = ["read_texts"]

_Shown = tuple[int, Fraction, Picture]
"""Scene of a sample, its seconds, its picture."""


def read_texts(
    library: Writer,
    *,
    config: Config,
    originals: Sequence[Path] = (),
    anew: bool = False,
    progress: Progress = SILENT,
) -> tuple[DescribedEntry, ...]:
    """Read the text in the pictures of every entry of which none was read.

    Args:
        library: the library.
        config: size of the pictures.
        originals: files and folders where originals stand that are no longer where they were.
        anew: read again where it was read.
        progress: hears every original.

    Raises:
        MissingModelError: the reader is not installed.
        LibraryError: the library can't be written to; entries read before stay.
    """
    engine = text_engine()
    if isinstance(engine, NotMeasured):
        raise MissingModelError(f"{engine.reason}; {INSTALL}")
    moved = find_media(originals) if originals else ()
    work = _Work(library=library, engine=engine, config=config, moved=moved, progress=progress)
    entries = library.entries()
    results = []
    for number, entry in enumerate(entries, start=1):
        progress.begin(Path(entry.source_path), number=number, total=len(entries))
        result = _given(entry, work, anew=anew)
        progress.end(Path(result.path), status=result.status, detail=result.detail)
        results.append(result)
    return tuple(results)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    library: Writer
    engine: TextEngine
    config: Config
    moved: Sequence[Path]
    progress: Progress


def _given(entry: Entry, work: _Work, *, anew: bool) -> DescribedEntry:
    path, facts = Path(entry.source_path), stored_facts(entry.facts_json)
    if not anew and isinstance(facts.text, PictureText):
        return outcome_of(entry, path, "unchanged", "its text was read before")
    try:
        path = original_of(entry, work.moved)
        found = _read(path, entry, facts, work)
        work.library.set_facts(entry.entry_id, facts_json_of(replace(facts, text=found)))
    except (MediaError, UnknownEntryError) as error:
        return outcome_of(entry, path, "failed", str(error))
    return outcome_of(
        entry, path, "described", f"{len(found.lines)} lines of text, {found.num_frames_read} frames read"
    )


def _read(path: Path, entry: Entry, facts: VideoFacts, work: _Work) -> PictureText:
    follower = TextFollower(work.engine)
    for _, shown in groupby(_shown(path, entry, facts, work), key=lambda one: one[0]):
        follower.look((time, picture) for _, time, picture in shown)
    return follower.finished(Fraction(facts.duration_seconds_from_content).limit_denominator(10**6))


def _shown(path: Path, entry: Entry, facts: VideoFacts, work: _Work) -> Iterator[_Shown]:
    """Every sample's whole picture, in order of time: one pass, up to the last of them."""
    samples = work.library.samples(entry.entry_id)
    scenes = dict(zip(samples.pts.tolist(), samples.scene.tolist(), strict=True))
    last = max(scenes, default=None)
    reader = open_video(path, reader=cast("ReaderChoice", facts.reader)).reader
    try:
        for frame in reader.frames() if scenes else ():
            if frame.pts in scenes:
                work.progress.reach(float(frame.time))
                picture = reader.picture(frame, max_side=work.config.sample.max_side_pixels)
                yield scenes[frame.pts], frame.time, picture
            if last is not None and frame.pts >= last:
                return
    finally:
        reader.close()
