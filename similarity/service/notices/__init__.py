"""Notices of owners, counter-notices, complaints, statements of reasons: laws as data, times as clocks."""

__all__ = [
    "acting",
    "complaints",
    "counsel",
    "deadlines",
    "finding",
    "forms",
    "from_report",
    "law",
    "meeting",
    "misuse",
    "receiving",
    "shown",
    "statements",
    "usage",
    "waiting",
]
