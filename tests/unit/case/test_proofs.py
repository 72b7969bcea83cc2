"""One file of a sealed case shown to belong to its seal, without the others."""

from __future__ import annotations

import json
import shutil

import pytest

from similarity.case.seal.manifest import read_manifest
from similarity.case.seal.proofs import check_proof, prove
from similarity.errors import CaseError, SignatureError


@pytest.fixture
def proof(sealed_case, tmp_path):
    return tmp_path / "proof.json"


def test_every_sealed_file_is_proven_and_no_other(sealed_case, proof, tmp_path):
    for record in read_manifest(sealed_case / "seal" / "1" / "manifest.json").files:
        made, root = prove(sealed_case, record.path, proof)
        assert made.record == record
        file = shutil.copy(sealed_case / record.path, tmp_path / "under another name")
        assert check_proof(file, proof, root.upper()) == made
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(SignatureError, match="is not the file that was sealed"):
        check_proof(file, proof, root)
    with pytest.raises(CaseError, match="covers no such file"):
        prove(sealed_case, "seal/1/manifest.json", proof)


@pytest.mark.parametrize("root", ["00" * 32, "no root", ""])
def test_a_proof_leads_to_one_root(sealed_case, proof, root):
    prove(sealed_case, "case.yaml", proof)
    with pytest.raises(SignatureError, match="does not lead to"):
        check_proof(sealed_case / "case.yaml", proof, root)


def test_a_proof_that_was_edited_does_not_hold(sealed_case, proof):
    made, root = prove(sealed_case, "case.yaml", proof)
    plain = json.loads(proof.read_text())
    for change in ({"index": made.index + 1}, {"siblings": plain["siblings"][1:]}, {"num_files": made.num_files + 9}):
        proof.write_text(json.dumps(plain | change))
        with pytest.raises(SignatureError, match="does not lead to"):
            check_proof(sealed_case / "case.yaml", proof, root)
    other = plain | {"record": plain["record"] | {"path": "report.json"}}
    proof.write_text(json.dumps(other))
    with pytest.raises(SignatureError, match="does not lead to"):
        check_proof(sealed_case / "case.yaml", proof, root)


@pytest.mark.parametrize("content", ["", "{}", "null", "[" * 100_000])
def test_what_is_no_proof_is_refused(sealed_case, proof, content):
    proof.write_text(content)
    with pytest.raises(CaseError, match="is no proof"):
        check_proof(sealed_case / "case.yaml", proof, "00")


def test_what_is_not_sealed_has_no_proof(open_case, proof, tmp_path):
    with pytest.raises(CaseError, match="is not sealed"):
        prove(open_case, "case.yaml", proof)
    with pytest.raises(CaseError, match="similarity case new"):
        prove(tmp_path / "none", "case.yaml", proof)


@pytest.mark.parametrize("place", ["proof.json", "case.yaml", "exhibits/E1/film.mp4"])
def test_a_proof_is_not_written_into_the_case_nor_over_what_it_proves(sealed_case, place):
    before = {path: path.read_bytes() for path in sealed_case.rglob("*") if path.is_file()}
    with pytest.raises(CaseError, match="lies in the case folder"):
        prove(sealed_case, "case.yaml", sealed_case / place)
    assert {path: path.read_bytes() for path in sealed_case.rglob("*") if path.is_file()} == before
