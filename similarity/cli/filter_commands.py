"""`similarity filter ...`: suggest, set, clear, list what is left out of works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import errors_to_exits
from similarity.cli.options import DEFAULT_LIBRARY, JsonOption, LibraryOption
from similarity.cli.talk import print_json
from similarity.text import one_line, storable

__all__ = ["app"]

app = typer.Typer(help="Stretches of works that are left out of figures.", no_args_is_help=True, rich_markup_mode=None)


@app.command("suggest")
def suggest(
    work_ids: Annotated[list[str] | None, typer.Argument(help="Works; all of them where none is named.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV to write, for a person to decide on.", readable=False)
    ] = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    as_json: JsonOption = False,
) -> None:
    """Suggest what may be left out: black, titles, footage that also stands in the background or in another work."""
    from index import open_library
    from similarity.compare.exclusions import suggestions_csv
    from similarity.compare.suggestions import suggestions_for
    from similarity.compare.works import Works
    from similarity.files import write_atomically

    with errors_to_exits(), open_library(library) as opened:
        named = [opened.entry(storable(work_id)).entry_id for work_id in work_ids or []]
        found = suggestions_for(Works(opened), named or [entry.entry_id for entry in opened.entries("work")])
        if out is not None and found:
            write_atomically(out, suggestions_csv(found).encode("utf-8"))
        if as_json:
            print_json(list(found))
        else:
            for one in found:
                typer.echo(one_line(f"{one.work_id} {one.start_seconds:.2f}-{one.end_seconds:.2f} s: {one.grounds}"))
            where = f"; decide in {one_line(str(out))}, then: similarity filter set" if out else ""
            if out is not None and not found:
                where = f": nothing to decide on, {one_line(str(out))} is not written"
            typer.echo(f"{len(found)} suggestions{where}")


@app.command("set")
def set_filter(
    table: Annotated[Path, typer.Argument(help="CSV or YAML of decisions.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Keep decisions with the library; they replace what stood there for the works named."""
    from index import open_library
    from similarity.compare.exclusions import read_decisions, set_ranges

    with errors_to_exits(), open_library(library) as opened:
        decisions = read_decisions(table, opened)
        set_ranges(opened, decisions)
        for work_id, ranges in decisions.items():
            typer.echo(one_line(f"{work_id}: {len(ranges)} stretches left out"))


@app.command("clear")
def clear_filter(
    work_ids: Annotated[list[str], typer.Argument(help="Works of which nothing is to be left out any more.")],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Take back every decision about these works."""
    from index import open_library

    with errors_to_exits(), open_library(library) as opened:
        named = dict.fromkeys(opened.entry(storable(work_id)).entry_id for work_id in work_ids)
        for work_id in named:
            opened.set_filter_ranges(work_id, ())
            typer.echo(one_line(f"{work_id}: nothing is left out"))


@app.command("list")
def list_filter(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """List what is left out, by whom and why."""
    from index import open_library

    with errors_to_exits(), open_library(library) as opened:
        found = [one for entry in opened.entries("work") for one in opened.filter_ranges(entry.entry_id)]
        if as_json:
            print_json(found)
            return
        for one in found:
            span = f"{one.start_seconds:.2f}-{one.end_seconds:.2f} s"
            said = f"{one.kind}, {one.reason} ({one.decided_by}, {one.decided_on})"
            typer.echo(one_line(f"{one.work_id} {span}: {said}"))
        typer.echo(f"{len(found)} stretches left out")
