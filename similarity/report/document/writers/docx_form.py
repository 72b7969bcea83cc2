"""A document as DOCX, for people who go on writing in it; equal documents give equal bytes.

Drawings of lines are left to the PDF: here their caption stands with a remark.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from similarity.report.document.parts import (
    Bars,
    Blank,
    Bullets,
    Document,
    Entry,
    Facts,
    Figure,
    FigureIndex,
    Heading,
    Json,
    Paragraph,
    Part,
    Picture,
    Section,
    Table,
    Text,
)
from similarity.report.plots.plot import Plot
from similarity.text import plain_line

__all__ = ["to_docx"]

WIDTH_CM = 16.6
"""Width of the text."""
LATIN, HAN = "Times New Roman", "SimSun"
"""Typefaces that word processors bring; none is embedded."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Time of every file inside: a DOCX is a ZIP archive, which would note the clock."""


def to_docx(document: Document) -> bytes:
    """The document as an Office Open XML text."""
    import docx

    made = docx.Document()
    _set_up(made, document)
    made.add_paragraph(document.title, style="Title")
    made.add_paragraph(document.subtitle)
    for part in document.front:
        _WRITERS[type(part)](made, part, document)
    label = ""
    for section in document.sections:
        if section.label.text != label or section.starts_page:
            label = section.label.text
            made.add_page_break()  # type: ignore[no-untyped-call]
        _write_section(made, section, document)
    buffer = io.BytesIO()
    made.save(buffer)
    return _without_clock(buffer.getvalue())


def _set_up(made: Any, document: Document) -> None:
    """Page, typefaces, head and foot, metadata."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    page = made.sections[0]
    width, height = (21.0, 29.7) if document.paper == "a4" else (21.59, 27.94)
    page.page_width, page.page_height = Cm(width), Cm(height)
    page.left_margin = page.right_margin = Cm((width - WIDTH_CM) / 2)
    style = made.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HAN)
    head = page.header.paragraphs[0]
    head.text = document.running_head
    if document.draft_word:
        head.add_run(f"    {document.draft_word}").bold = True
    foot = page.footer.paragraphs[0]
    before, between, after = document.page_words
    foot.add_run(f"{document.footer}    {before}")
    _add_field(foot, "PAGE")
    foot.add_run(between)
    _add_field(foot, "NUMPAGES")
    foot.add_run(after)
    for run in foot.runs:
        run.font.size = Pt(7)
    facts = made.core_properties
    facts.title, facts.author, facts.last_modified_by = document.title[:255], document.author[:255], ""
    facts.created = facts.modified = _moment(document.created_utc)


def _moment(created_utc: str) -> datetime:
    try:
        when = datetime.fromisoformat(created_utc)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def _add_field(paragraph: Any, instruction: str) -> None:
    """A field that the word processor fills: number of the page, number of pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = instruction
        run._r.append(element)  # noqa: SLF001 - the library has no public way to write a field


def _write_section(made: Any, section: Section, document: Document) -> None:
    from docx.shared import Pt

    gap = "" if section.number.endswith("、") else " "
    made.add_heading(f"{section.number}{gap}{section.heading}", level=1)
    if section.label.text:
        made.add_paragraph().add_run(f"[{section.label.text}]").font.size = Pt(8.5)
    for part in section.parts:
        _WRITERS[type(part)](made, part, document)


def _heading(made: Any, part: Heading, _: Document) -> None:
    made.add_heading(part.text, level=part.level)


def _paragraph(made: Any, part: Paragraph, document: Document) -> None:
    paragraph = made.add_paragraph()
    if part.tone == "counsel":
        colon = "\uff1a" if document.language == "zh" else ": "
        paragraph.add_run(f"{document.counsel_word}{colon}").bold = True
    run = paragraph.add_run(part.text)
    run.italic = part.tone == "note"
    if part.tone == "small":
        from docx.shared import Pt

        run.font.size = Pt(8.5)


def _bullets(made: Any, part: Bullets, _: Document) -> None:
    for number, item in enumerate(part.items, 1):
        made.add_paragraph(
            f"{number}. {item}" if part.is_numbered else str(item), style=None if part.is_numbered else "List Bullet"
        )


def _facts(made: Any, part: Facts, _: Document) -> None:
    _grid(made, part.rows, widths=(1.0, 2.6), head=())


def _entry(made: Any, part: Entry, document: Document) -> None:
    made.add_heading(part.title, level=2)
    _side_by_side(made, part.pictures, document)
    _grid(made, part.rows, widths=(1.0, 3.6), head=())


