"""Ed25519 keys and signatures (RFC 8032), through the `cryptography` package."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from similarity.errors import KeyFileError, SignatureError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["SigningKey", "create_key", "key_id_of", "load_key", "verify_signature"]

_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, held in memory only while something is signed."""

    _private: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """(64 bytes) the Ed25519 signature over `data`."""
        return self._private.sign(data)

    @property
    def public_pem(self) -> str:
        """The public half, as PEM (SubjectPublicKeyInfo)."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    @property
    def key_id(self) -> str:
        """SHA-256 of the raw public key, in hex: what people compare by telephone."""
        return key_id_of(self.public_pem)


def create_key(path: Path) -> SigningKey:
    """Make a key and write it to a new file that only its owner may read.

    Raises:
        KeyFileError: something stands there already, or the folder can't be written to.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.generate()
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except FileExistsError as error:
        raise KeyFileError(f"key {path}: stands there already and is never written over; name another file") from error
    except OSError as error:
        raise KeyFileError(f"key {path}: can't be written: {error}; choose a folder that may be written") from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return SigningKey(private)


def load_key(path: Path, password: bytes | None = None) -> SigningKey:
    """The private key of a PEM file (PKCS 8), as `similarity case key` or OpenSSL writes it.

    Raises:
        KeyFileError: no such file, another kind of key, a wrong or missing password.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    expected = "expected an Ed25519 private key as PEM; make one with: similarity case key FILE"
    try:
        private = load_pem_private_key(path.read_bytes(), password)
    except OSError as error:
        raise KeyFileError(f"key {path}: can't be read: {error}; {expected}") from error
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"key {path}: {error}; {expected}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileError(f"key {path}: got {type(private).__name__}; {expected}")
    return SigningKey(private)


def key_id_of(public_pem: str) -> str:
    """SHA-256 of the raw public key, in hex.

    Raises:
        KeyFileError: the text is no Ed25519 public key.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    raw = _public(public_pem).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def verify_signature(public_pem: str, data: bytes, signature: bytes) -> None:
    """Make sure that a signature is this key's over this data.

    Args:
        public_pem: Ed25519 public key, PEM.
        data: what was signed.
        signature: 64 bytes.

    Raises:
        SignatureError: it is not.
        KeyFileError: the text is no Ed25519 public key.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        _public(public_pem).verify(signature, data)
    except InvalidSignature as error:
        raise SignatureError(
            "the signature does not fit: the content was changed after signing, or another key signed it"
        ) from error


def _public(public_pem: str) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        public = load_pem_public_key(public_pem.encode("utf-8"))
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"no public key: {error}; expected an Ed25519 public key as PEM") from error
    if not isinstance(public, Ed25519PublicKey):
        raise KeyFileError(f"no Ed25519 public key: got {type(public).__name__}; expected one as PEM")
    return public
