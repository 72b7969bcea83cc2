"""Hits to matches: candidate works, normalised similarity, time-consistent lines."""

__all__ = [
    "candidates",
    "dense_ends",
    "dense_line",
    "dense_pieces",
    "dense_window",
    "fit",
    "lines",
    "normalise",
    "pair",
    "pieces",
    "rescoring",
    "usual",
    "values",
    "windows",
]
