"""The `Report` value, its parts, and its JSON form."""

__all__ = [
    "case",
    "json_form",
    "match",
    "part",
    "report",
    "sound",
    "stated",
    "taking",
]
