"""The custody log: one line per act, each line chained to the one before by SHA-256.

A line is the canonical JSON (RFC 8785) of one entry and a line feed.  Lines are only ever added.  The chain shows
any change in the middle; that the last lines are still there shows only once a seal has recorded the log's head.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from similarity.case.custody.chain import FIRST_PREVIOUS, CustodyBreak, chained_line, read_chain
from similarity.case.disk.layout import CUSTODY_FILE, LOCK_FILE, read_bounded, unwritable, utc_now
from similarity.case.values import CustodyEntry
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.text import as_printable

__all__ = [
    "MAX_LOG_BYTES",
    "RECOVERED",
    "Act",
    "CustodyLog",
    "append_acts",
    "append_entry",
    "custody_lock",
    "read_log",
    "recover_log",
    "require_intact",
]

MAX_LOG_BYTES = 256_000_000
"""Longer logs are not read."""
RECOVERED = "custody log recovered"
"""Action of the entry that keeps the bytes of a line that was not written to its end."""

_MAX_DETAILS_BYTES = 1_000_000
_MAX_TEXT = 400
_LOCK_SECONDS = 30.0
_LONGEST_STEP_SECONDS = 2.0
_WAIT_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that the log is to record."""

    action: str
    """What is done, in a few words."""
    details: Mapping[str, Any]
    """Anything that JSON can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLog:
    """A custody log as it was read."""

    entries: tuple[CustodyEntry, ...]
    """Entries before the first break, in order."""
    broken: CustodyBreak | None
    """The first break; None where the chain holds from the first line to the last."""
    size_bytes: int
    """Size of the lines of `entries`, bytes."""

    @property
    def head_sha256(self) -> str:
        """`sha256` of the last entry; 64 zeros of an empty log."""
        return self.entries[-1].sha256 if self.entries else FIRST_PREVIOUS


def read_log(folder: Path) -> CustodyLog:
    """The custody log of a case folder; one that does not exist is empty.

    Raises:
        CaseError: it can't be read at all, is no regular file, or is absurdly large.
    """
    path = folder / CUSTODY_FILE
    if not path.exists() and not path.is_symlink():
        return CustodyLog(entries=(), broken=None, size_bytes=0)
    lines = _lines(read_bounded(path, MAX_LOG_BYTES))
    entries, broken = read_chain(lines)
    return CustodyLog(entries=entries, broken=broken, size_bytes=sum(map(len, lines[: len(entries)])))


def require_intact(folder: Path) -> CustodyLog:
    """The custody log, where nothing is wrong with it.

    Raises:
        CaseError: the chain is broken; the message says where and how.
    """
    log = read_log(folder)
    if log.broken is not None:
        step = "" if log.broken.kind == "torn" else "; put back an unchanged copy of the log"
        raise CaseError(f"{folder / CUSTODY_FILE}: {log.broken.kind}: {log.broken.reason}{step}")
    return log


def append_entry(folder: Path, *, actor: str, action: str, details: Mapping[str, Any]) -> CustodyEntry:
    """Add one entry, whole or not at all; others who write at the same time wait.

    Args:
        folder: the case folder; it exists.
        actor: who does it.
        action: what is done, in a few words.
        details: anything that JSON can say: configuration, versions, hashes, facts of the machine.

    Raises:
        CaseError: the log is broken, the entry can't be said in JSON, or the disk refuses it.
    """
    with custody_lock(folder):
        (entry,) = append_acts(folder, [Act(action=action, details=details)], actor=actor)
    return entry


def append_acts(folder: Path, acts: Sequence[Act], *, actor: str) -> tuple[CustodyEntry, ...]:
    """Add an entry for each act, all of them or none; the caller holds the lock of the folder.

    Args:
        folder: the case folder.
        acts: in their order.
        actor: who did them.

    Raises:
        CaseError: the log is broken, an entry can't be said in JSON, or the disk refuses them.
    """
    log = require_intact(folder)
    _require_forward_clock(folder, log)
    made: list[tuple[CustodyEntry, bytes]] = []
    for act in acts:
        entries = (*log.entries, *(entry for entry, _ in made))
        made.append(_next_entry(entries, act, actor=actor))
    _append(folder / CUSTODY_FILE, b"".join(line for _, line in made))
    return tuple(entry for entry, _ in made)


def _require_forward_clock(folder: Path, log: CustodyLog) -> None:
    """No entry is ever dated before the one before it: a small step back is waited out."""
    last = log.entries[-1].utc if log.entries else ""
    waited = 0.0
    while utc_now() < last and waited < _LONGEST_STEP_SECONDS:
        time.sleep(_WAIT_SECONDS)
        waited += _WAIT_SECONDS
    if utc_now() < last:
        raise CaseError(
            f"{folder / CUSTODY_FILE}: the machine's clock says {utc_now()}, the last entry is of {last}; set the "
            "clock right, then do it again"
        )


def recover_log(folder: Path, *, actor: str) -> CustodyEntry:
    """Make a log whose last line was not written to its end usable again, and say so in it.

    The bytes of that line move, as base64, into an entry of their own.

    Raises:
        CaseError: there is no such line, or the log is broken in another way, which nothing can mend.
    """
    with custody_lock(folder):
        log = read_log(folder)
        if log.broken is None or log.broken.kind != "torn":
            found = "nothing is broken" if log.broken is None else f"{log.broken.kind}: {log.broken.reason}"
            raise CaseError(
                f"{folder / CUSTODY_FILE}: expected a last line that was not written to its end, got: {found}; "
                "only such a line can be recovered from"
            )
        content = read_bounded(folder / CUSTODY_FILE, MAX_LOG_BYTES)
        intact, torn = content[: log.size_bytes], content[log.size_bytes :]
        details = {
            "line": log.broken.line,
            "torn_base64": base64.b64encode(torn).decode("ascii"),
            "torn_sha256": hashlib.sha256(torn).hexdigest(),
            "torn_size_bytes": len(torn),
        }
        entry, line = _next_entry(log.entries, Act(action=RECOVERED, details=details), actor=actor)
        try:
            write_atomically(folder / CUSTODY_FILE, intact + line)
        except OSError as error:
            raise unwritable(folder / CUSTODY_FILE, error) from error
    return entry


@contextmanager
def custody_lock(folder: Path) -> Iterator[None]:
    """Held by whoever writes the log; others wait, up to half a minute.

    Raises:
        CaseError: another process holds it for longer, or the folder can't be written to.
    """
    from filelock import FileLock, Timeout

    if not folder.is_dir():
        raise CaseError(f"{as_printable(folder)}: no such case folder; make one with: similarity case new FOLDER")
    lock = FileLock(folder / LOCK_FILE, timeout=_LOCK_SECONDS, is_singleton=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise CaseError(
            f"{folder}: another process has been writing the custody log for {_LOCK_SECONDS:.0f} s; "
            "wait for it, or end it if it hangs"
        ) from error
    except OSError as error:
        raise unwritable(folder / LOCK_FILE, error) from error
    try:
        yield
    finally:
        lock.release()


def _next_entry(before: Sequence[CustodyEntry], act: Act, *, actor: str) -> tuple[CustodyEntry, bytes]:
    """The entry that follows others, and its line."""
    try:
        entry, line = chained_line(
            sequence=len(before) + 1,
            previous_sha256=before[-1].sha256 if before else FIRST_PREVIOUS,
            action=_one_line("action", act.action),
            actor=_one_line("actor", actor),
            details=act.details,
            utc=utc_now(),
        )
    except ValueError as error:
        raise CaseError(f"custody entry {act.action!r}: its details can't be recorded: {error}") from error
    limit = 2 * _MAX_DETAILS_BYTES if act.action == RECOVERED else _MAX_DETAILS_BYTES
    size_bytes = len(entry.details_json.encode("utf-8"))
    if size_bytes > limit:
        raise CaseError(
            f"custody entry {act.action!r}: expected details of at most {limit} bytes, got {size_bytes}; "
            "put them in a file of the case and record its SHA-256"
        )
    return entry, line


def _append(path: Path, line: bytes) -> None:
    try:
        is_new = not path.exists()
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            size_before = os.fstat(handle).st_size
            _write_whole(handle, line, size_before)
        finally:
            os.close(handle)
        if is_new:
            _flush_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def _write_whole(handle: int, line: bytes, size_before: int) -> None:
    """All of the line on the disk; where it refuses, nothing of it (the entry was never said to be written)."""
    try:
        rest = line
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size_before)
        raise


def _flush_folder(folder: Path) -> None:
    """The new name on the disk too, where the system can do that."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _one_line(what: str, text: str) -> str:
    if not text.strip() or len(text) > _MAX_TEXT or not text.isprintable():
        raise CaseError(
            f"custody entry: expected {what} as one printable line of 1 to {_MAX_TEXT} characters, "
            f"got {as_printable(text)!r}"
        )
    return text


def _lines(content: bytes) -> list[bytes]:
    """Lines with their line feeds, told apart by the line feed alone."""
    parts = content.split(b"\n")
    lines = [part + b"\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines
