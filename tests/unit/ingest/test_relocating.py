"""Originals that were moved together, and reports of works whose originals are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.errors import ConfigurationError
from similarity.ingest.add import add_files
from similarity.ingest.relocating import relocate_entries
from similarity.report.build.report import compare_to_folder

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})


@pytest.fixture
def library(tmp_path):
    for name, pixels in (("coffee", data.coffee()), ("cats/cat", data.chelsea())):
        path = tmp_path / "old" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    with Library.create(tmp_path / "library") as opened:
        add_files([tmp_path / "old"], opened, config=CONFIG)
        yield opened


def said(results):
    return {one.entry_id: one.status for one in results}


def test_paths_are_updated_where_the_same_bytes_stand_and_nowhere_else(library, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.rename(new)
    Image.fromarray(data.coffee()[::-1]).save(new / "coffee.png")
    results = relocate_entries(library, old, new)
    assert said(results) == {"cat": "relocated", "coffee": "failed"}
    assert "is another file" in next(one.detail for one in results if one.status == "failed")
    assert library.entry("cat").source_path == str(new / "cats" / "cat.png")
    assert library.entry("coffee").source_path == str(old / "coffee.png")
    (new / "coffee.png").unlink()
    assert said(relocate_entries(library, old, new)) == {"coffee": "failed"}
    assert said(relocate_entries(library, new, new)) == {"cat": "unchanged"}
    assert library.check() == ()
    with pytest.raises(ConfigurationError, match="library list"):
        relocate_entries(library, tmp_path / "ol", new)


def test_one_file_and_a_place_of_windows_are_relocated_too(library, tmp_path):
    old = tmp_path / "old" / "coffee.png"
    new = old.rename(tmp_path / "cup.png")
    assert said(relocate_entries(library, old, new)) == {"coffee": "relocated"}
    library.set_source_path("cat", "D:\\Films\\cats\\cat.png")
    moved = relocate_entries(library, Path("D:\\Films"), tmp_path / "old")
    assert said(moved) == {"cat": "relocated"}
    assert library.entry("cat").source_path == str(tmp_path / "old" / "cats" / "cat.png")


def test_a_missing_original_is_a_deviation_of_the_report(library, tmp_path):
    suspect = tmp_path / "suspect.png"
    Image.fromarray(data.coffee()).resize((500, 333)).save(suspect)
    for is_missing in (False, True):
        if is_missing:
            (tmp_path / "old" / "coffee.png").unlink()
        report, _ = compare_to_folder(suspect, open_session(library, CONFIG), tmp_path / f"report-{is_missing}")
        assert [one.work_id for one in report.matches] == ["coffee"]
        named = [str(one) for one in report.deviations if "library relocate OLD NEW" in str(one)]
        assert len(named) == is_missing
        assert all("work 'coffee' are no longer" in one for one in named)
