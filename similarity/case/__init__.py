"""The case folder: facts, exhibits, stills, custody log, seals, and the verification of their files."""

__all__ = [
    "acts",
    "compare",
    "creation",
    "folder",
    "recovery",
    "requests",
]
