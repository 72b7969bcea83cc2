"""The lines of a custody log: the next one, and entries up to the first break with what kind of break it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from similarity.canonical import canonical_json
from similarity.case.custody.clock import clock_source
from similarity.case.values import CustodyEntry

__all__ = ["FIRST_PREVIOUS", "MAX_LINE_BYTES", "BreakKind", "CustodyBreak", "chained_line", "read_chain"]

FIRST_PREVIOUS = "0" * 64
"""`previous_sha256` of the first entry."""
MAX_LINE_BYTES = 4_000_000
"""Longer lines are no entries."""

BreakKind = Literal["altered", "missing", "reordered", "torn"]
"""Not what was written; a line is gone before it; not in its place; the last line was not written to its end."""

_TYPES: dict[str, type] = {
    "action": str,
    "actor": str,
    "clock": str,
    "details": dict,
    "previous_sha256": str,
    "sequence": int,
    "sha256": str,
    "utc": str,
}
_SEQUENCE = re.compile(rb'"sequence":([1-9][0-9]{0,14}),"sha256":"')


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyBreak:
    """The first place where a custody log is not what was written."""

    line: int
    """Line number, from 1."""
    kind: BreakKind
    """What is wrong there."""
    reason: str
    """The same in a sentence, with the next step where there is one."""


def chained_line(
    *, sequence: int, previous_sha256: str, action: str, actor: str, details: Mapping[str, Any], utc: str
) -> tuple[CustodyEntry, bytes]:
    """The next entry of a chain, and the line that says it.

    Args:
        sequence: 1 in an empty chain.
        previous_sha256: of the entry before; `FIRST_PREVIOUS` in an empty chain.
        action: what was done, in a few words.
        actor: who did it.
        details: anything that JSON can say.
        utc: when.

    Raises:
        ValueError: the details can't be said in canonical JSON.
    """
    content: dict[str, Any] = {
        "action": action,
        "actor": actor,
        "clock": clock_source(),
        "details": dict(details),
        "previous_sha256": previous_sha256,
        "sequence": sequence,
        "utc": utc,
    }
    details_json = canonical_json(content["details"]).decode("utf-8")
    content["sha256"] = hashlib.sha256(canonical_json(content)).hexdigest()
    line = canonical_json(content) + b"\n"
    del content["details"]
    return CustodyEntry(**content, details_json=details_json), line


def read_chain(lines: Sequence[bytes]) -> tuple[tuple[CustodyEntry, ...], CustodyBreak | None]:
    """The entries before the first break, and the break.

    Args:
        lines: lines of the log, each with its line feed; the last may lack it.
    """
    entries: list[CustodyEntry] = []
    previous = FIRST_PREVIOUS
    for number, line in enumerate(lines, start=1):
        found = _entry(line)
        if isinstance(found, CustodyEntry) and found.sequence == number and found.previous_sha256 == previous:
            entries.append(found)
            previous = found.sha256
        else:
            return tuple(entries), _break(found, number, lines)
    return tuple(entries), None


def _break(found: CustodyEntry | str, number: int, lines: Sequence[bytes]) -> CustodyBreak:
    if isinstance(found, CustodyEntry):
        kind, reason = _why_unchained(found, number, lines)
    elif number == len(lines) and not lines[-1].endswith(b"\n"):
        kind, reason = (
            "torn",
            f"line {number} was not written to its end ({len(lines[-1])} bytes are there); recover the log, "
            "which keeps those bytes in an entry that says so: similarity case recover",
        )
    else:
        kind, reason = "altered", f"line {number} is not what was written: {found}"
    return CustodyBreak(line=number, kind=kind, reason=reason)


def _why_unchained(found: CustodyEntry, number: int, lines: Sequence[bytes]) -> tuple[BreakKind, str]:
    if found.sequence == number:
        return "altered", f"line {number} does not follow from line {number - 1}: one of the two was written anew"
    stands = f"line {number} holds entry {found.sequence}, expected entry {number}"
    if found.sequence < number:
        return "reordered", f"{stands}: it stands there again or was moved down"
    if any(_sequence(line) == number for line in lines[number:]):
        return "reordered", f"{stands}, which comes further down"
    return "missing", f"{stands}: {found.sequence - number} entries before it are gone"


def _sequence(line: bytes) -> int:
    found = _SEQUENCE.search(line)
    return int(found[1]) if found else 0


def _entry(line: bytes) -> CustodyEntry | str:
    """The entry of a line that is one, whether or not it follows from others; else what is wrong with it."""
    stored = _stored(line)
    if isinstance(stored, str):
        return stored
    if set(stored) != set(_TYPES) or any(type(stored[name]) is not kind for name, kind in _TYPES.items()):
        return f"expected an entry with {', '.join(f'{name} ({kind.__name__})' for name, kind in _TYPES.items())}"
    said = stored.pop("sha256")
    if hashlib.sha256(canonical_json(stored)).hexdigest() != said:
        return "its content does not give its own SHA-256"
    details = canonical_json(stored.pop("details")).decode("utf-8")
    return CustodyEntry(**stored, details_json=details, sha256=said)


def _stored(line: bytes) -> dict[str, Any] | str:
    """The object of a line that is written exactly as entries are; else what is wrong with it."""
    if not line.endswith(b"\n"):
        return "it does not end in a line feed"
    if len(line) > MAX_LINE_BYTES:
        return f"it is longer than {MAX_LINE_BYTES} bytes"
    try:
        stored: Any = json.loads(line)
        is_canonical = canonical_json(stored) + b"\n" == line
    except (ValueError, RecursionError):
        return "it is no JSON"
    return stored if is_canonical and isinstance(stored, dict) else "it is no canonical JSON object (RFC 8785)"
