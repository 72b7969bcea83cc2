"""A calibration from labelled pairs that a scan has measured."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array
from similarity.errors import ConfigurationError
from similarity.evaluate.labels import LabelledPair, Labels
from similarity.evaluate.tables import read_pairs_table
from similarity.measure.alarms import Alarms, count_alarms
from similarity.measure.bounds import fit_bounds
from similarity.measure.calibration import AxisQuantiles, Calibration
from similarity.measure.calibrators import fit_calibrator
from similarity.measure.data_card import DataCard, DataRow, data_row, stored_curves
from similarity.measure.envelope import Envelope, fit_envelope
from similarity.measure.finding import ADAPTATION_AXES, ADAPTATION_FEATURES, CUT_AXES
from similarity.measure.fitting import (
    AxisWeights,
    CalibratorChoice,
    ScoredPairs,
    bootstrap_interval,
    choose_calibrator,
    fit_axis_weights,
    independent_ceiling,
)
from similarity.measure.groups import group_weights
from similarity.measure.values import AXIS_NAMES
from similarity.report.writers.csv_form import CONDITION_NAMES

__all__ = [
    "MeasuredPairs",
    "MeasuredTable",
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
STRONGEST_PER_SUSPECT = 5
"""Untaken pairs of a suspect that a calibrator is fitted to, and of a suspect with the works of its own idea."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTable:
    """What a scan measured of one population, and what is known of it."""

    population: str
    """Name of the population."""
    table: Path
    """The scan's `pairs.csv` (of `scan --all-pairs`)."""
    labels: Labels
    """What is known of its suspects and works."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MeasuredPairs(ArrayValue):
    """Every aligned pair of a suspect and a work that a proposition can be judged on: what a report prints."""

    labelled: tuple[LabelledPair | None, ...]
    """The label of each pair that has one."""
    is_taken: Bools
    """(n,) whether it speaks for the proposition."""
    suspects: npt.NDArray[np.str_]
    """(n,) the suspect, under the name of its population."""
    suspect_groups: npt.NDArray[np.str_]
    """(n,) footage group of the suspect."""
    work_groups: npt.NDArray[np.str_]
    """(n,) footage group of the work."""
    populations: npt.NDArray[np.str_]
    """(n,) name of the population; pairs of one idea are a population of their own."""
    rows: tuple[Mapping[str, str], ...]
    """The pair's row of the scan's `pairs.csv`."""
    innocent: Mapping[str, tuple[str, float]]
    """Suspect that took from no work -> its population and how many comparisons it was put to."""
    num_unaligned: int
    """Pairs of which nothing was aligned: a report prints nothing of them, and they are no evidence."""

    def __post_init__(self) -> None:
        check_array("MeasuredPairs.is_taken", self.is_taken, "bool(n)", lengths={"n": len(self.rows)})

    def column(self, name: str) -> Floats:
        """(n,) numbers of one column; NaN where a cell is empty."""
        return column(self.rows, name)


def read_measured_pairs(tables: Sequence[MeasuredTable], proposition: Proposition) -> MeasuredPairs:
    """Join scans' pairs with their labels, aligned pairs only.

    Args:
        tables: one per population.
        proposition: for which pairs are to speak.

    Raises:
        ConfigurationError: a table can't be read, or they hold no pair of one of the two kinds.
    """
    every = [pair for one in tables for pair in _pairs_of(one, proposition)]
    aligned = [pair for pair in every if pair.cells["num_samples"]]
    taken = np.array([pair.is_taken for pair in aligned], dtype=np.bool_)
    if not len(taken) or taken.all() or not taken.any():
        named = ", ".join(str(one.table) for one in tables)
        raise ConfigurationError(
            f"{named}: {int(taken.sum())} aligned pairs speak for {proposition!r} and {int((~taken).sum())} against; "
            "expected some of each - were the scans run with --all-pairs, over the suspects and works of the labels?"
        )
    return MeasuredPairs(
        labelled=tuple(pair.label for pair in aligned),
        is_taken=taken,
        suspects=np.array([pair.suspect for pair in aligned]),
        suspect_groups=np.array([pair.groups[0] for pair in aligned]),
        work_groups=np.array([pair.groups[1] for pair in aligned]),
        populations=np.array([pair.population for pair in aligned]),
        rows=tuple(pair.cells for pair in aligned),
        innocent={
            pair.suspect: (pair.of, float(pair.cells["num_comparisons"])) for pair in every if pair.is_of_innocent
        },
        num_unaligned=len(every) - len(aligned),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A pair that speaks for or against, aligned or not."""

    label: LabelledPair | None
    is_taken: bool
    suspect: str
    groups: tuple[str, str]
    of: str
    population: str
    is_of_innocent: bool
    cells: Mapping[str, str]


