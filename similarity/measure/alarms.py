"""How often a suspect that took nothing shows a ratio: what a reader of a report meets, counted per suspect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LEVELS", "AlarmRate", "Alarms", "PopulationAlarms", "count_alarms"]

LEVELS = (0.0, 1.0, 2.0, 3.0)
"""log10 of the ratios 1, 10, 100 and 1,000, at which alarms are counted."""
_TAIL = 0.025
"""Probability left out on each side of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationAlarms:
    """Innocent suspects of one population, and those of them for which any work shows a ratio."""

    population: str
    """Its name."""
    num_suspects: int
    """Suspects that took from no work."""
    num_comparisons: float
    """Samples of a suspect times samples of all works, mean over the suspects."""
    num_alarmed: tuple[int, ...]
    """Suspects with at least one ratio of each of `LEVELS` or more."""

    def __post_init__(self) -> None:
        if len(self.num_alarmed) != len(LEVELS) or not all(0 <= one <= self.num_suspects for one in self.num_alarmed):
            raise ValueError(f"alarms of {self.population!r}: expected {len(LEVELS)} counts of {self.num_suspects}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRate:
    """Probability that an innocent suspect shows at least one such ratio."""

    log10_lr: float
    """log10 of the ratio."""
    probability: float
    """At this number of comparisons."""
    lower: float
    """Lower limit of its 95 % interval."""
    upper: float
    """Upper limit of its 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """False alarms per innocent suspect, held aside, population by population."""

    populations: tuple[PopulationAlarms, ...]
    """None where every suspect of the data took something: then no rate is known."""

    def worst(self, level: int, num_comparisons: float) -> tuple[PopulationAlarms, AlarmRate]:
        """The population in which alarms of one of `LEVELS` are most frequent per comparison, and its rate.

        Alarms are taken to come independently out of so many comparisons: an expected number E per suspect gives at
        least one with probability 1 - exp(-E), and E grows with their number.  The limits are Clopper and Pearson's for
        the share of suspects, carried over in the same way.

        Args:
            level: number of the level.
            num_comparisons: samples of the suspect at hand times samples of all works.
        """
        rated = [(one, _rate(one, level, num_comparisons)) for one in self.populations]
        return max(rated, key=lambda one: (one[1].probability, one[1].upper))


def count_alarms(population: str, strongest: Sequence[float], num_comparisons: Sequence[float]) -> PopulationAlarms:
    """Count a population's alarms.

    Args:
        population: its name.
        strongest: highest log10 LR that any work shows, per innocent suspect; -inf where none is stated.
        num_comparisons: of each suspect.
    """
    highest: npt.NDArray[np.float64] = np.asarray(strongest, dtype=np.float64)
    return PopulationAlarms(
        population=population,
        num_suspects=len(highest),
        num_comparisons=float(np.mean(num_comparisons)),
        num_alarmed=tuple(int(np.count_nonzero(highest >= level)) for level in LEVELS),
    )


def _rate(population: PopulationAlarms, level: int, num_comparisons: float) -> AlarmRate:
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    alarmed, total = population.num_alarmed[level], population.num_suspects
    low = 0.0 if not alarmed else float(betaincinv(alarmed, total - alarmed + 1, _TAIL))
    high = 1.0 if alarmed == total else float(betaincinv(alarmed + 1, total - alarmed, 1 - _TAIL))
    more = num_comparisons / population.num_comparisons
    shares = [_of_more(share, more) for share in (alarmed / total, low, high)]
    return AlarmRate(log10_lr=LEVELS[level], probability=shares[0], lower=shares[1], upper=shares[2])


def _of_more(share: float, more: float) -> float:
    """Share of suspects with an alarm, were each put to so many times as many comparisons."""
    return 1.0 if share >= 1.0 else -math.expm1(more * math.log1p(-share))
