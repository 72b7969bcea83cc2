"""One decode of a file's sound to its rows."""

from __future__ import annotations

from pathlib import Path

from similarity.absence import NotMeasured
from similarity.sound.values import DescribedSound

__all__ = ["describe_sound"]


def describe_sound(path: Path, *, stream_index: int | None = None) -> DescribedSound | NotMeasured:
    """The soundtrack of a file, or why there is none to describe: no stream of sound, silent, too short, undecodable.

    Args:
        path: a video or a file of sound.
        stream_index: number of the stream among all streams of the file; None for the one that a player would play.

    Raises:
        UnreadableMediaError: the file itself can't be opened.
    """
    raise NotImplementedError(path, stream_index)
