"""The storyboard: of every scene that matches, beginning, middle and end of both sides, and what became of the work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from similarity.absence import NotMeasured
from similarity.intervals import holds
from similarity.report.document.blocks.taking import match_taking
from similarity.report.document.context import Context
from similarity.report.document.parts import Figure, Heading, Paragraph, Part, Picture
from similarity.report.phrases.language import msgid
from similarity.report.phrases.words import span
from similarity.report.schema.match import Match
from similarity.report.schema.report import SceneFinding
from similarity.report.schema.taking import PairMap

__all__ = ["match_storyboard", "storyboard"]

MOST_SCENES = 24
"""Scenes of all matches together whose pictures are printed."""
MOMENTS = (msgid("beginning"), msgid("middle"), msgid("end"))


def storyboard(context: Context) -> tuple[Part, ...]:
    """Match by match its scenes side by side; then the shares of what was kept, moved, changed, added and gone."""
    report = context.report
    if not report.matches:
        return (Paragraph(text=context.say("No match was found: no pictures are shown."), tone="note"),)
    parts: list[Part] = []
    shares: list[Part] = [Heading(text=context.say("What was kept, moved, changed, added and gone"))]
    left = MOST_SCENES
    for match in report.matches[: context.profile.most_pictured_matches]:
        figures = list(match_storyboard(context, match))[:left]
        left -= len(figures)
        title = context.say("Match {match}, {name}", match=match.match_id, name=context.work_name(match.work_id))
        parts += [Heading(text=title), *figures] if figures else []
        shares += match_taking(context, match)
    if not left or len(report.matches) > context.profile.most_pictured_matches:
        text = context.say("Pictures of further scenes and matches lie in the case folder and are not printed.")
        parts.append(Paragraph(text=text, tone="note"))
    return (*parts, *shares)


def match_storyboard(context: Context, match: Match) -> Iterator[Figure]:
    """A figure for every scene that the match covers; one for a suspect without scenes."""
    if isinstance(match.taking, NotMeasured):
        return
    pairs = match.taking.pairs
    if not context.report.scenes:
        yield _figure(context, match, None, pairs)
    for scene in context.report.scenes:
        inside = [pair for pair in pairs if holds((scene.start_seconds, scene.end_seconds), pair.suspect_seconds)]
        if inside:
            yield _figure(context, match, scene, inside)


def _figure(context: Context, match: Match, scene: SceneFinding | None, pairs: Sequence[PairMap]) -> Figure:
    """Three moments from left to right; from top to bottom suspect, work, what remains, what became of it."""
    shown = _three(pairs)
    say, work = context.say, context.work_number(match.work_id)
    values = {
        "match": match.match_id,
        "work": work,
        "legend": say(
            "third row: grey levels that differ after laying over, white none; fourth row: K kept, M moved, C changed, "
            "A added, washed out where it is too plain to tell"
        ),
    }
    if scene is None:
        caption = say("Match {match}: {suspect} above, {work} below; {legend}", **values)
    else:
        when = span(scene.start_seconds, scene.end_seconds, language=context.language)
        caption = say(
            "Scene {number} ({when}), match {match}: {suspect} above, {work} below; {legend}",
            number=scene.scene_number,
            when=when,
            **values,
        )
    return Figure(pictures=_pictures(context, match, shown), caption=caption, num_columns=len(shown))


def _three(pairs: Sequence[PairMap]) -> tuple[PairMap, ...]:
    """First, middle and last; fewer where there are fewer."""
    return tuple(dict.fromkeys((pairs[0], pairs[len(pairs) // 2], pairs[-1])))


def _pictures(context: Context, match: Match, pairs: Sequence[PairMap]) -> tuple[Picture, ...]:
    say, work = context.say, context.work_number(match.work_id)
    here = [context.suspect_when(pair.suspect_seconds) for pair in pairs]
    there = [context.work_when(match.work_id, pair.work_seconds) for pair in pairs]
    moments = [say(moment) for moment in (MOMENTS if len(pairs) == 3 else MOMENTS[: len(pairs)])]
    rows = (
        [
            Picture(
                name=pair.suspect_frame,
                caption=f"{context.suspect_number} {when}",
                alt=say("frame of the {suspect} at {when}, {moment}", when=when, moment=moment),
            )
            for pair, when, moment in zip(pairs, here, moments, strict=True)
        ],
        [
            Picture(
                name=pair.work_frame,
                caption=f"{work} {when}",
                alt=say("frame of the {work} that corresponds, at {when}", when=when),
            )
            for pair, when in zip(pairs, there, strict=True)
        ],
        [
            Picture(
                name=pair.difference_picture,
                caption=say("what remains"),
                is_small=True,
                alt=say("what remains between both frames at {when}, dark where they differ", when=when),
            )
            for pair, when in zip(pairs, here, strict=True)
        ],
        [
            Picture(
                name=pair.suspect_picture,
                caption=say("what became of it"),
                is_small=True,
                alt=say("the {suspect}'s frame at {when}, cells marked kept, moved, changed, added", when=when),
            )
            for pair, when in zip(pairs, here, strict=True)
        ],
    )
    return tuple(picture for row in rows for picture in row)
