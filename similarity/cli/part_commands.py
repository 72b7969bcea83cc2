"""`similarity parts ...`: propose, mark, list, show, accept, drop."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import DEFAULT_LIBRARY, JsonOption, LibraryOption, QuietOption
from similarity.cli.talk import print_json, showing_progress
from similarity.text import one_line, storable

__all__ = ["app"]

app = typer.Typer(
    help="Parts of works, such as characters and objects, that are looked for in suspects.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WorkArgument = Annotated[str, typer.Argument(help="Identifier of a work.")]
NamesArgument = Annotated[
    list[str] | None, typer.Argument(help="Names of its parts; all where none is given.", metavar="[PART]...")
]


@app.command("propose")
def propose(
    work_ids: Annotated[
        list[str] | None, typer.Argument(help="Works; all where none is given.", metavar="[WORK]...")
    ] = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Propose parts of works that have none: what stands out, moves, or comes again; a person accepts them."""
    from index import open_library
    from similarity.ingest.part_proposals import propose_parts

    with errors_to_exits():
        with open_library(library) as opened, showing_progress(quiet or as_json) as progress:
            named = [storable(one) for one in work_ids or ()]
            results = propose_parts(opened, work_ids=named, progress=progress)
        counts = Counter(one.status for one in results)
        if as_json:
            print_json(list(results))
        else:
            said = ", ".join(f"{counts[name]} {name}" for name in ("proposed", "unchanged", "failed"))
            typer.echo(f"{said}: {one_line(str(library))}")
        if counts["failed"]:
            raise typer.Exit(Exit.SOME_FILES_FAILED)


@app.command("mark")
def mark(
    table: Annotated[Path, typer.Argument(help="CSV: work,part,box,seconds,file.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Mark parts by a table: boxes in frames of a work, character sheets, cut-outs; a row for each picture."""
    from index import open_library
    from similarity.ingest.part_marks import mark_parts

    with errors_to_exits(), open_library(library) as opened:
        for work_id, name in mark_parts(opened, table):
            typer.echo(one_line(f"marked: {work_id}: {name}"))


@app.command("list")
def list_parts(library: LibraryOption = DEFAULT_LIBRARY, as_json: JsonOption = False) -> None:
    """List the parts of every work, and who says that they are parts."""
    from index import open_library
    from similarity.cli.part_words import listed_parts, parts_in_words
    from similarity.parts.store import parts_of_library

    with errors_to_exits(), open_library(library) as opened:
        known = parts_of_library(opened)
        if as_json:
            print_json(listed_parts(known))
        else:
            typer.echo(parts_in_words(known, library))


@app.command("show")
def show(
    work_id: WorkArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write pictures to.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Write a picture of every part of a work, with its box, to look at before accepting."""
    from index import open_library
    from similarity.ingest.part_marks import draw_parts

    with errors_to_exits(), open_library(library) as opened:
        for path in draw_parts(opened, storable(work_id), out):
            typer.echo(one_line(str(path)))


@app.command("accept")
def accept(
    work_id: WorkArgument,
    names: NamesArgument = None,
    called: Annotated[str, typer.Option("--as", help="Name of all of them from now on, as one part.")] = "",
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Accept proposed parts of a work: every suspect is searched for them from now on."""
    from index import open_library
    from similarity.ingest.part_marks import accept_parts

    with errors_to_exits(), open_library(library) as opened:
        number = accept_parts(opened, storable(work_id), names or (), called=called)
        typer.echo(one_line(f"accepted: {number} pictures of parts of {work_id}"))


@app.command("drop")
def drop(work_id: WorkArgument, names: NamesArgument = None, library: LibraryOption = DEFAULT_LIBRARY) -> None:
    """Drop parts of a work, proposed, accepted or marked."""
    from index import open_library
    from similarity.ingest.part_marks import drop_parts

    with errors_to_exits(), open_library(library) as opened:
        number = drop_parts(opened, storable(work_id), names or ())
        typer.echo(one_line(f"dropped: {number} pictures of parts of {work_id}"))
