"""Looking at one file for `add`: its hash, and its description unless the library needs none; here or in a worker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.config import Config
from similarity.describe.choose import AnyDescriber, choose_describers
from similarity.describe.text.engine import TextEngine
from similarity.describe.video import DescribedVideo, describe_video
from similarity.ingest.catalogue import CatalogueRow
from similarity.media.digest import digest_file
from similarity.media.threads import use_one_thread
from similarity.progress import Progress
from similarity.sound.heard import hear, with_sound_alone
from similarity.sound.values import SoundRows

__all__ = ["NOT_HEARD", "PRELOAD", "DescribeTask", "LookedAtFile", "described_file", "names_of", "start_describing"]

NOT_HEARD = not_measured("the configuration leaves sound out (describe.sound)")

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
    sound: SoundRows | NotMeasured = NOT_HEARD
    """Its soundtrack."""


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
    return described_file(task.path, sha256, describers, config=config, text=text, progress=progress)


def described_file(
    path: Path,
    sha256: str,
    describers: Sequence[AnyDescriber],
    *,
    config: Config,
    text: TextEngine | NotMeasured,
    progress: Progress,
) -> LookedAtFile:
    """A file with its pictures and its sound described.

    Args:
        path: the file.
        sha256: of its bytes.
        describers: what is computed of its pictures.
        config: how it is sampled, and whether its sound is described.
        text: what reads text in its pictures, or why nothing does.
        progress: hears the seconds of video decoded so far.

    Raises:
        MediaError: the file can't be read, or holds neither pictures nor sound.
    """
    describe = partial(describe_video, path, describers, config=config.sample, text=text, progress=progress)
    if not config.describe.sound:
        return LookedAtFile(sha256=sha256, video=describe(), sound=NOT_HEARD)
    listen = cache(partial(hear, path))
    video = with_sound_alone(path, [one.identity for one in describers], describe, listen)
    heard = listen()
    return LookedAtFile(sha256=sha256, video=video, sound=heard if isinstance(heard, NotMeasured) else heard.rows)
