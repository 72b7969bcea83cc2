"""Work in a process that may crash, hang or grow without harm: the parent's side.

    room = Room(writable=scratch, readable=(library, incoming))
    with ContainedProcess("package.module:Maker", {"library": "LIB"}, room=room) as process:
        value = process.call("measure", {"path": "..."})      # ContainedError where it crashed, hung or grew

The process lives long, so that its imports are paid once; after a crash, or after `Limits.max_calls`, the next call
starts another.  It is watched from outside: time, processor time, resident memory, bytes written.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from similarity import errors
from similarity.contained.limits import ContainedError, Limits, Room
from similarity.contained.watch import LOOK_SECONDS, Watch, resident_bytes
from similarity.errors import SimilarityError

__all__ = ["ContainedProcess"]

_START_SECONDS = 300.0
_LONGEST_ANSWER = 64 << 20
_KEPT_VARIABLES = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH"),
    *("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM", "CUDA_VISIBLE_DEVICES", "HF_HOME", "TORCH_HOME", "XDG_CACHE_HOME"),
)
"""Of the environment; passwords that stand in others are not handed on."""
_log = logging.getLogger("similarity.contained")


class ContainedProcess:
    """One contained process, started when it is first needed.  Not for several threads at once.

    Args:
        factory: `module:name` of what the process makes before its walls rise; its methods take and give JSON.
        arguments: of the factory, JSON.
        room: what it sees of the disk.
        limits: of each call.
    """

    def __init__(self, factory: str, arguments: Mapping[str, Any], *, room: Room, limits: Limits | None = None) -> None:
        self._begin = {
            "factory": factory,
            "arguments": dict(arguments),
            "writable": str(room.writable),
            "readable": [str(one) for one in room.readable],
            "limits": dataclasses.asdict(limits or Limits()),
        }
        self._room, self._limits = room, limits or Limits()
        self._running: subprocess.Popen[bytes] | None = None
        self._num_calls, self._resting_bytes = 0, 0
        self.missing_walls: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """Call a method of what the process made.

        Args:
            method: its name.
            arguments: by name, JSON.

        Returns:
            What it gave, as JSON says it: not to be trusted more than the file that it comes from.

        Raises:
            ContainedError: it crashed, hung or grew, or raised what was no error of this product.
            SimilarityError: the error of `similarity.errors` that it raised.
        """
        if self._num_calls >= self._limits.max_calls:
            self.end()
        running = self._running or self._started()
        self._num_calls += 1
        _emptied(self._room.writable)
        return _value(self._answer(running, {"method": method, "arguments": dict(arguments)}, self._limits))

    def end(self) -> None:
        """End the process; the next call starts another."""
        running, self._running, self._num_calls = self._running, None, 0
        if running is not None:
            _kill(running)

    def _started(self) -> subprocess.Popen[bytes]:
        _emptied(self._room.writable)
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        # one thread until the walls stand: Landlock holds for threads that start behind it
        environment = {**kept, "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(self._room.writable)}
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
        with self._printed().open("wb") as printed:
            running = subprocess.Popen(
                [sys.executable, "-m", "similarity.contained.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                env=environment,
                start_new_session=True,
            )
        self._running = running
        starting = Limits(wall_seconds=_START_SECONDS, cpu_seconds=_START_SECONDS)
        missing = _value(self._answer(running, self._begin, starting))
        self.missing_walls = tuple(map(str, missing))
        for one in self.missing_walls:
            _log.warning("a contained process lacks a wall: %s", one)
        self._resting_bytes = resident_bytes(running.pid)
        return running

    def _printed(self) -> Path:
        """Where what it prints goes: beside its folder, so that it is not emptied under its hands."""
        return self._room.writable.with_name(f"{self._room.writable.name}.printed")

    def _answer(self, running: subprocess.Popen[bytes], request: Mapping[str, Any], limits: Limits) -> Any:
        try:
            _send(running, request)
            return json.loads(self._line(running, limits))
        except (OSError, ValueError) as error:
            self.end()
            raise ContainedError(f"its process stopped answering: {error}") from error
        except ContainedError:
            self.end()
            raise

    def _line(self, running: subprocess.Popen[bytes], limits: Limits) -> bytes:
        """The line that it answers, unless it uses up what it may first."""
        out, line = _of(running.stdout).fileno(), bytearray()
        watch = Watch(running.pid, limits, resting_bytes=self._resting_bytes, folder=self._room.writable)
        while not line.endswith(b"\n"):
            if select.select([out], [], [], LOOK_SECONDS)[0]:
                piece = os.read(out, 1 << 20)
                line += piece
                if not piece:
                    raise ContainedError(_last_words(running, self._printed()))
                if len(line) > _LONGEST_ANSWER:
                    raise ContainedError(f"its process answered more than {_LONGEST_ANSWER} bytes")
            watch.look()
        return bytes(line)


def _of(pipe: Any) -> Any:
    if pipe is None:
        raise ContainedError("its process has no pipe")
    return pipe


def _send(running: subprocess.Popen[bytes], request: Mapping[str, Any]) -> None:
    pipe = _of(running.stdin)
    pipe.write(json.dumps(request).encode() + b"\n")
    pipe.flush()


def _value(answer: Any) -> Any:
    """What was answered, or the error that was.

    Raises:
        SimilarityError: that.
    """
    if not isinstance(answer, dict) or ("value" not in answer and "reason" not in answer):
        raise ContainedError("its process answered something else than was asked")
    if "value" in answer:
        return answer["value"]
    kind = getattr(errors, str(answer.get("error")), None)
    is_plain = isinstance(kind, type) and issubclass(kind, SimilarityError) and kind is not errors.TableError
    raise (kind if is_plain and kind is not None else ContainedError)(str(answer["reason"]))


def _last_words(running: subprocess.Popen[bytes], printed: Path) -> str:
    running.wait()
    code = running.returncode
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
    with printed.open("rb") as file:
        file.seek(max(0, printed.stat().st_size - 400))
        said = " ".join(file.read().decode("utf-8", "replace").split())
    return f"its process ended with {how}" + (f": {said}" if said else "")


def _kill(running: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        _log.debug("contained process %d had ended", running.pid)
    running.wait()
    for pipe in (running.stdin, running.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                _log.debug("contained process %d had not read everything", running.pid)


def _emptied(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
