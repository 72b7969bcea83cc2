"""Sound to tracks, and tracks to stretches that two soundtracks share: decode once, patches, peaks, lines."""

__all__ = ["find", "heard", "stored", "values"]
