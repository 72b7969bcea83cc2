"""A service as a process of its own with real sockets, without workers unless told so."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from support.paths import ROOT, TESTS


@contextmanager
def served(library: Path, data: Path, *, head_seconds: float = 15.0, **settings: Any) -> Iterator[str]:
    """The address of a running service; it ends with the block."""
    with serving(library, data, head_seconds=head_seconds, **settings) as (url, _):
        yield url


@contextmanager
def serving(
    library: Path, data: Path, *, head_seconds: float = 15.0, **settings: Any
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The same, with its process."""
    told = {"library": str(library), "data": str(data), "head_seconds": head_seconds, **settings}
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)])}
    command = [sys.executable, "-m", "support.served", json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            yield server.stdout.readline().strip(), server
        finally:
            server.terminate()
            server.wait(30)


class Client:
    """Bytes to and from a server, sent when the test says so.

    Args:
        url: of the server.
    """

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=30)

    def head(self, method: str, path: str, **headers: object) -> None:
        """A request line and headers."""
        lines = [
            f"{method} {path} HTTP/1.1",
            "host: test",
            *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
        ]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, content: bytes) -> None:
        self._socket.sendall(content)

    def status(self) -> int:
        """Of the answer; 0 where the server hung up without one."""
        with suppress(ConnectionError):
            with self._socket.makefile("rb") as answer:
                line = answer.readline()
            return int(line.split()[1]) if line else 0
        return 0

    def trickle(self, content: bytes, *, pause_seconds: float, most_seconds: float) -> float:
        """A byte at a time until the server ends it; how long that took.

        Raises:
            AssertionError: it never did.
        """
        start, before = time.monotonic(), self._socket.gettimeout()
        self._socket.settimeout(pause_seconds)
        for number in range(int(most_seconds / pause_seconds)):
            try:
                self.send(content[number % len(content) :][:1])
                self._socket.recv(1, socket.MSG_PEEK)
                self._socket.settimeout(before)
                return time.monotonic() - start
            except TimeoutError:
                continue
            except ConnectionError:
                return time.monotonic() - start
        raise AssertionError(f"a client at {1 / pause_seconds:.0f} bytes a second was listened to for {most_seconds} s")


def _main() -> None:
    from similarity.service import serving
    from similarity.service.settings import Settings

    told = json.loads(sys.argv[1])
    serving._HEAD_SECONDS = told.pop("head_seconds")
    num_workers = told.pop("num_workers", 0)
    paths = {name: Path(told.pop(name)) for name in ("library", "data")}
    serving.serve(
        Settings(**paths, **told),
        host="127.0.0.1",
        port=0,
        num_workers=num_workers,
        on_start=lambda url: print(url, flush=True),  # noqa: T201 - whoever started it reads that
    )


if __name__ == "__main__":
    _main()
