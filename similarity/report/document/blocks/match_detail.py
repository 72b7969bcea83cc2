"""Parts of one match: what supports it and what differs, its axes, its line, its aligned samples, its score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean

from similarity.absence import NotMeasured
from similarity.align.values import DensePlacement, VisiblePair
from similarity.intervals import Interval
from similarity.report.document.blocks.axes import axis_table
from similarity.report.document.blocks.matches import comparison_table
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number, share
from similarity.report.document.parts import Column, Facts, Paragraph, Part, Table
from similarity.report.phrases.match_words import score_rows
from similarity.report.phrases.words import clock, decimal, duration, span
from similarity.report.schema.match import Match

__all__ = ["aligned_samples", "match_axes", "match_evidence", "match_line", "match_score"]


def match_evidence(context: Context, match: Match) -> tuple[Part, ...]:
    """Signals, points in common and points that differ; then what each signal counts."""
    signals = tuple((context.fill(one.name), context.fill(one.words)) for one in match.signals)
    return (comparison_table(context, match), Facts(rows=signals)) if signals else (comparison_table(context, match),)


def match_score(context: Context, match: Match) -> tuple[Part, ...]:
    """How the score came about, step by step."""
    say = context.say
    rows = tuple(
        (step, points, context.shown(reason)) for step, points, reason in score_rows(match, language=context.language)
    )
    columns = (
        Column(title=say("Step"), width=1.0),
        Column(title=say("Figure"), width=0.8, is_number=True),
        Column(title=say("How it came about"), width=3.0),
    )
    caption = say("How the score of {score} came about", score=number(match.score))
    return (Table(key=f"score-{match.match_id}", caption=caption, columns=columns, rows=rows),)


def match_axes(context: Context, match: Match) -> tuple[Part, ...]:
    """The axes, measured over the whole match."""
    axes = match.finding.axes
    if not axes:
        return (Paragraph(text=context.say("No axis was measured for this match."), tone="small"),)
    stretch = (match.suspect_start_seconds, match.suspect_end_seconds)
    return (axis_table(context, axes, key=f"match-{match.match_id}", stretch=stretch, footage=None),)


def match_line(context: Context, match: Match) -> tuple[Part, ...]:
    """Speed, offset, residual and length."""
    say = context.say
    rows = (
        (
            say("Speed (s of the {work} per s of the {suspect})"),
            context.cell(match.fit.speed_factor, lambda speed: decimal(speed, 4)),
        ),
        *_pieces(context, match),
        (say("Offset, s"), context.cell(match.fit.offset_seconds, figure)),
        (say("Residual, s (root mean square)"), context.cell(match.fit.residual_seconds, figure)),
        (
            say("Exactness, intervals of 95 %"),
            context.cell(match.placement, lambda placed: _exactness(context, placed)),
        ),
        (
            say("The {suspect}'s frame in the {work}'s picture, intervals of 95 %"),
            context.cell(match.placement, lambda placed: _framing(context, placed)),
        ),
        (
            say("Frames laid by the fit, where both are seen"),
            context.cell(_pairs(match), lambda pairs: _through_fit(context, pairs)),
        ),
        (say("Length in the {suspect}"), _length(context, match)),
    )
    return (Facts(rows=rows),)


def _length(context: Context, match: Match) -> str:
    if match.suspect_start_seconds == match.suspect_end_seconds:
        return context.say("still picture")
    return duration(match.suspect_end_seconds - match.suspect_start_seconds)


def _pieces(context: Context, match: Match) -> tuple[tuple[str, str], ...]:
    """Where the speed changes along it: each piece with its speed."""
    pieces = () if isinstance(match.placement, NotMeasured) else match.placement.pieces
    if not pieces:
        return ()
    said = [
        context.say(
            "{stretch} at {speed} ({interval})",
            stretch=span(piece.suspect_start_seconds, piece.suspect_end_seconds, language=context.language),
            speed=decimal(piece.speed, 3),
            interval=context.shown(piece.speed_interval, _speeds),
        )
        for piece in pieces
    ]
    return ((context.say("Pieces of one speed, intervals of 95 %"), context.say("; ").join(said)),)


def _speeds(interval: Interval) -> str:
    return f"{decimal(interval[0], 3)}\u2013{decimal(interval[1], 3)}"


def _framing(context: Context, placed: DensePlacement) -> str:
    """How much of the work's picture the suspect's frame takes in, and where."""

    def shares(interval: Interval) -> str:
        return f"{decimal(interval[0], 3)}\u2013{decimal(interval[1], 3)}"

    return context.say(
        "scale {scale}, middle across {across}, middle down {down}",
        scale=context.shown(placed.scale_interval, shares),
        across=context.shown(placed.across_interval, shares),
        down=context.shown(placed.down_interval, shares),
    )


def _pairs(match: Match) -> tuple[VisiblePair, ...] | NotMeasured:
    return match.placement if isinstance(match.placement, NotMeasured) else match.placement.pairs


def _through_fit(context: Context, pairs: Sequence[VisiblePair]) -> str:
    """PDQ distances as shown and through the fit, and structure."""

    def bits(values: Iterable[int]) -> str:
        return context.say(", ").join(map(str, values))

    return context.say(
        "PDQ distance {bits} bits of 256 (as shown: {shown}); structure {structure}; {share} of the frame",
        bits=bits(pair.pdq_distance_bits for pair in pairs),
        shown=bits(pair.pdq_distance_bits_as_shown for pair in pairs),
        structure=figure(mean(pair.structure for pair in pairs)),
        share=share(mean(pair.area_share for pair in pairs)),
    )


def _exactness(context: Context, placed: DensePlacement) -> str:
    """Where start, end and speed may lie."""

    def times(interval: Interval) -> str:
        return f"{clock(interval[0])}\u2013{clock(interval[1])}"

    return context.say(
        "{suspect}: start {start}, end {end}; {work}: start {work_start}, end {work_end}; speed {speed}",
        start=times(placed.suspect_start_interval_seconds),
        end=times(placed.suspect_end_interval_seconds),
        work_start=context.shown(placed.work_start_interval_seconds, times),
        work_end=context.shown(placed.work_end_interval_seconds, times),
        speed=context.shown(placed.speed_interval, _speeds),
    )


def aligned_samples(context: Context, match: Match) -> tuple[Part, ...]:
    """Every pair of samples on the line."""
    say = context.say
    rows = tuple(
        (
            context.suspect_when(point.suspect_seconds),
            context.work_when(match.work_id, point.work_seconds),
            number(point.similarity),
            context.cell(point.pdq_distance_bits),
        )
        for point in match.path
    )
    columns = (
        Column(title=say("Time in the {suspect}")),
        Column(title=say("Time in the {work}")),
        Column(title=say("Similarity, points"), is_number=True),
        Column(title=say("PDQ distance, bits of 256"), is_number=True),
    )
    caption = say("Aligned samples of match {match}", match=match.match_id)
    return (Table(key=f"path-{match.match_id}", caption=caption, columns=columns, rows=rows),)
