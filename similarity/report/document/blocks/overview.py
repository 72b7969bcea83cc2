"""Blocks of the whole: propositions, the verbal scale, coverage of both sides apart, the line of time."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.measure.bands import load_bands
from similarity.measure.values import Coverage
from similarity.report.document.blocks.matches import found_counts
from similarity.report.document.context import Context
from similarity.report.document.forms import number, share, whole
from similarity.report.document.parts import Bar, Bars, Bullets, Column, Facts, Paragraph, Part, Table, Text
from similarity.report.phrases.words import number_ranges, span
from similarity.report.plots.axis_ticks import time_ticks
from similarity.report.plots.plot import Tick
from similarity.report.schema.match import Match
from similarity.report.schema.report import Report, SceneFinding

__all__ = [
    "coverage_table",
    "drawn_span",
    "key_figures",
    "propositions",
    "scene_list",
    "time_line",
    "time_line_seconds",
    "verbal_scale",
]

MOST_TICKS = 8
CUT_SECONDS = 0.5
"""So far from a cut, one sample interval, an end on the sample grid may be drawn at it."""
PLACED_CUT_SECONDS = 0.05
"""The same for an end that is known to the frame."""


def propositions(context: Context) -> tuple[Part, ...]:
    """Both sides' propositions: the parties' own where the case holds them, and those that ratios are stated for."""
    say = context.say
    columns = (
        Column(title=say("Pair"), width=0.8),
        Column(title=say("First proposition (for)"), width=2.4),
        Column(title=say("Second proposition (against)"), width=2.6),
    )
    rows = (
        (
            say("copy"),
            say("The stretch of the {suspect} was taken from the pictures of the {work}."),
            say(
                "It was made independently: from another source, of the same place, subject or genre, "
                "or from a source that both share."
            ),
        ),
        (
            say("adaptation"),
            say("The stretch was remade after the {work}: composition, staging and edges kept under another surface."),
            say("It was made independently, also where subject, style or prompt are the same."),
        ),
    )
    table = Table(key="propositions", caption=say("Propositions that are weighed"), columns=columns, rows=rows)
    return (_accounts(context), table)


def _accounts(context: Context) -> Part:
    """The parties' own accounts, or why there are none."""
    say, case = context.say, context.report.case
    stated = case if isinstance(case, NotMeasured) else case.propositions
    if isinstance(stated, NotMeasured):
        return Paragraph(text=say("The parties' own accounts: {reason}", reason=context.stated(stated)))
    return Facts(
        rows=(
            (say("Account of the claiming side"), context.shown(stated.claimant)),
            (say("Account of the other side"), context.shown(stated.respondent)),
        )
    )


def verbal_scale(context: Context) -> tuple[Part, ...]:
    """The words that stand for ranges of the likelihood ratio, and where they come from."""
    say, scale = context.say, load_bands()
    tops = [*(f"{band.at_least:,.0f}" for band in scale.bands[1:]), ""]
    rows = tuple(
        (
            f"{band.at_least:,.0f} \u2013 {top}" if top else say("{least} and more", least=f"{band.at_least:,.0f}"),
            context.shown(band.zh if context.is_chinese else band.en),
        )
        for band, top in zip(scale.bands, tops, strict=True)
    )
    columns = (
        Column(title=say("Likelihood ratio, from \u2013 below"), width=1.2),
        Column(title=say("Words"), width=2.0),
    )
    text = say(
        "A ratio below 1 is read as its inverse, in favour of the second proposition. Source of the scale: {source}",
        source=scale.citation,
    )
    return (
        Table(key="verbal-scale", caption=say("Verbal scale"), columns=columns, rows=rows),
        Paragraph(text=text, tone="small"),
    )


