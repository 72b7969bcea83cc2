"""The manifest of a seal: every file of the case folder with size and SHA-256, and one Merkle root over them.

The leaves of the tree are the canonical JSON (RFC 8785) of path, SHA-256 and size, in order of the paths' code
points; the tree is that of RFC 6962.  Paths are relative, with slashes, in NFC.  Of the custody log, which goes on
after a seal, the manifest holds what it was at that time: any later log begins with those very bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from similarity.canonical import canonical_json
from similarity.case.disk.hashing import sha256_of_file
from similarity.case.disk.layout import read_bounded
from similarity.case.disk.walk import walk_case
from similarity.case.seal.merkle import merkle_root
from similarity.errors import CaseError, StoredJsonError
from similarity.stored_json import read_stored
from similarity.text import as_printable

__all__ = [
    "FORMAT",
    "MAX_MANIFEST_BYTES",
    "FileRecord",
    "Manifest",
    "leaf_of",
    "manifest_bytes",
    "parse_manifest",
    "read_manifest",
    "record_files",
    "require_sealable",
    "root_of",
]

FORMAT = "case-manifest-1"
"""Changes with any change of shape or meaning."""
MAX_MANIFEST_BYTES = 256_000_000
"""Larger manifests are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file as the manifest knows it."""

    path: str
    """Relative to the case folder, with slashes, NFC."""
    sha256: str
    """SHA-256 of its bytes, hexadecimal."""
    size_bytes: int
    """Size, bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a seal covers."""

    format: str
    """`FORMAT` of the writer."""
    case_id: str
    """Identifier of the case."""
    seal: int
    """Number of the seal, from 1."""
    created_utc: str
    """When it was made, by the clock of the machine, UTC."""
    signer_key_id: str
    """SHA-256 of the raw public key of the signer, hexadecimal."""
    signer_public_key: str
    """The public key as PEM."""
    custody_num_entries: int
    """Entries in the custody log."""
    custody_head_sha256: str
    """`sha256` of the last of them."""
    files: tuple[FileRecord, ...]
    """Every file of the case folder but those of this seal, in order of their paths."""
    merkle_root: str
    """Root of the tree over `files`, hexadecimal."""


def record_files(folder: Path, *, seal: int) -> tuple[FileRecord, ...]:
    """Hash every file of a case folder but those of one seal.

    Raises:
        CaseError: something in the folder can't be sealed (links, pipes, names that collide, leftovers), by name.
    """
    return tuple(_record(path, at) for path, at in sorted(require_sealable(folder, seal=seal).items()))


def require_sealable(folder: Path, *, seal: int) -> dict[str, Path]:
    """The files that a seal would cover, and where each lies; none is read.

    Raises:
        CaseError: something in the folder can't be sealed, by name.
    """
    walked = walk_case(folder, seal=seal)
    if walked.problems:
        listed = "; ".join(f"{problem.path}: {problem.reason}" for problem in walked.problems[:10])
        more = f" and {len(walked.problems) - 10} more" if len(walked.problems) > 10 else ""
        raise CaseError(f"{folder}: can't be sealed: {listed}{more}; put that right and try again")
    return walked.files


def root_of(files: Sequence[FileRecord]) -> str:
    """Merkle root over file records in the order given, hexadecimal."""
    return merkle_root([leaf_of(record) for record in files]).hex()


def leaf_of(record: FileRecord) -> bytes:
    """The leaf of one file: canonical JSON of `path`, `sha256` and `size_bytes`."""
    return canonical_json(asdict(record))


def manifest_bytes(manifest: Manifest) -> bytes:
    """The file `manifest.json`: what is signed and stamped.

    Raises:
        CaseError: a text in it can't be said in UTF-8.
    """
    text = json.dumps(asdict(manifest), ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    try:
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError as error:
        raise CaseError(f"manifest: a name in it is not UTF-8: {error}; rename that file") from error


def read_manifest(path: Path) -> Manifest:
    """A manifest from its file.

    Raises:
        CaseError: not readable, or not what `manifest_bytes` writes.
    """
    return parse_manifest(read_bounded(path, MAX_MANIFEST_BYTES), name=as_printable(path))


def parse_manifest(content: bytes, *, name: str) -> Manifest:
    """A manifest from its bytes; `name` stands in messages.

    Raises:
        CaseError: not what `manifest_bytes` writes, of another format, or with files out of order.
    """
    try:
        manifest = read_stored(content, Manifest)
    except StoredJsonError as error:
        raise CaseError(f"{name}: is no manifest: {as_printable(str(error))}") from error
    paths = [record.path for record in manifest.files]
    if manifest.format != FORMAT:
        raise CaseError(f"{name}: expected the format {FORMAT}, got {as_printable(manifest.format)}")
    if paths != sorted(set(paths)) or manifest_bytes(manifest) != content:
        raise CaseError(f"{name}: is not written as manifests are: files in order, each once, one way of writing")
    return manifest


def _record(path: str, at: Path) -> FileRecord:
    sha256, size_bytes = sha256_of_file(at)
    return FileRecord(path=path, sha256=sha256, size_bytes=size_bytes)
