"""What stands and what moves in both videos, in words; regions that show something else, with boxes and pictures."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.geometry.standing_support import StandingSupport, SupportKind
from similarity.report.document.context import Context
from similarity.report.document.forms import number, share
from similarity.report.document.parts import Column, Figure, Part, Picture, Table
from similarity.report.phrases.language import msgid
from similarity.report.schema.match import Match
from similarity.report.schema.report import SceneWork

__all__ = ["match_regions", "scene_regions", "support_words"]

_WORDS: dict[SupportKind, str] = {
    "standing": msgid(
        "support lies only in what never moves in either: {standing} of the picture stands still in both (correlation "
        "{stood}); {moving} moves in the work and correlates by {moved} with what the suspect shows there. Two "
        "recordings of one set, one interface or one drawn frame have as much in common"
    ),
    "moving": msgid(
        "what moves agrees too: {moving} of the picture moves in the work and correlates by {moved} with what the "
        "suspect shows there; {standing} stands still in both (correlation {stood})"
    ),
    "nothing moves": msgid(
        "hardly anything moves in the work there ({moving} of the picture): movement tells neither for nor against it"
    ),
}


def support_words(context: Context, support: StandingSupport) -> str:
    """What stands and what moves, in one sentence."""
    said = context.say(
        _WORDS[support.kind],
        standing=share(support.standing_share),
        moving=share(support.moving_share),
        stood=context.shown(support.standing_agreement, number),
        moved=context.shown(support.moving_agreement, number),
    )
    if not support.is_of_another_match:
        return said
    return context.say("{said}. So a stronger match with the same work has it; this one alone tells neither", said=said)


def scene_regions(context: Context, one: SceneWork, *, key: str) -> tuple[Part, ...]:
    """The regions of the match from which a scene's finding comes.

    Args:
        context: what a block is given.
        one: the scene against a work.
        key: part of the table's name.
    """
    every = context.report.matches + context.report.weaker_matches
    found = next((match for match in every if match.match_id == one.match_id), None)
    return () if found is None else match_regions(context, found, key=key)


def match_regions(context: Context, match: Match, *, key: str) -> tuple[Part, ...]:
    """A table of the boxes, and both frames with them; nothing where there are none.

    Args:
        context: what a block is given.
        match: the match.
        key: part of the table's name.
    """
    say, support, shown = context.say, match.finding.support, match.regions
    if isinstance(support, NotMeasured) or not support.others:
        return ()
    rows = tuple(
        (str(at), f"{share(one.left)} \u2013 {share(one.right)}", f"{share(one.top)} \u2013 {share(one.bottom)}")
        for at, one in enumerate(support.others, 1)
    )
    columns = (
        Column(title=say("No."), width=0.4, is_number=True),
        Column(title=say("Of the width"), width=1.5),
        Column(title=say("Of the height"), width=1.5),
    )
    caption = say("Regions of the {suspect}'s frame in which something moves and the two show something else")
    table = Table(key=f"regions-{key}", caption=caption, columns=columns, rows=rows)
    if isinstance(shown, NotMeasured):
        return (table,)
    here = context.suspect_when(shown.suspect_seconds)
    there = context.work_when(match.work_id, shown.work_seconds)
    pictures = (
        Picture(name=shown.suspect_picture, caption=say("{suspect}, {when}", when=here)),
        Picture(name=shown.work_picture, caption=say("{work}, {when}", when=there)),
    )
    return (table, Figure(pictures=pictures, caption=say("The regions, drawn on both frames")))
