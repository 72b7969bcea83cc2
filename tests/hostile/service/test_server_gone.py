"""A server that is killed leaves nobody behind."""

from __future__ import annotations

import time

import psutil
from support.databases import make_acme
from support.served import serving

from index import open_library

BUSY_SECONDS = 60
"""What a busy machine may take."""


def test_workers_end_with_a_server_that_is_killed(sqlite_url, tmp_path):
    acme = make_acme(sqlite_url, tmp_path)
    acme.database.close()
    open_library(acme.settings.library, create=True).close()
    with serving(acme.settings.library, acme.settings.data, num_workers=1) as (_, server):
        left = awaited(psutil.Process(server.pid))
        server.kill()
        server.wait()
        _, alive = psutil.wait_procs(left, timeout=BUSY_SECONDS)
    assert alive == []


def awaited(server: psutil.Process) -> list[psutil.Process]:
    """Processes of a server once a worker is among them."""
    wanted = "spawn_main"
    until = time.monotonic() + BUSY_SECONDS
    while time.monotonic() < until:
        found = server.children(recursive=True)
        if any(wanted in " ".join(_line(one)) for one in found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"no process {wanted} within {BUSY_SECONDS} s")


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
