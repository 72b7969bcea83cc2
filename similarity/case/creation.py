"""The creation record of an author: drafts, prompts, parameters and iterations, each logged and stamped as it arises.

    custody.jsonl           one line per act, chained by SHA-256 as in a case: who, when by the machine's clock, what
    steps/1-draft-a.txt     the files, copied and hashed
    stamps/1.tsq, 1.tsr     request to a time stamping authority (RFC 3161) over the hash of the step's line, and answer

A stamp shows that the line stood then, and with it the file's hash and every line before it.  It does not show who
made the file, or when it was begun.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from similarity.absence import NotMeasured, not_measured
from similarity.case.custody.log import Act, append_acts, custody_lock, read_log, require_intact
from similarity.case.disk.hashing import hash_file
from similarity.case.disk.layout import inside, read_bounded, unwritable
from similarity.case.disk.names import safe_name
from similarity.case.seal.timestamps import (
    TimeStamp,
    as_response,
    check_time_stamp,
    fetch_time_stamp,
    time_stamp_request,
)
from similarity.case.values import CustodyEntry
from similarity.errors import CaseError, SignatureError
from similarity.files import write_atomically
from similarity.phrases import as_it_is
from similarity.text import as_printable

__all__ = ["CreationReading", "Step", "StepKind", "attach_stamp", "keep_step", "open_creation", "read_creation"]

StepKind = Literal["draft", "prompt", "parameters", "iteration", "output", "other"]
"""What a kept file is in the making of a work."""
OPENED, KEPT = "creation record opened", "step kept"
_MAX_STEP_BYTES, _MAX_STAMP_BYTES = 2_000_000_000, 1_000_000
_NO_STAMP = not_measured("no stamp was attached; send the request to an authority: similarity creation stamp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One kept file, and what was found of it."""

    number: int
    """1, 2, 3 ..."""
    kind: StepKind
    """What it is."""
    path: str
    """Where it lies, relative to the folder."""
    sha256: str
    """SHA-256 of its bytes, as the log records it."""
    note: str
    """In the author's words."""
    kept_utc: str
    """When it was kept, by the clock of the machine."""
    by: str
    """Who kept it."""
    entry_sha256: str
    """Hash of its line in the log, which a stamp is on."""
    is_unchanged: bool
    """Whether the file is there with these bytes."""
    stamp: TimeStamp | NotMeasured
    """When an authority stamped it; not measured where none did, or where what lies there is no stamp on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreationReading:
    """A creation record that was read and checked."""

    title: str
    """The work."""
    author: str
    """Its author, as stated."""
    steps: tuple[Step, ...]
    """Every step, in the order in which they were kept."""
    problems: tuple[str, ...]
    """What is wrong, a sentence each; none where everything is as it was kept."""


def open_creation(folder: Path, *, title: str, author: str) -> None:
    """Begin a creation record in a new or empty folder.

    Args:
        folder: to make.
        title: of the work, as far as it has one.
        author: who makes it, as the record is to say.

    Raises:
        CaseError: something stands there already, a text is empty, or the disk refuses.
    """
    if not title.strip() or not author.strip():
        raise CaseError("creation record: expected a title and an author, got an empty text; name both")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise unwritable(folder, error) from error
    if not is_empty:
        raise CaseError(f"{folder}: holds something already; name a new folder")
    details = {"title": as_printable(title.strip()), "author": as_printable(author.strip())}
    with custody_lock(folder):
        append_acts(folder, [Act(action=OPENED, details=details)], actor=details["author"])


def keep_step(folder: Path, file: Path, kind: StepKind, *, note: str = "", authority_url: str | None = None) -> Step:
    """Copy a file into the record, log it, and make the request for a time stamp; with an address, ask at once.

    Args:
        folder: the record.
        file: the file as it is now.
        kind: what it is.
        note: in the author's words.
        authority_url: address of a time stamping authority.

    Raises:
        CaseError: no record, a broken log, or a file that can't be read or is too large.
        SignatureError: the authority gave no stamp that fits; the step is kept without one.
    """
    title_and_author = _opened(folder)
    content = read_bounded(file.resolve(), _MAX_STEP_BYTES)
    with custody_lock(folder):
        number = 1 + sum(one.action == KEPT for one in require_intact(folder).entries)
        path = f"steps/{number}-{kind}-{safe_name(file.name)}"
        _written(folder, path, content)
        hashes = hash_file(inside(folder, path))
        details = {
            "number": number,
            "kind": kind,
            "path": path,
            "size_bytes": hashes.size_bytes,
            "sha256": hashes.sha256,
            "sha512": hashes.sha512,
            "note": as_printable(note.strip()),
        }
        (entry,) = append_acts(folder, [Act(action=KEPT, details=details)], actor=title_and_author[1])
    request = time_stamp_request(_stamped(entry))
    _written(folder, f"stamps/{number}.tsq", request)
    if authority_url:
        attach_stamp(folder, number, fetch_time_stamp(authority_url, request))
    return _step(folder, entry, ())


def attach_stamp(folder: Path, number: int, response: bytes, *, roots: Sequence[bytes] = ()) -> TimeStamp:
    """Attach an authority's answer to a step.

    Args:
        folder: the record.
        number: of the step.
        response: the answer, or a bare token.
        roots: root certificates of authorities that are trusted.

    Raises:
        CaseError: no record, no such step, or the disk refuses.
        SignatureError: it is no stamp on that step.
    """
    _opened(folder)
    entries = [one for one in require_intact(folder).entries if one.action == KEPT]
    if not 1 <= number <= len(entries):
        raise CaseError(f"{folder}: expected a step from 1 to {len(entries)}, got {number}")
    whole, data = as_response(response), _stamped(entries[number - 1])
    request = read_bounded(inside(folder, f"stamps/{number}.tsq"), _MAX_STAMP_BYTES)
    found = check_time_stamp(whole, data, request=request, roots=roots)
    _written(folder, f"stamps/{number}.tsr", whole)
    return found


def read_creation(folder: Path, *, roots: Sequence[bytes] = ()) -> CreationReading:
    """Check a creation record: its chain, every file, every stamp.

    Args:
        folder: the record.
        roots: root certificates of authorities that are trusted.

    Raises:
        CaseError: the folder holds no creation record.
    """
    title, author = _opened(folder)
    log = read_log(folder)
    steps = tuple(_step(folder, one, roots) for one in log.entries if one.action == KEPT)
    problems = [] if log.broken is None else [f"custody.jsonl: {log.broken.kind}: {log.broken.reason}"]
    problems += [f"{one.path}: is gone, or has other bytes than were kept" for one in steps if not one.is_unchanged]
    problems += [
        f"stamps/{one.number}.tsr: {one.stamp.reason}"
        for one in steps
        if isinstance(one.stamp, NotMeasured) and one.stamp != _NO_STAMP
    ]
    known = {one.path for one in steps}
    kept = sorted(path.relative_to(folder).as_posix() for path in folder.glob("steps/*"))
    problems += [f"{as_printable(path)}: the log says nothing of it" for path in kept if path not in known]
    return CreationReading(title=title, author=author, steps=steps, problems=tuple(problems))


def _opened(folder: Path) -> tuple[str, str]:
    """Title and author, where the folder is a creation record."""
    entries = read_log(folder).entries if folder.is_dir() else ()
    if not entries or entries[0].action != OPENED:
        raise CaseError(f"{folder}: holds no creation record; begin one with: similarity creation new {folder}")
    said = json.loads(entries[0].details_json)
    return str(said.get("title", "")), str(said.get("author", ""))


def _step(folder: Path, entry: CustodyEntry, roots: Sequence[bytes]) -> Step:
    said = json.loads(entry.details_json)
    return Step(
        number=said["number"],
        kind=said["kind"],
        path=said["path"],
        sha256=said["sha256"],
        note=said["note"],
        kept_utc=entry.utc,
        by=entry.actor,
        entry_sha256=entry.sha256,
        is_unchanged=_is_unchanged(folder, said),
        stamp=_stamp(folder, said["number"], entry, roots),
    )


def _is_unchanged(folder: Path, said: dict[str, object]) -> bool:
    try:
        hashes = hash_file(inside(folder, str(said["path"])))
    except CaseError:
        return False
    return (hashes.size_bytes, hashes.sha256, hashes.sha512) == (said["size_bytes"], said["sha256"], said["sha512"])


def _stamp(folder: Path, number: int, entry: CustodyEntry, roots: Sequence[bytes]) -> TimeStamp | NotMeasured:
    if not (folder / f"stamps/{number}.tsr").exists():
        return _NO_STAMP
    try:
        request, response = (
            read_bounded(inside(folder, f"stamps/{number}.{ending}"), _MAX_STAMP_BYTES) for ending in ("tsq", "tsr")
        )
        return check_time_stamp(response, _stamped(entry), request=request, roots=roots)
    except (SignatureError, CaseError) as error:
        return NotMeasured(reason=as_it_is(str(error)))


def _stamped(entry: CustodyEntry) -> bytes:
    """What a stamp is on: the hash of a line, as text."""
    return entry.sha256.encode("ascii")


def _written(folder: Path, path: str, content: bytes) -> None:
    try:
        (folder / path).parent.mkdir(exist_ok=True)
        write_atomically(inside(folder, path), content)
    except OSError as error:
        raise unwritable(folder / path, error) from error
