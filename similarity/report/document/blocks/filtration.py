"""Blocks of filtration: what was left out, by whom and why, and every figure with and without it."""

from __future__ import annotations

from index.records import FilterRange
from similarity.absence import NotMeasured
from similarity.measure.filtration import FilteredFigures, FilteredWork, SuggestedRange
from similarity.measure.values import Coverage
from similarity.report.document.blocks.matches import found_by
from similarity.report.document.context import Context
from similarity.report.document.forms import interval, number, share, stated
from similarity.report.document.parts import Column, Paragraph, Part, Table, Text
from similarity.report.phrases.filing import EXCLUSION_NAMES, READINGS
from similarity.report.phrases.words import span
from similarity.report.schema.report import WorkFinding

__all__ = ["exclusions", "with_and_without"]


def exclusions(context: Context) -> tuple[Part, ...]:
    """Stretches that a person left out, and stretches that a person may want to."""
    filtration = context.report.filtration
    none = Paragraph(text=context.say("No stretch of a work was left out: nobody has decided on any."))
    excluded = _excluded(context, filtration.ranges) if filtration.ranges else none
    return (excluded, _suggested(context, filtration.suggestions)) if filtration.suggestions else (excluded,)


def _excluded(context: Context, ranges: tuple[FilterRange, ...]) -> Table:
    say = context.say
    rows = tuple(
        (
            context.work_number(one.work_id),
            span(one.start_seconds, one.end_seconds, language=context.language),
            say(EXCLUSION_NAMES[one.kind]),
            context.shown(one.reason),
            context.shown(one.decided_by),
            context.shown(one.decided_on),
        )
        for one in ranges
    )
    columns = (
        Column(title=say("{Work}"), width=0.8),
        Column(title=say("Stretch of the {work}"), width=1.5),
        Column(title=say("Kind"), width=1.3),
        Column(title=say("Reason"), width=1.8),
        Column(title=say("Decided by"), width=1.0),
        Column(title=say("Decided on"), width=0.9),
    )
    caption = say("Stretches left out, by decision of a person")
    return Table(key="excluded", caption=caption, columns=columns, rows=rows)


def _suggested(context: Context, suggestions: tuple[SuggestedRange, ...]) -> Table:
    say = context.say
    rows = tuple(
        (
            context.work_number(one.work_id),
            span(one.start_seconds, one.end_seconds, language=context.language),
            say(EXCLUSION_NAMES[one.kind]),
            context.fill(one.grounds),
            str(one.num_samples),
        )
        for one in suggestions
    )
    columns = (
        Column(title=say("{Work}"), width=0.8),
        Column(title=say("Stretch of the {work}"), width=1.5),
        Column(title=say("What it looks like"), width=1.3),
        Column(title=say("Grounds"), width=2.2),
        Column(title=say("Samples"), width=0.7, is_number=True),
    )
    caption = say("Stretches that a person may want to leave out; nothing was left out for this")
    return Table(key="suggested", caption=caption, columns=columns, rows=rows)


def with_and_without(context: Context) -> tuple[Part, ...]:
    """Coverage, matches and findings with filtration beside those without."""
    say, filtered = context.say, context.report.filtration.filtered
    if isinstance(filtered, NotMeasured):
        text = say("Figures with filtration: {reason}", reason=context.shown(filtered))
        return (Paragraph(text=text, tone="note"),)
    return (_coverages(context, filtered), _matches(context, filtered), _scenes(context, filtered))


def _coverages(context: Context, filtered: FilteredFigures) -> Table:
    say, report = context.say, context.report
    before = {one.work.video_id: one for one in report.works}
    rows = [_work_row(context, before.get(one.work_id), one) for one in filtered.works]
    rows.append(
        (
            say("all works together"),
            "\u2013",
            _covered(context, report.suspect_coverage),
            _covered(context, filtered.suspect_coverage),
            "\u2013",
            "\u2013",
        )
    )
    columns = (
        Column(title=say("{Work}"), width=1.2),
        Column(title=say("Left out, s"), width=0.8, is_number=True),
        Column(title=say("Of the {suspect}: without filtration"), width=1.4, is_number=True),
        Column(title=say("with filtration"), width=1.4, is_number=True),
        Column(title=say("Of the {work}: without filtration"), width=1.4, is_number=True),
        Column(title=say("with filtration"), width=1.4, is_number=True),
    )
    caption = say("Coverage with and without filtration")
    return Table(key="filtered-coverage", caption=caption, columns=columns, rows=tuple(rows))


def _work_row(context: Context, before: WorkFinding | None, after: FilteredWork) -> tuple[Text, ...]:
    return (
        context.work_number(after.work_id),
        number(after.excluded_seconds),
        "\u2013" if before is None else _covered(context, before.suspect_coverage),
        _covered(context, after.suspect_coverage),
        "\u2013" if before is None else _covered(context, before.work_coverage),
        _covered(context, after.work_coverage),
    )


def _covered(context: Context, coverage: Coverage) -> Text:
    if isinstance(coverage.fraction, NotMeasured):
        return context.cell(coverage.fraction)
    return f"{share(coverage.fraction)} ({number(coverage.covered_seconds)} s)"


def _matches(context: Context, filtered: FilteredFigures) -> Table:
    say = context.say
    rows = tuple(
        (
            one.match_id,
            context.work_number(one.work_id),
            span(one.suspect_start_seconds, one.suspect_end_seconds, language=context.language),
            span(one.work_start_seconds, one.work_end_seconds, language=context.language),
            number(one.score),
            str(one.num_samples),
            found_by(context, one.found_by),
        )
        for one in filtered.matches
    )
    columns = (
        Column(title=say("Match"), width=0.6),
        Column(title=say("{Work}"), width=0.8),
        Column(title=say("Stretch of the {suspect}"), width=1.7),
        Column(title=say("Stretch of the {work}"), width=1.7),
        Column(title=say("Score"), width=0.7, is_number=True),
        Column(title=say("Samples"), width=0.8, is_number=True),
        Column(title=say("Found by"), width=0.9),
    )
    caption = say("Matches that remain with filtration")
    return Table(key="filtered-matches", caption=caption, columns=columns, rows=rows)


def _scenes(context: Context, filtered: FilteredFigures) -> Table:
    say = context.say
    rows = tuple(
        (
            str(scene.scene_number),
            context.work_number(finding.work_id),
            span(finding.suspect_start_seconds, finding.suspect_end_seconds, language=context.language),
            say(READINGS[finding.reading.name]),
            *(
                say("withheld") if isinstance(ratio, NotMeasured) else f"{stated(ratio)} {interval(ratio)}"
                for ratio in (finding.copy_ratio, finding.adaptation_ratio)
            ),
        )
        for scene in filtered.scenes
        for finding in scene.findings
    )
    columns = (
        Column(title=say("Scene"), width=0.6, is_number=True),
        Column(title=say("{Work}"), width=0.8),
        Column(title=say("Stretch of the {suspect}"), width=1.7),
        Column(title=say("Reading proposed"), width=1.7),
        Column(title=say("log10 LR, copy [95\u00a0%]"), width=1.2),
        Column(title=say("log10 LR, adaptation [95\u00a0%]"), width=1.2),
    )
    caption = say("Findings with filtration, scene by scene")
    return Table(key="filtered-findings", caption=caption, columns=columns, rows=rows)
