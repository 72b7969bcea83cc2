"""A library that an older version made, without composition and motion: compared with as before, and said so."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.align import pair
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.compare.unrelated import closest_unrelated
from similarity.config import load_profile
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.pdq import PdqDescriber
from similarity.describe.facts import video_facts
from similarity.describe.video import describe_video
from similarity.ingest.add import add_files
from similarity.ingest.entries import entry_of
from similarity.report.build.report import compare_to_folder
from similarity.report.schema.json_form import from_json
from similarity.scan.scan import scan_files

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
NEWER_AXES = {"composition", "motion"}


@pytest.fixture(scope="module")
def older(demo, tmp_path_factory):
    """The demo's works and background with the two descriptor sets that libraries used to have."""
    describers = (PdqDescriber(), CompactDescriber())
    with Library.create(tmp_path_factory.mktemp("older") / "library") as library:
        for describer in describers:
            library.declare_set(describer.identity)
        for role in ("work", "background"):
            for path in demo.paths(role):
                video = describe_video(path, describers, config=CONFIG.sample)
                facts = video_facts(video, path.stem, sample=CONFIG.sample)
                library.add(entry_of(video, facts, role=role))
        yield library


@pytest.fixture(scope="module")
def taker(demo):
    return next(path for path in demo.paths("suspect") if path.stem == "suspect_mixed")


@pytest.fixture(scope="module")
def case(older, taker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    return compare_to_folder(taker, open_session(older, CONFIG), folder)[0], folder


def axes_of(finding):
    return {one.axis: one for one in finding.axes}


def test_what_was_taken_is_still_found(case, demo):
    report, folder = case
    assert {work.work.video_id for work in report.works} == {truth.ref_id for truth in demo.copied}
    assert {facts.name for facts in report.describers} == {"pdq", "compact"}
    assert from_json((folder / "report.json").read_text(encoding="utf-8")) == report


def test_the_two_axes_are_not_measured_and_say_what_to_do(case):
    report, folder = case
    findings = [seen.finding for scene in report.scenes for seen in scene.works]
    assert findings
    for found in [*findings, report.closest_unrelated.finding]:
        axes = axes_of(found)
        for name in NEWER_AXES:
            assert isinstance(axes[name].value, NotMeasured)
            assert isinstance(axes[name].background_percentile, NotMeasured)
            assert axes[name].num_samples == 0
            assert f"without {name} descriptors" in str(axes[name].value.reason)
            assert "index the works again" in str(axes[name].value.reason)
        assert isinstance(axes["copied"].value, float)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "without composition descriptors" in page
    assert "without motion descriptors" in page


def test_what_can_be_measured_without_them_is(case):
    report, _ = case
    strongest = report.matches[0]
    (finding, *_) = [
        seen.finding for scene in report.scenes for seen in scene.works if seen.match_id == strongest.match_id
    ]
    assert isinstance(axes_of(finding)["structure"].value, float)
    assert np.isfinite(finding.adaptation_score)
    assert finding.reading.name in {"reproduction", "adaptation", "part"}


def test_a_scan_leaves_their_cells_empty(older, taker, tmp_path):
    scan_files([taker], open_session(older, CONFIG), tmp_path)
    with (tmp_path / "pairs.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    measured = [row for row in rows if row["reading"]]
    assert measured
    assert all(row[axis] == "" for row in measured for axis in NEWER_AXES)
    assert all(row["copied"] for row in measured)


def test_matches_are_those_that_copies_alone_give(older, demo_library, taker, monkeypatch):
    def matches(library):
        session = open_session(library, CONFIG)
        return compare_described(session.describe(taker), session.rows, config=CONFIG).matches

    found = matches(older)
    monkeypatch.setattr(pair, "COMPOSITION_PRICE", np.inf)
    monkeypatch.setattr(pair, "SHAPE_PRICE", np.inf)
    with Library.open(demo_library) as newer:
        expected = matches(newer)
    assert [match.work_id for match in found] == [match.work_id for match in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.score == pytest.approx(other.score)
        assert np.array_equal(one.suspect_samples, other.suspect_samples)
        assert np.array_equal(one.work_samples, other.work_samples)


def test_unrelated_footage_is_named_all_the_same(older, taker):
    session = open_session(older, CONFIG)
    found = closest_unrelated(session.describe(taker), session)
    assert found.entry_id in {entry.entry_id for entry in older.entries("background")}


def test_new_entries_get_the_sets_that_the_others_have(older, unusual, tmp_path):
    (added,) = add_files([unusual["short"]], older, config=CONFIG)
    try:
        assert added.status == "added"
        assert {declared.name for declared in older.descriptor_sets()} == {"pdq", "compact"}
        assert older.check() == ()
    finally:
        older.remove("short")
