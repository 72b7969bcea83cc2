"""Blocks of matches: intervals, line, support, points in common and points that differ, pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.geometry.fit import PairPoints
from similarity.measure.found import Proposition
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number
from similarity.report.document.parts import Column, Figure, Heading, Paragraph, Part, Picture, Table, Text
from similarity.report.phrases.filing import PROPOSITIONS
from similarity.report.phrases.words import span
from similarity.report.plots.path_plot import make_path_plot
from similarity.report.schema.match import FramePair, Match, MatrixPicture

__all__ = [
    "comparison",
    "comparison_table",
    "found_by",
    "found_counts",
    "match_pictures",
    "matches_table",
    "score_table",
]


def found_by(context: Context, propositions: Sequence[Proposition]) -> str:
    """On what a match is found; a dash where it is not."""
    return context.say(", ").join(context.say(PROPOSITIONS[one]) for one in propositions) or "\u2013"


def found_counts(context: Context) -> str:
    """How many matches were found on each proposition."""
    counts = Counter(one for match in context.report.matches for one in match.found_by)
    return context.say(", ").join(f"{context.say(PROPOSITIONS[name])} {number}" for name, number in counts.items())


def matches_table(context: Context) -> tuple[Part, ...]:
    """Every match that was found with its line."""
    say = context.say
    if not context.report.matches:
        return (Paragraph(text=say("No match was found."), tone="note"),)
    rows = tuple(
        (
            match.match_id,
            f"{context.work_number(match.work_id)}",
            found_by(context, match.found_by),
            span(match.suspect_start_seconds, match.suspect_end_seconds, language=context.language),
            span(match.work_start_seconds, match.work_end_seconds, language=context.language),
            context.cell(match.fit.speed_factor, figure),
            context.cell(match.fit.offset_seconds, figure),
            context.cell(match.fit.residual_seconds, figure),
            say("{part} of {whole}", part=match.num_samples_supporting, whole=match.num_samples_available),
            number(match.score),
        )
        for match in context.report.matches
    )
    columns = (
        Column(title=say("Match"), width=0.6),
        Column(title=say("{Work}"), width=0.8),
        Column(title=say("Found by"), width=0.9),
        Column(title=say("Stretch of the {suspect}"), width=1.5),
        Column(title=say("Stretch of the {work}"), width=1.5),
        Column(title=say("Speed"), width=0.7, is_number=True),
        Column(title=say("Offset, s"), width=0.8, is_number=True),
        Column(title=say("Residual, s"), width=0.8, is_number=True),
        Column(title=say("Samples in support"), width=0.9, is_number=True),
        Column(title=say("Score"), width=0.6, is_number=True),
    )
    note = say(
        "Line: time in the {work} = speed \u00d7 time in the {suspect} + offset. The ends of a match that was "
        "not placed to the frame are uncertain by about one sample interval. A score is a retrieval figure in points, "
        "not an error rate."
    )
    return (
        Table(key="matches", caption=say("Matches found"), columns=columns, rows=rows),
        Paragraph(text=note, tone="small"),
    )


def score_table(context: Context) -> tuple[Part, ...]:
    """How each score came about."""
    say = context.say
    if not context.report.matches:
        return ()
    rows = tuple(
        (
            match.match_id,
            number(match.score_steps.alignment_score),
            number(match.score_steps.verification_points),
            figure(match.score_steps.rival_factor),
            number(match.score),
            context.work_number(match.score_steps.rival.work_id) if match.score_steps.rival is not None else "\u2013",
            *_pairs(context, match),
        )
        for match in context.report.matches
    )
    columns = (
        Column(title=say("Match"), width=0.6),
        Column(title=say("Alignment"), width=0.9, is_number=True),
        Column(title=say("Local features, points"), width=1.0, is_number=True),
        Column(title=say("Factor for other explanations"), width=1.1, is_number=True),
        Column(title=say("Score"), width=0.7, is_number=True),
        Column(title=say("Other explanation"), width=1.0),
        Column(title=say("Frame pairs tried"), width=0.8, is_number=True),
        Column(title=say("measured"), width=0.8, is_number=True),
        Column(title=say("confirmed"), width=0.8, is_number=True),
    )
    caption = say("How the scores came about: (alignment + local features) \u00d7 factor")
    return (Table(key="scores", caption=caption, columns=columns, rows=rows),)


def _pairs(context: Context, match: Match) -> tuple[Text, Text, Text]:
    """Frame pairs tried, measured and confirmed by local features."""
    facts = match.verification
    if isinstance(facts, NotMeasured):
        return (context.cell(facts), "\u2013", "\u2013")
    return (str(facts.num_pairs_tried), str(facts.num_pairs_measured), str(facts.num_pairs_confirmed))


def comparison(context: Context) -> tuple[Part, ...]:
    """Points in common and points that differ, match by match."""
    if not context.report.matches:
        return (Paragraph(text=context.say("No match was found: there is nothing to compare."), tone="note"),)
    most = context.profile.most_detailed_findings
    parts: list[Part] = [comparison_table(context, match) for match in context.report.matches[:most]]
    if (left := len(context.report.matches) - most) > 0:
        text = context.say("The same of {left} weaker matches stands in report.json.", left=left)
        parts.append(Paragraph(text=text, tone="note"))
    return tuple(parts)


def comparison_table(context: Context, match: Match) -> Table:
    """Signals in support of a match, points in common, points that differ, and what could not be measured."""
    say = context.say
    signals = [(say("signal"), *row) for row in _signals(context, match)]
    alike = _compared(context, match, say("in common"), is_different=False)
    differing = _compared(context, match, say("different"), is_different=True)
    unknown = [
        (
            say("not measured"),
            context.translated(row.aspect),
            context.translated(row.work),
            context.shown(row.is_different),
        )
        for row in match.differences
        if isinstance(row.is_different, NotMeasured)
    ]
    columns = (
        Column(title=say("Point"), width=0.7),
        Column(title=say("In what"), width=2.1),
        Column(title=say("{Work}"), width=1.1),
        Column(title=say("{Suspect}"), width=2.6),
    )
    caption = say(
        "Match {match}, points in common and points that differ; {here} against {name}",
        match=match.match_id,
        here=span(match.suspect_start_seconds, match.suspect_end_seconds, language=context.language),
        name=context.work_name(match.work_id),
    )
    rows = (*signals, *alike, *differing, *unknown)
    return Table(key=f"comparison-{match.match_id}", caption=caption, columns=columns, rows=rows)


def _compared(context: Context, match: Match, point: str, *, is_different: bool) -> list[tuple[Text, ...]]:
    """Rows of what agrees, or of what differs."""
    return [
        (
            point,
            context.translated(row.aspect),
            context.translated(row.work),
            context.cell(row.suspect) if isinstance(row.suspect, NotMeasured) else context.translated(row.suspect),
        )
        for row in match.differences
        if row.is_different is is_different
    ]


def _signals(context: Context, match: Match) -> list[tuple[str, str, str]]:
    """Signals that support the match: name, what could support it, what does."""
    say, rows = context.say, []
    for signal in match.signals:
        if isinstance(signal.num_supporting, NotMeasured) or isinstance(signal.num_available, NotMeasured):
            continue
        text = say(
            "{supporting} of {available} {unit} in support",
            supporting=signal.num_supporting,
            available=signal.num_available,
            unit=context.fill(signal.unit),
        )
        rows.append((context.fill(signal.name), "\u2013", text))
    return rows


def match_pictures(context: Context) -> tuple[Part, ...]:
    """Corresponding points and the plot over time, of the strongest matches."""
    report, most = context.report, context.profile.most_pictured_matches
    if not report.matches:
        return (Paragraph(text=context.say("No match was found: no pictures are shown."), tone="note"),)
    note = context.say(
        "Of each match the frame pair with most corresponding points is printed; the others lie in the case folder. "
        "At most 40 lines are drawn."
    )
    parts: list[Part] = [Paragraph(text=note, tone="small")]
    for match in report.matches[:most]:
        title = context.say("Match {match}, {name}", match=match.match_id, name=context.work_name(match.work_id))
        parts += [Heading(text=title), *_most_points(context, match), *_matrix(context, match)]
    if len(report.matches) > most:
        left = len(report.matches) - most
        text = context.say("Pictures of {left} weaker matches lie in the case folder and are not printed.", left=left)
        parts.append(Paragraph(text=text, tone="note"))
    return tuple(parts)


def _most_points(context: Context, match: Match) -> list[Part]:
    return _points(context, match, max(match.frames, key=_num_points)) if match.frames else []


def _num_points(pair: FramePair) -> int:
    return 0 if isinstance(pair.points, NotMeasured) else pair.points.num_inliers


def _points(context: Context, match: Match, pair: FramePair) -> list[Part]:
    if not isinstance(pair.points, PairPoints) or isinstance(pair.points_picture, NotMeasured):
        return []
    caption = context.say(
        "Corresponding points of match {match} at {when}: {points} points in one common arrangement",
        match=match.match_id,
        when=context.suspect_when(pair.suspect_seconds),
        points=pair.points.num_inliers,
    )
    picture = Picture(
        name=pair.points_picture, caption=context.say("left {suspect}, right {work}; lines join points that correspond")
    )
    return [Figure(pictures=(picture,), caption=caption)]


def _matrix(context: Context, match: Match) -> list[Part]:
    say, matrix = context.say, match.matrix
    if not match.is_timed:
        return [Paragraph(text=say("A still picture has no line of time."), tone="small")]
    if not isinstance(matrix, MatrixPicture):
        return [Paragraph(text=say("Matrix: {reason}", reason=context.shown(matrix)), tone="small")]
    return [make_path_plot(match, say)]
