"""A text as words with their positions: what comparisons count.

A word is a run of letters and digits; a Han character, and a kana, is a word of its own, because Chinese and Japanese
write no spaces.  Words are compared after NFKC and case folding, so full-width letters and capitals make no
difference; positions are those of the text as it was written.  Characters that are not seen (zero-width, soft hyphen)
do not part a word.  Traditional and simplified characters are different characters here.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass

from similarity.texts.values import TextLanguage

__all__ = ["CHARACTER_WEIGHT", "WORD_WEIGHT", "TokenisedText", "Vocabulary", "is_one_character_word"]

WORD_WEIGHT = 3
"""Weight of a word in the length of a passage; 8 words weigh as much as 12 Han characters."""
CHARACTER_WEIGHT = 2
"""Weight of a Han character or a kana."""

_ONE = "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = rf"[^\W_{_ONE}]"
_INSIDE = rf"[\u0300-\u036f{_UNSEEN}]"
_RUN = rf"{_LETTER}(?:{_LETTER}|{_INSIDE})*"
_TOKEN = re.compile(rf"[{_ONE}]|{_RUN}(?:['\u2019](?![sS]\b){_RUN})*")
_REMOVED = re.compile(f"[{_UNSEEN}]")
_IS_ONE = re.compile(f"[{_ONE}]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LEAST_SHARE = 0.1

_WORDS_WITHOUT_SUBJECT = (
    "a about after again all also am an and any are as at be because been before being but by can could did do does "
    "down each few for from had has have he her here hers him his how i if in into is it its just like me more most "
    "my no nor not now of off on once one only or other our out over own s said same she should so some such than "
    "that the their them then there these they this those through to too under until up us very was we were what when "
    "where which while who whom why will with would you your"
)
_CHARACTERS_WITHOUT_SUBJECT = (
    "的了是在不我有他这个们来到时大地为子你说就那着得也和里后自之过家会于出下而可都对要又与及被把从让向以但或"
    "吗呢吧啊么没很一二三两"
)
_FUNCTION_WORDS = frozenset(_WORDS_WITHOUT_SUBJECT.split()) | frozenset(_CHARACTERS_WITHOUT_SUBJECT)


def is_one_character_word(character: str) -> bool:
    """Whether the character is a word of its own (Han, kana)."""
    return _IS_ONE.match(character) is not None


class Vocabulary:
    """Numbers for words: the same word has the same number in every text of one comparison."""

    def __init__(self) -> None:
        self._number_of_word: dict[str, int] = {}
        self._number_of_written: dict[str, int] = {}
        self.weights = array("b")
        """Weight of each word."""
        self.is_telling = array("b")
        """1 for each word that is no function word, else 0."""

    def tokenise(self, text: str) -> TokenisedText:
        """The text's words in order."""
        numbers, starts, ends = array("i"), array("i"), array("i")
        known = self._number_of_written
        for found in _TOKEN.finditer(text):
            written = found.group()
            number = known.get(written)
            if number is None:
                number = known[written] = self._number(written)
            numbers.append(number)
            starts.append(found.start())
            ends.append(found.end())
        return TokenisedText(text=text, numbers=numbers, starts=starts, ends=ends)

    def _number(self, written: str) -> int:
        plain = unicodedata.normalize("NFKC", _REMOVED.sub("", written)).casefold().replace("\u2019", "'")
        word = unicodedata.normalize("NFKC", plain)
        number = self._number_of_word.get(word)
        if number is None:
            number = self._number_of_word[word] = len(self._number_of_word)
            self.weights.append(CHARACTER_WEIGHT if is_one_character_word(word[:1] or "x") else WORD_WEIGHT)
            self.is_telling.append(int(word not in _FUNCTION_WORDS))
        return number


@dataclass(frozen=True, slots=True, eq=False)
class TokenisedText:
    """A text's words: numbers, and positions in the text."""

    text: str
    numbers: array[int]
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def language(self) -> TextLanguage:
        """Language by script: one script counts where it makes a tenth of the words or more."""
        if not len(self):
            return "none"
        step = max(1, len(self) // 20_000)
        looked_at = [self.text[start] for start in self.starts[::step]]
        has_han = sum(_HAN.match(one) is not None for one in looked_at) >= _LEAST_SHARE * len(looked_at)
        has_latin = sum(_LATIN.match(one) is not None for one in looked_at) >= _LEAST_SHARE * len(looked_at)
        if has_han and has_latin:
            return "mixed"
        return "zh" if has_han else "en" if has_latin else "other"
