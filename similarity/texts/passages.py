"""Passages that two texts share, word for word or nearly so: seeds, exact runs, chains of runs.

1. Every run of `SEED_WORDS` words of one text is looked up in the other (hashes, sorted; a hit is checked word by
   word).  Runs that stand more than `MAX_POSITIONS` times in the work's text are no seeds, and at most `MAX_SEEDS`
   hits, rarest first, are followed: time and memory stay bounded on any input.
2. Hits on one diagonal join to exact runs, and exact runs grow to their full length.
3. Exact runs close to each other on both sides join to chains; the stretches of a chain in which `LEAST_SIMILARITY`
   percent of the words are in common and in order are near-verbatim passages.

A passage must be long enough (`VERBATIM_WEIGHT`, `NEAR_VERBATIM_WEIGHT`) and hold enough different words that are no
function words (`TELLING_WEIGHT`), so that ordinary phrases do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from similarity.texts.chains import Run, chains_of, close_stretches
from similarity.texts.tokens import TokenisedText, Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LEAST_SIMILARITY",
    "MAX_POSITIONS",
    "MAX_SEEDS",
    "NEAR_VERBATIM_WEIGHT",
    "SEED_WORDS",
    "TELLING_WEIGHT",
    "VERBATIM_WEIGHT",
    "FoundPassage",
    "SharedPassages",
    "shared_passages",
]

SEED_WORDS = 4
"""Words of a seed; Han characters are words of their own."""
MAX_POSITIONS = 64
"""A run of words that stands at more positions of the work's text is too common to start from."""
MAX_SEEDS = 3_000_000
"""Hits that are followed, rarest first."""
VERBATIM_WEIGHT = 24
"""Least length of a verbatim passage: 8 words (3 each) or 12 Han characters (2 each)."""
NEAR_VERBATIM_WEIGHT = 48
"""Least length of a near-verbatim passage: 16 words or 24 Han characters."""
TELLING_WEIGHT = 12
"""Least weight of the different words that are no function words: 4 words or 6 Han characters."""
LEAST_SIMILARITY = 80.0
"""(percent) Least share of words in common and in order of a near-verbatim passage."""
_MAX_EXACT_SIMILARITY = 4_000
"""Words up to which the similarity of a stretch is worked out in full."""
_ALREADY_SHOWN = 0.8
_FIRST_LOOK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage, as ranges of words of both texts."""

    kind: Literal["verbatim", "near_verbatim"]
    """Whether every word is the same."""
    suspect: range
    """Words of the suspect's text."""
    work: range
    """Words of the work's text."""
    similarity_percent: float
    """Words in common and in order, 0 to 100."""
    num_telling: int
    """Different words that are no function words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPassages:
    """All passages of two texts."""

    passages: tuple[FoundPassage, ...]
    """Longest first."""
    num_seeds_left_out: int
    """Hits that were not followed: too common, or too many."""


def shared_passages(suspect: TokenisedText, work: TokenisedText, vocabulary: Vocabulary) -> SharedPassages:
    """Passages that stand in both texts.

    Args:
        suspect: its text, tokenised with the vocabulary.
        work: the same of the work.
        vocabulary: numbers of words.
    """
    if min(len(suspect), len(work)) < SEED_WORDS:
        return SharedPassages(passages=(), num_seeds_left_out=0)
    lines = _Lines(suspect, work, vocabulary)
    positions, num_left_out = lines.seeds()
    runs = lines.runs(*positions)
    exact = [lines.verbatim(run) for run in runs if lines.weight(run.suspect) >= VERBATIM_WEIGHT]
    near = [
        found
        for chain in chains_of(runs)
        for stretch in close_stretches(chain, LEAST_SIMILARITY / 100)
        if (found := lines.near_verbatim(stretch)) is not None
    ]
    enough = [one for one in exact + near if lines.is_telling_enough(one.suspect)]
    return SharedPassages(passages=tuple(_without_repeats(enough)), num_seeds_left_out=num_left_out)


class _Lines:
    """Two texts as arrays of word numbers."""

    def __init__(self, suspect: TokenisedText, work: TokenisedText, vocabulary: Vocabulary) -> None:
        import numpy as np

        self.suspect: NDArray[np.int32] = np.array(suspect.numbers, dtype=np.int32)
        self.work: NDArray[np.int32] = np.array(work.numbers, dtype=np.int32)
        self.weights: NDArray[np.int64] = np.array(vocabulary.weights, dtype=np.int64)
        self.telling: NDArray[np.int64] = self.weights * np.array(vocabulary.is_telling, dtype=np.int64)
        self.weight_before = np.concatenate(([0], np.cumsum(self.weights[self.suspect])))

    def weight(self, words: range) -> int:
        return int(self.weight_before[words.stop] - self.weight_before[words.start])

    def is_telling_enough(self, words: range) -> bool:
        return int(self._telling(words).sum()) >= TELLING_WEIGHT

    def num_telling(self, words: range) -> int:
        return int((self._telling(words) > 0).sum())

    def _telling(self, words: range) -> NDArray[np.int64]:
        """Weight of every different word, 0 for function words."""
        import numpy as np

        return self.telling[np.unique(self.suspect[words.start : words.stop])]

    def seeds(self) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], int]:
        """Positions of equal runs of `SEED_WORDS` words in both texts, and how many hits were left out."""
        import numpy as np

        of_suspect, of_work = _hashes(self.suspect), _hashes(self.work)
        order = np.argsort(of_work, kind="stable")
        ordered = of_work[order]
        first = np.searchsorted(ordered, of_suspect, side="left")
        counts = np.searchsorted(ordered, of_suspect, side="right") - first
        taken = np.flatnonzero((counts > 0) & (counts <= MAX_POSITIONS))
        taken = taken[np.argsort(counts[taken], kind="stable")]
        taken = taken[np.cumsum(counts[taken]) <= MAX_SEEDS]
        per_run = counts[taken]
        suspect_positions = np.repeat(taken, per_run)
        within = np.arange(len(suspect_positions)) - np.repeat(np.cumsum(per_run) - per_run, per_run)
        work_positions = order[np.repeat(first[taken], per_run) + within]
        is_equal = np.ones(len(suspect_positions), dtype=bool)
        for offset in range(SEED_WORDS):
            is_equal &= self.suspect[suspect_positions + offset] == self.work[work_positions + offset]
        return (suspect_positions[is_equal], work_positions[is_equal]), int(counts.sum() - len(suspect_positions))

    def runs(self, suspect_positions: NDArray[np.int64], work_positions: NDArray[np.int64]) -> list[Run]:
        """Exact runs of full length, in order of their position in the suspect's text."""
        import numpy as np

        if not len(suspect_positions):
            return []
        diagonals = work_positions - suspect_positions
        order = np.lexsort((suspect_positions, diagonals))
        starts, diagonals = suspect_positions[order], diagonals[order]
        is_new = np.ones(len(starts), dtype=bool)
        is_new[1:] = (diagonals[1:] != diagonals[:-1]) | (starts[1:] != starts[:-1] + 1)
        heads = np.flatnonzero(is_new)
        tails = np.append(heads[1:], len(starts)) - 1
        found: list[Run] = []
        for start, last, diagonal in zip(
            starts[heads].tolist(), starts[tails].tolist(), diagonals[heads].tolist(), strict=True
        ):
            if found and found[-1].diagonal == diagonal and start < found[-1].end:
                continue  # the run before has grown over this one
            found.append(self._grown(start, last + SEED_WORDS, diagonal))
        return sorted(found, key=lambda run: (run.start, run.diagonal))

    def _grown(self, start: int, end: int, diagonal: int) -> Run:
        """As long as the words stay the same on both sides: over seeds that were too common to start from."""
        begin = start + diagonal
        start -= _common_prefix(self.suspect[:start][::-1], self.work[:begin][::-1])
        end += _common_prefix(self.suspect[end:], self.work[end + diagonal :])
        return Run(start=start, end=end, diagonal=diagonal)

    def verbatim(self, run: Run) -> FoundPassage:
        return FoundPassage(
            kind="verbatim",
            suspect=run.suspect,
            work=run.work,
            similarity_percent=100.0,
            num_telling=self.num_telling(run.suspect),
        )

    def near_verbatim(self, runs: tuple[Run, ...]) -> FoundPassage | None:
        """The stretch from the first run to the last; none where it is one exact run, or too short."""
        suspect = range(runs[0].start, runs[-1].end)
        work = range(runs[0].work.start, runs[-1].work.stop)
        if len(runs) == 1 or self.weight(suspect) < NEAR_VERBATIM_WEIGHT:
            return None
        return FoundPassage(
            kind="near_verbatim",
            suspect=suspect,
            work=work,
            similarity_percent=self._similarity(suspect, work, runs),
            num_telling=self.num_telling(suspect),
        )

    def _similarity(self, suspect: range, work: range, runs: tuple[Run, ...]) -> float:
        """(percent) Normalised indel similarity over words; over long stretches of the runs alone, a lower bound."""
        from rapidfuzz.distance import Indel

        if max(len(suspect), len(work)) > _MAX_EXACT_SIMILARITY:
            return 200.0 * sum(run.end - run.start for run in runs) / (len(suspect) + len(work))
        left = self.suspect[suspect.start : suspect.stop].tolist()
        right = self.work[work.start : work.stop].tolist()
        return 100.0 * Indel.normalized_similarity(left, right)


