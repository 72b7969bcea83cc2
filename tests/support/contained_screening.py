"""Damaged media through the contained process that screens uploads, and what became of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from support.footage import moving_pattern, write_video
from support.mutated_media import bases, mutated

from index.local.library import Library
from similarity.config import load_profile
from similarity.contained.limits import ContainedError, Limits, Room
from similarity.contained.process import ContainedProcess
from similarity.ingest.add import add_files

CONFIG = load_profile("prescreen", {"align": {"search_device": "cpu"}})
LIMITS = Limits(memory_bytes=2 << 30, cpu_seconds=60.0, wall_seconds=240.0, written_bytes=64 << 20)


@dataclass
class Fates:
    """What became of damaged files."""

    counts: Counter[str] = field(default_factory=Counter)
    """Of `measured`, `unreadable` and `ended`."""
    ended: list[str] = field(default_factory=list)
    """Files that crashed, hung or grew, with what was said."""
    defects: list[str] = field(default_factory=list)
    """Files that led to an error that is none of the product's."""


def screened(folder: Path, number: int, *, seed: int = 0) -> Fates:
    """Damage so many files, and have each measured against a small library.

    Args:
        folder: for everything.
        number: how many.
        seed: of the damage.

    Raises:
        AssertionError: the process can't measure a whole file after all of them.
    """
    whole, fates = bases(folder / "whole"), Fates()
    (folder / "in").mkdir()
    work = write_video(folder / "work.mp4", moving_pattern(20, 96, 64, seed=1))
    with Library.create(folder / "library") as library:
        add_files([work], library, config=CONFIG)
    room = Room(writable=folder / "out", readable=(folder,))
    made = {"library": str(folder / "library"), "config": CONFIG.to_json()}
    with ContainedProcess(
        "similarity.service.screening.apart:ScreeningRoom", made, room=room, limits=LIMITS
    ) as process:
        for how, path in mutated(whole, folder / "in", number, seed=seed):
            fates.counts[_fate(process, how, path, folder / "out", fates)] += 1
        last = _fate(process, "whole", work, folder / "out", fates)
    if last != "measured":
        raise AssertionError(f"a whole file after {number} damaged ones: {last}: {fates}")
    return fates


def _fate(process: ContainedProcess, how: str, path: Path, out: Path, fates: Fates) -> str:
    try:
        said = process.call("measure", {"path": str(path), "prompt": None, "rows": str(out / "rows")})
    except ContainedError as error:
        is_ended = "ended" in str(error) or "MemoryError" in str(error)
        (fates.ended if is_ended else fates.defects).append(f"{how} ({path.name}): {error}")
        return "ended" if is_ended else "defect"
    return "measured" if said["measured"]["is_readable"] else "unreadable"
