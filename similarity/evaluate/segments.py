"""How well copied segments are found, given which suspects hold copies, from where and of what.

Conventions
    Times are seconds, intervals half open, [start, end).  Matches come in any order and without a cut-off, on one scale
    of scores, higher for surer.  A pair is (suspect_id, work_id).  Figures are shares, 0 to 1; one that needs true
    pairs or suspects it did not get is not measured, and where nothing was found it is 0.

Metrics
    micro_average_precision: average precision over all pairs ranked together (VSC2022, descriptor track).
    segment_average_precision: average precision over moments (VSC2022, matching track).
    segment_precision_recall_f1: how well segments cover each other (VCSL).
    false_alarm_limit, operating_threshold: the score at which few suspects have a wrong work.
    recall_at_threshold: suspects of which a right work is found there, by family of edits.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.intervals import Interval, clipped, overlap_seconds, union, union_seconds

__all__ = [
    "MAX_FALSE_ALARM_SHARE",
    "MatchedSegment",
    "Pair",
    "RecallAtThreshold",
    "SuspectRecall",
    "false_alarm_limit",
    "micro_average_precision",
    "operating_threshold",
    "recall_at_threshold",
    "segment_average_precision",
    "segment_precision_recall_f1",
]

MAX_FALSE_ALARM_SHARE = 0.01
"""Share of suspects with a false alarm that is allowed at the operating point."""
Pair = tuple[str, str]
"""(suspect_id, work_id)."""
_ROUNDING = 1e-9
"""Allowed error of share x count before it is cut to a whole number."""
_NOTHING_TRUE = not_measured("no suspect is known to share anything with a work: give pairs that do")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedSegment:
    """A stretch of a suspect and the stretch of a work it corresponds to, found or known.

    Raises:
        ValueError: an interval ends before it starts or is not finite, or the score is not finite.
    """

    suspect_id: str
    """The suspect."""
    work_id: str
    """The work."""
    suspect_interval: Interval
    """Where in the suspect, seconds."""
    work_interval: Interval
    """Where in the work, seconds."""
    score: float
    """Higher is surer, on one scale for all pairs; what is known to be true is not looked at for its score."""

    def __post_init__(self) -> None:
        for name in ("suspect_interval", "work_interval"):
            start, end = getattr(self, name)
            if not (math.isfinite(start) and math.isfinite(end) and start <= end):
                raise ValueError(f"{name} must be finite and start before it ends, got ({start}, {end}) seconds")
        if not math.isfinite(self.score):
            raise ValueError(f"score must be finite, got {self.score} for {self.suspect_id} and {self.work_id}")

    @property
    def pair(self) -> Pair:
        """(suspect_id, work_id)."""
        return self.suspect_id, self.work_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectRecall:
    """Suspects that hold copies, and how many of them were found."""

    num_found: int
    """Suspects of which at least one right work reached the threshold."""
    num_suspects: int
    """Suspects that hold copies."""

    @property
    def share(self) -> float | NotMeasured:
        """num_found / num_suspects, 0 to 1; not measured without suspects."""
        if not self.num_suspects:
            return not_measured("no suspect holds a copy: give some that do")
        return self.num_found / self.num_suspects


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAtThreshold:
    """Suspects found at one threshold."""

    overall: SuspectRecall
    """All suspects together, each counted once, whatever its family."""
    by_family: Mapping[str, SuspectRecall]
    """Family of edits -> its suspects, in order of name."""


def micro_average_precision(found: Iterable[MatchedSegment], true_pairs: Collection[Pair]) -> float | NotMeasured:
    """Average precision, 0 to 1, over all (suspect, work) pairs ranked together by their best score.

    The descriptor track of VSC2022 (Pizzi et al. 2023, The 2023 Video Similarity Dataset and Challenge).  Equal scores
    are one step of the curve, so order within them changes nothing.

    Nothing found gives 0.  Not measured where no pair is true.

    Args:
        found: all matches, without a cut-off; the best of a pair counts.
        true_pairs: (suspect_id, work_id) that share something.
    """
    true_pairs = set(true_pairs)
    if not true_pairs:
        return _NOTHING_TRUE
    best: dict[Pair, float] = {}
    for segment in found:
        best[segment.pair] = max(best.get(segment.pair, -math.inf), segment.score)
    scores = np.fromiter(best.values(), np.float64, len(best))
    is_true = np.fromiter((pair in true_pairs for pair in best), np.float64, len(best))
    num_right, num_shown = _running_totals(scores, np.stack([is_true, np.ones_like(is_true)], axis=1)).T
    return _area_below(num_right / len(true_pairs), num_right / np.maximum(num_shown, 1))


def segment_average_precision(found: Iterable[MatchedSegment], truth: Iterable[MatchedSegment]) -> float | NotMeasured:
    """Average precision, 0 to 1, over moments: the matching track of VSC2022 (Pizzi et al. 2023).

    At each score, precision and recall are geometric means over the two time axes.  On an axis, recall is the length of
    found moments inside true segments over the length of true ones, precision the same over the length of found ones;
    both are unions per pair, summed over pairs.  A true segment counts as soon as one found segment of its pair meets
    it on both axes, and then for every found moment of the pair.

    Nothing found gives 0.  Not measured where what is true has no length on one of the axes.

    Args:
        found: all matches, without a cut-off.
        truth: the segments that are shared; their scores are not looked at.
    """
    true_of_pair = _by_pair(truth)
    true_seconds = np.array(
        [
            sum(union_seconds(axis(segment) for segment in of_pair) for of_pair in true_of_pair.values())
            for axis in (_in_suspect, _in_work)
        ]
    )
    if not true_seconds.all():
        return not_measured("no segment with a length is known to be shared: give some that are")
    steps = [
        step
        for pair, found_of_pair in _by_pair(found).items()
        for step in _growth(found_of_pair, true_of_pair.get(pair, ()))
    ]
    table = np.array(steps, dtype=np.float64).reshape(-1, 5)
    seconds = _running_totals(table[:, 0], table[:, 1:])
    inside, predicted = seconds[:, :2], seconds[:, 2:]
    recall = np.sqrt(np.prod(inside / true_seconds, axis=1))
    shares = np.divide(inside, predicted, out=np.zeros_like(inside), where=predicted > 0)
    return _area_below(recall, np.sqrt(np.prod(shares, axis=1)))


def segment_precision_recall_f1(
    found: Iterable[MatchedSegment], truth: Iterable[MatchedSegment], *, threshold: float = -math.inf
) -> tuple[float, float, float] | NotMeasured:
    """Segment precision, recall and F1, 0 to 1, of VCSL.

    He et al. 2022, A Large-scale Comprehensive Dataset and Copy-overlap Aware Evaluation Protocol for Segment-level
    Video Copy Detection.

    Per pair, precision is the covered share of the length of its found segments, recall of its true ones, each
    multiplied over the two time axes.  A segment is covered by those of the other side that meet it on both axes.
    Recall is the mean over true pairs, precision the mean over the true pairs in which something was found (0 where
    nothing was), and F1 is taken of the two means.  Matches with wrong works change none of the three:
    `operating_threshold` guards against those.

    Not measured where nothing is true.

    Args:
        found: matches.
        truth: the segments that are shared; their scores are not looked at.
        threshold: matches that score lower are left out.
    """
    true_of_pair = _by_pair(truth)
    if not true_of_pair:
        return _NOTHING_TRUE
    found_of_pair = _by_pair(segment for segment in found if segment.score >= threshold)
    both = [(found_of_pair.get(pair, []), of_pair) for pair, of_pair in true_of_pair.items()]
    recall = sum(_covered_share(of_pair, by=matches) for matches, of_pair in both) / len(both)
    precisions = [_covered_share(matches, by=of_pair) for matches, of_pair in both if matches]
    precision = sum(precisions) / len(precisions) if precisions else 0.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def false_alarm_limit(worst_scores: Sequence[float] | Floats, *, max_share: float = MAX_FALSE_ALARM_SHARE) -> float:
    """The lowest of the given scores that at most `max_share` of them exceed; -inf without any.

    Args:
        worst_scores: highest wrong score of each suspect, -inf where it has none, in any order.
        max_share: allowed share, 0 to below 1.

    Raises:
        ValueError: the share lies outside [0, 1).
    """
    if not 0 <= max_share < 1:
        raise ValueError(f"max_share must lie in [0, 1), got {max_share}")
    ranked = np.sort(np.asarray(worst_scores, dtype=np.float64))[::-1]
    return float(ranked[int(max_share * len(ranked) + _ROUNDING)]) if len(ranked) else -math.inf


def operating_threshold(
    found: Iterable[MatchedSegment],
    true_pairs: Collection[Pair],
    *,
    is_positive: Mapping[str, bool],
    max_false_alarm_share: float = MAX_FALSE_ALARM_SHARE,
) -> float:
    """Lowest score at which few suspects have a wrong work; what scores at least this much counts as found.

    Among suspects that hold no copy, and among those that do, at most `max_false_alarm_share` have a match with a work
    they share nothing with.  With fewer than 100 suspects of a kind, 1 % allows none.

    -inf where no score needs to be refused.

    Args:
        found: all matches, without a cut-off; those of other suspects are left out.
        true_pairs: (suspect_id, work_id) that share something.
        is_positive: suspect_id -> whether it holds a copy; every suspect, those without matches too.
        max_false_alarm_share: allowed share, 0 to below 1.

    Raises:
        ValueError: the share lies outside [0, 1).
    """
    true_pairs = set(true_pairs)
    worst = dict.fromkeys(is_positive, -math.inf)
    for segment in found:
        if segment.suspect_id in worst and segment.pair not in true_pairs:
            worst[segment.suspect_id] = max(worst[segment.suspect_id], segment.score)
    of_positives = [score for suspect_id, score in worst.items() if is_positive[suspect_id]]
    of_negatives = [score for suspect_id, score in worst.items() if not is_positive[suspect_id]]
    limit = max(false_alarm_limit(scores, max_share=max_false_alarm_share) for scores in (of_positives, of_negatives))
    return limit if limit == -math.inf else math.nextafter(limit, math.inf)


def recall_at_threshold(
    found: Iterable[MatchedSegment],
    true_pairs: Collection[Pair],
    *,
    family_of_suspect: Mapping[str, str],
    threshold: float,
) -> RecallAtThreshold:
    """Suspects of which a right work scores at least the threshold, per family of edits.

    A suspect made from several works counts as found with one of them.

    Args:
        found: matches.
        true_pairs: (suspect_id, work_id) that share something.
        family_of_suspect: suspect_id -> family, of the suspects that hold copies and no others.
        threshold: usually from `operating_threshold`.
    """
    true_pairs = set(true_pairs)
    right = {segment.suspect_id for segment in found if segment.score >= threshold and segment.pair in true_pairs}
    suspects_of_family: dict[str, list[str]] = defaultdict(list)
    for suspect_id, family in family_of_suspect.items():
        suspects_of_family[family].append(suspect_id)
    return RecallAtThreshold(
        overall=SuspectRecall(num_found=len(right & family_of_suspect.keys()), num_suspects=len(family_of_suspect)),
        by_family={
            family: SuspectRecall(num_found=len(right.intersection(suspect_ids)), num_suspects=len(suspect_ids))
            for family, suspect_ids in sorted(suspects_of_family.items())
        },
    )


def _in_suspect(segment: MatchedSegment) -> Interval:
    return segment.suspect_interval


def _in_work(segment: MatchedSegment) -> Interval:
    return segment.work_interval


def _by_pair(segments: Iterable[MatchedSegment]) -> dict[Pair, list[MatchedSegment]]:
    of_pair: dict[Pair, list[MatchedSegment]] = defaultdict(list)
    for segment in segments:
        of_pair[segment.pair].append(segment)
    return dict(of_pair)


def _is_meeting(left: MatchedSegment, right: MatchedSegment) -> bool:
    return all(overlap_seconds(axis(left), axis(right)) > 0 for axis in (_in_suspect, _in_work))


def _shared_seconds(left: Sequence[Interval], right: Sequence[Interval]) -> float:
    """Length that two unions share; each holds disjoint intervals."""
    return sum(overlap_seconds(one, other) for one in left for other in right)


def _growth(found: Iterable[MatchedSegment], truth: Iterable[MatchedSegment]) -> Iterator[tuple[float, ...]]:
    """Of one pair, for each score from the top: (score, seconds inside, seconds predicted), each as suspect, work.

    The seconds are those that this score adds.
    """
    shown: tuple[tuple[Interval, ...], ...] = ((), ())
    unmet, met = list(truth), list[MatchedSegment]()
    before = np.zeros(4)
    for score, level in groupby(sorted(found, key=_score, reverse=True), key=_score):
        new = list(level)
        met += [segment for segment in unmet if any(_is_meeting(segment, other) for other in new)]
        unmet = [segment for segment in unmet if not any(_is_meeting(segment, other) for other in new)]
        axes = (_in_suspect, _in_work)
        shown = tuple(union([*spans, *map(axis, new)]) for axis, spans in zip(axes, shown, strict=True))
        inside = [_shared_seconds(union(map(axis, met)), spans) for axis, spans in zip(axes, shown, strict=True)]
        after = np.array([*inside, *map(union_seconds, shown)])
        yield score, *(after - before)
        before = after


def _score(segment: MatchedSegment) -> float:
    return segment.score


def _running_totals(scores: Floats, gains: Floats) -> Floats:
    """(num_distinct_scores, k) sums of (n, k) gains over all rows that score at least as much, from the top down."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    is_last_of_score = np.append(ranked[1:] != ranked[:-1], np.ones(min(1, len(ranked)), dtype=bool))
    totals: Floats = np.cumsum(gains[order], axis=0)[is_last_of_score]
    return totals


def _area_below(recall: Floats, precision: Floats) -> float:
    """Area under the step curve; never above 1, where sums are rounded."""
    return min(1.0, float(np.diff(recall, prepend=0.0) @ precision))


def _covered_share(segments: Sequence[MatchedSegment], *, by: Sequence[MatchedSegment]) -> float:
    """Share of the length of `segments` covered by those they meet, multiplied over both axes."""
    meeting = [(segment, [other for other in by if _is_meeting(segment, other)]) for segment in segments]
    share = 1.0
    for axis in (_in_suspect, _in_work):
        total_seconds = sum(end - start for start, end in map(axis, segments))
        covered_seconds = sum(
            union_seconds(clipped(axis(other), axis(segment)) for other in others) for segment, others in meeting
        )
        share *= covered_seconds / total_seconds if total_seconds else 0.0
    return float(share)
