"""The seal: the checksum of the catalogue file, written after every change.

SQLite's own check sees a broken tree, not a changed letter or a changed byte in unused space.  The seal sees any.
A writer opens the seal (`state: open`), commits, moves the write-ahead log into the file, and closes the seal over
the file's new checksum.  A seal found open means that a writer was killed: the catalogue is whole (SQLite sees to
that) and the records' own checksums are what is left to check it with, until the next writer closes the seal.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from index.local.files import sha256_of_file, write_atomically
from index.records import Damage

__all__ = ["CATALOGUE_NAME", "SEAL_NAME", "break_seal", "close_seal", "seal_damage"]

CATALOGUE_NAME = "catalogue.sqlite"
SEAL_NAME = "catalogue.seal"


def break_seal(library: Path) -> None:
    """Say that the catalogue is about to change."""
    _write(library, state="open", catalogue_sha256="")


def close_seal(library: Path) -> None:
    """Seal the catalogue as it stands; its write-ahead log must be empty."""
    _write(library, state="closed", catalogue_sha256=sha256_of_file(library / CATALOGUE_NAME))


def seal_damage(library: Path) -> Damage | None:
    """What is wrong with the catalogue file or its seal, if anything; only while no writer is at work."""
    try:
        content = json.loads((library / SEAL_NAME).read_bytes())
        state, expected, own = content["state"], content["catalogue_sha256"], content["seal_sha256"]
    except FileNotFoundError:
        return Damage(where=SEAL_NAME, what="expected the checksum of the catalogue, found no file", affected=())
    except (ValueError, KeyError, TypeError) as error:
        return Damage(where=SEAL_NAME, what=f"expected a seal, found something else: {error}", affected=())
    canonical = json.dumps(content, indent=1).encode()
    if own != _own_sha256(state, expected) or (library / SEAL_NAME).read_bytes() != canonical:
        return Damage(where=SEAL_NAME, what="the seal was changed: its own checksum does not match", affected=())
    if state != "closed":
        return None
    found = sha256_of_file(library / CATALOGUE_NAME)
    if found == expected:
        return None
    return Damage(
        where=CATALOGUE_NAME,
        what=f"the file was changed by something else than this product: SHA-256 expected {expected}, found {found}",
        affected=(),
    )


def _write(library: Path, *, state: str, catalogue_sha256: str) -> None:
    content = {
        "state": state,
        "catalogue_sha256": catalogue_sha256,
        "seal_sha256": _own_sha256(state, catalogue_sha256),
    }
    encoded = json.dumps(content, indent=1).encode()
    write_atomically(library / SEAL_NAME, lambda put: put(encoded))


def _own_sha256(state: str, catalogue_sha256: str) -> str:
    return hashlib.sha256(f"{state}\n{catalogue_sha256}".encode()).hexdigest()
