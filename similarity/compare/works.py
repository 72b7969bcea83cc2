"""The library as alignment needs it: background, works' rows, read once and kept within a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import cast

import numpy as np
import numpy.typing as npt

from index.api import Reader
from index.records import ALL_ROWS, Descriptors, Entry, Role
from similarity.absence import not_measured
from similarity.align.normalise import Background, Backgrounds, bias_of
from similarity.align.usual import Ground, Grounds, every_nth, lone_ground
from similarity.align.values import BiasedTrack, SuspectTrack, ViewTrack, WorkTrack
from similarity.align.windows import Stretch, WorkWindows, joined_track, rows_of_stretches, windows_among
from similarity.compare.sounding import WorkSounds
from similarity.compare.values import IndexedAs, LibraryFacts
from similarity.describe.shapes import SHAPES, Shape, WorkShape, nearest_shape
from similarity.describe.video import DescribedVideo
from similarity.describe.views import View
from similarity.measure.subjects import UnrelatedItem

__all__ = ["NO_BACKGROUND", "Works", "suspect_track", "view_track"]

_KEPT_SAMPLES = 400_000
"""Work samples kept in memory between comparisons, about 1.2 KB each."""
_SAME_ROWS = 0.98
"""Mean cosine from which the middle of a work's pictures is the whole."""

Rows = npt.NDArray[np.float32]
Biases = Callable[[str, Rows], Rows]
"""Descriptor set and rows of it -> how much each resembles everything."""
NO_BACKGROUND = not_measured("the library holds no background footage")


