"""How well scene boundaries are found."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["boundary_scores"]


def boundary_scores(
    found_seconds: Sequence[float], true_seconds: Sequence[float], tolerance_seconds: float
) -> tuple[float, float, float]:
    """Precision, recall and F1 of boundaries; each true boundary counts for one found one and the other way round.

    The one-to-one matching within a tolerance is the one of TRECVID's shot boundary task (Smeaton, Over and Doherty
    2010, Video shot boundary detection: seven years of TRECVid activity).  On a line, taking both lists in order and
    matching whenever the two first ones lie within the tolerance gives the largest matching.

    Nothing found and nothing to find is perfect: (1, 1, 1).  Nothing found: precision 1.  Nothing to find: recall 1.

    Args:
        found_seconds: boundaries found, in any order.
        true_seconds: boundaries that exist, in any order.
        tolerance_seconds: largest distance at which two count as the same.

    Raises:
        ValueError: the tolerance is negative.
    """
    if tolerance_seconds < 0:
        raise ValueError(f"tolerance_seconds must not be negative, got {tolerance_seconds}")
    num_matched = _num_matched(sorted(found_seconds), sorted(true_seconds), tolerance_seconds)
    precision = num_matched / len(found_seconds) if found_seconds else 1.0
    recall = num_matched / len(true_seconds) if true_seconds else 1.0
    total = len(found_seconds) + len(true_seconds)
    return precision, recall, 2 * num_matched / total if total else 1.0


def _num_matched(found: Sequence[float], true: Sequence[float], tolerance_seconds: float) -> int:
    num_matched = next_found = next_true = 0
    while next_found < len(found) and next_true < len(true):
        difference = found[next_found] - true[next_true]
        is_match = abs(difference) <= tolerance_seconds
        num_matched += is_match
        next_found += is_match or difference < 0
        next_true += is_match or difference > 0
    return num_matched
