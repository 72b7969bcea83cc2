"""The reader of text: the PP-OCRv6 models that the package `rapidocr` brings in its wheel, run by `onnxruntime`.

Chinese and English, upright or nearly so.  Nothing is fetched: the files of the weights are named one by one.
Models: PaddleOCR (Apache-2.0), https://github.com/PaddlePaddle/PaddleOCR.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.media.types import Picture

__all__ = ["INSTALL", "ReadLine", "TextEngine", "text_at_hand", "text_engine"]

INSTALL = "pip install 'substantial-similarity[text]'"
"""What brings the reader."""
LEAST_CONFIDENCE = 0.8
"""Lines of which the reader is less sure are left out: mostly texture taken for letters."""
LEAST_CHARACTERS = 2
"""Letters, digits or Han characters that a line has at least."""
FINDING_SIDE_PIXELS = 384
"""Longer side at which lines are looked for; what they say is read at the size of the picture."""
_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line in one picture."""

    text: str
    """What it says."""
    corners: tuple[tuple[float, float], ...]
    """Its four corners, dots, from the upper left one clockwise."""
    confidence: float
    """How sure the reader is, 0 to 1."""


class TextEngine(Protocol):
    """Reads the lines of a picture."""

    @property
    def name(self) -> str:
        """Package and models."""

    @property
    def weights_sha256(self) -> str:
        """SHA-256 over the weights."""

    def read(self, picture: Picture) -> tuple[ReadLine, ...]:
        """Lines of an RGB picture, from above."""


def text_at_hand() -> NotMeasured | None:
    """None where the reader and its weights are installed, else why not; `INSTALL` brings them."""
    for package in ("rapidocr", "onnxruntime"):
        if find_spec(package) is None:
            return not_measured(
                "the package {package}, which reads text in the pictures, was not installed", package=package
            )
    if missing := [path.name for path in _weights() if not path.is_file()]:
        return not_measured("the installed package rapidocr brings no {names}", names=", ".join(missing))
    return None


@lru_cache(maxsize=1)
def text_engine() -> TextEngine | NotMeasured:
    """The reader, loaded once; or why there is none."""
    return text_at_hand() or _Rapid()


def _weights() -> tuple[Path, Path]:
    found = find_spec("rapidocr")
    places = [] if found is None else list(found.submodule_search_locations or ())
    folder = Path(places[0] if places else ".") / "models"
    return folder / _DETECTOR, folder / _RECOGNISER


class _Rapid:
    """`rapidocr` on one thread, so that a batch of files shares the cores."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        detector, recogniser = _weights()
        self.name = f"rapidocr {_installed('rapidocr')}, onnxruntime {_installed('onnxruntime')}: PP-OCRv6 small"
        self.weights_sha256 = hashlib.sha256(detector.read_bytes() + recogniser.read_bytes()).hexdigest()
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.text_score": LEAST_CONFIDENCE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.model_path": str(detector),
                "Det.limit_type": "max",
                "Det.limit_side_len": FINDING_SIDE_PIXELS,
                "Rec.model_path": str(recogniser),
            }
        )

    def read(self, picture: Picture) -> tuple[ReadLine, ...]:
        found = self._engine(np.ascontiguousarray(picture[:, :, ::-1]))  # it reads BGR
        if found.txts is None or found.boxes is None:
            return ()
        lines = (
            ReadLine(text=unicodedata.normalize("NFC", text).strip(), corners=_corners(box), confidence=float(score))
            for text, box, score in zip(found.txts, found.boxes, found.scores, strict=True)
        )
        return tuple(line for line in lines if sum(map(str.isalnum, line.text)) >= LEAST_CHARACTERS)


def _corners(box: npt.NDArray[np.float32]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in box)


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of unknown version"