def _pairs_of(one: MeasuredTable, proposition: Proposition) -> Iterator[_Pair]:
    """Pairs of one population."""
    labels, name = one.labels, one.population
    known = {(pair.suspect_id, pair.work_id): pair for pair in labels.pairs}
    suspects, independent = set(labels.suspect_ids), set(labels.independent_ids)
    for cells in read_pairs_table(one.table, ("num_samples", "num_comparisons")):
        ids = (cells["query_id"], cells["ref_id"])
        label = known.get(ids)
        side = _side(ids, label, labels, proposition) if ids[0] in suspects else None
        if side is not None:
            yield _Pair(
                label=label,
                is_taken=side,
                suspect=f"{name}:{ids[0]}",
                groups=_groups(ids, label if side else None, labels),
                of=name,
                population=f"{name}, one idea" if labels.are_of_one_idea(*ids) else name,
                is_of_innocent=ids[0] in independent,
                cells=cells,
            )


def _side(ids: tuple[str, str], pair: LabelledPair | None, labels: Labels, proposition: Proposition) -> bool | None:
    """Whether a pair speaks for or against; None where it is left out."""
    if pair is not None and pair.tier != "none":
        return True if pair.tier in TAKEN_TIERS[proposition] else None
    if ids[0] == ids[1] or ids in labels.ignored or (pair is None and labels.is_of_judged_pairs):
        return None
    if pair is None and labels.groups_of(ids[0]) & labels.groups_of(ids[1]):
        return None
    return False


def _groups(ids: tuple[str, str], taken: LabelledPair | None, labels: Labels) -> tuple[str, str]:
    """Footage group of the suspect and of the work: of a taken pair, that of what was taken."""
    if taken is not None:
        return taken.group, taken.group
    return min(labels.groups_of(ids[0])), min(labels.groups_of(ids[1]))


def fit_calibration(
    pairs: MeasuredPairs, proposition: Proposition, *, name: str, versions: Sequence[tuple[str, str]], seed: int = 0
) -> Calibration:
    """Fit everything: axis weights, calibrator, bounds, intervals, envelope, alarms, data card.

    Ratios are fitted to what a reader meets: to taken pairs, and to the strongest untaken pairs of each suspect, which
    alignment chose out of everything that it was compared with.  Held-aside figures come from folds in which axis
    weights and calibrator were fitted without the groups judged, and are of every aligned pair.

    Args:
        pairs: measured pairs of known origin.
        proposition: for which the calibration is.
        name: name of the calibration.
        versions: name and version of everything that shapes a score, for the data card.
        seed: of folds and bootstrap.
    """
    fit = _Fit(pairs=pairs, proposition=proposition)
    everything = np.ones(len(pairs.is_taken), dtype=np.bool_)
    weights = fit.axis_weights(everything)
    scores = fit.scores(weights)
    shown = fit.shown(scores, everything)
    all_scored = fit.scored(scores)
    scored = all_scored.among(scores, shown)
    choice = choose_calibrator(all_scored, fit_to=fit.refitted, seed=seed)
    counts = scored.weights()
    return Calibration(
        name=name,
        proposition=proposition,
        axis_weights=weights,
        axis_quantiles=_quantiles(pairs),
        calibrator=fit_calibrator(choice.kind, scored.scores, is_taken=scored.is_taken, weights=counts),
        bounds=fit_bounds(choice.log10_lrs[shown], is_taken=scored.is_taken, weights=counts),
        interval=bootstrap_interval(scored, choice.kind, seed=seed),
        envelope=_envelope(pairs),
        num_comparisons=_most_comparisons(pairs),
        alarms=_alarms(pairs, choice.log10_lrs),
        data_card=_card(pairs, choice, versions),
    )


def column(rows: Sequence[Mapping[str, str]], name: str) -> Floats:
    """(n,) numbers of one column of a scan's `pairs.csv`; NaN where a cell is empty."""
    return np.array([float(row[name]) if row.get(name) else math.nan for row in rows])


