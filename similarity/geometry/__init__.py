"""Claimed matches looked at again: does the same picture content stand in both frames, and how was it changed."""

__all__ = ["change", "colour", "dense", "drawing", "features", "fit", "framing", "look", "structure", "verification"]
