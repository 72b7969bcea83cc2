"""HTTP: routes that machines use, pages that people use."""

__all__ = ["app"]
