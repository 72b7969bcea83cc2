"""Claimed matches looked at again: does the same picture content stand in both frames, and how was it changed."""

__all__ = [
    "change",
    "change_map",
    "colour",
    "dense",
    "drawing",
    "features",
    "fit",
    "framing",
    "laid_over",
    "look",
    "map_drawing",
    "map_labels",
    "standing_marks",
    "standing_support",
    "structure",
    "verification",
    "visible",
]