def key_figures(context: Context) -> tuple[Part, ...]:
    """What was found, in one list without weight."""
    say, report = context.say, context.report
    found = [scene for scene in report.scenes if scene.match_ids]
    if not report.matches:
        text = say("No match was found. No match is not proof of originality.")
        return (Paragraph(text=text, tone="note"),)
    items = [
        say(
            "Matches found: {matches} ({by}), with {works} of {indexed} works in the library; weaker matches listed "
            "apart: {weaker}. A match is found as a copy from a score of {threshold}, as an adaptation where the "
            "reading of the whole match says so.",
            by=found_counts(context),
            threshold=number(report.operating_threshold),
            matches=len(report.matches),
            works=len(report.works),
            indexed=whole(report.library.num_works),
            weaker=len(report.weaker_matches),
        ),
        say(
            "Share of the {suspect} that lies in matches, all works together: {share}.",
            share=context.shown(report.suspect_coverage.fraction, share),
        ),
    ]
    if report.scenes:
        text = say(
            "Scenes of the {suspect} in which a match lies: {found} of {all} (scenes {numbers}).",
            found=len(found),
            all=len(report.scenes),
            numbers=number_ranges(scene.scene_number for scene in found) or "\u2013",
        )
        items.insert(1, text)
    return (Bullets(items=tuple(items)),)


def coverage_table(context: Context) -> tuple[Part, ...]:
    """Whole against whole: how much of each side lies in matches, the two sides apart."""
    say, report = context.say, context.report
    if not report.works:
        return (Paragraph(text=say("No work has a match that was found: there is no coverage to give.")),)
    rows = [
        (
            context.work_name(one.work.video_id),
            str(len(one.match_ids)),
            number(one.score),
            _covered(context, one.suspect_coverage),
            _covered(context, one.work_coverage),
            _order(context, one.work.video_id),
        )
        for one in report.works
    ]
    rows.append(
        (say("all works together"), str(len(report.matches)), "", _covered(context, report.suspect_coverage), "", "")
    )
    columns = (
        Column(title=say("{Work}"), width=1.8),
        Column(title=say("Matches"), width=0.8, is_number=True),
        Column(title=say("Strongest score"), width=0.9, is_number=True),
        Column(title=say("Of the {suspect}"), width=1.7, is_number=True),
        Column(title=say("Of the {work}"), width=1.7, is_number=True),
        Column(title=say("Order of the stretches"), width=1.2),
    )
    caption = say("Coverage of both sides, apart (overlaps counted once)")
    return (Table(key="coverage", caption=caption, columns=columns, rows=tuple(rows)),)


def _covered(context: Context, coverage: Coverage) -> Text:
    if isinstance(coverage.fraction, NotMeasured):
        return context.cell(coverage.fraction)
    return f"{share(coverage.fraction)} ({number(coverage.covered_seconds)} / {number(coverage.total_seconds)} s)"


def _order(context: Context, work_id: str) -> str:
    """Whether the stretches of a work stand in its own order in the suspect."""
    own = sorted(
        (match for match in context.report.matches if match.work_id == work_id),
        key=lambda match: match.suspect_start_seconds,
    )
    starts = [match.work_start_seconds for match in own]
    if len(starts) < 2:
        return context.say("one stretch")
    return context.say("in the order of the {work}") if starts == sorted(starts) else context.say("in another order")


def time_line_seconds(report: Report) -> float:
    """Length of the suspect's line of time; 0 where there is none to draw."""
    ends = [scene.end_seconds for scene in report.scenes] + [one.suspect_end_seconds for one in report.matches]
    return 0.0 if report.suspect.is_still else max([report.suspect.duration_seconds_from_content, *ends])


