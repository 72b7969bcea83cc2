"""A library that changes under a comparison, and results that were spoilt on the disk."""

from __future__ import annotations

import shutil

import pytest

from index.errors import UnknownEntryError
from index.local.library import Library
from similarity.compare.engine import compare_described
from similarity.compare.session import LibraryChangedError, open_session
from similarity.config import load_profile
from similarity.errors import ConfigurationError
from similarity.ingest.add import add_files
from similarity.report.build import report as reporting
from similarity.report.build.report import compare_to_folder
from similarity.scan import scan as scanning
from similarity.scan.scan import scan_files

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})


def add_still(library, still):
    add_files([still], library, config=CONFIG)


@pytest.fixture
def library(demo_library, tmp_path):
    with Library.open(shutil.copytree(demo_library, tmp_path / "library")) as library:
        yield library


CHANGES = {"a work is added": add_still, "a work is removed": lambda library, still: library.remove("garage")}


@pytest.fixture(params=CHANGES)
def meanwhile(request, library, unusual, monkeypatch):
    """Somebody changes the library right after the search."""

    def changing(*arguments, **more):
        found = compare_described(*arguments, **more)
        CHANGES[request.param](library, unusual["still"])
        return found

    monkeypatch.setattr(scanning, "compare_described", changing)
    monkeypatch.setattr(reporting, "compare_described", changing)


def test_a_scan_keeps_no_result_of_a_library_that_changed_under_it(meanwhile, library, demo, tmp_path):
    session = open_session(library, CONFIG)
    for _ in range(2):  # noticed after the search, and the next time before it
        with pytest.raises(LibraryChangedError, match="was changed by another process"):
            scan_files(demo.paths("suspect"), session, tmp_path / "run")
    assert not list((tmp_path / "run").rglob("*/*.json"))


def test_a_case_is_not_written_of_a_library_that_changed_under_it(meanwhile, library, demo, tmp_path):
    session = open_session(library, CONFIG)
    with pytest.raises((LibraryChangedError, UnknownEntryError)):
        compare_to_folder(demo.paths("suspect")[0], session, tmp_path / "case")
    assert not (tmp_path / "case").exists()


def test_a_spoilt_result_is_made_again(library, demo, tmp_path):
    session = open_session(library, CONFIG)
    scan_files(demo.paths("suspect"), session, tmp_path)
    matches = (tmp_path / "matches.csv").read_bytes()
    first, second = sorted((tmp_path / "suspects").iterdir())
    first.write_bytes(first.read_bytes()[:100])
    second.write_bytes(b"{}")
    summary = scan_files(demo.paths("suspect"), session, tmp_path)
    assert (summary.num_compared, summary.num_resumed) == (2, 0)
    assert (tmp_path / "matches.csv").read_bytes() == matches


def test_a_suspect_whose_bytes_have_changed_is_compared_again(library, demo, unusual, tmp_path):
    session, suspect = open_session(library, CONFIG), tmp_path / "suspect.mp4"
    shutil.copy(demo.paths("suspect")[0], suspect)
    assert scan_files([suspect], session, tmp_path / "run").num_with_match == 1
    shutil.copy(unusual["short"], suspect)
    changed = scan_files([suspect], session, tmp_path / "run")
    assert (changed.num_resumed, changed.num_with_match) == (0, 0)


def test_a_namesake_that_cannot_be_read_does_not_take_the_id(library, demo, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "suspect.mp4").touch()
    good = shutil.copy(demo.paths("suspect")[1], tmp_path / "suspect.mp4")
    summary = scan_files([tmp_path / "a", good], open_session(library, CONFIG), tmp_path / "run")
    assert (summary.num_compared, summary.num_failed) == (1, 1)


def test_a_run_that_cannot_be_understood_is_left_alone(library, demo, tmp_path):
    (tmp_path / "run.json").write_text("not ours")
    with pytest.raises(ConfigurationError, match=r"run\.json: can't be read"):
        scan_files(demo.paths("suspect"), open_session(library, CONFIG), tmp_path)
    assert [path.name for path in tmp_path.glob("*.*")] == ["run.json"]
