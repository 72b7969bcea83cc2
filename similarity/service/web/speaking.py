"""The languages of the pages: the English text is the key, a catalogue holds the rest.

The catalogue is `locale/zh/LC_MESSAGES/service.po`; words of measurement that reports say too come from theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from fastapi import Request
from markupsafe import Markup, escape

from similarity.report.phrases.language import Language, LanguageCode

__all__ = ["LANGUAGE_COOKIE", "Speaker", "sentence", "speaker_of"]

LANGUAGE_COOKIE = "similarity_language"
_CODES: tuple[LanguageCode, ...] = ("en", "zh")
_TAGS: Mapping[LanguageCode, str] = {"en": "en", "zh": "zh-CN"}


def sentence(text: str) -> str:
    """Marks a text that a page says, so that the catalogue is checked for it."""
    return text


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language of the pages."""

    code: LanguageCode
    """`en` or `zh`."""

    @property
    def tag(self) -> str:
        """As HTML names the language."""
        return _TAGS[self.code]

    def plain(self, text: str) -> str:
        """A text in this language, its placeholders as they stand; one that no catalogue holds stays English."""
        if self.code == "en":
            return text
        found = _catalogue().get(text)
        return Language(self.code).text(text) if found is None else found

    def say(self, text: str, **values: object) -> Markup:
        """A text in this language for a page; what fills it is escaped."""
        return escape(self.plain(text)).format(**values)

    def knows(self, text: str) -> bool:
        """Whether the text is there in this language."""
        return self.code == "en" or text in _catalogue() or Language(self.code).knows(text)


def speaker_of(request: Request) -> Speaker:
    """The language that a person chose, or that the browser asks for first."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    for code in _CODES:
        if chosen == code:
            return Speaker(code)
    return Speaker(_preferred(request.headers.get("accept-language", "")))


def _preferred(header: str) -> LanguageCode:
    """The language of highest quality (RFC 9110, 12.5.4) that there is; English without one."""
    best: tuple[float, LanguageCode] = (0.0, "en")
    for part in header.split(","):
        name, _, weight = part.partition(";")
        quality = _quality(weight)
        for code in _CODES:
            if name.strip().lower().partition("-")[0] == code and quality > best[0]:
                best = (quality, code)
    return best[1]


def _quality(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, str]:
    from babel.messages.pofile import read_po

    path = files("similarity.service.web") / "locale" / "zh" / "LC_MESSAGES" / "service.po"
    with path.open("rb") as file:
        messages = read_po(file, locale="zh", abort_invalid=True)
    return {str(one.id): str(one.string) for one in messages if one.id and one.string}
