"""A library that changes under a comparison, and results that were spoilt on the disk."""

from __future__ import annotations

import shutil

import pytest
from support.small_case import LIGHT

from index.local.library import Library
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.errors import ConfigurationError
from similarity.ingest.add import add_files
from similarity.report.build import report as reporting
from similarity.report.build.report import compare_to_folder
from similarity.scan import comparing
from similarity.scan.scan import scan_files


def add_still(library, still):
    add_files([still], library, config=LIGHT)


@pytest.fixture
def library(untouched_library, tmp_path):
    with Library.open(shutil.copytree(untouched_library, tmp_path / "library")) as library:
        yield library


CHANGES = {"a work is added": add_still, "a work is removed": lambda library, still: library.remove("garage")}


@pytest.fixture(params=CHANGES)
def meanwhile(request, library, unusual, monkeypatch):
    """Somebody changes the library right after the first search."""

    def changing(*arguments, **more):
        found = compare_described(*arguments, **more)
        if still_to_come:
            CHANGES[request.param](library, still_to_come.pop())
        return found

    still_to_come = [unusual["still"]]
    monkeypatch.setattr(comparing, "compare_described", changing)
    monkeypatch.setattr(reporting, "compare_described", changing)


@pytest.fixture(scope="module")
def undisturbed(demo_library, demo, tmp_path_factory):
    """The scan of a library that nobody changes."""
    folder = tmp_path_factory.mktemp("quiet")
    with Library.open(demo_library) as library:
        scan_files(demo.paths("suspect"), open_session(library, LIGHT), folder)
    return folder


def test_a_scan_goes_on_over_the_generation_that_it_opened(undisturbed, meanwhile, library, demo, tmp_path):
    session = open_session(library, LIGHT)
    state = session.rows.facts.state_sha256
    summary = scan_files(demo.paths("suspect"), session, tmp_path / "run")
    assert library.state_sha256() != state
    assert session.rows.library.state_sha256() == state
    assert (summary.num_compared, summary.failed) == (2, ())
    for name in ("matches.csv", "scenes.csv", "pairs.csv"):
        assert (tmp_path / "run" / name).read_bytes() == (undisturbed / name).read_bytes()
    again = scan_files(demo.paths("suspect"), open_session(library, LIGHT), tmp_path / "run")
    assert (again.num_compared, again.num_updated) == (2, 2)


def test_a_report_states_the_generation_that_it_was_made_with(meanwhile, library, demo, tmp_path):
    session, state = open_session(library, LIGHT), library.state_sha256()
    report, _ = compare_to_folder(demo.paths("suspect")[0], session, tmp_path / "case")
    assert library.state_sha256() != state
    assert report.library.state_sha256 == state
    assert "garage" in session.rows.works


def test_a_spoilt_result_is_made_again(library, demo, tmp_path):
    session = open_session(library, LIGHT)
    scan_files(demo.paths("suspect"), session, tmp_path)
    matches = (tmp_path / "matches.csv").read_bytes()
    first, second = sorted((tmp_path / "suspects").iterdir())
    first.write_bytes(first.read_bytes()[:100])
    second.write_bytes(b"{}")
    summary = scan_files(demo.paths("suspect"), session, tmp_path)
    assert (summary.num_compared, summary.num_resumed) == (2, 0)
    assert (tmp_path / "matches.csv").read_bytes() == matches


def test_a_suspect_whose_bytes_have_changed_is_compared_again(library, demo, unusual, tmp_path):
    session, suspect = open_session(library, LIGHT), tmp_path / "suspect.mp4"
    shutil.copy(demo.paths("suspect")[0], suspect)
    assert scan_files([suspect], session, tmp_path / "run").num_with_match == 1
    shutil.copy(unusual["short"], suspect)
    changed = scan_files([suspect], session, tmp_path / "run")
    assert (changed.num_resumed, changed.num_with_match) == (0, 0)


def test_namesakes_are_told_apart_by_their_folders(library, demo, tmp_path):
    for folder, film in zip(("a", "b"), demo.paths("suspect"), strict=True):
        (tmp_path / folder).mkdir()
        shutil.copy(film, tmp_path / folder / "clip.mp4")
    (tmp_path / "b" / "clip.avi").touch()
    summary = scan_files([tmp_path / "a", tmp_path / "b"], open_session(library, LIGHT), tmp_path / "run")
    assert (summary.num_compared, summary.num_failed) == (2, 1)
    rows = (tmp_path / "run" / "pairs.csv").read_text().splitlines()[1:]
    assert {row.split(",")[0] for row in rows} == {"a/clip", "b/clip.mp4"}


def test_a_run_that_cannot_be_understood_is_left_alone(library, demo, tmp_path):
    (tmp_path / "run.json").write_text("not ours")
    with pytest.raises(ConfigurationError, match=r"run\.json: can't be read"):
        scan_files(demo.paths("suspect"), open_session(library, LIGHT), tmp_path)
    assert [path.name for path in tmp_path.glob("*.*")] == ["run.json"]


def test_a_described_suspect_that_was_spoilt_is_described_again(library, demo, unusual, tmp_path):
    suspects = demo.paths("suspect")
    scan_files(suspects, open_session(library, LIGHT), tmp_path)
    first, second = sorted((tmp_path / "described").iterdir())
    first.write_bytes(first.read_bytes()[:100])
    second.unlink()
    add_still(library, unusual["still"])
    assert scan_files(suspects, open_session(library, LIGHT), tmp_path).num_updated == 2
