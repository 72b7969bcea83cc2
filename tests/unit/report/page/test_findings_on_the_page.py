"""Findings, counter-evidence and error rates on the page: both sides of every figure, and no figure for all of them."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_findings import made_calibration, made_facts

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import RouteRank
from similarity.measure.alarms import Alarms
from similarity.measure.calibration import likelihood_ratio
from similarity.measure.likelihood_ratios import ErrorRate, error_rates
from similarity.measure.values import AXIS_NAMES, AxisValue, Reading, ReadingName
from similarity.phrases import phrase
from similarity.report.document.blocks.axes import axis_words
from similarity.report.document.blocks.findings import ratio_short
from similarity.report.document.blocks.match_detail import match_axes
from similarity.report.document.context import make_context
from similarity.report.document.filing_form import load_profile
from similarity.report.document.forms import interval, stated_at_length
from similarity.report.document.gaps import find_gaps
from similarity.report.page.finding_views import scene_views
from similarity.report.page.html_form import to_html
from similarity.report.page.palette import work_marks
from similarity.report.phrases import finding_words as words
from similarity.report.phrases.filing import AXIS_TITLES, READINGS
from similarity.report.phrases.language import ENGLISH
from similarity.report.plots.curve_plot import calibration_plot, tippett_plot

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


def axes_of(report):
    """Cells of the tables of axes, by match, read from the parts that the page shows."""
    context = context_of(report)
    (table,) = match_axes(context, report.matches[0])
    return {str(row[0]): tuple(str(cell).replace("\u00a0", " ") for cell in row[1:]) for row in table.rows}


def context_of(report):
    return make_context(report, profile=load_profile("us"), language=ENGLISH, report_sha256="0" * 64)


def with_axes(report, *axes):
    return replace(
        report,
        matches=(
            replace(report.matches[0], finding=replace(report.matches[0].finding, axes=axes)),
            *report.matches[1:],
        ),
    )


def test_every_axis_has_a_unit_and_counts_as_expression_or_never(sample_report):
    (table,) = axis_words(context_of(sample_report()))
    assert [row[0] for row in table.rows] == [AXIS_TITLES[name] for name in AXIS_NAMES]
    assert all(unit for _, unit, _ in table.rows)
    never = [row[0] for row in table.rows if row[2] == "shown only, never counted"]
    assert never == [AXIS_TITLES[name] for name in NOT_COUNTED]
    assert {row[2] for row in table.rows} == {"expression", "shown only, never counted"}
    text = text_of(sample_report(), "method")
    assert all(f"{title}{unit}{counts}" in text for title, unit, counts in table.rows)


def test_a_match_shows_every_axis_with_reasons_for_what_is_missing(sample_report):
    report = sample_report(num_matches=1)
    text = text_of(report, "matches")
    assert text.index("same pictures (verbatim)") < text.index("same colours (palette)")
    assert text.index("same colours (palette)") < text.index("same subject (concept)")
    numbers = {gap.reason: gap.number for gap in find_gaps(report)}
    for axis in report.matches[0].finding.axes:
        if isinstance(axis.value, NotMeasured):
            assert f"{AXIS_TITLES[axis.axis]}not measured [{numbers[axis.value.reason]}]" in text
            assert str(axis.value.reason) in text_of(report, "gaps")


@pytest.mark.parametrize(
    ("axis", "value", "said"),
    [
        ("verbatim", 0.82, "82.0 %"),
        ("copied", 4.5, "4.50 pt"),
        ("composition", -0.25, "\u22120.25 pt"),
        ("structure", 0.5, "0.500"),
        ("region", 0.31, "31.0 %"),
        ("style", 0.876, "0.876"),
    ],
)
def test_values_carry_their_unit(sample_report, axis, value, said):
    one = AxisValue(axis=axis, value=value, background_percentile=50.0, num_samples=3)
    report = sample_report(num_matches=1)
    assert axes_of(with_axes(report, one)) == {AXIS_TITLES[axis]: (said, "50.0 %", "3")}
    absent = replace(one, value=not_measured("?"))
    assert axes_of(with_axes(report, absent))[AXIS_TITLES[axis]][0].startswith("not measured [")


def test_little_less_than_all_is_not_all(sample_report):
    report = sample_report(num_matches=1)
    one = AxisValue(axis="copied", value=1.0, background_percentile=99.9999, num_samples=3)
    assert axes_of(with_axes(report, one))[AXIS_TITLES["copied"]][1] == "> 99.9 %"
    every = replace(one, background_percentile=100.0)
    assert axes_of(with_axes(report, every))[AXIS_TITLES["copied"]][1] == "100 %"


@pytest.mark.parametrize("name", get_args(ReadingName))
def test_every_reading_is_a_proposal_with_reasons(sample_report, name):
    report = with_finding(
        sample_report(num_matches=1), reading=Reading(name=name, reasons=(phrase("first <why>"), phrase("second")))
    )
    text = text_of(report, "scene-by-scene")
    assert f"proposed: {READINGS[name]}" in text
    assert f"Reading proposed{READINGS[name]}. Grounds: first <why>; second." in text
    assert "A reading is proposed by a fixed rule for a person to weigh; it decides nothing." in text


def test_both_ratios_stand_with_interval_words_bounds_and_calibration(sample_report):
    report = sample_report(num_matches=1)
    capped = likelihood_ratio(made_calibration("copy"), 60.0, num_comparisons=8_000)
    free = likelihood_ratio(made_calibration("adaptation"), 4.0, num_comparisons=8_000)
    report = with_finding(report, copy_ratio=capped, adaptation_ratio=free)
    text = text_of(report, "scene-by-scene")
    assert capped.is_capped
    assert ratio_short(context_of(report), capped).startswith("\u2265")
    assert ratio_short(context_of(report), capped).endswith(", \u2013]")
    assert f"Notes on capped ratios: (1) {capped.cap_reason}" in text
    ratio = stated_at_length(capped).replace("\u00a0", " ")
    assert f"Copy, of the whole matchlog10 LR {ratio}; 95 % interval" in text
    assert "for the first proposition; capped, see note (1) to the table of findings" in text
    adaptation = text[text.index("Adaptation, of the whole match") : text.index("Validated conditions")]
    assert f"interval {interval(free)};" in adaptation
    assert "capped" not in adaptation
    assert "From match m1." in text
    assert "this comparison resembles what the adaptation calibration was validated on" in text
    assert {one.sha256 for one in report.calibrations} >= {capped.calibration_sha256, free.calibration_sha256}


def test_a_ratio_below_one_favours_independent_making(sample_report):
    low = likelihood_ratio(made_calibration("adaptation"), -60.0, num_comparisons=8_000)
    text = text_of(with_finding(sample_report(num_matches=1), adaptation_ratio=low), "scene-by-scene")
    assert "for the second proposition" in text
    assert "(LR 1/" in text


def test_a_withheld_ratio_says_why_and_is_no_gap(sample_report):
    report = sample_report(num_matches=3)
    findings = [one.finding for scene in report.scenes for one in scene.works]
    ratios = [ratio for one in findings for ratio in (one.copy_ratio, one.adaptation_ratio)]
    withheld = sum(isinstance(one, NotMeasured) for one in ratios)
    assert 0 < withheld < len(ratios)
    assert f"Likelihood ratios withheld: {withheld} of {len(ratios)}." in text_of(report, "error-rates")
    section = text_of(report, "scene-by-scene")
    assert "calibration 'planted-copy' does not cover this comparison" in section
    assert "aligned samples: got 1, expected at least 4.12" in section
    assert not [gap for gap in find_gaps(report) if "withheld" in str(gap.reason)]
    other = with_finding(report, copy_ratio=not_measured("no such <calibration>"))
    assert "no such <calibration>" in text_of(other, "scene-by-scene")


def test_axes_stand_beside_the_closest_unrelated_footage(sample_report):
    report = sample_report(num_matches=1)
    section = text_of(report, "scene-by-scene")
    assert "Closest unrelated: value" in section
    assert "7.50 pt100 %100.60 pt25.0 %" in section
    assert "Windows kept almost unchanged" in section
    alone = replace(report, closest_unrelated=not_measured("no <background> at hand"))
    assert "0.60 pt" not in text_of(alone, "scene-by-scene")
    assert "Closest unrelated footage: not measured: no <background> at hand" in text_of(alone, "alternatives")
    unrelated = text_of(report, "alternatives")
    assert "A street at noon" in unrelated
    assert "What it reaches is reached without any taking." in unrelated
    assert "0.60 pt" in unrelated


def test_no_figure_stands_for_all_axes(sample_report):
    report = sample_report()
    text = text_of(report, "scene-by-scene")
    assert "never merged into one figure" in text
    assert not re.search(r"overall|total score|combined score|adaptation score", text, re.IGNORECASE)


def test_scenes_are_shown_with_every_work_and_those_without_are_named(sample_report):
    report = sample_report(num_scenes=8, num_matches=3)
    views = scene_views(context_of(report), work_marks(report))
    assert [view.scene.scene_number for view in views] == [one.scene_number for one in report.scenes if one.works]
    assert sum(work.is_open for view in views for work in view.works) == 3
    weak = [work for view in views for work in view.works if not work.is_found]
    assert weak
    assert {work.match_anchor for work in weak} == {"set-aside"}
    text = text_of(report, "scene-by-scene")
    assert "Scenes in which no listed match lies: " in text
    assert "which was not found: it is listed as weaker" in text
    assert "No listed match lies in any scene" in text_of(sample_report(num_matches=0, num_weaker=0), "scene-by-scene")


def test_error_rates_stand_with_intervals_tables_bounds_and_conditions(sample_report):
    report = sample_report()
    section = text_of(report, "error-rates")
    for facts in report.calibrations:
        errors = facts.data_card.whole.errors
        low, high = errors.false_positive.interval_95
        for said in (
            facts.name,
            facts.sha256,
            "2026-01-31",
            "12 footage groups, 2 families",
            f"{words.rate(errors.false_positive.rate)} [{words.rate(low)}, {words.rate(high)}]",
            f"{errors.false_negative.num_errors} of 12 (",
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


def test_a_report_says_how_often_suspects_that_took_nothing_show_such_ratios(sample_report):
    section = text_of(sample_report(), "error-rates")
    assert "Matches were chosen out of 8,000 comparisons of single pictures" in section
    assert "at least one ratio of 10 or more (adaptation) with a probability of 4.0 %" in section
    assert "from 2 of 40 suspects of the population “films”, the worst of 1" in section
    assert "at least one ratio of 100 or more" not in section  # more than the bounds allow


def test_a_calibration_without_innocent_suspects_says_so(sample_report):
    report = sample_report()
    (copying, remaking) = report.calibrations
    blind = replace(remaking, alarms=Alarms(populations=()))
    section = text_of(replace(report, calibrations=(copying, blind)), "error-rates")
    assert f"Calibration {blind.name} knows no suspects that took nothing: no alarm rate." in section


def test_a_common_source_is_said_beside_the_ratios(sample_report):
    report = sample_report(num_matches=1)
    match = replace(report.matches[0], common_sources=(phrase("the same pictures stand in work {name}", name="'b'"),))
    text = text_of(replace(report, matches=(match,)), "scene-by-scene")
    assert "Match m1: the same pictures stand in work 'b'. A source common to both" in text
    assert "A source common to both" not in text_of(report, "scene-by-scene")


def test_drawings_are_named_by_their_captions(sample_report):
    section = Section(sample_report(), "error-rates")
    drawings = [attributes for tag, attributes in section.tags if tag == "svg" and "role" in attributes]
    captions = {attributes["id"] for tag, attributes in section.tags if tag == "figcaption"}
    assert len(drawings) == 4
    assert {drawing["aria-labelledby"] for drawing in drawings} == captions
    for said in ("share of pairs that reach at least each log10 LR", "log10 LR observed for each that was stated"):
        assert section.text.count(said) == 2


def test_curves_lie_in_their_plot_and_fall_or_rise():
    facts = made_facts("copy")
    for plot in (tippett_plot(facts, ENGLISH.say), calibration_plot(facts, ENGLISH.say)):
        assert all(0 <= share <= 1 for line in plot.curves for point in line.points for share in point)
        assert 0 <= plot.band[0] <= plot.band[1] <= 1
        assert "0" in [tick.label for tick in plot.ticks_across]
        assert all(0 <= tick.at <= 1 for tick in plot.ticks_across)
    for line in tippett_plot(facts, ENGLISH.say).curves:
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)


def test_no_calibration_plot_is_drawn_where_pairs_of_one_kind_only_occur(sample_report):
    facts = made_facts("copy")
    sure = tuple(
        replace(curve, value=tuple(12.0 for _ in curve.value)) if curve.name == "calibration" else curve
        for curve in facts.data_card.curves
    )
    facts = replace(facts, data_card=replace(facts.data_card, curves=sure))
    assert calibration_plot(facts, ENGLISH.say) is None
    assert "No calibration plot is drawn" in text_of(replace(sample_report(), calibrations=(facts,)), "error-rates")


def test_a_calibration_without_curves_is_not_drawn(sample_report):
    facts = made_facts("copy")
    bare = replace(facts, data_card=replace(facts.data_card, curves=()))
    assert tippett_plot(bare, ENGLISH.say) is None
    assert calibration_plot(bare, ENGLISH.say) is None
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


def test_a_rate_that_is_not_known_says_so(sample_report):
    unknown = error_rates([], [0.0]).false_negative
    assert isinstance(unknown.rate, NotMeasured)
    facts = made_facts("copy")
    row = facts.data_card.whole
    without = ErrorRate(num_errors=1, num_pairs=2, rate=0.5, interval_95=NotMeasured(reason="?"))
    errors = replace(row.errors, false_negative=unknown, false_positive=without)
    card = replace(facts.data_card, whole=replace(row, errors=errors))
    report = replace(sample_report(), calibrations=(replace(facts, data_card=card),))
    section = text_of(report, "error-rates")
    assert f"False negativesnot measured: {unknown.rate.reason}" in section
    assert "False positives1 of 2 (50.0 %)False negatives" in section.replace("> ", ">")

    assert words.condition_name("frame_rate") == "frame rate"


def test_the_summary_says_by_which_route_each_work_was_found(sample_report):
    report = sample_report()
    assert "Found by composition (rank 1), copy descriptor and hash (rank 3)." in text_of(report, "shares")
    works = tuple(replace(work, routes=()) for work in report.works)
    assert "Every work was aligned; none had to be found first." in text_of(replace(report, works=works), "shares")
    assert words.routes_sentence([RouteRank(route="motion", rank=2)]) == "Found by motion (rank 2)."
