"""Where a match stands among other works: the best of their pieces that are as long, against the same samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from similarity.absence import not_measured
from similarity.align.pair import distinct_pictures, match_score
from similarity.align.pieces import best_piece_score
from similarity.align.values import AlignedMatch
from similarity.compare.engine import Comparison
from similarity.compare.measuring import Measurer
from similarity.compare.values import Decoy, DecoyStanding
from similarity.compare.works import Works
from similarity.measure.standing import rank_among

__all__ = ["MOST_SAMPLES", "decoy_standing"]

MOST_SAMPLES = 240
"""Aligned samples of a match that are laid against other works; of more, every n-th."""

_NO_DECOY = not_measured("no other work of the library was aligned that is long enough")
"""Nothing to stand among."""


def decoy_standing(match: AlignedMatch, comparison: Comparison, measurer: Measurer, *, num_works: int) -> DecoyStanding:
    """Lay the aligned samples of a match against every other work that was aligned.

    Args:
        match: the match.
        comparison: what it was found in.
        measurer: knows suspect, library and backgrounds.
        num_works: works of the whole library.
    """
    thin = _thinned(match)
    aligned = [one.work_id for one in comparison.alignments]
    related = _related(match.work_id, measurer.rows, measurer.video.digest.sha256)
    others = list(_one_per_content((one for one in aligned if one not in related), measurer.rows))
    length = match.work_end_seconds - match.work_start_seconds
    long_enough = [one for one in others if measurer.rows.entry(one).duration_seconds >= length]
    decoys = [decoy for one in long_enough if (decoy := _decoy(one, thin, measurer)) is not None]
    own = _own_score(thin, measurer)
    return DecoyStanding(
        score=own,
        num_works=num_works,
        num_aligned=len(aligned),
        num_related=len(aligned) - len(others),
        num_too_short=len(others) - len(decoys),
        strongest=max(decoys, key=lambda one: one.score, default=_NO_DECOY),
        rank=rank_among(own, [one.score for one in decoys]),
    )


def _thinned(match: AlignedMatch) -> AlignedMatch:
    chosen = slice(None, None, -(-len(match.suspect_samples) // MOST_SAMPLES))
    return replace(
        match,
        suspect_samples=match.suspect_samples[chosen],
        work_samples=match.work_samples[chosen],
        zscores=match.zscores[chosen],
        pdq_distance_bits=match.pdq_distance_bits[chosen],
        pdq_quality=match.pdq_quality[chosen],
    )


def _related(work_id: str, rows: Works, suspect_sha256: str) -> set[str]:
    """The work, works of its content or of its group, and works that are the suspect's own file."""
    return {*rows.of_one_origin(work_id), *rows.ids_of(suspect_sha256, "work")}


def _one_per_content(work_ids: Iterator[str], rows: Works) -> Iterator[str]:
    seen = set()
    for work_id in work_ids:
        sha256 = rows.entry(work_id).sha256
        if sha256 not in seen:
            seen.add(sha256)
            yield work_id


def _decoy(work_id: str, match: AlignedMatch, measurer: Measurer) -> Decoy | None:
    score = best_piece_score(
        measurer.suspect,
        measurer.work_track(work_id),
        measurer.backgrounds,
        view=match.view,
        samples=match.suspect_samples,
        bin_seconds=1 / measurer.config.sample.samples_per_second,
    )
    return None if score is None else Decoy(work_id=work_id, score=score)


def _own_score(match: AlignedMatch, measurer: Measurer) -> float:
    seen, work = measurer.suspect.views[match.view], measurer.work_track(match.work_id)
    pictures = distinct_pictures(seen.compact[seen.rows_of(match.suspect_samples)], work.compact[match.work_samples])
    return match_score(match.zscores, pictures)
