"""Figures with and without the excluded stretches of works."""

from __future__ import annotations

import shutil
from functools import cache

import pytest
from support.footage import write_video
from support.small_case import CONFIG, FILM_SECONDS, RATE, make_library, pan

from index.local.library import Library
from index.records import FilterRange
from similarity.absence import NotMeasured
from similarity.compare.session import open_session
from similarity.report.build.report import compared, report_of, statement_of


def excluded(start, end):
    return FilterRange(
        work_id="film",
        start_seconds=start,
        end_seconds=end,
        reason="bought",
        decided_by="counsel",
        kind="licensed",
        decided_on="2026-01-02",
    )


@pytest.fixture(scope="module")
def report_with(tmp_path_factory, small_library, small_footage):
    """The report where these stretches of the film are excluded."""
    path = shutil.copytree(small_library, tmp_path_factory.mktemp("filtering") / "library")
    with Library.open(path) as library:
        video = open_session(library, CONFIG).describe(small_footage["suspect"])

        @cache
        def report(*spans):
            library.set_filter_ranges("film", [excluded(start, end) for start, end in spans])
            found = compared(video, open_session(library, CONFIG))
            return report_of(found, statement_of(found))

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
    above = [one for one in filtered.matches if one.found_by]
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
    assert "whole work is excluded" in str(work.work_coverage.fraction.reason)


def test_an_excluded_stretch_that_was_not_taken_changes_no_figure(report_with):
    report = report_with((0.0, 2.5))
    filtered, plain = report.filtration.filtered, report
    assert [one.score for one in filtered.matches if one.found_by] == [one.score for one in plain.matches]
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


SPANS = [(3.0, 3.4), (3.5, 6.2), (5.9, 6.1), (6.5, 7.5), (2.0, 8.0), (3.1, 5.0)]


@pytest.mark.parametrize("span", SPANS)
def test_no_figure_is_larger_than_without_filtration_and_no_stretch_runs_over_what_is_excluded(report_with, span):
    report = report_with(span, (7.8, 7.9), (7.85, 8.0))
    filtered = report.filtration.filtered
    without = {(one.work_id, one.suspect_start_seconds): one.score for one in report.matches}
    assert max((one.score for one in filtered.matches), default=0) <= max(without.values())
    assert sum(bool(one.found_by) for one in filtered.matches) <= len(report.matches)
    assert filtered.suspect_coverage.covered_seconds <= report.suspect_coverage.covered_seconds
    for one in [*filtered.matches, *(finding for scene in filtered.scenes for finding in scene.findings)]:
        assert not span[0] + 1e-9 < one.work_start_seconds < span[1] - 1e-9
        assert not span[0] + 1e-9 < one.work_end_seconds < span[1] - 1e-9
    for scene, plain in ((one, report.scenes[one.scene_number - 1]) for one in filtered.scenes):
        for finding in scene.findings:
            assert plain.start_seconds <= finding.suspect_start_seconds
            assert finding.suspect_end_seconds <= plain.end_seconds


def test_another_take_does_not_take_the_place_of_the_excluded_one(tmp_path, small_footage):
    """A shot and a poorer take of it in one film: leaving out the shot leaves the take what it was."""
    takes = [*pan("coffee.png"), *pan("astronaut.png"), *(frame // 2 + 60 for frame in pan("coffee.png"))]
    film = write_video(tmp_path / "film.mp4", takes, rate=RATE)
    suspect = write_video(tmp_path / "suspect.mp4", [*pan("coins.png", 2), *pan("coffee.png")], rate=RATE)
    library_path = make_library(tmp_path / "library", {"film": film, "street": small_footage["street"]})
    with Library.open(library_path) as library:
        video = open_session(library, CONFIG).describe(suspect)
        plain = compared(video, open_session(library, CONFIG)).comparison.matches
        lowered = {one.work_start_seconds: one.score for one in plain if one.rival is not None}
        assert any(start > 5 for start in lowered)
        library.set_filter_ranges("film", [excluded(0.0, 3.0)])
        found = compared(video, open_session(library, CONFIG))
        filtered = report_of(found, statement_of(found)).filtration.filtered
    assert filtered.matches
    assert all(one.score <= lowered[one.work_start_seconds] for one in filtered.matches)
