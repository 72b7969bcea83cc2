"""Files to library entries: catalogue of the owner, describing, adding."""

__all__ = [
    "add",
    "catalogue",
    "describing",
    "entries",
    "later_sets",
    "later_text",
    "marked_parts",
    "part_marks",
    "part_proposals",
    "relocating",
]
