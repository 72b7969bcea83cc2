"""Parts of the document, section by section."""

__all__ = [
    "beside",
    "findings",
    "match_detail",
    "matches",
    "overview",
    "regions",
    "storyboard",
    "taking",
]
