"""Two scripts: passages that both hold, their order, shares both ways, names and headings; words, not their sense."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured, not_measured
from similarity.texts.names import WorkName, find_names
from similarity.texts.passages import FoundPassage, shared_passages
from similarity.texts.script_values import (
    WITHOUT_TIME,
    Script,
    ScriptComparison,
    ScriptLine,
    ScriptPassage,
    ScriptSide,
)
from similarity.texts.tokens import TokenisedText, Vocabulary

__all__ = ["MAX_PASSAGES_LISTED", "closest_scripts", "compare_scripts"]

MAX_PASSAGES_LISTED = 100
"""Passages of one comparison that are listed, the longest ones."""
_MAX_QUOTED = 400
_MAX_ORDERED = 1_000
_MAX_HEADINGS = 2_000
_CUT = " [...] "


@dataclass(frozen=True, slots=True)
class _Told:
    """Dialogue and action of a script as one text."""

    lines: tuple[ScriptLine, ...]
    numbers: tuple[int, ...]
    """Number of each of these lines in the script, from 1."""
    starts: tuple[int, ...]
    """First character of each line."""
    tokens: TokenisedText

    def line_at(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1


def closest_scripts(
    suspects: Sequence[Script], works: Sequence[Script], *, work_id: str
) -> ScriptComparison | NotMeasured:
    """The comparison of that pair of scripts which shares most; a film may have some in several languages.

    Args:
        suspects: scripts of the suspect.
        works: scripts of one work.
        work_id: the work.
    """
    found = [compare_scripts(one, other, work_id=work_id) for one in suspects for other in works]
    if not found:
        return not_measured("no script or subtitles of both sides were at hand")
    return max(found, key=lambda one: one.suspect_share if isinstance(one.suspect_share, float) else -1.0)


def compare_scripts(suspect: Script, work: Script, *, work_id: str) -> ScriptComparison:
    """What two scripts share, word by word.

    Args:
        suspect: the suspect's script.
        work: the work's script.
        work_id: the work.
    """
    vocabulary = Vocabulary()
    left, right = _told(suspect, vocabulary), _told(work, vocabulary)
    found = shared_passages(left.tokens, right.tokens, vocabulary).passages
    ordered = _in_order(found)
    listed = sorted(found[:MAX_PASSAGES_LISTED], key=lambda one: (one.suspect.start, one.work.start))
    headings = [line.text for line in work.lines if line.kind == "heading"]
    return ScriptComparison(
        work_id=work_id,
        suspect=_side(suspect, left),
        work=_side(work, right),
        passages=tuple(_passage(one, left, right, is_in_order=_lies_in(one, ordered)) for one in listed),
        num_passages_left_out=len(found) - len(listed),
        suspect_share=_share([one.suspect for one in found], left),
        work_share=_share([one.work for one in found], right),
        suspect_share_in_order=_share([one.suspect for one in ordered], left),
        work_share_in_order=_share([one.work for one in ordered], right),
        shared_speakers=_shared_speakers(suspect, work, left, vocabulary),
        headings_in_order=_common_headings(
            [line.text for line in suspect.lines if line.kind == "heading"], headings, vocabulary
        ),
        num_work_headings=len(headings),
    )


def _told(script: Script, vocabulary: Vocabulary) -> _Told:
    told = [(number, line) for number, line in enumerate(script.lines, start=1) if line.kind != "heading"]
    starts, at = [], 0
    for _, line in told:
        starts.append(at)
        at += len(line.text) + 1
    text = "\n".join(line.text for _, line in told)
    return _Told(
        lines=tuple(line for _, line in told),
        numbers=tuple(number for number, _ in told),
        starts=tuple(starts),
        tokens=vocabulary.tokenise(text),
    )


def _side(script: Script, told: _Told) -> ScriptSide:
    return ScriptSide(
        name=script.name,
        form=script.form,
        sha256=script.sha256,
        language=told.tokens.language,
        num_lines=len(script.lines),
        num_units=len(told.tokens),
        speakers=_speakers(script),
        is_cut=script.is_cut,
    )


def _speakers(script: Script) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.speaker for line in script.lines if line.speaker))


def _shared_speakers(suspect: Script, work: Script, told: _Told, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Speakers of the work who speak in the suspect's script, or are named in its words."""
    speaking = {one.casefold() for one in _speakers(suspect)}
    names = [WorkName(kind="character", name=one) for one in _speakers(work)]
    named = {found.name.name for found in find_names(told.tokens, names, vocabulary)}
    return tuple(one.name for one in names if one.name.casefold() in speaking or one.name in named)


