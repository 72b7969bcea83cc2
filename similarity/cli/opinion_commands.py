"""`similarity opinions ...`: what people say of matches, kept beside the library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import errors_to_exits
from similarity.cli.options import DEFAULT_LIBRARY, LibraryOption
from similarity.text import one_line

__all__ = ["app"]

app = typer.Typer(
    help="What people say of matches, kept beside the library.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("import")
def import_opinions(
    table: Annotated[
        Path, typer.Argument(help="CSV as a run's overview saves it, or as `export` writes it.", readable=False)
    ],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Keep a table of opinions; of several on one match the latest stays. Later runs show them."""
    from index import open_library
    from similarity.errors import ConfigurationError
    from similarity.scan.opinions import keep_opinions, read_opinions

    with errors_to_exits(), open_library(library) as opened:
        if not table.exists():
            raise ConfigurationError(f"{table}: no such file; save one from a run's overview.html")
        new = read_opinions(table)
        kept = keep_opinions(opened.path, new)
        typer.echo(f"{len(new)} read, {len(kept)} kept: {one_line(str(library))}")


@app.command("export")
def export_opinions(
    table: Annotated[Path, typer.Argument(help="CSV to write.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Write every opinion that is kept, for people and other libraries."""
    from index import open_library
    from similarity.files import write_atomically
    from similarity.scan.opinions import OPINIONS_FILE, opinions_csv, read_opinions

    with errors_to_exits(), open_library(library) as opened:
        kept = read_opinions(opened.path / OPINIONS_FILE)
        write_atomically(table, opinions_csv(kept).encode("utf-8"))
        typer.echo(f"{len(kept)} opinions: {one_line(str(table))}")


@app.command("labels")
def label_pairs(
    table: Annotated[Path, typer.Argument(help="CSV to write, for `calibrate`.", readable=False)],
    run: Annotated[Path, typer.Option("--run", help="Run folder of a scan over the suspects.", readable=False)],
    library: LibraryOption = DEFAULT_LIBRARY,
) -> None:
    """Write confirmed and rejected pairs as labels for `calibrate`; where decisions differ, the pair is named."""
    from index import open_library
    from similarity.evaluate.judged import judged_csv, judged_pairs
    from similarity.files import write_atomically
    from similarity.scan.opinions import OPINIONS_FILE, read_opinions
    from similarity.scan.run_folder import read_results

    with errors_to_exits(), open_library(library) as opened:
        opinions = read_opinions(opened.path / OPINIONS_FILE)
        found = judged_pairs(opinions, read_results(run), opened.entries("work"))
        write_atomically(table, judged_csv(found.pairs).encode("utf-8"))
        for reason in found.left_out:
            typer.echo(one_line(f"left out: {reason}"), err=True)
        taken = sum(pair.verdict == "confirmed" for pair in found.pairs)
        typer.echo(
            f"{taken} confirmed, {len(found.pairs) - taken} rejected, {len(found.left_out)} left out: "
            f"{one_line(str(table))}"
        )
