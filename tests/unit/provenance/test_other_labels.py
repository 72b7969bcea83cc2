"""XMP, EXIF and the tags of encoders."""

from __future__ import annotations

import dataclasses

import pytest
from PIL import Image, PngImagePlugin
from support.labelled import write_tagged

from similarity.provenance.reading import read_labels
from similarity.provenance.values import KINDS, LabelReading

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>"""
PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Painter 3" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
    b"<Iptc4xmpExt:DigitalSourceType>trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>"
    b'<dc:creator><rdf:Seq><rdf:li xml:lang="en">A. Maker</rdf:li></rdf:Seq></dc:creator>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def readings(path):
    return {one.kind: one for one in read_labels(path)}


def picture(path, **more):
    Image.new("RGB", (32, 24), "teal").save(path, **more)
    return path


def said(reading):
    return {field.name: field.value for field in reading.fields}


def test_there_is_one_reading_of_each_kind_in_one_order(plain):
    assert tuple(one.kind for one in read_labels(plain)) == KINDS


def test_a_damaged_or_unreadable_reading_can_not_be_made_without_a_reason():
    for state in ("damaged", "unreadable"):
        with pytest.raises(ValueError, match="needs a reason"):
            LabelReading(kind="xmp", state=state, place="", fields=(), problems=())


def test_values_hold_nothing_that_a_report_can_not(signed):
    def look(value):
        if dataclasses.is_dataclass(value):
            assert value.__dataclass_params__.frozen
            for field in dataclasses.fields(value):
                look(getattr(value, field.name))
        elif isinstance(value, tuple):
            for one in value:
                look(one)
        else:
            assert value is None or isinstance(value, str | bool | int | float)

    look(read_labels(signed[".mp4"]))


def test_xmp_is_quoted_with_its_usual_prefixes(tmp_path):
    read = readings(picture(tmp_path / "a.jpg", xmp=PACKET))["xmp"]
    assert (read.state, read.place) == ("present", "APP1 XMP")
    assert said(read) == {
        "xmp:CreatorTool": "Painter 3",
        "Iptc4xmpExt:DigitalSourceType": "trainedAlgorithmicMedia",
        "dc:creator": "A. Maker",
    }


@pytest.mark.parametrize("packet", [BOMB, PACKET[:200], b"<a>" * 5000, b"\0\1\2", PACKET.replace(b"Painter", b"\xff")])
def test_xmp_that_is_broken_or_hostile_is_damaged(tmp_path, packet):
    read = readings(picture(tmp_path / "a.jpg", xmp=packet))["xmp"]
    assert read.state == "damaged"
    assert "does not parse" in str(read.problems[0])


def test_a_picture_format_without_a_known_place_is_unreadable_for_xmp_and_the_label(tmp_path):
    read = readings(picture(tmp_path / "a.gif"))
    assert (read["xmp"].state, read["gb45438_aigc"].state, read["c2pa"].state) == ("unreadable", "unreadable", "absent")


def test_no_xmp_is_absent(tmp_path):
    assert readings(picture(tmp_path / "a.webp"))["xmp"].state == "absent"


def test_xmp_in_avi_and_mov_is_read(labelled, tmp_path):
    avi = labelled[".avi"].read_bytes()
    chunk = b"_PMX" + len(PACKET).to_bytes(4, "little") + PACKET + bytes(len(PACKET) % 2)
    longer = (int.from_bytes(avi[4:8], "little") + len(chunk)).to_bytes(4, "little")
    path = tmp_path / "a.avi"
    path.write_bytes(avi[:4] + longer + avi[8:] + chunk)
    read = readings(path)["xmp"]
    assert (read.state, read.place) == ("present", "RIFF._PMX")


def test_exif_that_speaks_of_origin_is_quoted(tmp_path):
    exif = Image.Exif()
    exif[0x0131], exif[0x010F] = "Painter 3", "Maker"
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0a prompt"
    read = readings(picture(tmp_path / "a.jpg", exif=exif))["exif"]
    assert read.state == "present"
    assert said(read) == {"Software": "Painter 3", "Make": "Maker", "UserComment": "a prompt"}


def test_no_exif_is_absent_and_broken_exif_damaged(tmp_path):
    assert readings(picture(tmp_path / "a.png"))["exif"].state == "absent"
    broken = picture(tmp_path / "b.jpg", exif=b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x05\x01\x31\0\x02")
    assert readings(broken)["exif"].state == "damaged"


def test_exif_is_not_looked_for_in_video(plain):
    assert readings(plain)["exif"].state == "unreadable"


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".flv", ".avi"])
def test_the_muxer_is_named_in_every_container(labelled, suffix):
    read = readings(labelled[suffix])["encoder"]
    assert read.state == "present"
    assert any("Lavf" in value for value in said(read).values())


def test_the_line_of_the_encoder_is_read_from_the_stream(plain):
    assert said(readings(plain)["encoder"])["x264 settings"].startswith("x264 - core ")


def test_handlers_apple_keys_and_prompts_are_quoted_and_the_label_is_not(tmp_path):
    tags = {"com.apple.quicktime.software": "Editor 2", "prompt": '{"3": "a cat"}', "AIGC": "{}"}
    path = write_tagged(tmp_path / "a.mov", tags, movflags="use_metadata_tags")
    read = said(readings(path)["encoder"])
    assert read["format.com.apple.quicktime.software"] == "Editor 2"
    assert read["format.prompt"] == '{"3": "a cat"}'
    assert read["stream[0].handler_name"] == "VideoHandler"
    assert not any("AIGC" in name for name in read)


def test_texts_of_generators_in_png_are_quoted(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a cat, steps: 20")
    read = readings(picture(tmp_path / "a.png", pnginfo=info))["encoder"]
    assert said(read) == {"PNG text parameters": "a cat, steps: 20"}


def test_a_picture_without_texts_says_nothing_of_its_encoder(tmp_path):
    assert readings(picture(tmp_path / "a.png"))["encoder"].state == "absent"


UNUSABLE = ("missing", "empty", "truncated", "corrupt", "noise", "words", "text", "folder", "pipe")


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_file_that_can_not_be_used_is_unreadable_in_every_kind_and_says_why(unusable, what):
    for reading in read_labels(unusable[what]):
        assert (reading.state, reading.fields) == ("unreadable", ())
        assert all(problem.strip() and not problem.endswith(".") for problem in map(str, reading.problems))
