"""What a finding says, in words: its reading, its likelihood ratios, its conditions, and how often such are wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from similarity.absence import NotMeasured
from similarity.align.candidates import Route, RouteRank
from similarity.measure.bounds import Bounds
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.envelope import EnvelopeCheck
from similarity.measure.likelihood_ratios import ErrorRate
from similarity.measure.values import ReadingName
from similarity.report.words import DASH, MINUS, SPACE, TIMES, decimal

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
    "readable_conditions",
    "reading_meaning",
    "reading_title",
    "routes_sentence",
    "withheld_words",
]

Proposition = Literal["copy", "adaptation"]

_READINGS: dict[ReadingName, tuple[str, str]] = {
    "reproduction": ("Reproduction", "the pictures of the work themselves"),
    "adaptation": ("Adaptation", "composition and staging of the work under a new surface"),
    "part": ("Part", "a part of the work's pictures reappears"),
    "shared_subject_or_style": (
        "Shared subject or style only",
        "an idea or a manner in common, which is not counted as taking",
    ),
    "nothing_found": ("Nothing found", "no likeness of expression that a reading could rest on"),
    "not_enough_to_say": ("Not enough to say", "too little could be measured"),
}
_PROPOSITIONS: dict[Proposition, str] = {
    "copy": "taken from the pictures of this work",
    "adaptation": "remade after this work",
}
_INDEPENDENT = "made independently"
_CONDITIONS = {
    "used_side_pixels": "longer side used, pixels",
    "num_samples": "aligned samples",
    "bars_share": "share of the picture in bars",
    "bits_per_pixel": "bits per pixel",
    "seconds": "length of the stretch, seconds",
}
_ROUTES: dict[Route, str] = {
    "copies": "copy descriptor and hash",
    "composition": "composition",
    "motion": "motion",
}
_RULES = {
    "count": "the count",
    "elub": "the empirical bound (ELUB, Vergeer et al. 2016)",
}
_SUPERSCRIPT = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_MOST_WRITTEN_OUT = 6
"""Powers of ten up to which a likelihood ratio is written out."""


def reading_title(name: ReadingName) -> str:
    """A reading by its name."""
    return _READINGS[name][0]


def reading_meaning(name: ReadingName) -> str:
    """What a reading stands for."""
    return _READINGS[name][1]


def proposition_words(proposition: Proposition) -> str:
    """What a calibration weighs against independent making."""
    return _PROPOSITIONS[proposition]


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


def interval_words(ratio: LikelihoodRatio) -> str:
    """The 95 % interval, as log10 and as ratios."""
    logs = f"{log10_words(ratio.lower)} to {log10_words(ratio.upper)}"
    return f"{logs} (LR {likelihood_words(ratio.lower)} to {likelihood_words(ratio.upper)})"


def band_words(ratio: LikelihoodRatio, proposition: Proposition) -> str:
    """The verbal equivalent with the proposition that it favours."""
    reading = ratio.band
    if reading.favours == "neither":
        return reading.band.en
    favoured = _PROPOSITIONS[proposition] if reading.favours == "first" else _INDEPENDENT
    return f"{reading.band.en} for \u201c{favoured}\u201d"


def withheld_words(reason: str, check: EnvelopeCheck) -> str:
    """Why a ratio is withheld; what the check of the conditions says beside it is not repeated."""
    repeated = "; ".join(check.reasons)
    if repeated and reason.endswith(repeated):
        return f"{reason.removesuffix(repeated).rstrip(': ')} (see the conditions)"
    return readable_conditions(reason)


def readable_conditions(text: str) -> str:
    """Names of conditions in a reason, as a reader calls them."""
    for name, words in _CONDITIONS.items():
        text = text.replace(f"{name}: got", f"{words}: got")
    return text


def condition_name(name: str) -> str:
    """What a reader calls a condition of an envelope."""
    return _CONDITIONS.get(name, name.replace("_", " "))


def bound_sentences(bounds: Bounds) -> tuple[str, str]:
    """What caps the ratios from above and from below."""
    above, below = bounds.upper, bounds.lower
    return (
        f"No log10 LR above {log10_words(above)} (LR {likelihood_words(above)}) is stated: {_RULES[bounds.upper_rule]} "
        f"of {bounds.num_independent:,} independent pairs of footage groups supports no more.",
        f"No log10 LR below {log10_words(below)} (LR {likelihood_words(below)}) is stated: {_RULES[bounds.lower_rule]} "
        f"of {bounds.num_taken:,} taken pairs of footage groups supports no less.",
    )


def bits(cost: float) -> str:
    """A cost in bits; little is never shown as nothing."""
    return f"under{SPACE}0.001" if 0 < cost < 0.0005 else decimal(cost, 3)


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


def routes_sentence(routes: Sequence[RouteRank]) -> str:
    """By which descriptors a work was found."""
    if not routes:
        return "Every work was aligned; none had to be found first."
    return f"Found by {', '.join(f'{_ROUTES[one.route]} (rank {one.rank})' for one in routes)}."
