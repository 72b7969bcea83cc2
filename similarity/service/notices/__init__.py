"""Notices of owners, counter-notices, complaints, statements of reasons: laws as data, times as clocks."""

__all__ = ["from_report"]
