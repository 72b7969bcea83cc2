"""Ways to compare with a part of the comparison left out or exchanged; `ablation.py` measures what each costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
from aligners import hough_runs, most_similar_pair, strongest_path, temporal_network_runs

from index import Reader
from similarity.align import normalise, pair
from similarity.align.lines import LineRules, Run, find_runs
from similarity.align.normalise import NUM_NEIGHBOURS, Background, Backgrounds, Unit
from similarity.align.pair import pair_zscores
from similarity.align.usual import shipped_ground
from similarity.align.values import PairAlignment, ViewTrack, WorkTrack
from similarity.compare import engine as comparing
from similarity.compare.works import Works
from similarity.describe.descriptors.pdq import distance_bits
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS, View

__all__ = ["VARIANTS", "DescriberName", "Variant", "patched"]

DescriberName = Literal["compact", "vit_tiny"]
"""What stands in the descriptor set `compact`: the product's network, or a ViT-Tiny."""
Rows = npt.NDArray[np.float32]

UNRELATED_BITS = 128
"""PDQ distance of unrelated pictures."""
BITS_PER_POINT = 10.0
"""PDQ bits below it that count as one point of similarity."""
PDQ_SHARE, PDQ_FROM, PDQ_MOST = 0.5, 2.0, 6.0
"""What PDQ adds to `compact`: a share of its points above so many, at most so many."""
CALIBRATION_ROWS = 1024
"""Background rows from which the mean and deviation are measured, as in the product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """An attribute of a module that is another while a variant runs."""

    module: ModuleType
    """The module whose attribute is looked up."""
    name: str
    """The attribute."""
    value: object
    """What stands there meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to compare."""

    name: str
    """Name in the table."""
    differs: str
    """What is other than in the product."""
    rows: Callable[[Reader], Works] = Works
    """The library as alignment sees it."""
    suspect: Callable[[DescribedVideo], DescribedVideo] = lambda video: video
    """The suspect as alignment sees it."""
    patches: tuple[Patch, ...] = ()
    """What is exchanged inside the product."""
    is_verified: bool = True
    """Whether local features look again."""
    described_by: DescriberName = "compact"
    """What describes pictures."""


@contextmanager
def patched(patches: Sequence[Patch]) -> Iterator[None]:
    """Attributes exchanged inside the block, and put back after it whatever happens."""
    with ExitStack() as after:
        for patch in patches:
            after.callback(setattr, patch.module, patch.name, getattr(patch.module, patch.name))
            setattr(patch.module, patch.name, patch.value)
        yield


class _ShippedBackgroundOnly(Works):
    @cached_property
    def background(self) -> Backgrounds:
        return Backgrounds(compact=shipped_ground("compact"), composition=shipped_ground("composition"))


class _OwnBackgroundOnly(Works):
    @cached_property
    def background(self) -> Backgrounds:
        return replace(super().background, compact=_FootageBackground(self))


class _FootageBackground(Background):
    """Background of footage alone: frames of one video are related, so only frames of two are compared."""

    def __init__(self, rows: Works) -> None:
        super().__init__(rows.background_rows("compact"))
        video = np.repeat(np.arange(len(rows.background_entries)), [e.num_indexed for e in rows.background_entries])
        self._video = video[:: -(-len(video) // len(self.rows))]

    @cached_property
    def unit(self) -> Unit:
        chosen = np.linspace(0, len(self.rows) - 1, min(CALIBRATION_ROWS, len(self.rows))).astype(np.int64)
        rows, video = self.rows[chosen].astype(np.float64), self._video[chosen]
        similarity = rows @ rows.T
        is_other = video[:, None] != video[None, :]
        nearest = np.sort(np.where(is_other, similarity, -np.inf), axis=1)[:, -NUM_NEIGHBOURS:]
        bias = nearest.mean(axis=1)
        values = (similarity - normalise.WEIGHT * (bias[:, None] + bias[None, :]))[is_other]
        return Unit(mean=float(values.mean()), deviation=float(values.std()))


class _PdqRows(Works):
    """PDQ bits in the place of `compact`, as unit rows: their cosine is 1 - distance / 128."""

    @cached_property
    def background(self) -> Backgrounds:
        rows = [self.library.descriptors(entry.entry_id, "pdq") for entry in self.background_entries]
        bits = _unit_bits(np.concatenate(cast("list[npt.NDArray[np.uint8]]", rows)))
        return replace(super().background, compact=_PdqBackground(bits))

    def work(self, work_id: str) -> WorkTrack:
        rows = super().work(work_id)
        return replace(rows, compact=_unit_bits(rows.pdq))


class _PdqBackground(Background):
    def bias(self, descriptors: Rows) -> Rows:
        return np.zeros(len(descriptors), dtype=np.float32)

    def zscores(self, suspect: Rows, work: Rows, *, suspect_bias: Rows, work_bias: Rows) -> Rows:
        del suspect_bias, work_bias
        return np.asarray(suspect @ work.T * (UNRELATED_BITS / BITS_PER_POINT), dtype=np.float32)


def _unit_bits(packed: npt.NDArray[np.uint8]) -> Rows:
    signs = np.unpackbits(packed, axis=1).astype(np.float32) * 2 - 1
    return np.asarray(signs / np.sqrt(signs.shape[1]), dtype=np.float32)


def _with_pdq_for_compact(video: DescribedVideo) -> DescribedVideo:
    views = {}
    for view, seen in video.views.items():
        pdq = seen.tracks["pdq"]
        bits = replace(pdq, rows=_unit_bits(cast("npt.NDArray[np.uint8]", pdq.rows)))
        views[view] = replace(seen, tracks={**seen.tracks, "compact": bits})
    return replace(video, views=views)


class _Given(Background):
    """Similarities that are known already."""

    def __init__(self, rows: Rows, values: Rows) -> None:
        super().__init__(rows)
        self._values = values

    def zscores(self, suspect: Rows, work: Rows, *, suspect_bias: Rows, work_bias: Rows) -> Rows:
        del suspect, work, suspect_bias, work_bias
        return self._values


def _zscores_with_pdq(
    view: View, seen: ViewTrack, work: WorkTrack, background: Backgrounds, *, rows: npt.NDArray[np.int64]
) -> Rows:
    values = background.compact.zscores(
        seen.compact[rows], work.compact, suspect_bias=seen.bias[rows], work_bias=work.bias
    )
    points = (UNRELATED_BITS - distance_bits(seen.pdq[rows], work.pdq).astype(np.float32)) / BITS_PER_POINT
    values = values + PDQ_SHARE * np.clip(points - PDQ_FROM, 0.0, PDQ_MOST)
    given = replace(background, compact=_Given(background.compact.rows, values.astype(np.float32)))
    return pair_zscores(view, seen, work, given, rows=rows)


def _as_they_are(
    alignments: Sequence[PairAlignment], *, suspect_itself: Collection[str] = ()
) -> tuple[PairAlignment, ...]:
    del suspect_itself
    return tuple(alignments)


def _without(leave_out: Callable[[View], bool]) -> Callable[[DescribedVideo], DescribedVideo]:
    def suspect(video: DescribedVideo) -> DescribedVideo:
        return replace(video, views={view: seen for view, seen in video.views.items() if not leave_out(view)})

    return suspect


def _without_composition(video: DescribedVideo) -> DescribedVideo:
    views = {
        view: replace(seen, tracks={name: track for name, track in seen.tracks.items() if name != "composition"})
        for view, seen in video.views.items()
    }
    return replace(video, views=views)


def _runs_without_cuts(values: Rows, rules: LineRules, *, cuts: Sequence[int] = ()) -> list[Run]:
    del cuts
    return find_runs(values, rules)


_NO_RIVALS = Patch(module=comparing, name="against_rivals", value=_as_they_are)
_ONE_PAIR = (
    Patch(module=pair, name="can_gain", value=lambda *_: True),
    Patch(module=pair, name="find_runs", value=most_similar_pair),
    Patch(module=pair, name="join_pieces", value=lambda paths, *_: list(paths)),
    Patch(module=pair, name="without_echoes", value=strongest_path),
)

VARIANTS = (
    Variant(name="full", differs="nothing: the product"),
    Variant(
        name="no_normalisation",
        differs="no background similarity is taken off either side; still in deviations",
        patches=(Patch(module=normalise, name="WEIGHT", value=0.0),),
    ),
    Variant(
        name="no_background_footage",
        differs="shipped background only, none of the library's own",
        rows=_ShippedBackgroundOnly,
    ),
    Variant(
        name="no_composition",
        differs="`compact` alone carries the alignment, no look at composition",
        suspect=_without_composition,
    ),
    Variant(name="no_mirror", differs="no mirrored views", suspect=_without(lambda view: view.is_mirrored)),
    Variant(name="no_panes", differs="no panes", suspect=_without(lambda view: view.region == "pane")),
    Variant(
        name="no_views",
        differs="the whole picture as it is, nothing else",
        suspect=_without(lambda view: view != AS_IS),
    ),
    Variant(
        name="no_alignment",
        differs="the single most similar pair of samples of each work is the match; no rivals",
        patches=(*_ONE_PAIR, _NO_RIVALS),
    ),
    Variant(name="no_verification", differs="no look again by local features", is_verified=False),
    Variant(name="no_rivals", differs="no match is lowered by a better one", patches=(_NO_RIVALS,)),
    Variant(
        name="pdq_only",
        differs="(128 - PDQ distance) / 10 in place of `compact`, for similarities and for what counts as one picture",
        rows=_PdqRows,
        suspect=_with_pdq_for_compact,
    ),
    Variant(
        name="pdq_added",
        differs="`compact` + 0.5 * clip((128 - PDQ distance) / 10 - 2, 0, 6)",
        patches=(Patch(module=pair, name="pair_zscores", value=_zscores_with_pdq),),
    ),
    Variant(
        name="no_cuts",
        differs="no run is cut at a scene boundary of the suspect",
        patches=(Patch(module=pair, name="find_runs", value=_runs_without_cuts),),
    ),
    Variant(
        name="hough",
        differs="Hough voting over speed and offset in place of runs",
        patches=(Patch(module=pair, name="find_runs", value=hough_runs),),
    ),
    Variant(
        name="temporal_network",
        differs="longest path in a network of pairs in place of runs",
        patches=(Patch(module=pair, name="find_runs", value=temporal_network_runs),),
    ),
    Variant(
        name="vit_tiny",
        differs="image embeddings of a ViT-Tiny in place of `compact`, normalised with the library's footage alone",
        rows=_OwnBackgroundOnly,
        described_by="vit_tiny",
    ),
)
"""Every variant, the product first."""
