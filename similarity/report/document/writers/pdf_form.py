"""A document as PDF/A, typeset by Typst from data; equal documents give equal bytes.

Texts reach Typst as JSON strings, never as markup.  Pictures reach it as SVG files that hold them unchanged, because
it takes virtual files as text only; a JPEG stays the JPEG it was.  No font of the machine is used.
PDF/A-2a: ISO 19005-2, archivable and tagged for those who can't see it.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import Any

from similarity.errors import ReportError
from similarity.report.document.parts import Document, Json, Part, Passage, Section
from similarity.report.plots.plot import Plot
from similarity.report.plots.svg_form import plot_svg
from similarity.text import in_numbers, plain_line

__all__ = ["is_covered", "to_pdf"]

STANDARD = "a-2a"
COVERAGE = "coverage.txt"
HIGHEST_PLOT = 0.7
"""Height over width of a plot at most, so that others have room on its page."""


def to_pdf(document: Document) -> bytes:
    """The document as PDF/A-2a.

    Raises:
        ReportError: the typesetter refuses the document.
    """
    import typst

    drawn = {name: _as_svg(content) for name, content in document.pictures.items()}
    known = {name: svg for name, svg in drawn.items() if svg is not None}
    files = {name: (f"picture-{number}.svg", svg.ratio) for number, (name, svg) in enumerate(known.items())}
    sources: dict[str, bytes] = {
        "main.typ": _template(),
        "document.json": json.dumps(_plain(document, files), ensure_ascii=False).encode("utf-8"),
        **{files[name][0]: svg.content for name, svg in known.items()},
        **_plots(document, known),
    }
    try:
        made = typst.compile(  # type: ignore[call-overload]  # the stubs know no virtual files
            sources,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            timestamp=_timestamp(document.created_utc),
            pdf_standards=[STANDARD],
        )
    except typst.TypstError as error:
        raise ReportError(f"the document can't be typeset: {error.message}; {'; '.join(error.hints)}") from error
    return bytes(made)


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    with as_file(files("similarity.report.document.writers") / "fonts") as folder:
        return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def _template() -> bytes:
    return (files("similarity.report.document.writers") / "template.typ").read_bytes()


def _timestamp(created_utc: str) -> int:
    """Seconds since 1970; a time that can't be read counts as the start of 1970, never as now."""
    try:
        when = datetime.fromisoformat(created_utc)
    except ValueError:
        return 0
    return int(when.replace(tzinfo=when.tzinfo or UTC).timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Svg:
    """A picture in a file of text."""

    content: bytes
    """The file."""
    uri: str
    """The picture in it."""
    ratio: float
    """Height over width."""


def _as_svg(content: bytes) -> _Svg | None:
    """An SVG file that holds a picture unchanged; None where it is no picture that can be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            (width, height), kind = picture.size, picture.get_format_mimetype()
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    uri = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{uri}"/></svg>'
    )
    return _Svg(content=svg.encode("ascii"), uri=uri, ratio=height / width)


def _plots(document: Document, pictures: Mapping[str, _Svg]) -> dict[str, bytes]:
    """Every plot as a file, by its number."""
    plots = (part for section in document.sections for part in section.parts if isinstance(part, Plot))
    return {_plot_name(plot): _plot_file(plot, pictures) for plot in plots}


def _plot_name(plot: Plot) -> str:
    return f"plot-{plot.number}.svg"


def _plot_file(plot: Plot, pictures: Mapping[str, _Svg]) -> bytes:
    lower = dataclasses.replace(plot, height_ratio=min(plot.height_ratio, HIGHEST_PLOT))
    uri = pictures[plot.picture].uri if plot.picture in pictures else ""
    return plot_svg(lower, uri=uri).encode("utf-8")


def _plain(document: Document, pictures: Mapping[str, tuple[str, float]]) -> dict[str, Any]:
    """What the template reads."""
    known = {
        field.name: getattr(document, field.name)
        for field in dataclasses.fields(document)
        if field.name not in {"sections", "pictures", "front"}
    }
    runs = [
        {"label": key.text, "sections": [_section(one) for one in group]}
        for key, group in groupby(document.sections, key=lambda section: section.label)
    ]
    shown: dict[str, Any] = _shown({**known, "front": _parts(document.front), "runs": runs})
    return {**shown, "pictures": {_shown(name): file for name, file in pictures.items()}}


def _section(section: Section) -> dict[str, Any]:
    return {
        "number": section.number,
        "heading": section.heading,
        "starts_page": section.starts_page,
        "parts": _parts(section.parts),
    }


def _parts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [_part(part) for part in parts]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Plot):
        return {"kind": "Plot", "file": _plot_name(part), "caption": part.caption, "number": part.number}
    if isinstance(part, Json):
        return {"kind": "Paragraph", "tone": "small", "text": part.text}
    return {"kind": type(part).__name__, **{one.name: getattr(part, one.name) for one in dataclasses.fields(part)}}


def _shown(value: Any) -> Any:
    """The same with every character that no typeface holds written as its number."""
    if isinstance(value, str):
        return in_numbers(plain_line(value), lambda one: not is_covered(one))
    if isinstance(value, Passage):
        return _shown(value.text)
    if dataclasses.is_dataclass(value):
        return {one.name: _shown(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return value


def is_covered(character: str) -> bool:
    """Whether one of the typefaces in use holds a character."""
    return ord(character) in _covered()


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    """Code points of the text faces, from a list beside the fonts: hexadecimal, one range per line."""
    text = (files("similarity.report.document.writers") / "fonts" / COVERAGE).read_text(encoding="ascii")
    points: set[int] = set()
    for line in text.splitlines():
        first, _, last = line.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)
