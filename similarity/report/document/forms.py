"""Figures as both languages write them: numbers and units without words."""

from __future__ import annotations

import math

from similarity.measure.calibration import LikelihoodRatio
from similarity.report.phrases.finding_words import likelihood_words, log10_words
from similarity.report.phrases.words import SPACE, decimal

__all__ = ["figure", "interval", "log10_text", "number", "share", "whole"]

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
    """A 95 % interval of log10 LR."""
    if not (math.isfinite(ratio.lower) and math.isfinite(ratio.upper)):
        raise ValueError(f"an interval needs finite ends, got {ratio.lower} and {ratio.upper}")
    return f"[{log10_words(ratio.lower)}, {log10_words(ratio.upper)}]"