def _in_order(passages: Sequence[FoundPassage]) -> tuple[FoundPassage, ...]:
    """The heaviest row of passages, of the longest thousand, that follow one another in both texts without overlap."""
    ordered = sorted(passages[:_MAX_ORDERED], key=lambda one: (one.suspect.stop, one.work.stop))
    best: list[tuple[int, int]] = []
    for number, one in enumerate(ordered):
        before = [
            (best[earlier][0], earlier)
            for earlier in range(number)
            if ordered[earlier].suspect.stop <= one.suspect.start and ordered[earlier].work.stop <= one.work.start
        ]
        weight, link = max(before, default=(0, -1))
        best.append((weight + len(one.suspect), link))
    row: list[FoundPassage] = []
    at = max(range(len(best)), key=lambda number: best[number][0], default=-1)
    while at >= 0:
        row.append(ordered[at])
        at = best[at][1]
    return tuple(reversed(row))


def _lies_in(passage: FoundPassage, row: Sequence[FoundPassage]) -> bool:
    """Whether a passage is of a row, or part of one of its passages on both sides."""
    return any(
        one.suspect.start <= passage.suspect.start
        and passage.suspect.stop <= one.suspect.stop
        and one.work.start <= passage.work.start
        and passage.work.stop <= one.work.stop
        for one in row
    )


def _passage(found: FoundPassage, left: _Told, right: _Told, *, is_in_order: bool) -> ScriptPassage:
    suspect_text, suspect_line = _place(found.suspect, left)
    work_text, work_line = _place(found.work, right)
    return ScriptPassage(
        kind=found.kind,
        suspect_text=suspect_text,
        work_text=work_text,
        similarity_percent=round(found.similarity_percent, 1),
        num_units=min(len(found.suspect), len(found.work)),
        suspect_line=left.numbers[suspect_line],
        work_line=right.numbers[work_line],
        suspect_seconds=_seconds(left.lines[suspect_line]),
        work_seconds=_seconds(right.lines[work_line]),
        is_in_order=is_in_order,
    )


def _place(words: range, told: _Told) -> tuple[str, int]:
    """Words of a passage, and the line in which it begins."""
    start, end = told.tokens.starts[words.start], told.tokens.ends[words.stop - 1]
    text = " ".join(told.tokens.text[start:end].split())
    if len(text) > _MAX_QUOTED:
        half = (_MAX_QUOTED - len(_CUT)) // 2
        text = text[:half] + _CUT + text[-half:]
    return text, told.line_at(start)


def _seconds(line: ScriptLine) -> float | NotMeasured:
    return WITHOUT_TIME if line.start_seconds is None else line.start_seconds


def _share(ranges: Sequence[range], told: _Told) -> float | NotMeasured:
    if not len(told.tokens):
        return not_measured("the script holds no words")
    is_taken = bytearray(len(told.tokens))
    for one in ranges:
        is_taken[one.start : one.stop] = b"\1" * len(one)
    return is_taken.count(1) / len(told.tokens)


def _common_headings(suspect: Sequence[str], work: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The longest row of headings, of the same words, that stand in both in one order; as the work has them."""
    one, other = (
        [tuple(vocabulary.tokenise(text).numbers) for text in side[:_MAX_HEADINGS]] for side in (suspect, work)
    )
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            same = one[i] == other[j] and bool(one[i])
            lengths[i][j] = 1 + lengths[i + 1][j + 1] if same else max(lengths[i + 1][j], lengths[i][j + 1])
    row, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j] and one[i]:
            row.append(work[j])
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return tuple(row)
