"""Proofs that one file lies under the Merkle root of a seal, without the other files (RFC 6962, 2.1.1).

`case seal` prints the root, and the signed manifest holds it.  Whoever has a root from there, a file and its proof
needs neither the case nor its manifest to see that the file was sealed as it is.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from similarity.case.disk.hashing import sha256_of_file
from similarity.case.disk.layout import not_a_case, read_bounded
from similarity.case.seal.manifest import FileRecord, Manifest, leaf_of, read_manifest, root_of
from similarity.case.seal.merkle import inclusion_path, is_included
from similarity.case.seal.sealing import MANIFEST_FILE, newest_seal, seal_folder
from similarity.errors import CaseError, SignatureError, StoredJsonError
from similarity.files import write_atomically
from similarity.stored_json import read_stored
from similarity.text import as_printable

__all__ = ["InclusionProof", "check_proof", "prove", "prove_file", "verify_proof"]

_MAX_PROOF_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Shows that one file is among those under a Merkle root, without showing the others."""

    case_id: str
    """Identifier of the case."""
    seal: int
    """Number of the seal whose root it is."""
    record: FileRecord
    """The file."""
    index: int
    """Its place among the files, from 0."""
    num_files: int
    """Number of files."""
    siblings: tuple[str, ...]
    """Hashes from the leaf upwards, hexadecimal (audit path, RFC 6962, 2.1.1)."""


def prove(folder: Path, path: str, out: Path) -> tuple[InclusionProof, str]:
    """Write the proof that the newest seal of a case covers a file.

    Args:
        folder: the case folder.
        path: the file, relative to the folder, with slashes, as the manifest lists it.
        out: where the proof goes, as JSON.

    Returns:
        The proof, and the Merkle root that it leads to, hexadecimal.

    Raises:
        CaseError: no sealed case, no such file under its seal, a manifest that does not add up, `out` inside the
            case, or a full disk.
    """
    if not folder.is_dir():
        raise not_a_case(folder)
    if out.resolve().is_relative_to(folder.resolve()):
        raise CaseError(f"{out}: lies in the case folder, whose seal does not cover it; name a file elsewhere")
    number = newest_seal(folder)
    if number == 0:
        raise CaseError(f"{folder}: is not sealed, so nothing covers a file yet: similarity case seal {folder}")
    manifest = read_manifest(seal_folder(folder, number) / MANIFEST_FILE)
    if root_of(manifest.files) != manifest.merkle_root:
        raise CaseError(f"{folder}: the Merkle root of seal {number} is not that of its files; put back its manifest")
    proof = prove_file(manifest, path)
    try:
        write_atomically(out, json.dumps(asdict(proof), ensure_ascii=False, indent=1).encode("utf-8") + b"\n")
    except OSError as error:
        raise CaseError(f"{out}: can't be written: {error.strerror or error}; name another place") from error
    return proof, manifest.merkle_root


def check_proof(file: Path, proof: Path, root: str) -> InclusionProof:
    """Make sure that a file is the one that a proof speaks of, and that the proof leads to a Merkle root.

    Args:
        file: the file, under whatever name.
        proof: what `prove` wrote.
        root: Merkle root of the seal, hexadecimal, as its signed manifest or its maker gave it.

    Raises:
        CaseError: a file can't be read, or the proof is none.
        SignatureError: the file is another one, or the proof does not lead to this root.
    """
    try:
        stated = read_stored(read_bounded(proof, _MAX_PROOF_BYTES), InclusionProof)
    except StoredJsonError as error:
        expected = "expected what `similarity case prove` wrote"
        raise CaseError(f"{as_printable(proof)}: is no proof: {as_printable(str(error))}; {expected}") from error
    sha256, size_bytes = sha256_of_file(file)
    if (sha256, size_bytes) != (stated.record.sha256, stated.record.size_bytes):
        raise SignatureError(
            f"{as_printable(file)}: is not the file that was sealed as {as_printable(stated.record.path)}: expected "
            f"SHA-256 {as_printable(stated.record.sha256)}, got {sha256}"
        )
    if not verify_proof(stated, root.strip().lower()):
        raise SignatureError(f"{as_printable(proof)}: does not lead to the Merkle root {as_printable(root)}")
    return stated


def prove_file(manifest: Manifest, path: str) -> InclusionProof:
    """The proof that a file lies under the manifest's root.

    Raises:
        CaseError: the manifest knows no such file.
    """
    index = next((at for at, record in enumerate(manifest.files) if record.path == path), None)
    if index is None:
        raise CaseError(f"{as_printable(path)}: seal {manifest.seal} covers no such file; expected a path as it lists")
    siblings = inclusion_path([leaf_of(record) for record in manifest.files], index)
    return InclusionProof(
        case_id=manifest.case_id,
        seal=manifest.seal,
        record=manifest.files[index],
        index=index,
        num_files=len(manifest.files),
        siblings=tuple(sibling.hex() for sibling in siblings),
    )


def verify_proof(proof: InclusionProof, root: str) -> bool:
    """Whether a proof leads to this Merkle root, hexadecimal."""
    try:
        siblings = [bytes.fromhex(sibling) for sibling in proof.siblings]
        return is_included(leaf_of(proof.record), proof.index, proof.num_files, siblings, bytes.fromhex(root))
    except ValueError:
        return False
