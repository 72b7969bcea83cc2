"""The owner's catalogue: checked whole, with the rows as a spreadsheet counts them, before anything is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.local.library import Library
from similarity.config import load_profile
from similarity.errors import ConfigurationError, TableError
from similarity.ingest.add import add_files
from similarity.ingest.catalogue import KNOWN_COLUMNS, read_catalogue
from similarity.ingest.marked_parts import parts_of


@pytest.fixture
def write(tmp_path):
    for name in ("a.mp4", "b.mp4", "c.mp4", "d.mp4"):
        (tmp_path / name).touch()

    def put(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "works.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return put


def problems(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(TableError, match="nothing was imported") as caught:
        read_catalogue(path)
    return [(problem.row, problem.reason) for problem in caught.value.problems]


def test_rows_are_found_by_their_file_wherever_it_is_named_from(write, tmp_path):
    path = write("\ufefffile,id,title,owner\r\na.mp4,A-1,Erster,Ö\r\n,,,\r\n\r\n./b.mp4,,,\r\n")
    catalogue = read_catalogue(path)
    assert catalogue.rows[(tmp_path / "a.mp4").resolve()].entry_id == "A-1"
    assert catalogue.rows[(tmp_path / "a.mp4").resolve()].columns == {"title": "Erster", "owner": "Ö"}
    assert catalogue.rows[(tmp_path / "b.mp4").resolve()].entry_id == "b"
    assert len(catalogue.rows) == 2


def test_every_known_column_may_be_given_in_any_order(write, tmp_path):
    names = sorted(KNOWN_COLUMNS)
    special = {"file": "a.mp4", "salient_parts": '"10,10,60,95; 0,0,20,20"'}
    cells = [special.get(name, f"the {name}") for name in names]
    row = read_catalogue(write(f"{','.join(names)}\n{','.join(cells)}\n")).rows[(tmp_path / "a.mp4").resolve()]
    assert row.entry_id == "the id"
    assert row.columns == {
        name: special.get(name, f"the {name}").strip('"') for name in names if name not in {"file", "id"}
    }


def test_salient_parts_are_boxes_in_percent():
    first, second = parts_of("10,10,60,95; 0,0,20,20")
    assert (first.left, first.top, first.right, first.bottom) == (0.1, 0.1, 0.6, 0.95)
    assert second.area_share == pytest.approx(0.04)
    assert parts_of("") == ()


@pytest.mark.parametrize("cell", ["10,10,60", "a,b,c,d", "60,10,10,95", "0,0,100,101", "nan,0,1,1"])
def test_a_salient_part_that_is_no_box_is_named(write, cell):
    ((row, reason),) = problems(write(f'file,salient_parts\na.mp4,"{cell}"\n'))
    assert row == 2
    assert "salient part" in reason


def test_unknown_and_repeated_and_missing_columns_are_named_with_what_was_meant(write):
    found = problems(write("fil,titel,title,title\na.mp4,x,y,z\n"))
    assert all(row == 1 for row, _ in found)
    reasons = "\n".join(reason for _, reason in found)
    assert "unknown column 'fil'" in reasons
    assert "did you mean 'file'?" in reasons
    assert "did you mean 'title'?" in reasons
    assert "column 'title' stands twice" in reasons
    assert "column 'file' is missing" in reasons


def test_all_bad_rows_are_listed_with_the_numbers_that_a_spreadsheet_shows(write):
    path = write(
        'file,id,notes\na.mp4,one,"two\nlines"\nb.mp4,one,\n\ngone.mp4,two,\na.mp4,three,\n,four,\n'
        'c.mp4,"fi\nve",\nc.mp4,too,many,cells\nd.mp4,few\nc\0.mp4,six,\n'
    )
    found = dict(problems(path))
    assert sorted(found) == [3, 5, 6, 7, 8, 9, 11]
    assert "'one' stands in row 2 already" in found[3]
    assert "gone.mp4 does not exist" in found[5]
    assert "stands in an earlier row already" in found[6]
    assert "'file' is empty" in found[7]
    assert "characters that do not show" in found[8]
    assert found[9].startswith("4 cells, expected 3: one per column; ")
    assert "null character" in found[11]


@pytest.mark.parametrize("name", ["x" * 300 + ".mp4", "a.mp4/b.mp4", "."])
def test_a_file_that_cannot_be_is_a_bad_row(write, name):
    ((row, reason),) = problems(write(f"file\n{name}\n"))
    assert row == 2
    assert "does not exist" in reason


def test_an_empty_catalogue_lacks_its_header(write):
    assert problems(write("")) == [(1, "column 'file' is missing: expected file; got none")]


@pytest.mark.parametrize("content", ["file\nä.mp4\n".encode("latin-1"), b'file\n"a.mp4'], ids=["not UTF-8", "no end"])
def test_what_is_no_csv_in_utf8_is_said(write, tmp_path, content):
    path = write("")
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="can't be read as"):
        read_catalogue(path)
    with pytest.raises(ConfigurationError, match="can't be read as"):
        read_catalogue(tmp_path)


def test_an_id_that_stands_for_something_else_in_the_library_fails_alone(tmp_path, unusual):
    catalogue = tmp_path / "works.csv"
    catalogue.write_text(f"file,id\n{unusual['still']},mine\n{unusual['short']},yours\n")
    with Library.open_or_create(tmp_path / "library") as library:
        add_files([unusual["one_frame"]], library, config=load_profile(), catalogue=None)
        library_ids = {entry.entry_id for entry in library.entries()}
        assert library_ids == {"one_frame"}
        catalogue.write_text(f"file,id\n{unusual['still']},one_frame\n{unusual['short']},yours\n")
        listed = read_catalogue(catalogue)
        results = add_files([unusual["still"], unusual["short"]], library, config=load_profile(), catalogue=listed)
        assert [result.status for result in results] == ["failed", "added"]
        assert {entry.entry_id for entry in library.entries()} == {"one_frame", "yours"}
