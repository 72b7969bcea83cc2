"""`similarity creation ...`: new, keep, stamp, verify."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import JsonOption
from similarity.cli.talk import print_json
from similarity.text import one_line

__all__ = ["KeptKind", "app"]

app = typer.Typer(
    help="A creation record: what an author makes, kept and time-stamped as it arises.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FolderArgument = Annotated[Path, typer.Argument(help="Folder of the record.", metavar="DIR", readable=False)]


class KeptKind(StrEnum):
    """What a kept file is."""

    DRAFT = "draft"
    PROMPT = "prompt"
    PARAMETERS = "parameters"
    ITERATION = "iteration"
    OUTPUT = "output"
    OTHER = "other"


@app.command("new")
def new(
    folder: FolderArgument,
    title: Annotated[str, typer.Option("--title", help="The work, as far as it has a title.")],
    author: Annotated[str, typer.Option("--author", help="Who makes it.")],
) -> None:
    """Begin a creation record in a new folder."""
    from similarity.case.creation import open_creation

    with errors_to_exits():
        open_creation(folder, title=title, author=author)
        typer.echo(one_line(f"begun: similarity creation keep {folder} FILE --kind draft"))


@app.command("keep")
def keep(
    folder: FolderArgument,
    file: Annotated[Path, typer.Argument(help="The file as it is now.", readable=False)],
    kind: Annotated[KeptKind, typer.Option("--kind", help="What it is.")],
    note: Annotated[str, typer.Option("--note", help="In your words.")] = "",
    tsa_url: Annotated[
        str | None, typer.Option("--tsa-url", help="Time stamping authority (RFC 3161) to ask at once.")
    ] = None,
) -> None:
    """Copy a file into the record, log it, and leave a time stamp request; with --tsa-url, ask at once."""
    from similarity.case.creation import keep_step

    with errors_to_exits():
        step = keep_step(folder, file, kind.value, note=note, authority_url=tsa_url)
        typer.echo(one_line(f"step {step.number}: {step.path}, SHA-256 {step.sha256}"))
        typer.echo(one_line(f"time stamp request: {folder / 'stamps' / f'{step.number}.tsq'}"))


@app.command("stamp")
def stamp(
    folder: FolderArgument,
    number: Annotated[int, typer.Argument(help="Number of the step.", metavar="STEP")],
    response: Annotated[Path, typer.Argument(help="Response of the authority (.tsr).", readable=False)],
    roots: Annotated[
        list[Path] | None, typer.Option("--root", help="Root certificate of the authority (PEM, DER).", readable=False)
    ] = None,
) -> None:
    """Attach a time stamp that an authority gave on a step."""
    from similarity.case.creation import attach_stamp

    with errors_to_exits():
        certificates = [root.read_bytes() for root in roots or []]
        found = attach_stamp(folder, number, response.read_bytes(), roots=certificates)
        typer.echo(f"time stamp of {found.utc} attached")


@app.command("verify")
def verify(
    folder: FolderArgument,
    roots: Annotated[
        list[Path] | None, typer.Option("--root", help="Root certificate of the authority (PEM, DER).", readable=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the log's chain, every kept file and every stamp; exit with 5 where something is not as it was kept."""
    from similarity.absence import NotMeasured
    from similarity.case.creation import read_creation

    with errors_to_exits():
        found = read_creation(folder, roots=[root.read_bytes() for root in roots or []])
        if as_json:
            print_json(found)
        else:
            typer.echo(one_line(f"{found.title}, {found.author}: {len(found.steps)} steps"))
            for step in found.steps:
                stamped = "not stamped" if isinstance(step.stamp, NotMeasured) else f"stamped {step.stamp.utc}"
                state = "unchanged" if step.is_unchanged else "CHANGED"
                said = f"  {step.number} {step.kind}, kept {step.kept_utc}, {stamped}, {state}: {step.path}"
                typer.echo(one_line(f"{said}: {step.note}" if step.note else said))
            for problem in found.problems:
                typer.echo(one_line(f"  {problem}"))
        if found.problems:
            raise typer.Exit(Exit.DAMAGED)
