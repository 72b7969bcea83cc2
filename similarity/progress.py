"""How a long job goes on: one thing that hears it, whatever the job."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

__all__ = ["SILENT", "Progress", "Silent"]


class Progress(Protocol):
    """Hears how a job over files goes on; `similarity.cli` draws it."""

    def begin(self, path: Path, *, number: int, total: int) -> None:
        """A file, or a step of one, is taken up.

        Args:
            path: the file.
            number: which of the files or steps it is, from 1; one past `total` where all are done.
            total: how many there are.
        """

    def reach(self, seconds: float) -> None:
        """So many seconds of the file in hand are decoded."""

    def end(self, path: Path, *, status: str, detail: str) -> None:
        """The file is done.

        Args:
            path: the file.
            status: what became of it, in one word: `added`, `compared`, `failed` ...
            detail: the reason or the figures; may be empty.
        """


class Silent:
    """Hears everything and says nothing."""

    def begin(self, path: Path, *, number: int, total: int) -> None:
        """Say nothing of `path`, `number` and `total`."""

    def reach(self, seconds: float) -> None:
        """Say nothing of `seconds`."""

    def end(self, path: Path, *, status: str, detail: str) -> None:
        """Say nothing of `path`, `status` and `detail`."""


SILENT: Progress = Silent()
"""For jobs to which nobody listens."""
