"""`similarity`: index works, compare and scan suspects, look after the library."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from similarity._version import __version__
from similarity.cli import (
    access_commands,
    case_commands,
    commands,
    creation_commands,
    filter_commands,
    label_commands,
    labelled_commands,
    library_commands,
    opinion_commands,
    part_commands,
    script_commands,
    service_commands,
)

__all__ = ["app", "main"]

app = typer.Typer(
    name="similarity",
    help="Measure, scene by scene and on separate axes, what a video shares with indexed works. It measures; "
    "people judge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("add")(commands.add)
app.command("compare")(commands.compare)
app.command("scan")(commands.scan)
app.command("report")(commands.report)
app.command("calibrate")(labelled_commands.calibrate)
app.command("evaluate")(labelled_commands.evaluate)
app.command("demo")(commands.demo)
app.command("scripts")(script_commands.scripts)
app.command("labels")(label_commands.labels)
app.command("doctor")(commands.doctor)
app.command("serve")(service_commands.serve)
app.command("worker")(service_commands.worker)
app.add_typer(access_commands.app, name="access")
app.add_typer(access_commands.record_app, name="record")
app.add_typer(creation_commands.app, name="creation")
app.add_typer(case_commands.app, name="case")
app.add_typer(filter_commands.app, name="filter")
app.add_typer(library_commands.app, name="library")
app.add_typer(commands.models_app, name="models")
app.add_typer(opinion_commands.app, name="opinions")
app.add_typer(part_commands.app, name="parts")
app.add_typer(service_commands.service_app, name="service")


def _show_version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    del version


def main() -> None:
    """Entry point of the console script."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on matrices this small its other threads only spin
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait for work sleep
    app()
