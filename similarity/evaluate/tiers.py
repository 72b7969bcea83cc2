"""How well generated videos are told apart by how much expression they take from their source.

Conventions
    Scores are one per suspect and work, (n, m) float64, higher for surer, -inf where nothing was found; a pair without
    a score counts as the lowest.  A footage group is what was made from the same footage: groups weigh alike, and
    against works of its own groups a derived suspect is judged for its own source alone.  Shares are 0 to 1; one that
    needs pairs it did not get is not measured.

Metrics, all of `tier_figures`
    recall_by_tier, recall_by_relation: true pairs found at 1 % false alarms.
    separation_high_over_low: how often a pair of high resemblance outranks one of low.
    num_same_prompt_alarms: pairs made apart from the same prompt that were found.
    top_1_right_group: derived suspects whose best work is of their own footage.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_array
from similarity.absence import NotMeasured, not_measured
from similarity.evaluate.segments import Pair, false_alarm_limit

__all__ = ["GeneratedPair", "Resemblance", "ScoreTable", "TierFigures", "tier_figures"]

Resemblance = Literal["high", "medium", "low", "none"]
"""high: should be found; medium: people must look; low: motion or outline only; none: same prompt, made apart."""

_TIERS: tuple[Resemblance, ...] = ("high", "medium", "low")
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedPair:
    """A generated video and the work it was made from, or (resemblance none) one made from the same prompt.

    Raises:
        ValueError: the resemblance is not one of the four.
    """

    suspect_id: str
    """The generated video."""
    work_id: str
    """The work."""
    relation: str
    """How the one was made from the other, such as style-edit."""
    resemblance: Resemblance
    """How much expression is shared."""
    footage_group: str
    """What was made from the same footage; groups weigh alike."""

    def __post_init__(self) -> None:
        if self.resemblance not in get_args(Resemblance):
            raise ValueError(f"resemblance must be one of {get_args(Resemblance)}, got {self.resemblance!r}")

    @property
    def pair(self) -> Pair:
        """(suspect_id, work_id)."""
        return self.suspect_id, self.work_id


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ScoreTable(ArrayValue):
    """A score for every suspect and work.

    Raises:
        ValueError: the shape is another, a name comes twice, or a score is not a number.
    """

    suspect_ids: tuple[str, ...]
    """(n,) one per row."""
    work_ids: tuple[str, ...]
    """(m,) one per column."""
    scores: Floats
    """(n, m) higher is surer; -inf where nothing was found."""

    def __post_init__(self) -> None:
        expected = len(self.suspect_ids), len(self.work_ids)
        check_array("ScoreTable.scores", self.scores, f"float64{expected}")
        if (len(set(self.suspect_ids)), len(set(self.work_ids))) != expected:
            raise ValueError("every suspect and every work must come once, got one that comes twice")
        if np.isnan(self.scores).any():
            raise ValueError(f"scores must be numbers, got {int(np.isnan(self.scores).sum())} that are none")

    @classmethod
    def from_mapping(cls, scores: Mapping[Pair, float]) -> Self:
        """A table of (suspect_id, work_id) -> score; a pair that is missing counts as the lowest score."""
        suspect_ids = tuple(sorted({suspect_id for suspect_id, _ in scores}))
        work_ids = tuple(sorted({work_id for _, work_id in scores}))
        rows, columns = _numbered(suspect_ids), _numbered(work_ids)
        table = np.full((len(rows), len(columns)), -np.inf)
        for (suspect_id, work_id), score in scores.items():
            table[rows[suspect_id], columns[work_id]] = score
        return cls(suspect_ids=suspect_ids, work_ids=work_ids, scores=table)

    def taken(self, suspect_ids: Sequence[str], work_ids: Sequence[str]) -> Floats:
        """(n, m) scores of these suspects and works; -inf for those that are not in the table."""
        rows, columns = _numbered(self.suspect_ids), _numbered(self.work_ids)
        padded = np.pad(self.scores, ((0, 1), (0, 1)), constant_values=-np.inf)
        chosen: Floats = padded[
            np.ix_([rows.get(name, -1) for name in suspect_ids], [columns.get(name, -1) for name in work_ids])
        ]
        return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFigures:
    """Figures for generated videos at the threshold that few unrelated works exceed."""

    num_works: int
    """Works in any pair."""
    num_derived: int
    """Suspects that were made from a work."""
    num_unrelated: int
    """Suspects that were made from none, those from the same prompt among them."""
    threshold: float
    """What scores higher is found: at most 1 % of either kind of suspect exceed it with an untrue work."""
    recall_by_tier: Mapping[Resemblance, float | NotMeasured]
    """high, medium, low -> share of true pairs found, 0 to 1, mean over footage groups."""
    recall_by_relation: Mapping[str, float]
    """Relation -> share of true pairs found, 0 to 1, mean over footage groups; in order of name."""
    separation_high_over_low: float | NotMeasured
    """Share of (high, low) couples of pairs ranked in that order, 0 to 1; an equal score counts half."""
    num_same_prompt_alarms: int
    """Pairs made apart from the same prompt that were found."""
    num_same_prompt_pairs: int
    """Pairs made apart from the same prompt."""
    top_1_right_group: float | NotMeasured
    """Share of derived suspects whose best work is of their own footage group, 0 to 1."""


def tier_figures(
    pairs: Sequence[GeneratedPair], independent_ids: Collection[str], *, scores: ScoreTable | Mapping[Pair, float]
) -> TierFigures:
    """Recall per tier of resemblance at 1 % false alarms, separation, same-prompt alarms and top-1.

    The works are those of `pairs`.  Against works of its own footage groups, a derived suspect is true for its own
    source and left out otherwise; against all others it is untrue.  A suspect without a source is untrue against all.
    The threshold is the higher of two limits, each of which at most 1 % of its suspects exceed with an untrue work: of
    the derived, and of the unrelated.  Among equally good works, the first in order of name is the best one.

    On empty input, counts are 0, the threshold is -inf and shares are not measured.

    Args:
        pairs: what was made from what; each suspect and work once.
        independent_ids: suspects that were made from no work.
        scores: of every suspect and work; those missing count as the lowest, those of other names are left out.

    Raises:
        ValueError: a pair comes twice, or a score is not a number.
    """
    if len({pair.pair for pair in pairs}) < len(pairs):
        raise ValueError("every pair of suspect and work must come once, got one that comes twice")
    table = scores if isinstance(scores, ScoreTable) else ScoreTable.from_mapping(scores)
    works = sorted({pair.work_id for pair in pairs})
    true = [pair for pair in pairs if pair.resemblance != "none"]
    apart = [pair for pair in pairs if pair.resemblance == "none"]
    derived = sorted({pair.suspect_id for pair in true})
    unrelated = sorted({*independent_ids, *(pair.suspect_id for pair in apart)} - set(derived))
    of_derived, of_unrelated = table.taken(derived, works), table.taken(unrelated, works)
    is_own = _is_same_group(pairs, derived, works)
    limit = max(
        false_alarm_limit(_worst(of_derived, is_own | _is_itself(derived, works))),
        false_alarm_limit(_worst(of_unrelated, _is_itself(unrelated, works))),
    )
    score_of = _looked_up(table, true)
    found = [score > limit for score in score_of]
    recalls = _macro_recalls(true, [pair.resemblance for pair in true], found)
    high, low = (
        [score for pair, score in zip(true, score_of, strict=True) if pair.resemblance == tier]
        for tier in ("high", "low")
    )
    return TierFigures(
        num_works=len(works),
        num_derived=len(derived),
        num_unrelated=len(unrelated),
        threshold=limit,
        recall_by_tier={
            tier: recalls.get(tier, not_measured("no pair of {tier} resemblance: give some", tier=tier))
            for tier in _TIERS
        },
        recall_by_relation=_macro_recalls(true, [pair.relation for pair in true], found),
        separation_high_over_low=_separation(high, low),
        num_same_prompt_alarms=sum(score > limit for score in _looked_up(table, apart)),
        num_same_prompt_pairs=len(apart),
        top_1_right_group=_top_1(of_derived, is_own),
    )


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _looked_up(table: ScoreTable, pairs: Sequence[GeneratedPair]) -> list[float]:
    rows, columns = _numbered(table.suspect_ids), _numbered(table.work_ids)
    return [
        float(table.scores[rows[pair.suspect_id], columns[pair.work_id]])
        if pair.suspect_id in rows and pair.work_id in columns
        else -math.inf
        for pair in pairs
    ]


def _is_same_group(pairs: Iterable[GeneratedPair], suspects: Sequence[str], works: Sequence[str]) -> Flags:
    """(n, m) whether a suspect and a work have a footage group in common; both may be of several."""
    groups = _numbered(sorted({pair.footage_group for pair in pairs}))
    names = _numbered(sorted({name for pair in pairs for name in pair.pair}))
    is_member = np.zeros((len(names), len(groups)))
    for pair in pairs:
        for name in pair.pair:
            is_member[names[name], groups[pair.footage_group]] = 1
    of_suspects = is_member[[names[name] for name in suspects]]
    of_works = is_member[[names[name] for name in works]]
    shared: Flags = of_suspects @ of_works.T > 0
    return shared


def _is_itself(suspects: Sequence[str], works: Sequence[str]) -> Flags:
    """(n, m) whether a work is the suspect."""
    columns = _numbered(works)
    itself = np.zeros((len(suspects), len(works)), dtype=bool)
    for row, name in enumerate(suspects):
        if name in columns:
            itself[row, columns[name]] = True
    return itself


def _worst(scores: Floats, is_left_out: Flags) -> Floats:
    """(n,) highest score of each suspect with a work that is not left out; -inf where there is none."""
    worst: Floats = np.where(is_left_out, -np.inf, scores).max(axis=1, initial=-np.inf)
    return worst


def _macro_recalls(pairs: Iterable[GeneratedPair], kinds: Sequence[str], found: Sequence[bool]) -> dict[str, float]:
    """Kind -> share of its pairs found within each footage group, and the mean of those; in order of name."""
    of_kind: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for pair, kind, is_found in zip(pairs, kinds, found, strict=True):
        of_kind[kind][pair.footage_group].append(is_found)
    return {
        kind: sum(sum(group) / len(group) for group in groups.values()) / len(groups)
        for kind, groups in sorted(of_kind.items())
    }


def _separation(high: Sequence[float], low: Sequence[float]) -> float | NotMeasured:
    if not high or not low:
        return not_measured(
            "needs pairs of high and of low resemblance, got {high} and {low}",
            high=len(high),
            low=len(low),
        )
    ranked = np.sort(low)
    num_below, num_not_above = np.searchsorted(ranked, high), np.searchsorted(ranked, high, side="right")
    return float(np.mean(num_below + num_not_above)) / (2 * len(low))


def _top_1(of_derived: Floats, is_own: Flags) -> float | NotMeasured:
    if not of_derived.size:
        return not_measured("no suspect was made from a work: give some that were")
    best = of_derived.argmax(axis=1)
    return float(np.mean(is_own[np.arange(len(best)), best]))
