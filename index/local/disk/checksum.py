"""The checksum of the catalogue file, written after every change.

SQLite's own check sees a broken tree, not a changed letter or a changed byte in unused space.  The checksum sees any.
A writer marks the checksum open (`state: open`), commits, moves the write-ahead log into the file, and writes the
file's new checksum.  One found open means that a writer was killed: the catalogue is whole (SQLite sees to that) and
the records' own checksums are what is left to check it with, until the next writer writes it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from index.local.disk.files import sha256_of_file, write_atomically
from index.records import Damage

__all__ = ["CATALOGUE_NAME", "CHECKSUM_NAME", "checksum_damage", "mark_open", "write_checksum"]

CATALOGUE_NAME = "catalogue.sqlite"
CHECKSUM_NAME = "catalogue.seal"


def mark_open(library: Path) -> None:
    """Say that the catalogue is about to change."""
    _write(library, state="open", catalogue_sha256="")


def write_checksum(library: Path) -> None:
    """Write the checksum of the catalogue as it stands; its write-ahead log must be empty."""
    _write(library, state="closed", catalogue_sha256=sha256_of_file(library / CATALOGUE_NAME))


def checksum_damage(library: Path) -> Damage | None:
    """What is wrong with the catalogue file or its checksum, if anything; only while no writer is at work."""
    try:
        content = json.loads((library / CHECKSUM_NAME).read_bytes())
        state, expected, own = content["state"], content["catalogue_sha256"], content["seal_sha256"]
    except FileNotFoundError:
        return Damage(where=CHECKSUM_NAME, what="expected the checksum of the catalogue, found no file", affected=())
    except (ValueError, KeyError, TypeError) as error:
        return Damage(
            where=CHECKSUM_NAME,
            what=f"expected the checksum of the catalogue, found something else: {error}",
            affected=(),
        )
    canonical = json.dumps(content, indent=1).encode()
    if own != _own_sha256(state, expected) or (library / CHECKSUM_NAME).read_bytes() != canonical:
        return Damage(where=CHECKSUM_NAME, what="the file was changed: its own checksum does not match", affected=())
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
    write_atomically(library / CHECKSUM_NAME, lambda put: put(encoded))


def _own_sha256(state: str, catalogue_sha256: str) -> str:
    return hashlib.sha256(f"{state}\n{catalogue_sha256}".encode()).hexdigest()
