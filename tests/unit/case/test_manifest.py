"""The manifest knows every file, refuses what it can't stand for, and proves single files."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from dataclasses import replace

import pytest

from similarity.case.seal.manifest import (
    Manifest,
    leaf_of,
    manifest_bytes,
    parse_manifest,
    read_manifest,
    record_files,
    root_of,
)
from similarity.case.seal.proofs import prove_file, verify_proof
from similarity.errors import CaseError


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    (folder / "b" / "c").mkdir(parents=True)
    for name in ("z.txt", "a.txt", "b/一.txt", "b/c/d.txt"):
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def manifest(sealed_case) -> Manifest:
    return read_manifest(sealed_case / "seal" / "1" / "manifest.json")


def test_every_file_is_recorded_in_order(case):
    files = record_files(case, seal=1)
    assert [record.path for record in files] == ["a.txt", "b/c/d.txt", "b/一.txt", "z.txt"]
    assert files[0].sha256 == hashlib.sha256(b"a.txt").hexdigest()
    assert files[0].size_bytes == 5
    assert leaf_of(files[0]) == f'{{"path":"a.txt","sha256":"{files[0].sha256}","size_bytes":5}}'.encode()


def test_a_seal_covers_the_seals_before_it_and_not_itself(case):
    for name in ("seal/1/manifest.json", "seal/2/manifest.json"):
        (case / name).parent.mkdir(parents=True)
        (case / name).write_bytes(b"x")
    paths = [record.path for record in record_files(case, seal=2)]
    assert "seal/1/manifest.json" in paths
    assert "seal/2/manifest.json" not in paths


def test_the_lock_is_no_part_of_the_case_while_it_is_empty(case):
    (case / ".custody.lock").touch()
    assert ".custody.lock" not in {record.path for record in record_files(case, seal=1)}
    (case / ".custody.lock").write_bytes(b"hidden")
    assert ".custody.lock" in {record.path for record in record_files(case, seal=1)}


def test_names_are_recorded_composed(case):
    (case / unicodedata.normalize("NFD", "Café.txt")).write_bytes(b"x")
    assert unicodedata.normalize("NFC", "Café.txt") in {record.path for record in record_files(case, seal=1)}


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("A.txt",), "only in case"),
        (("STRASSE", "straße"), "only in case"),
        ((unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")), "signs are composed"),
        ((".report.json.k3j2wx_1.part",), "interrupted"),
        (("back\\slash",), "backslash"),
    ],
)
def test_names_that_can_not_be_relied_on_are_refused(case, names, says):
    for name in names:
        (case / name).write_bytes(b"x")
    if len({path.name for path in case.iterdir()} & set(names)) < len(names):
        pytest.skip("this file system can't hold these names beside each other")
    with pytest.raises(CaseError, match=says):
        record_files(case, seal=1)


def test_links_and_pipes_are_refused_by_name(case, tmp_path):
    (case / "b" / "link").symlink_to(tmp_path)
    (case / "dangling").symlink_to("nowhere")
    with pytest.raises(CaseError, match=r"sealed: b/link: is a link.*dangling: is a link"):
        record_files(case, seal=1)
    (case / "b" / "link").unlink()
    (case / "dangling").unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(case / "pipe")
        with pytest.raises(CaseError, match="pipe: is a device, a pipe or a socket"):
            record_files(case, seal=1)


def test_a_name_that_is_not_utf8_is_refused(case):
    try:
        (case / os.fsdecode(b"bad\xff")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    with pytest.raises(CaseError, match="not UTF-8"):
        record_files(case, seal=1)


def test_endless_folders_come_to_an_end(case):
    deep = case.joinpath(*["d"] * 80)
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"x")
    with pytest.raises(CaseError, match="64 folders deep"):
        record_files(case, seal=1)


def test_a_manifest_is_read_as_it_was_written(manifest):
    content = manifest_bytes(manifest)
    assert parse_manifest(content, name="manifest.json") == manifest
    assert root_of(manifest.files) == manifest.merkle_root


def test_every_file_has_a_proof(manifest):
    for record in manifest.files:
        proof = prove_file(manifest, record.path)
        assert proof.record == record
        assert verify_proof(proof, manifest.merkle_root)
        assert not verify_proof(
            replace(proof, record=replace(record, size_bytes=record.size_bytes + 1)), proof.record.sha256
        )
        assert not verify_proof(replace(proof, index=proof.index ^ 1), manifest.merkle_root)
        assert not verify_proof(replace(proof, siblings=("no hash",)), manifest.merkle_root)
    with pytest.raises(CaseError, match="covers no such file"):
        prove_file(manifest, "elsewhere.txt")


def test_a_manifest_is_written_in_one_way_only(manifest):
    content = manifest_bytes(manifest)
    plain = json.loads(content)
    for other in (
        content[:-1],
        content + b" ",
        json.dumps(plain).encode(),
        b"\xef\xbb\xbf" + content,
        b"null",
        b"",
        b"\xff",
        b"[" * 100_000,
        json.dumps(plain | {"verdict": "guilty"}).encode(),
        content + b"," + content,
        manifest_bytes(replace(manifest, format="case-manifest-9")),
        manifest_bytes(replace(manifest, files=manifest.files[::-1])),
        manifest_bytes(replace(manifest, files=(manifest.files[0], *manifest.files))),
    ):
        with pytest.raises(CaseError, match=r"manifest\.json"):
            parse_manifest(other, name="manifest.json")
