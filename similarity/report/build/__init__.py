"""From a comparison to the `Report`."""

__all__ = ["contained_compare", "findings", "pictures", "report", "statement", "tool"]
