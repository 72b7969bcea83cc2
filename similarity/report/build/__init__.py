"""From a comparison to the `Report`."""

__all__ = ["findings", "pictures", "report", "statement", "tool"]
