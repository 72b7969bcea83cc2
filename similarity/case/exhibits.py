"""Exhibits: hashed in one pass, copied in or left where they are, looked into, and hashed again later."""

from __future__ import annotations

import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

from similarity.absence import NotMeasured, not_measured
from similarity.case.disk.hashing import FileHashes, hash_file, hash_stream
from similarity.case.disk.layout import (
    EXHIBIT_NUMBER,
    EXHIBITS_FILE,
    EXHIBITS_FOLDER,
    inside,
    open_regular,
    unwritable,
    utc_now,
)
from similarity.case.disk.names import safe_name
from similarity.case.disk.stored import read_table, write_table
from similarity.case.values import DeclaredExhibit
from similarity.errors import CaseError
from similarity.media.facts import header_facts
from similarity.report.schema.case import Exhibit, IntegrityCheck, StatedExhibit
from similarity.text import as_printable, storable

__all__ = ["add_exhibit", "exhibit_path", "hashes_match", "read_exhibits", "recheck", "write_exhibits"]

_NOT_YET = not_measured("not hashed again yet")
_DOCUMENT = not_measured("a document, not media")
_NOT_DECODED = not_measured("not decoded yet")


def add_exhibit(folder: Path, declared: DeclaredExhibit, *, source: Path) -> Exhibit:
    """Hash a file, copy it in if that was asked for (and hash the copy from the disk), and read its headers.

    `exhibits.json` is not touched: `similarity.case.folder.CaseFolder` keeps all exhibits together.

    Args:
        folder: the case folder.
        declared: what was stated about the file.
        source: where it lies; links are followed once, here.

    Raises:
        CaseError: not readable, changed while it was read, or a copy that differs.
    """
    if not EXHIBIT_NUMBER.fullmatch(declared.number):
        raise CaseError(f"exhibit {as_printable(declared.number)}: expected a number such as E1")
    real = _found(source)
    if declared.is_copied_in:
        path = f"{EXHIBITS_FOLDER}/{declared.number}/{safe_name(source.name)}"
        at = inside(folder, path)
        hashes = _copied(real, at)
    else:
        path, at = _as_text(real), real
        hashes = hash_file(real)
    is_document = declared.role == "document"
    stated: dict[str, Any] = {one.name: getattr(declared, one.name) for one in fields(StatedExhibit)}
    return Exhibit(
        **stated,
        original_name=as_printable(source.name),
        added_utc=utc_now(),
        is_copied_in=declared.is_copied_in,
        path=path,
        size_bytes=hashes.size_bytes,
        sha256=hashes.sha256,
        sha512=hashes.sha512,
        sm3=hashes.sm3,
        header=_DOCUMENT if is_document else header_facts(at),
        content=_DOCUMENT if is_document else _NOT_DECODED,
        checked_before=_NOT_YET,
        checked_after=_NOT_YET,
    )


def exhibit_path(exhibit: Exhibit, folder: Path) -> Path:
    """Where the file of an exhibit lies.

    Raises:
        CaseError: the stored path leads out of the case folder (of a copy), or is not absolute (of any other).
    """
    if exhibit.is_copied_in:
        return inside(folder, exhibit.path)
    path = Path(exhibit.path)
    if not path.is_absolute():
        raise CaseError(f"exhibit {exhibit.number}: expected an absolute path, got {as_printable(exhibit.path)}")
    return path


def recheck(exhibit: Exhibit, folder: Path) -> IntegrityCheck | NotMeasured:
    """Hash the file of an exhibit again; not measured where it can't be reached."""
    try:
        hashes = hash_file(exhibit_path(exhibit, folder))
    except CaseError as error:
        return not_measured("the file can't be reached: {reason}", reason=str(error))
    return IntegrityCheck(when_utc=utc_now(), matches=hashes_match(exhibit, hashes))


def hashes_match(exhibit: Exhibit, hashes: FileHashes) -> bool:
    """Whether size and every hash are those recorded; SM3 only where both could be had."""
    same_sm3 = isinstance(exhibit.sm3, NotMeasured) or isinstance(hashes.sm3, NotMeasured) or exhibit.sm3 == hashes.sm3
    recorded = (exhibit.size_bytes, exhibit.sha256, exhibit.sha512)
    return same_sm3 and recorded == (hashes.size_bytes, hashes.sha256, hashes.sha512)


def read_exhibits(folder: Path) -> tuple[Exhibit, ...]:
    """The exhibits of a case in their order; none where nothing was added yet.

    Raises:
        CaseError: `exhibits.json` is not what was written.
    """
    return read_table(folder / EXHIBITS_FILE, Exhibit)


def write_exhibits(folder: Path, exhibits: tuple[Exhibit, ...]) -> tuple[Exhibit, ...]:
    """Keep the exhibits of a case, in order of their numbers, in which they come back.

    Raises:
        CaseError: a number stands there twice or is none, or the disk refuses.
    """
    numbers = [exhibit.number for exhibit in exhibits]
    wrong = sorted({number for number in numbers if numbers.count(number) > 1 or not EXHIBIT_NUMBER.fullmatch(number)})
    if wrong:
        raise CaseError(f"exhibits {', '.join(map(as_printable, wrong))}: expected numbers such as E1, each one once")
    ordered = tuple(sorted(exhibits, key=lambda one: int(one.number[1:])))
    write_table(folder / EXHIBITS_FILE, ordered)
    return ordered


def _found(source: Path) -> Path:
    try:
        real = source.resolve(strict=True)
        is_empty = real.is_file() and real.stat().st_size == 0
    except (OSError, RuntimeError, ValueError) as error:
        raise CaseError(f"{as_printable(source)}: can't be found: {error}; check the spelling and its disk") from error
    if is_empty:
        raise CaseError(f"{as_printable(source)}: is empty (0 bytes); get a complete copy of the file")
    return real


def _copied(source: Path, target: Path) -> FileHashes:
    """Copy and hash in one pass, then hash what the disk gives back of the copy."""
    if target.exists():
        hashes = hash_file(source)
        if hash_file(target) != hashes:
            raise CaseError(f"{target}: another file stands there already; take the next free number")
        return hashes  # left by an attempt that was interrupted before the exhibit was written down
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    except OSError as error:
        raise unwritable(target, error) from error
    temporary = Path(name)
    try:
        with open_regular(source) as reading, os.fdopen(handle, "wb") as writing:
            before = os.fstat(reading.fileno())
            hashes = hash_stream(reading, name=as_printable(source), copy_to=writing)
            writing.flush()
            os.fsync(writing.fileno())
            after = os.fstat(reading.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise CaseError(f"{as_printable(source)}: changed while it was copied; wait until nothing writes it")
        if hash_file(temporary) != hashes:
            raise CaseError(f"{target}: the copy differs from its source; check the disk and add it again")
        temporary.chmod(0o444)
        temporary.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return hashes


def _as_text(path: Path) -> str:
    text = str(path)
    if text != storable(text):
        raise CaseError(f"{as_printable(path)}: its name is not UTF-8 and can't be written down; rename or copy it in")
    return text
