"""Blocks of text in the pictures: every line that was read in the suspect and in the works found."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.describe.facts import VideoFacts
from similarity.describe.picture_text import PictureText, TextLine
from similarity.report.document.context import Context
from similarity.report.document.forms import share
from similarity.report.document.parts import Column, Paragraph, Part, Passage, Table, Text
from similarity.report.phrases.words import span

__all__ = ["picture_text"]

MAX_LISTED = 60
"""Lines of one video that are listed; `report.json` has all."""


def picture_text(context: Context) -> tuple[Part, ...]:
    """What stands in the pictures of the suspect, then of each work found."""
    report = context.report
    videos = (report.suspect, *(one.work for one in report.works))
    read = [video for video in videos if isinstance(video.text, PictureText)]
    return (
        *(part for number, video in enumerate(videos) for part in _of_video(context, video, f"picture-text-{number}")),
        *((_note(context),) if read else ()),
    )


def _of_video(context: Context, video: VideoFacts, key: str) -> tuple[Part, ...]:
    say, text, name = context.say, video.text, context.work_name(video.video_id)
    if isinstance(text, NotMeasured):
        return (Paragraph(text=say("{video}: {reason}", video=name, reason=context.shown(text)), tone="small"),)
    if not text.lines:
        said = say("{video}: no line of text was read in {number} frames.", video=name, number=text.num_frames_read)
        return (Paragraph(text=said),)
    columns = (
        Column(title=say("Time"), width=1.5),
        Column(title=say("Text as it was read"), width=2.6),
        Column(title=say("Across, %"), width=0.8, is_number=True),
        Column(title=say("Down, %"), width=0.8, is_number=True),
        Column(title=say("Height of the letters"), width=0.9, is_number=True),
    )
    caption = say(
        "Text in the pictures of {video}; lines: {number}, frames read: {frames}",
        video=name,
        number=len(text.lines) + text.num_lines_left_out,
        frames=text.num_frames_read,
    )
    table = Table(
        key=key, caption=caption, columns=columns, rows=tuple(_row(context, one) for one in text.lines[:MAX_LISTED])
    )
    left_out = len(text.lines) + text.num_lines_left_out - len(table.rows)
    if not left_out:
        return (table,)
    more = say("{number} further lines are not listed; report.json has up to 1,000 of a video.", number=left_out)
    return (table, Paragraph(text=more, tone="small"))


def _row(context: Context, line: TextLine) -> tuple[Text, ...]:
    return (
        span(line.start_seconds, line.end_seconds),
        _quoted(context, line.text),
        _range(line.left, line.right),
        _range(line.top, line.bottom),
        share(line.height_share),
    )


def _quoted(context: Context, text: str) -> Text:
    """What stands in a picture is shown as it stands, in whatever language."""
    return Passage(text=context.shown(text), is_english=text.isascii())


def _range(first: int, last: int) -> str:
    return f"{round(first / 10)}\u2013{round(last / 10)}"


def _note(context: Context) -> Paragraph:
    said = context.say(
        "Read by a machine from few frames of each shot: letters may be wrong, and short or small lines missing. Times "
        "are those of samples. Place and height are shares of the frame and of its shorter side. The same words in "
        "both are shown and never count as taking."
    )
    return Paragraph(text=said, tone="small")
