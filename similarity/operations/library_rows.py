"""The library as alignment needs it: background, works' rows, read once and kept within a bound."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from index.library import Library
from index.records import Entry, Role
from similarity.absence import NotMeasured
from similarity.align.normalise import Background
from similarity.align.values import SuspectRows, ViewRows, WorkRows
from similarity.describe.compact import bundled_background
from similarity.describe.video import DescribedVideo
from similarity.describe.views import DescribedView
from similarity.report.values import IndexedAs, LibraryFacts

__all__ = ["LibraryRows", "suspect_rows"]

_KEPT_SAMPLES = 400_000
"""Work samples kept in memory between comparisons, about 1.2 KB each."""
_MAX_BACKGROUND_ROWS = 20_000
"""Background rows used for normalisation; of more, every n-th is taken."""

_NO_CONCEPT_BACKGROUND = "the library holds no background footage; add some: similarity add --background PATH"


class LibraryRows:
    """A reading view of one library; the library must not change under it (`state_sha256` is in the report)."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._kept: OrderedDict[str, WorkRows] = OrderedDict()

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
    def background(self) -> Background:
        """The shipped background pictures and the library's own background footage."""
        own = self.background_rows("compact")
        return Background(np.concatenate([bundled_background(), own]) if len(own) else bundled_background())

    def background_rows(self, set_name: str) -> npt.NDArray[np.float32]:
        """(n, dimensions) descriptors of the library's background footage in one float set."""
        rows = [self.library.descriptors(entry.entry_id, set_name) for entry in self.background_entries]
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        joined = cast("npt.NDArray[np.float32]", np.concatenate(rows))
        return joined[:: -(-len(joined) // _MAX_BACKGROUND_ROWS) or 1]

    @cached_property
    def background_bias(self) -> npt.NDArray[np.float32]:
        """(n,) similarity of each background picture to its nearest background pictures (itself among them)."""
        return self.background.bias(self.background.rows)

    @cached_property
    def concept_background(self) -> npt.NDArray[np.float32] | NotMeasured:
        """CLIP rows of the library's background footage."""
        rows = self.background_rows("clip")
        return rows if len(rows) else NotMeasured(reason=_NO_CONCEPT_BACKGROUND)

    def work(self, work_id: str) -> WorkRows:
        """The rows of one work."""
        if work_id in self._kept:
            self._kept.move_to_end(work_id)
            return self._kept[work_id]
        samples = self.library.samples(work_id)
        compact = cast("npt.NDArray[np.float32]", self.library.descriptors(work_id, "compact"))
        rows = WorkRows(
            work_id=work_id,
            seconds=samples.seconds[samples.indexed],
            duration_seconds=self.works[work_id].duration_seconds,
            compact=compact,
            pdq=cast("npt.NDArray[np.uint8]", self.library.descriptors(work_id, "pdq")),
            bias=self.background.bias(compact),
            quality=samples.quality[samples.indexed],
        )
        self._kept[work_id] = rows
        while sum(len(kept.seconds) for kept in self._kept.values()) > _KEPT_SAMPLES and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return rows

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


def suspect_rows(video: DescribedVideo, background: Background) -> SuspectRows:
    """The indexed samples of a described suspect, under every view."""
    samples = video.samples
    return SuspectRows(
        seconds=samples.seconds[samples.indexed],
        duration_seconds=video.counts.duration_seconds_from_content,
        cut_seconds=np.array(
            [float((pts - samples.start_pts) * samples.time_base) for pts in video.scenes.start_pts[1:].tolist()]
        ),
        views={view: _view_rows(seen, background) for view, seen in video.views.items()},
    )


def _view_rows(seen: DescribedView, background: Background) -> ViewRows:
    compact = cast("npt.NDArray[np.float32]", seen.descriptors["compact"])
    return ViewRows(
        samples=seen.samples,
        compact=compact,
        pdq=cast("npt.NDArray[np.uint8]", seen.descriptors["pdq"]),
        bias=background.bias(compact),
        quality=seen.quality,
    )
