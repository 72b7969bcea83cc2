"""Marks in the picture that say it was generated: explicit labels after GB 45438-2025, other words, generators' names.

Height and duration of a mark are held against the minima that the standard is reported to ask of a video's explicit
label: letters of a twentieth of the shorter side, two seconds.  A mark that is not there speaks for nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured, not_measured
from similarity.describe.picture_text import PictureText, TextLine

__all__ = ["LEAST_HEIGHT_SHARE", "LEAST_SECONDS", "MarkKind", "Minimum", "VisibleMark", "visible_marks"]

LEAST_HEIGHT_SHARE = 0.05
"""Height of the letters that GB 45438-2025 is reported to ask for, share of the picture's shorter side."""
LEAST_SECONDS = 2.0
"""Seconds for which it is reported to ask that the label stands."""
_UNSURE_HAN, _UNSURE_LATIN = 0.9, 0.67
"""Heights are measured up to a tenth too small; of small Latin letters up to a third."""
_SAMPLE_SECONDS = 0.5

MarkKind = Literal["gb45438_label", "generation_claim", "generator_name"]
"""An explicit label in the words of GB 45438 (artificial intelligence, and generated or synthesised); other words that
say so; the name of a generator by itself, which may be an ordinary word."""
Minimum = Literal["meets", "near", "below"]
"""`near`: too close to the minimum to tell, for how exactly it is measured."""

_AI = re.compile(r"人工智能|(?<![a-z])a[il1|](?![a-z])")
_MADE = re.compile(r"生成|合成")
_CLAIMS = re.compile(
    r"(?<![a-z])(?:a[il1|]|artificial intelligence)[\s-]*(?:generated|created|made|synthesi[sz]ed)"
    r"|(?:generated|created|made|synthesi[sz]ed)\s+(?:by|with|using)\s+(?:an?\s+)?"
    r"(?:a[il1|](?![a-z])|artificial intelligence)"
)
_GENERATORS = frozenset(
    (
        *(
            "sora",
            "kling",
            "klingai",
            "jimeng",
            "hailuo",
            "hailuoai",
            "minimax",
            "vidu",
            "viduai",
            "runway",
            "runwayml",
        ),
        *("runwayml", "pika", "pikalabs", "luma", "lumaai", "dreammachine", "veo", "pixverse", "haiper", "midjourney"),
        *("可灵", "可灵ai", "即梦", "即梦ai", "海螺", "海螺ai", "豆包", "豆包ai", "通义", "通义万相", "文心一言"),
        *("清影", "智谱清影", "混元", "腾讯混元"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleMark:
    """A line of text that says, or may say, that the picture was generated."""

    kind: MarkKind
    """What sort of mark."""
    line: TextLine
    """What was read, where, how high, from when to when."""
    height: Minimum
    """Height of its letters against the minimum."""
    duration: Minimum | NotMeasured
    """How long it stands, against the minimum; not measured of a still."""
    is_from_the_start: bool
    """Whether it stands in the first picture that was looked at."""


def visible_marks(text: PictureText | NotMeasured, *, is_still: bool = False) -> tuple[VisibleMark, ...] | NotMeasured:
    """Marks among the lines that were read; not measured where none were read.

    Args:
        text: what stands in the pictures.
        is_still: whether they are one picture.
    """
    return text if isinstance(text, NotMeasured) else tuple(_marks(text, is_still=is_still))


def _marks(text: PictureText, *, is_still: bool) -> Iterator[VisibleMark]:
    for line in text.lines:
        kind = _kind(line.text)
        if kind is not None:
            yield VisibleMark(
                kind=kind,
                line=line,
                height=_height(line),
                duration=_OF_A_STILL if is_still else _duration(line),
                is_from_the_start=line.start_seconds == 0,
            )


_OF_A_STILL = not_measured("a still has no duration")


def _kind(words: str) -> MarkKind | None:
    said = unicodedata.normalize("NFKC", words).casefold()
    if _AI.search(said) and _MADE.search(said):
        return "gb45438_label"
    if _CLAIMS.search(said):
        return "generation_claim"
    return "generator_name" if "".join(filter(str.isalnum, said)) in _GENERATORS else None


def _height(line: TextLine) -> Minimum:
    unsure = _UNSURE_HAN if re.search("[\u4e00-\u9fff]", line.text) else _UNSURE_LATIN
    return _against(line.height_share, LEAST_HEIGHT_SHARE, near=unsure * LEAST_HEIGHT_SHARE)


def _duration(line: TextLine) -> Minimum:
    return _against(line.end_seconds - line.start_seconds, LEAST_SECONDS, near=LEAST_SECONDS - _SAMPLE_SECONDS)


def _against(value: float, minimum: float, *, near: float) -> Minimum:
    return "meets" if value >= minimum else "near" if value >= near else "below"
