"""Time stamps of an authority (RFC 3161): the request, what a response says, and whether it holds.

Stamped is the file `manifest.json` itself, by its SHA-256.  A stamp over the signature would leave a dishonest signer
room: a key can be made so that one signature fits two contents.  The manifest names the signer's key.

The nonce of the request follows from the manifest, so the request can be derived again and no byte of it is free.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from similarity.absence import NotMeasured, not_measured
from similarity.errors import SignatureError

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

__all__ = [
    "MAX_RESPONSE_BYTES",
    "TimeStamp",
    "as_response",
    "check_time_stamp",
    "fetch_time_stamp",
    "time_stamp_request",
]

MAX_RESPONSE_BYTES = 1_000_000
"""Larger responses are refused; real ones are a few kilobytes."""

_HASHES: dict[str, Literal["sha256", "sha384", "sha512"]] = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_DER_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier: id-sha256, NULL (RFC 5754, 2)
_DER_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OBJECT IDENTIFIER id-signedData (RFC 5652, 5.1)
_DER_GRANTED = bytes.fromhex("3003020100")  # PKIStatusInfo: status granted (RFC 3161, 2.4.2)
_GRANTED = 0
_EXPECTED = "expected the response of a time stamping authority (RFC 3161, .tsr) or the token in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStamp:
    """What a time stamp says."""

    utc: str
    """When the authority stamped, UTC."""
    accuracy_seconds: float | NotMeasured
    """How far off that may be, seconds, as the authority states it."""
    serial_number: str
    """Serial number of the stamp, decimal."""
    policy: str
    """Object identifier of the authority's policy."""
    authority: str | NotMeasured
    """Name of the authority's certificate, as far as the stamp carries it."""
    hash_algorithm: str
    """Hash of the imprint: `sha256`, `sha384` or `sha512`."""
    nonce: str | NotMeasured
    """Nonce that ties the response to a request, decimal."""
    trust: str | NotMeasured
    """Root certificate that the authority's signature leads to; not measured where none was given."""


def time_stamp_request(data: bytes) -> bytes:
    """The request for a stamp on this content (DER, RFC 3161, 2.4.1): SHA-256, a nonce, certificate asked for."""
    nonce = int.from_bytes(hashlib.sha256(b"nonce" + data).digest()[:8], "big") >> 1
    imprint = _der(0x30, _DER_SHA256 + _der(0x04, hashlib.sha256(data).digest()))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _der(0x30, _der(0x02, b"\x01") + imprint + _der(0x02, number) + _der(0x01, b"\xff"))


def as_response(content: bytes) -> bytes:
    """A response (TimeStampResp) from a response or from a bare token, as some authorities hand out.

    Raises:
        SignatureError: neither.
    """
    if len(content) > MAX_RESPONSE_BYTES:
        raise SignatureError(f"time stamp: got {len(content)} bytes; {_EXPECTED}, of at most {MAX_RESPONSE_BYTES}")
    header = 2 + (content[1] & 0x7F if len(content) > 1 and content[1] & 0x80 else 0)
    if content[header:].startswith(_DER_SIGNED_DATA):
        content = _der(0x30, _DER_GRANTED + content)
    _decoded(content)
    return content


