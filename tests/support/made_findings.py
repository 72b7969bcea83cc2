"""Small calibrations, and findings that are read from them, made with the functions of the product."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np

from similarity.absence import not_measured
from similarity.compare.values import UnrelatedFootage
from similarity.measure.alarms import Alarms, count_alarms
from similarity.measure.bounds import fit_bounds
from similarity.measure.calibration import AxisQuantiles, Calibration, CalibrationFacts, likelihood_ratio_under
from similarity.measure.calibrators import fit_calibrator
from similarity.measure.data_card import DataCard, data_row, stored_curves
from similarity.measure.envelope import Conditions, check_envelope, fit_envelope
from similarity.measure.finding import Finding
from similarity.measure.fitting import AxisWeights, ScoredPairs, bootstrap_interval, choose_calibrator
from similarity.measure.reading import propose_reading
from similarity.measure.values import AxisValue
from similarity.report.schema.match import Match

NO_CLIP = not_measured("CLIP weights were not at hand")
PUBLISHED = not_measured("PDQ is read against its published distance, not against a background")
NOT_CONFIRMED = not_measured("no frame pair of this stretch is confirmed by local features")
INSIDE = Conditions.of("moving picture", {"num_samples": 10.0})
OUTSIDE = Conditions.of("moving picture", {"num_samples": 1.0})


@lru_cache(maxsize=2)
def made_calibration(proposition: str) -> Calibration:
    """A calibration of planted scores, 12 groups."""
    generator = np.random.default_rng(4)
    first, second = (side.ravel() for side in np.meshgrid(np.arange(12), np.arange(12), indexing="ij"))
    is_taken = first == second
    scores = np.where(is_taken, 7.0, 1.0) + generator.normal(0, 2.0, len(first))
    pairs = ScoredPairs(
        scores=scores,
        is_taken=is_taken,
        suspect_groups=first,
        work_groups=second,
        populations=np.full(len(first), "films"),
    )
    held = choose_calibrator(pairs)
    taken, independent = held.log10_lrs[is_taken], held.log10_lrs[~is_taken]
    row = data_row("all pairs", taken, log10_lr_independent=independent)
    quantiles = tuple(float(value) for value in np.linspace(-1.0, 6.0, 8))
    return Calibration(
        name=f"planted-{proposition}",
        proposition=proposition,
        axis_weights=AxisWeights(
            axes=("copied",), weights=(1.0,), neutral=(0.0,), scale=(1.0,), ceiling=(9.0,), intercept=0.0
        ),
        axis_quantiles=(AxisQuantiles(axis="copied", values=quantiles, num_pairs=132),),
        calibrator=fit_calibrator("logistic", scores, is_taken=is_taken, weights=pairs.weights()),
        bounds=fit_bounds(held.log10_lrs, is_taken=is_taken, weights=pairs.weights()),
        interval=bootstrap_interval(pairs, "logistic", num_draws=20),
        envelope=fit_envelope({"num_samples": [4.0, 8.0, 12.0, 40.0]}, kinds=["moving picture"] * 4),
        num_comparisons=10_000.0,
        alarms=Alarms(populations=(count_alarms("films", [-1.0] * 37 + [0.5, 1.2, 2.3], [10_000.0] * 40),)),
        data_card=DataCard(
            date="2026-01-31",
            versions=(("similarity", "0.1.0"),),
            num_groups=12,
            num_families=2,
            whole=row,
            cllr_by_kind=held.cllrs,
            families=(dataclasses.replace(row, name="restyled"), dataclasses.replace(row, name="one subject changed")),
            tiers=(dataclasses.replace(row, name="near"),),
            curves=stored_curves(taken, independent),
        ),
    )


def made_facts(proposition: str) -> CalibrationFacts:
    """What a report holds of a calibration."""
    return made_calibration(proposition).facts


def made_axes(copied: float) -> tuple[AxisValue, ...]:
    """Every axis; region, concept and some percentiles could not be measured."""
    percentile = made_calibration("adaptation").percentile
    known = {"structure": 0.81, "composition": 4.4, "motion": 0.62, "palette": 0.7, "style": 0.91}
    absent = {"region": NOT_CONFIRMED, "concept": NO_CLIP}
    return (
        AxisValue(axis="verbatim", value=0.8, background_percentile=PUBLISHED, num_samples=10),
        AxisValue(axis="copied", value=copied, background_percentile=percentile("copied", copied), num_samples=10),
        *(
            AxisValue(axis=name, value=absent[name], background_percentile=absent[name], num_samples=0)
            if name in absent
            else AxisValue(
                axis=name, value=known[name], background_percentile=percentile(name, known[name]), num_samples=4
            )
            for name in ("structure", "composition", "motion", "region", "palette", "concept", "style")
        ),
    )


def made_finding(match: Match, *, start: float, end: float, is_covered: bool) -> Finding:
    """The part of a match in a span of the suspect; withheld ratios where no calibration covers it."""
    copying, remaking = made_calibration("copy"), made_calibration("adaptation")
    conditions, score = INSIDE if is_covered else OUTSIDE, match.score - 4.0
    axes = made_axes(match.score / 2)
    first, last = max(start, match.suspect_start_seconds), min(end, match.suspect_end_seconds)
    return Finding(
        work_id=match.work_id,
        suspect_start_seconds=first,
        suspect_end_seconds=last,
        work_start_seconds=match.work_start_seconds,
        work_end_seconds=match.work_start_seconds + last - first,
        axes=axes,
        kept_share=0.31,
        adaptation_score=score,
        copy_ratio=likelihood_ratio_under(copying, match.score, conditions=conditions, num_comparisons=8_000),
        adaptation_ratio=likelihood_ratio_under(remaking, score, conditions=conditions, num_comparisons=8_000),
        conditions=conditions,
        num_comparisons=8_000,
        envelope=check_envelope(remaking.envelope, conditions),
        reading=propose_reading(
            axes,
            kept_share=0.31,
            copy_log10=float(copying.calibrator.log10_lr(match.score)),
            adaptation_log10=float(remaking.calibrator.log10_lr(score)),
        ),
    )


def made_unrelated(match: Match) -> UnrelatedFootage:
    """Background footage that comes less close than any work."""
    weak = dataclasses.replace(match, work_id="street-7", score=1.2)
    finding = made_finding(weak, start=0.0, end=1e9, is_covered=True)
    return UnrelatedFootage(entry_id="street-7", title="A street at noon", finding=finding)
