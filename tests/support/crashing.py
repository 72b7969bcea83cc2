"""Readers that a hostile file ends or takes over, put in the place of those of `add` and `scan`."""

from __future__ import annotations

import gc
import os
import socket
import time
from multiprocessing.connection import Connection
from pathlib import Path

from similarity.contained.frames import write_frame
from similarity.ingest.describing import start_describing as real_start_describing
from similarity.report.build.contained_compare import _start as real_start_compare
from similarity.scan.suspects import _start_comparing as real_start_comparing


def harm(path: Path) -> None:
    """What the name of a file says that reading it leads to."""
    match path.stem.partition(" ")[0]:
        case "leaves":
            os._exit(7)
        case "waits":
            time.sleep(1.0)
        case "grows":
            held = []
            while True:
                held.append(b"x" * (64 << 20))
        case "fails":
            raise IndexError("box 7")
        case "writes":
            (path.parent / "written").write_text("outside")
        case "calls":
            socket.create_connection(("127.0.0.1", int(path.stem.split()[1])), timeout=2).close()
        case "forges":
            write_frame(_pipe(), _Forged())


def _pipe() -> int:
    """The socket to whoever asked: it is open in this process, whatever a reader may know of it."""
    return next(one for one in gc.get_objects() if isinstance(one, Connection) and not one.closed).fileno()


class _Forged:
    def __reduce__(self):
        return os.system, ("touch " + os.environ.get("FORGED", "/tmp/forged"),)


def start_describing(*given, **named):
    work = real_start_describing(*given, **named)

    def look_at(task, progress):
        harm(task.path)
        return work(task, progress)

    return look_at


def start_comparing(*given, **named):
    work = real_start_comparing(*given, **named)

    def compare(suspect, progress):
        harm(suspect.path)
        return work(suspect, progress)

    return compare


def start_compare(*given, **named):
    work = real_start_compare(*given, **named)

    def compare(task, progress):
        harm(task[0])
        return work(task, progress)

    return compare
