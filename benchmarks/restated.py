"""A scan's `pairs.csv` with the ratios and readings that other calibrations give, without scanning again.

    python benchmarks/restated.py RUN/pairs.csv OUT.csv [--copy FILE] [--adaptation FILE]

A calibration is fitted to the scores of a scan, so that the ratios in its table are those of the calibration before.
This reads every aligned pair's ratios, its reading and on what it is found off the shipped calibrations or off given
files, under the conditions that stand in its row.  Scores are taken as rounded in the table, to six decimals.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.config import MeasureConfig, load_profile
from similarity.evaluate.calibrating import axis_values
from similarity.evaluate.tables import read_pairs_table
from similarity.measure.calibration import LikelihoodRatio, likelihood_ratio_under
from similarity.measure.calibrations import Calibrations, load_calibrations
from similarity.measure.envelope import Conditions
from similarity.measure.found import found_by
from similarity.measure.reading import propose_reading
from similarity.measure.values import AXIS_NAMES, AxisValue
from similarity.report.writers.csv_form import CONDITION_NAMES

NO_PERCENTILE = not_measured("a table of pairs holds no percentiles but those of concept and style")


def number(row: Mapping[str, str], name: str) -> float | NotMeasured:
    """One cell."""
    return float(row[name]) if row[name] else not_measured("{name} was not measured in the scan", name=name)


def stated(ratio: LikelihoodRatio | NotMeasured) -> float | NotMeasured:
    """log10 of a ratio, or why it is withheld."""
    return ratio if isinstance(ratio, NotMeasured) else ratio.log10_lr


def restated(row: dict[str, str], known: Calibrations, threshold: float) -> dict[str, str]:
    """The row with what the calibrations say; as it is where nothing was aligned."""
    if not row["num_samples"] or known.adaptation.axis_weights is None:
        return row
    values = {name: value for name in CONDITION_NAMES if not isinstance(value := number(row, name), NotMeasured)}
    conditions, many = Conditions.of(row["kind"], values), float(row["num_comparisons"])
    score, weighed = float(row["score"]), float(known.adaptation.axis_weights.score(axis_values([row])[0]))
    copied = stated(likelihood_ratio_under(known.copy, score, conditions=conditions, num_comparisons=many))
    remade = stated(likelihood_ratio_under(known.adaptation, weighed, conditions=conditions, num_comparisons=many))
    axes = [
        AxisValue(
            axis=name,
            value=number(row, name),
            background_percentile=NO_PERCENTILE
            if isinstance(value := number(row, name), NotMeasured)
            else known.adaptation.percentile(name, value),
            num_samples=int(float(row["num_samples"])),
        )
        for name in AXIS_NAMES
    ]
    reading = propose_reading(
        axes,
        kept_share=number(row, "kept_share"),
        copy_log10=copied,
        adaptation_log10=remade,
        is_still=row["kind"] == "still",
    )
    return row | {
        "log10_lr": "" if isinstance(copied, NotMeasured) else f"{copied:.6f}",
        "log10_lr_adaptation": "" if isinstance(remade, NotMeasured) else f"{remade:.6f}",
        "adaptation_score": f"{weighed:.6f}",
        "reading": reading.name,
        "found_by": " ".join(found_by(score, reading, threshold=threshold)),
    }


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--copy", default="shipped")
    parser.add_argument("--adaptation", default="shipped")
    options = parser.parse_args()
    known = load_calibrations(MeasureConfig(copy_calibration=options.copy, adaptation_calibration=options.adaptation))
    threshold = load_profile().align.operating_threshold
    rows = [restated(row, known, threshold) for row in read_pairs_table(options.pairs)]
    with options.out.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
