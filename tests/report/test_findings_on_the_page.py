"""Findings, counter-evidence and error rates on the page: both sides of every figure, and no figure for all of them."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.made_findings import made_calibration, made_facts

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import RouteRank
from similarity.measure.calibration import likelihood_ratio
from similarity.measure.envelope import EnvelopeCheck
from similarity.measure.likelihood_ratios import ErrorRate, error_rates
from similarity.measure.values import AXIS_NAMES, AxisValue, Reading
from similarity.phrases import joined_by_semicolons, phrase
from similarity.report.document.gaps import find_gaps
from similarity.report.page.finding_views import num_withheld, scene_views
from similarity.report.page.html_form import to_html
from similarity.report.page.palette import work_marks
from similarity.report.phrases import finding_words as words
from similarity.report.phrases.axis_words import axis_groups, axis_percentile, axis_value, percentile_figure
from similarity.report.plots.curve_plot import calibration_plot, tippett_plot

READINGS = ("reproduction", "adaptation", "part", "shared_subject_or_style", "nothing_found", "not_enough_to_say")
NOT_COUNTED = ("palette", "concept", "style")


class Section(HTMLParser):
    """Text of one section of a page."""

    def __init__(self, report, section_id):
        super().__init__()
        self.wanted, self.depth, self.words, self.tags = section_id, 0, [], []
        self.feed(to_html(report, no_picture))

    def handle_starttag(self, tag, attrs):
        if tag == "section" and (self.depth or dict(attrs).get("id") == self.wanted):
            self.depth += 1
        if self.depth:
            self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.depth -= tag == "section" and self.depth > 0

    def handle_data(self, data):
        if self.depth:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))


def no_picture(name):
    raise FileNotFoundError(name)


def text_of(report, section_id):
    return Section(report, section_id).text


def with_finding(report, **changes):
    """The report with one scene and one finding only."""
    scene = next(scene for scene in report.scenes if scene.works)
    work = replace(scene.works[0], finding=replace(scene.works[0].finding, **changes))
    return replace(report, scenes=(replace(scene, works=(work,)),))


def test_every_axis_has_a_question_and_stands_in_one_group():
    axes = [AxisValue(axis=name, value=0.5, background_percentile=50.0, num_samples=3) for name in AXIS_NAMES]
    expression, shown_only = axis_groups(axes)
    assert [row.axis.axis for row in shown_only.rows] == list(NOT_COUNTED)
    assert {row.axis.axis for row in expression.rows} == set(AXIS_NAMES) - set(NOT_COUNTED)
    assert "never counted as taking" in shown_only.title
    assert all(
        row.question.endswith(("?", ".")) and row.unit for group in (expression, shown_only) for row in group.rows
    )
    assert axis_groups(axes[:1])[0].title == "Expression"
    assert axis_groups([]) == ()


def test_a_match_shows_axes_in_groups_with_reasons_for_what_is_missing(sample_report):
    text = text_of(sample_report(num_matches=1), "matches")
    assert text.index("Same pictures verbatim") < text.index("Shown, never counted as taking")
    assert text.index("Shown, never counted as taking") < text.index("Same subject concept")
    assert "Not measured: no frame pair of this stretch is confirmed by local features" in text
    assert "Not measured: CLIP weights are not at hand" in text


@pytest.mark.parametrize(
    ("axis", "value", "said"),
    [
        ("verbatim", 0.82, "82\u00a0%"),
        ("copied", 4.5, "4.50\u00a0sd"),
        ("composition", -0.25, "\u22120.25\u00a0sd"),
        ("structure", 0.5, "0.500"),
        ("region", 0.31, "31\u00a0%"),
        ("style", 0.876, "0.876"),
    ],
)
def test_values_carry_their_unit(axis, value, said):
    one = AxisValue(axis=axis, value=value, background_percentile=50.0, num_samples=3)
    assert axis_value(one) == said
    assert axis_value(replace(one, value=not_measured("?"))) == not_measured("?")


def test_little_less_than_all_is_not_all():
    one = AxisValue(axis="copied", value=1.0, background_percentile=99.9999, num_samples=3)
    assert "99.99" in axis_percentile(one)
    assert percentile_figure(one) == "99.99\u00a0%"
    every = replace(one, background_percentile=100.0)
    assert axis_percentile(every) == "Higher than every one of the independent pairs"
    assert percentile_figure(every) == "100\u00a0%"
    assert "background" in axis_percentile(replace(every, axis="concept"))


@pytest.mark.parametrize("name", READINGS)
def test_every_reading_is_a_proposal_with_reasons(sample_report, name):
    report = with_finding(
        sample_report(num_matches=1), reading=Reading(name=name, reasons=(phrase("first <why>"), phrase("second")))
    )
    text = text_of(report, "scene-by-scene")
    assert f"proposed: {words.reading_title(name)}" in text
    assert f"{words.reading_title(name)}: {words.reading_meaning(name)}." in text
    assert "A proposal for a person to weigh, made by a fixed rule, because first <why>; second." in text


def test_both_ratios_stand_with_interval_words_bounds_and_calibration(sample_report):
    report = sample_report(num_matches=1)
    capped = likelihood_ratio(made_calibration("copy"), 60.0)
    free = likelihood_ratio(made_calibration("adaptation"), 4.0)
    text = text_of(with_finding(report, copy_ratio=capped, adaptation_ratio=free), "scene-by-scene")
    assert capped.is_capped
    assert f"Capped: {capped.cap_reason}." in text
    assert f"{words.log10_words(capped.log10_lr)} log10 LR" in text
    assert f"LR {words.likelihood_words(capped.log10_lr)}." in text
    assert "for \u201ctaken from the pictures of this work\u201d" in text
    assert "Not capped. Read from planted-adaptation." in text
    assert f"interval {words.interval_words(free)}." in text
    assert "of the whole match m1" in text
    assert "of this stretch" in text
    assert "lies within what the adaptation calibration was validated on" in text


def test_a_ratio_below_one_favours_independent_making(sample_report):
    low = likelihood_ratio(made_calibration("adaptation"), -60.0)
    text = text_of(with_finding(sample_report(num_matches=1), adaptation_ratio=low), "scene-by-scene")
    assert "for \u201cmade independently\u201d" in text
    assert "LR 1/" in text


def test_a_withheld_ratio_says_why_and_is_no_gap(sample_report):
    report = sample_report(num_matches=3)
    withheld, both = num_withheld(report)
    assert 0 < withheld < both
    section = text_of(report, "scene-by-scene")
    assert f"{withheld} of {both} likelihood ratios are withheld, each with its reason" in section
    assert "calibration 'planted-copy' does not cover this comparison (see the conditions)." in section
    assert "aligned samples: got 1, expected 4.12 to 39.16" in section
    assert not [gap for gap in find_gaps(report) if "withheld" in str(gap.reason)]
    other = with_finding(report, copy_ratio=not_measured("no such <calibration>"))
    assert "No such <calibration>." in text_of(other, "scene-by-scene")


def test_axes_stand_beside_the_closest_unrelated_footage(sample_report):
    report = sample_report(num_matches=1)
    section = text_of(report, "scene-by-scene")
    assert "closest unrelated footage" in section
    assert "7.50 sd 100 % 10 0.60 sd 25.0 %" in section
    assert "Kept almost unchanged" in section
    alone = replace(report, closest_unrelated=not_measured("no <background> at hand"))
    assert "0.60 sd" not in text_of(alone, "scene-by-scene")
    assert "Not measured: no <background> at hand." in text_of(alone, "unrelated")
    unrelated = text_of(report, "unrelated")
    assert "A street at noon" in unrelated
    assert "street-7" in unrelated
    assert "0.60 sd" in unrelated


def test_no_figure_stands_for_all_axes(sample_report):
    report = sample_report()
    text = text_of(report, "scene-by-scene")
    assert "never merged into one figure" in text
    assert not re.search(r"overall|total score|combined score|adaptation score", text, re.IGNORECASE)


def test_scenes_are_shown_with_every_work_and_those_without_are_named(sample_report):
    report = sample_report(num_scenes=8, num_matches=3)
    views = scene_views(report, work_marks(report))
    assert [view.scene.scene_number for view in views] == [one.scene_number for one in report.scenes if one.works]
    assert sum(work.is_open for view in views for work in view.works) == 3
    weak = [work for view in views for work in view.works if not work.is_above_threshold]
    assert weak
    assert {work.match_anchor for work in weak} == {"set-aside"}
    text = text_of(report, "scene-by-scene")
    assert "No listed match lies in scenes " in text
    assert "which stayed under the threshold" in text
    assert "No listed match lies in any scene" in text_of(sample_report(num_matches=0, num_weaker=0), "scene-by-scene")


def test_error_rates_stand_with_intervals_tables_bounds_and_conditions(sample_report):
    report = sample_report()
    section = text_of(report, "error-rates")
    for facts in report.calibrations:
        errors = facts.data_card.whole.errors
        for said in (
            facts.name,
            facts.sha256,
            "2026-01-31",
            "12 groups, 2 families",
            words.rate_words(errors.false_positive),
            f"{errors.false_negative.num_errors} of 12 pairs",
            "restyled",
            "one subject changed",
            "near",
            "aligned samples",
            *words.bound_sentences(facts.bounds),
            "Tippett plot",
            "Calibration plot",
        ):
            assert said.replace("\u00a0", " ") in section, said
    assert "no error rate is known" in text_of(replace(report, calibrations=()), "error-rates")


def test_drawings_have_a_title_and_a_description(sample_report):
    section = Section(sample_report(), "error-rates")
    drawings = [attributes for tag, attributes in section.tags if tag == "svg" and "role" in attributes]
    ids = {attributes["id"] for tag, attributes in section.tags if tag in {"title", "desc"}}
    assert len(drawings) == 4
    assert {name for drawing in drawings for name in drawing["aria-labelledby"].split()} == ids


def test_curves_lie_in_their_plot_and_fall_or_rise():
    facts = made_facts("copy")
    for plot in (tippett_plot(facts), calibration_plot(facts)):
        points = [point for line in plot.lines for point in line.points]
        assert all(plot.left <= x <= plot.right and plot.top <= y <= plot.bottom for x, y in points)
        assert plot.left <= plot.bound_left <= plot.bound_right <= plot.right
        assert "0" in [tick.label for tick in plot.ticks_across]
        assert all(plot.left <= tick.position <= plot.right for tick in plot.ticks_across)
    for line in tippett_plot(facts).lines:
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)


def test_no_calibration_plot_is_drawn_where_pairs_of_one_kind_only_occur(sample_report):
    facts = made_facts("copy")
    sure = tuple(
        replace(curve, value=tuple(12.0 for _ in curve.value)) if curve.name == "calibration" else curve
        for curve in facts.data_card.curves
    )
    facts = replace(facts, data_card=replace(facts.data_card, curves=sure))
    assert calibration_plot(facts) is None
    assert "No calibration plot is drawn" in text_of(replace(sample_report(), calibrations=(facts,)), "error-rates")


def test_a_calibration_without_curves_is_not_drawn(sample_report):
    facts = made_facts("copy")
    bare = replace(facts, data_card=replace(facts.data_card, curves=()))
    assert tippett_plot(bare) is None
    assert calibration_plot(bare) is None
    assert "holds no curves to draw" in text_of(replace(sample_report(), calibrations=(bare,)), "error-rates")


@pytest.mark.parametrize(
    ("log10_lr", "said"),
    [(0.0, "1"), (0.01, "1"), (0.5, "3.2"), (4.32, "21,000"), (-1.71, "1/51"), (-0.01, "1"), (0.999, "10")],
)
def test_ratios_to_two_digits(log10_lr, said):
    assert words.likelihood_words(log10_lr) == said


@given(st.floats(-1e6, 1e6))
def test_any_ratio_can_be_said(log10_lr):
    assert words.likelihood_words(log10_lr)
    assert words.log10_words(log10_lr)[0] in "+\u22120"


def test_large_ratios_are_powers_of_ten():
    assert words.likelihood_words(300.5) == "3.2\u00a0\u00d7\u00a010\u00b3\u2070\u2070"
    assert words.log10_words(-0.001) == "0.00"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (1, "100 %"), (0.00443, "0.44 %"), (0.0000452, "0.0045 %"), (0.0211, "2.1 %"), (0.247, "24.7 %")],
)
def test_small_rates_keep_two_digits(share, said):
    assert words.rate(share).replace("\u00a0", " ") == said


def test_a_small_cost_is_not_none():
    assert words.bits(1e-12) == "under\u00a0" + "0.001"
    assert (words.bits(0.0), words.bits(0.0962)) == ("0.000", "0.096")


def test_a_rate_that_is_not_known_says_so():
    assert isinstance(words.rate_words(error_rates([], [0.0]).false_negative), NotMeasured)
    without_interval = ErrorRate(num_errors=1, num_pairs=2, rate=0.5, interval_95=not_measured("?"))
    assert words.rate_words(without_interval) == "50.0\u00a0%"


def test_withheld_reasons_do_not_repeat_the_conditions():
    check = EnvelopeCheck(is_inside=False, reasons=(phrase("aligned samples: got 1"), phrase("kind: got x")))
    conditions = joined_by_semicolons(check.reasons)
    reason = phrase("{what}: {reasons}", what=phrase("not covered"), reasons=conditions)
    assert words.withheld_words(reason, check) == "not covered (see the conditions)"
    assert words.withheld_words(reason, replace(check, reasons=())) == f"not covered: {conditions}"
    assert words.withheld_words(conditions, check) == "aligned samples: got 1; kind: got x"
    assert words.condition_name("num_samples") == "aligned samples"
    assert words.condition_name("frame_rate") == "frame rate"


def test_the_summary_says_by_which_route_each_work_was_found(sample_report):
    report = sample_report()
    assert "Found by composition (rank 1), copy descriptor and hash (rank 3)." in text_of(report, "summary")
    works = tuple(replace(work, routes=()) for work in report.works)
    assert "Every work was aligned; none had to be found first." in text_of(replace(report, works=works), "summary")
    assert words.routes_sentence([RouteRank(route="motion", rank=2)]) == "Found by motion (rank 2)."
