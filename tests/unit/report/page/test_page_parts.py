"""Small parts of the page: figures in words, ticks, marks, timeline, path."""

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.absence import not_measured
from similarity.report.document.gaps import find_gaps
from similarity.report.page.palette import work_marks
from similarity.report.page.timeline import make_timeline
from similarity.report.phrases import words
from similarity.report.phrases.language import ENGLISH
from similarity.report.plots.axis_ticks import tick_step_seconds, ticks_seconds
from similarity.report.plots.path_plot import make_path_plot, path_ranges
from similarity.report.plots.plot import Curve, Plot, Tick
from similarity.report.plots.svg_form import plot_svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "00:00:00.000"),
        (59.9996, "00:01:00.000"),
        (3661.0015, "01:01:01.002"),
        (360_000, "100:00:00.000"),
        (-1.25, "\u221200:00:01.250"),
        (-0.0001, "00:00:00.000"),
    ],
)
def test_clock(seconds, said):
    assert words.clock(seconds) == said


@given(st.integers(0, 10**9))
def test_a_clock_reads_back_to_the_millisecond(milliseconds):
    hours, minutes, seconds = words.clock(milliseconds / 1000).split(":")
    assert int(hours) * 3_600_000 + int(minutes) * 60_000 + round(float(seconds) * 1000) == milliseconds


@pytest.mark.parametrize(
    ("seconds", "step", "said"),
    [
        (0, 5, "0:00"),
        (75, 5, "1:15"),
        (3675, 60, "1:01:15"),
        (59.99, 0.5, "1:00.0"),
        (2.5, 0.5, "0:02.5"),
        (0.05, 0.05, "0:00.05"),
    ],
)
def test_short_clock(seconds, step, said):
    assert words.short_clock(seconds, step) == said


