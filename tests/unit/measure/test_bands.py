"""Verbal bands: the bundled scale, and what a laboratory's own must be like."""

from __future__ import annotations

import math

import pytest

from similarity.errors import ConfigurationError
from similarity.measure.bands import load_bands

SCALE = "citation: ours\nbands:\n  - {name: none, at_least: 1, en: none, zh: 无}\n"


@pytest.mark.parametrize(
    ("likelihood_ratio", "name"),
    [
        (1, "none"),
        (1.9, "none"),
        (2, "weak"),
        (9.99, "weak"),
        (10, "moderate"),
        (100, "moderately_strong"),
        (1_000, "strong"),
        (10_000, "very_strong"),
        (999_999, "very_strong"),
        (1_000_000, "extremely_strong"),
    ],
)
def test_bands_of_the_bundled_scale(likelihood_ratio, name):
    reading = load_bands().reading(math.log10(likelihood_ratio))
    assert reading.band.name == name
    assert reading.favours == ("neither" if name == "none" else "first")
    inverse = load_bands().reading(-math.log10(likelihood_ratio))
    assert inverse.band.name == name
    assert inverse.favours == ("neither" if name == "none" else "second")


def test_the_bundled_scale_says_where_it_comes_from_in_both_languages():
    bands = load_bands()
    assert "ENFSI Guideline for Evaluative Reporting" in bands.citation
    assert "2015" in bands.citation
    assert all(band.en and band.zh for band in bands.bands)


def test_no_ratio_is_too_large():
    assert load_bands().reading(500.0).band.name == "extremely_strong"
    assert load_bands().reading(-math.inf).favours == "second"
    with pytest.raises(ValueError, match="not a number"):
        load_bands().reading(math.nan)


def test_a_laboratory_brings_its_own(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(SCALE, encoding="utf-8")
    assert load_bands(path).reading(3.0).band.zh == "无"


@pytest.mark.parametrize(
    "text",
    [
        "citation: [",
        "bands: []",
        SCALE + "more: 1\n",
        SCALE.replace("ours", "' '"),
        SCALE.replace("at_least: 1", "at_least: 2"),
        SCALE.replace("at_least: 1", "at_least: much"),
        SCALE.replace("en: none", "en: ''"),
        SCALE.replace("en: none, ", ""),
        SCALE + "  - {name: none, at_least: 2, en: some, zh: 有}\n",
        SCALE + "  - {name: some, at_least: 1, en: some, zh: 有}\n",
    ],
)
def test_a_scale_that_can_not_be_used_is_refused(tmp_path, text):
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"ours\.yaml"):
        load_bands(path)


def test_a_scale_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="can't be read"):
        load_bands(tmp_path / "absent.yaml")
