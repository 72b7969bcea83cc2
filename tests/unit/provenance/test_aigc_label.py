"""The implicit label of GB 45438-2025, in files that FFmpeg, Pillow and mutagen wrote."""

from __future__ import annotations

import base64
import json
from html import escape
from io import BytesIO

import pytest
from mutagen.mp4 import MP4, MP4FreeForm
from PIL import Image, PngImagePlugin
from support.labelled import LABEL, label_text, write_tagged

from similarity.provenance.aigc_label import AIGC_KEYS
from similarity.provenance.reading import read_labels

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def reading(path, kind="gb45438_aigc"):
    return next(one for one in read_labels(path) if one.kind == kind)


def xmp(text: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">'
        f"<TC260:AIGC>{escape(text)}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def picture(path, **more):
    Image.new("RGB", (32, 24), "teal").save(path, **more)
    return path


def with_text(path, text: str):
    """A video whose container carries this text as its label."""
    options = {} if path.suffix == ".mkv" else {"movflags": "use_metadata_tags"}
    return write_tagged(path, {"AIGC": text}, **options)


PLACES = {
    ".mp4": "moov.udta.meta.ilst AIGC",
    ".mov": "moov.udta.meta.ilst AIGC",
    ".mkv": "Segment.Tags.Tag.SimpleTag AIGC",
    ".webm": "Segment.Tags.Tag.SimpleTag AIGC",
    ".flv": "onMetaData AIGC",
}


@pytest.mark.parametrize("suffix", PLACES)
def test_a_label_written_by_ffmpeg_is_read_whole_and_with_its_place(labelled, suffix):
    read = reading(labelled[suffix])
    assert (read.state, read.place, read.problems) == ("present", PLACES[suffix], ())
    assert {field.name: field.value for field in read.fields} == LABEL
    assert tuple(field.name for field in read.fields) == AIGC_KEYS
    assert read.aigc_labels[0].claim == "is_generated"


def test_avi_to_which_ffmpeg_writes_no_aigc_is_read_from_a_chunk_renamed_by_hand(labelled, tmp_path):
    assert reading(labelled[".avi"]).state == "absent"
    path = tmp_path / "renamed.avi"
    path.write_bytes(labelled[".avi"].read_bytes().replace(b"INAM", b"AIGC"))
    read = reading(path)
    assert (read.state, read.place, len(read.fields)) == ("present", "LIST INFO AIGC", 7)


def test_a_label_that_the_muxer_dropped_is_absent_and_absence_is_no_problem(tmp_path):
    read = reading(write_tagged(tmp_path / "dropped.mp4", {"AIGC": label_text()}))
    assert (read.state, read.fields, read.problems) == ("absent", (), ())


def test_a_fragmented_mp4_is_read_too(tmp_path):
    flags = "use_metadata_tags+frag_keyframe+empty_moov"
    assert reading(write_tagged(tmp_path / "a.mp4", {"AIGC": label_text()}, movflags=flags)).state == "present"


def test_the_container_is_told_by_its_bytes_and_not_by_its_name(labelled, tmp_path):
    path = tmp_path / "film.jpg"
    path.write_bytes(labelled[".mkv"].read_bytes())
    assert reading(path).state == "present"


def test_a_long_label_in_flv_is_read_though_ffmpeg_drops_it(tmp_path):
    path = write_tagged(tmp_path / "long.flv", {"AIGC": label_text(ReservedCode1="x" * 3000)})
    read = reading(path)
    assert (read.state, len(read.fields[3].value)) == ("present", 3000)
    assert any(field.name == "onMetaData.encoder" for field in reading(path, "encoder").fields)


def test_an_itunes_item_written_by_mutagen_is_read(plain, tmp_path):
    path = tmp_path / "itunes.mp4"
    path.write_bytes(plain.read_bytes())
    file = MP4(path)
    file["----:com.apple.iTunes:AIGC"] = MP4FreeForm(label_text().encode())
    file.save()
    read = reading(path)
    assert (read.state, read.place) == ("present", "moov.udta.meta.ilst ---- AIGC")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".avif"])
