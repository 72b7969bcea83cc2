"""C2PA manifests, signed by the C2PA library with a certificate made for the test."""

from __future__ import annotations

import pytest
from support.footage import moving_pattern, write_still
from support.labelled import make_signing, sign

from similarity.errors import AccessError
from similarity.provenance.reading import read_labels

TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def reading(path, **more):
    return next(one for one in read_labels(path, **more) if one.kind == "c2pa")


@pytest.fixture(scope="module")
def still(tmp_path_factory, signing):
    folder = tmp_path_factory.mktemp("still")
    return sign(write_still(folder / "a.jpg", moving_pattern(1)[0]), folder / "b.jpg", signing, title="still")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".avi"])
def test_a_manifest_is_read_with_its_signer_actions_ingredients_and_codes(signed, suffix):
    read = reading(signed[suffix])
    manifest = read.manifest
    assert (read.state, read.problems) == ("present", ())
    assert manifest.label.startswith("urn:c2pa:")
    assert (manifest.title, manifest.claim_generator) == ("clip", "generator 1.2")
    assert (manifest.signer_issuer, manifest.signer_common_name) == ("Clip Makers", "Clip Signer")
    assert manifest.signed_at is None
    (created,) = [action for action in manifest.actions if action.action == "c2pa.created"]
    assert (created.digital_source_type, created.software_agent) == (TRAINED, "painter 3")
    assert any(status.code == "claimSignature.validated" for status in manifest.statuses)


def test_an_ingredient_is_read_with_its_relationship_manifest_and_hash(signed):
    manifest = reading(signed[".mp4"]).manifest
    (ingredient,) = manifest.ingredients
    assert (ingredient.title, ingredient.relationship) == ("ingredient.mp4", "componentOf")
    assert ingredient.manifest_label.startswith("urn:c2pa:")
    assert len(ingredient.hash_base64) == 44
    assert manifest.num_manifests == 2


def test_every_part_of_the_manifest_stands_in_the_flat_fields(signed):
    read = reading(signed[".mp4"])
    fields = [(field.name, field.value) for field in read.fields]
    assert ("signer.common_name", "Clip Signer") in fields
    assert ("action[1].digitalSourceType", TRAINED) in fields
    assert ("ingredient[1].title", "ingredient.mp4") in fields
    assert ("active_manifest.success", "claimSignature.validated") in fields


def test_without_a_trust_list_trust_is_not_checked_and_that_is_said(signed):
    read = reading(signed[".mp4"])
    assert read.manifest.trust == "not_checked"
    assert any("no trust list is configured" in str(limit) for limit in read.limits)


def test_with_the_root_on_the_trust_list_the_signer_is_trusted(signed, signing):
    read = reading(signed[".mp4"], trust_list_pem=signing.root_pem)
    assert (read.state, read.manifest.trust, read.manifest.validation_state) == ("present", "trusted", "Trusted")
    assert not any("no trust list" in str(limit) for limit in read.limits)


def test_with_another_root_on_the_trust_list_the_signer_is_untrusted_and_the_label_present(signed):
    read = reading(signed[".mp4"], trust_list_pem=make_signing().root_pem)
    assert (read.state, read.manifest.trust) == ("present", "untrusted")
    assert any("signingCredential.untrusted" in str(problem) for problem in read.problems)


def test_a_trust_list_without_certificates_is_an_error_and_no_damage_of_the_file(signed):
    with pytest.raises(AccessError, match="expected PEM certificates"):
        reading(signed[".mp4"], trust_list_pem="no certificate")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".avi"])
def test_an_altered_byte_of_the_pictures_damages_it(signed, tmp_path, suffix):
    content = bytearray(signed[suffix].read_bytes())
    start = content.rfind(b"movi" if suffix == ".avi" else b"mdat")
    content[start + 200] ^= 1
    path = tmp_path / f"altered{suffix}"
    path.write_bytes(content)
    read = reading(path)
    assert read.state == "damaged"
    assert any("Hash.mismatch" in str(problem) for problem in read.problems)
    assert read.manifest.title == "clip"


def test_an_altered_claim_damages_it(signed, tmp_path):
    path = tmp_path / "altered.mp4"
    path.write_bytes(signed[".mp4"].read_bytes().replace(b"Clip Signer", b"Clip Singer"))
    assert reading(path).state == "damaged"


def test_a_manifest_store_that_does_not_parse_is_damaged_and_not_absent(signed, tmp_path):
    content = bytearray(signed[".mp4"].read_bytes())
    start = content.find(b"jumdc2pa")
    content[start + 60 : start + 400] = bytes(340)
    path = tmp_path / "spoilt.mp4"
    path.write_bytes(content)
    read = reading(path)
    assert (read.state, read.manifest) == ("damaged", None)
    assert read.problems


def test_a_still_carries_one_too(still, tmp_path):
    assert (reading(still).state, reading(still).place) == ("present", "APP11 JUMBF")
    content = bytearray(still.read_bytes())
    content[-100] ^= 1
    path = tmp_path / "altered.jpg"
    path.write_bytes(content)
    assert reading(path).state == "damaged"


def test_a_file_without_one_is_absent_which_is_no_problem(plain):
    read = reading(plain)
    assert (read.state, read.problems, read.fields) == ("absent", (), ())


def test_a_file_of_too_many_boxes_is_not_given_to_the_library(tmp_path):
    boxes = b"\0\0\0\x08free" * 30_000
    moov = (len(boxes) + 16).to_bytes(4, "big") + b"moov" + (len(boxes) + 8).to_bytes(4, "big") + b"udta" + boxes
    path = tmp_path / "many.mp4"
    path.write_bytes(b"\0\0\0\x10ftypisom\0\0\0\0" + moov)
    read = reading(path)
    assert read.state == "unreadable"
    assert "more than 20000 boxes" in str(read.problems[0])


def test_a_container_that_the_library_does_not_know_is_unreadable(labelled):
    read = reading(labelled[".mkv"])
    assert read.state == "unreadable"
    assert [*map(str, read.problems)] == ["the C2PA library reads no manifests in this container"]
