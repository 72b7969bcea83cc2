"""What a scan leaves beside matches and pairs: scenes, shared footage, reports, timelines."""

from __future__ import annotations

import csv
import json
import os
import re

import pytest
from support.small_case import CONFIG, LIGHT

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.report.folder import read_report, render_timelines
from similarity.scan import suspects
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files
from similarity.workers.limits import WorkLimits

OPTIONS = ScanOptions(with_reports=True, timelines=("otio", "edl"))


@pytest.fixture(scope="module")
def session(openings):
    with Library.open(openings / "library") as library:
        yield open_session(library, CONFIG)


@pytest.fixture(scope="module")
def run(openings, session, tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside") / "run"
    scan_files([openings / "suspects"], session, folder, options=OPTIONS)
    return folder


def rows(folder, name):
    with (folder / name).open(newline="") as handle:
        return list(csv.DictReader(handle))


def overview(folder):
    page = (folder / "overview.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])["rows"]


def test_the_opening_is_marked_as_shared_footage_and_what_was_taken_is_not(run):
    shared = {
        (row["query_id"], row["ref_id"]): row["shared_with"] for row in rows(run, "matches.csv") if row["found_by"]
    }
    assert shared["opens", "mill"] == "harbour"
    assert shared["took", "harbour"] == ""
    cells = {(row["suspect"], row.get("work")): row.get("is_shared") for row in overview(run)}
    assert cells["opens", "mill"]
    assert not cells["took", "harbour"]


def test_scenes_hold_what_was_found_in_each_scene_of_the_suspect(run):
    scenes = [row for row in rows(run, "scenes.csv") if row["query_id"] == "opens" and "copy" in row["found_by"]]
    opening = [row for row in scenes if row["scene"] == "2"]
    assert {row["ref_id"] for row in opening} == {"harbour", "mill"}
    for row in opening:
        assert float(row["scene_start"]) == pytest.approx(1.2, abs=0.1)
        assert float(row["ref_start"]) == pytest.approx(0.0, abs=0.3)
        assert (row["reading"], float(row["verbatim"])) == ("reproduction", 1.0)
        assert row["shared_with"]
    assert not [row for row in rows(run, "scenes.csv") if row["query_id"] == "stranger"]


def test_a_report_is_made_of_each_suspect_in_which_something_was_found_and_says_what_is_shared(run):
    reports = {folder.name.rpartition("-")[0]: folder for folder in (run / "reports").iterdir()}
    assert set(reports) == {"opens", "took"}
    found = {match.work_id: match.shared_with for match in read_report(reports["opens"]).matches}
    assert found["mill"] == ("harbour",)
    assert "It is shared footage" in (reports["opens"] / "report.html").read_text(encoding="utf-8")
    links = {row["suspect"]: row["report"] for row in overview(run)}
    assert (run / links["took"]).is_file()
    assert links["stranger"] is None


def test_a_report_has_the_same_timeline_as_its_suspect(run):
    (report,), (timeline,) = (run / "reports").glob("took-*"), (run / "timelines").glob("took-*.otio")
    made = {path.name: path.read_bytes() for path in render_timelines(report, ("otio", "edl"))}
    assert set(made) == {"timeline.otio", "timeline.edl"}
    assert made["timeline.otio"] == timeline.read_bytes()


def test_a_report_is_made_once_and_again_when_its_result_is_newer(run, openings, session, monkeypatch):
    made = []
    monkeypatch.setattr(
        suspects, "described_to_folder", lambda video, session, folder, progress: made.append(folder.name[:5])
    )
    scan_files([openings / "suspects"], session, run, options=OPTIONS)
    assert made == []
    (report,) = (run / "reports").glob("took-*/report.json")
    earlier = report.stat()
    os.utime(report, ns=(0, 0))
    scan_files([openings / "suspects"], session, run, options=OPTIONS)
    assert made == ["took-"]
    (row,) = [row for row in overview(run) if row["suspect"] == "took"][:1]
    assert row["report"] is None
    assert row["command"].startswith("similarity compare ")
    assert row["command"].endswith(str(report.parent))
    os.utime(report, ns=(earlier.st_atime_ns, earlier.st_mtime_ns))


def test_timelines_stand_for_what_was_found_and_go_with_it(run, openings, session):
    names = sorted(re.sub(r"-[0-9a-f]{8}", "", path.name) for path in (run / "timelines").iterdir())
    assert [name for name in names if name.startswith("took")] == ["took.edl", "took.otio"]
    assert not [name for name in names if name.startswith("stranger")]
    scan_files([openings / "suspects"], session, run, options=ScanOptions(timelines=("otio",)))
    assert {path.suffix for path in (run / "timelines").iterdir()} == {".otio"}


def test_two_jobs_make_the_reports_and_timelines_that_one_makes(openings, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    with Library.open(openings / "library") as library:
        for folder, num_jobs in ((one, 1), (two, 2)):
            limits = WorkLimits(num_jobs=num_jobs)
            session = open_session(library, LIGHT)
            scan_files([openings / "suspects"], session, folder, options=OPTIONS, limits=limits)
    names = sorted(path.relative_to(one) for path in one.rglob("*"))
    assert names == sorted(path.relative_to(two) for path in two.rglob("*"))
    reports = [path for path in names if path.name == "report.json"]
    assert len(reports) == 2
    for path in reports:
        assert read_report(one / path.parent).matches == read_report(two / path.parent).matches
    for path in (one / "timelines").iterdir():
        assert path.read_bytes() == (two / "timelines" / path.name).read_bytes()
