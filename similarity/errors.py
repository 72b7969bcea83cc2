"""The error tree of the product.

    SimilarityError                 anything a user can act on
    |-- MediaError                  a file can't be used as video or picture
    |   |-- UnreadableMediaError    missing, empty, truncated, corrupt, encrypted, not media
    |   `-- NoVideoStreamError      readable, but without pictures (audio only)
    |-- ConfigurationError          a profile, option or catalogue that can't be used
    |   `-- TableError              a table with bad rows (row numbers and reasons)
    |-- MissingModelError           a model was asked for whose weights are not at hand
    |-- StoredJsonError             JSON text that is not what was written
    |-- ReportError                 a stored result that can't be read or rendered
    |-- CaseError                   a case folder that can't be used, or a step out of order
    |-- ScriptError                 a script or subtitles that can't be read as text
    |-- AccessError                 facts, documents, labels or records of access that can't be used
    |-- KeyFileError                a key that can't be read or written
    `-- SignatureError              a signature or time stamp that does not fit

The library's own errors stand in `index.errors` (the index knows no video).  Messages say what was
expected, what was got, and the next step.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AccessError",
    "CaseError",
    "ConfigurationError",
    "KeyFileError",
    "MediaError",
    "MissingModelError",
    "NoVideoStreamError",
    "ReportError",
    "RowProblem",
    "ScriptError",
    "SignatureError",
    "SimilarityError",
    "StoredJsonError",
    "TableError",
    "UnreadableMediaError",
]


class SimilarityError(Exception):
    """Base of every error that a user can act on."""


class MediaError(SimilarityError):
    """A file can't be used as video or picture."""


class UnreadableMediaError(MediaError):
    """Missing, empty, truncated beyond use, corrupt, encrypted, or not media at all."""


class NoVideoStreamError(MediaError):
    """The file is media but holds no pictures."""


class ConfigurationError(SimilarityError):
    """A profile, an option or a catalogue that can't be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One unusable row of a table."""

    row: int
    """Row number as a spreadsheet shows it: the header is row 1."""
    line: int
    """Line of the file on which it begins; another number where cells hold line breaks."""
    reason: str
    """What is wrong, and what was expected."""

    def __str__(self) -> str:
        line = "" if self.line == self.row else f" (line {self.line})"
        return f"row {self.row}{line}: {self.reason}"


class TableError(ConfigurationError):
    """A table with bad rows; nothing of it was imported."""

    def __init__(self, path: str, problems: tuple[RowProblem, ...]) -> None:
        self.problems = problems
        listed = "\n".join(f"  {problem}" for problem in problems)
        many = f"{len(problems)} problem(s)"
        super().__init__(f"table {path}: nothing was imported, {many}; mend them and run it again:\n{listed}")


class MissingModelError(SimilarityError):
    """A model was asked for by name and its weights are not at hand."""


class StoredJsonError(SimilarityError):
    """JSON text that is not what was written, or a value that can't be written as JSON."""


class ReportError(SimilarityError):
    """A stored result that can't be read or rendered."""


class CaseError(SimilarityError):
    """A case folder that can't be used, or a step out of order."""


class ScriptError(SimilarityError):
    """A script, or subtitles, that can't be read as text."""


class AccessError(SimilarityError):
    """Facts, documents, labels or records of access that can't be used."""


class KeyFileError(SimilarityError):
    """A key that can't be read or written."""


class SignatureError(SimilarityError):
    """A signature or time stamp that does not fit what it is said to cover."""
