"""Figures of quality: pure functions of what was found and what is true."""

__all__ = ["judged", "pages", "runs"]
