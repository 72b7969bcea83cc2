"""Blocks of error rates: how often the method is wrong, on what, and whether this case lies inside."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.measure.alarms import LEVELS
from similarity.measure.calibration import CalibrationFacts
from similarity.measure.data_card import DataRow
from similarity.measure.envelope import range_words
from similarity.measure.likelihood_ratios import ErrorRate
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, log10_text, whole
from similarity.report.document.parts import (
    Bullets,
    Column,
    Facts,
    Heading,
    Paragraph,
    Part,
    Table,
    Text,
)
from similarity.report.phrases.filing import PROPOSITIONS
from similarity.report.phrases.finding_words import bound_sentences, condition_name, rate
from similarity.report.plots.curve_plot import calibration_plot, tippett_plot

__all__ = [
    "SAID_LEVELS",
    "alarm_sentence",
    "alarm_sentences",
    "calibration_record",
    "envelope_check",
    "error_curves",
    "error_rates",
]

SAID_LEVELS = (1, 2)
"""Levels of ratios of which every report says how often innocent suspects show them, where the bounds allow them: 10
and 100."""


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


def alarm_sentences(context: Context) -> tuple[Part, ...]:
    """Out of how many comparisons matches were chosen, and how often a suspect that took nothing shows such ratios."""
    say, limits = context.say, context.report.limits
    items = [
        say(
            "Matches were chosen out of {number} comparisons of single pictures: every sample of the {suspect} with "
            "every sample of {works} works.",
            number=whole(limits.num_comparisons),
            works=whole(limits.num_works),
        )
    ]
    for facts in context.report.calibrations:
        if facts.alarms.populations:
            said = [level for level in SAID_LEVELS if LEVELS[level] <= facts.bounds.upper]
            items += [alarm_sentence(context, facts, level, limits.num_comparisons) for level in said]
        else:
            items.append(say("Calibration {name} knows no suspects that took nothing: no alarm rate.", name=facts.name))
    return (Bullets(items=tuple(items)),)


def alarm_sentence(context: Context, facts: CalibrationFacts, level: int, num_comparisons: int) -> str:
    """How often a suspect that took nothing shows such a ratio.

    Args:
        context: what a block is given.
        facts: of the calibration.
        level: number of one of `LEVELS`.
        num_comparisons: samples of the suspect times samples of all works.
    """
    population, found = facts.alarms.worst(level, num_comparisons)
    return context.say(
        "A suspect of this length that took nothing, against this many works, shows at least one ratio of {ratio} or "
        "more ({pair}) with a probability of {rate}, 95 % interval {low} to {high}; from {alarmed} of {suspects} "
        "suspects of the population “{population}”, the worst of {populations}.",
        ratio=f"{10**found.log10_lr:,.0f}",
        pair=context.say(PROPOSITIONS[facts.proposition]),
        rate=rate(found.probability),
        low=rate(found.lower),
        high=rate(found.upper),
        alarmed=population.num_alarmed[level],
        suspects=population.num_suspects,
        population=context.fill(population.population),
        populations=len(facts.alarms.populations),
    )


def _alarm_table(context: Context, facts: CalibrationFacts) -> Table:
    say = context.say
    rows = tuple(
        (
            context.translated(one.population),
            whole(one.num_suspects),
            whole(one.num_comparisons),
            *(f"{number} ({rate(number / one.num_suspects)})" for number in one.num_alarmed),
        )
        for one in facts.alarms.populations
    )
    columns = (
        Column(title=say("Innocent suspects of the population"), width=2.0),
        Column(title=say("Suspects"), width=0.7, is_number=True),
        Column(title=say("Comparisons each"), width=1.0, is_number=True),
        *(
            Column(title=say("Ratio of {ratio} or more", ratio=f"{10**level:,.0f}"), width=0.9, is_number=True)
            for level in LEVELS
        ),
    )
    caption = say(
        "Suspects that took nothing and to which any work shows such a ratio, held aside, before bounds ({name})",
        name=facts.name,
    )
    return Table(key=f"alarms-{facts.proposition}", caption=caption, columns=columns, rows=rows)


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
            _alarm_table(context, facts),
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
    text = context.say(
        "{errors} of {pairs} ({rate})",
        errors=whole(error.num_errors),
        pairs=whole(error.num_pairs),
        rate=rate(error.rate),
    )
    if isinstance(error.interval_95, NotMeasured):
        return text
    low, high = error.interval_95
    return context.say("{told}; 95 % interval {low} to {high}", told=text, low=rate(low), high=rate(high))


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


def _row(context: Context, row: DataRow) -> tuple[Text, ...]:
    return (
        context.translated(row.name if context.is_chinese else row.name.replace("_", " ")),
        whole(row.num_taken),
        whole(row.num_independent),
        context.cell(row.cllr, figure),
        _short(context, row.errors.false_positive),
        _short(context, row.errors.false_negative),
    )


def _short(context: Context, error: ErrorRate) -> Text:
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
            context.fill(range_words(one)),
            whole(one.num_values),
        )
        for one in facts.envelope.ranges
    )
    columns = (
        Column(title=say("Material"), width=1.2),
        Column(title=say("Condition"), width=2.0),
        Column(title=say("Expected"), width=1.6),
        Column(title=say("Values"), width=0.8, is_number=True),
    )
    caption = say(
        "Conditions that {name} was validated on (limits: 1st and 99th percentile of its data)", name=facts.name
    )
    return Table(key=f"envelope-{facts.proposition}", caption=caption, columns=columns, rows=rows)


def error_curves(context: Context) -> tuple[Part, ...]:
    """Tippett and calibration plot of every calibration."""
    plots = (
        plot
        for facts in context.report.calibrations
        for plot in (tippett_plot(facts, context.say), calibration_plot(facts, context.say))
        if plot is not None
    )
    return tuple(plots) or (Paragraph(text=context.say("No calibration holds curves to draw.")),)


def calibration_record(context: Context) -> tuple[Part, ...]:
    """What caps the ratios of each calibration, which calibrators were tried, what made it, what can't be drawn."""
    parts: list[Part] = []
    for facts in context.report.calibrations:
        heading = context.say("How calibration {name} was made", name=facts.name)
        parts += [Heading(text=heading, level=3), Facts(rows=_record(context, facts))]
    return tuple(parts)


def _record(context: Context, facts: CalibrationFacts) -> tuple[tuple[str, str], ...]:
    say, card = context.say, facts.data_card
    bounds = bound_sentences(facts.bounds, language=context.language)
    rows = [(say("What caps a ratio"), context.shown(("" if context.is_chinese else " ").join(bounds)))]
    if card.cllr_by_kind:
        kinds = say(", ").join(f"{kind.replace('_', ' ')} {figure(cost)}" for kind, cost in card.cllr_by_kind)
        rows.append((say("Kinds of calibrators tried, with their Cllr held aside, every group counting once"), kinds))
    if card.versions:
        versions = say(", ").join(f"{name} {version}" for name, version in card.versions)
        rows.append((say("Made with"), context.shown(versions)))
    if tippett_plot(facts, say) is None:
        rows.append((say("Curves"), say("This calibration holds no curves to draw.")))
    elif calibration_plot(facts, say) is None:
        text = say("No calibration plot is drawn: wherever a ratio was stated, pairs of one kind only occur.")
        rows.append((say("Curves"), text))
    return tuple(rows)
