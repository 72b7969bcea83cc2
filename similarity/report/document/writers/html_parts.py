"""Parts of a document as HTML, for the page; texts are escaped, and no style stands in an attribute."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from similarity.report.document.parts import (
    Bullets,
    Column,
    Entry,
    Facts,
    Figure,
    Heading,
    Json,
    Paragraph,
    Part,
    Picture,
    Table,
    Text,
)
from similarity.report.phrases.words import pretty_json
from similarity.report.plots.plot import Plot
from similarity.report.plots.svg_form import plot_svg

__all__ = ["PartsHtml", "text_html"]

MOST_ROWS = 30
DEFAULT_COLUMNS = 2
"""Pictures of a figure side by side, where nothing else is asked."""
MOST_NARROW = 3
"""Columns that stand side by side on a narrow screen; cells of more stand one below the other."""
_LONG_WORDS = re.compile(r"(\S{26,})")
"""Hashes, paths, names without spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsHtml:
    """Writes parts for one page."""

    uri_by_name: Mapping[str, str]
    """Data URI of every picture at hand, by its name in the report."""
    counsel_word: str
    """Said before a remark for counsel."""

    most_rows: int = MOST_ROWS
    """Rows of a table that are shown at once; a longer one unfolds on a click."""

    def __call__(self, parts: Sequence[Part], anchor: str) -> Markup:
        """The parts; `anchor` begins the identifiers inside them."""
        anchors = (f"{anchor}-{number}" for number in range(1, len(parts) + 1))
        return Markup("\n").join(_WRITERS[type(part)](part, self, at) for part, at in zip(parts, anchors, strict=True))


def text_html(text: Text) -> Markup:
    """The text, its long words so that they may break anywhere; a link where it leads on."""
    if isinstance(text, str):
        return _breakable(text)
    words = Markup('<span lang="en">{}</span>').format(text.text) if text.is_english else _breakable(text.text)
    return Markup('<a href="#{}">{}</a>').format(text.target, words) if text.target else words


def _breakable(text: str) -> Markup:
    """The text, its long words in elements that may break anywhere."""
    pieces = _LONG_WORDS.split(text)
    return Markup("").join(
        Markup('<span class="long">{}</span>' if number % 2 else "{}").format(piece)  # noqa: S704 - constants
        for number, piece in enumerate(pieces)
    )


def _heading(part: Heading, _: PartsHtml, __: str) -> Markup:
    return Markup("<h{0}>{1}</h{0}>").format(part.level + 1, part.text)


def _paragraph(part: Paragraph, writer: PartsHtml, _: str) -> Markup:
    before = Markup("<b>{}</b> ").format(writer.counsel_word) if part.tone == "counsel" else ""
    return Markup('<p class="filed-{}">{}{}</p>').format(part.tone, before, part.text)


def _bullets(part: Bullets, _: PartsHtml, __: str) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(text_html(item)) for item in part.items)
    return Markup("<{0}>{1}</{0}>").format("ol" if part.is_numbered else "ul", items)


def _facts(part: Facts, _: PartsHtml, __: str) -> Markup:
    row = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    return Markup('<dl class="filed-facts">{}</dl>').format(
        Markup("").join(row.format(name, text_html(value)) for name, value in part.rows)
    )


def _entry(part: Entry, writer: PartsHtml, _: str) -> Markup:
    title = Markup('<a href="#{}">{}</a>').format(part.target, part.title) if part.target else part.title
    shown = Markup("").join(_picture(one, writer) for one in part.pictures)
    return Markup('<article class="entry"><h3>{}</h3><div class="entry-pictures">{}</div>{}</article>').format(
        title, shown, _facts(Facts(rows=part.rows), writer, "")
    )


def _json(part: Json, _: PartsHtml, __: str) -> Markup:
    return Markup('<pre tabindex="0">{}</pre>').format(pretty_json(part.text))


def _table(part: Table, writer: PartsHtml, __: str) -> Markup:
    head = Markup("").join(_head(column) for column in part.columns)
    body = Markup("\n").join(_row(row, part.columns) for row in part.rows)
    kind = " many" if len(part.columns) > MOST_NARROW else ""
    is_folded = len(part.rows) > writer.most_rows
    caption = Markup("") if is_folded else Markup("<caption>{}</caption>").format(part.caption)
    table = Markup(
        '<div class="wide" role="region" aria-label="{}" tabindex="0"><table class="filed{}">{}{}'
        "<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>"
    ).format(part.caption, kind, caption, _widths(part.columns), head, body)
    if not is_folded:
        return table
    counted = Markup("{} ({})").format(part.caption, len(part.rows)) if len(part.rows) > MOST_ROWS else part.caption
    return Markup('<details class="inner"><summary>{}</summary>{}</details>').format(counted, table)


def _widths(columns: Sequence[Column]) -> Markup:
    whole = sum(column.width for column in columns)
    return Markup("<colgroup>{}</colgroup>").format(
        Markup("").join(Markup('<col width="{:.1f}%">').format(100 * column.width / whole) for column in columns)
    )


def _head(column: Column) -> Markup:
    return Markup('<th scope="col"{}>{}</th>').format(_classes(column), column.title)


def _classes(column: Column) -> Markup:
    return Markup(' class="number"') if column.is_number else Markup("")


def _row(row: Sequence[Text], columns: Sequence[Column]) -> Markup:
    cells = [_cell(cell, column) for cell, column in zip(row, columns, strict=True)]
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _cell(cell: Text, column: Column) -> Markup:
    shown = Markup("<code>{}</code>").format(text_html(cell)) if column.is_code else text_html(cell)
    return Markup('<td{} data-label="{}">{}</td>').format(_classes(column), column.title, shown)


def _plot(part: Plot, writer: PartsHtml, anchor: str) -> Markup:
    drawing = plot_svg(part, uri=writer.uri_by_name.get(part.picture, ""), labelled_by=f"{anchor}-caption")
    return Markup('<figure class="plot">{}<figcaption id="{}-caption">{}</figcaption></figure>').format(
        drawing, anchor, part.caption
    )


def _figure(part: Figure, writer: PartsHtml, _: str) -> Markup:
    shown = Markup("").join(_picture(one, writer) for one in part.pictures)
    columns = f" in-{part.num_columns}" if part.num_columns > DEFAULT_COLUMNS else ""
    return Markup('<div class="maps{}" role="group" aria-label="{}">{}</div><p class="filed-small">{}</p>').format(
        columns, part.caption, shown, part.caption
    )


def _picture(one: Picture, writer: PartsHtml) -> Markup:
    uri = writer.uri_by_name.get(one.name)
    seen = (
        Markup('<span class="no-picture">{}</span>').format(one.name)
        if uri is None
        else Markup('<img class="enlargeable" src="{}" alt="{}" decoding="async">').format(uri, one.described)
    )
    return Markup('<figure class="map">{}<figcaption>{}</figcaption></figure>').format(seen, one.caption)


_WRITERS: Mapping[type, Callable[[Any, PartsHtml, str], Markup]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Facts: _facts,
    Entry: _entry,
    Json: _json,
    Table: _table,
    Plot: _plot,
    Figure: _figure,
}
"""What the page's sections hold; fields to be filled in are those of documents."""
