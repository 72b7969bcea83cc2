"""Names of a work in a text: titles, authors, characters, as whole words.

Among Han characters, which no spaces part, a place is passed over where the name cuts a word of the dictionary of
jieba in two: `张三` in `张三丰` is another name.
"""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from similarity.texts.tokens import TokenisedText, Vocabulary, is_one_character_word

if TYPE_CHECKING:
    import jieba  # type: ignore[import-untyped]

__all__ = ["MAX_MENTIONS", "MIN_NAME_CHARACTERS", "FoundName", "WorkName", "find_names"]

MAX_MENTIONS = 1_000
"""Mentions of one name that are counted."""
MIN_NAME_CHARACTERS = 2
"""Shorter names are not looked for."""
_CONTEXT_CHARACTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkName:
    """A name that a work's facts give."""

    kind: Literal["title", "author", "character"]
    """What it is the name of."""
    name: str
    """The name as the facts give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundName:
    """A name and its first position in a text."""

    name: WorkName
    """The name."""
    start: int
    """First character in the text."""
    end: int
    """End in the text (exclusive)."""
    num_words: int
    """Length of the name in words, each Han character counted as one."""
    num_telling: int
    """Of these, different ones that are no function words."""
    num_mentions: int
    """How often it stands in the text, up to `MAX_MENTIONS`."""


def find_names(text: TokenisedText, names: Sequence[WorkName], vocabulary: Vocabulary) -> tuple[FoundName, ...]:
    """The names that stand in a text, in order of the names.

    Args:
        text: tokenised with the vocabulary.
        names: to look for.
        vocabulary: numbers of words.
    """
    by_first: dict[int, list[tuple[int, array[int]]]] = {}
    for number, name in enumerate(names):
        numbers = vocabulary.tokenise(name.name).numbers
        if len(numbers) and len(name.name.strip()) >= MIN_NAME_CHARACTERS:
            by_first.setdefault(numbers[0], []).append((number, numbers))
    found_at: dict[int, list[range]] = {}
    for at, first in enumerate(text.numbers):
        for number, numbers in by_first.get(first, ()):
            words, found = range(at, at + len(numbers)), found_at.setdefault(number, [])
            if text.numbers[words.start : words.stop] == numbers and len(found) < MAX_MENTIONS:
                found.append(words)
    whole = {number: [words for words in found if _is_whole(text, words)] for number, found in found_at.items()}
    return tuple(
        FoundName(
            name=names[number],
            start=text.starts[found[0].start],
            end=text.ends[found[0].stop - 1],
            num_words=len(found[0]),
            num_telling=sum(vocabulary.is_telling[one] for one in set(text.numbers[found[0].start : found[0].stop])),
            num_mentions=len(found),
        )
        for number, found in sorted(whole.items())
        if found
    )


def _is_whole(text: TokenisedText, words: range) -> bool:
    """Whether no word of Han characters reaches over an edge of the name."""
    start, end = text.starts[words.start], text.ends[words.stop - 1]
    touches_before = start > 0 and _are_han(text.text[start - 1 : start + 1])
    touches_after = end < len(text.text) and _are_han(text.text[end - 1 : end + 1])
    if not (touches_before or touches_after):
        return True
    first = max(0, start - _CONTEXT_CHARACTERS)
    around = text.text[first : end + _CONTEXT_CHARACTERS]
    at = first
    for word in _segmenter().cut(around, HMM=False):
        reaches_in = at < start < at + len(word) <= end
        reaches_out = start <= at < end < at + len(word)
        if reaches_in or reaches_out or (at < start and end < at + len(word)):
            return False
        at += len(word)
    return True


def _are_han(characters: str) -> bool:
    return len(characters) == 2 and all(is_one_character_word(one) for one in characters)


@lru_cache(maxsize=1)
def _segmenter() -> jieba.Tokenizer:
    """Jieba with its bundled dictionary, read without its cache, which would lie where others may write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its code is older than some of Python's rules
        import jieba
    segmenter = jieba.Tokenizer()
    dictionary = Path(jieba.__file__).with_name("dict.txt")
    segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(dictionary.open("rb"))  # closes what it reads
    segmenter.initialized = True
    return segmenter
