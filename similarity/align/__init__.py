"""Hits to matches: candidate works, normalised similarity, time-consistent lines."""
