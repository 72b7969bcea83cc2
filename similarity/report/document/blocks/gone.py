"""Block of names and marks of the work that are gone at their place in the suspect: lines of text, still parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.describe.facts import VideoFacts
from similarity.describe.picture_text import PictureText, TextLine
from similarity.intervals import Interval, overlap_seconds
from similarity.report.document.context import Context
from similarity.report.document.forms import share
from similarity.report.document.parts import Bullets, Column, Heading, Paragraph, Part, Table
from similarity.report.phrases.words import span
from similarity.report.schema.match import Match
from similarity.report.schema.taking import ShownMark

__all__ = ["GoneLine", "gone", "lines_gone", "marks_of"]

LEAST_SECONDS = 0.5
"""How long a line must stand within a match: a sample's interval, to which its times are known."""
ALLOWANCE_SECONDS = 1.0
"""By how much a line may stand earlier or later in the suspect: both sides' times are those of samples."""
SAME_LINE_PERCENT = 75
"""Likeness of two lines, letters in common and in order, from which they are read as one: readers err in letters."""
MOST_LISTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneLine:
    """A line of the work's text that the suspect does not show at its place."""

    match_id: str
    """The match that it lies in."""
    work_id: str
    """The work."""
    line: TextLine
    """As it was read in the work."""
    suspect_span: Interval
    """Where it would stand in the suspect, seconds."""


def marks_of(match: Match) -> tuple[ShownMark, ...]:
    """Marks that stand over the frames of a match; none where that could not be told."""
    if isinstance(match.taking, NotMeasured) or isinstance(match.taking.marks, NotMeasured):
        return ()
    return match.taking.marks


def lines_gone(matches: Sequence[Match], suspect: VideoFacts, works: Sequence[VideoFacts]) -> tuple[GoneLine, ...]:
    """Lines of the works' text within matches that the suspect does not show then; none of works without text read.

    Args:
        matches: those that were found.
        suspect: the suspect, with its text.
        works: the works, with theirs.
    """
    if isinstance(suspect.text, NotMeasured):
        return ()
    texts = {one.video_id: one.text for one in works if isinstance(one.text, PictureText)}
    return tuple(
        GoneLine(match_id=match.match_id, work_id=match.work_id, line=line, suspect_span=there)
        for match in matches
        if match.work_id in texts
        for line in texts[match.work_id].lines
        if (there := _place(line, match)) is not None and not _stands(line, there, suspect.text.lines)
    )


def _place(line: TextLine, match: Match) -> Interval | None:
    """Where a line of the work would stand in the suspect; None where it does not lie in the match."""
    start, end = match.work_start_seconds, match.work_end_seconds
    if overlap_seconds((start, end), (line.start_seconds, line.end_seconds)) < LEAST_SECONDS:
        return None
    speed = (match.suspect_end_seconds - match.suspect_start_seconds) / (end - start)
    first, last = max(start, line.start_seconds), min(end, line.end_seconds)
    return (match.suspect_start_seconds + speed * (first - start), match.suspect_start_seconds + speed * (last - start))


def _stands(line: TextLine, there: Interval, lines: Sequence[TextLine]) -> bool:
    from rapidfuzz import fuzz

    wanted, near = _letters(line.text), (there[0] - ALLOWANCE_SECONDS, there[1] + ALLOWANCE_SECONDS)
    return not wanted or any(
        overlap_seconds(near, (one.start_seconds, one.end_seconds)) > 0
        and fuzz.ratio(wanted, _letters(one.text)) >= SAME_LINE_PERCENT
        for one in lines
    )


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def gone(context: Context) -> tuple[Part, ...]:
    """What of the work's text and still marks the suspect does not show at its place: a name may be among it."""
    heading = Heading(text=context.say("Names and marks of the {work} that are gone"))
    return (heading, *_lines(context), *_marks(context))


def _lines(context: Context) -> Iterator[Part]:
    say, report = context.say, context.report
    works = [one.work for one in report.works]
    unread = [video for video in (report.suspect, *works) if isinstance(video.text, NotMeasured)]
    for video in unread:
        reason = context.shown(video.text) if isinstance(video.text, NotMeasured) else ""
        said = say("Text in the pictures of {video}: {reason}", video=context.work_name(video.video_id), reason=reason)
        yield Paragraph(text=said, tone="small")
    if isinstance(report.suspect.text, NotMeasured) or len(unread) == 1 + len(works):
        return
    found = lines_gone(report.matches, report.suspect, works)
    if not found:
        yield Paragraph(
            text=say("Every line of text that was read in a {work} within a match was read in the {suspect} too.")
        )
        return
    rows = tuple(
        (
            one.match_id,
            context.work_number(one.work_id),
            context.shown(one.line.text),
            span(one.line.start_seconds, one.line.end_seconds),
            span(*one.suspect_span),
        )
        for one in found[:MOST_LISTED]
    )
    columns = (
        Column(title=say("Match"), width=0.6),
        Column(title=say("{Work}"), width=0.8),
        Column(title=say("Text as it was read in the {work}"), width=2.2),
        Column(title=say("Time in the {work}"), width=1.7),
        Column(title=say("Its place in the {suspect}"), width=1.7),
    )
    caption = say("Lines of text of the {work} that were not read at their place in the {suspect}")
    yield Table(key="use-gone-lines", caption=caption, columns=columns, rows=rows)
    if len(found) > MOST_LISTED:
        yield Paragraph(
            text=say("{number} further lines are not listed.", number=len(found) - MOST_LISTED), tone="small"
        )


def _marks(context: Context) -> Iterator[Part]:
    """Still parts of the work's picture."""
    say = context.say
    rows = tuple(
        (
            match.match_id,
            context.work_number(match.work_id),
            span(one.start_seconds, one.end_seconds),
            say(
                "{left} to {right} of the width, {top} to {bottom} of the height",
                left=share(one.mark.part.left),
                right=share(one.mark.part.right),
                top=share(one.mark.part.top),
                bottom=share(one.mark.part.bottom),
            ),
            str(one.mark.num_pairs),
        )
        for match in context.report.matches
        for one in marks_of(match)
        if one.mark.kind == "overlay" and one.mark.fate == "gone"
    )
    columns = (
        Column(title=say("Match"), width=0.7),
        Column(title=say("{Work}"), width=0.9),
        Column(title=say("Seen in the {work} from to"), width=1.8),
        Column(title=say("Place in the {work}'s picture"), width=2.4),
        Column(title=say("Frame pairs"), width=0.8, is_number=True),
    )
    if rows:
        caption = say("Captions, logos and other still parts of the {work} that are gone")
        yield Table(key="use-gone", caption=caption, columns=columns, rows=rows)
    else:
        yield Paragraph(text=say("No still part of a {work}'s picture was seen to be gone."))
    items = [
        say(
            "Whether a line or a still part is a name is for people to see. A line can be missed where letters are "
            "small or stand for a moment only, and where the suspect's picture is cropped it is gone with the rest."
        )
    ]
    if unread := [match.match_id for match in context.report.matches if _is_untold(match)]:
        items.append(say("Not told for the matches: {names}.", names=", ".join(unread)))
    yield Bullets(items=tuple(items))


def _is_untold(match: Match) -> bool:
    return isinstance(match.taking, NotMeasured) or isinstance(match.taking.marks, NotMeasured)