def drawn_span(match: Match, report: Report) -> tuple[float, float]:
    """From where to where a match is drawn: an end that is not known to the frame stands at the cut beside it.

    The figures beside the drawing are those that were measured.
    """
    cuts = [one.start_seconds for one in report.scenes] + [one.end_seconds for one in report.scenes[-1:]]
    near = CUT_SECONDS if isinstance(match.placement, NotMeasured) else PLACED_CUT_SECONDS

    def at_cut(seconds: float) -> float:
        nearest = min(cuts, key=lambda cut: abs(cut - seconds), default=seconds)
        return nearest if abs(nearest - seconds) <= near else seconds

    first, last = at_cut(match.suspect_start_seconds), at_cut(match.suspect_end_seconds)
    return (first, last) if last > first else (match.suspect_start_seconds, match.suspect_end_seconds)


def time_line(context: Context) -> tuple[Part, ...]:
    """The suspect's time with its scenes and with the stretches of each work."""
    report = context.report
    length = time_line_seconds(report)
    if not length:
        return (Paragraph(text=context.say("A still picture has no line of time.")),)
    scenes = tuple(_scene_bar(scene, length) for scene in report.scenes)
    lines = [(context.say("Scenes"), scenes)]
    for one in report.works:
        bars = tuple(
            Bar(start=first / length, end=last / length, label=match.match_id)
            for match in report.matches
            if match.work_id == one.work.video_id
            for first, last in [drawn_span(match, report)]
        )
        lines.append((context.work_number(one.work.video_id), bars))
    ticks = time_ticks(0.0, length, MOST_TICKS)
    caption = context.say("Time of the {suspect}: its scenes, and the stretches that match each {work}")
    whole_line = Bars(caption=caption, lines=tuple(lines), ticks=ticks, begins_with_scenes=True)
    return (whole_line, *_work_lines(context))


def _work_lines(context: Context) -> tuple[Part, ...]:
    """The other side: each work from its start to its end, with the stretches that match the suspect."""
    lines = [
        (
            context.work_number(one.work.video_id),
            tuple(
                Bar(
                    start=match.work_start_seconds / length,
                    end=min(1.0, match.work_end_seconds / length),
                    label=match.match_id,
                )
                for match in context.report.matches
                if match.work_id == one.work.video_id
            ),
        )
        for one in context.report.works
        if not one.work.is_still and (length := one.work.duration_seconds_from_content) > 0
    ]
    if not lines:
        return ()
    ticks = tuple(Tick(at=quarter / 4, label=share(quarter / 4)) for quarter in range(5))
    caption = context.say("Each {work} from its start to its end: the stretches that match the {suspect}")
    return (Bars(caption=caption, lines=tuple(lines), ticks=ticks),)


def _scene_bar(scene: SceneFinding, length: float) -> Bar:
    start, end = scene.start_seconds / length, scene.end_seconds / length
    picture = "" if isinstance(scene.picture, NotMeasured) else scene.picture
    return Bar(start=start, end=end, label=str(scene.scene_number), picture=picture)


def scene_list(context: Context) -> tuple[Part, ...]:
    """Every scene of the suspect, with or without a match."""
    say = context.say
    if not context.report.scenes:
        return (Paragraph(text=say("The {suspect} has no scenes.")),)
    rows = tuple(
        (
            str(scene.scene_number),
            span(scene.start_seconds, scene.end_seconds, language=context.language),
            str(scene.num_samples),
            "\u2013" if isinstance(scene.work_id, NotMeasured) else context.work_number(scene.work_id),
            ", ".join(scene.match_ids) or "\u2013",
            "\u2013" if scene.start_seconds == scene.end_seconds else f"{number(scene.covered_seconds)} s",
        )
        for scene in context.report.scenes
    )
    columns = (
        Column(title=say("Scene"), width=0.6, is_number=True),
        Column(title=say("Time in the {suspect}"), width=2.2),
        Column(title=say("Samples"), width=0.8, is_number=True),
        Column(title=say("{Work}"), width=1.0),
        Column(title=say("Matches"), width=1.2),
        Column(title=say("Length covered"), width=1.0, is_number=True),
    )
    return (Table(key="scenes", caption=say("Scenes of the {suspect}"), columns=columns, rows=rows),)
