"""`similarity scripts`: a script or subtitles of one film against those of another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import errors_to_exits
from similarity.cli.options import JsonOption
from similarity.cli.talk import print_json

__all__ = ["scripts"]

_WHAT = "a script (fountain, fdx, srt, vtt, ass, docx, pdf, txt), or a film with subtitles in it or beside it."


def scripts(
    suspect: Annotated[Path, typer.Argument(help=f"Of the suspect: {_WHAT}", readable=False)],
    work: Annotated[Path, typer.Argument(help=f"Of the work: {_WHAT}", readable=False)],
    as_json: JsonOption = False,
) -> None:
    """What two scripts share word by word: passages in order, shares both ways, names, headings."""
    from similarity.cli.script_words import compared_in_words
    from similarity.texts.script_compare import closest_scripts
    from similarity.texts.script_files import scripts_at

    with errors_to_exits():
        found = closest_scripts(scripts_at(suspect), scripts_at(work), work_id=work.stem)
        if as_json:
            print_json(found)
        else:
            typer.echo(compared_in_words(found))