def check_time_stamp(response: bytes, data: bytes, *, request: bytes, roots: Sequence[bytes] = ()) -> TimeStamp:
    """What a stamp says, where it is one on this content and, with a root certificate, where its signature holds.

    Args:
        response: the authority's response.
        data: the content that it is to stamp.
        request: the request that it answers.
        roots: root certificates (PEM or DER) that are trusted; without any, anybody may have made the stamp, and
            `TimeStamp.trust` says so.

    Raises:
        SignatureError: no stamp, refused by the authority, on another content, for another request, or not signed by
            an authority below these roots with a certificate for time stamping that was valid then.
    """
    stamp = _decoded(response)
    info = stamp.tst_info
    algorithm = _HASHES.get(info.message_imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        name = info.message_imprint.hash_algorithm.dotted_string
        raise SignatureError(f"time stamp: expected an imprint by SHA-256, SHA-384 or SHA-512, got {name}")
    if info.message_imprint.message != hashlib.new(algorithm, data).digest():
        raise SignatureError("time stamp: its imprint is not of this content: it stamps something else")
    nonce = _nonce(info)
    wanted = _requested_nonce(request, data)
    if nonce is not None and wanted is not None and nonce != wanted:
        raise SignatureError(
            "time stamp: its nonce is not that of the request that is kept; "
            "it answers another request for the same content: give that request too"
        )
    return TimeStamp(
        utc=info.gen_time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        accuracy_seconds=_accuracy(info),
        serial_number=str(info.serial_number),
        policy=info.policy.dotted_string,
        authority=_authority(stamp),
        hash_algorithm=algorithm,
        nonce=not_measured("the response carries none") if nonce is None else str(nonce),
        trust=_trust(stamp, data, roots),
    )


def fetch_time_stamp(url: str, request: bytes, *, timeout_seconds: float = 20.0) -> bytes:
    """Send a request to an authority over HTTP (RFC 3161, 3.4) and give back its response, unchecked.

    Args:
        url: address of the authority.
        request: the request, DER.
        timeout_seconds: how long to wait.

    Raises:
        SignatureError: no such address, no answer in time, or no time stamp response.
    """
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    if re.match(r"https?://[^/]", url, re.IGNORECASE) is None:
        raise SignatureError(f"time stamp: expected an address that begins with http:// or https://, got {url!r:.200}")
    try:
        asked = Request(url, data=request, headers=headers, method="POST")  # noqa: S310 - the scheme is looked at above
        with urlopen(asked, timeout=timeout_seconds) as answer:  # noqa: S310 - the same
            content: bytes = answer.read(MAX_RESPONSE_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise SignatureError(
            f"time stamp: {url!r:.200} gave no answer: {error}; try again, or send timestamp.tsq by other means"
        ) from error
    return as_response(content)


def _decoded(content: bytes) -> TimeStampResponse:
    """The response, granted and complete as far as it is going to be looked at."""
    from rfc3161_client import decode_timestamp_response

    try:
        stamp = decode_timestamp_response(content)
        status = stamp.status
        said = "; ".join(map(str, stamp.status_string))
    except Exception as error:
        raise SignatureError(f"time stamp: can't be read: {error}; {_EXPECTED}") from error
    if status != _GRANTED:
        raise SignatureError(f"time stamp: the authority refused (status {status}) {said:.200}; ask again")
    try:
        info = stamp.tst_info
        complete = (info.gen_time, info.serial_number, info.policy, info.message_imprint, _nonce(info), _accuracy(info))
    except Exception as error:
        raise SignatureError(f"time stamp: holds no stamp that can be read: {error}; {_EXPECTED}") from error
    if any(part is None for part in complete[:4]):
        raise SignatureError(f"time stamp: is incomplete; {_EXPECTED}")
    return stamp


def _nonce(info: Any) -> int | None:
    nonce: int | None = info.nonce
    return nonce


def _requested_nonce(request: bytes, data: bytes) -> int | None:
    """The nonce of a request for a stamp on this content."""
    from rfc3161_client._rust import parse_timestamp_request

    try:
        asked = parse_timestamp_request(request)
        imprint, is_canonical, nonce = asked.message_imprint, asked.as_bytes() == request, asked.nonce
        algorithm = _HASHES.get(imprint.hash_algorithm.dotted_string)
    except Exception as error:
        raise SignatureError(f"time stamp request: can't be read: {error}; expected one as in RFC 3161") from error
    if not is_canonical or algorithm is None or imprint.message != hashlib.new(algorithm, data).digest():
        raise SignatureError("time stamp request: its imprint is not of this content: it asks for another stamp")
    return nonce


def _accuracy(info: Any) -> float | NotMeasured:
    accuracy = info.accuracy
    if accuracy is None:
        return not_measured("the authority states none")
    return (accuracy.seconds or 0) + (accuracy.millis or 0) / 1e3 + (accuracy.micros or 0) / 1e6


def _authority(stamp: TimeStampResponse) -> str | NotMeasured:
    """Subject of the certificate that signed, where the stamp carries it."""
    from cryptography import x509

    try:
        signers = {(one.issuer, one.serial_number) for one in stamp.signed_data.signer_infos}
        certificates = [x509.load_der_x509_certificate(one) for one in stamp.signed_data.certificates]
        names = [one.subject.rfc4514_string() for one in certificates if (one.issuer, one.serial_number) in signers]
    except Exception as error:
        raise SignatureError(f"time stamp: its certificates can't be read: {error}; {_EXPECTED}") from error
    return "; ".join(sorted(names)) or not_measured("the stamp carries no certificate of the authority")


def _trust(stamp: TimeStampResponse, data: bytes, roots: Sequence[bytes]) -> str | NotMeasured:
    from rfc3161_client import VerificationError, VerifierBuilder

    if not roots:
        return not_measured("no root certificate was given: anybody may have signed the stamp")
    builder = VerifierBuilder()
    names = []
    for content in dict.fromkeys(roots):
        root = _certificate(content)
        names.append(root.subject.rfc4514_string())
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(stamp, data)
    except (VerificationError, ValueError, TypeError, KeyError) as error:
        raise SignatureError(
            f"time stamp: is not signed by an authority below {'; '.join(names)}: {error}; "
            "give the root certificate that the authority publishes"
        ) from error
    return "; ".join(names)


def _certificate(content: bytes) -> Any:
    from cryptography import x509

    is_pem = b"-----BEGIN" in content
    try:
        return x509.load_pem_x509_certificate(content) if is_pem else x509.load_der_x509_certificate(content)
    except ValueError as error:
        raise SignatureError(f"root certificate: can't be read: {error}; expected X.509 as PEM or DER") from error


def _der(tag: int, content: bytes) -> bytes:
    """One element in the distinguished encoding (X.690, 8.1 and 10.1)."""
    size = len(content)
    long = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(long)]) + long) + content
