"""What a comparison says of itself: the suspect is a work, two works are one file, a bound was met."""

from __future__ import annotations

import json
import shutil

import pytest

from index.local import tuning
from index.local.library import Library
from similarity.cli.words import compared_in_words, scanned_in_words
from similarity.compare.session import open_session
from similarity.compare.values import IndexedAs
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.report.build.report import compare_to_folder
from similarity.report.schema.json_form import from_json
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files

UNPLACED = {"place": {"max_matches": 0}, "report": {"max_frame_pairs_per_match": 0}}
"""Where a match lies to the frame, and its pictures, are not looked at here."""
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}} | UNPLACED)
NARROW = {"search_device": "cpu", "max_candidate_works": 1, "num_hits_per_sample": 1}


@pytest.fixture(scope="module")
def library(demo, demo_library, tmp_path_factory):
    """The demo's library, with one of its works under a second id."""
    folder = tmp_path_factory.mktemp("twice")
    work = next(path for path in demo.paths("work") if path.stem == "garage")
    with Library.open(shutil.copytree(demo_library, folder / "library")) as library:
        (added,) = add_files([shutil.copy(work, folder / f"number_2{work.suffix}")], library, config=CONFIG)
        assert added.same_content_as == ("garage",)
        yield library


@pytest.fixture(scope="module")
def session(library):
    return open_session(library, CONFIG)


def paths(demo, role, *stems):
    return [path for path in demo.paths(role) if path.stem in stems]


def test_works_that_are_one_file_are_named_beside_each_other(session, demo, tmp_path):
    report, files = compare_to_folder(*paths(demo, "suspect", "suspect_mixed"), session, tmp_path)
    others = {work.work.video_id: work.same_content_as for work in report.works}
    assert others == {"garage": ("number_2",), "number_2": ("garage",), "liftoff": ()}
    assert report.suspect_is_indexed_as == ()
    page = next(path for path in files if path.suffix == ".html").read_text(encoding="utf-8")
    assert "Same bytes as work “number_2”" in page
    assert "byte for byte" not in page
    assert "No bound of the search was met." in page


def test_a_suspect_that_is_a_work_is_called_so_and_still_compared(session, demo, tmp_path):
    report, files = compare_to_folder(*paths(demo, "work", "garage"), session, tmp_path)
    assert [entry.entry_id for entry in report.suspect_is_indexed_as] == ["garage", "number_2"]
    assert {work.work.video_id for work in report.works} >= {"garage", "number_2"}
    assert from_json((tmp_path / "report.json").read_text(encoding="utf-8")) == report
    said = "The suspect's file is byte for byte works “garage”, “number_2”"
    page = next(path for path in files if path.suffix == ".html").read_text(encoding="utf-8")
    assert page.index(said.replace("'", "&#39;")) < page.index('id="summary"')
    assert said in compared_in_words(report, files)


def test_a_scan_lists_the_suspects_that_are_indexed(session, demo, tmp_path):
    suspects = [
        *paths(demo, "work", "garage"),
        demo.paths("background")[0],
        *paths(demo, "suspect", "suspect_original"),
    ]
    summary = scan_files(suspects, session, tmp_path)
    listed = {one.query_id: one.entries for one in summary.indexed}
    assert listed == {
        "garage": (IndexedAs(entry_id="garage", role="work"), IndexedAs(entry_id="number_2", role="work")),
        suspects[1].stem: (IndexedAs(entry_id=suspects[1].stem, role="background"),),
    }
    stored = json.loads((tmp_path / "summary.json").read_text())
    assert [one["query_id"] for one in stored["indexed"]] == ["garage", suspects[1].stem]
    assert "suspects that stand in the library themselves: 2" in scanned_in_words(summary, tmp_path)
    results = [json.loads(path.read_text()) for path in (tmp_path / "suspects").iterdir()]
    details = {result["query_id"]: result["detail"] for result in results}
    assert "byte for byte works “garage”, “number_2”" in details["garage"]
    assert f"byte for byte background item “{suspects[1].stem}”" in details[suspects[1].stem]
    assert details["suspect_original"] == ""
    again = scan_files(suspects, session, tmp_path)
    assert (again.num_resumed, again.indexed) == (3, summary.indexed)


def test_search_by_codes_and_stretches_finds_the_same_and_is_named(session, demo, demo_library, tmp_path, monkeypatch):
    monkeypatch.setattr(tuning, "_BITS", 4)  # codes of 8 bits need 256 rows
    (suspect,) = paths(demo, "suspect", "suspect_mixed")
    exact, _ = compare_to_folder(suspect, session, tmp_path / "exact")
    with Library.open(shutil.copytree(demo_library, tmp_path / "library")) as coded:
        made = coded.tune(least_rows=1)
        report, files = compare_to_folder(suspect, open_session(coded, CONFIG), tmp_path / "coded")
    assert report.limits.voting.codes == tuple(one for one in made if one.role == "work")
    assert exact.limits.voting.codes == ()
    found = [
        [(one.work_id, one.suspect_start_seconds, one.work_start_seconds, one.score) for one in of.matches]
        for of in (report, exact)
    ]
    assert found[0] == [one for one in found[1] if one[0] != "number_2"]
    assert from_json((tmp_path / "coded" / "report.json").read_text(encoding="utf-8")) == report
    said = "Works were searched for by search codes (compact: IVF"
    assert said in next(path for path in files if path.suffix == ".html").read_text(encoding="utf-8")
    assert said in compared_in_words(report, files)


def test_bounds_that_were_met_are_said(library, demo, tmp_path):
    report = {**UNPLACED["report"], "max_weaker_matches": 0}
    config = load_profile("standard", UNPLACED | {"align": NARROW, "report": report})
    session = open_session(library, config)
    (suspect,) = paths(demo, "suspect", "suspect_mixed")
    report, files = compare_to_folder(suspect, session, tmp_path / "case")
    limits = report.limits
    assert (limits.num_works, limits.num_works_aligned, limits.num_hits_per_sample) == (7, 1, 1)
    assert limits.voting.num_works_left_out >= 1
    assert (
        0 < limits.voting.num_samples_at_hit_limit <= limits.voting.num_samples == report.suspect.sampling.num_indexed
    )
    page = next(path for path in files if path.suffix == ".html").read_text(encoding="utf-8")
    assert "No bound of the search was met." not in page
    for said in ("Aligned with the suspect: 1 of 7 works.", "all 1 hits allowed"):
        assert said in page
    assert "Aligned with the suspect: 1 of 7 works." in compared_in_words(report, files)
    summary = scan_files([suspect], session, tmp_path / "run")
    assert summary.num_at_limit == 1
    assert "suspects for which a limit of the search was met: 1" in scanned_in_words(summary, tmp_path)
    (result,) = [json.loads(path.read_text()) for path in (tmp_path / "run" / "suspects").iterdir()]
    assert result["limits"]["voting"]["num_works_left_out"] == limits.voting.num_works_left_out
    assert "Aligned with the suspect: 1 of 7 works." in result["detail"]


def test_where_every_work_is_aligned_no_bound_is_met(session, demo, tmp_path):
    (suspect,) = paths(demo, "suspect", "suspect_mixed")
    summary = scan_files([suspect], session, tmp_path, options=ScanOptions(with_all_works=True))
    assert summary.num_at_limit == 0
    (result,) = [json.loads(path.read_text()) for path in (tmp_path / "suspects").iterdir()]
    assert result["detail"] == ""
    assert result["limits"]["num_works_aligned"] == 7
