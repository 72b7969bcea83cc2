"""Progress with time left on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import typer

from similarity.cli.exits import Exit
from similarity.text import one_line, storable

if TYPE_CHECKING:
    from similarity.compare.session import Session
    from similarity.config import Config
    from similarity.report.schema.report import Report
    from similarity.scan.results import ScanSummary

__all__ = [
    "ProgressBar",
    "comparing",
    "print_json",
    "show_compared",
    "show_scanned",
    "showing_download",
    "showing_progress",
]


MOST_FAILURES_SAID = 20
"""Failures that are said one by one when quiet."""


class ProgressBar:
    """Draws one bar over the files of a batch, with the file in hand and the time left."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._is_quiet = quiet
        self._num_failed = 0
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[inside]}", markup=False),
            console=self._console,
            disable=quiet or not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, inside="")

    def begin(self, path: Path, *, number: int, total: int) -> None:
        """A file is taken up."""
        self._bar.update(self._task, description=one_line(path.name[:32]), completed=number - 1, total=total, inside="")

    def reach(self, seconds: float) -> None:
        """So many seconds of it are decoded."""
        self._bar.update(self._task, inside=f"at {int(seconds) // 60}:{int(seconds) % 60:02d}")

    def end(self, path: Path, *, status: str, detail: str) -> None:
        """It is done: one line each, so that a log shows them too; failures are said even when quiet."""
        self._bar.advance(self._task)
        if self._is_quiet and status != "failed":
            return
        self._num_failed += status == "failed"
        if self._is_quiet and self._num_failed > MOST_FAILURES_SAID:
            return
        said = detail.removeprefix(f"{storable(str(path))}: ")
        line = one_line(f"{status:<9} {path}" + (f": {said}" if said else ""))
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *ended: object) -> None:
        self._bar.stop()
        left = self._num_failed - MOST_FAILURES_SAID
        if self._is_quiet and left > 0:
            said = f"failed    and {left} more: without --quiet, or with --json, each is named"
            self._console.print(said, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def showing_progress(quiet: bool) -> Iterator[ProgressBar]:
    """A bar that is drawn while the block runs."""
    with ProgressBar(quiet) as bar:
        yield bar


@contextmanager
def showing_download(quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """A bar of bytes that is drawn while the block runs; the block says how many came, and how many will."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    columns = (BarColumn(bar_width=24), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def comparing(library: Path, config: Config, *, is_quiet: bool) -> Iterator[tuple[Session, ProgressBar]]:
    """A library made ready for comparing, and a bar, while the block runs.

    Args:
        library: its folder.
        config: search, alignment, measures.
        is_quiet: whether nothing is drawn.
    """
    from index import open_library
    from similarity.compare.session import open_session

    with open_library(library) as opened, showing_progress(is_quiet) as progress:
        yield open_session(opened, config), progress


def print_json(value: Any) -> None:
    """A result value as JSON on standard output."""
    from pydantic import TypeAdapter

    plain = TypeAdapter(Any).dump_python(value, mode="json", serialize_as_any=True)
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def show_scanned(summary: ScanSummary, folder: Path, *, as_json: bool) -> None:
    """What a scan found, as JSON or in words.

    Args:
        summary: what was found.
        folder: the run folder.
        as_json: print the summary instead of words.
    """
    from similarity.cli.words import scanned_in_words

    if as_json:
        print_json(summary)
    else:
        typer.echo(scanned_in_words(summary, folder))


def show_compared(report: Report, files: Sequence[Path], *, as_json: bool, fail_on_match: bool) -> None:
    """What a comparison found, and the exit code where a match was to be one.

    Args:
        report: what was found.
        files: what was written.
        as_json: print the report instead of words.
        fail_on_match: exit with the code of a match where there is one.
    """
    from similarity.cli.words import compared_in_words
    from similarity.report.schema.json_form import to_json

    typer.echo(to_json(report) if as_json else compared_in_words(report, files), nl=not as_json)
    if fail_on_match and report.is_anything_found:
        raise typer.Exit(Exit.MATCH_FOUND)
