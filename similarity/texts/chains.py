"""Exact runs that lie close to each other in both texts, joined to stretches with changed words between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["MAX_GAP_WORDS", "Run", "chains_of", "close_stretches"]

MAX_GAP_WORDS = 8
"""Words between two runs of one chain, in either text, at most."""
_CHAINS_PER_DRAWER = 4
_MAX_LOSS = 6.4
"""As much as 8 words between two runs take away at a least share of 0.8."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The same words in both texts."""

    start: int
    """First word in the suspect's text."""
    end: int
    """End in the suspect's text (exclusive)."""
    diagonal: int
    """Position in the work's text less position in the suspect's."""

    @property
    def suspect(self) -> range:
        """Words of the suspect's text."""
        return range(self.start, self.end)

    @property
    def work(self) -> range:
        """Words of the work's text."""
        return range(self.start + self.diagonal, self.end + self.diagonal)


def chains_of(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Runs in order of the suspect's text, each joined to the nearest chain that ends shortly before it in both.

    Where a run begins before the chain ends, by a word that stands there twice, its beginning is left to the chain.
    """
    chains: list[list[Run]] = []
    latest: dict[int, list[int]] = {}
    for run in runs:
        number, joined = _nearest(run, chains, latest) or (len(chains), run)
        if number == len(chains):
            chains.append([])
        chains[number].append(joined)
        drawer = latest.setdefault(run.diagonal // MAX_GAP_WORDS, [])
        drawer[:] = [number, *(one for one in drawer if one != number)][:_CHAINS_PER_DRAWER]
    return [tuple(chain) for chain in chains if len(chain) > 1]


def _nearest(run: Run, chains: list[list[Run]], latest: dict[int, list[int]]) -> tuple[int, Run] | None:
    """The chain that the run continues, and what of the run continues it.

    Neighbours of one chain differ by at most the gap in their diagonals, so that three drawers of chains are looked
    into.
    """
    drawer = run.diagonal // MAX_GAP_WORDS
    found: list[tuple[int, int, int]] = []
    for number in {number for step in (-1, 0, 1) for number in latest.get(drawer + step, ())}:
        last = chains[number][-1]
        gaps = (run.start - last.end, run.work.start - last.work.stop)
        overlap = max(0, -min(gaps))
        if overlap < min(run.end - run.start, MAX_GAP_WORDS) and max(gaps) + overlap <= MAX_GAP_WORDS:
            found.append((sum(gaps) + 2 * overlap, number, overlap))
    if not found:
        return None
    _, number, overlap = min(found)
    return number, Run(start=run.start + overlap, end=run.end, diagonal=run.diagonal)


def close_stretches(chain: tuple[Run, ...], least_share: float) -> Iterator[tuple[Run, ...]]:
    """Stretches of a chain in which at least `least_share` of the words are in runs.

    Words in runs count for a stretch, words between them against it, so that the sum is 0 just at the least share.  A
    stretch ends before a part that takes away more than `_MAX_LOSS`, so that nothing weak hangs on to a strong one.
    """
    gains = [2 * (1 - least_share) * (run.end - run.start) for run in chain]
    losses = [
        least_share * ((run.start - before.end) + (run.work.start - before.work.stop))
        for before, run in pairwise(chain)
    ]
    at = 0
    while at < len(chain):
        end = at + _length(gains, losses, range(at, len(chain)))
        start = end - _length(gains, losses, range(end - 1, at - 1, -1))
        yield chain[start:end]
        at = end


def _length(gains: Sequence[float], losses: Sequence[float], numbers: range) -> int:
    """How many runs, taken in the order of `numbers`, make one stretch; loss n lies between runs n and n + 1."""
    total = best = gains[numbers[0]]
    length = 1
    for before, number in pairwise(numbers):
        total += gains[number] - losses[min(before, number)]
        if total < best - _MAX_LOSS:
            break
        if total >= -_ROUNDING:
            length = abs(number - numbers[0]) + 1
        best = max(best, total)
    return length
