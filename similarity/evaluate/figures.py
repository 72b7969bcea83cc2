"""Every figure of a labelled run: how generated video is told apart, and how copies are found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.errors import ConfigurationError
from similarity.evaluate.calibrating import axis_values
from similarity.evaluate.labels import LabelledPair, Labels
from similarity.evaluate.segments import (
    MatchedSegment,
    RecallAtThreshold,
    micro_average_precision,
    operating_threshold,
    recall_at_threshold,
    segment_average_precision,
    segment_precision_recall_f1,
)
from similarity.evaluate.tables import read_pairs_table
from similarity.evaluate.tiers import GeneratedPair, ScoreTable, TierFigures, tier_figures
from similarity.measure.calibration import Calibration, likelihood_ratio
from similarity.measure.likelihood_ratios import cllr, cllr_min
from similarity.measure.reading import propose_reading
from similarity.measure.values import AXIS_NAMES, AxisName, AxisValue

__all__ = [
    "CopyFigures",
    "GeneratedFigures",
    "PairScore",
    "copy_figures",
    "generated_figures",
    "pair_scores",
    "read_segments",
]

NOT_ALIGNED = "nothing aligned"
"""Stands for the reading of a pair of which no stretch could be aligned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairScore:
    """A suspect against a work, as a scorer takes it."""

    suspect_id: str
    """The suspect."""
    work_id: str
    """The work."""
    score: float
    """Weighted axes of expression (natural log odds); -inf where nothing was aligned."""
    log10_lr: float | None
    """The calibration's log10 ratio within its bounds, whatever the envelope says; None where nothing was aligned."""
    reading: str
    """The proposed reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedFigures:
    """How generated video is told apart."""

    tiers: TierFigures
    """Recall per tier and relation, separation, same-prompt alarms."""
    cllr: float | NotMeasured
    """Cost (bits) of the ratios: aligned pairs of the tier `high` against all aligned untrue ones."""
    cllr_min: float | NotMeasured
    """The same after the best monotone recalibration."""
    readings: Mapping[str, Mapping[str, int]]
    """Tier -> reading -> pairs; `independent` holds every pair of strangers."""
    readings_by_relation: Mapping[str, Mapping[str, int]]
    """Relation -> reading -> pairs."""
    worst: tuple[PairScore, ...]
    """The three pairs on which the ratio misleads most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFigures:
    """How copies are found."""

    micro_average_precision: float | NotMeasured
    """VSC2022 descriptor track."""
    segment_average_precision: float | NotMeasured
    """VSC2022 matching track."""
    segment_precision_recall_f1: tuple[float, float, float] | NotMeasured
    """VCSL, at the threshold."""
    threshold: float
    """Lowest score with at most 1 % false alarms."""
    recall: RecallAtThreshold
    """Suspects whose work is found there, by family."""


def pair_scores(
    rows: Sequence[Mapping[str, str]], calibration: Calibration, *, copying: Calibration
) -> tuple[PairScore, ...]:
    """Score, ratio and reading of every row of a scan's `pairs.csv`, in order, under given calibrations.

    Args:
        rows: the table.
        calibration: of adaptations.
        copying: of copies; readings need both.

    Raises:
        ConfigurationError: the calibration weighs no axes.
    """
    if calibration.axis_weights is None:
        raise ConfigurationError(f"the calibration {calibration.name!r} weighs no axes: expected one of adaptations")
    scores = calibration.axis_weights.score(axis_values(rows))
    return tuple(_pair_score(row, float(score), calibration, copying) for row, score in zip(rows, scores, strict=True))


def _pair_score(row: Mapping[str, str], score: float, calibration: Calibration, copying: Calibration) -> PairScore:
    ids = {"suspect_id": row["query_id"], "work_id": row["ref_id"]}
    if not row.get("num_samples"):
        return PairScore(**ids, score=-math.inf, log10_lr=None, reading=NOT_ALIGNED)
    number = float(row["num_comparisons"])
    remade = likelihood_ratio(calibration, score, num_comparisons=number).log10_lr
    copied = likelihood_ratio(copying, float(row["score"]), num_comparisons=number).log10_lr
    return PairScore(**ids, score=score, log10_lr=remade, reading=_reading(row, calibration, copied, remade))


def _reading(row: Mapping[str, str], calibration: Calibration, copied: float, remade: float) -> str:
    axes = [_axis(row, name, calibration) for name in AXIS_NAMES]
    return propose_reading(axes, kept_share=_cell(row, "kept_share"), copy_log10=copied, adaptation_log10=remade).name


def _axis(row: Mapping[str, str], name: AxisName, calibration: Calibration) -> AxisValue:
    value = _cell(row, name)
    percentile = value if isinstance(value, NotMeasured) else calibration.percentile(name, value)
    return AxisValue(
        axis=name, value=value, background_percentile=percentile, num_samples=int(float(row["num_samples"]))
    )


