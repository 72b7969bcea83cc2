"""A task of a cluster, seen from the node that does it: a process of its own does it, as on one machine.

Ray keeps its worker processes from task to task; each keeps one process of ours for the batch that it is asked for.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from similarity._version import __version__
from similarity.contained.limits import Limits
from similarity.errors import ConfigurationError
from similarity.workers.here import Start, Work
from similarity.workers.limits import WorkLimits
from similarity.workers.messages import Done
from similarity.workers.pool import Pool

__all__ = ["Batch", "do_on_node"]

_CARDS = "CUDA_VISIBLE_DEVICES"
_Scratch = tempfile.TemporaryDirectory[str]
_pools: dict[str, tuple[Pool, _Scratch | None]] = {}
"""The one of the batch in hand, and the folder that its process may write to where it is contained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What all tasks of a batch have in common."""

    start: Start
    """Makes ready for tasks, once per process."""
    task_bytes: int
    """Memory that a process may take."""
    each: Limits
    """What a task may take in a contained process."""
    is_contained: bool
    """Whether processes are contained."""
    preload: tuple[str, ...]
    """Modules that a contained process loads before its walls stand."""
    folder: Path
    """The folder that whoever asked works in: relative paths mean the same on every node."""
    has_card: bool
    """Whether the cards that Ray gives are used; without, none is seen."""
    version: str
    """Of this package, where it was asked."""


def do_on_node(batch_in: list[Any], batch_id: str, task: Any) -> Done:
    """Do a task of a batch.

    Args:
        batch_in: the reference of the batch, in a list so that it is fetched once per process and not per task.
        batch_id: tells one batch from another.
        task: what is asked for.
    """
    try:
        (job,) = _pool_of(batch_in, batch_id).in_order([task])
        return Done(value=job.result())
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked says it
        return Done(error=error)


def _pool_of(batch_in: list[Any], batch_id: str) -> Pool:
    cards = os.environ.get(_CARDS, "")
    key = f"{batch_id} {cards}"
    if key not in _pools:
        import ray

        while _pools:
            _, (pool, scratch) = _pools.popitem()
            pool.close()
            if scratch is not None:
                scratch.cleanup()
        _pools[key] = _pool(ray.get(batch_in[0]), cards)
    return _pools[key][0]


def _pool(batch: Batch, cards: str) -> tuple[Pool, _Scratch | None]:
    if batch.version != __version__:
        raise ConfigurationError(
            f"{_node()}: expected version {batch.version} of this package, found {__version__}; install the same on "
            "every node"
        )
    try:
        os.chdir(batch.folder)
    except OSError as error:
        raise ConfigurationError(
            f"{_node()}: {batch.folder} is not there ({error.strerror}); mount the shared storage at the same place on "
            "every node, and give the command from a folder of it"
        ) from error
    limits = WorkLimits(memory_bytes=batch.task_bytes, each=batch.each)
    start = partial(_start_here, batch.start, cards if batch.has_card else "")
    if not batch.is_contained:
        return Pool(partial(start, None), limits, num_workers=1), None
    scratch = tempfile.TemporaryDirectory(prefix="similarity-")
    contained = limits.contained(Path(scratch.name))
    return Pool(partial(start, scratch.name), contained, num_workers=1, preload=batch.preload), scratch


def _start_here(start: Start, cards: str, scratch: str | None) -> Work:
    os.environ[_CARDS] = cards
    if scratch is not None:  # it may write to no other
        tempfile.tempdir = scratch
    return start()


def _node() -> str:
    return f"node {os.uname().nodename}" if hasattr(os, "uname") else "a node"
