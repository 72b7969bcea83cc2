"""Stretches of a work that a person may want to leave out: suggested, never excluded without a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from index.records import ExclusionKind, Role, SampleTable
from similarity.align.pair import FULL_QUALITY
from similarity.compare.works import Works
from similarity.intervals import Interval, without
from similarity.measure.filtration import SuggestedRange
from similarity.phrases import Phrase, phrase

__all__ = ["suggested_ranges", "suggestions_for"]

SAME_PICTURE_BITS = 31
"""PDQ distance up to which two pictures are the same one (ThreatExchange)."""
LEAST_SAMPLES = 2
"""Samples in a row that make a stretch."""
LEAST_SECONDS = 0.75
"""Shorter stretches are not suggested."""
_NEIGHBOURS = 8
"""Nearest pictures of other works that are looked at: the nearest ones are the work itself."""
_GATES: tuple[tuple[int, ExclusionKind, Phrase], ...] = (
    (1, "black", phrase("pictures are black")),
    (2, "black", phrase("pictures are one flat tone")),
    (3, "credits", phrase("pictures are near-empty: titles, cards, credits")),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one sample shows that speaks for leaving it out; what is equal in a row makes a stretch."""

    kind: ExclusionKind
    grounds: Phrase


def suggestions_for(rows: Works, work_ids: Sequence[str]) -> tuple[SuggestedRange, ...]:
    """Suggestions for several works, in the order given."""
    return tuple(one for work_id in work_ids for one in suggested_ranges(rows, work_id))


def suggested_ranges(rows: Works, work_id: str) -> tuple[SuggestedRange, ...]:
    """Black, flat and near-empty stretches, and footage that also stands in the background or in another work.

    What is excluded already is not suggested again.
    """
    samples = rows.library.samples(work_id)
    found = [*_by_gate(samples), *_elsewhere(rows, work_id, samples, "background")]
    found += _elsewhere(rows, work_id, samples, "work")
    duration = rows.entry(work_id).duration_seconds
    gaps = [(one.start_seconds, one.end_seconds) for one in rows.library.filter_ranges(work_id)]
    suggested = [
        SuggestedRange(
            work_id=work_id,
            start_seconds=start,
            end_seconds=end,
            kind=seen.kind,
            grounds=seen.grounds,
            num_samples=num_samples,
        )
        for seen, span, num_samples in found
        for start, end in without((span[0], min(duration, span[1])), gaps)
        if end - start >= LEAST_SECONDS
    ]
    return tuple(sorted(suggested, key=lambda one: (one.start_seconds, one.end_seconds, str(one.grounds))))


_Run = tuple[_Seen, Interval, int]


def _by_gate(samples: SampleTable) -> Iterator[_Run]:
    known = {gate: _Seen(kind, grounds) for gate, kind, grounds in _GATES}
    yield from _runs(samples, np.arange(len(samples)), [known.get(int(gate)) for gate in samples.gate])


def _elsewhere(rows: Works, work_id: str, samples: SampleTable, role: Role) -> Iterator[_Run]:
    """Runs of pictures that also stand in one other entry of a role, by PDQ."""
    entries = rows.background_entries if role == "background" else tuple(rows.works.values())
    itself = rows.entry(work_id).sha256
    others = {entry.entry_id for entry in entries if entry.sha256 != itself and entry.num_indexed}
    codes = cast("npt.NDArray[np.uint8]", rows.library.descriptors(work_id, "pdq"))
    if not others or not len(codes):
        return
    hits = rows.library.search("pdq", codes, k=_NEIGHBOURS, role=role)
    indexed = samples.indexed
    sharp = samples.quality[indexed] >= FULL_QUALITY
    names = np.array(hits.entry_ids, dtype=object)
    is_near = (hits.entry >= 0) & (hits.value <= SAME_PICTURE_BITS) & sharp[:, None]
    found_in: dict[str, npt.NDArray[np.bool_]] = {}
    for sample, rank in zip(*np.nonzero(is_near), strict=True):
        name = str(names[hits.entry[sample, rank]])
        if name in others:
            found_in.setdefault(name, np.zeros(len(indexed), dtype=bool))[sample] = True
    for name, is_there in sorted(found_in.items()):
        seen = _in_another(name, role)
        yield from _runs(samples, indexed, [seen if one else None for one in is_there])


def _in_another(name: str, role: Role) -> _Seen:
    named, bits = repr(name), SAME_PICTURE_BITS
    if role == "background":
        grounds = phrase(
            "the same pictures stand in background item {name} (PDQ, at most {bits} of 256 bits apart)",
            name=named,
            bits=bits,
        )
        return _Seen("licensed", grounds)
    grounds = phrase(
        "the same pictures stand in work {name} (PDQ, at most {bits} of 256 bits apart)", name=named, bits=bits
    )
    return _Seen("other", grounds)


def _runs(samples: SampleTable, numbers: npt.NDArray[np.intp], seen: Sequence[_Seen | None]) -> Iterator[_Run]:
    """Stretches of equal answers, each up to the sample after it."""
    seconds = samples.seconds
    ends = np.append(seconds[1:], np.inf)
    start = 0
    for index in range(1, len(seen) + 1):
        if index < len(seen) and seen[index] == seen[start]:
            continue
        first = seen[start]
        if first is not None and index - start >= LEAST_SAMPLES:
            yield first, (float(seconds[numbers[start]]), float(ends[numbers[index - 1]])), index - start
        start = index