def _cell(row: Mapping[str, str], name: str) -> float | NotMeasured:
    return float(row[name]) if row.get(name) else not_measured("{name} was not measured in the scan", name=name)


def generated_figures(labels: Labels, scores: Sequence[PairScore]) -> GeneratedFigures:
    """Figures of generated video; a pair without a row counts as the lowest score."""
    known = {(pair.suspect_id, pair.work_id): pair for pair in labels.pairs}
    pairs = [
        GeneratedPair(
            suspect_id=pair.suspect_id,
            work_id=pair.work_id,
            relation=pair.family,
            resemblance=pair.tier,
            footage_group=pair.group,
        )
        for pair in labels.pairs
        if pair.tier != "copy"
    ]
    table = ScoreTable.from_mapping({(one.suspect_id, one.work_id): one.score for one in scores})
    untrue = [one for one in scores if _is_untrue(one, labels, known)]
    high = [one for one in scores if _tier(one, known) == "high"]
    taken = [one for one in scores if _tier(one, known) in {"high", "medium"}]
    ratios = [[one.log10_lr for one in side if one.log10_lr is not None] for side in (high, untrue)]
    return GeneratedFigures(
        tiers=tier_figures(pairs, labels.independent_ids, scores=table),
        cllr=cllr(*ratios),
        cllr_min=cllr_min(*ratios),
        readings={
            **{
                tier: Counter(one.reading for one in scores if _tier(one, known) == tier)
                for tier in ("high", "medium", "low", "none")
            },
            "independent": Counter(one.reading for one in untrue),
        },
        readings_by_relation={
            family: Counter(
                one.reading
                for one in scores
                if (ids := (one.suspect_id, one.work_id)) in known and known[ids].family == family
            )
            for family in sorted({pair.family for pair in labels.pairs})
        },
        worst=_worst(taken, untrue),
    )


def copy_figures(labels: Labels, found: Sequence[MatchedSegment], truth: Sequence[MatchedSegment]) -> CopyFigures:
    """Figures of copies whose intervals are known.

    Args:
        labels: which suspects hold copies, and by which family of edits.
        found: every match of the scan, without a cut-off.
        truth: the segments that are shared.
    """
    true_pairs = {segment.pair for segment in truth}
    positive = {pair.suspect_id for pair in labels.pairs}
    threshold = operating_threshold(found, true_pairs, is_positive={one: one in positive for one in labels.suspect_ids})
    families = {pair.suspect_id: pair.family for pair in labels.pairs}
    return CopyFigures(
        micro_average_precision=micro_average_precision(found, true_pairs),
        segment_average_precision=segment_average_precision(found, truth),
        segment_precision_recall_f1=segment_precision_recall_f1(found, truth, threshold=threshold),
        threshold=threshold,
        recall=recall_at_threshold(found, true_pairs, family_of_suspect=families, threshold=threshold),
    )


def read_segments(table: Path) -> tuple[MatchedSegment, ...]:
    """Rows of `truth.csv` or `matches.csv`; truth has no score and gets 0.

    Raises:
        ConfigurationError: the table can't be read, or holds no such columns.
    """
    rows = read_pairs_table(table, ("query_start", "query_end", "ref_start", "ref_end"))
    try:
        return tuple(
            MatchedSegment(
                suspect_id=row["query_id"],
                work_id=row["ref_id"],
                suspect_interval=(float(row["query_start"]), float(row["query_end"])),
                work_interval=(float(row["ref_start"]), float(row["ref_end"])),
                score=float(row.get("score") or 0.0),
            )
            for row in rows
        )
    except ValueError as error:
        raise ConfigurationError(f"{table}: can't be read as a table of segments: {error}") from error


def _tier(one: PairScore, known: Mapping[tuple[str, str], LabelledPair]) -> str | None:
    pair = known.get((one.suspect_id, one.work_id))
    return None if pair is None else pair.tier


def _is_untrue(one: PairScore, labels: Labels, known: Mapping[tuple[str, str], LabelledPair]) -> bool:
    if _tier(one, known) is not None:
        return _tier(one, known) == "none"
    is_itself = one.suspect_id == one.work_id
    return not is_itself and not labels.groups_of(one.suspect_id) & labels.groups_of(one.work_id)


def _worst(taken: Sequence[PairScore], untrue: Sequence[PairScore]) -> tuple[PairScore, ...]:
    """The three pairs whose ratio lies furthest on the wrong side, each suspect once."""
    wrong = [(-one.log10_lr, one) for one in taken if one.log10_lr is not None]
    wrong += [(one.log10_lr, one) for one in untrue if one.log10_lr is not None]
    wrong.sort(key=lambda pair: (-pair[0], pair[1].suspect_id, pair[1].work_id))
    chosen: dict[str, PairScore] = {}
    for cost, one in wrong:
        if cost > -math.inf and one.suspect_id not in chosen:
            chosen[one.suspect_id] = one
        if len(chosen) == 3:
            break
    return tuple(chosen.values())
