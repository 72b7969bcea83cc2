"""Blocks of what speaks against: closest unrelated footage, weaker matches, limits, gaps, deviations."""

from __future__ import annotations

from similarity.compare.values import UnrelatedFootage
from similarity.report.document.blocks.findings import finding_parts
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number, whole
from similarity.report.document.gaps import find_gaps
from similarity.report.document.parts import Bullets, Column, Heading, Paragraph, Part, Table
from similarity.report.phrases.words import (
    indexed_sentences,
    limit_sentences,
    number_ranges,
    same_content_sentence,
    span,
)
from similarity.report.schema.match import Match

__all__ = ["closest_unrelated", "deviations", "limits", "not_measured", "same_files", "weaker_matches"]


def closest_unrelated(context: Context) -> tuple[Part, ...]:
    """The unrelated footage that comes closest, on the same axes."""
    say, footage = context.say, context.report.closest_unrelated
    if not isinstance(footage, UnrelatedFootage):
        text = say("Closest unrelated footage: {reason}", reason=context.shown(footage))
        return (Paragraph(text=text, tone="note"),)
    text = say(
        "Of {num_background} background items that have nothing to do with the works, “{title}” comes closest to the "
        "{suspect}. What it reaches is reached without any taking. Below it stands in the place of the {work}.",
        num_background=whole(context.report.library.num_background),
        title=footage.title or footage.entry_id,
    )
    return (Paragraph(text=text), *finding_parts(context, footage.finding, key="closest-unrelated", is_unrelated=True))


def weaker_matches(context: Context) -> tuple[Part, ...]:
    """Matches below the threshold."""
    say, weaker = context.say, context.report.weaker_matches
    if not weaker:
        return (Paragraph(text=say("No weaker match is listed.")),)
    rows = tuple(
        (
            match.match_id,
            _work_and_rival(context, match),
            span(match.suspect_start_seconds, match.suspect_end_seconds, language=context.language),
            span(match.work_start_seconds, match.work_end_seconds, language=context.language),
            number(match.score),
            context.cell(match.fit.speed_factor, figure),
            context.yes(match.view.is_mirrored),
            str(match.view.turn_degrees),
            say("{part} of {whole}", part=match.num_samples_supporting, whole=match.num_samples_available),
            context.cell(
                match.verification,
                lambda pairs: say("{part} of {whole}", part=pairs.num_pairs_confirmed, whole=pairs.num_pairs_measured),
            ),
        )
        for match in weaker
    )
    columns = (
        Column(title=say("Match"), width=0.7),
        Column(title=say("{Work}"), width=1.4),
        Column(title=say("Stretch of the {suspect}"), width=1.4),
        Column(title=say("Stretch of the {work}"), width=1.4),
        Column(title=say("Score"), width=0.6, is_number=True),
        Column(title=say("Speed"), width=1.0, is_number=True),
        Column(title=say("Mirrored"), width=0.8),
        Column(title=say("Turned back, degrees"), width=0.8, is_number=True),
        Column(title=say("Samples"), width=0.8, is_number=True),
        Column(title=say("Frame pairs"), width=0.8, is_number=True),
    )
    caption = say("Weaker matches")
    counts = say("Samples in support of those available; frame pairs confirmed by local features of those measured.")
    return (
        Table(key="weaker-matches", caption=caption, columns=columns, rows=rows),
        Paragraph(text=counts, tone="small"),
    )


def _work_and_rival(context: Context, match: Match) -> str:
    """The work, and which other match explains the stretch better."""
    work, rival = context.work_number(match.work_id), match.score_steps.rival
    if rival is None:
        return work
    if rival.work_id == match.work_id:
        better = context.say("better explained by this work elsewhere")
    else:
        better = context.say("better explained by {name}", name=context.work_name(rival.work_id))
    return context.say("; ").join((work, better))


def limits(context: Context) -> tuple[Part, ...]:
    """Bounds of search that were met, and what may have been left out for them."""
    sentences = limit_sentences(context.report.limits, language=context.language)
    if not sentences:
        return (Paragraph(text=context.say("No bound of the search was met.")),)
    return (Bullets(items=tuple(context.shown(one) for one in sentences)),)


def same_files(context: Context) -> tuple[Part, ...]:
    """Files that are byte for byte the same."""
    report = context.report
    sentences = [
        *indexed_sentences(report.suspect_is_indexed_as, language=context.language),
        *(same_content_sentence(one.same_content_as, language=context.language) for one in report.works),
    ]
    items = tuple(context.shown(one) for one in sentences if one)
    if not items:
        text = context.say("No two of the files compared are byte for byte the same.")
        return (Paragraph(text=text),)
    return (Bullets(items=items),)


def not_measured(context: Context) -> tuple[Part, ...]:
    """What could not be measured, and why; the numbers are those that stand in the tables."""
    say, report = context.say, context.report
    parts: list[Part] = []
    if report.not_measured:
        columns = (Column(title=say("What"), width=1.2), Column(title=say("Why, and the next step"), width=3.0))
        rows = tuple((context.fill(item.what), context.fill(item.reason)) for item in report.not_measured)
        parts.append(Table(key="not-looked-at", caption=say("What is not looked at"), columns=columns, rows=rows))
    gaps = find_gaps(report)
    if gaps:
        heads = (
            Column(title=say("No."), width=0.5, is_number=True),
            Column(title=say("Reason"), width=3.2),
            Column(title=say("Values missing for it"), width=1.0, is_number=True),
        )
        missing = [
            (str(gap.number), context.fill(gap.reason), whole(len(gap.places))) for gap in gaps if not gap.is_left_empty
        ]
        if empty := [gap for gap in gaps if gap.is_left_empty]:
            text = say("fields of the case that were left empty, as said where they stand")
            places = sum(len(gap.places) for gap in empty)
            missing.append((number_ranges(gap.number for gap in empty), text, whole(places)))
        caption = say("Values that could not be measured; tables refer to these numbers")
        parts.append(Table(key="not-measured", caption=caption, columns=heads, rows=tuple(missing)))
    return tuple(parts) or (Paragraph(text=say("Everything that this version looks at was measured.")),)


def deviations(context: Context) -> tuple[Part, ...]:
    """Where the run differed from what was configured."""
    items = tuple(context.translated(one) for one in context.report.deviations)
    heading = Heading(text=context.say("Deviations from the settings"))
    return (heading, Bullets(items=items) if items else Paragraph(text=context.say("None.")))
