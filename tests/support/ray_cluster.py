"""A Ray cluster of two nodes on this machine: real servers, one core each."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.paths import ROOT, TESTS

from similarity.workers.limits import Cluster, WorkLimits

NODE = {"num_cpus": 1, "object_store_memory": 100 << 20, "memory": 3 << 30}
HASTY = {"health_check_period_ms": 500, "health_check_initial_delay_ms": 500, "health_check_failure_threshold": 8}
"""A lost node is noticed after four seconds, not after half a minute; a slow one is not taken for lost."""
DOING = "ray::do_on_node"
"""What a worker calls itself while it does a task."""


class TwoNodes:
    """Head and node, which may be killed and started again at the same address."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster as Nodes

        self._nodes, self._port = Nodes(), _free_port()
        self.start_head()
        self.start_node()

    @property
    def address(self) -> str:
        return self._nodes.address

    @property
    def limits(self) -> WorkLimits:
        return self.limits_of()

    def limits_of(self, **more: Any) -> WorkLimits:
        return WorkLimits(num_jobs=2, cluster=Cluster(address=self.address, **more))

    def start_head(self) -> None:
        self._nodes.add_node(include_dashboard=False, gcs_server_port=self._port, _system_config=HASTY, **NODE)

    def start_node(self) -> None:
        """One that is said to have a graphics card."""
        self._nodes.add_node(**NODE | {"num_gpus": 1})

    def kill_node(self) -> None:
        self._nodes.remove_node(next(iter(self._nodes.worker_nodes)), allow_graceful=False)

    def kill_head(self) -> None:
        """And what was connected to it, as a machine takes its programs with it."""
        self._kill(self._nodes.head_node)
        self._nodes.head_node = None
        for node in [*self._nodes.worker_nodes]:
            self._kill(node)
            self._nodes.worker_nodes.remove(node)

    def kill_a_worker(self) -> bool:
        """As soon as one does a task; whether one did within a minute."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for process in psutil.process_iter(["cmdline"]):
                if (process.info["cmdline"] or [""])[0].startswith(DOING):
                    process.send_signal(signal.SIGKILL)
                    return True
            time.sleep(0.05)
        return False

    def stop(self) -> None:
        self._nodes.shutdown()

    @staticmethod
    def _kill(node: Any) -> None:
        node.kill_all_processes(check_alive=False, allow_graceful=False, wait=True)


@pytest.fixture(scope="session")
def shared_nodes() -> Iterator[TwoNodes]:
    pytest.importorskip("ray", reason="Ray is not installed; it has no wheel for some versions of Python")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, TESTS))))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        nodes = TwoNodes()
        yield nodes
        nodes.stop()


@pytest.fixture
def two_nodes(shared_nodes) -> Iterator[TwoNodes]:
    """Whole before each test, and nobody connected after it."""
    import ray

    yield shared_nodes
    ray.shutdown()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def entries_of(library: Path) -> list[tuple[str, str]]:
    """Identifier and content of each entry."""
    from index.local.library import Library

    with Library.open(library) as opened:
        assert not opened.check()
        return [(one.entry_id, one.sha256) for one in opened.entries()]
