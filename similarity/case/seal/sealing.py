"""Seals: a signed manifest of the whole case folder, and time stamps on it.

    seal/1/manifest.json     what is covered (`similarity.case.seal.manifest`)
    seal/1/manifest.sig      the Ed25519 signature over it (RFC 8032), 64 bytes
    seal/1/public_key.pem    the signer's public key, as the manifest holds it too
    seal/1/timestamp.tsq     request for a time stamp on the manifest (RFC 3161)
    seal/1/timestamp.tsr     the authority's response, once there is one

Each seal covers everything but its own files: the second covers the first with its time stamp.  The files are those
that OpenSSL reads:

    openssl pkeyutl -verify -pubin -inkey public_key.pem -rawin -in manifest.json -sigfile manifest.sig
    openssl ts -verify -data manifest.json -in timestamp.tsr -CAfile root.pem
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.case.custody.log import CustodyLog, append_entry, require_intact
from similarity.case.disk.layout import CUSTODY_FILE, SEAL_FOLDER, read_bounded, utc_now
from similarity.case.seal.manifest import (
    FORMAT,
    MAX_MANIFEST_BYTES,
    Manifest,
    manifest_bytes,
    record_files,
    require_sealable,
    root_of,
)
from similarity.case.seal.timestamps import (
    MAX_RESPONSE_BYTES,
    TimeStamp,
    as_response,
    check_time_stamp,
    time_stamp_request,
)
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.signatures import SigningKey

__all__ = [
    "MANIFEST_FILE",
    "PUBLIC_KEY_FILE",
    "REQUEST_FILE",
    "RESPONSE_FILE",
    "SEALED",
    "SIGNATURE_FILE",
    "STAMPED",
    "Seal",
    "attach_time_stamp",
    "details_of",
    "newest_seal",
    "seal_case",
    "seal_folder",
    "seal_numbers",
    "sealed_in_log",
]

MANIFEST_FILE = "manifest.json"
SIGNATURE_FILE = "manifest.sig"
PUBLIC_KEY_FILE = "public_key.pem"
REQUEST_FILE = "timestamp.tsq"
RESPONSE_FILE = "timestamp.tsr"
SEALED = "sealed"
"""Action of the custody entry that is written before a seal and covered by it."""
STAMPED = "time stamp attached"
"""Action of the custody entry that records a time stamp; the next seal covers it."""

_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal on a case folder."""

    number: int
    """1, 2, 3 ..."""
    folder: str
    """Where its files lie, relative to the case folder: `seal/1`."""
    created_utc: str
    """When it was made, by the clock of the machine, UTC."""
    key_id: str
    """SHA-256 of the signer's raw public key, hexadecimal: to be compared over another channel."""
    manifest_sha256: str
    """SHA-256 of `manifest.json`, hexadecimal: what is stamped."""
    merkle_root: str
    """Root over all files, hexadecimal."""
    num_files: int
    """Files covered."""
    size_bytes: int
    """Their size, bytes."""


def seal_case(folder: Path, key: SigningKey, *, case_id: str, actor: str) -> Seal:
    """Sign what the case folder holds now, the custody log with an entry about it included.

    Nothing else may write to the folder meanwhile.

    Args:
        folder: the case folder.
        key: what signs.
        case_id: identifier of the case, as in `case.yaml`.
        actor: who seals.

    Raises:
        CaseError: the log is broken, something in the folder can't be sealed, or the disk refuses.
    """
    number = newest_seal(folder) + 1
    require_sealable(folder, seal=number)  # what can't be sealed is found before the log speaks of a seal
    append_entry(folder, actor=actor, action=SEALED, details={"key_id": key.key_id, "seal": number})
    log = require_intact(folder)
    files = record_files(folder, seal=number)
    recorded = next((record for record in files if record.path == CUSTODY_FILE), None)
    if recorded is None or recorded.size_bytes != log.size_bytes:
        raise CaseError(f"{folder / CUSTODY_FILE}: changed while the case was sealed; seal it again")
    manifest = Manifest(
        format=FORMAT,
        case_id=case_id,
        seal=number,
        created_utc=utc_now(),
        signer_key_id=key.key_id,
        signer_public_key=key.public_pem,
        custody_num_entries=len(log.entries),
        custody_head_sha256=log.head_sha256,
        files=files,
        merkle_root=root_of(files),
    )
    content = manifest_bytes(manifest)
    parts = {
        MANIFEST_FILE: content,
        SIGNATURE_FILE: key.sign(content),
        PUBLIC_KEY_FILE: key.public_pem.encode("ascii"),
        REQUEST_FILE: time_stamp_request(content),
    }
    _write_folder(seal_folder(folder, number), parts)
    return _seal(manifest, content)


