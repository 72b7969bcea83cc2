"""Pictures to descriptors: `pdq` (hash), `compact` (bundled), `clip` (open_clip), and the single decode around them."""

__all__ = [
    "choose",
    "clip_weights",
    "conditions",
    "crops",
    "facts",
    "fetching",
    "picture_text",
    "shapes",
    "stored",
    "turned",
    "types",
    "video",
    "views",
]
