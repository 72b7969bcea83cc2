"""DOCX and CSV are written from the same document; helpers of the document."""

from __future__ import annotations

import csv
import dataclasses
import io

import docx
import pytest
from support.made_documents import KINDS, SHA256, reader_of

from similarity.errors import ConfigurationError
from similarity.report.document.forms import share
from similarity.report.document.numbering import chinese_number
from similarity.report.document.parts import Column, Figure, Paragraph, Table
from similarity.report.document.sections import render
from similarity.report.document.writers.csv_tables import tables_csv
from similarity.report.document.writers.docx_form import to_docx
from similarity.text import plain_line


@pytest.mark.parametrize("kind", [("us", "en"), ("cn", "zh")])
def test_docx_holds_sections_paragraphs_and_tables(kind, documents):
    document = documents[kind]
    made = docx.Document(io.BytesIO(to_docx(document)))
    texts = [one.text for one in made.paragraphs]
    for section in document.sections:
        assert any(text.endswith(section.heading) for text in texts)
        for part in section.parts:
            if isinstance(part, Paragraph):
                assert any(text.endswith(part.text) for text in texts)
    cells = {cell.text for table in made.tables for row in table.rows for cell in row.cells}
    tables = [part for section in document.sections for part in section.parts if isinstance(part, Table)]
    assert {str(cell) for table in tables for row in table.rows for cell in row} <= cells
    assert len(made.inline_shapes) >= 4
    assert SHA256 in made.sections[0].footer.paragraphs[0].text


def test_equal_documents_give_equal_docx(documents):
    assert to_docx(documents["eu", "en"]) == to_docx(documents["eu", "en"])


def test_docx_takes_hostile_text(full_report, pictures):
    suspect = dataclasses.replace(full_report.suspect, title="a\x00b\x0b\ud800<w:t>&amp;")
    report = dataclasses.replace(full_report, suspect=suspect)
    made = docx.Document(io.BytesIO(to_docx(render(report, reader_of(pictures), "us", "en", report_sha256=SHA256))))
    cells = {cell.text for table in made.tables for row in table.rows for cell in row.cells}
    assert "a[U+0000]b [U+D800]<w:t>&amp;" in cells


@pytest.mark.parametrize("kind", KINDS)
def test_every_table_is_written_as_csv(kind, documents):
    tables = [part for section in documents[kind].sections for part in section.parts if isinstance(part, Table)]
    written = tables_csv(documents[kind])
    assert len(written) == len(tables) == len({table.number for table in tables})
    for name, table in zip(written, tables, strict=True):
        assert name.startswith(f"table-{table.number:02d}-")
        rows = list(csv.reader(io.StringIO(written[name], newline="")))
        assert [cell.lstrip("'") for cell in rows[0]] == [column.title for column in table.columns]
        assert [[cell.lstrip("'") for cell in row] for row in rows[1:]] == [
            [str(cell).lstrip("'") for cell in row] for row in table.rows
        ]


def test_csv_guards_against_formulas(documents):
    table = Table(key="x/../y", caption="", columns=(Column(title="=1+1"),), rows=(("@cmd",), ("plain",)), number=1)
    section = dataclasses.replace(documents["us", "en"].sections[0], parts=(table,))
    one = dataclasses.replace(documents["us", "en"], sections=(section,))
    assert tables_csv(one) == {"table-01-x----y.csv": "'=1+1\r\n'@cmd\r\nplain\r\n"}


def test_tables_and_figures_are_numbered_through(documents):
    for document in documents.values():
        parts = [part for section in document.sections for part in section.parts]
        assert sorted(one.number for one in parts if isinstance(one, Table)) == list(
            range(1, 1 + sum(isinstance(one, Table) for one in parts))
        )
        assert all(one.number for one in parts if isinstance(one, Figure))
        index = next(one for one in parts if isinstance(one, Table) and one.key == "index")
        assert len(index.rows) == sum(bool(getattr(one, "number", 0)) for one in parts) - 1


def test_both_languages_have_the_same_shape(documents):
    for profile in ("cn", "eu", "us"):
        here, there = documents[profile, "en"], documents[profile, "zh"]
        for one, other in zip(here.sections, there.sections, strict=True):
            assert one.key == other.key
            assert [type(part) for part in one.parts] == [type(part) for part in other.parts]


def test_what_the_case_adds_is_shown(documents):
    for document in documents.values():
        cells = {
            cell
            for section in document.sections
            for part in section.parts
            if isinstance(part, Table)
            for row in part.rows
            for cell in row
        }
        assert "bought from a stock library" in cells
        assert "the boat turns into the wind" in cells
        assert "Counsel Example" in cells
        assert "broadcast schedule" in cells


def test_unknown_profile_and_bad_hash_are_refused(full_report):
    with pytest.raises(ConfigurationError):
        render(full_report, reader_of({}), "uk", "en", report_sha256=SHA256)
    with pytest.raises(ValueError, match="64 lower-case hexadecimal digits"):
        render(full_report, reader_of({}), "us", "en", report_sha256="ABC")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\nb\tc", "a b c"),
        ("\u202eabc", "[U+202E]abc"),
        ("中\x00", "中[U+0000]"),
        ("\ud83d", "[U+D83D]"),
        ("é\u0301", "é\u0301"),
    ],
)
def test_text_without_shape_is_shown_by_number(text, plain):
    assert plain_line(text) == plain


def test_small_shares_are_never_nothing():
    assert [share(one) for one in (0, 0.0001, 0.5, 0.9999, 1)] == [
        "0\u00a0%",
        "<\u00a00.1\u00a0%",
        "50.0\u00a0%",
        ">\u00a099.9\u00a0%",
        "100\u00a0%",
    ]


def test_chinese_numbers():
    assert [chinese_number(one) for one in (1, 9, 10, 11, 20, 23)] == ["一", "九", "十", "十一", "二十", "二十三"]