def test_a_label_in_the_xmp_of_a_picture_is_read(tmp_path, suffix):
    packet = xmp(label_text())
    if suffix == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode(), zip=True)
        path = picture(tmp_path / "a.png", pnginfo=info)
    else:
        path = picture(tmp_path / f"a{suffix}", xmp=packet)
    read = reading(path)
    assert (read.state, len(read.fields), read.problems) == ("present", 7, ())
    assert read.place.startswith("XMP TC260:AIGC (")


def test_a_label_written_as_an_attribute_of_the_description_is_read(tmp_path):
    said = xmp("").replace(b"<TC260:AIGC></TC260:AIGC>", b"")
    said = said.replace(b'rdf:about=""', f'rdf:about="" TC260:AIGC="{escape(label_text())}"'.encode())
    assert reading(picture(tmp_path / "a.jpg", xmp=said)).state == "present"


def test_a_label_in_the_xmp_of_an_mp4_is_read(plain, tmp_path):
    path = tmp_path / "xmp.mp4"
    content = XMP_UUID + xmp(label_text())
    path.write_bytes(plain.read_bytes() + (len(content) + 8).to_bytes(4, "big") + b"uuid" + content)
    read = reading(path)
    assert (read.state, read.place) == ("present", "XMP TC260:AIGC (uuid (XMP))")


CLAIMS = {"1": "is_generated", "2": "may_be_generated", "3": "suspected_generated"}


@pytest.mark.parametrize("label", CLAIMS)
def test_the_three_labels_of_the_standard_are_told_apart(tmp_path, label):
    read = reading(with_text(tmp_path / "a.mp4", label_text(Label=label)))
    assert (read.state, read.aigc_labels[0].claim) == ("present", CLAIMS[label])


