"""Reading and validating C2PA manifests (C2PA Technical Specification 2.x) with the `c2pa` library of its authors.

Nothing is fetched: no remote manifest, no certificate status.  The certificate is held against a trust list only if one
is given; the signature and the hashes are checked in either case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from similarity.errors import AccessError
from similarity.phrases import Phrase, phrase
from similarity.provenance.c2pa_manifest import Json, active_manifest, failures_in, fields_of
from similarity.provenance.found import quoted
from similarity.provenance.mp4 import has_more_boxes_than
from similarity.provenance.values import LabelReading, LabelState

__all__ = ["C2PA_TYPES", "c2pa_reading"]

C2PA_TYPES: Mapping[str, tuple[str, str]] = {
    "mp4": ("video/mp4", "top-level uuid box"),
    "mov": ("video/quicktime", "top-level uuid box"),
    "avi": ("video/avi", "C2PA chunk"),
    "JPEG": ("image/jpeg", "APP11 JUMBF"),
    "PNG": ("image/png", "caBX chunk"),
    "WEBP": ("image/webp", "C2PA chunk"),
    "TIFF": ("image/tiff", "tag 52545"),
    "AVIF": ("image/avif", "top-level uuid box"),
    "HEIC": ("image/heic", "top-level uuid box"),
    "GIF": ("image/gif", "application extension"),
}
"""Container -> media type for the library, and where its manifest store stands (C2PA specification, Annex A)."""

_NO_TRUST_LIST = phrase("no trust list is configured: the signer's certificate is not checked against one")
_NOTHING_FETCHED = phrase("nothing is fetched: no remote manifest, no certificate status")
_UNNAMED_FAILURE = phrase("the library calls the manifest invalid and names no failure")
_STORE_MARK = b"jumdc2pa"  # a JUMBF description box of type c2pa opens every manifest store
_BOXED = frozenset({"mp4", "mov", "AVIF", "HEIC"})
_MAX_BOXES = 20_000  # the library's time grows with the square of their number: here, some seconds
_SEARCHED_BYTES = 32 * 1024 * 1024


def c2pa_reading(path: Path, container: str, *, trust_list_pem: str | None = None) -> LabelReading:
    """The active manifest of a file.

    Args:
        path: the file.
        container: a key of `C2PA_TYPES`; others give `unreadable`.
        trust_list_pem: certificates of the trust anchors, PEM; None checks no trust.

    Raises:
        AccessError: the trust list holds no certificate.
    """
    if trust_list_pem is not None:
        _require_certificates(trust_list_pem)
    limits = (_NOTHING_FETCHED,) if trust_list_pem else (_NO_TRUST_LIST, _NOTHING_FETCHED)
    if container not in C2PA_TYPES:
        reason = phrase("the C2PA library reads no manifests in this container")
        if _has_store(path):
            reason = phrase("{reason}, though the mark of a manifest store stands in its bytes", reason=reason)
        return _empty("unreadable", "", (reason,), limits)
    media_type, place = C2PA_TYPES[container]
    from c2pa import C2paError  # type: ignore[import-untyped]

    try:
        with path.open("rb") as file:
            if container in _BOXED and has_more_boxes_than(_MAX_BOXES, file, path.stat().st_size):
                reason = phrase("more than {number} boxes: the C2PA library would take too long", number=_MAX_BOXES)
                return _empty("unreadable", place, (reason,), limits)
            file.seek(0)
            stores = _read_stores(file, media_type, trust_list_pem)
    except OSError as error:
        reason = phrase("the file can't be read: {reason}", reason=str(error.strerror))
        return _empty("unreadable", place, (reason,), limits)
    except C2paError as error:
        return _of_error(error, path, place, limits)
    except ValueError as error:
        reason = phrase("the manifest store is no valid JSON: {reason}", reason=quoted(str(error)))
        return _empty("damaged", place, (reason,), limits)
    return _of_stores(*stores, place=place, limits=limits, has_trust_list=trust_list_pem is not None)


def _read_stores(file: BinaryIO, media_type: str, trust_list_pem: str | None) -> tuple[Json, Json]:
    from c2pa import Context, Reader, Settings

    verify = {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": trust_list_pem is not None}
    settings: dict[str, object] = {"verify": verify}
    if trust_list_pem is not None:
        settings["trust"] = {"trust_anchors": trust_list_pem}
    with (
        Settings.from_dict(settings) as chosen,
        Context(chosen) as context,
        Reader(media_type, file, context=context) as reader,
    ):
        return json.loads(reader.json()), json.loads(reader.detailed_json())


def _of_error(error: Exception, path: Path, place: str, limits: tuple[Phrase, ...]) -> LabelReading:
    """The library's errors are told apart by their code, which opens the message."""
    code = str(error).partition(":")[0]
    says = quoted(str(error))
    has_store = _has_store(path)
    broken = phrase("a manifest store is there and can't be read: {reason}", reason=says)
    match code:
        case "ManifestNotFound" if not has_store:
            return _empty("absent", place, (), limits)
        case "RemoteManifest":
            reason = phrase("the manifest stands at another address, and is not fetched: {reason}", reason=says)
            return _empty("unreadable", place, (reason,), limits)
        case "ManifestNotFound" | "Verify" | "Decoding" | "Signature" | "Json" | "Manifest":
            return _empty("damaged", place, (broken,), limits)
        case _ if has_store or code.startswith("Assertion"):
            return _empty("damaged", place, (broken,), limits)
    reason = phrase("the C2PA library can't read the file: {reason}", reason=says)
    return _empty("unreadable", place, (reason,), limits)


def _of_stores(
    summary: Json, details: Json, *, place: str, limits: tuple[Phrase, ...], has_trust_list: bool
) -> LabelReading:
    manifest = active_manifest(summary, details, has_trust_list=has_trust_list)
    if manifest is None:
        return _empty("damaged", place, (phrase("the manifest store names no active manifest"),), limits)
    is_damaged = manifest.validation_state not in {"Valid", "Trusted"}
    failures = failures_in(summary)
    return LabelReading(
        kind="c2pa",
        state="damaged" if is_damaged else "present",
        place=place,
        fields=fields_of(manifest),
        problems=failures or ((_UNNAMED_FAILURE,) if is_damaged else ()),
        limits=limits,
        manifest=manifest,
    )


def _require_certificates(trust_list_pem: str) -> None:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        load_pem_x509_certificates(trust_list_pem.encode("utf-8", "replace"))
    except ValueError as error:
        raise AccessError(
            f"the C2PA trust list: expected PEM certificates, got none ({error}); give the trust anchors as PEM"
        ) from error


def _empty(state: LabelState, place: str, problems: tuple[Phrase, ...], limits: tuple[Phrase, ...]) -> LabelReading:
    return LabelReading(kind="c2pa", state=state, place=place, fields=(), problems=problems, limits=limits)


def _has_store(path: Path) -> bool:
    """Whether the mark of a manifest store stands near the start or the end of the file."""
    try:
        with path.open("rb") as file:
            if _STORE_MARK in file.read(_SEARCHED_BYTES):
                return True
            file.seek(max(path.stat().st_size - _SEARCHED_BYTES, 0))
            return _STORE_MARK in file.read(_SEARCHED_BYTES)
    except OSError:
        return False
