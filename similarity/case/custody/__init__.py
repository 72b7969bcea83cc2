"""The custody log: a hash chain of who did what, and the clock behind it."""

__all__ = ["chain"]
