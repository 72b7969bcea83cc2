"""Pictures to descriptors: `pdq` (hash), `compact` (bundled), `clip` (open_clip), and the single decode around them."""

__all__ = [
    "choose",
    "clip_weights",
    "conditions",
    "crops",
    "facts",
    "fetching",
    "further",
    "picture_text",
    "shapes",
    "stored",
    "types",
    "video",
    "views",
]
