"""Options that several commands share, said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from similarity.config import Config
    from similarity.report.writers.timeline import TimelineFormat

__all__ = [
    "DEFAULT_LIBRARY",
    "ControlOption",
    "FailOnMatchOption",
    "JsonOption",
    "LibraryOption",
    "ProfileOption",
    "QuietOption",
    "RateOption",
    "SuspectArgument",
    "TimelineOption",
    "configured",
    "formats_of",
]

SuspectArgument = Annotated[Path, typer.Argument(help="The video or picture to examine.", readable=False)]

LibraryOption = Annotated[
    Path,
    typer.Option(
        "--library", envvar="SIMILARITY_LIBRARY", help="Folder of the library.", show_default=True, readable=False
    ),
]
ProfileOption = Annotated[
    str, typer.Option("--profile", help="quick, standard, thorough, prescreen, or the path of a YAML file.")
]
RateOption = Annotated[
    float | None,
    typer.Option("--samples-per-second", help="Time grid, instead of the profile's.", min=0.01, max=60.0),
]
ControlOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--control", help="Clips made from the same idea without the works, or a folder of them.", readable=False
    ),
]
FailOnMatchOption = Annotated[bool, typer.Option("--fail-on-match", help="Exit with 3 where a match is found.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress and no talk, results only.")]


class TimelineName(StrEnum):
    """Forms of a timeline."""

    OTIO = "otio"
    EDL = "edl"


TimelineOption = Annotated[
    list[TimelineName] | None,
    typer.Option("--timeline", help="Also timelines of what was found, for editors; may be given more than once."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]


DEFAULT_LIBRARY = Path("library")


def formats_of(names: list[TimelineName] | None) -> tuple[TimelineFormat, ...]:
    """The forms that were named, each once."""
    return tuple(dict.fromkeys(name.value for name in names or ()))


def configured(profile: str, samples_per_second: float | None) -> Config:
    """The configuration that the shared options ask for."""
    from similarity.config import load_profile

    changes = {} if samples_per_second is None else {"sample": {"samples_per_second": samples_per_second}}
    return load_profile(profile, changes)
