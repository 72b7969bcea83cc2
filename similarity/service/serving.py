"""Server and workers as processes of one command: started together, watched, ended gracefully."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from similarity.service.data.database import open_database
from similarity.service.settings import Settings
from similarity.service.web.app import create_app
from similarity.service.worker import run_worker

__all__ = ["serve"]

_HEAD_SECONDS = 15.0
"""Longest time in which the head of a request arrives."""
_GRACE_SECONDS = 20
_WATCH_SECONDS = 1.0
_START_SECONDS = 0.05
_MOST_CONNECTIONS = 1000
_NICENESS = 10
"""Of workers: whoever asks the server is answered first."""
_log = logging.getLogger("similarity.service")


class _Impatient(H11Protocol):
    """Ends connections whose request does not come (slowloris)."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head only so long."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """A head that has come is waited for no longer; one that has begun to come is."""
        before: RequestResponseCycle | None = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()
        elif self._deadline is None and getattr(before, "response_complete", True):
            self._await_head()

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(_HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    """Ends when it is asked to.  uvicorn's own raises the signal again at its end, before the workers are ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals for as long as requests are answered."""
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    num_workers: int,
    on_start: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until SIGTERM or SIGINT: requests and jobs in hand are finished, then everything ends.

    Args:
        settings: what the service is told.
        host: address to listen at.
        port: port; 0 for any that is free.
        num_workers: processes that screen.
        on_start: hears the address once connections are taken, in a thread of its own; what it raises ends the
            service, and is raised here.

    Raises:
        ConfigurationError: the database can't be used.
        OSError: the address is taken.
    """
    database = open_database(settings.url)
    listening = socket.create_server((host, port), backlog=512, reuse_port=False)
    url = f"http://{host}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        create_app(settings, database),
        http=_Impatient,
        log_config=None,
        access_log=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=64 * 1024,
        server_header=False,
    )
    workers = _Workers(settings, num_workers)
    try:
        asyncio.run(_serve(_Server(config), listening, workers, lambda: on_start(url)))
    finally:
        workers.end()
        database.close()


async def _serve(server: _Server, listening: socket.socket, workers: _Workers, on_start: Callable[[], None]) -> None:
    task = asyncio.create_task(server.serve(sockets=[listening]))
    said: asyncio.Task[None] | None = None
    while not task.done():
        await asyncio.wait([task], timeout=_WATCH_SECONDS if said else _START_SECONDS)
        if server.started and said is None:
            said = asyncio.create_task(asyncio.to_thread(on_start))
        if said is not None and said.done() and said.exception() is not None:
            server.should_exit = True
        else:
            workers.restart_lost()
    await task
    if said is not None and said.done():
        said.result()


class _Workers:
    """Worker processes; one that dies is started again."""

    def __init__(self, settings: Settings, number: int) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._running: list[BaseProcess] = []
        self._number = number

    def restart_lost(self) -> None:
        """Start as many as are missing."""
        for process in [one for one in self._running if not one.is_alive()]:
            _log.warning("worker %s ended with %s; starting another", process.pid, process.exitcode)
            self._running.remove(process)
        while len(self._running) < self._number:
            process = self._context.Process(target=_work, args=(self._settings,), daemon=True)
            process.start()
            self._running.append(process)

    def end(self) -> None:
        """Let each finish the job in hand; what takes too long is done again by the next start."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.join(_GRACE_SECONDS)
            if process.is_alive():
                process.kill()


def _work(settings: Settings) -> None:
    threading.Thread(target=_end_with_server, daemon=True).start()
    os.nice(_NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server ends its workers
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    run_worker(settings)


def _end_with_server() -> None:
    """End at once when the server is gone, however it went: what is in hand is done again when its lease has ended."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)  # its contained process ends with it
