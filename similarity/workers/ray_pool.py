"""Tasks done by a Ray cluster, behind the interface of the processes of one machine.

Ray places, repeats and transports; nothing here schedules.  A node does a task in a process of its own (`on_node`), so
that a file which ends its reader has failed as it does on one machine.  A worker or node that goes takes nothing with
it, for Ray does its tasks again elsewhere.  At most `num_workers` tasks are in flight, and some times that many results
wait to be fetched.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from similarity._version import __version__
from similarity.errors import ConfigurationError
from similarity.progress import SILENT, Progress
from similarity.workers.here import Start
from similarity.workers.limits import Cluster, WorkLimits
from similarity.workers.messages import ClusterLostError, Done, WorkerDiedError
from similarity.workers.on_node import Batch, do_on_node

__all__ = ["RayPool", "connected_cores"]

MOST_RETRIES = 3
"""How often a task is done again whose worker or node went."""
_AHEAD = 4
"""Tasks per worker that are begun or done before the first of them is fetched."""
_LOOK_SECONDS = 1.0
"""How often the head is looked for while nothing comes."""
_MOST_SILENT_LOOKS = 10
"""In a row, until the head is taken to be gone; Ray itself ends this process after a minute."""
_HOW_TO_REACH = "give auto, local, or HOST:PORT as `ray start --head` printed it, on a machine of the cluster"


class _RayJob:
    def __init__(self, pool: RayPool, task: Any) -> None:
        self._pool = pool
        self.task = task
        self.reference: Any = None
        self.is_finished = False

    def result(self, progress: Progress = SILENT) -> Any:  # noqa: ARG002 - how far a file is does not travel
        while not self.is_finished:
            self._pool.attend()
        return self._pool.outcome(self).get()


class RayPool:
    """Tasks in flight in a cluster.

    Args:
        start: called once in each process of each node; gives what does one task.
        limits: of contained processes.
        cluster: where, and what each task may take.
        num_workers: tasks in flight, at most.
        preload: modules that contained processes load before their walls stand.

    Raises:
        ConfigurationError: Ray is not installed, the cluster can't be reached, or no node of it is large enough.
    """

    def __init__(
        self, start: Start, limits: WorkLimits, cluster: Cluster, *, num_workers: int, preload: Sequence[str] = ()
    ) -> None:
        self._ray = _connected(cluster)
        _require_room(self._ray.nodes(), cluster)
        self._num_workers = num_workers
        self._waiting: deque[_RayJob] = deque()
        self._in_flight: dict[Any, _RayJob] = {}
        self._head, self._silent_looks = self._ray.get_runtime_context().gcs_address, 0
        batch = Batch(
            start=start,
            task_bytes=cluster.task_bytes,
            each=limits.each,
            is_contained=limits.writable is not None,
            preload=tuple(preload),
            folder=Path.cwd(),
            has_card=cluster.num_cards > 0,
            version=__version__,
        )
        self._batch = self._ray.put(batch)
        self._do = self._ray.remote(
            num_cpus=1,
            num_gpus=cluster.num_cards,
            memory=cluster.task_bytes,
            max_retries=MOST_RETRIES,
            max_calls=0,  # with a card, too, a process does many
        )(do_on_node)

    def in_order(self, tasks: Iterable[Any]) -> Iterator[_RayJob]:
        """A job for each task, in their order; some are begun ahead."""
        begun: deque[_RayJob] = deque()
        for task in tasks:
            begun.append(_RayJob(self, task))
            self._waiting.append(begun[-1])
            self._look(seconds=0.0)
            if len(begun) >= _AHEAD * self._num_workers:
                yield begun.popleft()
        while begun:
            yield begun.popleft()

    def attend(self) -> None:
        """Wait a while for what is in flight, and hand out what waits.

        Raises:
            ClusterLostError: the head does not answer any more.
        """
        if self._look(seconds=_LOOK_SECONDS) or _answers(self._head):
            self._silent_looks = 0
            return
        self._silent_looks += 1
        if self._silent_looks >= _MOST_SILENT_LOOKS:
            raise ClusterLostError(
                f"the Ray cluster at {self._head} does not answer any more; what was finished stays: see to its head, "
                "then give the same command again, which goes on from there"
            )

    def outcome(self, job: _RayJob) -> Done:
        """What came of a finished job.

        Raises:
            ClusterLostError: the cluster can't do such work.
        """
        errors = self._ray.exceptions
        try:
            found: Done = self._ray.get(job.reference)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError, errors.ObjectLostError):
            return Done(
                error=WorkerDiedError(
                    f"the workers or nodes that worked on this file went away {MOST_RETRIES + 1} times; see whether "
                    "the file plays, and whether the nodes have the memory that their Ray was told of"
                )
            )
        except errors.RayError as error:
            raise ClusterLostError(
                f"Ray could not do the work: {_last_line(error)}; see that every node has this package in the same "
                f"version ({__version__}) and the same folders, then give the same command again"
            ) from error
        finally:
            job.reference = None  # the cluster may forget it
        return found

    def close(self) -> None:
        """Call off what is in flight."""
        for reference in self._in_flight:
            with suppress(Exception):  # where the cluster is gone there is nothing to call off
                self._ray.cancel(reference, force=True)
        self._in_flight.clear()

    def _look(self, *, seconds: float) -> bool:
        """Hand out what waits, see what is finished; whether anything is."""
        finished: list[Any] = []
        if self._in_flight:
            references = list(self._in_flight)
            finished, _ = self._ray.wait(references, num_returns=1, timeout=seconds, fetch_local=False)
        for reference in finished:
            self._in_flight.pop(reference).is_finished = True
        while self._waiting and len(self._in_flight) < self._num_workers:
            job = self._waiting.popleft()
            job.reference = self._do.remote([self._batch], self._batch.hex(), job.task)
            self._in_flight[job.reference] = job
        return bool(finished)


def connected_cores(cluster: Cluster) -> int:
    """Processor cores of all nodes that a cluster has now; this process is connected to it.

    Raises:
        ConfigurationError: Ray is not installed, or the cluster can't be reached.
    """
    return max(1, int(_connected(cluster).cluster_resources().get("CPU", 1)))


def _connected(cluster: Cluster) -> Any:
    """Ray, connected."""
    try:
        import ray
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"--ray {cluster.address}: Ray is not installed here; do so on this machine and on every node of the "
            "cluster (pip install 'substantial-similarity[ray]'), or leave --ray out for this machine alone"
        ) from error
    if ray.is_initialized():
        return ray
    address = os.environ.get("RAY_ADDRESS", cluster.address) if cluster.address == "auto" else cluster.address
    host, colon, port = address.rpartition(":")
    if address not in {"auto", "local"} and not (host and colon and port.isdecimal() and "/" not in host):
        raise ConfigurationError(f"--ray: expected the address of a cluster, got {address!r}; {_HOW_TO_REACH}")
    if colon and not _answers(address):
        raise ConfigurationError(f"--ray {address}: nothing answers there; {_HOW_TO_REACH}, and see that it runs")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that is started here tells nobody of itself
    _keep_from_output(ray)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigurationError(f"--ray {address}: no cluster there ({_last_line(error)}); {_HOW_TO_REACH}") from error
    return ray


def _keep_from_output(ray: Any) -> None:
    """Ray tells of lost nodes on standard output, whatever it is asked; results stand there, talk on standard error."""
    worker = ray._private.worker  # noqa: SLF001 - there is no other way to tell it
    tell = worker.print_to_stdstream
    worker.print_to_stdstream = lambda data, **more: tell(data | {"is_err": True}, **more)


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_LOOK_SECONDS):
            return True
    except OSError:
        return False


def _require_room(nodes: Sequence[dict[str, Any]], cluster: Cluster) -> None:
    """A task that fits no node would wait for ever."""
    wanted = {"CPU": 1, "memory": cluster.task_bytes, "GPU": cluster.num_cards}
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    if not any(all(one.get(name, 0) >= least for name, least in wanted.items()) for one in alive):
        largest = int(max((one.get("memory", 0) for one in alive), default=0))
        raise ConfigurationError(
            f"--ray: expected a node with a core, {cluster.task_bytes >> 20} MB of memory and {cluster.num_cards} "
            f"graphics card(s) for a file; none of {len(alive)} has all, the largest has {largest >> 20} MB: give less "
            "--memory, or start larger nodes (`ray start --memory`, `--num-gpus`)"
        )


def _last_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
