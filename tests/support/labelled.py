"""Writers of labelled files that are not the product's own: FFmpeg's muxers, and the C2PA library's signing."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from support.footage import moving_pattern

LABEL = {
    "Label": "1",
    "ContentProducer": "001191110102MAD55U9H0F10002",
    "ProduceID": "作品-0001",
    "ReservedCode1": "",
    "ContentPropagator": "001191110102MAD55U9H0F10002",
    "PropagateID": "p-0001",
    "ReservedCode2": "",
}
CODECS = {".webm": "libvpx-vp9", ".flv": "flv", ".avi": "mpeg4"}


def label_text(**changes: object) -> str:
    """The standard label with some values changed, as one JSON string."""
    return json.dumps(LABEL | changes, ensure_ascii=False)


def write_tagged(path: Path, tags=None, *, stream_tags=None, **muxer_options: str) -> Path:
    """A video of six small pictures, whose container and stream carry these tags."""
    with av.open(str(path), "w", options=muxer_options) as container:
        stream = container.add_stream(CODECS.get(path.suffix, "libx264"), rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.metadata.update(tags or {})
        stream.metadata.update(stream_tags or {})
        for picture in moving_pattern(6, 64, 48):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        container.mux(stream.encode(None))
    return path


@dataclass(frozen=True, kw_only=True)
class Signing:
    chain_pem: bytes
    root_pem: str
    key_pem: bytes


def _certificate(name, key, issuer, issuer_key, *, extensions):
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Clip Makers")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def make_signing() -> Signing:
    """A root, and a signer's certificate under it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    is_authority = x509.BasicConstraints(ca=True, path_length=None)
    extensions = [is_authority, _usage(signs=False, certifies=True)]
    root = _certificate(_name("Root"), root_key, _name("Root"), root_key, extensions=extensions)
    extensions = [
        x509.BasicConstraints(ca=False, path_length=None),
        _usage(signs=True, certifies=False),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]),
    ]
    leaf = _certificate(_name("Clip Signer"), key, _name("Root"), root_key, extensions=extensions)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    root_pem = root.public_bytes(pem)
    return Signing(chain_pem=leaf.public_bytes(pem) + root_pem, root_pem=root_pem.decode(), key_pem=private)


MEDIA_TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".avi": "video/avi", ".jpg": "image/jpeg"}


def sign(source: Path, target: Path, signing: Signing, *, title: str, ingredient: Path | None = None) -> Path:
    """Write a copy of `source` with a manifest that says it was generated."""
    import c2pa

    trained = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    action = {
        "action": "c2pa.created",
        "digitalSourceType": trained,
        "softwareAgent": {"name": "painter", "version": "3"},
    }
    manifest = {
        "claim_generator_info": [{"name": "generator", "version": "1.2"}],
        "title": title,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
    info = c2pa.C2paSignerInfo(b"es256", signing.chain_pem, signing.key_pem, None)
    media_type = MEDIA_TYPES[source.suffix]
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
        if ingredient is not None:
            said = json.dumps({"title": ingredient.name, "relationship": "componentOf"})
            with ingredient.open("rb") as file:
                builder.add_ingredient(said, "video/mp4", file)
        with source.open("rb") as read, target.open("w+b") as written:
            builder.sign(signer, media_type, read, written)
    return target
