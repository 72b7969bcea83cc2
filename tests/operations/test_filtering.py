"""Figures with and without the excluded stretches of works."""

from __future__ import annotations

import pytest
from small_case import CONFIG, FILM_SECONDS, make_footage, make_library

from index.library import Library
from index.records import FilterRange
from similarity.absence import NotMeasured
from similarity.operations.reporting import compared, report_of, stated_of
from similarity.operations.session import open_session
from similarity.operations.stated import Circumstances


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    return make_footage(tmp_path_factory.mktemp("footage"))


@pytest.fixture(scope="module")
def report_with(tmp_path_factory, footage):
    """The report where these stretches of the film are excluded."""
    path = make_library(tmp_path_factory.mktemp("library") / "library", footage)
    with Library.open(path) as library:
        video = open_session(library, CONFIG).describe(footage["suspect"])

        def report(*spans):
            ranges = [
                FilterRange(
                    start_seconds=start,
                    end_seconds=end,
                    reason="bought",
                    decided_by="counsel",
                    kind="licensed",
                    decided_on="2026-01-02",
                )
                for start, end in spans
            ]
            library.set_filter_ranges("film", ranges)
            found = compared(video, open_session(library, CONFIG))
            return report_of(found, stated_of(found, Circumstances()))

        yield report


def test_without_decisions_there_is_nothing_to_leave_out(report_with):
    filtration = report_with().filtration
    assert filtration.ranges == ()
    assert isinstance(filtration.filtered, NotMeasured)


def test_what_lies_outside_the_excluded_stretch_stays_and_the_rest_goes(report_with):
    plain, report = report_with(), report_with((3.0, 6.0))
    assert report.matches == plain.matches  # the figures without filtration are not touched
    (found,) = report.filtration.ranges
    assert (found.kind, found.decided_by, found.decided_on) == ("licensed", "counsel", "2026-01-02")
    filtered = report.filtration.filtered
    (work,) = filtered.works
    assert work.excluded_seconds == 3.0
    assert work.work_coverage.total_seconds == pytest.approx(FILM_SECONDS - 3.0)
    assert work.work_coverage.covered_seconds == pytest.approx(2.0, abs=0.6)  # 6 to 8 s of the film
    assert work.suspect_coverage.covered_seconds == pytest.approx(2.0, abs=0.6)
    without = plain.works[0].suspect_coverage.covered_seconds
    assert without == pytest.approx(5.0, abs=1.3)
    above = [one for one in filtered.matches if one.is_above_threshold]
    assert all(one.match_id.startswith("f") for one in above)
    assert all(one.work_start_seconds >= 6.0 for one in above)
    # scenes in which only excluded footage stood have no finding any more
    assert {scene.scene_number for scene in filtered.scenes} < {scene.scene_number for scene in plain.scenes}


def test_where_everything_is_excluded_nothing_remains(report_with):
    filtered = report_with((0.0, FILM_SECONDS)).filtration.filtered
    assert not filtered.matches
    assert filtered.suspect_coverage.covered_seconds == 0
    (work,) = filtered.works
    assert isinstance(work.score, NotMeasured)
    assert work.work_coverage.total_seconds == 0


def test_an_excluded_stretch_that_was_not_taken_changes_no_figure(report_with):
    report = report_with((0.0, 2.5))
    filtered, plain = report.filtration.filtered, report
    assert [one.score for one in filtered.matches if one.is_above_threshold] == [one.score for one in plain.matches]
    assert filtered.suspect_coverage == plain.suspect_coverage
    assert [finding for scene in filtered.scenes for finding in scene.findings] == [
        work.finding for scene in plain.scenes for work in scene.works
    ]


def test_more_excluded_never_gives_more(report_with):
    spans = [(3.0, 4.0), (4.0, 5.5), (6.0, 7.0), (7.0, 9.0)]
    covered = [
        report_with(*spans[:number]).filtration.filtered.suspect_coverage.covered_seconds
        for number in range(1, len(spans) + 1)
    ]
    assert covered == sorted(covered, reverse=True)
