"""Commands of the access dossier and of prior-work-use records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import JsonOption
from similarity.cli.talk import print_json
from similarity.text import one_line

__all__ = ["app", "record_app"]

app = typer.Typer(
    help="What is known about access to a work, apart from similarity.", no_args_is_help=True, rich_markup_mode=None
)
record_app = typer.Typer(
    help="Prior-work-use records: which works a generated video used, signed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("new")
def new(file: Annotated[Path, typer.Argument(help="YAML file to write.", metavar="FILE", readable=False)]) -> None:
    """Write a commented file of facts to fill in."""
    from similarity.access.check import new_facts

    with errors_to_exits():
        new_facts(file)
        typer.echo(one_line(str(file)))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="YAML file of facts.", metavar="FILE", readable=False)],
    suspect: Annotated[
        Path | None, typer.Option("--suspect", help="The suspect's file: its hash and labels.", readable=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write access.json to.", readable=False)] = None,
    trust_list: Annotated[
        Path | None, typer.Option("--trust-list", help="Certificates behind C2PA signers (PEM).", readable=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Lay out what facts and documents say about access, graded by published rules."""
    from similarity.access.check import DOSSIER_FILE, check_access
    from similarity.access.json_form import dossier_to_json
    from similarity.cli.access_words import dossier_in_words

    with errors_to_exits():
        dossier = check_access(file, suspect=suspect, out=out, trust_list=trust_list)
        stored_at = None if out is None else out / DOSSIER_FILE
        typer.echo(dossier_to_json(dossier) if as_json else dossier_in_words(dossier, stored_at), nl=not as_json)


@record_app.command("create")
def create(
    statement: Annotated[Path, typer.Option("--from", help="YAML file of what is said.", readable=False)],
    video: Annotated[Path, typer.Option("--video", help="The generated video.", readable=False)],
    key: Annotated[Path, typer.Option("--key", help="Ed25519 private key, PEM.", readable=False)],
    out: Annotated[Path, typer.Option("--out", help="Record to write, JSON.", readable=False)],
) -> None:
    """Sign a record of the works that a generated video used."""
    from similarity.access.records.acts import create_record
    from similarity.cli.access_words import record_in_words

    with errors_to_exits():
        typer.echo(record_in_words(create_record(statement, video, key, out), out))


@record_app.command("verify")
def verify(
    record: Annotated[Path, typer.Argument(help="The record.", metavar="RECORD", readable=False)],
    video: Annotated[
        Path | None, typer.Option("--video", help="The video that it should speak of.", readable=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a record's signature, and its video where one is given; exit with 1 where either does not fit."""
    from similarity.access.records.acts import verify_record
    from similarity.cli.access_words import record_in_words

    with errors_to_exits():
        reading = verify_record(record, video=video)
        if as_json:
            print_json(reading)
        else:
            typer.echo(record_in_words(reading, record))
        if reading.state != "valid":
            raise typer.Exit(Exit.FAILED)
