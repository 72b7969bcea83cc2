"""Folders as people have them: two files of one stem, files that moved, and what is passed over."""

from __future__ import annotations

import shutil

import pytest
from PIL import Image
from skimage import data

from index.local.library import Library
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.ingest.catalogue import read_catalogue

CONFIG = load_profile()


@pytest.fixture
def library(tmp_path):
    with Library.open_or_create(tmp_path / "library") as opened:
        yield opened


def still(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def added(library, *paths, catalogue=None):
    results = add_files(paths, library, config=CONFIG, catalogue=catalogue)
    return [(one.entry_id, one.status) for one in results]


def test_two_works_of_one_stem_are_two_works_and_keep_their_ids(library, tmp_path):
    films = tmp_path / "films"
    still(films / "alice" / "clip.png", data.coffee())
    assert added(library, films) == [("clip", "added")]
    still(films / "bob" / "clip.png", data.chelsea())
    assert added(library, films) == [("clip", "unchanged"), ("bob/clip", "added")]
    assert added(library, films) == [("clip", "unchanged"), ("bob/clip", "unchanged")]
    shutil.copytree(films / "bob", tmp_path / "copies")
    assert added(library, tmp_path / "copies") == [("bob/clip", "unchanged")]


def test_a_file_that_moved_is_the_entry_that_it_was_and_its_path_is_updated(library, tmp_path):
    first = still(tmp_path / "a" / "clip.png", data.coffee())
    assert added(library, tmp_path / "a") == [("clip", "added")]
    there = first.rename(still(tmp_path / "b" / "renamed.png", data.chelsea()))
    (result,) = add_files([tmp_path / "b"], library, config=CONFIG)
    assert (result.entry_id, result.status) == ("clip", "moved")
    assert str(first) in result.detail
    assert library.entry("clip").source_path == str(there)
    assert library.check() == ()
    assert added(library, tmp_path / "b") == [("clip", "unchanged")]


def test_a_file_that_stands_where_it_was_does_not_move(library, tmp_path):
    first = still(tmp_path / "a" / "clip.png", data.coffee())
    added(library, first)
    copy = shutil.copy(first, tmp_path / "other.png")
    assert added(library, tmp_path / "other.png") == [("other", "added")]
    assert library.entry("clip").source_path == str(first)
    assert library.entry("other").source_path == str(copy)


def test_what_the_catalogue_calls_by_another_id_is_another_entry_though_the_old_file_is_gone(library, tmp_path):
    first = still(tmp_path / "a" / "clip.png", data.coffee())
    added(library, first)
    first.rename(tmp_path / "moved.png")
    (tmp_path / "works.csv").write_text("file,id\nmoved.png,two\n", encoding="utf-8")
    listed = read_catalogue(tmp_path / "works.csv")
    assert added(library, tmp_path / "moved.png", catalogue=listed) == [("two", "added")]
    assert library.entry("clip").source_path == str(first)
