"""A calibration from labelled pairs that a scan has measured."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array
from similarity.errors import ConfigurationError
from similarity.evaluate.labels import LabelledPair, Labels
from similarity.evaluate.tables import read_pairs_table
from similarity.measure.bounds import fit_bounds
from similarity.measure.calibration import AxisQuantiles, Calibration, DataCard, DataRow, data_row, stored_curves
from similarity.measure.calibrators import fit_calibrator
from similarity.measure.envelope import Envelope, fit_envelope
from similarity.measure.finding import ADAPTATION_AXES, CUT_AXES, NOTHING_ALIGNED
from similarity.measure.fitting import (
    AxisWeights,
    CalibratorChoice,
    ScoredPairs,
    bootstrap_interval,
    choose_calibrator,
    fit_axis_weights,
    independent_ceiling,
)
from similarity.measure.values import AXIS_NAMES
from similarity.report.writers.csv_form import CONDITION_NAMES

__all__ = [
    "MeasuredPairs",
    "Proposition",
    "axis_values",
    "fit_calibration",
    "read_measured_pairs",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Proposition = Literal["copy", "adaptation"]

TAKEN_TIERS: Mapping[Proposition, tuple[str, ...]] = {"copy": ("copy",), "adaptation": ("high", "medium")}
"""Tiers that speak for each proposition; `low` is left out of both, everything else unrelated speaks against."""
_NUM_QUANTILES = 101


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MeasuredPairs(ArrayValue):
    """Every suspect against every work that a proposition can be judged on."""

    labelled: tuple[LabelledPair | None, ...]
    """The label of each pair that has one."""
    is_taken: Bools
    """(n,) whether it speaks for the proposition."""
    suspect_groups: npt.NDArray[np.str_]
    """(n,) footage group of the suspect."""
    work_groups: npt.NDArray[np.str_]
    """(n,) footage group of the work."""
    rows: tuple[Mapping[str, str], ...]
    """The pair's row of the scan's `pairs.csv`."""

    def __post_init__(self) -> None:
        check_array("MeasuredPairs.is_taken", self.is_taken, "bool(n)", lengths={"n": len(self.rows)})

    def column(self, name: str) -> Floats:
        """(n,) numbers of one column; NaN where a cell is empty."""
        return column(self.rows, name)


def read_measured_pairs(table: Path, labels: Labels, proposition: Proposition) -> MeasuredPairs:
    """Join a scan's `pairs.csv` (of `scan --all-pairs`) with the labels.

    Args:
        table: the scan's `pairs.csv`.
        labels: what is known of suspects and works.
        proposition: for which pairs are to speak.

    Raises:
        ConfigurationError: the table can't be read, or holds no pair of one of the two kinds.
    """
    known = {(pair.suspect_id, pair.work_id): pair for pair in labels.pairs}
    suspects = set(labels.suspect_ids)
    kept: list[tuple[LabelledPair | None, bool, str, str, Mapping[str, str]]] = []
    for row in read_pairs_table(table):
        ids = (row["query_id"], row["ref_id"])
        pair = known.get(ids)
        side = _side(ids, pair, labels, proposition) if ids[0] in suspects else None
        if side is not None:
            kept.append((pair, side, _group(ids[0], labels), _group(ids[1], labels), row))
    taken = np.array([one[1] for one in kept], dtype=np.bool_)
    if not len(taken) or taken.all() or not taken.any():
        raise ConfigurationError(
            f"{table}: {int(taken.sum())} pairs speak for {proposition!r} and {int((~taken).sum())} against; expected "
            "some of each - was the scan run with --all-pairs, over the suspects and works of the labels?"
        )
    return MeasuredPairs(
        labelled=tuple(one[0] for one in kept),
        is_taken=taken,
        suspect_groups=np.array([one[2] for one in kept]),
        work_groups=np.array([one[3] for one in kept]),
        rows=tuple(one[4] for one in kept),
    )


def _side(ids: tuple[str, str], pair: LabelledPair | None, labels: Labels, proposition: Proposition) -> bool | None:
    """Whether a pair speaks for or against; None where it is left out."""
    if pair is not None and pair.tier != "none":
        return True if pair.tier in TAKEN_TIERS[proposition] else None
    if ids[0] == ids[1] or (pair is None and labels.groups_of(ids[0]) & labels.groups_of(ids[1])):
        return None
    return False


def _group(one: str, labels: Labels) -> str:
    return min(labels.groups_of(one))


def fit_calibration(
    pairs: MeasuredPairs, proposition: Proposition, *, name: str, versions: Sequence[tuple[str, str]], seed: int = 0
) -> Calibration:
    """Fit everything: axis weights, calibrator, bounds, intervals, envelope, data card.

    Held-aside figures come from folds in which axis weights and calibrator were fitted without the groups judged.

    Args:
        pairs: measured pairs of known origin.
        proposition: for which the calibration is.
        name: name of the calibration.
        versions: name and version of everything that shapes a score, for the data card.
        seed: of folds and bootstrap.
    """
    values = axis_values(pairs.rows) if proposition == "adaptation" else None
    weights = None if values is None else _axis_weights(values, pairs, np.ones(len(pairs.is_taken), dtype=np.bool_))
    scores = pairs.column("score") if weights is None or values is None else weights.score(values)
    scored = ScoredPairs(
        scores=scores,
        is_taken=pairs.is_taken,
        suspect_groups=pairs.suspect_groups,
        work_groups=pairs.work_groups,
    )
    rescore = None if values is None else lambda train: _axis_weights(values, pairs, train).score(values)
    choice = choose_calibrator(scored, rescore=rescore, seed=seed)
    counts = scored.weights()
    return Calibration(
        name=name,
        proposition=proposition,
        axis_weights=weights,
        axis_quantiles=_quantiles(pairs),
        calibrator=fit_calibrator(choice.kind, scores, is_taken=pairs.is_taken, weights=counts),
        bounds=fit_bounds(choice.log10_lrs, is_taken=pairs.is_taken, weights=counts),
        interval=bootstrap_interval(scored, choice.kind, seed=seed),
        envelope=_envelope(pairs),
        data_card=_card(pairs, choice, versions),
    )


def column(rows: Sequence[Mapping[str, str]], name: str) -> Floats:
    """(n,) numbers of one column of a scan's `pairs.csv`; NaN where a cell is empty."""
    return np.array([float(row[name]) if row.get(name) else math.nan for row in rows])