def axis_values(rows: Sequence[Mapping[str, str]]) -> Floats:
    """(n, k) values of `ADAPTATION_FEATURES`; NaN where one was not measured."""
    return np.stack([column(rows, name) for name in (*ADAPTATION_AXES, "score")], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Fit(ArrayValue):
    """Scores of pairs, and which of them a calibrator is fitted to."""

    pairs: MeasuredPairs
    proposition: Proposition

    def axis_weights(self, train: Bools) -> AxisWeights | None:
        """Weights of the axes, fitted to some pairs; None where the score is the match's own."""
        if self.proposition == "copy":
            return None
        taken, groups = self.pairs.is_taken[train], self.pairs.suspect_groups[train]
        values = axis_values(self.pairs.rows)[train]
        ceilings = tuple(
            independent_ceiling(values[~taken, number], groups=groups[~taken]) if axis in CUT_AXES else math.inf
            for number, axis in enumerate(ADAPTATION_FEATURES)
        )
        weights = group_weights(
            taken,
            suspect_groups=groups,
            work_groups=self.pairs.work_groups[train],
            populations=self.pairs.populations[train],
        )
        return fit_axis_weights(values, is_taken=taken, weights=weights, axes=ADAPTATION_FEATURES, ceilings=ceilings)

    def scores(self, weights: AxisWeights | None) -> Floats:
        """(n,) scores of all pairs."""
        return self.pairs.column("score") if weights is None else weights.score(axis_values(self.pairs.rows))

    def shown(self, scores: Floats, among: Bools) -> Bools:
        """(n,) pairs that a calibrator is fitted to: taken ones, and the strongest untaken ones of each suspect."""
        kept = among & self.pairs.is_taken
        left = np.flatnonzero(among & ~self.pairs.is_taken)
        order = left[np.argsort(-scores[left], kind="stable")]
        seen: Counter[tuple[str, str]] = Counter()
        for place in order.tolist():
            key = (self.pairs.populations[place], self.pairs.suspects[place])
            seen[key] += 1
            kept[place] = seen[key] <= STRONGEST_PER_SUSPECT
        return kept

    def scored(self, scores: Floats) -> ScoredPairs:
        """The pairs with their scores."""
        pairs = self.pairs
        return ScoredPairs(
            scores=scores,
            is_taken=pairs.is_taken,
            suspect_groups=pairs.suspect_groups,
            work_groups=pairs.work_groups,
            populations=pairs.populations,
        )

    def refitted(self, train: Bools) -> tuple[Floats, Bools]:
        """Scores of all pairs by a fit to some, and to which of these a calibrator is fitted."""
        scores = self.scores(self.axis_weights(train))
        return scores, self.shown(scores, train)


def _alarms(pairs: MeasuredPairs, log10_lrs: Floats) -> Alarms:
    """Alarms per innocent suspect, by population, from held-aside ratios."""
    strongest = dict.fromkeys(pairs.innocent, -math.inf)
    for suspect, is_taken, ratio in zip(pairs.suspects.tolist(), pairs.is_taken.tolist(), log10_lrs, strict=True):
        if suspect in strongest and not is_taken:
            strongest[suspect] = max(strongest[suspect], float(ratio))
    names = dict.fromkeys(population for population, _ in pairs.innocent.values())
    members = {name: [one for one, (where, _) in pairs.innocent.items() if where == name] for name in names}
    return Alarms(
        populations=tuple(
            count_alarms(name, [strongest[one] for one in found], [pairs.innocent[one][1] for one in found])
            for name, found in members.items()
        )
    )


def _most_comparisons(pairs: MeasuredPairs) -> float:
    """Median over the suspects of the untaken pairs, in the population where it is highest."""
    found: dict[str, dict[str, float]] = {}
    rows = zip(pairs.populations.tolist(), pairs.suspects.tolist(), pairs.rows, pairs.is_taken.tolist(), strict=True)
    for population, suspect, row, is_taken in rows:
        if not is_taken:
            found.setdefault(population, {})[suspect] = float(row["num_comparisons"])
    return max(float(np.median(list(numbers.values()))) for numbers in found.values())


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
    kinds = np.array([row["kind"] for row in pairs.rows])
    return fit_envelope({name: pairs.column(name) for name in CONDITION_NAMES}, kinds=kinds)


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
