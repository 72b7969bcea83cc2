"""Parts that the tool proposes of works: what stands out, what moves against the background, what comes again.

One picture of every scene is looked at, twelve at most.  Pictures that show one thing again are pictures of one part.
Boxes of the catalogue's column `salient_parts` are marks of the owner and need no proposal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from index.api import Writer
from index.records import Entry, SampleTable
from similarity.describe.conditions import Box
from similarity.describe.facts import stored_facts
from similarity.errors import MediaError
from similarity.ingest.marked_parts import parts_of
from similarity.media.open import ReaderChoice
from similarity.media.pictures import pictures_at
from similarity.media.types import Picture
from similarity.parts.look import LOOK_PIXELS, features_within, look_at_regions
from similarity.parts.regions import WHOLE, moving_box, salient_boxes
from similarity.parts.store import keep_parts, read_parts
from similarity.parts.values import KINDS, PartPicture, WorkParts
from similarity.progress import SILENT, Progress
from similarity.text import path_of, storable

__all__ = ["ProposedParts", "pictures_of_entry", "propose_parts", "wanted_pictures"]

MOST_PICTURES = 12
"""Pictures of a work that are looked at."""
LEAST_PICTURES = 3
"""Of a moving picture, however few its scenes."""
SAME_PART = 0.72
"""Mean likeness of the most alike regions from which two pictures show one part."""
NOTHING_NEW = 0.97
"""The same from which a picture adds nothing to an earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedParts:
    """What became of one work."""

    work_id: str
    """The work."""
    status: Literal["proposed", "unchanged", "failed"]
    """Looked at now, looked at or marked before, or its original could not be read."""
    num_parts: int
    """Parts of it that stand now."""
    detail: str
    """Why it failed, or what was found."""


def propose_parts(
    library: Writer, *, work_ids: Collection[str] = (), progress: Progress = SILENT
) -> tuple[ProposedParts, ...]:
    """Propose parts of works that have none; originals are decoded again.

    Args:
        library: the works.
        work_ids: works; all where none is named, but for those of which everything was dropped.
        progress: hears of every work that is looked at.

    Raises:
        UnknownEntryError: a work that is named does not stand in the library.
        ConfigurationError: parts can't be read.
        LibraryError: the library can't be written to.
    """
    entries = [library.entry(one) for one in work_ids] if work_ids else list(library.entries("work"))
    results = []
    for number, entry in enumerate(entries, start=1):
        known = read_parts(library, entry.entry_id)
        if known is not None and (known.pictures or not work_ids):
            results.append(_outcome(entry, "unchanged", known.pictures, ""))
            continue
        path = Path(path_of(entry.source_path))
        progress.begin(path, number=number, total=len(entries))
        result = _proposed(library, entry)
        progress.end(path, status=result.status, detail=result.detail)
        results.append(result)
    return tuple(results)


def _proposed(library: Writer, entry: Entry) -> ProposedParts:
    samples, scenes = library.samples(entry.entry_id), library.samples(entry.entry_id).scene
    chosen = wanted_pictures(samples)
    following = [min(number + 1, len(samples) - 1) for number in chosen]
    try:
        pictures = pictures_of_entry(entry, [int(samples.pts[one]) for one in {*chosen, *following}])
    except MediaError as error:
        return _outcome(entry, "failed", (), str(error))
    marked = parts_of(entry.catalogue.get("salient_parts", ""))
    boxes = [tuple(round(1000 * edge) for edge in (one.left, one.top, one.right, one.bottom)) for one in marked]
    found: list[tuple[int, PartPicture]] = []
    for number, after in zip(chosen, following, strict=True):
        stamp = int(samples.pts[number])
        if stamp not in pictures:
            continue
        picture, later = pictures[stamp], pictures.get(int(samples.pts[after]))
        where = float(samples.seconds[number])
        if boxes:
            some = [_marked(picture, cast("Box", box), part, stamp, where) for part, box in enumerate(boxes, start=1)]
        else:
            some = [_unnamed(picture, later, stamp, where)]
        found += [(int(scenes[number]), one) for one in some]
    if not found:
        return _outcome(entry, "failed", (), f"{entry.source_path}: no frame that was sampled could be decoded again")
    kept = tuple(one for _, one in found) if boxes else tuple(_joined(found))
    keep_parts(library, WorkParts(work_id=entry.entry_id, pictures=kept))
    return _outcome(entry, "proposed", kept, f"{entry.entry_id}: {len(kept)} pictures")


