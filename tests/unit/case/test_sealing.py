"""Seals: OpenSSL agrees with them, later ones cover earlier ones, and no half seal is left behind."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess

import pytest

from similarity.case.acts import stamp
from similarity.case.custody.log import read_log, require_intact
from similarity.case.seal import sealing
from similarity.case.seal.manifest import read_manifest
from similarity.case.seal.sealing import attach_time_stamp, newest_seal, seal_case, seal_numbers
from similarity.errors import CaseError, SignatureError

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed: it checks seals")


def seal(case, key):
    return seal_case(case, key, case_id="2024-17", actor="A. Nalyst")


def test_a_seal_covers_every_file_and_the_head_of_the_log(open_case, copy_of, key):
    case = copy_of(open_case)
    made = seal(case, key)
    manifest = read_manifest(case / "seal" / "1" / "manifest.json")
    assert (made.number, made.folder, made.key_id, made.num_files) == (1, "seal/1", key.key_id, 8)
    assert made.merkle_root == manifest.merkle_root
    assert {record.path for record in manifest.files} == {
        "case.yaml",
        "custody.jsonl",
        "exhibits.json",
        "exhibits/E1/film.mp4",
        "notes/长城.txt",
        "report.json",
        "stills.json",
        "stills/E1_512.png",
    }
    log = require_intact(case)
    assert (manifest.custody_num_entries, manifest.custody_head_sha256) == (5, log.head_sha256)
    assert log.entries[-1].action == "sealed"
    assert json.loads(log.entries[-1].details_json) == {"key_id": key.key_id, "seal": 1}
    content = (case / "seal" / "1" / "manifest.json").read_bytes()
    assert (made.created_utc, made.manifest_sha256) == (manifest.created_utc, hashlib.sha256(content).hexdigest())
    assert made.size_bytes == sum(record.size_bytes for record in manifest.files)


def test_the_second_seal_covers_the_first(open_case, copy_of, key):
    case = copy_of(open_case)
    seal(case, key)
    (case / "report.json").write_text("{}")
    assert seal(case, key).number == 2
    covered = {record.path for record in read_manifest(case / "seal" / "2" / "manifest.json").files}
    assert {
        f"seal/1/{name}" for name in ("manifest.json", "manifest.sig", "public_key.pem", "timestamp.tsq")
    } <= covered
    assert not [path for path in covered if path.startswith("seal/2")]
    assert seal_numbers(case) == (1, 2)


@needs_openssl
def test_openssl_verifies_the_signature(sealed_case):
    command = "openssl pkeyutl -verify -pubin -inkey public_key.pem -rawin -in manifest.json -sigfile manifest.sig"
    done = subprocess.run(command.split(), cwd=sealed_case / "seal" / "1", check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


@needs_openssl
@pytest.mark.parametrize("number", ["1", "2"])
def test_openssl_verifies_the_time_stamp(stamped_case, authority, number):
    place = stamped_case / "seal" / number
    done = authority.openssl(
        f"ts -verify -data {place}/manifest.json -in {place}/timestamp.tsr -CAfile {authority.folder}/root.pem"
    )
    assert b"Verification: OK" in done.stdout, done.stderr
    done = authority.openssl(
        f"ts -verify -queryfile {place}/timestamp.tsq -in {place}/timestamp.tsr -CAfile {authority.folder}/root.pem"
    )
    assert b"Verification: OK" in done.stdout, done.stderr


def test_a_time_stamp_is_recorded_in_the_log(stamped_case, authority):
    entries = [entry for entry in read_log(stamped_case).entries if entry.action == "time stamp attached"]
    assert [json.loads(entry.details_json)["seal"] for entry in entries] == [1, 2]


def test_a_time_stamp_is_kept_once_and_never_on_something_else(sealed_case, copy_of, authority):
    case = copy_of(sealed_case)
    request = (case / "seal" / "1" / "timestamp.tsq").read_bytes()
    before = sorted(path.name for path in case.rglob("*"))
    with pytest.raises(SignatureError, match="can't be read"):
        attach_time_stamp(case, b"no stamp", actor="A")
    other = authority.answer(sealing.time_stamp_request(b"something else"))
    with pytest.raises(SignatureError, match="stamps something else"):
        attach_time_stamp(case, other, actor="A")
    assert sorted(path.name for path in case.rglob("*")) == before
    stamp = attach_time_stamp(case, authority.answer(request), actor="A", roots=(authority.root,))
    assert stamp.trust == "CN=Root"
    with pytest.raises(CaseError, match="stands there already"):
        attach_time_stamp(case, authority.answer(request), actor="A")


def test_a_stamp_that_answers_another_request_on_the_same_seal_needs_that_request(sealed_case, copy_of, authority):
    case = copy_of(sealed_case)
    shutil.copy(case / "seal" / "1" / "manifest.json", authority.folder / "m.json")
    assert authority.openssl("ts -query -data m.json -sha512 -cert -out own.tsq").returncode == 0
    request = (authority.folder / "own.tsq").read_bytes()
    response = authority.answer(request)
    with pytest.raises(SignatureError, match="give that request too"):
        attach_time_stamp(case, response, actor="A")
    (authority.folder / "own.tsr").write_bytes(response)
    own, root = (authority.folder / name for name in ("own.tsq", "root.pem"))
    made = stamp(case, authority.folder / "own.tsr", roots=[root], request=own, actor="A")
    assert made.hash_algorithm == "sha512"
    assert (case / "seal" / "1" / "timestamp.tsq").read_bytes() == request


def test_only_a_seal_can_be_stamped(open_case, copy_of):
    with pytest.raises(CaseError, match="seal it first"):
        attach_time_stamp(copy_of(open_case), b"", actor="A")


def test_what_can_not_be_sealed_leaves_no_trace_in_the_log(open_case, copy_of, key):
    case = copy_of(open_case)
    (case / "link").symlink_to("/etc/passwd")
    before = (case / "custody.jsonl").read_bytes()
    with pytest.raises(CaseError, match="link: is a link"):
        seal(case, key)
    assert (case / "custody.jsonl").read_bytes() == before
    assert not (case / "seal").exists()


def test_a_broken_log_is_not_sealed(open_case, copy_of, key):
    case = copy_of(open_case)
    (case / "custody.jsonl").write_bytes((case / "custody.jsonl").read_bytes()[:-5])
    with pytest.raises(CaseError, match="torn"):
        seal(case, key)
    assert not (case / "seal").exists()


def test_a_seal_that_the_disk_refuses_is_no_seal_and_the_next_attempt_succeeds(open_case, copy_of, key, monkeypatch):
    case = copy_of(open_case)

    def fail(path, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "write_atomically", fail)
        with pytest.raises(CaseError, match="No space left"):
            seal(case, key)
    assert list((case / "seal").iterdir()) == []
    assert newest_seal(case) == 0
    assert seal(case, key).number == 1


def test_a_seal_that_is_missing_between_others_is_said(sealed_case, copy_of, key):
    case = copy_of(sealed_case)
    (case / "seal" / "1").rename(case / "seal" / "3")
    with pytest.raises(CaseError, match="expected seals 1, 2, 3"):
        seal(case, key)