DAMAGES = {
    "a key is missing": (json.dumps({key: LABEL[key] for key in AIGC_KEYS[:3]}), "the key ReservedCode1 is missing"),
    "base64": (base64.b64encode(label_text().encode()).decode(), "is encoded in Base64"),
    "no json": (label_text()[:-5], "is no JSON object"),
    "a list": (json.dumps(list(LABEL)), "is no JSON object: expected an object, got a list"),
    "an unknown label": (label_text(Label="4"), 'Label says "4", where the standard knows 1, 2 and 3'),
    "an empty label": (label_text(Label=""), 'Label says ""'),
    "a number": (label_text(Label=1), "Label is a number, where the standard asks for a string"),
    "null": (label_text(ProduceID=None), "ProduceID is null"),
    "a key twice": (label_text()[:-1] + ', "Label": "2"}', "the key Label stands 2 times"),
    "wrapped": (json.dumps({"AIGC": LABEL}), "wraps the label in a further object"),
    "nested": ("[" * 100_000, "is no JSON object: nested too deeply"),
    "a nested value": (label_text(ReservedCode1="x").replace('"x"', '{"a":' * 500 + "1" + "}" * 500), ""),
    "a vast number": ('{"Label": ' + "9" * 5000 + "}", "Label is a number"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_label_against_the_standard_is_damaged_and_says_in_what(tmp_path, what):
    text, problem = DAMAGES[what]
    read = reading(with_text(tmp_path / "a.mkv", text))
    assert read.state == ("damaged" if problem else "present")
    assert any(problem in str(one) for one in read.problems) or not problem
    assert read.aigc_labels[0].text.startswith(text[:100])


def test_base64_is_damage_and_is_shown_decoded(tmp_path):
    read = reading(with_text(tmp_path / "a.mp4", base64.b64encode(label_text().encode()).decode()))
    assert {field.name: field.value for field in read.fields} == LABEL


def test_another_order_and_unknown_keys_are_said_and_are_no_damage(tmp_path):
    turned = dict(reversed(LABEL.items())) | {"Model": "m"}
    read = reading(with_text(tmp_path / "a.mp4", json.dumps(turned)))
    assert read.state == "present"
    assert [field.name for field in read.fields] == list(turned)
    order, extra = map(str, read.problems)
    assert "the order ReservedCode2, PropagateID" in order
    assert extra.endswith("holds 1 key(s) that the standard does not know: Model")


@pytest.mark.parametrize("as_text", [False, True])
def test_signed_reserved_codes_are_told_and_said_to_be_unverified(tmp_path, as_text):
    secured = {"SecurityData": {"Algorithm": "SM3withSM2", "Signature": "MEUC"}}
    read = reading(with_text(tmp_path / "a.mp4", label_text(ReservedCode1=json.dumps(secured) if as_text else secured)))
    label = read.aigc_labels[0]
    assert (read.state, label.has_security_data_1, label.has_security_data_2) == ("present", True, False)
    assert any("SM2 signature is not verified" in str(limit) for limit in read.limits)


def test_two_labels_that_disagree_are_both_shown(tmp_path):
    others = {"AIGC": label_text(Label="2", ProduceID="another")}
    read = reading(write_tagged(tmp_path / "two.mkv", {"AIGC": label_text()}, stream_tags=others))
    assert [label.claim for label in read.aigc_labels] == ["is_generated", "may_be_generated"]
    assert str(read.problems[0]).startswith("2 labels that disagree about Label, ProduceID: ")
    assert len(read.fields) == 14


def test_two_labels_that_agree_are_no_problem(plain, tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp(label_text()).decode())
    info.add_itxt("AIGC", label_text())
    read = reading(picture(tmp_path / "two.png", pnginfo=info))
    assert (read.state, len(read.aigc_labels), read.problems) == ("present", 2, ())


def test_a_container_and_its_xmp_that_disagree_are_both_shown(labelled, tmp_path):
    path = tmp_path / "two.mp4"
    content = XMP_UUID + xmp(label_text(Label="3"))
    path.write_bytes(labelled[".mp4"].read_bytes() + (len(content) + 8).to_bytes(4, "big") + b"uuid" + content)
    read = reading(path)
    assert [label.claim for label in read.aigc_labels] == ["is_generated", "suspected_generated"]
    assert "disagree about Label" in str(read.problems[0])


def test_a_broken_packet_that_names_the_namespace_is_a_damaged_label(tmp_path):
    read = reading(picture(tmp_path / "a.jpg", xmp=xmp(label_text())[:260]))
    assert read.state == "damaged"
    assert any("does not parse" in str(problem) for problem in read.problems)


def test_a_file_cut_off_before_its_index_is_unreadable_and_not_absent(plain, tmp_path):
    path = tmp_path / "cut.mp4"
    path.write_bytes(plain.read_bytes()[:300])
    read = reading(path)
    assert read.state == "unreadable"
    assert any("moov" in str(problem) for problem in read.problems)


def test_a_container_without_a_place_for_the_label_is_unreadable(tmp_path):
    read = reading(write_tagged(tmp_path / "a.ts", {"AIGC": label_text()}))
    assert (read.state, tuple(map(str, read.problems))) == (
        "unreadable",
        ("this reader knows no place for the label in this container",),
    )


def test_a_text_of_a_hundred_megabytes_is_read_up_to_a_bound_and_said_to_be_cut(plain, tmp_path):
    path, size = tmp_path / "vast.mp4", 100_000_000
    with path.open("wb") as file:
        file.write(plain.read_bytes())
        file.write((size + 24).to_bytes(4, "big") + b"uuid" + XMP_UUID)
        file.truncate(file.tell() + size)
    read = {one.kind: one for one in read_labels(path)}
    assert read["xmp"].state == "damaged"
    assert f"says {size} bytes, 4194304 were read" in str(read["xmp"].problems[0])


def test_long_values_are_quoted_in_part_and_say_so(tmp_path):
    read = reading(with_text(tmp_path / "a.mkv", label_text(ProduceID="x" * 50_000)))
    assert (read.state, read.fields[2].value[-25:]) == ("present", "x [50000 characters, cut]")


def test_text_is_fit_for_any_encoder(tmp_path):
    stream = BytesIO()
    broken = label_text(ProduceID="x").replace('"x"', '"\\ud800\\u0000"')
    read = reading(with_text(tmp_path / "a.mkv", broken))
    stream.write("".join(field.value for field in read.fields).encode())
    assert "\0" not in read.fields[2].value
