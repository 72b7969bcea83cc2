"""What is said to people, as data: a text and what fills it, put into words of a language at the last step.

    >>> str(phrase("{number} of {total} samples", number=3, total=8))
    '3 of 8 samples'

A phrase is never parsed and nothing branches on its wording.  `similarity.report.phrases` says it in English or
Chinese; `str()` gives the English.  Figures are written when the phrase is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "Phrase",
    "as_it_is",
    "filled",
    "joined_by_and",
    "joined_by_commas",
    "joined_by_or",
    "joined_by_semicolons",
    "joined_sentences",
    "phrase",
]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DEEPEST = 50
"""Phrases inside phrases, at most: a stored phrase may come from anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A text with named placeholders and what fills them."""

    text: str
    """English, with `{named}` placeholders, each of which stands once: the key of its translations."""
    values: tuple[tuple[str, str | Phrase], ...] = ()
    """Name of a placeholder and what fills it: words as they are, or a phrase in turn."""

    def __post_init__(self) -> None:
        names = _PLACEHOLDER.findall(self.text)
        if sorted(names) != sorted(name for name, _ in self.values):
            raise ValueError(f"a phrase needs one value for each placeholder, got {self.values} for {self.text!r}")
        if len(set(names)) < len(names):
            raise ValueError(f"a phrase needs placeholders of different names, got {self.text!r}")
        if _depth(self) > _DEEPEST:
            raise ValueError(f"expected at most {_DEEPEST} phrases inside one another")

    def __str__(self) -> str:
        return self.filled()

    def filled(self, text_of: Callable[[str], str] = str) -> str:
        """In English, or in the language of `text_of`, which gives the text there with the same placeholders."""
        values = {name: value.filled(text_of) if isinstance(value, Phrase) else value for name, value in self.values}
        return filled(text_of(self.text), values)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Earlier versions stored a sentence, which is read as it is."""
        from pydantic_core import core_schema

        form = handler(source)
        sentence = core_schema.no_info_after_validator_function(as_it_is, core_schema.str_schema())
        return core_schema.union_schema([form, sentence])


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its `{named}` placeholders filled, whatever stands in what fills them.

    Raises:
        KeyError: a placeholder has no value.
    """
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def phrase(text: str, /, **values: str | float | Phrase) -> Phrase:
    """A phrase; figures are written as they stand."""
    kept = ((name, value if isinstance(value, Phrase) else str(value)) for name, value in values.items())
    return Phrase(text=text, values=tuple(kept))


def as_it_is(words: str) -> Phrase:
    """Words that came from elsewhere; nothing in them is taken for a placeholder."""
    return Phrase(text="{words}", values=(("words", words),)) if "{" in words else Phrase(text=words)


def joined_by_commas(parts: Sequence[Phrase]) -> Phrase:
    """Parts of an enumeration, at least one."""
    return _joined(parts, lambda first, rest: phrase("{first}, {rest}", first=first, rest=rest))


def joined_by_semicolons(parts: Sequence[Phrase]) -> Phrase:
    """Parts that are nearly sentences, at least one."""
    return _joined(parts, lambda first, rest: phrase("{first}; {rest}", first=first, rest=rest))


def joined_by_and(parts: Sequence[Phrase]) -> Phrase:
    """Parts that go together, at least one."""
    return _joined(parts, lambda first, rest: phrase("{first} and {rest}", first=first, rest=rest))


def joined_by_or(parts: Sequence[Phrase]) -> Phrase:
    """Parts of which one is meant, at least one."""
    return _joined(parts, lambda first, rest: phrase("{first} or {rest}", first=first, rest=rest))


def joined_sentences(parts: Sequence[Phrase]) -> Phrase:
    """Sentences with their full stops, at least one."""
    return _joined(parts, lambda first, rest: phrase("{first} {rest}", first=first, rest=rest))


def _joined(parts: Sequence[Phrase], join: Callable[[Phrase, Phrase], Phrase]) -> Phrase:
    """Halves of the list joined in turn: a list of a thousand is ten deep."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(_joined(parts[:middle], join), _joined(parts[middle:], join))


def _depth(one: Phrase) -> int:
    return 1 + max((_depth(value) for _, value in one.values if isinstance(value, Phrase)), default=0)
