"""What likelihood ratios of adaptations would say if they were fitted to what a report prints.

    python benchmarks/printed_ratios.py --fit TRUTH_FOLDER RUN_FOLDER [--judge TRUTH_FOLDER RUN_FOLDER ...]

TRUTH_FOLDER holds `truth.csv`, `suspects.csv` and perhaps `ignore.csv` of the bench; RUN_FOLDER is what
`similarity scan --all-pairs` left of its suspects.  A trial beside the product, no part of it: the shipped calibration
was fitted to pairs of single clips, among them pairs in which nothing was aligned.  Here a ratio is fitted to aligned
pairs alone, as a report prints them: either to all, or to taken pairs and the strongest untaken pair of each suspect,
which is what alignment chose out of all its works.  `--fit` is judged by five folds of suspects; every `--judge` by a
fit to all of `--fit`.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.evaluate.tables import cells_of, read_pairs_table
from similarity.measure.calibrators import fit_calibrator
from similarity.measure.fitting import fit_axis_weights
from similarity.measure.likelihood_ratios import cllr, cllr_min
from similarity.tables import read_table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NUM_FOLDS = 5
FEATURES = {"adaptation_score": ("adaptation_score",), "with the match's score": ("adaptation_score", "score")}
LIMITS = (0.0, 1.0, 2.0)
"""log10 of the ratios 1, 10 and 100."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Aligned pairs of one run."""

    rows: Sequence[dict[str, str]]
    suspects: npt.NDArray[np.str_]
    is_taken: Bools
    innocent: frozenset[str]

    def values(self, columns: Sequence[str]) -> Floats:
        """(n, k) numbers of some columns."""
        return np.array([[float(row[name]) for name in columns] for row in self.rows])


def read_pairs(truth: Path, run: Path) -> Pairs:
    """Aligned pairs, without those that are neither right nor wrong."""
    taken = {(row["query_id"], row["ref_id"]) for row in rows_of(truth / "truth.csv")}
    ignored = {(row["query_id"], row["ref_id"]) for row in rows_of(truth / "ignore.csv")} - taken
    innocent = frozenset(row["query_id"] for row in rows_of(truth / "suspects.csv") if row["positive"] == "0")
    rows = [
        row
        for row in read_pairs_table(run / "pairs.csv", ("score", "adaptation_score"))
        if row["adaptation_score"] and row["score"] and (row["query_id"], row["ref_id"]) not in ignored
    ]
    return Pairs(
        rows=rows,
        suspects=np.array([row["query_id"] for row in rows]),
        is_taken=np.array([(row["query_id"], row["ref_id"]) in taken for row in rows]),
        innocent=innocent,
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a table; none where it is not there."""
    return cells_of(read_table(path)) if path.exists() else []


def log10_ratios(pairs: Pairs, train: Bools, others: Floats, columns: Sequence[str], *, strongest: bool) -> Floats:
    """log10 LR of other pairs' values, fitted to some of these pairs."""
    values, taken = pairs.values(columns)[train], pairs.is_taken[train]
    weights = fit_axis_weights(values, is_taken=taken, weights=balanced(taken), axes=tuple(columns))
    scores = weights.score(values)
    kept = printed(scores, taken, pairs.suspects[train]) if strongest else np.ones(len(taken), dtype=np.bool_)
    calibrator = fit_calibrator("logistic", scores[kept], is_taken=taken[kept], weights=balanced(taken[kept]))
    return np.asarray(calibrator.log10_lr(weights.score(others)), dtype=np.float64)


def printed(scores: Floats, taken: Bools, suspects: npt.NDArray[np.str_]) -> Bools:
    """Taken pairs, and of the untaken ones of each suspect the strongest."""
    kept = taken.copy()
    for suspect in np.unique(suspects):
        places = np.flatnonzero((suspects == suspect) & ~taken)
        if len(places):
            kept[places[np.argmax(scores[places])]] = True
    return kept


def balanced(taken: Bools) -> Floats:
    """Weights under which both hypotheses count alike."""
    return np.where(taken, len(taken) / (2 * taken.sum()), len(taken) / (2 * (~taken).sum()))


def folded(pairs: Pairs, columns: Sequence[str], *, strongest: bool) -> Floats:
    """log10 LR of every pair, fitted without the fold of its suspect."""
    names = np.random.default_rng(0).permutation(np.unique(pairs.suspects))
    folds = {name: number % NUM_FOLDS for number, name in enumerate(names)}
    fold = np.array([folds[name] for name in pairs.suspects])
    ratios = np.empty(len(fold))
    for number in range(NUM_FOLDS):
        here = fold == number
        ratios[here] = log10_ratios(pairs, ~here, pairs.values(columns)[here], columns, strongest=strongest)
    return ratios


def figures(pairs: Pairs, ratios: Floats) -> dict[str, float]:
    """What a reader meets."""
    taken, other = ratios[pairs.is_taken], ratios[~pairs.is_taken]
    worst = {name: max(ratios[pairs.suspects == name], default=-np.inf) for name in sorted(pairs.innocent)}
    shown = {
        f"innocent suspects >= {10**limit:g}": float(np.mean([value >= limit for value in worst.values()]))
        for limit in LIMITS
    }
    return {
        "aligned taken": float(len(taken)),
        "aligned untaken": float(len(other)),
        "untaken >= 1": float(np.mean(other >= 0)),
        **shown,
        "taken < 1": float(np.mean(taken < 0)),
        "cllr": number_of(cllr(taken, other)),
        "cllr_min": number_of(cllr_min(taken, other)),
    }


def number_of(cost: float | NotMeasured) -> float:
    """A cost in bits; NaN where one side has no pairs."""
    return math.nan if isinstance(cost, NotMeasured) else cost


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", nargs=2, type=Path, required=True, metavar=("TRUTH", "RUN"))
    parser.add_argument("--judge", nargs=2, type=Path, action="append", default=[], metavar=("TRUTH", "RUN"))
    options = parser.parse_args()
    fitted = read_pairs(*options.fit)
    everything = np.ones(len(fitted.rows), dtype=np.bool_)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, columns in FEATURES.items():
        for strongest in (False, True):
            to = "the strongest untaken pair of each suspect" if strongest else "every aligned pair"
            judged = {str(options.fit[1]): figures(fitted, folded(fitted, columns, strongest=strongest))}
            for truth, run in options.judge:
                pairs = read_pairs(truth, run)
                ratios = log10_ratios(fitted, everything, pairs.values(columns), columns, strongest=strongest)
                judged[str(run)] = figures(pairs, ratios)
            found[f"{name}, fitted to {to}"] = judged
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
