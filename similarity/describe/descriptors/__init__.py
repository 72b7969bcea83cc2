"""The descriptors: what a picture is turned into, one module each."""

__all__ = [
    "bundled",
    "compact",
    "composition",
    "pdq",
    "surface",
]
