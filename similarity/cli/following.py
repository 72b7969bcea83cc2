"""`scan --watch`, as the command line shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from similarity.cli.exits import Exit
from similarity.cli.talk import print_json, showing_progress

if TYPE_CHECKING:
    from similarity.config import Config
    from similarity.scan.options import ScanOptions
    from similarity.scan.results import ScanSummary
    from similarity.workers.limits import WorkLimits

__all__ = ["follow"]


def follow(
    folders: Sequence[Path],
    library: Path,
    config: Config,
    out: Path,
    options: ScanOptions,
    limits: WorkLimits,
    *,
    as_json: bool,
    is_quiet: bool,
) -> NoReturn:
    """Follow folders until Ctrl-C, and say each time that the tables were written what they hold.

    Args:
        folders: of suspects.
        library: folder of the library.
        config: search, alignment, measures.
        out: the run folder.
        options: what is asked beside the results.
        limits: how many suspects are compared at once, and in how much memory.
        as_json: say it as JSON.
        is_quiet: whether nothing else is said.
    """
    from index import open_library
    from similarity.cli.words import written_in_words
    from similarity.scan.watching import Watched, watch_files, when_something_changed

    def show(summary: ScanSummary) -> None:
        if as_json:
            print_json(summary)
        else:
            typer.echo(written_in_words(summary, out))

    with open_library(library) as opened, showing_progress(is_quiet or as_json) as progress:
        watched = Watched(
            folders=tuple(folders), library=opened, config=config, out=out, options=options, limits=limits
        )
        watch_files(watched, when_something_changed(folders), on_written=show, progress=progress)
    raise typer.Exit(Exit.OK)
