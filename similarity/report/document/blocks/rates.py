"""Blocks of error rates: how often the method is wrong, on what, and whether this case lies inside."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.measure.calibration import DataRow
from similarity.measure.likelihood_ratios import ErrorRate
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, log10_text, whole
from similarity.report.document.parts import Column, Curve, Facts, Heading, Paragraph, Part, Plot, Style, Table, Tick
from similarity.report.phrases.finding_words import condition_name, rate
from similarity.report.plots.curve_plot import CurvePlot, calibration_plot, tippett_plot
from similarity.report.schema.report import CalibrationFacts

__all__ = ["envelope_check", "error_curves", "error_rates"]

STYLES: dict[str, Style] = {"first": "solid", "second": "dashed", "ideal": "dotted"}


def envelope_check(context: Context) -> tuple[Part, ...]:
    """Whether the findings lie inside what was validated, and how many ratios are withheld."""
    say = context.say
    findings = [one.finding for scene in context.report.scenes for one in scene.works]
    ratios = [ratio for one in findings for ratio in (one.copy_ratio, one.adaptation_ratio)]
    withheld = sum(isinstance(ratio, NotMeasured) for ratio in ratios)
    inside = sum(one.envelope.is_inside for one in findings)
    text = say(
        "Findings inside the validated conditions: {inside} of {all}. Likelihood ratios withheld: {withheld} of "
        "{ratios}. Outside the conditions a ratio is withheld, and no error rate is claimed.",
        inside=inside,
        all=len(findings),
        withheld=withheld,
        ratios=len(ratios),
    )
    return (Paragraph(text=text, tone="note"),)


def error_rates(context: Context) -> tuple[Part, ...]:
    """Per calibration: data, rates with intervals, bounds, conditions."""
    if not context.report.calibrations:
        text = context.say("No calibration took part: no likelihood ratio is stated, and no error rate is known.")
        return (Paragraph(text=text, tone="note"),)
    parts: list[Part] = []
    for facts in context.report.calibrations:
        parts += [
            Heading(text=_title(context, facts)),
            _card(context, facts),
            _rows(context, facts),
            _conditions(context, facts),
        ]
    return tuple(parts)


def _title(context: Context, facts: CalibrationFacts) -> str:
    pair = context.say("copy") if facts.proposition == "copy" else context.say("adaptation")
    return context.say("Calibration {name} ({pair})", name=facts.name, pair=pair)


def _card(context: Context, facts: CalibrationFacts) -> Facts:
    say, card, bounds = context.say, facts.data_card, facts.bounds
    return Facts(
        rows=(
            ("SHA-256", facts.sha256),
            (say("Fitted on"), context.shown(card.date)),
            (
                say("Data"),
                say(
                    "{taken} taken and {independent} independent pairs, {groups} footage groups, {families} families",
                    taken=whole(card.whole.num_taken),
                    independent=whole(card.whole.num_independent),
                    groups=whole(card.num_groups),
                    families=whole(card.num_families),
                ),
            ),
            (say("Decided at"), log10_text(card.whole.errors.threshold_log10_lr)),
            (say("False positives"), _wrong(context, card.whole.errors.false_positive)),
            (say("False negatives"), _wrong(context, card.whole.errors.false_negative)),
            (
                say("Cllr (Cllr_min), bits"),
                f"{context.shown(card.whole.cllr, figure)} ({context.shown(card.whole.cllr_min, figure)})",
            ),
            (
                say("Ratios are stated from \u2013 to"),
                say(
                    "{low} to {high}: more or less the data do not support",
                    low=log10_text(bounds.lower),
                    high=log10_text(bounds.upper),
                ),
            ),
        )
    )


def _wrong(context: Context, error: ErrorRate) -> str:
    if isinstance(error.rate, NotMeasured):
        return context.shown(error.rate)
    told = context.say(
        "{errors} of {pairs} ({rate})",
        errors=whole(error.num_errors),
        pairs=whole(error.num_pairs),
        rate=rate(error.rate),
    )
    if isinstance(error.interval_95, NotMeasured):
        return told
    low, high = error.interval_95
    return context.say("{told}; 95 % interval {low} to {high}", told=told, low=rate(low), high=rate(high))


def _rows(context: Context, facts: CalibrationFacts) -> Table:
    say, card = context.say, facts.data_card
    rows = tuple(_row(context, row) for row in (*card.tiers, *card.families))
    columns = (
        Column(title=say("Tier or family"), width=1.6),
        Column(title=say("Taken pairs"), width=0.7, is_number=True),
        Column(title=say("Independent pairs"), width=0.9, is_number=True),
        Column(title=say("Cllr"), width=0.7, is_number=True),
        Column(title=say("False positives, 95 % interval"), width=1.7, is_number=True),
        Column(title=say("False negatives, 95 % interval"), width=1.7, is_number=True),
    )
    caption = say("Held-aside performance of {name} by tier of difficulty and family of edits", name=facts.name)
    return Table(key=f"error-rates-{facts.proposition}", caption=caption, columns=columns, rows=rows)


def _row(context: Context, row: DataRow) -> tuple[str, ...]:
    return (
        context.fill(row.name),
        whole(row.num_taken),
        whole(row.num_independent),
        context.cell(row.cllr, figure),
        _short(context, row.errors.false_positive),
        _short(context, row.errors.false_negative),
    )


def _short(context: Context, error: ErrorRate) -> str:
    if isinstance(error.rate, NotMeasured) or isinstance(error.interval_95, NotMeasured):
        return context.cell(error.rate, rate)
    low, high = error.interval_95
    return f"{rate(error.rate)} [{rate(low)}, {rate(high)}]"


def _conditions(context: Context, facts: CalibrationFacts) -> Table:
    say = context.say
    rows = tuple(
        (
            context.fill(one.kind),
            context.shown(condition_name(one.name, language=context.language)),
            f"{one.low:.6g}",
            f"{one.high:.6g}",
            whole(one.num_values),
        )
        for one in facts.envelope.ranges
    )
    columns = (
        Column(title=say("Material"), width=1.2),
        Column(title=say("Condition"), width=2.0),
        Column(title=say("From"), width=0.8, is_number=True),
        Column(title=say("To"), width=0.8, is_number=True),
        Column(title=say("Values"), width=0.8, is_number=True),
    )
    caption = say("Conditions that {name} was validated on (1st to 99th percentile of its data)", name=facts.name)
    return Table(key=f"envelope-{facts.proposition}", caption=caption, columns=columns, rows=rows)


def error_curves(context: Context) -> tuple[Part, ...]:
    """Tippett and calibration plot of every calibration."""
    say = context.say
    parts: list[Part] = []
    for facts in context.report.calibrations:
        tippett, fit = tippett_plot(facts), calibration_plot(facts)
        if tippett is not None:
            caption = say(
                "Tippett plot of {name}: share of pairs that reach at least each log10 LR; whole line: taken pairs, "
                "dashed line: independent pairs",
                name=facts.name,
            )
            parts.append(_plot(tippett, caption, say("log10 LR"), say("share of pairs")))
        if fit is not None:
            caption = say(
                "Calibration plot of {name}: log10 LR observed for each that was stated; on the dotted line ratios "
                "mean what they say",
                name=facts.name,
            )
            parts.append(_plot(fit, caption, say("log10 LR stated"), say("log10 LR observed")))
    return tuple(parts) or (Paragraph(text=say("No calibration holds curves to draw.")),)


def _plot(plot: CurvePlot, caption: str, across: str, upright: str) -> Plot:
    width, height = plot.right - plot.left, plot.bottom - plot.top
    return Plot(
        caption=caption,
        across=across,
        upright=upright,
        ticks_across=tuple(Tick(at=(one.position - plot.left) / width, label=one.label) for one in plot.ticks_across),
        ticks_upright=tuple(Tick(at=(one.position - plot.top) / height, label=one.label) for one in plot.ticks_up),
        curves=tuple(
            Curve(
                name="",
                style=STYLES[line.style],
                points=tuple(((x - plot.left) / width, (y - plot.top) / height) for x, y in line.points),
            )
            for line in plot.lines
        ),
        height_ratio=0.55,
    )
