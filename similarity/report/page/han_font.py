"""A typeface for the Chinese characters of a page, so that they show where the machine has none.

It is cut from the serif face of the documents (Noto Serif SC, SIL Open Font License 1.1) to the characters that a
page may show, and stands last in the page's lists of typefaces: a machine that has Chinese faces uses its own.
"""

from __future__ import annotations

import io
from base64 import b64encode
from functools import lru_cache
from importlib.resources import files
from typing import Any

from similarity.report.phrases.language import LanguageCode

__all__ = ["FAMILIES", "han_faces"]

FAMILIES = ("Report Han", "Report Han More")
"""The characters of the product's own texts; those that only this report holds."""
FIRST_EAST_ASIAN = 0x2E80
"""First code point of East Asian scripts: radicals."""
_FACE = "fonts/NotoSerifSC-Regular.otf"
_LEFT_OUT = ("GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx", "DSIG")


def han_faces(text: str, language: LanguageCode) -> str:
    """CSS that brings the faces; empty where nothing Chinese is shown.

    Args:
        text: everything that the report holds.
        language: of the page's own words.
    """
    own = _own_characters() if language == "zh" else frozenset()
    further = frozenset(one for one in text if ord(one) >= FIRST_EAST_ASIAN) - own
    faces = (_face_css(family, chosen) for family, chosen in zip(FAMILIES, (own, further), strict=True) if chosen)
    return "\n".join(faces)


@lru_cache(maxsize=1)
def _own_characters() -> frozenset[str]:
    """East Asian characters of the catalogue, of the filing forms and of the verbal scale."""
    places = (
        ("similarity.report.phrases", "locale/zh/LC_MESSAGES/report.po"),
        *(("similarity.report.document", f"profiles/{name}.yaml") for name in ("cn", "common", "eu", "page", "us")),
        ("similarity.measure", "data/verbal_bands.yaml"),
    )
    texts = (files(package).joinpath(name).read_text(encoding="utf-8") for package, name in places)
    return frozenset(one for text in texts for one in text if ord(one) >= FIRST_EAST_ASIAN)


def _face_css(family: str, characters: frozenset[str]) -> str:
    font = _cut(characters)
    if not font:
        return ""
    uri = f"data:font/woff;base64,{b64encode(font).decode('ascii')}"
    return f'@font-face {{ font-family: "{family}"; src: url({uri}) format("woff"); }}'


@lru_cache(maxsize=8)
def _cut(characters: frozenset[str]) -> bytes:
    """The face cut to some characters, as WOFF; empty where it holds none of them.  The same give the same bytes."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    content = (files("similarity.report.document.writers") / _FACE).read_bytes()
    face = TTFont(io.BytesIO(content), lazy=True, recalcTimestamp=False)
    points = sorted({ord(one) for one in characters} & set(face.getBestCmap()))
    if not points:
        return b""
    cutter = subset.Subsetter(_options(subset))
    cutter.populate(unicodes=points)
    cutter.subset(face)
    face.flavor = "woff"
    made = io.BytesIO()
    face.save(made)
    return made.getvalue()


def _options(subset: Any) -> Any:
    """Shapes alone: the page sets text from left to right, without features."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.drop_tables += list(_LEFT_OUT)
    return options
