"""Text is read of entries that stand: from their originals, once, without touching their rows."""

from __future__ import annotations

import shutil

import pytest
from support.lettering import write_lettered

from index import open_library
from similarity.absence import NotMeasured
from similarity.config import Config, DescribeConfig
from similarity.describe.facts import stored_facts
from similarity.ingest import later_text
from similarity.ingest.add import add_files
from similarity.ingest.later_text import read_texts

CONFIG = Config(describe=DescribeConfig(use_clip="never"))


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    pytest.importorskip("rapidocr", reason="the reader of text is not installed: pip install '.[text]'")
    words = {(0.0, 3.0): ("Harbour Pictures", (60, 200), 28)}
    return write_lettered(tmp_path_factory.mktemp("films") / "film.mp4", 3.0, words)


@pytest.fixture(scope="module")
def made(film, tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "library"
    with open_library(path, create=True) as library:
        add_files([film], library, config=CONFIG)
    return path


@pytest.fixture
def library(made, tmp_path):
    with open_library(shutil.copytree(made, tmp_path / "library")) as opened:
        yield opened


def text_of(library):
    return stored_facts(library.entry("film").facts_json).text


def test_an_entry_gets_its_text_once_and_again_where_asked(library):
    assert isinstance(text_of(library), NotMeasured)
    before = library.state_sha256()
    assert [one.status for one in read_texts(library, config=CONFIG)] == ["described"]
    (line,) = text_of(library).lines
    assert (line.text, line.start_seconds, line.end_seconds) == ("Harbour Pictures", 0.0, 3.0)
    assert [one.status for one in read_texts(library, config=CONFIG)] == ["unchanged"]
    assert [one.status for one in read_texts(library, config=CONFIG, anew=True)] == ["described"]
    assert library.state_sha256() == before
    assert library.check() == ()


def test_text_is_the_same_as_where_it_is_read_while_adding(film, library, tmp_path):
    with open_library(tmp_path / "other", create=True) as other:
        add_files([film], other, config=Config(describe=DescribeConfig(use_clip="never", read_text="always")))
        read_texts(library, config=CONFIG)
        assert text_of(other) == text_of(library)


def test_an_original_that_is_gone_is_a_failure_with_its_reason(film, library, tmp_path, monkeypatch):
    monkeypatch.setattr(later_text, "original_of", lambda entry, moved: tmp_path / "nothing.mp4")
    (result,) = read_texts(library, config=CONFIG)
    assert result.status == "failed"
    assert "nothing.mp4" in result.detail
