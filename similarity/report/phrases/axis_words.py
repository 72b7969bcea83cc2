"""The axes in words: what each asks, in which unit it answers, and which of them are never counted as taking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.measure.values import AxisName, AxisValue
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.phrases.words import decimal, percent

__all__ = [
    "AxisGroup",
    "AxisRow",
    "axis_groups",
    "axis_percentile",
    "axis_value",
    "percentile_base",
    "percentile_figure",
]

KEPT_BACK = msgid("kept back")
"""Stands for a raw cosine of concept that no background gives a meaning."""
NEARLY_ALL = 99.99
"""Little less than all is never rounded to all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisRow:
    """One axis in words, with its value here and its value for the closest unrelated footage."""

    title: str
    """What is alike, in two or three words."""
    question: str
    """What the axis asks."""
    unit: str
    """How its value is to be read."""
    axis: AxisValue
    """The value."""
    unrelated: AxisValue | None
    """The same axis of the closest unrelated footage; None where there is none to set beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisGroup:
    """Axes that are read alike."""

    title: str
    """What they have in common."""
    note: str
    """How they are to be read."""
    rows: tuple[AxisRow, ...]
    """The axes that were asked for, in their usual order."""


_WORDS: dict[AxisName, tuple[str, str, str]] = {
    "verbatim": (
        msgid("Same pictures"),
        msgid("Are these the very same pictures, re-encoded at most?"),
        msgid("share of aligned samples within the published PDQ distance"),
    ),
    "copied": (
        msgid("Edited pictures"),
        msgid("Are these edits of the same pictures: cropped, recoloured, overlaid?"),
        msgid("mean similarity, standard deviations (sd) above unrelated pictures"),
    ),
    "structure": (
        msgid("Same shapes"),
        msgid("Do edges and shapes stand in the same places?"),
        msgid("mean likeness of the best 30 % of windows, 0 to 1"),
    ),
    "composition": (
        msgid("Same composition"),
        msgid("Does the same stand in the same place, under another surface?"),
        msgid("mean similarity, standard deviations (sd) above unrelated pictures"),
    ),
    "motion": (
        msgid("Same movement"),
        msgid("Does the same move in the same way?"),
        msgid("mean cosine of the flow, \u22121 to 1, lowered for few samples"),
    ),
    "region": (
        msgid("Part that reappears"),
        msgid("Does a part of the work's picture reappear?"),
        msgid("share of the work's picture, or of the part its owner marked"),
    ),
    "palette": (
        msgid("Same colours"),
        msgid("Are colours and light alike?"),
        msgid("overlap of colours, 0 to 1 (Bhattacharyya coefficient)"),
    ),
    "concept": (
        msgid("Same subject"),
        msgid("Do these show the same kind of thing? That is an idea."),
        msgid("mean CLIP cosine, \u22121 to 1"),
    ),
    "style": (
        msgid("Same style"),
        msgid("Are these made in the same manner?"),
        msgid("mean cosine of style, \u22121 to 1"),
    ),
}

_GROUPS: tuple[tuple[str, str, tuple[AxisName, ...]], ...] = (
    (
        msgid("Expression"),
        msgid("How the pictures are made: what a work holds of its own."),
        ("verbatim", "copied", "structure", "composition", "motion", "region"),
    ),
    (
        msgid("Shown, never counted as taking"),
        msgid("Colours, ideas and manner: they may be shared by works that have nothing to do with each other."),
        ("palette", "concept", "style"),
    ),
)


def axis_groups(axes: Sequence[AxisValue], unrelated: Sequence[AxisValue] = ()) -> tuple[AxisGroup, ...]:
    """Axes of expression, then those that are shown only; a group without axes is left out.

    Args:
        axes: what was measured, in any order.
        unrelated: the same axes of the closest unrelated footage.
    """
    known = {one.axis: one for one in axes}
    beside = {one.axis: one for one in unrelated}
    groups = (
        AxisGroup(
            title=title,
            note=note,
            rows=tuple(_row(known[name], beside.get(name)) for name in names if name in known),
        )
        for title, note, names in _GROUPS
    )
    return tuple(group for group in groups if group.rows)


def _row(axis: AxisValue, unrelated: AxisValue | None) -> AxisRow:
    title, question, unit = _WORDS[axis.axis]
    return AxisRow(title=title, question=question, unit=unit, axis=axis, unrelated=unrelated)


def axis_value(axis: AxisValue, *, language: Language = ENGLISH) -> str | NotMeasured:
    """The value with its unit; a raw cosine of concept is kept back where no background gives it a meaning."""
    value = axis.value
    if isinstance(value, NotMeasured):
        return value
    if axis.axis in {"verbatim", "region"}:
        return percent(value, language=language)
    if axis.axis in {"copied", "composition"}:
        return f"{decimal(value, 2)}\u00a0sd"
    if axis.axis == "concept" and isinstance(axis.background_percentile, NotMeasured):
        return language.say(KEPT_BACK)
    return decimal(value, 3)


def axis_percentile(axis: AxisValue, *, language: Language = ENGLISH) -> str | NotMeasured:
    """How many independent comparisons the value exceeds, as a sentence without its full stop."""
    share = axis.background_percentile
    if isinstance(share, NotMeasured):
        return share
    others = percentile_base(axis, language=language)
    if share >= 100:
        return language.say("Higher than every one of the {others}", others=others)
    figure = f"{decimal(min(share, NEARLY_ALL), 2)}\u00a0%"
    return language.say("Higher than {share} of {others}", share=figure, others=others)


def percentile_base(axis: AxisValue, *, language: Language = ENGLISH) -> str:
    """What the value of an axis is held against."""
    return language.say("background comparisons") if axis.axis == "concept" else language.say("independent pairs")


def percentile_figure(axis: AxisValue) -> str | NotMeasured:
    """The same as a bare figure, for a column that says what it is."""
    share = axis.background_percentile
    if isinstance(share, NotMeasured):
        return share
    return "100\u00a0%" if share >= 100 else f"{decimal(min(share, NEARLY_ALL), 1 if share < 99.95 else 2)}\u00a0%"
