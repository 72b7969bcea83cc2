"""Checks of one seal: manifest, root, signature, signer, custody log, time stamp, and of the newest, every file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.case.audit.checks import failed, passed
from similarity.case.audit.trust import Signer
from similarity.case.custody.log import CustodyLog
from similarity.case.disk.hashing import sha256_of_file
from similarity.case.disk.layout import CUSTODY_FILE, SEAL_FOLDER, read_bounded
from similarity.case.seal.manifest import MAX_MANIFEST_BYTES, FileRecord, Manifest, parse_manifest, root_of
from similarity.case.seal.sealing import (
    MANIFEST_FILE,
    PUBLIC_KEY_FILE,
    REQUEST_FILE,
    RESPONSE_FILE,
    SIGNATURE_FILE,
    STAMPED,
    details_of,
    seal_folder,
)
from similarity.case.seal.timestamps import MAX_RESPONSE_BYTES, check_time_stamp, time_stamp_request
from similarity.case.values import Check
from similarity.errors import CaseError, KeyFileError, SignatureError
from similarity.signatures import key_id_of, verify_signature
from similarity.text import as_printable

__all__ = ["SIGNED_BY", "Trust", "covered_files_checks", "seal_checks"]

SIGNED_BY = "signed by "
"""How a check says whose seal it is."""
_MAX_SMALL_FILE = 100_000
_TO_SECONDS = len("2024-05-01T08:30:00")

Hasher = Callable[[Path], tuple[str, int]]
"""SHA-256 in hex and size of a file, hashed once however often it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What whoever verifies brings along, from outside the case folder."""

    signers: tuple[Signer, ...]
    """Whose seals are expected."""
    roots: tuple[bytes, ...]
    """Root certificates of time stamping authorities, PEM or DER."""


def seal_checks(folder: Path, number: int, log: CustodyLog, trust: Trust) -> Iterator[Check]:
    """Everything about one seal but the files that it covers.

    Args:
        folder: the case folder.
        number: of the seal, from 1.
        log: the custody log.
        trust: what whoever verifies brings along.
    """
    one = _OneSeal(folder, number, log, trust)
    path = one.path(MANIFEST_FILE)
    try:
        content = one.read(MANIFEST_FILE, MAX_MANIFEST_BYTES)
        manifest = parse_manifest(content, name=path)
    except CaseError as error:
        yield failed(f"seal.{number}.manifest", str(error), path)
        return
    yield _manifest_check(one, manifest)
    yield _signature_check(one, content, manifest)
    yield _signer_check(one, manifest)
    yield _custody_check(one, manifest)
    yield _time_stamp_check(one, content, manifest.created_utc)


@dataclass(frozen=True, slots=True)
class _OneSeal:
    """A seal that is looked at, and what it is held against."""

    folder: Path
    number: int
    log: CustodyLog
    trust: Trust

    def name(self, what: str) -> str:
        return f"seal.{self.number}.{what}"

    def path(self, file: str) -> str:
        return f"{SEAL_FOLDER}/{self.number}/{file}"

    def read(self, file: str, limit_bytes: int) -> bytes:
        return read_bounded(seal_folder(self.folder, self.number) / file, limit_bytes)

    def is_there(self, file: str) -> bool:
        path = seal_folder(self.folder, self.number) / file
        return path.exists() or path.is_symlink()


def covered_files_checks(manifest: Manifest, found: dict[str, Path], sha256_of: Hasher) -> Iterator[Check]:
    """Every file that a seal covers is there and unchanged, and nothing else is.

    Args:
        manifest: of the newest seal.
        found: files in the case folder, those of that seal among them.
        sha256_of: hashes a file.
    """
    at = f"seal.{manifest.seal}"
    missing = tuple(record.path for record in manifest.files if record.path not in found)
    changed = tuple(
        record.path
        for record in manifest.files
        if record.path in found and not _is_unchanged(record, found[record.path], sha256_of)
    )
    own = {
        f"{SEAL_FOLDER}/{manifest.seal}/{name}"
        for name in (MANIFEST_FILE, SIGNATURE_FILE, PUBLIC_KEY_FILE, REQUEST_FILE, RESPONSE_FILE)
    }
    unknown = tuple(sorted(set(found) - {record.path for record in manifest.files} - own))
    total = len(manifest.files)
    yield _listed(f"{at}.files_missing", missing, f"all {total} files that the seal covers are there", "missing")
    yield _listed(f"{at}.files_changed", changed, f"what is there of {total} files is as it was sealed", "changed")
    yield _listed(f"{at}.files_unknown", unknown, "no file was added after the seal", "not covered by the seal")


def _manifest_check(one: _OneSeal, manifest: Manifest) -> Check:
    name, path = one.name("manifest"), one.path(MANIFEST_FILE)
    if manifest.seal != one.number:
        return failed(name, f"it is the manifest of seal {manifest.seal}, expected seal {one.number}", path)
    if root_of(manifest.files) != manifest.merkle_root:
        return failed(name, "the Merkle root is not that of the files that are listed", path)
    what = f"{len(manifest.files)} files under the Merkle root {manifest.merkle_root}"
    return passed(name, what, path)


def _signature_check(one: _OneSeal, content: bytes, manifest: Manifest) -> Check:
    name = one.name("signature")
    signed, signature, key = one.path(MANIFEST_FILE), one.path(SIGNATURE_FILE), one.path(PUBLIC_KEY_FILE)
    try:
        verify_signature(manifest.signer_public_key, content, one.read(SIGNATURE_FILE, _MAX_SMALL_FILE))
        key_id = key_id_of(manifest.signer_public_key)
    except CaseError as error:
        return failed(name, str(error), signature)
    except (SignatureError, KeyFileError) as error:
        return failed(name, str(error), signed, signature)
    if key_id != manifest.signer_key_id:
        return failed(name, "the key and the key id that the manifest names differ", signed)
    try:
        is_same_key = one.read(PUBLIC_KEY_FILE, _MAX_SMALL_FILE) == manifest.signer_public_key.encode("utf-8")
    except CaseError as error:
        return failed(name, str(error), key)
    if not is_same_key:
        return failed(name, "it is not the key that the manifest names", key)
    what = f"the Ed25519 signature over the manifest fits the key {key_id}"
    return passed(name, what, signed, signature, key)


def _signer_check(one: _OneSeal, manifest: Manifest) -> Check:
    name, path = one.name("signer"), one.path(PUBLIC_KEY_FILE)
    signers = one.trust.signers
    if not signers:
        what = f"whose key {manifest.signer_key_id} is can't be known from the case; compare it over another channel"
        return Check(name=name, state="not_checked", what=what, files=(path,))
    known = next((signer for signer in signers if signer.key_id == manifest.signer_key_id), None)
    if known is None:
        expected = ", ".join(as_printable(signer.name) for signer in signers)
        return failed(name, f"expected {expected}, got the key {manifest.signer_key_id}", path)
    return passed(name, f"{SIGNED_BY}{known.name}", path)


def _custody_check(one: _OneSeal, manifest: Manifest) -> Check:
    """The log of today begins with the log that was sealed."""
    name, entries, wanted = one.name("custody"), one.log.entries, manifest.custody_num_entries
    if not 0 < wanted <= len(entries):
        what = f"expected a log that begins with the {wanted} entries that were sealed, got {len(entries)} intact ones"
        return failed(name, what, CUSTODY_FILE)
    record = next((record for record in manifest.files if record.path == CUSTODY_FILE), None)
    is_same_head = entries[wanted - 1].sha256 == manifest.custody_head_sha256
    if not is_same_head or record is None or not _is_prefix(record, one.folder / CUSTODY_FILE):
        return failed(
            name, f"its first {wanted} entries are not those that were sealed: it was written anew", CUSTODY_FILE
        )
    later = len(entries) - wanted
    what = f"its first {wanted} entries are those that were sealed" + (f"; {later} were added later" if later else "")
    return passed(name, what, CUSTODY_FILE)


def _time_stamp_check(one: _OneSeal, content: bytes, created_utc: str) -> Check:
    name = one.name("time_stamp")
    recorded = [details for at, details in details_of(one.log, STAMPED) if at == one.number]
    try:
        request = one.read(REQUEST_FILE, MAX_RESPONSE_BYTES)
    except CaseError as error:
        return failed(name, str(error), one.path(REQUEST_FILE))
    derived = hashlib.sha256(time_stamp_request(content)).hexdigest()
    known = {derived, *(str(details.get("request_sha256")) for details in recorded)}
    if hashlib.sha256(request).hexdigest() not in known:
        return failed(name, "the request is not the one for this manifest", one.path(REQUEST_FILE))
    if one.is_there(RESPONSE_FILE):
        known = {str(details.get("response_sha256")) for details in recorded}
        return _response_check(one, content, request, created_utc, known)
    if recorded:
        return failed(name, "the custody log records a time stamp that is not there", one.path(RESPONSE_FILE))
    what = "no time stamp is attached: when the seal was made rests on the clock of the machine alone"
    return Check(name=name, state="not_checked", what=what, files=(one.path(REQUEST_FILE),))


def _response_check(one: _OneSeal, content: bytes, request: bytes, created_utc: str, recorded: set[str]) -> Check:
    name, path = one.name("time_stamp"), one.path(RESPONSE_FILE)
    try:
        response = one.read(RESPONSE_FILE, MAX_RESPONSE_BYTES)
        stamp = check_time_stamp(response, content, request=request, roots=one.trust.roots)
    except (CaseError, SignatureError) as error:
        return failed(name, str(error), path)
    if hashlib.sha256(response).hexdigest() not in recorded and one.log.broken is None:
        what = "the custody log does not record it: lines of the log are gone, or the stamp was put there by hand"
        return failed(name, what, path, CUSTODY_FILE)
    what = f"stamped {stamp.utc} under serial number {stamp.serial_number}"
    if isinstance(stamp.nonce, NotMeasured):
        what += " (without a nonce)"
    if stamp.utc[:_TO_SECONDS] < created_utc[:_TO_SECONDS]:
        what += f"; the clock of the machine was ahead: it said {created_utc} when the seal was made"
    if isinstance(stamp.trust, NotMeasured):
        what += f", on this manifest; not verified: {stamp.trust.reason}"
        return Check(name=name, state="not_checked", what=what, files=(path,))
    what += f", signed by an authority below {stamp.trust}"
    return passed(name, what, path)


def _is_unchanged(record: FileRecord, path: Path, sha256_of: Hasher) -> bool:
    if record.path == CUSTODY_FILE:
        return _is_prefix(record, path)
    try:
        return sha256_of(path) == (record.sha256, record.size_bytes)
    except CaseError:
        return False


def _is_prefix(record: FileRecord, path: Path) -> bool:
    """Whether the file still begins with what was sealed: a log that went on does."""
    try:
        return sha256_of_file(path, first_bytes=record.size_bytes) == (record.sha256, record.size_bytes)
    except CaseError:
        return False


def _listed(name: str, wrong: Sequence[str], well: str, badly: str) -> Check:
    if not wrong:
        return passed(name, well)
    what = f"{len(wrong)} {badly}: {', '.join(map(as_printable, wrong[:20]))}{' ...' if len(wrong) > 20 else ''}"
    return Check(name=name, state="failed", what=what, files=tuple(map(as_printable, wrong)))
