"""How much each of a library's rows resembles everything, kept beside the rows.

For every row of a work the similarities to its nearest background pictures are computed when the work is added, and
stored as a companion of the row.  Added background is folded in: what is nearest of old and new is nearest of both.
Where background went, or of more than `MAX_BACKGROUND_ROWS` only every n-th counts, they are computed anew.  A stored
value names the very background it holds for (`Ground.under`); under any other it is not used, but computed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from index.api import Reader, Writer
from index.codes import decode, encode
from index.records import Companion, CompanionState, DescriptorSet, NewEntry
from similarity.align.normalise import LEAST_ROWS, NUM_NEIGHBOURS, Background, Backgrounds, Unit, nearest_of
from similarity.describe.descriptors.bundled import stand_in_background
from similarity.describe.descriptors.compact import bundled_background
from similarity.describe.descriptors.composition import composition_background
from similarity.describe.shapes import SHAPES

__all__ = [
    "UNITS",
    "Ground",
    "Grounds",
    "background_rows",
    "every_nth",
    "lone_ground",
    "renew_companions",
    "shipped_ground",
]

MAX_BACKGROUND_ROWS = 20_000
"""Background rows used for normalisation; of more, every n-th is taken."""
ENOUGH_OWN_ROWS = 1000
"""Background rows of its own with which a library needs none that stand in: about eight minutes of footage."""
_BATCH_BYTES = 16 << 20
"""Stored values written at a time."""

GROUND_OF: Mapping[str, str] = {
    "compact": "compact",
    "composition": "composition",
    **{f"composition-{shape}": "composition" for shape in SHAPES},
}
"""Descriptor set -> set of the background pictures that its rows are compared with."""

UNITS: Mapping[str, Unit] = {
    "compact": Unit(mean=-0.1979899438913059, deviation=0.10800484890271692),
    "composition": Unit(mean=-0.18511827015527013, deviation=0.10076432477455152),
}
"""The unit of scores, the same in every library: what unrelated pictures showed when the calibrations were fitted.

