"""Words for marks in the picture that say it was generated."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.provenance.values import LabelReading
from similarity.provenance.visible import LEAST_HEIGHT_SHARE, LEAST_SECONDS, MarkKind, Minimum, VisibleMark
from similarity.report.phrases.access import LABEL_NAMES
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.phrases.words import percent

__all__ = ["MARK_NAMES", "MINIMUM_WORDS", "mark_sentence", "origin_sentences"]

MARK_NAMES: dict[MarkKind, str] = {
    "gb45438_label": msgid("explicit label in the words of GB 45438"),
    "generation_claim": msgid("other words that say it was generated"),
    "generator_name": msgid("name of a generator, which may be an ordinary word"),
}
_OF_MAKING = frozenset({"c2pa", "gb45438_aigc"})
MINIMUM_WORDS: dict[Minimum, str] = {
    "meets": msgid("reaches the minimum"),
    "near": msgid("too close to the minimum to tell"),
    "below": msgid("below the minimum"),
}


def origin_sentences(
    labels: Sequence[LabelReading], marks: Sequence[VisibleMark] | NotMeasured, *, language: Language = ENGLISH
) -> tuple[str, ...]:
    """Which labels a file bears that speak of its making; none where it bears none.

    Args:
        labels: readings of its metadata.
        marks: those in its pictures.
        language: of the sentences.
    """
    borne = [LABEL_NAMES[one.kind] for one in labels if one.kind in _OF_MAKING and one.state in {"present", "damaged"}]
    said = [
        language.say("the file bears labels of its origin: {names}", names=", ".join(map(language.say, borne)))
        for _ in borne[:1]
    ]
    seen = () if isinstance(marks, NotMeasured) else dict.fromkeys(one.line.text for one in marks)
    said += [language.say("a mark in the picture says “{text}”", text=text) for text in seen]
    return tuple(said)


def mark_sentence(mark: VisibleMark, *, language: Language = ENGLISH) -> str:
    """Height and duration of a mark against their minima."""
    height = language.say(
        "letters {share} of the shorter side, minimum {least}: {outcome}",
        share=percent(mark.line.height_share, language=language),
        least=percent(LEAST_HEIGHT_SHARE, language=language),
        outcome=language.say(MINIMUM_WORDS[mark.height]),
    )
    if isinstance(mark.duration, NotMeasured):
        return height
    duration = language.say(
        "stands for {seconds} s, minimum {least} s: {outcome}",
        seconds=f"{mark.line.end_seconds - mark.line.start_seconds:.1f}",
        least=f"{LEAST_SECONDS:g}",
        outcome=language.say(MINIMUM_WORDS[mark.duration]),
    )
    return language.say("{first}; {rest}", first=height, rest=duration)
