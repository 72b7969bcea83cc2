"""A run folder that grows: what is measured of changed works is what a fresh run measures."""

from __future__ import annotations

import csv
import shutil

import pytest
from support.small_case import CONFIG, LIGHT

from index.local.library import Library
from similarity.compare.session import Session, open_session
from similarity.describe.video import DescribedVideo
from similarity.ingest.add import add_files
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files


@pytest.fixture
def library(untouched_library, tmp_path):
    with Library.open(shutil.copytree(untouched_library, tmp_path / "library")) as library:
        yield library


def tables(folder):
    """Every row of a run; the number of comparisons of a pair is that of the generation it was measured in."""
    rows = []
    for name in ("matches.csv", "scenes.csv", "pairs.csv"):
        with (folder / name).open(newline="") as handle:
            rows.append([{key: row[key] for key in row if key != "num_comparisons"} for row in csv.DictReader(handle)])
    return rows


def scanned(library, demo, folder, *, all_pairs=False, config=CONFIG):
    options = ScanOptions(with_all_works=all_pairs)
    return scan_files(demo.paths("suspect"), open_session(library, config), folder, options=options)


@pytest.fixture(scope="module")
def scanned_demo(once, demo_library, demo):
    """A run of the suspects against the library as it is."""

    def make(folder):
        with Library.open(demo_library) as library:
            scanned(library, demo, folder / "run")
        return folder / "run"

    return once("scanned_demo", make)


@pytest.fixture
def nothing_is_described(monkeypatch):
    def described(session: Session, *_: object) -> DescribedVideo:
        raise AssertionError(f"a suspect was decoded again: {session}")

    return lambda: monkeypatch.setattr(Session, "describe", described)


@pytest.mark.parametrize(
    ("work", "all_pairs", "config"),
    [("garage", False, CONFIG), ("micrograph", True, LIGHT)],
    ids=["one that was taken from", "one that was not, all pairs"],
)
def test_a_work_that_is_added_or_removed_gives_what_a_fresh_run_gives(
    work, all_pairs, config, library, demo, scanned_demo, nothing_is_described, tmp_path
):
    kind = {"all_pairs": all_pairs, "config": config}
    file = next(path for path in demo.paths("work") if path.stem == work)
    fresh = scanned_demo
    if all_pairs:
        fresh = tmp_path / "fresh"
        scanned(library, demo, fresh, **kind)
    library.remove(work)
    scanned(library, demo, tmp_path / "without", **kind)
    shutil.copytree(tmp_path / "without", tmp_path / "grown")
    nothing_is_described()

    add_files([file], library, config=config)
    grown = scanned(library, demo, tmp_path / "grown", **kind)
    assert (grown.num_compared, grown.num_resumed, grown.num_updated) == (2, 0, 2)
    assert tables(tmp_path / "grown") == tables(fresh)

    library.remove(work)
    shrunk = scanned(library, demo, tmp_path / "grown", **kind)
    assert shrunk.num_updated == 2
    assert tables(tmp_path / "grown") == tables(tmp_path / "without")


def test_other_background_weighs_everything_anew_from_the_stored_rows(
    library, demo, unusual, scanned_demo, nothing_is_described, tmp_path
):
    shutil.copytree(scanned_demo, tmp_path / "run")
    add_files([unusual["short"]], library, config=CONFIG, role="background")
    scanned(library, demo, tmp_path / "fresh")
    nothing_is_described()
    assert scanned(library, demo, tmp_path / "run").num_updated == 2
    assert tables(tmp_path / "run") == tables(tmp_path / "fresh")


def test_a_new_suspect_joins_and_the_others_are_taken_over(library, demo, tmp_path):
    first, second = demo.paths("suspect")
    scan_files([first], open_session(library, LIGHT), tmp_path)
    both = scan_files([first, second], open_session(library, LIGHT), tmp_path)
    assert (both.num_compared, both.num_resumed, both.num_updated) == (2, 1, 0)