def axis_values(rows: Sequence[Mapping[str, str]]) -> Floats:
    """(n, 3) values of the adaptation axes; those of nothing aligned where the scan aligned nothing."""
    values = np.stack([column(rows, axis) for axis in ADAPTATION_AXES], axis=1)
    values[np.isnan(column(rows, "num_samples"))] = NOTHING_ALIGNED
    return values


def _axis_weights(values: Floats, pairs: MeasuredPairs, train: Bools) -> AxisWeights:
    taken = pairs.is_taken[train]
    scored = ScoredPairs(
        scores=np.zeros(len(taken)),
        is_taken=taken,
        suspect_groups=pairs.suspect_groups[train],
        work_groups=pairs.work_groups[train],
    )
    ceilings = tuple(
        independent_ceiling(values[train, number][~taken], groups=pairs.suspect_groups[train][~taken])
        if axis in CUT_AXES
        else math.inf
        for number, axis in enumerate(ADAPTATION_AXES)
    )
    return fit_axis_weights(
        values[train], is_taken=taken, weights=scored.weights(), axes=ADAPTATION_AXES, ceilings=ceilings
    )


def _quantiles(pairs: MeasuredPairs) -> tuple[AxisQuantiles, ...]:
    found = []
    for axis in AXIS_NAMES:
        values = pairs.column(axis)[~pairs.is_taken]
        values = values[np.isfinite(values)]
        if len(values) >= _NUM_QUANTILES:
            steps = np.quantile(values, np.linspace(0, 1, _NUM_QUANTILES))
            found.append(AxisQuantiles(axis=axis, values=tuple(steps.tolist()), num_pairs=len(values)))
    return tuple(found)


def _envelope(pairs: MeasuredPairs) -> Envelope:
    aligned = np.isfinite(pairs.column("num_samples"))
    kinds = np.array([row["kind"] for row in pairs.rows])[aligned]
    return fit_envelope({name: pairs.column(name)[aligned] for name in CONDITION_NAMES}, kinds=kinds)


def _card(pairs: MeasuredPairs, choice: CalibratorChoice, versions: Sequence[tuple[str, str]]) -> DataCard:
    ratios, taken = choice.log10_lrs, pairs.is_taken
    families = sorted({pair.family for pair, is_taken in _taken(pairs) if is_taken})
    tiers = sorted({pair.tier for pair, is_taken in _taken(pairs) if is_taken})
    return DataCard(
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        versions=tuple(versions),
        num_groups=len(set(pairs.suspect_groups.tolist()) | set(pairs.work_groups.tolist())),
        num_families=max(1, len(families)),
        whole=data_row("all pairs", ratios[taken], log10_lr_independent=ratios[~taken]),
        cllr_by_kind=choice.cllrs,
        families=tuple(_part(pairs, ratios, "family", name) for name in families),
        tiers=tuple(_part(pairs, ratios, "tier", name) for name in tiers),
        curves=stored_curves(ratios[taken], ratios[~taken]),
    )


def _taken(pairs: MeasuredPairs) -> list[tuple[LabelledPair, bool]]:
    both = zip(pairs.labelled, pairs.is_taken.tolist(), strict=True)
    return [(pair, is_taken) for pair, is_taken in both if pair is not None]


def _part(pairs: MeasuredPairs, ratios: Floats, field: Literal["family", "tier"], name: str) -> DataRow:
    """Taken pairs of one family or tier against all independent ones."""
    chosen = np.array([pair is not None and getattr(pair, field) == name for pair in pairs.labelled])
    return data_row(name, ratios[chosen & pairs.is_taken], log10_lr_independent=ratios[~pairs.is_taken])
