"""Hits to matches: candidate works, normalised similarity, time-consistent lines."""

__all__ = ["candidates", "fit", "lines", "normalise", "pair", "rescoring", "values"]
