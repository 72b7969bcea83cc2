"""Keys that whoever verifies knows from elsewhere: named one by one, or in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from similarity.errors import KeyFileError

__all__ = ["Signer", "read_trust", "signer_named"]

_KEY_ID = re.compile(r"[0-9a-f]{64}")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody whose key is known from elsewhere."""

    key_id: str
    """SHA-256 of the raw public key, hexadecimal."""
    name: str
    """Who that is, in the reader's own words."""


def signer_named(key_id: str) -> Signer:
    """A key that was named without a name.

    Raises:
        KeyFileError: it is no key id.
    """
    wanted = key_id.strip().lower()
    if not _KEY_ID.fullmatch(wanted):
        raise KeyFileError(f"key id {key_id!r}: expected 64 hexadecimal digits, as `similarity case key` prints them")
    return Signer(key_id=wanted, name=f"the key {wanted}")


def read_trust(path: Path) -> tuple[Signer, ...]:
    """Signers of a trust file: a line each, key id and name; empty lines and lines with `#` say nothing.

    Raises:
        KeyFileError: it can't be read, or a line is no signer.
    """
    try:
        text = path.read_bytes()[:_MAX_BYTES].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"trust file {path}: can't be read: {error}; expected UTF-8 text") from error
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        key_id, _, name = line.strip().partition(" ")
        if not key_id or key_id.startswith("#"):
            continue
        if not _KEY_ID.fullmatch(key_id.lower()) or not name.strip():
            raise KeyFileError(
                f"trust file {path}: line {number}: expected 64 hexadecimal digits and a name, got {line!r}"
            )
        found.append(Signer(key_id=key_id.lower(), name=name.strip()))
    return tuple(found)
