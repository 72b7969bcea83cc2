"""Whatever the bytes, the answer is a reading of each kind."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from similarity.provenance.reading import read_labels
from similarity.provenance.values import KINDS

QUICKLY = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
HEADS = (
    b"\0\0\0\x18ftypisom",
    b"\0\0\0\x14ftypqt  ",
    b"\0\0\0\x18ftypavif",
    b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\x12\x54\xc3\x67",
    b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\x7fINFOAIGC",
    b"RIFF\x40\0\0\0WEBPXMP ",
    b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x12\0\x01\0\0\0\0\0\0\0\0\x02\0\x0aonMetaData\x08\0\0\0\x01\0\x04AIGC",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe1",
    b"GIF89a",
    b"II*\0",
    b"",
)


def check(path):
    readings = read_labels(path)
    assert tuple(one.kind for one in readings) == KINDS
    for one in readings:
        "".join(text.value + text.name for text in one.fields).encode()
        "".join(map(str, (*one.problems, *one.limits, one.place))).encode()
    return {one.kind: one for one in readings}


@QUICKLY
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=400))
def test_random_bytes_behind_any_head_never_raise(tmp_path, head, tail):
    path = tmp_path / "random"
    path.write_bytes(head + tail)
    check(path)


@QUICKLY
@given(data=st.data())
def test_changed_bytes_of_a_labelled_video_never_raise(labelled, signed, tmp_path, data):
    sources = (*labelled.values(), *signed.values())
    content = bytearray(data.draw(st.sampled_from(sources)).read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "changed"
    path.write_bytes(content[: data.draw(st.integers(16, len(content)))])
    check(path)


@QUICKLY
@given(data=st.data())
def test_changed_bytes_of_a_picture_never_raise(tmp_path, data):
    path = tmp_path / "picture"
    exif = Image.Exif()
    exif[0x0131] = "Painter"
    form = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"]))
    Image.new("RGB", (8, 8)).save(path, form, exif=exif, xmp=b"<a xmlns:b='b:'><b:c>d</b:c></a>")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(4, len(content)))])
    check(path)


def box(kind: bytes, content: bytes, *, size: int | None = None) -> bytes:
    return (len(content) + 8 if size is None else size).to_bytes(4, "big") + kind + content


def test_a_box_of_two_to_the_63_bytes_is_cut_and_said(tmp_path):
    path = tmp_path / "a.mp4"
    vast = (1).to_bytes(4, "big") + b"moov" + (2**63).to_bytes(8, "big")
    path.write_bytes(box(b"ftyp", b"isom\0\0\0\0") + vast)
    label = check(path)["gb45438_aigc"]
    assert label.state == "unreadable"
    assert any("moov at byte 16 is cut off or too large" in str(problem) for problem in label.problems)


@pytest.mark.parametrize("kind", [b"moov", b"udta", b"meta", b"trak"])
def test_boxes_nested_ten_thousand_deep_are_no_bomb(tmp_path, kind):
    content = b""
    for _ in range(10_000):
        content = box(kind, content)
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", content))
    check(path)


def test_a_million_empty_boxes_end_in_a_bound(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", box(b"udta", box(b"free", b"") * 1_000_000)))
    begun = time.monotonic()
    label = check(path)["gb45438_aigc"]
    assert (label.state, time.monotonic() - begun < 10) == ("unreadable", True)
    assert any("more than" in str(problem) for problem in label.problems)


def test_tags_nested_ten_thousand_deep_are_no_bomb(tmp_path):
    content = b""
    for _ in range(2000):
        content = b"\x67\xc8" + (len(content) | 1 << 28).to_bytes(4, "big") + content
    tag = b"\x73\x73" + (len(content) | 1 << 28).to_bytes(4, "big") + content
    path = tmp_path / "a.mkv"
    path.write_bytes(b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x12\x54\xc3\x67\xff" + tag)
    check(path)


def element(identifier: str, content: bytes) -> bytes:
    return bytes.fromhex(identifier) + (len(content) | 1 << 28).to_bytes(4, "big") + content


@pytest.mark.parametrize(("num_around", "is_found"), [(6, True), (7, True), (8, False)])
def test_tags_are_read_eight_deep_and_deeper_ones_are_said(tmp_path, num_around, is_found):
    tag = element("67C8", element("45A3", b"AIGC") + element("4487", b"{}"))
    for _ in range(num_around):
        tag = element("67C8", tag)
    path = tmp_path / "a.mkv"
    content = element("18538067", element("1254C367", element("7373", tag)))
    path.write_bytes(b"\x1a\x45\xdf\xa3\x80" + content)
    label = check(path)["gb45438_aigc"]
    assert bool(label.aigc_labels) is is_found
    assert any("nested deeper than" in str(problem) for problem in label.problems) is not is_found


def test_an_avi_whose_tags_say_two_gigabytes_is_not_given_to_ffmpeg(tmp_path):
    path = tmp_path / "a.avi"
    path.write_bytes(b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\x7fINFOAIGC\xff\xff\xff\x7fabcd")
    readings = check(path)
    (cut_off,) = map(str, readings["encoder"].problems)
    assert cut_off == "the tags are cut off or too large, and are not given to FFmpeg"
    assert readings["gb45438_aigc"].state == "damaged"
    assert any("cut off or too large" in str(problem) for problem in readings["gb45438_aigc"].problems)