def wanted_pictures(samples: SampleTable, *, most: int = MOST_PICTURES) -> tuple[int, ...]:
    """Numbers of samples to look at: the middle of every scene, spread evenly where there are too many.

    Args:
        samples: of a video.
        most: how many at most.
    """
    indexed = samples.indexed
    if not len(indexed):
        return ()
    scenes = samples.scene[indexed]
    middles = [int(group[len(group) // 2]) for group in (indexed[scenes == one] for one in np.unique(scenes))]
    least = min(LEAST_PICTURES, len(indexed))
    if len(middles) < least:
        middles = indexed[((np.arange(least) + 0.5) * len(indexed) / least).astype(np.int64)].tolist()
    if len(middles) > most:
        middles = [middles[int((one + 0.5) * len(middles) / most)] for one in range(most)]
    return tuple(middles)


def pictures_of_entry(entry: Entry, stamps: Sequence[int]) -> dict[int, Picture]:
    """Frames of an entry's original, by time stamp; without those that it does not have.

    Args:
        entry: the entry.
        stamps: time stamps of its frames.

    Raises:
        MediaError: the original can't be opened.
    """
    reader = cast("ReaderChoice", stored_facts(entry.facts_json).reader)
    found = pictures_at(Path(path_of(entry.source_path)), dict.fromkeys(stamps, (LOOK_PIXELS,)), reader=reader)
    return {stamp: picture for (stamp, _), picture in found.items()}


def _marked(picture: Picture, box: Box, number: int, stamp: int, seconds: float) -> PartPicture:
    return PartPicture(
        part=f"part {number}",
        origin="marked",
        pts=stamp,
        seconds=seconds,
        source="",
        box=box,
        num_scenes=0,
        regions=look_at_regions(picture, box),
        features=features_within(picture, box),
    )


def _unnamed(picture: Picture, later: Picture | None, stamp: int, seconds: float) -> PartPicture:
    """What is proposed of one picture: all of it is searched, its box is what moves or else stands out."""
    moves = None if later is None or later.shape != picture.shape else moving_box(picture, later)
    stands_out = salient_boxes(picture, most=1)
    return PartPicture(
        part="",
        origin="proposed",
        pts=stamp,
        seconds=seconds,
        source="",
        box=moves or (stands_out[0] if stands_out else WHOLE),
        num_scenes=1,
        regions=look_at_regions(picture, also=() if moves is None else (moves,)),
        features=features_within(picture),
    )


def _joined(found: Sequence[tuple[int, PartPicture]]) -> Iterator[PartPicture]:
    """Pictures that show one thing again under one name, with the number of scenes in which it is met."""
    groups: list[list[tuple[int, PartPicture]]] = []
    for scene, one in found:
        likeness = [max(_likeness(one, other) for _, other in group) for group in groups]
        if likeness and max(likeness) >= SAME_PART:
            group = groups[int(np.argmax(likeness))]
            if max(likeness) < NOTHING_NEW:
                group.append((scene, one))
        else:
            groups.append([(scene, one)])
    for number, group in enumerate(groups, start=1):
        met = len({scene for scene, _ in group})
        for _, one in group:
            yield replace(one, part=f"part {number}", num_scenes=met)


def _likeness(one: PartPicture, other: PartPicture) -> float:
    """Mean over the kinds of the likeness of the two most alike regions."""
    pairs = [(getattr(one.regions, kind), getattr(other.regions, kind)) for kind in KINDS]
    summed: npt.NDArray[np.float32] = np.sum([here @ there.T for here, there in pairs], axis=0)
    return float(summed.max()) / len(KINDS)


def _outcome(
    entry: Entry,
    status: Literal["proposed", "unchanged", "failed"],
    pictures: Sequence[PartPicture],
    detail: str,
) -> ProposedParts:
    names = {one.part for one in pictures}
    return ProposedParts(work_id=entry.entry_id, status=status, num_parts=len(names), detail=storable(detail))