class Works:
    """A view of one generation of a library (`state_sha256` is in the report): what is asked once is kept."""

    def __init__(self, library: Reader) -> None:
        self.library = library
        self._kept: OrderedDict[str, WorkTrack] = OrderedDict()

    @cached_property
    def works(self) -> dict[str, Entry]:
        """Indexed works by identifier."""
        return {entry.entry_id: entry for entry in self.library.entries("work")}

    @cached_property
    def background_entries(self) -> tuple[Entry, ...]:
        """Background items."""
        return self.library.entries("background")

    def ids_of(self, sha256: str, role: Role) -> tuple[str, ...]:
        """Identifiers of the entries of a role that stand for a file's content, in order."""
        return self._ids_by_content.get((sha256, role), ())

    def of_one_origin(self, work_id: str) -> frozenset[str]:
        """The work, works of the same content, and works of its group in the owner's catalogue."""
        entry = self.works[work_id]
        group = entry.catalogue.get("group", "")
        return frozenset((work_id, *self.ids_of(entry.sha256, "work"), *self._ids_by_group.get(group, ())))

    @cached_property
    def _ids_by_group(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for work_id, entry in self.works.items():
            if group := entry.catalogue.get("group", ""):
                found[group] = (*found.get(group, ()), work_id)
        return found

    @cached_property
    def _ids_by_content(self) -> dict[tuple[str, Role], tuple[str, ...]]:
        found: dict[tuple[str, Role], tuple[str, ...]] = {}
        for entry in (*self.works.values(), *self.background_entries):
            key = (entry.sha256, entry.role)
            found[key] = (*found.get(key, ()), entry.entry_id)
        return found

    def indexed_as(self, sha256: str) -> tuple[IndexedAs, ...]:
        """Every entry that stands for a file's content, works first."""
        roles: tuple[Role, ...] = ("work", "background")
        return tuple(IndexedAs(entry_id=one, role=role) for role in roles for one in self.ids_of(sha256, role))

    @cached_property
    def set_names(self) -> frozenset[str]:
        """Names of the descriptor sets that the library holds."""
        return frozenset(declared.name for declared in self.library.descriptor_sets())

    @cached_property
    def background(self) -> Backgrounds:
        """Shipped background pictures and the library's own background footage."""
        return self._grounds.backgrounds

    @cached_property
    def sounds(self) -> WorkSounds:
        """The works' soundtracks."""
        return WorkSounds(self.library)

    @cached_property
    def _grounds(self) -> Grounds:
        return Grounds(self.library)

    @cached_property
    def shipped_background(self) -> Backgrounds:
        """Every shipped picture and nothing else: under these the library's own footage does not count as usual."""
        holds_composition = "composition" in self.set_names
        return Backgrounds(
            compact=lone_ground("compact"),
            composition=lone_ground("composition") if holds_composition else None,
        )

    def background_without(self, entry_id: str) -> Backgrounds:
        """The same without one background entry: what that entry is to be compared under."""
        return Grounds(self.library, without=entry_id).backgrounds

    def background_items(self, num_rows: int) -> npt.NDArray[np.int64]:
        """(n,) number of the background entry that each row of `background` belongs to; -1 for shipped pictures.

        Args:
            num_rows: of the background of a set; shipped pictures stand before the library's own.
        """
        lengths = [one.num_indexed for one in self.background_entries]
        own = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        taken = own[:: every_nth(len(own))]
        return np.concatenate([np.full(num_rows - len(taken), -1, dtype=np.int64), taken])

    def subjects(self, entry_id: str) -> Rows | None:
        """(m, dimensions) CLIP rows of a work or background item; None where the library holds none of it."""
        if "clip" not in self.library.sets_of(entry_id):
            return None
        return cast("Rows", self.library.descriptors(entry_id, "clip"))

    @cached_property
    def unrelated_subjects(self) -> dict[str, UnrelatedItem]:
        """CLIP rows of background items by identifier; of many, those of every n-th item."""
        every = every_nth(sum(entry.num_indexed for entry in self.background_entries))
        found = {}
        for entry in self.background_entries[::every]:
            rows = self.subjects(entry.entry_id)
            if rows is not None and len(rows):
                samples = self.library.samples(entry.entry_id)
                found[entry.entry_id] = UnrelatedItem(seconds=samples.seconds[samples.indexed], rows=rows)
        return found

    def entry(self, entry_id: str) -> Entry:
        """A work or background item."""
        return self.works[entry_id] if entry_id in self.works else self._backgrounds_by_id[entry_id]

    @cached_property
    def _backgrounds_by_id(self) -> dict[str, Entry]:
        return {entry.entry_id: entry for entry in self.background_entries}

    def work(self, work_id: str) -> WorkTrack:
        """The rows of one work."""
        if work_id in self._kept:
            self._kept.move_to_end(work_id)
            return self._kept[work_id]
        rows = self.rows_under(work_id, self.background)
        self._kept[work_id] = rows
        while sum(len(kept.seconds) for kept in self._kept.values()) > _KEPT_SAMPLES and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return rows

    def windows(self, work_id: str, stretches: Sequence[Stretch]) -> WorkWindows:
        """Stretches of a work, and no more of it."""
        rows = rows_of_stretches(stretches)
        numbers = np.concatenate([np.arange(one.start, one.stop) for one in rows])
        return WorkWindows(
            track=joined_track([self._read(work_id, self.background, one) for one in rows]),
            numbers=numbers,
            windows=windows_among(numbers, stretches),
        )

    def copy_rows(self, work_id: str, numbers: npt.NDArray[np.int64]) -> BiasedTrack:
        """Rows of the copy descriptor of some samples of a work, without reading all of a work that is not kept.

        Args:
            work_id: the work.
            numbers: (k,) its indexed samples, one at least.
        """
        if work_id in self._kept:
            kept = self._kept[work_id]
            return BiasedTrack(rows=kept.compact, bias=kept.bias)[numbers]
        span = slice(int(numbers.min()), int(numbers.max()) + 1)
        rows = cast("Rows", self.library.descriptors(work_id, "compact", rows=span))
        return BiasedTrack(rows=rows, bias=self._stored_bias(work_id, span, "compact", rows))[numbers - span.start]

    def rows_under(self, entry_id: str, background: Backgrounds) -> WorkTrack:
        """The rows of a work or background item, normalised under a background."""
        return self._read(entry_id, background, ALL_ROWS)

    def _read(self, entry_id: str, background: Backgrounds, rows: slice) -> WorkTrack:
        samples = self.library.samples(entry_id)
        indexed = samples.indexed[rows]
        held: dict[str, Descriptors] = {
            name: self.library.descriptors(entry_id, name, rows=rows)
            for name in ("compact", "pdq", "composition", "motion", *map("composition-{}".format, SHAPES))
            if name in self.set_names
        }
        compact = cast("npt.NDArray[np.float32]", held["compact"])
        biases = partial(self._stored_bias, entry_id, rows) if background is self.background else _computed(background)
        return WorkTrack(
            work_id=entry_id,
            seconds=samples.seconds[indexed],
            duration_seconds=self.entry(entry_id).duration_seconds,
            compact=compact,
            pdq=cast("npt.NDArray[np.uint8]", held["pdq"]),
            bias=biases("compact", compact),
            quality=samples.quality[indexed],
            composition=_composition(held, biases),
            motion=cast("npt.NDArray[np.float32] | None", held.get("motion")),
            shaped=_middles(held, biases),
        )

    def _stored_bias(self, entry_id: str, which: slice, set_name: str, rows: Rows) -> Rows:
        """What is kept beside an entry's rows, or where that holds for other background, the same computed."""
        ground = cast("Ground", self._grounds.of(set_name))
        kept = self.library.companion(entry_id, set_name, rows=which)
        return bias_of(
            kept.values if kept is not None and kept.under == ground.under else ground.background.nearest(rows)
        )

    @cached_property
    def facts(self) -> LibraryFacts:
        """What a report says of the library."""
        return LibraryFacts(
            num_works=len(self.works),
            num_background=len(self.background_entries),
            work_seconds=sum(entry.duration_seconds for entry in self.works.values()),
            num_work_samples=sum(entry.num_indexed for entry in self.works.values()),
            num_background_samples=sum(entry.num_indexed for entry in self.background_entries),
            state_sha256=self.library.state_sha256(),
        )


def suspect_track(video: DescribedVideo, background: Backgrounds) -> SuspectTrack:
    """The indexed samples of a described suspect, under every view."""
    samples = video.samples
    return SuspectTrack(
        seconds=samples.seconds[samples.indexed],
        duration_seconds=video.counts.duration_seconds_from_content,
        cut_seconds=np.array(
            [float((pts - samples.start_pts) * samples.time_base) for pts in video.scenes.start_pts[1:].tolist()]
        ),
        views={
            view: view_track(
                {name: track.rows for name, track in seen.tracks.items()},
                background,
                samples=seen.samples,
                quality=seen.quality,
                shapes=_shapes(video, view, seen.samples),
            )
            for view, seen in video.views.items()
        },
    )


def _shapes(video: DescribedVideo, view: View, samples: npt.NDArray[np.int64]) -> tuple[Shape, ...]:
    """(k,) the screen that what a view shows of each sample would fill."""
    if not len(samples):
        return ()
    boxes = video.samples.box[video.samples.indexed[samples]].astype(np.float64)
    left, top, right, bottom = view.box
    aspect = video.info.display_width * (right - left) / (video.info.display_height * (bottom - top))
    if view.turn_degrees in (90, 270):
        shapes = (boxes[:, 3] - boxes[:, 1]) / (aspect * (boxes[:, 2] - boxes[:, 0]))
        return tuple(nearest_shape(one) for one in shapes.tolist())
    inside = aspect * (boxes[:, 2] - boxes[:, 0]) / (boxes[:, 3] - boxes[:, 1])
    return tuple(nearest_shape(one) for one in inside.tolist())


def view_track(
    held: Mapping[str, Descriptors],
    background: Backgrounds,
    *,
    samples: npt.NDArray[np.int64],
    quality: npt.NDArray[np.uint8],
    shapes: tuple[Shape, ...],
) -> ViewTrack:
    """What was seen of a suspect through one view, normalised.

    Args:
        held: descriptor set -> (k, dimensions) rows.
        background: what unrelated pictures look like.
        samples: (k,) numbers among the suspect's indexed samples.
        quality: (k,) PDQ quality, 0 to 100.
        shapes: (k,) screen that the view of each sample would fill, or none.
    """
    compact = cast("npt.NDArray[np.float32]", held["compact"])
    return ViewTrack(
        samples=samples,
        compact=compact,
        pdq=cast("npt.NDArray[np.uint8]", held["pdq"]),
        bias=background.compact.bias(compact),
        quality=quality,
        composition=None if background.composition is None else _composition(held, _computed(background)),
        motion=cast("npt.NDArray[np.float32] | None", held.get("motion")),
        shapes=shapes,
        concept=_concept(held, background.concept),
    )


def _concept(held: Mapping[str, Descriptors], usual: Background | None) -> BiasedTrack | None:
    if "clip" not in held:
        return None
    rows = cast("npt.NDArray[np.float32]", held["clip"])
    bias = np.zeros(len(rows), dtype=np.float32) if usual is None else usual.bias(rows)
    return BiasedTrack(rows=rows, bias=bias)


def _computed(background: Backgrounds) -> Biases:
    return lambda set_name, rows: cast("Background", background.of(set_name)).bias(rows)


def _middles(descriptors: Mapping[str, Descriptors], biases: Biases) -> dict[Shape, BiasedTrack]:
    """Rows of a work's middles, without those that next to nothing was cut from: they say what the whole says."""
    whole = _composition(descriptors, biases)
    found = {shape: _composition(descriptors, biases, shape) for shape in SHAPES}
    return {
        shape: middle
        for shape, middle in found.items()
        if whole is not None and middle is not None and not _says_the_same(whole, middle)
    }


def _says_the_same(whole: BiasedTrack, middle: BiasedTrack) -> bool:
    alike = np.einsum("kd,kd->k", whole.rows, middle.rows)
    return bool(len(alike)) and float(alike.mean()) >= _SAME_ROWS


def _composition(
    descriptors: Mapping[str, Descriptors], biases: Biases, shape: WorkShape = "whole"
) -> BiasedTrack | None:
    name = "composition" if shape == "whole" else f"composition-{shape}"
    if name not in descriptors or "composition" not in descriptors:
        return None
    rows = cast("npt.NDArray[np.float32]", descriptors[name])
    return BiasedTrack(rows=rows, bias=biases(name, rows))
