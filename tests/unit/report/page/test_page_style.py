"""The page's style: colours that can be read on every ground, nothing that moves unasked, nothing from elsewhere."""

import re
from itertools import product

import pytest
from support.messages import REPORT

STYLE = (REPORT / "page" / "templates" / "page.css").read_text(encoding="utf-8")
ROOT_RULE, _, RULES = STYLE.partition("}")
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", ROOT_RULE))
TEXT, PART = 4.5, 3.0
"""WCAG 2.2 AA: for text, and for what must be seen to be used."""


def used(name: str) -> set[str]:
    """Variables that are given to a property."""
    return {
        one
        for value in re.findall(rf"[{{;\s]{name}: ([^;}}]+)", RULES)
        for one in re.findall(r"var\(--([\w-]+)\)", value)
    }


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


INKS = sorted((used("color") & set(COLOURS)) - {"paper"})
DARK = {"screen", "ink"}
GROUNDS = sorted((used("background") & set(COLOURS)) - DARK - {"ground"})


@pytest.mark.parametrize(("ink", "ground"), list(product(INKS, GROUNDS)))
def test_text_can_be_read_on_every_ground(ink, ground):
    assert contrast(ink, ground) >= TEXT


@pytest.mark.parametrize("ground", sorted(used("background") & DARK))
def test_light_text_can_be_read_on_dark_grounds(ground):
    assert contrast("paper", ground) >= TEXT


@pytest.mark.parametrize(("part", "ground"), list(product(("focus", "edge", "link", "path"), ("paper", "tint"))))
def test_what_must_be_seen_to_be_used_can_be_seen(part, ground):
    assert contrast(part, ground) >= PART


def test_every_colour_is_named_once_at_the_top():
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", RULES) == []
    assert {"ink", "soft-ink", "paper", "link", "fits", "differs"} <= set(COLOURS)
    assert set(INKS) >= {"ink", "soft-ink", "link", "fits", "differs"}


def test_nothing_moves_unasked():
    assert "animation" not in STYLE
    assert "transition" not in STYLE
    (smooth,) = re.findall(r"scroll-behavior: smooth", STYLE)
    assert STYLE.index("prefers-reduced-motion: no-preference") < STYLE.index(smooth)


def test_the_print_has_no_controls_and_no_dark_ground():
    (printed,) = re.findall(r"@media print \{(.*?)\n\}", STYLE, re.DOTALL)
    hidden = next(line for line in printed.splitlines() if "display: none" in line)
    for part in (".contents", ".skip", ".needs-script", "dialog", "#player"):
        assert part in hidden
    assert "color-scheme: dark" not in STYLE
