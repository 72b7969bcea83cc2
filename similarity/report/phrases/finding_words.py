"""What a finding says, in words: its reading, its likelihood ratios, its conditions, and how often such are wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence

from similarity.align.candidates import RouteRank
from similarity.measure.bounds import Bounds
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.envelope import condition_words
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.phrases.words import MINUS, SPACE, TIMES, decimal, route_name

__all__ = [
    "bound_sentences",
    "comparative_sentence",
    "condition_name",
    "likelihood_words",
    "log10_words",
    "rate",
    "routes_sentence",
]


_RULES = {
    "count": msgid("the effective number"),
    "elub": msgid("the empirical bound (ELUB, Vergeer et al. 2016)"),
}
_SUPERSCRIPT = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_MOST_WRITTEN_OUT = 6
"""Powers of ten up to which a likelihood ratio is written out."""


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


def comparative_sentence(ratio: LikelihoodRatio, *, first: str, second: str, language: Language = ENGLISH) -> str:
    """A ratio as the ENFSI guideline of 2015 words it: how much more probable the findings are if this than if that.

    Args:
        ratio: the ratio.
        first: the first proposition, as it stands after `if`.
        second: the second one.
        language: of the sentence.
    """
    text = likelihood_words(abs(ratio.log10_lr))
    if text == "1":
        return language.say(
            "The findings are about as probable if {first} as if {second}: {words}.",
            first=first,
            second=second,
            words=_band_words(ratio, language),
        )
    likelier, other = (first, second) if ratio.log10_lr > 0 else (second, first)
    return language.say(
        "The findings are {times} times more probable if {likelier} than if {other}{interval}: {words}.",
        times=_times(ratio, text, language),
        likelier=likelier,
        other=other,
        interval=_times_interval(ratio, language),
        words=_band_words(ratio, language),
    )


def _times(ratio: LikelihoodRatio, text: str, language: Language) -> str:
    """The figure, as least or as most where the data give one side only."""
    is_open = ratio.upper is None if ratio.log10_lr > 0 else ratio.lower is None
    if is_open:
        return language.say("at least {ratio}", ratio=text)
    return language.say("about {ratio}", ratio=text)


def _times_interval(ratio: LikelihoodRatio, language: Language) -> str:
    """Its 95 % interval as ratios of the same direction; nothing where the data give no limit on a side."""
    if ratio.lower is None or ratio.upper is None:
        return ""
    low, high = sorted((ratio.lower, ratio.upper), key=lambda end: end if ratio.log10_lr > 0 else -end)
    sign = 1 if ratio.log10_lr > 0 else -1
    return language.say(
        " (95 % interval {low} to {high})", low=likelihood_words(sign * low), high=likelihood_words(sign * high)
    )


def _band_words(ratio: LikelihoodRatio, language: Language) -> str:
    """The verbal equivalent, and of what over what."""
    words = ratio.band.band.zh if language.code == "zh" else ratio.band.band.en
    if ratio.band.favours == "neither":
        return words
    return language.say("{words} for the former over the latter", words=words)


def condition_name(name: str, *, language: Language = ENGLISH) -> str:
    """What a reader calls a condition of an envelope."""
    return language.fill(condition_words(name))


def bound_sentences(bounds: Bounds, *, language: Language = ENGLISH) -> tuple[str, str]:
    """What caps the ratios from above and from below."""
    above, below = bounds.upper, bounds.lower
    return (
        language.say(
            "No log10 LR above {log10} (LR {ratio}) is stated: {rule} of {number} independent pairs supports no more.",
            log10=log10_words(above),
            ratio=likelihood_words(above),
            rule=language.say(_RULES[bounds.upper_rule]),
            number=f"{bounds.num_independent:,}",
        ),
        language.say(
            "No log10 LR below {log10} (LR {ratio}) is stated: {rule} of {number} taken pairs supports no less.",
            log10=log10_words(below),
            ratio=likelihood_words(below),
            rule=language.say(_RULES[bounds.lower_rule]),
            number=f"{bounds.num_taken:,}",
        ),
    )


def rate(share: float) -> str:
    """A share of errors to two significant digits: small rates are the ones that matter."""
    hundredths = share * 100
    if not hundredths or hundredths >= 10:
        return f"{decimal(hundredths, 0)}{SPACE}%" if share in {0, 1} else f"{decimal(hundredths, 1)}{SPACE}%"
    digits = min(6, 1 - math.floor(math.log10(hundredths)))
    return f"{decimal(hundredths, digits)}{SPACE}%"


def routes_sentence(routes: Sequence[RouteRank], *, language: Language = ENGLISH) -> str:
    """By which descriptors a work was found."""
    if not routes:
        return language.say("Every work was aligned; none had to be found first.")
    found = (
        language.say("{route} (rank {rank})", route=route_name(one.route, language=language), rank=one.rank)
        for one in routes
    )
    return language.say("Found by {routes}.", routes=language.say(", ").join(found))