@pytest.mark.parametrize(
    ("fraction", "said"),
    [
        (0, "0 %"),
        (0.0004, "under 0.1 %"),
        (0.012, "1.2 %"),
        (0.314, "31 %"),
        (0.995, "99.5 %"),
        (0.9999, "over 99.9 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_all(fraction, said):
    assert words.percent(fraction).replace("\u00a0", " ") == said


def test_figures_in_words():
    assert words.decimal(-0.001, 2) == "0.00"
    assert words.decimal(-1234.5, 1) == "\u22121,234.5"
    assert words.duration(119.94).replace("\u00a0", " ") == "119.9 s"
    assert words.duration(7322).replace("\u00a0", " ") == "2 h 02 min"
    assert words.number_ranges([5, 1, 2, 3, 9, 2]) == "1\u20133, 5, 9"
    assert words.file_name("C:\\films\\a.mp4") == "a.mp4"
    assert words.file_name("a.mp4") == "a.mp4"
    assert words.file_name("films/caf\\udce9.mp4") == "caf\\udce9.mp4"
    assert words.moment("2026-03-04T05:06:07+00:00") == "2026-03-04 05:06:07 UTC"
    assert words.moment("2026-03-04T05:06:07+08:00") == "2026-03-04T05:06:07+08:00"
    assert words.moment("yesterday") == "yesterday"
    assert words.pretty_json("no json") == "no json"


@pytest.mark.parametrize(
    ("speed", "said"),
    [
        (1.001, "at the work's speed"),
        (0.8, "at 0.80\u00a0\u00d7 the work's speed"),
        (-1.0, "backwards"),
        (0.0, "holds one moment of the work"),
        (not_measured("a still"), "9 of 10 samples support it."),
    ],
)
def test_a_match_in_one_sentence(sample_report, speed, said):
    match = sample_report().matches[0]
    match = replace(match, fit=replace(match.fit, speed_factor=speed))
    assert said in words.match_sentence(match)


@given(start=st.floats(0, 1e5), length=st.floats(0.01, 1e6), most=st.integers(2, 20))
def test_ticks_are_few_inside_and_evenly_spaced(start, length, most):
    ticks = ticks_seconds(start, start + length, most)
    step = tick_step_seconds((start + length) - start, most)  # rounded as the ticks see it
    assert len(ticks) <= most + 2
    assert all(start - step * 1e-6 <= tick <= start + length + step * 1e-6 for tick in ticks)
    assert all(after - before == pytest.approx(step) for before, after in pairwise(ticks))


def test_works_differ_in_letter_and_in_colour_or_pattern(sample_report):
    marks = work_marks(sample_report(num_scenes=200, num_works=40, num_matches=60)).values()
    assert len({mark.letter for mark in marks}) == len({(mark.colour, mark.pattern) for mark in marks}) == 40
    assert [mark.letter for mark in marks][25:28] == ["Z", "AA", "AB"]


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_letters_can_be_read_on_their_colour(sample_report):
    for mark in work_marks(sample_report(num_scenes=200, num_works=40, num_matches=60)).values():
        bright, dark = sorted((luminance(mark.colour), luminance(mark.ink)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_bars_in_one_row_never_overlap_and_hold_one_work(sample_report):
    report = sample_report(num_scenes=10, num_works=3, num_matches=40)
    timeline = make_timeline(report, work_marks(report))
    rows = {}
    for bar in timeline.matches:
        rows.setdefault(bar.lane, []).append(bar)
    assert set(rows) == set(range(len(timeline.lanes)))
    for lane, bars in rows.items():
        assert {bar.mark for bar in bars} == {timeline.lanes[lane]}
        ordered = sorted(bars, key=lambda bar: bar.left_percent)
        for before, after in pairwise(ordered):
            assert before.left_percent + before.width_percent <= after.left_percent + 1e-9


def test_everything_lies_inside_the_timeline(sample_report):
    report = sample_report(num_scenes=200, num_matches=60)
    timeline = make_timeline(report, work_marks(report))
    for block in timeline.scenes + timeline.matches:
        assert block.left_percent >= 0
        assert block.left_percent + block.width_percent <= 100 + 1e-9


def test_a_still_has_no_timeline(still_report, sample_report):
    assert make_timeline(still_report, {}) is None
    assert make_timeline(sample_report(num_scenes=0, num_matches=0), {}) is None


def test_the_path_lies_in_its_plot(sample_report):
    for match in sample_report().matches:
        *fitted, dots = make_path_plot(match, said).curves
        assert [one.style for one in (*fitted, dots)] == ["fitted", "dots"]
        assert all(0 <= share <= 1 for point in dots.points for share in point)
        assert len(dots.points) == len(match.path)


def test_the_line_drawn_is_the_fitted_one(sample_report):
    match = sample_report().matches[0]
    (across, down), line = path_ranges(match), make_path_plot(match, said).curves[0]
    for (x, y), seconds in zip(line.points, (match.suspect_start_seconds, match.suspect_end_seconds), strict=True):
        assert across[0] + x * (across[1] - across[0]) == pytest.approx(seconds)
        there = match.fit.speed_factor * seconds + match.fit.offset_seconds
        assert down[0] + y * (down[1] - down[0]) == pytest.approx(there)


def test_one_drawing_serves_the_page_and_the_print(sample_report):
    plot = make_path_plot(sample_report().matches[0], said)
    uri = "data:image/png;base64,AAAA"
    drawn = ET.fromstring(plot_svg(plot, uri=uri))
    box = drawn.find(f"{SVG}rect[@class='frame']").attrib
    left, top, width, height = (float(box[name]) for name in ("x", "y", "width", "height"))
    for dot, (x, y) in zip(drawn.iter(f"{SVG}circle"), plot.curves[-1].points, strict=True):
        assert float(dot.get("cx")) == pytest.approx(left + width * x, abs=0.01)
        assert float(dot.get("cy")) == pytest.approx(top + height * y, abs=0.01)
    assert [one.text for one in drawn.iter(f"{SVG}text")][-2:] == [plot.across, plot.upright]
    assert next(drawn.iter(f"{SVG}image")).get("href") == uri
    on_page = plot_svg(plot, uri=uri, labelled_by="words")
    assert ET.fromstring(on_page).get("aria-labelledby") == "words"
    assert on_page.split(">", 1)[1] == plot_svg(plot, uri=uri).split(">", 1)[1]


def test_what_a_drawing_says_can_inject_nothing():
    plot = Plot(
        caption="",
        across="<script>",
        upright='"><b>',
        ticks_across=(Tick(at=0.5, label="<i>"),),
        ticks_upright=(),
        curves=(Curve(style="dashed", points=((0.0, 0.0), (1.0, 1.0))),),
    )
    drawn = ET.fromstring(plot_svg(plot, uri='"><script>', labelled_by='"x'))
    assert [one.text for one in drawn.iter("text")] == ["<i>", "<script>", '"><b>']


def said(text, **values):
    return ENGLISH.say(text, suspect="suspect", work="work", **values)


def test_a_match_without_length_can_be_drawn(sample_report):
    match = sample_report().matches[0]
    match = replace(
        match,
        matrix=not_measured("one sample"),
        path=match.path[:1],
        suspect_start_seconds=match.path[0].suspect_seconds,
        suspect_end_seconds=match.path[0].suspect_seconds,
    )
    assert make_path_plot(match, said).curves[0].points[0][0] == pytest.approx(0.5)


def test_gaps_name_each_reason_once_with_its_places(sample_report):
    gaps = find_gaps(sample_report())
    assert len({gap.reason for gap in gaps}) == len(gaps)
    assert [gap.number for gap in gaps] == list(range(1, len(gaps) + 1))
    places = {str(gap.reason): gap.places for gap in gaps}
    assert "match m1, concept axis: value" in places["CLIP weights were not at hand"]
    assert places["the header gives no number of frames"][:2] == (
        "suspect: frames from header",
        "work work-1: frames from header",
    )
    unconfirmed = places["no frame pair of this stretch is confirmed by local features"]
    assert "scene 1, work work-1, region axis: value" in unconfirmed
    assert "closest unrelated, region axis: value" in unconfirmed
