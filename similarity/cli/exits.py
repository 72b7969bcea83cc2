"""Exit codes, and how errors become them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from index.errors import LibraryDamagedError, LibraryError
from similarity.errors import SimilarityError, TableError
from similarity.text import one_line

__all__ = ["Exit", "errors_to_exits"]


class Exit(IntEnum):
    """What a command says when it ends; `docs/guide.md` lists the same."""

    OK = 0
    """Everything was done."""
    FAILED = 1
    """Nothing could be done; one line on standard error says why and what next."""
    USAGE = 2
    """The command line was wrong."""
    MATCH_FOUND = 3
    """`--fail-on-match`: a match above the operating threshold was found."""
    SOME_FILES_FAILED = 4
    """The rest was done; the files that could not be used are listed with their reasons."""
    DAMAGED = 5
    """`library check` or `case verify` found damage, or a damaged library could not be opened."""
    UNPROVEN = 6
    """`case verify`: nothing contradicts the case, and nobody vouches for its author and time."""
    INTERRUPTED = 130
    """Ctrl-C; what was finished stays, the same command goes on from there."""


def _say(line: str) -> None:
    typer.echo(one_line(line), err=True)


@contextmanager
def errors_to_exits() -> Iterator[None]:
    """Say an expected error in one line and end with its exit code; anything else is a defect and shows in full."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads the output has gone; the framework ends quietly
    except LibraryDamagedError as error:
        _say(f"error: {error}")
        raise typer.Exit(Exit.DAMAGED) from error
    except TableError as error:
        for line in str(error).split("\n"):
            _say(line if line.startswith(" ") else f"error: {line}")
        raise typer.Exit(Exit.FAILED) from error
    except (SimilarityError, LibraryError) as error:
        _say(f"error: {error}")
        raise typer.Exit(Exit.FAILED) from error
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        _say(f"error: {file}{error.strerror or error}; check that the disk is there, has room and may be used")
        raise typer.Exit(Exit.FAILED) from error
    except KeyboardInterrupt as error:
        typer.echo("stopped; what was finished stays, the same command goes on from there", err=True)
        raise typer.Exit(Exit.INTERRUPTED) from error