Measured among the 1,000 shipped pictures and 24 of the first background film of the development footage.  The shipped
pictures alone give deviations a tenth smaller: scores in that unit would not be those that were calibrated.
"""

Rows = npt.NDArray[np.float32]
SetWithPictures = Literal["compact", "composition"]
SETS_WITH_PICTURES: tuple[SetWithPictures, ...] = ("compact", "composition")
"""Sets of which unrelated pictures are shipped."""
_SHIPPED: Mapping[str, Callable[[], Rows]] = {"compact": bundled_background, "composition": composition_background}


def shipped_ground(set_name: str) -> Background:
    """The shipped pictures of `compact` or `composition` alone, in the unit of scores."""
    return Background(_SHIPPED[set_name](), unit=UNITS[set_name])


class Ground:
    """The unrelated pictures of one descriptor: the shipped ones, and those of a library's background entries.

    Args:
        shipped: (n, dimensions) shipped rows.
        own: (m, dimensions) rows of each background entry, by identifier.
        unit: in which similarities are expressed.
    """

    def __init__(self, shipped: Rows, own: Sequence[Rows], *, unit: Unit) -> None:
        self._unit = unit
        self._parts = (shipped, *(rows for rows in own if len(rows)))
        self._every = every_nth(sum(map(len, self._parts[1:])))

    @cached_property
    def background(self) -> Background:
        """All of them, of many every n-th."""
        shipped, *own = self._parts
        rows = np.concatenate([shipped, np.concatenate(own)[:: self._every]]) if own else shipped
        return Background(rows, unit=self._unit)

    @cached_property
    def under(self) -> str:
        """Names these very pictures, whatever their order."""
        said = {"every": self._every, "neighbours": NUM_NEIGHBOURS, "pictures": sorted(self._names)}
        return json.dumps(said, sort_keys=True)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(hashlib.sha256(rows.astype("<f4").tobytes()).hexdigest() for rows in self._parts)

    def companion(self, rows: Rows, known: Companion | None = None) -> Companion:
        """The nearest background similarities of a work's rows.

        Args:
            rows: (n, dimensions) rows as they are stored.
            known: what was computed of these rows under fewer pictures.
        """
        if known is not None and known.under == self.under:
            return known
        fresh = None if known is None else self._fresh(known.under)
        if known is None or fresh is None:
            return Companion(under=self.under, values=self.background.nearest(rows))
        found = [known.values, *(nearest_of(rows, part) for part in fresh)]
        return Companion(under=self.under, values=np.sort(np.concatenate(found, axis=1), axis=1)[:, -NUM_NEIGHBOURS:])

    def _fresh(self, under: str) -> tuple[Rows, ...] | None:
        """The pictures that are not among earlier ones; None unless all of those are among these."""
        said = json.loads(under)
        then, now = Counter(said.pop("pictures")), Counter(self._names)
        if said != {"every": 1, "neighbours": NUM_NEIGHBOURS} or self._every != 1 or then - now:
            return None
        return tuple(self._parts[self._names.index(name)] for name in (now - then).elements())


@lru_cache(maxsize=2)
def lone_ground(set_name: SetWithPictures) -> Background:
    """Every shipped picture: all that a library without footage of its own is compared with."""
    return _ground(set_name, ()).background


def _ground(set_name: SetWithPictures, own: Sequence[Rows]) -> Ground:
    """The unrelated pictures of a set: the usual ones, those that stand in for what a library lacks, its own."""
    shipped = _SHIPPED[set_name]()
    if sum(map(len, own)) < ENOUGH_OWN_ROWS:
        shipped = np.concatenate([shipped, stand_in_background(set_name)])
    return Ground(shipped, own, unit=UNITS[set_name])


class Grounds:
    """The unrelated pictures of a library as it stands, to each descriptor that carries an alignment.

    Args:
        library: the library.
        without: a background entry that does not count.
    """

    def __init__(self, library: Reader, *, without: str | None = None) -> None:
        self._library, self._without = library, without
        self.sets = {one.name: one for one in library.descriptor_sets() if one.name in GROUND_OF}
        self._grounds: dict[str, Ground] = {
            name: _ground(name, _own_rows(library, name, without=without))
            for name in SETS_WITH_PICTURES
            if name in self.sets or name == "compact"
        }

    @cached_property
    def backgrounds(self) -> Backgrounds:
        """What they teach about similarities."""
        layout = self._grounds.get("composition")
        return Backgrounds(
            compact=self._grounds["compact"].background,
            composition=None if layout is None else layout.background,
            concept=_enough(background_rows(self._library, "clip", without=self._without)),
        )

    def of(self, set_name: str) -> Ground | None:
        """Those that the rows of a set are compared with; None where nothing is to be kept beside them."""
        return self._grounds.get(GROUND_OF[set_name]) if set_name in self.sets else None

    def completed(self, entry: NewEntry) -> NewEntry:
        """The entry with the nearest background similarities beside its rows, where it is a work."""
        if entry.role != "work":
            return entry
        companions = {
            name: ground.companion(_as_stored(entry, declared))
            for name, declared in self.sets.items()
            if (ground := self.of(name)) is not None
        }
        return replace(entry, companions=companions)

    def stale(self, library: Writer) -> Iterable[tuple[CompanionState, Ground]]:
        """What beside the rows of works holds for other pictures, or is not there."""
        for state in library.companion_states("work"):
            ground = self.of(state.set_name)
            if ground is not None and state.under != ground.under:
                yield state, ground


def renew_companions(library: Writer) -> int:
    """Bring what is kept beside works' rows up to date with the background; returns for how many entries and sets.

    Reads all rows that are stale.  It may be stopped at any moment: what is stale is computed when it is needed.
    """
    batch: list[tuple[CompanionState, Companion]] = []
    renewed = 0
    for state, ground in Grounds(library).stale(library):
        rows = cast("Rows", library.descriptors(state.entry_id, state.set_name))
        known = library.companion(state.entry_id, state.set_name) if state.under is not None else None
        batch.append((state, ground.companion(rows, known)))
        if sum(companion.values.nbytes for _, companion in batch) > _BATCH_BYTES:
            library.set_companions(batch)
            renewed += len(batch)
            batch = []
    if batch:
        library.set_companions(batch)
    return renewed + len(batch)


def background_rows(library: Reader, set_name: str, *, without: str | None = None) -> Rows | None:
    """(n, dimensions) rows of a library's background entries in one float set, of many every n-th; None for none.

    Args:
        library: the library.
        set_name: the descriptor set.
        without: a background entry that does not count.
    """
    own = [rows for rows in _own_rows(library, set_name, without=without) if len(rows)]
    if not own:
        return None
    joined = np.concatenate(own)
    return joined[:: every_nth(len(joined))]


def _own_rows(library: Reader, set_name: str, *, without: str | None) -> list[Rows]:
    if set_name not in {one.name for one in library.descriptor_sets()}:
        return []
    return [
        cast("Rows", library.descriptors(entry.entry_id, set_name))
        for entry in library.entries("background")
        if entry.entry_id != without and set_name in library.sets_of(entry.entry_id)
    ]


def _enough(rows: Rows | None) -> Background | None:
    """A background of rows; None where they are too few to have nearest ones to speak of."""
    return None if rows is None or len(rows) < LEAST_ROWS else Background(rows)


def every_nth(num_rows: int) -> int:
    """Which n-th of a library's own background rows is taken."""
    return -(-num_rows // MAX_BACKGROUND_ROWS) or 1


def _as_stored(entry: NewEntry, declared: DescriptorSet) -> Rows:
    return cast("Rows", decode(encode(entry.descriptors[declared.name], declared), declared))