def _hashes(numbers: NDArray[np.int32]) -> NDArray[np.uint64]:
    """A hash of every run of `SEED_WORDS` words; equal runs have equal hashes."""
    import numpy as np

    wide = numbers.astype(np.uint64) + np.uint64(1)
    length = len(wide) - SEED_WORDS + 1
    hashes = np.zeros(length, dtype=np.uint64)
    for offset in range(SEED_WORDS):
        hashes = (hashes ^ wide[offset : offset + length]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _common_prefix(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Number of leading entries that are equal, looked for in steps that double."""
    length = min(len(one), len(other))
    if not length or one[0] != other[0]:
        return 0
    at, step = 0, _FIRST_LOOK
    while at < length:
        stop = min(at + step, length)
        differs = one[at:stop] != other[at:stop]
        first = int(differs.argmax())
        if differs[first]:
            return at + first
        at, step = stop, step * 2
    return length


def _without_repeats(passages: list[FoundPassage]) -> list[FoundPassage]:
    """Longest first; a stretch of the suspect's text that a longer passage of the kind takes up is not shown again."""
    ordered = sorted(passages, key=lambda one: (-len(one.suspect), one.suspect.start, one.work.start))
    end = max((one.suspect.stop for one in passages), default=0)
    taken = {"verbatim": bytearray(end), "near_verbatim": bytearray(end)}
    shown: list[FoundPassage] = []
    for passage in ordered:
        words, stretch = taken[passage.kind], slice(passage.suspect.start, passage.suspect.stop)
        if words[stretch].count(1) >= _ALREADY_SHOWN * len(passage.suspect):
            continue
        words[stretch] = b"\1" * len(passage.suspect)
        shown.append(passage)
    return shown
