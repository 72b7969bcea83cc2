import shutil
import stat
import subprocess

import pytest

from similarity.canonical import canonical_json
from similarity.errors import KeyFileError, SignatureError
from similarity.signatures import create_key, key_id_of, load_key, verify_signature


def test_a_signature_fits_its_data_and_no_other(tmp_path):
    key = create_key(tmp_path / "keys" / "key.pem")
    signature = load_key(tmp_path / "keys" / "key.pem").sign(b"what was found")
    verify_signature(key.public_pem, b"what was found", signature)
    with pytest.raises(SignatureError, match="does not fit"):
        verify_signature(key.public_pem, b"what was found!", signature)
    with pytest.raises(SignatureError):
        verify_signature(create_key(tmp_path / "other.pem").public_pem, b"what was found", signature)


def test_a_key_is_private_and_never_written_over(tmp_path):
    create_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    with pytest.raises(KeyFileError, match="never written over"):
        create_key(tmp_path / "key.pem")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(tmp_path, content):
    (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(KeyFileError, match="Ed25519"):
        load_key(tmp_path / "key.pem")
    with pytest.raises(KeyFileError):
        key_id_of(content.decode())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed: the independent check of keys")
def test_openssl_verifies_what_was_signed(tmp_path):
    key = create_key(tmp_path / "key.pem")
    (tmp_path / "public.pem").write_text(key.public_pem)
    (tmp_path / "data").write_bytes(b"manifest")
    (tmp_path / "signature").write_bytes(key.sign(b"manifest"))
    command = "openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in data -sigfile signature"
    assert subprocess.run(command.split(), cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_canonical_json_is_the_published_form():
    # RFC 8785, section 3.2.2 and 3.2.3
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27],
        "string": "\u20ac$\u000f\nA'B\"",
        "literals": [None, True],
    }
    expected = (
        '{"literals":[null,true],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\""}'
    )
    assert canonical_json(value).decode() == expected


@pytest.mark.parametrize("value", [float("nan"), 2**60, {1: "key"}, "\ud800", object()])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(ValueError, match="canonical"):
        canonical_json(value)
