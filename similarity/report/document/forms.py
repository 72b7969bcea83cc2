"""Figures as both languages write them: numbers and units without words."""

from __future__ import annotations

import math

from similarity.measure.calibration import LikelihoodRatio
from similarity.report.phrases.finding_words import likelihood_words, log10_words
from similarity.report.phrases.words import SPACE, decimal

__all__ = ["figure", "interval", "log10_text", "number", "share", "stated", "stated_at_length", "whole"]

DASH = "\u2013"


def figure(value: float) -> str:
    """A decimal number with three digits."""
    return decimal(value, 3)


def number(value: float) -> str:
    """A decimal number with two digits."""
    return decimal(value, 2)


def whole(value: float) -> str:
    """A whole number with thousands apart."""
    return f"{round(value):,}"


def share(fraction: float) -> str:
    """A share in percent; little is never shown as nothing, nor almost all as all."""
    if 0 < fraction < 0.001:
        return f"<{SPACE}0.1{SPACE}%"
    if 0.999 < fraction < 1:
        return f">{SPACE}99.9{SPACE}%"
    return f"{decimal(100 * fraction, 0 if fraction in {0, 1} else 1)}{SPACE}%"


def log10_text(value: float) -> str:
    """log10 of a likelihood ratio, and the ratio."""
    return f"{log10_words(value)} (LR{SPACE}{likelihood_words(value)})"


def interval(ratio: LikelihoodRatio) -> str:
    """A 95 % interval of log10 LR; a dash on the side on which the data give no limit."""
    ends = (DASH if end is None else _finite(end) for end in (ratio.lower, ratio.upper))
    return f"[{', '.join(ends)}]"


def _finite(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"an interval needs finite ends, got {value}")
    return log10_words(value)


def stated(ratio: LikelihoodRatio) -> str:
    """log10 of a ratio, marked where it is the least or the most that the data support."""
    return f"{_mark(ratio)}{log10_words(ratio.log10_lr)}"


def stated_at_length(ratio: LikelihoodRatio) -> str:
    """The same with the ratio itself."""
    return f"{_mark(ratio)}{log10_text(ratio.log10_lr)}"


def _mark(ratio: LikelihoodRatio) -> str:
    if ratio.upper is None:
        return f"\u2265{SPACE}"
    return f"\u2264{SPACE}" if ratio.lower is None else ""
