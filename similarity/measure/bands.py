"""Verbal equivalents of likelihood ratios: a cited table that a laboratory replaces by its own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from similarity.errors import ConfigurationError

__all__ = ["VerbalBand", "VerbalBands", "VerbalReading", "load_bands"]

_BAND_KEYS = {"name", "at_least", "en", "zh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbalBand:
    """Words for a range of likelihood ratios."""

    name: str
    """Short name for machines."""
    at_least: float
    """Lowest likelihood ratio of the band, 1 or more; the band ends below the next band's."""
    en: str
    """Words in English."""
    zh: str
    """Words in Chinese."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.at_least) and self.at_least >= 1):
            raise ValueError(f"band {self.name!r} must begin at a likelihood ratio of 1 or more, got {self.at_least}")
        if not all(text.strip() for text in (self.name, self.en, self.zh)):
            raise ValueError(f"band {self.name!r} needs a name and words in en and zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbalReading:
    """What a scale says of one likelihood ratio."""

    band: VerbalBand
    """The words."""
    favours: Literal["first", "second", "neither"]
    """first: "taken from this work"; second: "made independently"; neither: the lowest band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbalBands:
    """A whole verbal scale."""

    citation: str
    """Where the scale comes from."""
    bands: tuple[VerbalBand, ...]
    """Bands in ascending order; the first begins at 1."""

    def __post_init__(self) -> None:
        starts = [band.at_least for band in self.bands]
        if not self.citation.strip():
            raise ValueError("a verbal scale must say where it comes from: citation is empty")
        if not starts or starts[0] != 1 or any(low >= high for low, high in itertools.pairwise(starts)):
            raise ValueError(f"bands must begin at 1 and ascend, got at_least = {starts}")
        if len({band.name for band in self.bands}) != len(self.bands):
            raise ValueError("names of bands must differ")

    def reading(self, log10_lr: float) -> VerbalReading:
        """The band of a log10 likelihood ratio, and the proposition that it favours.

        Raises:
            ValueError: the ratio is not a number.
        """
        if math.isnan(log10_lr):
            raise ValueError("a likelihood ratio that is not a number has no verbal equivalent")
        # compared as logarithms, where no ratio overflows
        step = sum(abs(log10_lr) >= math.log10(band.at_least) for band in self.bands) - 1
        favoured: Literal["first", "second"] = "first" if log10_lr > 0 else "second"
        return VerbalReading(band=self.bands[step], favours=favoured if step else "neither")


def load_bands(path: Path | None = None) -> VerbalBands:
    """The verbal scale of a YAML file, or the one that comes with the product (ENFSI 2015).

    Raises:
        ConfigurationError: unreadable, unknown or missing keys, or bands out of order.
    """
    if path is None:
        return _bundled()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"verbal scale {path} can't be read: {error}") from error
    return _parsed(text, str(path))


@lru_cache(maxsize=1)
def _bundled() -> VerbalBands:
    scale = files("similarity.measure").joinpath("data/verbal_bands.yaml")
    return _parsed(scale.read_text(encoding="utf-8"), "verbal_bands.yaml")


def _parsed(text: str, name: str) -> VerbalBands:
    from similarity.yaml_files import plain_yaml

    content = plain_yaml(text, name=f"verbal scale {name}")
    if not isinstance(content, Mapping) or set(content) != {"citation", "bands"}:
        raise ConfigurationError(
            f"verbal scale {name}: expected exactly the keys citation and bands, got {content!r:.200}"
        )
    rows = content["bands"]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and set(row) == _BAND_KEYS for row in rows):
        raise ConfigurationError(
            f"verbal scale {name}: every band needs exactly the keys {', '.join(sorted(_BAND_KEYS))}"
        )
    try:
        bands = tuple(
            VerbalBand(name=str(row["name"]), at_least=float(row["at_least"]), en=str(row["en"]), zh=str(row["zh"]))
            for row in rows
        )
        return VerbalBands(citation=str(content["citation"]), bands=bands)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"verbal scale {name}: {error}") from error
