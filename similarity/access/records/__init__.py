"""The prior-work-use record: what a maker states, signed."""

__all__ = [
    "acts",
    "public",
    "values",
]
