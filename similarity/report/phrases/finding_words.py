"""What a finding says, in words: its reading, its likelihood ratios, its conditions, and how often such are wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from similarity.absence import NotMeasured
from similarity.align.candidates import Route, RouteRank
from similarity.measure.bounds import Bounds
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.envelope import EnvelopeCheck, condition_words
from similarity.measure.likelihood_ratios import ErrorRate
from similarity.measure.values import ReadingName
from similarity.phrases import Phrase, joined_by_semicolons
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.phrases.words import DASH, MINUS, SPACE, TIMES, decimal

__all__ = [
    "band_words",
    "bits",
    "bound_sentences",
    "condition_name",
    "interval_words",
    "likelihood_words",
    "log10_words",
    "proposition_words",
    "rate",
    "rate_words",
    "reading_meaning",
    "reading_title",
    "routes_sentence",
    "withheld_words",
]

Proposition = Literal["copy", "adaptation"]

_READINGS: dict[ReadingName, tuple[str, str]] = {
    "reproduction": (msgid("Reproduction"), msgid("the pictures of the work themselves")),
    "adaptation": (msgid("Adaptation"), msgid("composition and staging of the work under a new surface")),
    "part": (msgid("Part"), msgid("a part of the work's pictures reappears")),
    "shared_subject_or_style": (
        msgid("Shared subject or style only"),
        msgid("an idea or a manner in common, which is not counted as taking"),
    ),
    "nothing_found": (msgid("Nothing found"), msgid("no likeness of expression that a reading could rest on")),
    "not_enough_to_say": (msgid("Not enough to say"), msgid("too little could be measured")),
}
_PROPOSITIONS: dict[Proposition, str] = {
    "copy": msgid("taken from the pictures of this work"),
    "adaptation": msgid("remade after this work"),
}
_INDEPENDENT = msgid("made independently")
_ROUTES: dict[Route, str] = {
    "copies": msgid("copy descriptor and hash"),
    "composition": msgid("composition"),
    "motion": msgid("motion"),
}
_RULES = {
    "count": msgid("the count"),
    "elub": msgid("the empirical bound (ELUB, Vergeer et al. 2016)"),
}
_SUPERSCRIPT = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_MOST_WRITTEN_OUT = 6
"""Powers of ten up to which a likelihood ratio is written out."""


def reading_title(name: ReadingName, *, language: Language = ENGLISH) -> str:
    """A reading by its name."""
    return language.say(_READINGS[name][0])


def reading_meaning(name: ReadingName, *, language: Language = ENGLISH) -> str:
    """What a reading stands for."""
    return language.say(_READINGS[name][1])


def proposition_words(proposition: Proposition, *, language: Language = ENGLISH) -> str:
    """What a calibration weighs against independent making."""
    return language.say(_PROPOSITIONS[proposition])


def log10_words(log10_lr: float) -> str:
    """log10 of a ratio, with its sign."""
    text = decimal(log10_lr, 2)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def likelihood_words(log10_lr: float) -> str:
    """The ratio itself to two digits; below 1 as a fraction, so that both sides read alike."""
    text = _two_digits(abs(log10_lr))
    if text == "1.0":
        return "1"
    return text if log10_lr > 0 else f"1/{text}"


def _two_digits(log10_lr: float) -> str:
    power = math.floor(log10_lr)
    digits = round(10 ** (log10_lr - power), 1)
    if digits >= 10:
        digits, power = 1.0, power + 1
    if power > _MOST_WRITTEN_OUT:
        return f"{digits:.1f}{SPACE}{TIMES}{SPACE}10{str(power).translate(_SUPERSCRIPT)}"
    return f"{digits:.1f}" if power == 0 else f"{round(digits * 10**power):,}"


def interval_words(ratio: LikelihoodRatio, *, language: Language = ENGLISH) -> str:
    """The 95 % interval, as log10 and as ratios."""
    return language.say(
        "{low} to {high} (LR {low_ratio} to {high_ratio})",
        low=log10_words(ratio.lower),
        high=log10_words(ratio.upper),
        low_ratio=likelihood_words(ratio.lower),
        high_ratio=likelihood_words(ratio.upper),
    )


def band_words(ratio: LikelihoodRatio, proposition: Proposition, *, language: Language = ENGLISH) -> str:
    """The verbal equivalent with the proposition that it favours."""
    reading = ratio.band
    band = reading.band.en if language.code == "en" else reading.band.zh
    if reading.favours == "neither":
        return band
    favoured = _PROPOSITIONS[proposition] if reading.favours == "first" else _INDEPENDENT
    return language.say("{band} for “{proposition}”", band=band, proposition=language.say(favoured))


def withheld_words(reason: Phrase, check: EnvelopeCheck, *, language: Language = ENGLISH) -> str:
    """Why a ratio is withheld; what the check of the conditions says beside it is not repeated."""
    filling = dict(reason.values)
    if check.reasons and filling.get("reasons") == joined_by_semicolons(check.reasons):
        return language.say("{reason} (see the conditions)", reason=language.fill(filling["what"]))
    return language.fill(reason)


def condition_name(name: str, *, language: Language = ENGLISH) -> str:
    """What a reader calls a condition of an envelope."""
    return language.fill(condition_words(name))


def bound_sentences(bounds: Bounds, *, language: Language = ENGLISH) -> tuple[str, str]:
    """What caps the ratios from above and from below."""
    above, below = bounds.upper, bounds.lower
    return (
        language.say(
            "No log10 LR above {log10} (LR {ratio}) is stated: {rule} of {number} independent pairs of footage groups "
            "supports no more.",
            log10=log10_words(above),
            ratio=likelihood_words(above),
            rule=language.say(_RULES[bounds.upper_rule]),
            number=f"{bounds.num_independent:,}",
        ),
        language.say(
            "No log10 LR below {log10} (LR {ratio}) is stated: {rule} of {number} taken pairs of footage groups "
            "supports no less.",
            log10=log10_words(below),
            ratio=likelihood_words(below),
            rule=language.say(_RULES[bounds.lower_rule]),
            number=f"{bounds.num_taken:,}",
        ),
    )


def bits(cost: float, *, language: Language = ENGLISH) -> str:
    """A cost in bits; little is never shown as nothing."""
    if 0 < cost < 0.0005:
        return language.say("under {figure}", figure="0.001").replace(" ", SPACE)
    return decimal(cost, 3)


def rate(share: float) -> str:
    """A share of errors to two significant digits: small rates are the ones that matter."""
    hundredths = share * 100
    if not hundredths or hundredths >= 10:
        return f"{decimal(hundredths, 0)}{SPACE}%" if share in {0, 1} else f"{decimal(hundredths, 1)}{SPACE}%"
    digits = min(6, 1 - math.floor(math.log10(hundredths)))
    return f"{decimal(hundredths, digits)}{SPACE}%"


def rate_words(error: ErrorRate) -> str | NotMeasured:
    """A rate with its 95 % interval."""
    if isinstance(error.rate, NotMeasured):
        return error.rate
    if isinstance(error.interval_95, NotMeasured):
        return rate(error.rate)
    low, high = error.interval_95
    return f"{rate(error.rate)} ({rate(low)} {DASH} {rate(high)})"


def routes_sentence(routes: Sequence[RouteRank], *, language: Language = ENGLISH) -> str:
    """By which descriptors a work was found."""
    if not routes:
        return language.say("Every work was aligned; none had to be found first.")
    found = (
        language.say("{route} (rank {rank})", route=language.say(_ROUTES[one.route]), rank=one.rank) for one in routes
    )
    return language.say("Found by {routes}.", routes=language.say(", ").join(found))
