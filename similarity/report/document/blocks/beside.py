"""Blocks of what stands beside the ratios: other backgrounds, decoys of equal length, same-idea controls."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.compare.values import BackgroundSensitivity, Control, ControlMatch, DecoyStanding, FigureRange
from similarity.measure.standing import FigureName, Rank, Standing
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number, share, whole
from similarity.report.document.parts import Column, Facts, Paragraph, Part, Table, Text
from similarity.report.phrases.filing import AXIS_TITLES
from similarity.report.phrases.finding_words import log10_words
from similarity.report.phrases.language import msgid
from similarity.report.phrases.words import duration
from similarity.report.schema.match import Beside, Match

__all__ = ["beside_table", "controls", "match_beside"]

SCORE_TITLES: dict[FigureName, str] = {
    "copy_score": msgid("score of the match, points"),
    "adaptation_score": msgid("score of an adaptation, natural log odds"),
}
SHOWN_IN_SHORT: tuple[FigureName, ...] = ("copy_score", "adaptation_score")


def beside_table(context: Context) -> list[Part]:
    """One line per match that was found: its ratios under other backgrounds, its rank among decoys and controls."""
    say = context.say
    known = [(match, match.beside) for match in context.report.matches if isinstance(match.beside, Beside)]
    if not known:
        return []
    among_controls = SHOWN_IN_SHORT if context.report.controls else ()
    rows = tuple(
        (
            match.match_id,
            *(_range_cell(context, beside.sensitivity, name) for name in ("copy", "adaptation")),
            context.cell(beside.decoys.rank, lambda rank: _rank(context, rank)),
            *(_control_cell(context, beside.controls, name) for name in among_controls),
        )
        for match, beside in known
    )
    columns = (
        Column(title=say("Match"), width=0.7),
        Column(title=say("log10 LR, copy, under other backgrounds"), width=1.7, is_number=True),
        Column(title=say("log10 LR, adaptation, under other backgrounds"), width=1.7, is_number=True),
        Column(title=say("Rank among decoys"), width=1.1, is_number=True),
        Column(title=say("Rank among controls, score"), width=1.2, is_number=True),
        Column(title=say("the same, adaptation"), width=1.2, is_number=True),
    )[: 4 + len(among_controls)]
    note = say(
        "Other backgrounds: lowest to highest with one background item left out at a time; after the semicolon, with "
        "the shipped pictures alone. Decoys: pieces of other {works}, as long, against the same samples. Controls: "
        "clips made from the same idea without the {work}. Rank 1 stands above all others."
    )
    caption = say("Beside the ratios: how firm they are, and what other footage reaches")
    return [
        Table(key="beside-ratios", caption=caption, columns=columns, rows=rows),
        Paragraph(text=note, tone="small"),
    ]


def match_beside(context: Context, match: Match) -> tuple[Part, ...]:
    """The same of one match, at length."""
    say, beside = context.say, match.beside
    if isinstance(beside, NotMeasured):
        return ()
    rows = (
        (say("Under other backgrounds"), context.cell(beside.sensitivity, lambda one: _sensitivity(context, one))),
        (say("Among decoys of equal length"), _decoys(context, beside.decoys)),
        (say("Among same-idea controls"), context.cell(beside.controls, lambda ones: _in_short(context, ones))),
    )
    return (Facts(rows=rows),)


def _range_cell(context: Context, found: BackgroundSensitivity | NotMeasured, name: str) -> Text:
    if isinstance(found, NotMeasured):
        return context.cell(found)
    spread: FigureRange | NotMeasured = getattr(found, name)
    if isinstance(spread, NotMeasured):
        return context.say("withheld")
    return context.say(
        "{low} to {high}; {none}",
        low=log10_words(spread.lowest),
        high=log10_words(spread.highest),
        none=log10_words(spread.without_all),
    )


def _sensitivity(context: Context, found: BackgroundSensitivity) -> str:
    say = context.say
    figures = [
        say(
            "{figure} {low} to {high}, with the shipped pictures alone {none}",
            figure=name,
            low=form(spread.lowest),
            high=form(spread.highest),
            none=form(spread.without_all),
        )
        for name, spread, form in (
            (say("log10 LR, copy:"), found.copy, log10_words),
            (say("log10 LR, adaptation:"), found.adaptation, log10_words),
            (say("score:"), found.score, number),
        )
        if isinstance(spread, FigureRange)
    ]
    moved = found.score.moved_most_without if isinstance(found.score, FigureRange) else None
    last = "" if moved is None else say("the score moves most without “{item}”", item=moved)
    text = say("; ").join([*figures, *([last] if last else [])])
    return say(
        "each of {items} background items left out in turn: {figures}", items=whole(found.num_items), figures=text
    )


def _decoys(context: Context, found: DecoyStanding) -> str:
    say = context.say
    looked_at = found.num_aligned - found.num_related - found.num_too_short
    parts = [
        context.shown(found.rank, lambda rank: say("rank {place}", place=_rank(context, rank))),
        say("the match reaches {score}", score=number(found.score)),
        context.shown(
            found.strongest,
            lambda decoy: say(
                "the best piece of another {work} {score} ({name})",
                score=number(decoy.score),
                name=context.work_name(decoy.work_id),
            ),
        ),
        say(
            "of the library's {all} {works}, {aligned} were aligned with the {suspect}: {looked} of these are looked "
            "at, {related} left out as related, {short} as too short",
            all=whole(found.num_works),
            aligned=whole(found.num_aligned),
            looked=whole(looked_at),
            related=whole(found.num_related),
            short=whole(found.num_too_short),
        ),
    ]
    return say("; ").join(parts)


def _in_short(context: Context, ones: tuple[Standing, ...]) -> str:
    say = context.say
    return say("; ").join(
        say(
            "{figure}: {place}",
            figure=_title(context, one),
            place=context.shown(one.rank, lambda rank: say("rank {place}", place=_rank(context, rank))),
        )
        for one in ones
        if one.figure in SHOWN_IN_SHORT
    )


def _control_cell(context: Context, ones: tuple[Standing, ...] | NotMeasured, name: FigureName) -> Text:
    if isinstance(ones, NotMeasured):
        return context.cell(ones)
    rank = next(one.rank for one in ones if one.figure == name)
    return context.cell(rank, lambda known: _rank(context, known))


def _title(context: Context, one: Standing) -> str:
    titles: dict[FigureName, str] = {**SCORE_TITLES}
    titles.update(AXIS_TITLES.items())
    return context.say(titles[one.figure])


def _rank(context: Context, rank: Rank) -> str:
    return context.say("{rank} of {all}", rank=whole(rank.rank), all=whole(rank.num_others + 1))


def controls(context: Context) -> tuple[Part, ...]:
    """The controls that were given, and where each match stands among them, axis by axis."""
    say, given = context.say, context.report.controls
    if not given:
        text = say(
            "No clips made from the same idea without the {works} were given: what the idea alone reaches is not known."
        )
        return (Paragraph(text=text, tone="note"),)
    used = [one for one in given if not isinstance(one.matches, NotMeasured)]
    text = say(
        "{used} of {given} clips made from the same idea without the {works} were compared with the same {works} under "
        "the same settings. What they reach is reached by the idea.",
        used=whole(len(used)),
        given=whole(len(given)),
    )
    standings = [table for match in context.report.matches if (table := _standing_table(context, match)) is not None]
    return (Paragraph(text=text), *standings, _list(context, given))


def _standing_table(context: Context, match: Match) -> Table | None:
    say = context.say
    if isinstance(match.beside, NotMeasured) or isinstance(match.beside.controls, NotMeasured):
        return None
    columns = (
        Column(title=say("Figure"), width=2.2),
        Column(title=say("Match {match}", match=match.match_id), width=1.0, is_number=True),
        Column(title=say("Rank"), width=0.9, is_number=True),
        Column(title=say("Controls: median"), width=1.0, is_number=True),
        Column(title=say("nine tenths reach at most"), width=1.1, is_number=True),
        Column(title=say("highest"), width=1.0, is_number=True),
    )
    caption = say(
        "Match {match} among the strongest matches of the controls with {name}",
        match=match.match_id,
        name=context.work_name(match.work_id),
    )
    rows = tuple(_standing_row(context, one) for one in match.beside.controls)
    return Table(key=f"controls-{match.match_id}", caption=caption, columns=columns, rows=rows)


def _standing_row(context: Context, one: Standing) -> tuple[Text, ...]:
    def value(known: float) -> str:
        return share(known) if one.figure in {"verbatim", "region"} else figure(known)

    title = _title(context, one)
    rank = one.rank
    if isinstance(rank, NotMeasured):
        return (title, context.cell(one.value, value), context.cell(rank), *("\u2013",) * 3)
    others = (context.cell(known, value) for known in (rank.median, rank.nine_tenths, rank.highest))
    return (title, context.cell(one.value, value), _rank(context, rank), *others)


def _list(context: Context, given: tuple[Control, ...]) -> Table:
    say = context.say
    columns = (
        Column(title=say("Control"), width=1.4),
        Column(title="SHA-256", width=2.4, is_code=True),
        Column(title=say("Length"), width=0.8, is_number=True),
        Column(title=say("Strongest match, score"), width=1.6),
    )
    rows = tuple(
        (
            one.name,
            context.cell(one.sha256),
            context.cell(one.duration_seconds, duration),
            context.cell(one.matches, lambda matches: say("; ").join(_scores(context, matches)) or say("none")),
        )
        for one in given
    )
    return Table(key="controls", caption=say("Controls"), columns=columns, rows=rows)


def _scores(context: Context, matches: tuple[ControlMatch, ...]) -> Iterator[str]:
    for match in matches:
        yield f"{context.work_number(match.work_id)} {number(match.copy_score)}"
