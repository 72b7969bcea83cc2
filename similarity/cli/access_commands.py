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
    from similarity.access.dossier import as_read
    from similarity.access.json_form import dossier_to_json
    from similarity.cli.access_words import dossier_in_words
    from similarity.compare.binding import binding_of
    from similarity.config import load_profile

    with errors_to_exits():
        binds = as_read if suspect is None else binding_of(suspect, load_profile())
        dossier = check_access(file, suspect=suspect, out=out, trust_list=trust_list, binds=binds)
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
    from similarity.compare.binding import recorded_pictures
    from similarity.config import load_profile

    with errors_to_exits():
        pictures = recorded_pictures(video, load_profile())
        typer.echo(record_in_words(create_record(statement, video, key, out, pictures=pictures), out))


@record_app.command("public")
def public(
    record: Annotated[Path, typer.Argument(help="The record.", metavar="RECORD", readable=False)],
    key: Annotated[Path, typer.Option("--key", help="The key that signed it (PEM).", readable=False)],
    out: Annotated[Path, typer.Option("--out", help="Public form to write, JSON.", readable=False)],
) -> None:
    """Write the public form of a record: works, model and video, without user, prompt and context."""
    from similarity.access.records.public import write_public
    from similarity.signatures import load_key

    with errors_to_exits():
        write_public(record, load_key(key), out)
        typer.echo(one_line(str(out)))


@record_app.command("verify-public")
def verify_public(
    public_form: Annotated[Path, typer.Argument(help="The public form.", metavar="PUBLIC", readable=False)],
    record: Annotated[
        Path | None, typer.Option("--record", help="The record that it should be of.", readable=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a public form's signature, and that it says what the record says; exit with 1 where either fails."""
    from similarity.access.records.public import read_public

    with errors_to_exits():
        reading = read_public(public_form, record)
        if as_json:
            print_json(reading)
        else:
            said = reading.problem or f"{reading.state.replace('_', ' ')}; key {reading.key_id}"
            typer.echo(one_line(f"{public_form}: {said}"))
        if reading.state != "valid":
            raise typer.Exit(Exit.FAILED)


@record_app.command("verify")
def verify(
    record: Annotated[Path, typer.Argument(help="The record.", metavar="RECORD", readable=False)],
    video: Annotated[
        Path | None, typer.Option("--video", help="The video that it should speak of.", readable=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a record's signature, and its video where one is given: by bytes, else by pictures."""
    from similarity.access.records.acts import verify_record
    from similarity.cli.access_words import record_in_words
    from similarity.compare.binding import binding_of
    from similarity.config import load_profile

    with errors_to_exits():
        reading = verify_record(record, video=video)
        if video is not None:
            reading = binding_of(video, load_profile())(reading)
        if as_json:
            print_json(reading)
        else:
            typer.echo(record_in_words(reading, record))
        if reading.state not in {"valid", "pictures_fit"}:
            raise typer.Exit(Exit.FAILED)