def _side_by_side(made: Any, pictures: tuple[Picture, ...], document: Document) -> None:
    """Pictures in one line of a table without borders, each with its words beneath."""
    from docx.shared import Cm, Pt

    if not pictures:
        return
    grid = made.add_table(rows=1, cols=len(pictures))
    for one, cell in zip(pictures, grid.rows[0].cells, strict=True):
        content = document.pictures.get(one.name)
        paragraph = cell.paragraphs[0]
        if content is None or not _put(
            paragraph.add_run(), content, Cm(WIDTH_CM / max(2, len(pictures)) - 0.6), described=one.described
        ):
            paragraph.add_run(f"[{document.not_at_hand}]")
        cell.add_paragraph().add_run(one.caption).font.size = Pt(8)


def _json(made: Any, part: Json, document: Document) -> None:
    _paragraph(made, Paragraph(text=plain_line(part.text), tone="small"), document)


def _table(made: Any, part: Table, document: Document) -> None:
    _caption(made, document.caption_words[0], part.number, part.caption)
    head = tuple(column.title for column in part.columns)
    _grid(made, part.rows, widths=tuple(column.width for column in part.columns), head=head)


def _grid(made: Any, rows: tuple[tuple[Text, ...], ...], *, widths: tuple[float, ...], head: tuple[str, ...]) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    lines: list[tuple[Text, ...]] = [*([head] if head else []), *rows]
    if not lines:
        return
    grid = made.add_table(rows=len(lines), cols=len(widths), style="Table Grid")
    grid.autofit = False
    shares = [Cm(WIDTH_CM * width / sum(widths)) for width in widths]
    for column, width in zip(grid.columns, shares, strict=True):
        column.width = width
    words = {is_head: _small_run(made, bold=is_head) for is_head in (False, True)}
    for line, row in zip(lines, grid._tbl.tr_lst, strict=True):  # noqa: SLF001 - cells by the library take a second
        for text, width, cell in zip(line, shares, row.tc_lst, strict=True):
            cell.width = width
            run = deepcopy(words[line is head])
            run.text = str(text)
            cell.p_lst[0].append(run)
    if head:
        grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeats the head
    made.add_paragraph()


def _small_run(made: Any, *, bold: bool) -> Any:
    """The element of a run of small letters, to be copied; it stands in no paragraph."""
    from docx.shared import Pt

    paragraph = made.add_paragraph()
    run = paragraph.add_run()
    run.font.size, run.bold = Pt(8), bold
    paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001 - the library makes no run outside a paragraph
    return run._r  # noqa: SLF001


def _caption(made: Any, pattern: str, number: int, text: str) -> None:
    from docx.shared import Pt

    paragraph = made.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(f"{pattern.replace('{number}', str(number))}  {text}")
    run.bold, run.font.size = True, Pt(9)


def _figure(made: Any, part: Figure, document: Document) -> None:
    for start in range(0, len(part.pictures), part.num_columns):
        _side_by_side(made, part.pictures[start : start + part.num_columns], document)
    _caption(made, document.caption_words[1], part.number, part.caption)


def _put(run: Any, content: bytes, width: int, *, described: str) -> bool:
    """Puts a picture into a run, with words for those who can't see it; False where its format is not known."""
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError

    try:
        shape = run.add_picture(io.BytesIO(content), width=width)
    except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError):
        return False
    shape._inline.docPr.set("descr", described)  # noqa: SLF001 - the library has no public way to describe a picture
    return True


def _drawing(made: Any, part: Plot | Bars, document: Document) -> None:
    from docx.shared import Cm

    content = document.pictures.get(part.picture) if isinstance(part, Plot) else None
    if content is not None:
        _put(made.add_paragraph().add_run(), content, Cm(WIDTH_CM / 2), described=part.caption)
    _caption(made, document.caption_words[1], part.number, part.caption)
    made.add_paragraph(f"[{document.drawn_elsewhere}]")


def _blank(made: Any, part: Blank, document: Document) -> None:
    made.add_paragraph(f"{part.label} [{document.blank_word}]")
    for _ in range(part.num_lines):
        made.add_paragraph("_" * 72)


def _index(_: Any, __: FigureIndex, ___: Document) -> None:
    """An index is a table once the document is numbered; before that it shows nothing."""


_WRITERS: Mapping[type[Part], Callable[[Any, Any, Document], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Facts: _facts,
    Entry: _entry,
    Json: _json,
    Table: _table,
    Figure: _figure,
    Plot: _drawing,
    Bars: _drawing,
    Blank: _blank,
    FigureIndex: _index,
}


def _without_clock(content: bytes) -> bytes:
    """The same archive with one fixed time for every file in it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, date_time=LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return buffer.getvalue()
