"""Where a suspect may show a work turned or in a pane: a few samples of every scene decide where to look closer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from similarity.compare.works import Works
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS, MIRRORED, View

__all__ = ["promising_samples"]

STRIKING = 5.5
"""Similarity of a sample seen so to some sample of a work from which it is worth a closer look, standard deviations."""
STRIKING_ALONE = 6.5
"""The same of the only such sample of a pane."""
LEAST_RISE = 1.5
"""How far that must lie above what the sample reaches as it is or mirrored: seen so, it must explain more."""
_NEAREST = 4
"""Nearest library samples of each that are weighed."""

Rows = npt.NDArray[np.float32]
Samples = npt.NDArray[np.int64]


def promising_samples(video: DescribedVideo, rows: Works) -> Mapping[View, Samples]:
    """View -> numbers among the indexed samples of the scenes with a striking sample, and of their neighbours.

    Args:
        video: the suspect, with a few samples described under further views.
        rows: the library.
    """
    if not video.probes:
        return {}
    scene = video.samples.scene[video.samples.indexed]
    values = best_zscores(np.concatenate([probes.rows for probes in video.probes.values()]), rows)
    lengths = [len(probes.samples) for probes in video.probes.values()]
    found: dict[View, Samples] = {}
    for (view, probes), seen_so in zip(video.probes.items(), np.split(values, np.cumsum(lengths)[:-1]), strict=True):
        is_striking = seen_so >= (STRIKING if view.region == "whole" else _striking_in_pane(seen_so))
        if not is_striking.any():
            continue
        is_striking &= seen_so >= _as_it_is(video, probes.samples, rows) + LEAST_RISE
        scenes = np.unique(scene[probes.samples[is_striking]])
        near = np.unique(np.concatenate([scenes - 1, scenes, scenes + 1]))
        found[view] = np.flatnonzero(np.isin(scene, near)).astype(np.int64)
    return {view: samples for view, samples in found.items() if len(samples)}


def _striking_in_pane(seen_so: Rows) -> float:
    """What is asked of a pane, which there are many of: more, unless several samples of it stand out."""
    return STRIKING if np.count_nonzero(seen_so >= STRIKING) > 1 else STRIKING_ALONE


def _as_it_is(video: DescribedVideo, samples: Samples, rows: Works) -> Rows:
    """(k,) the same of the samples as they are and mirrored, whichever is more."""
    found = []
    for seen in (video.views[view] for view in (AS_IS, MIRRORED) if view in video.views):
        compact = seen.tracks["compact"].rows
        found.append(best_zscores(compact[np.searchsorted(seen.samples, samples)], rows))
    return np.asarray(np.max(found, axis=0), np.float32)


def best_zscores(queries: npt.NDArray[np.float32] | npt.NDArray[np.uint8], rows: Works) -> Rows:
    """(k,) similarity of each compact row to the sample of the works that it resembles most, standard deviations."""
    compact = np.asarray(queries, dtype=np.float32)
    hits = rows.library.search("compact", compact, _NEAREST, role="work")
    background = rows.background.compact
    bias, best = background.bias(compact), np.full(len(compact), -np.inf, dtype=np.float32)
    for number, work_id in enumerate(hits.entry_ids):
        at, rank = np.nonzero(hits.entry == number)
        if not len(at):
            continue
        there = rows.copy_rows(work_id, hits.row[at, rank].astype(np.int64))
        values = background.paired_zscores(compact[at], there.rows, suspect_bias=bias[at], work_bias=there.bias)
        np.maximum.at(best, at, values)
    return best
