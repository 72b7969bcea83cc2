"""`similarity library ...`: list, show, describe, relocate, remove, check, tune, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import (
    DEFAULT_LIBRARY,
    JsonOption,
    LibraryOption,
    ProfileOption,
    QuietOption,
    configured,
)
from similarity.cli.talk import print_json, showing_progress
from similarity.text import one_line, storable

if TYPE_CHECKING:
    from similarity.ingest.later_sets import DescribedEntry

__all__ = ["app"]

app = typer.Typer(help="Look after the library.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_entries(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """List what is indexed."""
    from index import open_library
    from similarity.cli.words import entries_in_words

    with errors_to_exits(), open_library(library) as opened:
        entries = opened.entries()
        if as_json:
            print_json(list(entries))
        else:
            typer.echo(entries_in_words(entries, library))


@app.command("show")
def show(
    entry_id: Annotated[str, typer.Argument(help="Identifier of a work or background item.")],
    library: LibraryOption = DEFAULT_LIBRARY,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of one entry."""
    from index import open_library
    from similarity.cli.words import entry_in_words

    with errors_to_exits(), open_library(library) as opened:
        entry = opened.entry(storable(entry_id))
        if as_json:
            print_json([entry])
        else:
            others = [one for one in opened.entries_by_sha256(entry.sha256) if one.entry_id != entry.entry_id]
            typer.echo(entry_in_words(entry, others))


@app.command("describe")
def describe(
    originals: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Where originals stand that were moved: files, or folders.", metavar="[PATH]...", readable=False
        ),
    ] = None,
    set_name: Annotated[str, typer.Option("--set", help="What entries are to get: clip, or text.")] = "clip",
    anew: Annotated[
        bool,
        typer.Option("--anew", help="First take out what the library holds of it: other rows, text read before."),
    ] = False,
    library: LibraryOption = DEFAULT_LIBRARY,
    profile: ProfileOption = "standard",
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give entries what they were added without: a descriptor set, or the text in their pictures.

    The same command goes on where it was stopped.
    """
    from index import open_library
    from similarity.ingest.later_sets import describe_entries
    from similarity.ingest.later_text import read_texts

    with errors_to_exits():
        config = configured(profile, None)
        with open_library(library) as opened, showing_progress(quiet or as_json) as progress:
            give = read_texts if set_name == "text" else partial(describe_entries, set_name=set_name)
            results = give(opened, config=config, originals=originals or (), anew=anew, progress=progress)
        _show_described(results, as_json=as_json, library=library)


def _show_described(results: Sequence[DescribedEntry], *, as_json: bool, library: Path) -> None:
    """Counts and the exit code; failures were said with their reasons as they came."""
    counts = {name: sum(one.status == name for one in results) for name in ("described", "unchanged", "failed")}
    if as_json:
        print_json(list(results))
    else:
        typer.echo(f"{', '.join(f'{count} {name}' for name, count in counts.items())}: {one_line(str(library))}")
    if counts["failed"]:
        raise typer.Exit(Exit.SOME_FILES_FAILED)


@app.command("relocate")
def relocate(
    old: Annotated[Path, typer.Argument(help="Where originals stood: a folder, or a file.", readable=False)],
    new: Annotated[Path, typer.Argument(help="Where they stand now.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say where originals were moved to; a path is updated only where the very same bytes stand."""
    from index import open_library
    from similarity.ingest.relocating import relocate_entries

    with errors_to_exits():
        with open_library(library) as opened, showing_progress(quiet or as_json) as progress:
            results = relocate_entries(opened, old, new, progress=progress)
        counts = {name: sum(one.status == name for one in results) for name in ("relocated", "unchanged", "failed")}
        if as_json:
            print_json(list(results))
        else:
            typer.echo(f"{', '.join(f'{count} {name}' for name, count in counts.items())}: {one_line(str(library))}")
        if counts["failed"]:
            raise typer.Exit(Exit.SOME_FILES_FAILED)


@app.command("remove")
def remove(
    entry_ids: Annotated[list[str], typer.Argument(help="Identifiers to remove.")],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Remove entries: their rows, names and paths leave the disk.  None is removed if one is unknown."""
    from index import open_library
    from similarity.align.usual import renew_companions

    with errors_to_exits(), open_library(library) as opened:
        named = dict.fromkeys(opened.entry(storable(entry_id)).entry_id for entry_id in entry_ids)
        for entry_id in named:
            opened.remove(entry_id)
            typer.echo(f"removed: {entry_id}")
        renew_companions(opened)


@app.command("check")
def check(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """Look for damage: flipped bytes, cut or missing files, missing rows. Exit code 5 where any is found."""
    from index import open_library

    with errors_to_exits(), open_library(library) as opened:
        found = opened.check()
        if as_json:
            print_json(list(found))
        for damage in () if as_json else found:
            typer.echo(f"damaged: {damage.where}: {damage.what} (affects: {', '.join(damage.affected) or 'nothing'})")
        if found:
            raise typer.Exit(Exit.DAMAGED)
        if not as_json:
            typer.echo(f"no damage found in {len(opened.entries())} entries")


@app.command("tune")
def tune(
    library: LibraryOption = DEFAULT_LIBRARY,
    queries: Annotated[int, typer.Option(min=1, help="Rows asked for to tell recall.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """Make the search codes of a large library anew, and say how often they find what exact search finds."""
    from index import open_library
    from index.recall import recall_at_1
    from similarity.cli.words import codes_in_words

    with errors_to_exits(), open_library(library) as opened:
        made = opened.tune()
        recalls = [recall_at_1(opened, one.set_name, role=one.role, num_queries=queries) for one in made]
        if as_json:
            print_json([{**asdict(one), "recall_at_1": recall} for one, recall in zip(made, recalls, strict=True)])
        else:
            typer.echo(codes_in_words(made, recalls))


@app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="Folder to write; must not exist.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Write the catalogue as CSV and JSON for people and other programs."""
    from index import open_library

    with errors_to_exits(), open_library(library) as opened:
        opened.export(out)
        typer.echo(one_line(str(out)))
