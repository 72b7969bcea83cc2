"""Documents stay where the facts are, are hashed whole, and are read as text in bounds."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import json
import os
import time

import pytest

from similarity.absence import NotMeasured
from similarity.errors import AccessError
from similarity.texts import documents
from similarity.texts.documents import open_document, text_of
from similarity.texts.html_text import html_text


def read(folder, name):
    return text_of(open_document(folder, name, keeps_content=True), name)


def test_hashes_and_size_are_those_of_the_bytes(tmp_path):
    content = os.urandom(3_000_000)
    (tmp_path / "log.pdf").write_bytes(content)
    found = open_document(tmp_path, "log.pdf", keeps_content=False)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.sha512 == hashlib.sha512(content).hexdigest()
    assert (found.size_bytes, found.content) == (len(content), b"")


@pytest.mark.parametrize("written", ["../out.txt", "inner/../../out.txt", "inner/..", "", "  ", "a\0b"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, written):
    (tmp_path / "out.txt").write_text("outside")
    folder = tmp_path / "facts"
    (folder / "inner").mkdir(parents=True)
    with pytest.raises(AccessError, match="document"):
        open_document(folder, written, keeps_content=True)


def test_a_link_that_leaves_the_folder_is_refused_and_one_inside_is_followed(tmp_path):
    folder = tmp_path / "facts"
    folder.mkdir()
    (tmp_path / "out.txt").write_text("outside")
    (folder / "in.txt").write_text("inside")
    (folder / "link.txt").symlink_to(tmp_path / "out.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "own.txt").symlink_to("in.txt")
    for written in ("link.txt", "up/out.txt"):
        with pytest.raises(AccessError, match="a link leads out of the folder"):
            open_document(folder, written, keeps_content=True)
    assert read(folder, "own.txt").text == "inside"
    assert text_of(open_document(folder, str(tmp_path / "out.txt"), keeps_content=True), "out.txt").text == "outside"


def test_what_is_not_there_or_no_file_is_said_and_stops_nothing(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "round").symlink_to("round")
    for written in ("missing.txt", "pipe", "folder"):
        assert isinstance(open_document(tmp_path, written, keeps_content=True).sha256, NotMeasured), written
    with contextlib.suppress(AccessError):  # a link to itself: refused, or listed as not at hand
        assert isinstance(open_document(tmp_path, "round", keeps_content=True).sha256, NotMeasured)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("那猴在山中".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "那猴在山中".encode(), "utf-8"),
        ("那猴在山中".encode("gb18030"), "gb18030"),
        ("那猴在山中".encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + "那猴在山中".encode("utf-16-be"), "utf-16"),
    ],
)
def test_text_is_read_in_the_encodings_that_people_use(tmp_path, content, encoding):
    (tmp_path / "prompt.txt").write_bytes(content)
    found = read(tmp_path, "prompt.txt")
    assert (found.text, found.encoding, found.form, found.is_cut) == ("那猴在山中", encoding, "plain", False)


@pytest.mark.parametrize("content", [b"\x00\x01\x02", bytes(range(256)) * 9, b"%PDF-1.4\n\x00\x00", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused(tmp_path, content):
    (tmp_path / "prompt.txt").write_bytes(content)
    with pytest.raises(AccessError, match="can't be read as text"):
        read(tmp_path, "prompt.txt")


def test_an_empty_document_is_an_empty_text(tmp_path):
    (tmp_path / "prompt.txt").write_bytes(b"")
    assert read(tmp_path, "prompt.txt").text == ""


def test_json_is_read_as_its_text_values(tmp_path):
    (tmp_path / "log.json").write_text(json.dumps({"prompt": "那猴", "seed": 7, "inner": [{"text": "在山中"}, None]}))
    found = read(tmp_path, "log.json")
    assert (found.text, found.form) == ("那猴\n在山中", "json")


@pytest.mark.parametrize("content", ["{broken", "[" * 100_000, '{"a":' * 900 + "1" + "}" * 900])
def test_json_that_is_none_is_read_as_it_stands(tmp_path, content):
    (tmp_path / "log.json").write_text(content)
    assert read(tmp_path, "log.json").text == content


def test_a_long_text_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_TEXT_CHARACTERS", 10)
    (tmp_path / "long.txt").write_text("那" * 11)
    assert (read(tmp_path, "long.txt").text, read(tmp_path, "long.txt").is_cut) == ("那" * 10, True)
    monkeypatch.setattr(documents, "MAX_TEXT_BYTES", 7)
    found = read(tmp_path, "long.txt")
    assert (found.text, found.is_cut) == ("那那", True)


def test_of_a_page_the_text_that_is_shown_is_read(tmp_path):
    page = (
        "<html><head><title>T</title><style>a{}</style><SCRIPT>if (a<b) 'x'</SCRIPT></head><body><!-- <p>no</p> -->"
        "<p>Top <b>dom</b>ains: a &lt; b</p><ul><li>example.com</li></ul>2 < 3</body></html>"
    )
    (tmp_path / "page.html").write_text(page)
    found = read(tmp_path, "page.html")
    assert (" ".join(found.text.split()), found.form) == ("T Top domains: a < b example.com 2 < 3", "html")


@pytest.mark.parametrize("piece", ["<!--", "<script>", "<", "<a", "</", "&lt", "<p>", "<!", "<style></styl>"])
def test_a_hostile_page_is_read_in_one_pass(piece):
    started = time.monotonic()
    html_text(piece * 300_000)
    assert time.monotonic() - started < 10
