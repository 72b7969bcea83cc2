"""A run folder that is only read from here: what is to be written comes back, for one writer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from similarity.errors import ConfigurationError
from similarity.report.folder import JSON_NAME
from similarity.scan.run_folder import RunFolder

__all__ = ["Change", "DeferredRun", "write_changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file of a run folder that is to be written, or removed."""

    name: str
    """Its path below the folder."""
    content: bytes | None
    """What it is to hold; None where it is to go."""


class DeferredRun(RunFolder):
    """A run folder whose changes are collected; another process made it, and writes them.

    Its arguments are those of a run folder.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._changes: list[Change] = []
        super().__init__(*arguments, **options)

    def taken(self) -> tuple[Change, ...]:
        """What was to be written since this was last asked, in order."""
        changes, self._changes = tuple(self._changes), []
        return changes

    def write(self, name: str, content: bytes) -> None:
        """Say that a file is to be written."""
        self._changes.append(Change(name=name, content=content))

    def remove(self, name: str) -> None:
        """Say that a file is to be removed."""
        self._changes.append(Change(name=name, content=None))

    def keep_report(self, query_id: str, make: Callable[[Path], object]) -> None:
        """Collect every file of a report; the one that makes it whole goes first and comes last."""
        place = self.report_folder(query_id).relative_to(self.folder)
        with tempfile.TemporaryDirectory(prefix="similarity-report-") as name:
            make(folder := Path(name))
            self.remove(str(place / JSON_NAME))
            for path in sorted(folder.rglob("*"), key=lambda one: (one.name == JSON_NAME, one)):
                if path.is_file():
                    self.write(str(place / path.relative_to(folder)), path.read_bytes())


def write_changes(run: RunFolder, changes: Sequence[Change]) -> None:
    """Make changes that were collected elsewhere.

    Raises:
        ConfigurationError: the folder can't be written, or a change lies outside it.
    """
    for change in changes:
        path = PurePath(change.name)
        if path.is_absolute() or not path.parts or ".." in path.parts:  # whoever read a hostile file may be its own
            raise ConfigurationError(
                f"a node wants to write {change.name!r}, which is not in the run folder: nothing of it is written; see "
                "to the nodes and to the suspect that was in hand, then give the same command again"
            )
        if change.content is None:
            run.remove(change.name)
        else:
            run.write(change.name, change.content)
