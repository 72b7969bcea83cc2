"""Tables as spreadsheets of several countries write them."""

from __future__ import annotations

import io
import zipfile

import pytest

from similarity.errors import ConfigurationError, TableError
from similarity.ingest.catalogue import read_catalogue
from similarity.scan.opinions import Opinion, opinions_csv, read_opinions
from similarity.tables import RowError, named_file, read_table

CELLS = [["File", " ID ", "Title", ""], ["films\\a.mp4", "A-1", "北京的秋天第一集", ""], ["", "", "", ""]]


def written(separator: str, end: str, *, sign: bool = False) -> str:
    head = f"sep={separator}{end}" if sign else ""
    return head + "".join(separator.join(row) + end for row in CELLS)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_a_catalogue_reads_the_same_however_a_spreadsheet_saved_it(tmp_path, separator, end, encoding):
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "a.mp4").touch()
    table = tmp_path / "works.csv"
    for sign in (False, True):
        table.write_bytes(written(separator, end, sign=sign).encode(encoding))
        row = read_catalogue(table).rows[(tmp_path / "films" / "a.mp4").resolve()]
        assert (row.entry_id, row.columns) == ("A-1", {"title": "北京的秋天第一集"})
        assert [one.row for one in read_table(table).rows] == [2]


def workbook() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (workbook(), "a workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel"),
        ("file,title\na.mp4,Größe für Öl\n".encode("cp1252"), "line 2 holds the byte 0xf6"),
        ("file,title\na.mp4,äöü ÄÖÜ äöü\n".encode("cp1252"), "of another encoding"),
        ("file,title\na.mp4,Привет, мир и всё остальное\n".encode("cp1251"), "of another encoding"),
        ("file,title\na.mp4,映画の夜に見たもの\n".encode("shift-jis"), "of another encoding"),
        (b"\xff\xfef\0i\0l", "first bytes say utf-16"),
    ],
)
def test_what_cannot_be_read_says_what_it_is_and_what_to_save_it_as(tmp_path, content, got):
    path = tmp_path / "works.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=got) as refused:
        read_catalogue(path)
    assert str(path) in str(refused.value)
    assert isinstance(refused.value, TableError) or "CSV UTF-8" in str(refused.value)


def test_a_quote_that_does_not_close_is_named_by_the_line_on_which_it_opens(tmp_path):
    path = tmp_path / "works.csv"
    path.write_text('file,title\na.mp4,"one\ntwo"\nb.mp4,"open\nc.mp4,x\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 4: "):
        read_table(path)


def test_cells_without_a_column_are_named_with_row_line_and_column(tmp_path):
    path = tmp_path / "works.csv"
    path.write_text('id;\n"a\nb";\nc;stray\nd;;beyond\ne\n', encoding="utf-8")
    table = read_table(path)
    assert [str(one).split(":")[0] for one in table.problems] == ["row 3 (line 4)", "row 4 (line 5)"]
    assert "column 2 has no name in the header, got 'stray'" in table.problems[0].reason
    assert "3 cells, expected 2" in table.problems[1].reason
    assert [row.text("id") for row in table.rows] == ["a\nb", "e"]
    with pytest.raises(TableError, match="2 problem"):
        table.checked(lambda row: row.row)


def test_a_comma_parts_decimals_only_where_it_parts_no_cells(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("a;b;c\n1,5;2.5;x\n", encoding="utf-8")
    (row,) = read_table(path).rows
    assert (row.number("a"), row.number("b")) == (1.5, 2.5)
    with pytest.raises(RowError, match=r"c: expected a number such as 12.5, got 'x'"):
        row.number("c")
    path.write_text('a,b\n"1,500",2\n', encoding="utf-8")
    (row,) = read_table(path).rows
    with pytest.raises(RowError, match="'1,500'"):
        row.number("a")


def test_opinions_that_a_german_spreadsheet_saved_again_are_the_same(tmp_path):
    said = Opinion(
        suspect_sha256="aa",
        work_sha256="bb",
        work_start_seconds=10.25,
        work_end_seconds=20.0,
        score=7.5,
        verdict="rejected",
        by="Ada",
        note="licensed",
        given_utc="2026-01-02T00:00:00Z",
    )
    path = tmp_path / "said.csv"
    path.write_bytes(opinions_csv([said]).replace(",", ";").replace(".", ",").encode("utf-8-sig"))
    assert read_opinions(path) == (said,)


def test_a_name_with_a_backslash_is_taken_as_written_where_such_a_file_is(tmp_path):
    assert named_file("a\\b.mp4", tmp_path) == tmp_path / "a" / "b.mp4"
    (tmp_path / "a\\b.mp4").touch()
    assert named_file("a\\b.mp4", tmp_path) == tmp_path / "a\\b.mp4"
