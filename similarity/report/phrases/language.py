"""The languages of a report: the English text is the key, a catalogue holds the rest.

The catalogue of a language is `locale/<code>/LC_MESSAGES/report.po`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

from similarity.phrases import Phrase, filled

__all__ = ["CHINESE", "ENGLISH", "Language", "LanguageCode", "msgid"]

LanguageCode = Literal["en", "zh"]
"""Language of what is written for people."""

_CODES: tuple[LanguageCode, ...] = get_args(LanguageCode)


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
        """The text for one or for many; `{number}` in it is the number.

        Args:
            number: how many.
            one: the text for one.
            many: the text for any other number.
            values: what fills its other placeholders.
        """
        return filled(self.several_text(number, one, many), {"number": f"{number:,}", **values})

    def several_text(self, number: int, one: str, many: str) -> str:
        """The text for one or for many with its placeholders as they stand.

        Args:
            number: how many.
            one: the text for one.
            many: the text for any other number.
        """
        return self.text(one if number == 1 else many)

    def text(self, msgid: str) -> str:
        """The text in this language with its placeholders as they stand; one that is not known stays as it is."""
        return msgid if self.code == "en" else _catalogue(self.code).get(msgid, msgid)

    def fill(self, said: Phrase | str) -> str:
        """A phrase, or a word that figures are sorted by, in this language."""
        return said.filled(self.text) if isinstance(said, Phrase) else self.text(said)

    def knows(self, said: Phrase | str) -> bool:
        """Whether the catalogue holds the text; what came from elsewhere stays as it is."""
        text = said.text if isinstance(said, Phrase) else said
        return self.code == "en" or text in _catalogue(self.code)


ENGLISH, CHINESE = Language("en"), Language("zh")


@lru_cache(maxsize=2)
def _catalogue(code: LanguageCode) -> Mapping[str, str]:
    """Translation by text; the texts for one and for many have the same."""
    from babel.messages.pofile import read_po

    path = files("similarity.report.phrases") / "locale" / code / "LC_MESSAGES" / "report.po"
    texts: dict[str, str] = {}
    with path.open("rb") as file:
        for message in read_po(file, locale=code, abort_invalid=True):
            if isinstance(message.id, tuple):
                texts |= dict.fromkeys(message.id, str(message.string[0]))  # type: ignore[index]
            elif message.id:
                texts[str(message.id)] = str(message.string)
    return texts
