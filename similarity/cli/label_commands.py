"""`similarity labels`: what files say of their own origin, without facts of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import JsonOption, QuietOption
from similarity.cli.talk import print_json, showing_progress
from similarity.text import one_line

__all__ = ["labels"]


def labels(
    files: Annotated[list[Path], typer.Argument(help="Videos or pictures.", metavar="FILE...", readable=False)],
    metadata_only: Annotated[
        bool, typer.Option("--metadata-only", help="Read no text in the pictures: only what the containers say.")
    ] = False,
    trust_list: Annotated[
        Path | None, typer.Option("--trust-list", help="Certificates behind C2PA signers (PEM).", readable=False)
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """What files say of their own origin: labels in their metadata, and marks in their pictures."""
    from similarity.access.check import certificates
    from similarity.cli.label_words import labelled_in_words
    from similarity.describe.picture_text import NOT_ASKED_FOR
    from similarity.describe.text.engine import text_engine
    from similarity.errors import MediaError
    from similarity.provenance.labels import labels_of_file

    with errors_to_exits():
        engine, trusted = NOT_ASKED_FOR if metadata_only else text_engine(), certificates(trust_list)
        found, num_failed = [], 0
        with showing_progress(quiet or as_json) as progress:
            for number, path in enumerate(files, start=1):
                progress.begin(path, number=number, total=len(files))
                try:
                    found.append(labels_of_file(path, engine, trust_list_pem=trusted, progress=progress))
                    progress.end(path, status="read", detail="")
                except MediaError as error:
                    num_failed += 1
                    progress.end(path, status="failed", detail=one_line(str(error)))
        if as_json:
            print_json(found)
        else:
            typer.echo("\n".join(labelled_in_words(one) for one in found))
        if num_failed:
            raise typer.Exit(Exit.SOME_FILES_FAILED)
