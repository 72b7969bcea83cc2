"""A comparison of scripts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.report.phrases.words import clock, percent
from similarity.text import one_line
from similarity.texts.script_values import ScriptComparison, ScriptPassage, ScriptSide

__all__ = ["compared_in_words"]

_MAX_PASSAGES = 20


def compared_in_words(found: ScriptComparison | NotMeasured) -> str:
    """Shares, names, headings and the first passages."""
    if isinstance(found, NotMeasured):
        return f"not measured: {found.reason}"
    return "\n".join(map(one_line, _lines(found)))


def _lines(found: ScriptComparison) -> Iterator[str]:
    yield _side("suspect", found.suspect)
    yield _side("work", found.work)
    yield f"in passages: {_share(found.suspect_share)} of the suspect's words, {_share(found.work_share)} of the work's"
    in_order = (_share(found.suspect_share_in_order), _share(found.work_share_in_order))
    yield f"in passages that follow each other in both: {in_order[0]} and {in_order[1]}"
    if found.shared_speakers:
        yield f"names in both: {', '.join(found.shared_speakers)}"
    if found.num_work_headings:
        number = f"{len(found.headings_in_order)} of {found.num_work_headings}"
        yield f"headings of the work in the suspect, in order: {number}"
    for passage in found.passages[:_MAX_PASSAGES]:
        yield _passage(passage)
    left = len(found.passages) + found.num_passages_left_out - _MAX_PASSAGES
    if left > 0:
        yield f"  {left} more passages; --json lists up to 100"
    yield "paraphrase and translation: not measured"


def _side(role: str, side: ScriptSide) -> str:
    cut = ", cut" if side.is_cut else ""
    return f"{role}: {side.name} ({side.form}, {side.num_lines} lines, {side.num_units} words{cut})"


def _share(value: float | NotMeasured) -> str:
    return "not measured" if isinstance(value, NotMeasured) else percent(value)


def _passage(passage: ScriptPassage) -> str:
    kind = "word for word" if passage.kind == "verbatim" else f"nearly ({passage.similarity_percent:.0f} of 100)"
    places = [
        f"line {line}" if isinstance(seconds, NotMeasured) else clock(seconds)
        for line, seconds in (
            (passage.suspect_line, passage.suspect_seconds),
            (passage.work_line, passage.work_seconds),
        )
    ]
    order = "" if passage.is_in_order else ", out of order"
    return f"  {kind}{order}, {places[0]} / {places[1]}: \u201c{passage.suspect_text[:160]}\u201d"