def attach_time_stamp(
    folder: Path, response: bytes, *, actor: str, roots: Sequence[bytes] = (), request: bytes | None = None
) -> TimeStamp:
    """Keep an authority's response to the newest seal's request, and record it in the custody log.

    Args:
        folder: the case folder.
        response: the response, or the token in it.
        actor: who attaches it.
        roots: root certificates (PEM or DER) that are trusted; `TimeStamp.trust` says what came of it.
        request: the request that was sent, where it was not `timestamp.tsq`; it replaces that.

    Raises:
        CaseError: there is no seal, or it has a time stamp already.
        SignatureError: the stamp is not one on this seal, or not signed below these roots.
    """
    number = newest_seal(folder)
    if number == 0:
        raise CaseError(f"{folder}: has no seal that could be stamped; seal it first")
    own = seal_folder(folder, number)
    if (own / RESPONSE_FILE).exists() or (own / RESPONSE_FILE).is_symlink():
        raise CaseError(f"{own / RESPONSE_FILE}: stands there already; seal again to have a new seal stamped")
    content = read_bounded(own / MANIFEST_FILE, MAX_MANIFEST_BYTES)
    asked = read_bounded(own / REQUEST_FILE, MAX_RESPONSE_BYTES) if request is None else request
    whole = as_response(response)
    stamp = check_time_stamp(whole, content, request=asked, roots=roots)
    require_intact(folder)
    try:
        if request is not None:
            write_atomically(own / REQUEST_FILE, request)
        write_atomically(own / RESPONSE_FILE, whole)
    except OSError as error:
        raise CaseError(f"{own}: can't be written: {error.strerror or error}; check its rights") from error
    details = {
        "request_sha256": hashlib.sha256(asked).hexdigest(),
        "response_sha256": hashlib.sha256(whole).hexdigest(),
        "seal": number,
        "serial_number": stamp.serial_number,
        "utc": stamp.utc,
    }
    append_entry(folder, actor=actor, action=STAMPED, details=details)
    return stamp


def seal_numbers(folder: Path) -> tuple[int, ...]:
    """Numbers of the seals on a case folder, ascending; folders of other names are none.

    Raises:
        CaseError: the folder of seals can't be listed.
    """
    path = folder / SEAL_FOLDER
    try:
        if not path.is_dir() or path.is_symlink():
            return ()
        names = [entry.name for entry in path.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except OSError as error:
        raise CaseError(f"{path}: can't be listed: {error.strerror or error}; check its rights") from error
    return tuple(sorted(int(name) for name in names if _NUMBER.fullmatch(name)))


def newest_seal(folder: Path) -> int:
    """Number of the newest seal; 0 where there is none.

    Raises:
        CaseError: a seal is missing: their numbers don't run 1, 2, 3 ...
    """
    numbers = seal_numbers(folder)
    if numbers != tuple(range(1, len(numbers) + 1)):
        raise CaseError(
            f"{folder / SEAL_FOLDER}: expected seals 1, 2, 3 ..., got {', '.join(map(str, numbers[:20]))}; "
            "put back the seals that are missing"
        )
    return len(numbers)


def seal_folder(folder: Path, number: int) -> Path:
    """Where the files of a seal lie."""
    return folder / SEAL_FOLDER / str(number)


def sealed_in_log(log: CustodyLog) -> tuple[int, ...]:
    """Numbers of the seals that the custody log speaks of, ascending."""
    return tuple(sorted({number for number, _ in details_of(log, SEALED)}))


def details_of(log: CustodyLog, action: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Seal number and details of the entries with this action that name a seal."""
    for entry in log.entries:
        if entry.action == action:
            details = json.loads(entry.details_json)
            if type(details.get("seal")) is int:
                yield details["seal"], details


def _seal(manifest: Manifest, content: bytes) -> Seal:
    return Seal(
        number=manifest.seal,
        folder=f"{SEAL_FOLDER}/{manifest.seal}",
        created_utc=manifest.created_utc,
        key_id=manifest.signer_key_id,
        manifest_sha256=hashlib.sha256(content).hexdigest(),
        merkle_root=manifest.merkle_root,
        num_files=len(manifest.files),
        size_bytes=sum(record.size_bytes for record in manifest.files),
    )


def _write_folder(target: Path, parts: dict[str, bytes]) -> None:
    """All files of a seal, or no seal."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
        try:
            for name, content in parts.items():
                write_atomically(temporary / name, content)
            temporary.chmod(0o755)
            temporary.replace(target)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise CaseError(f"{target}: can't be written: {error.strerror or error}; check the room on the disk") from error
