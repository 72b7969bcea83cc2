"""The calibrations of a run: the shipped ones, or the files that the configuration names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from similarity.config import MeasureConfig
from similarity.errors import ConfigurationError
from similarity.measure.calibration import Calibration, from_json

__all__ = ["SHIPPED", "Calibrations", "calibration_texts", "load_calibrations"]

SHIPPED = {"copy": "copy-3.json", "adaptation": "adaptation-3.json"}
"""Files in `similarity/measure/data`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrations:
    """What turns scores into likelihood ratios."""

    copy: Calibration
    """Taken from the pictures of the work, against made independently."""
    adaptation: Calibration
    """Remade after the work, against made independently."""

    @property
    def handles(self) -> dict[str, str]:
        """Proposition -> SHA-256 of its calibration."""
        return {one.proposition: one.sha256 for one in (self.copy, self.adaptation)}


def load_calibrations(config: MeasureConfig) -> Calibrations:
    """Read both.

    Raises:
        ConfigurationError: a file can't be read, or holds a calibration of the other proposition.
    """
    return Calibrations(
        copy=_load("copy", config.copy_calibration), adaptation=_load("adaptation", config.adaptation_calibration)
    )


def calibration_texts(config: MeasureConfig) -> dict[Literal["copy", "adaptation"], str]:
    """Proposition -> the text of its calibration file.

    Raises:
        ConfigurationError: a file can't be read.
    """
    return {
        "copy": _text("copy", config.copy_calibration),
        "adaptation": _text("adaptation", config.adaptation_calibration),
    }


def _load(proposition: Literal["copy", "adaptation"], where: str) -> Calibration:
    if where == "shipped":
        return _shipped(SHIPPED[proposition])
    found = from_json(_text(proposition, where))
    if found.proposition != proposition:
        raise ConfigurationError(
            f"{where} holds a calibration of {found.proposition!r}, expected one of {proposition!r}; "
            f"fit it with: similarity calibrate --proposition {proposition}"
        )
    return found


def _text(proposition: Literal["copy", "adaptation"], where: str) -> str:
    if where == "shipped":
        return (files("similarity.measure") / "data" / SHIPPED[proposition]).read_text(encoding="utf-8")
    try:
        return Path(where).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{where}: can't be read as a calibration: {error}") from error


@lru_cache(maxsize=2)
def _shipped(name: str) -> Calibration:
    return from_json((files("similarity.measure") / "data" / name).read_text(encoding="utf-8"))
