"""The languages of a report: the English text is the key, catalogues hold the rest.

Catalogues are the `.po` files under `locale/<code>/LC_MESSAGES`; all of them are merged.  An entry whose extracted
comment is `#. stored` translates a sentence that a report holds: its placeholders are then read as a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

from similarity.phrases import Phrase

__all__ = ["CHINESE", "ENGLISH", "Language", "LanguageCode", "filled", "msgid"]

LanguageCode = Literal["en", "zh"]
"""Language of what is written for people."""

_PACKAGE, _LOCALE = "similarity.report.phrases", "locale"
_CODES: tuple[LanguageCode, ...] = get_args(LanguageCode)
_STORED = "stored"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SEPARATORS = {"zh": (("; ", "\uff1b"), (". ", ""), (", ", "\uff0c"), (" and ", "\u3001"))}
"""How parts of a stored sentence are joined there, and how in the language."""
_FIRST_WORDS = 20
"""Letters that a pattern is held for more where it begins with words."""
_DEEPEST = 4
"""How often what fills a stored sentence may be a stored sentence in turn."""
_LONGEST = 1000
"""Longer sentences are known as a whole only: the product writes none, and patterns would take long."""


def msgid(text: str) -> str:
    """Marks a text that is said elsewhere, so that the catalogues are checked for it."""
    return text


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the report."""

    code: LanguageCode
    """`en` or `zh`."""

    def __post_init__(self) -> None:
        if self.code not in _CODES:
            raise ValueError(f"expected a language of {', '.join(_CODES)}, got {self.code!r}")

    def say(self, msgid: str, **values: object) -> str:
        """The text in this language, its named placeholders filled after translation.

        Raises:
            KeyError: a placeholder has no value.
        """
        return filled(self.text(msgid), values)

    def several(self, number: int, one: str, many: str, **values: object) -> str:
        """The text for one or for many; `{number}` in it is the number."""
        return filled(self.several_text(number, one, many), {"number": f"{number:,}", **values})

    def several_text(self, number: int, one: str, many: str) -> str:
        """The text for one or for many with its placeholders as they stand."""
        text = one if number == 1 else many
        return text if self.code == "en" else _catalogue(self.code).plurals.get((one, many), text)

    def text(self, msgid: str) -> str:
        """The text in this language with its placeholders as they stand."""
        return msgid if self.code == "en" else _catalogue(self.code).texts.get(msgid, msgid)

    def stored(self, sentence: str) -> str:
        """An English sentence of the report in this language; one that is not known stays as it is."""
        return sentence if self.code == "en" else _told(self.code, sentence) or sentence

    def fill(self, said: Phrase | str) -> str:
        """A phrase in this language; a sentence of a report that is not known stays as it is."""
        if isinstance(said, str):
            return self.stored(said)
        return filled(
            self.text(said.text),
            {name: self.fill(value) if isinstance(value, Phrase) else value for name, value in said.values},
        )

    def knows(self, sentence: str) -> bool:
        """Whether `stored` gives this language."""
        return self.code == "en" or _told(self.code, sentence) is not None


ENGLISH, CHINESE = Language("en"), Language("zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """A stored sentence with placeholders."""

    expression: re.Pattern[str]
    """Matches it, a group per placeholder."""
    text: str
    """Its translation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Catalogue:
    """Every `.po` file of a language, read together."""

    texts: Mapping[str, str]
    """Translation by text."""
    plurals: Mapping[tuple[str, str], str]
    """Translation by the texts for one and for many."""
    patterns: tuple[_Pattern, ...]
    """Stored sentences with placeholders, those with most words of their own first."""


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its `{named}` placeholders filled.

    Raises:
        KeyError: a placeholder has no value.
    """
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


@lru_cache(maxsize=2)
def _catalogue(code: str) -> _Catalogue:
    from babel.messages.pofile import read_po

    texts: dict[str, str] = {}
    plurals: dict[tuple[str, str], str] = {}
    stored: dict[str, str] = {}
    folder = files(_PACKAGE) / _LOCALE / code / "LC_MESSAGES"
    for path in sorted((path for path in folder.iterdir() if path.name.endswith(".po")), key=lambda path: path.name):
        with path.open("rb") as file:
            for message in read_po(file, locale=code, abort_invalid=True):
                if isinstance(message.id, tuple):
                    one, many = message.id
                    plurals[one, many] = str(message.string[0])  # type: ignore[index]
                elif message.id and message.string:
                    texts[str(message.id)] = str(message.string)
                    if _STORED in message.auto_comments and _PLACEHOLDER.search(str(message.id)):
                        stored[str(message.id)] = str(message.string)
    ordered = sorted(stored, key=_weight, reverse=True)
    return _Catalogue(
        texts=texts,
        plurals=plurals,
        patterns=tuple(_Pattern(expression=_expression(text), text=stored[text]) for text in ordered),
    )


def _weight(text: str) -> int:
    """How far a sentence is fixed by the words of its pattern; a pattern that begins with words fixes more."""
    return len(_PLACEHOLDER.sub("", text)) + (0 if text.startswith("{") else _FIRST_WORDS)


def _expression(text: str) -> re.Pattern[str]:
    """Matches the text with anything in its placeholders; one that is repeated stands for the same each time."""
    seen: set[str] = set()

    def group(name: str) -> str:
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    parts = _PLACEHOLDER.split(text)
    return re.compile(
        "".join(group(part) if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )


@lru_cache(maxsize=4096)
def _told(code: str, sentence: str, depth: int = _DEEPEST) -> str | None:
    """A stored sentence in a language: as a whole, as a list of known parts, or by its pattern.

    Args:
        code: the language.
        sentence: in English.
        depth: how often what fills a pattern may be looked at in turn.
    """
    if len(sentence) > _LONGEST:
        return _catalogue(code).texts.get(sentence)
    if (told := _catalogue(code).texts.get(sentence)) is not None:
        return told
    for first, second, joint in _split(code, sentence):
        if (head := _whole(code, first, depth)) is not None and (rest := _told(code, second, depth)) is not None:
            return head + joint + rest
    return _whole(code, sentence, depth)


def _split(code: str, sentence: str) -> Iterator[tuple[str, str, str]]:
    for separator, joint in _SEPARATORS.get(code, ()):
        kept = separator.strip() if separator == ". " else ""
        place = sentence.find(separator)
        while place > 0:
            yield sentence[:place] + kept, sentence[place + len(separator) :], joint
            place = sentence.find(separator, place + 1)


@lru_cache(maxsize=4096)
def _whole(code: str, sentence: str, depth: int) -> str | None:
    catalogue = _catalogue(code)
    if sentence in catalogue.texts:
        return catalogue.texts[sentence]
    for pattern in catalogue.patterns:
        if found := pattern.expression.fullmatch(sentence):
            values = {name: _inner(code, value, depth - 1) for name, value in found.groupdict().items()}
            return filled(pattern.text, values)
    return None


def _inner(code: str, value: str, depth: int) -> str:
    told = _told(code, value, depth) if depth > 0 else None
    return value if told is None else told
