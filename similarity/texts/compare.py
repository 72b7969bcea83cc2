"""Texts from the making of a suspect against a work's names and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured, not_measured
from similarity.texts.documents import DocumentText
from similarity.texts.headings import Headings
from similarity.texts.names import WorkName, find_names
from similarity.texts.passages import FoundPassage, shared_passages
from similarity.texts.tokens import TokenisedText, Vocabulary
from similarity.texts.values import (
    NameMention,
    SuspectTextKind,
    TextComparison,
    TextPassage,
    TextSource,
    WorkTextKind,
)

__all__ = ["MAX_PASSAGES_LISTED", "MAX_QUOTED_CHARACTERS", "ReadText", "compare_texts", "mentions_of"]

MAX_PASSAGES_LISTED = 100
"""Passages of one comparison that are listed, longest first."""
MAX_QUOTED_CHARACTERS = 1_000
"""Longer passages are quoted by their beginning and their end."""
_CUT = " [...] "


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A text of the facts, read from its document."""

    text_id: str
    """Identifier of the fact that names the text."""
    kind: SuspectTextKind | WorkTextKind
    """What text it is."""
    exhibit: str
    """Its document."""
    content: DocumentText
    """What was read."""


def compare_texts(suspect: ReadText, work: ReadText) -> TextComparison:
    """Passages that both texts hold, word for word or nearly so, with their positions and the work's chapters."""
    vocabulary = Vocabulary()
    left, right = vocabulary.tokenise(suspect.content.text), vocabulary.tokenise(work.content.text)
    found = shared_passages(left, right, vocabulary)
    headings = Headings.of(work.content.text)
    listed = found.passages[:MAX_PASSAGES_LISTED]
    return TextComparison(
        suspect_text=_source(suspect, left),
        work_text=_source(work, right),
        passages=tuple(_passage(one, left, right, headings) for one in listed),
        num_passages_left_out=len(found.passages) - len(listed),
        num_seeds_left_out=found.num_seeds_left_out,
        suspect_share=_share([one.suspect for one in found.passages], len(left)),
        work_share=_share([one.work for one in found.passages], len(right)),
    )


def mentions_of(names: Sequence[WorkName], coined: Sequence[str], text: ReadText) -> tuple[NameMention, ...]:
    """Names of a work that stand in a text.

    Args:
        names: of the work.
        coined: those that mean nothing outside the work.
        text: a text of the making of the suspect.
    """
    vocabulary = Vocabulary()
    tokens = vocabulary.tokenise(text.content.text)
    return tuple(
        NameMention(
            text_id=text.text_id,
            exhibit=text.exhibit,
            name_kind=found.name.kind,
            name=found.name.name,
            is_coined=found.name.name in coined,
            num_units=found.num_words,
            num_telling=found.num_telling,
            start=found.start,
            end=found.end,
            text=text.content.text[found.start : found.end],
            num_mentions=found.num_mentions,
        )
        for found in find_names(tokens, names, vocabulary)
    )


def _source(read: ReadText, tokens: TokenisedText) -> TextSource:
    return TextSource(
        text_id=read.text_id,
        kind=read.kind,
        exhibit=read.exhibit,
        encoding=read.content.encoding,
        form=read.content.form,
        language=tokens.language,
        num_characters=len(read.content.text),
        num_units=len(tokens),
        is_cut=read.content.is_cut,
    )


def _passage(found: FoundPassage, left: TokenisedText, right: TokenisedText, headings: Headings) -> TextPassage:
    suspect_start, suspect_end = _characters(found.suspect, left)
    work_start, work_end = _characters(found.work, right)
    return TextPassage(
        kind=found.kind,
        suspect_start=suspect_start,
        suspect_end=suspect_end,
        suspect_text=_quoted(left.text, suspect_start, suspect_end),
        work_start=work_start,
        work_end=work_end,
        work_text=_quoted(right.text, work_start, work_end),
        similarity_percent=round(found.similarity_percent, 1),
        num_units=min(len(found.suspect), len(found.work)),
        num_telling=found.num_telling,
        heading=headings.before(work_start),
    )


def _characters(words: range, tokens: TokenisedText) -> tuple[int, int]:
    return tokens.starts[words.start], tokens.ends[words.stop - 1]


def _quoted(text: str, start: int, end: int) -> str:
    if end - start <= MAX_QUOTED_CHARACTERS:
        return text[start:end]
    half = (MAX_QUOTED_CHARACTERS - len(_CUT)) // 2
    return text[start : start + half] + _CUT + text[end - half : end]


def _share(ranges: Sequence[range], num_words: int) -> float | NotMeasured:
    """Share of the words that lie in the ranges, those in several counted once."""
    if not num_words:
        return not_measured("the text holds no words")
    is_taken = bytearray(num_words)
    for one in ranges:
        is_taken[one.start : one.stop] = b"\1" * len(one)
    return is_taken.count(1) / num_words
