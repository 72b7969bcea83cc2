"""Blocks of what was kept, moved, changed, added and gone: shares in words, marks that stand, pictures of the maps."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.geometry.change import PicturePart
from similarity.geometry.map_drawing import LETTERS
from similarity.geometry.map_labels import Label, SuspectShares, WorkShares
from similarity.phrases import Phrase, phrase
from similarity.report.document.context import Context
from similarity.report.document.forms import share
from similarity.report.document.parts import Column, Paragraph, Part, Table
from similarity.report.phrases.change_words import percent
from similarity.report.phrases.words import span
from similarity.report.schema.match import Match
from similarity.report.schema.report import SceneWork
from similarity.report.schema.taking import PairMap, ShownMark, Taking

__all__ = ["map_captions", "mark_caption", "match_taking", "scene_taking"]

MEANINGS: dict[Label, Phrase] = {
    "kept": phrase("kept: the same content in the same place, with its surface"),
    "moved": phrase("moved: the same content, elsewhere in the picture"),
    "changed": phrase("changed: in the same place, under another surface"),
    "added": phrase("added: something else than the work shows there, or outside the work's picture"),
    "gone": phrase("gone: the suspect shows something else there, or nothing"),
    "cropped": phrase("cropped: outside the suspect's picture; share of the whole frame"),
    "no detail": phrase("too plain to tell; share of the whole frame"),
}
"""What each label says, in the order of the table."""
MARKS = {
    ("bars", "added"): phrase("bars, added"),
    ("bars", "kept"): phrase("bars, kept"),
    ("bars", "gone"): phrase("bars of the work, gone"),
    ("overlay", "added"): phrase("caption, logo or other still overlay, added"),
    ("overlay", "kept"): phrase("caption, logo or other still part of the work, kept"),
    ("overlay", "gone"): phrase("caption, logo or other still part of the work, gone"),
    ("footage", "added"): phrase("other moving pictures beside or over the work's, added"),
}
"""What a mark is and what became of it."""
NONE = "\u2013"


def match_taking(context: Context, match: Match) -> tuple[Part, ...]:
    """Shares over the frame pairs of a match, what bore them, and the marks that stand over it."""
    taking, say = match.taking, context.say
    if isinstance(taking, NotMeasured):
        text = say("Kept, moved, changed, added, gone: {reason}", reason=context.shown(taking))
        return (Paragraph(text=text, tone="small"),)
    caption = say(
        "Match {match}: what was kept, moved, changed, added and gone, over {number} frame pairs",
        match=match.match_id,
        number=len(taking.pairs),
    )
    return (
        _shares(context, taking.suspect, taking.work, key=f"taking-{match.match_id}", caption=caption),
        Paragraph(text=_grounds(context, taking), tone="small"),
        *_marks(context, match, taking),
    )


def scene_taking(context: Context, one: SceneWork, *, key: str) -> tuple[Part, ...]:
    """Shares over the frame pairs of one scene.

    Args:
        context: what a block is given.
        one: the scene against a work.
        key: part of the table's name.
    """
    say, taking = context.say, one.taking
    if isinstance(taking, NotMeasured):
        text = say("Kept, moved, changed, added, gone: {reason}", reason=context.shown(taking))
        return (Paragraph(text=text, tone="small"),)
    caption = say(
        "What was kept, moved, changed, added and gone in this scene, over {number} frame pairs",
        number=len(taking.pairs),
    )
    table = _shares(context, taking.suspect, taking.work, key=f"taking-{key}", caption=caption)
    return (table,)


def _shares(context: Context, suspect: SuspectShares, work: WorkShares, *, key: str, caption: str) -> Table:
    say = context.say
    columns = (
        Column(title=say("Letter"), width=0.5),
        Column(title=say("What became of it"), width=3.2),
        Column(title=say("Share of the {suspect}'s frames"), width=1.1, is_number=True),
        Column(title=say("Share of the {work}'s frames"), width=1.1, is_number=True),
    )
    of_suspect: dict[Label, float] = {
        "kept": suspect.kept,
        "moved": suspect.moved,
        "changed": suspect.changed,
        "added": suspect.added,
        "no detail": 1 - suspect.can_tell,
    }
    of_work: dict[Label, float] = {
        "kept": work.kept,
        "moved": work.moved,
        "changed": work.changed,
        "gone": work.gone,
        "cropped": work.cropped,
        "no detail": 1 - work.can_tell - work.cropped,
    }
    rows = tuple(
        (LETTERS.get(label, NONE), context.fill(meaning), _share(of_suspect.get(label)), _share(of_work.get(label)))
        for label, meaning in MEANINGS.items()
    )
    return Table(key=key, caption=caption, columns=columns, rows=rows)


def _share(value: float | None) -> str:
    return NONE if value is None else share(min(1.0, max(0.0, value)))


def _grounds(context: Context, taking: Taking) -> str:
    """What bore the correspondence, and how the frames were laid over each other."""
    bearers = [pair.carried_by for pair in taking.pairs]
    laid = [pair.laid_by for pair in taking.pairs]
    return context.say(
        "Shares are of the cells that can tell. Carried by grey levels and colour in {surface} of {all} pairs, by "
        "edges alone in {structure}, by nothing in {nothing}. Laid over each other by the fit that placed the match in "
        "{placed} pairs, by local features in {fitted}, in the others as the match saw them. Frames of a match that "
        "was not placed may lie up to half a sample interval apart: what moves in between reads as moved, changed, "
        "added or gone.",
        surface=bearers.count("surface"),
        all=len(bearers),
        structure=bearers.count("structure"),
        nothing=bearers.count("nothing"),
        placed=laid.count("placement"),
        fitted=laid.count("local features"),
    )


def _marks(context: Context, match: Match, taking: Taking) -> tuple[Part, ...]:
    say = context.say
    if isinstance(taking.marks, NotMeasured):
        text = say("Bars, captions and logos: {reason}", reason=context.shown(taking.marks))
        return (Paragraph(text=text, tone="small"),)
    if not taking.marks:
        text = say("No bars, captions or logos were seen to stand over the frame pairs of this match.")
        return (Paragraph(text=text, tone="small"),)
    columns = (
        Column(title=say("Number"), width=0.5, is_number=True),
        Column(title=say("What stands there"), width=2.6),
        Column(title=say("Box"), width=2.2),
        Column(title=say("Seen from to"), width=1.4),
    )
    rows = tuple(
        (
            str(number),
            context.fill(MARKS[one.mark.kind, one.mark.fate]),
            _box(context, one),
            span(one.start_seconds, one.end_seconds, language=context.language),
        )
        for number, one in enumerate(taking.marks, 1)
    )
    caption = say("Match {match}: bars, captions and logos that stand over its frames", match=match.match_id)
    return (Table(key=f"marks-{match.match_id}", caption=caption, columns=columns, rows=rows),)


def _box(context: Context, one: ShownMark) -> str:
    part = one.mark.part
    text = (
        phrase("{across} of the width, {down} of the height of the suspect's frame", **_edges(part))
        if one.mark.side == "suspect"
        else phrase("{across} of the width, {down} of the height of the work's frame", **_edges(part))
    )
    return context.fill(text)


def _edges(part: PicturePart) -> dict[str, Phrase]:
    return {
        "across": phrase("{first} to {last}", first=f"{100 * part.left:.0f}", last=percent(part.right)),
        "down": phrase("{first} to {last}", first=f"{100 * part.top:.0f}", last=percent(part.bottom)),
    }


def map_captions(context: Context, match: Match, pair: PairMap) -> tuple[tuple[str, str], ...]:
    """Name and caption of each picture of a map.

    Args:
        context: the report and its language.
        match: to which the map belongs.
        pair: the map.
    """
    say = context.say
    return (
        (
            pair.suspect_picture,
            say("{suspect}, {when}: where it comes from", when=context.suspect_when(pair.suspect_seconds)),
        ),
        (
            pair.work_picture,
            say("{work}, {when}: what became of it", when=context.work_when(match.work_id, pair.work_seconds)),
        ),
        (pair.checkerboard_picture, say("fields of both frames in turn: lines that run on stand in one place")),
        (
            pair.difference_picture,
            say("difference of grey levels after laying over and grading: white none, black most or outside the work"),
        ),
    )


def mark_caption(context: Context, number: int, one: ShownMark) -> str:
    """Number of a mark and what it is.

    Args:
        context: what a block is given.
        number: from 1.
        one: the mark.
    """
    return f"{number}: {context.fill(MARKS[one.mark.kind, one.mark.fate])}"
