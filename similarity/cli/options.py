"""Options that several commands share, said once."""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from similarity.config import Config
    from similarity.report.writers.timeline import TimelineFormat
    from similarity.workers.limits import WorkLimits

__all__ = [
    "DEFAULT_LIBRARY",
    "ControlOption",
    "FailOnMatchOption",
    "JobsOption",
    "JsonOption",
    "LibraryOption",
    "MemoryOption",
    "NiceOption",
    "ProfileOption",
    "QuietOption",
    "RateOption",
    "RayOption",
    "SuspectArgument",
    "TextOption",
    "TimelineOption",
    "configured",
    "formats_of",
    "limited",
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
TextOption = Annotated[
    bool, typer.Option("--text", help="Also read the text in the pictures: titles, captions, credits, marks.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]

JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", help="Files worked on at once, each on one thread; a process per core by default.", min=1),
]
NiceOption = Annotated[
    int, typer.Option("--nice", help="Give way to other programs: 0 (not at all) to 19.", min=0, max=19)
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory",
        help="Memory that the jobs may take together, such as 4G; as many run as fit, and none takes more. With --ray: "
        "that each file may take, 2G by default.",
    ),
]
RayOption = Annotated[
    str | None,
    typer.Option(
        "--ray",
        help="Work on the nodes of a Ray cluster: HOST:PORT; auto, the one of this machine; local, one just for this.",
        metavar="ADDRESS",
    ),
]

DEFAULT_LIBRARY = Path("library")
_IN_FLIGHT = 2
"""Files in hand for each core of a cluster: one is worked on, one waits, so that no core does."""
_UNITS = {"M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def formats_of(names: list[TimelineName] | None) -> tuple[TimelineFormat, ...]:
    """The forms that were named, each once."""
    return tuple(dict.fromkeys(name.value for name in names or ()))


def configured(profile: str, samples_per_second: float | None, *, text: bool = False) -> Config:
    """The configuration that the shared options ask for.

    Args:
        profile: name of a profile, or path of a YAML file.
        samples_per_second: time grid, instead of the profile's.
        text: whether text in the pictures is read.
    """
    from similarity.config import load_profile

    changes: dict[str, dict[str, float | str]] = {}
    if samples_per_second is not None:
        changes["sample"] = {"samples_per_second": samples_per_second}
    if text:
        changes["describe"] = {"read_text": "always"}
    return load_profile(profile, changes)


def limited(jobs: int | None, nice: int, memory: str | None, *, ray: str | None, config: Config) -> WorkLimits:
    """What the options allow a batch to take of the machine; this process gives way to others at once.

    Args:
        jobs: files at once; None for a process per core.
        nice: how much to give way.
        memory: size with unit.
        ray: address of the cluster that works, where memory is that of each file; None for this machine alone.
        config: says whether a graphics card is asked for.

    Raises:
        ConfigurationError: Ray is not installed, or the cluster can't be reached.
    """
    from similarity.workers.limits import WorkLimits

    if nice:
        _give_way(nice)
    memory_bytes = None if memory is None else _size_bytes(memory)
    if ray is None:
        return WorkLimits(num_jobs=jobs or _usable_cores(), memory_bytes=memory_bytes)
    return _clustered(jobs, memory_bytes, ray, config)


def _clustered(jobs: int | None, memory_bytes: int | None, address: str, config: Config) -> WorkLimits:
    from similarity.workers.limits import Cluster, WorkLimits
    from similarity.workers.ray_pool import connected_cores

    wants_card = "cuda" in {config.align.search_device, config.describe.clip.device}
    cluster = Cluster(address=address, num_cards=int(wants_card))
    if memory_bytes is not None:
        cluster = replace(cluster, task_bytes=memory_bytes)
    return WorkLimits(num_jobs=jobs or _IN_FLIGHT * connected_cores(cluster), cluster=cluster)


def _size_bytes(text: str) -> int:
    number, unit = text[:-1], text[-1:].upper()
    least = 512 * _UNITS["M"]
    size_bytes = int(float(number) * _UNITS[unit]) if unit in _UNITS and number.replace(".", "", 1).isdecimal() else 0
    if size_bytes < least:
        raise typer.BadParameter(f"expected a size of at least 512M, such as 4G, got {text!r}", param_hint="--memory")
    return size_bytes


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _give_way(nice: int) -> None:
    if not hasattr(os, "setpriority"):
        raise typer.BadParameter("this system has no such priorities; leave it out", param_hint="--nice")
    os.setpriority(os.PRIO_PROCESS, 0, nice)
