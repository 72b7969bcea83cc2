"""One content under several ids, and in both roles."""

from __future__ import annotations

import shutil

import pytest
from support.footage import moving_pattern, write_still

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.ingest.catalogue import Catalogue, CatalogueRow
from similarity.report.build.report import compare_to_folder

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})


@pytest.fixture
def still(tmp_path):
    return write_still(tmp_path / "harbour.png", moving_pattern(1, 160, 90, seed=7)[0])


@pytest.fixture
def library(tmp_path):
    with Library.create(tmp_path / "library") as library:
        yield library


def add(library, *paths, **more):
    return add_files(paths, library, config=CONFIG, **more)


def test_the_same_content_under_another_id_is_an_entry_of_its_own(library, still, tmp_path):
    add(library, still)
    renamed = shutil.copy(still, tmp_path / "number 2.png")
    (second,) = add(library, renamed)
    assert (second.entry_id, second.status, second.same_content_as) == ("number 2", "added", ("harbour",))
    assert "same content as work 'harbour'" in second.detail
    assert f"similarity library remove --library {library.path} harbour" in second.detail
    (third,) = add(library, shutil.copy(still, tmp_path / "third.png"))
    assert "same content as works 'harbour', 'number 2'" in third.detail
    again = add(library, still, renamed)
    assert [(one.entry_id, one.status, one.same_content_as) for one in again] == [
        ("harbour", "unchanged", ()),
        ("number 2", "unchanged", ()),
    ]
    assert library.check() == ()


def test_a_catalogue_gives_one_content_two_numbers(library, still):
    for number in ("P-1", "-2"):
        row = CatalogueRow(entry_id=number, columns={})
        (added,) = add(library, still, catalogue=Catalogue(rows={still.resolve(): row}))
        assert added.status == "added"
    assert [entry.entry_id for entry in library.entries("work")] == ["-2", "P-1"]
    (same,) = add(library, still)
    assert (same.entry_id, same.status) == ("-2", "unchanged")
    (third,) = add(library, shutil.copy(still, still.with_name("copy.png")))
    assert third.detail.endswith(f"similarity library remove --library {library.path} -- -2 P-1")


@pytest.mark.parametrize(("first", "second"), [("work", "background"), ("background", "work")])
def test_the_same_content_is_not_taken_in_both_roles(library, still, tmp_path, first, second):
    add(library, still, role=first)
    copy = shutil.copy(still, tmp_path / "copy.png")
    other = write_still(tmp_path / "other.png", moving_pattern(1, 160, 90, seed=8)[0])
    refused, taken = add(library, copy, other, role=second)
    assert (refused.status, taken.status) == ("failed", "added")
    assert f"the same content is indexed as {first} 'harbour'" in refused.detail
    assert f"similarity library remove --library {library.path} harbour" in refused.detail
    library.remove("harbour")
    assert add(library, copy, role=second)[0].status == "added"


def test_background_of_the_same_content_is_found_out_in_the_report_too(library, still, tmp_path, monkeypatch):
    """Two processes that add at once, or an older version, may have let it in."""
    add(library, still)
    monkeypatch.setattr(library, "entries_by_sha256", lambda sha256: ())
    add(library, shutil.copy(still, tmp_path / "copy.png"), role="background")
    report, _ = compare_to_folder(still, open_session(library, CONFIG), tmp_path / "case")
    (note,) = [note for note in map(str, report.deviations) if "Background entry" in note]
    assert "'copy' holds the same bytes as work 'harbour'" in note
    assert note.endswith("similarity library remove copy")
    assert [(entry.entry_id, entry.role) for entry in report.suspect_is_indexed_as] == [
        ("harbour", "work"),
        ("copy", "background"),
    ]
