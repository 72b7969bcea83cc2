"""Frames to scenes, while they are decoded."""

__all__ = ["detect"]
