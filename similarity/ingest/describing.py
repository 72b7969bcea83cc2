"""Looking at one file for `add`: its hash, and its description unless the library needs none; here or in a worker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.config import Config
from similarity.describe.choose import AnyDescriber, choose_describers
from similarity.describe.text.engine import TextEngine
from similarity.describe.video import DescribedVideo, describe_video
from similarity.ingest.catalogue import CatalogueRow
from similarity.media.digest import digest_file
from similarity.media.threads import use_one_thread
from similarity.progress import Progress

__all__ = ["PRELOAD", "DescribeTask", "LookedAtFile", "names_of", "start_describing"]

PRELOAD = (
    "torch",
    "faiss",
    "similarity.describe.descriptors._network",
    "similarity.describe.descriptors.composition",
    "similarity.describe.descriptors.pdq",
    "similarity.media.readers.pyav_reader",
    __name__,
)
"""What every process that describes loads: once for all, where the system can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeTask:
    """A file that is to be looked at."""

    path: Path
    """The file."""
    row: CatalogueRow
    """What the owner says of it."""
    held_sha256: frozenset[str] = frozenset()
    """Contents that stand in the library so that nothing is to be added where this is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtFile:
    """What was found."""

    sha256: str
    """Of its bytes."""
    video: DescribedVideo | None
    """The file described; None where its content stands in the library so that nothing is to be added."""


def names_of(describers: Iterable[AnyDescriber]) -> frozenset[str]:
    """Names of their descriptor sets."""
    return frozenset(describer.identity.name for describer in describers)


def start_describing(
    config: Config, set_names: Collection[str], refused: Collection[str], *, is_worker: bool = True
) -> Callable[[DescribeTask, Progress], LookedAtFile]:
    """What looks at a file.

    Args:
        config: how files are described.
        set_names: descriptor sets that are needed.
        refused: contents (SHA-256) that need no description, for they will not be added.
        is_worker: whether this process is one of several, which keeps to one thread.
    """
    if is_worker:
        use_one_thread()
    chosen = choose_describers(config.describe)
    describers = tuple(one for one in chosen.describers if one.identity.name in set_names)
    return partial(_look_at, config=config, describers=describers, text=chosen.text, refused=refused)


def _look_at(
    task: DescribeTask,
    progress: Progress,
    *,
    config: Config,
    describers: tuple[AnyDescriber, ...],
    text: TextEngine | NotMeasured,
    refused: Collection[str],
) -> LookedAtFile:
    sha256 = digest_file(task.path).sha256
    if sha256 in task.held_sha256 or sha256 in refused:
        return LookedAtFile(sha256=sha256, video=None)
    video = describe_video(task.path, describers, config=config.sample, text=text, progress=progress)
    return LookedAtFile(sha256=sha256, video=video)
