"""Damage of every kind is found and named."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import Companion, Damage
from index.errors import LibraryDamagedError, LibraryError
from index.local.disk.checksum import mark_open
from index.local.library import Library


@pytest.fixture(scope="module")
def whole(pristine, make, tmp_path_factory) -> Path:
    """A closed library: one compacted segment of each set, and one more of each."""
    path = shutil.copytree(pristine, tmp_path_factory.mktemp("whole") / "library")
    with Library.open(path) as library:
        for name in ("first", "second"):
            library.add(make(name))
        library.compact()
        library.add(make("third"))
    return Path(path)


@pytest.fixture
def path(whole, tmp_path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "library"))


def flip(file: Path, offset: int, mask: int = 0x40) -> None:
    content = bytearray(file.read_bytes())
    content[offset] ^= mask
    file.write_bytes(content)


def check(path: Path) -> tuple[Damage, ...]:
    with Library.open(path) as library:
        return library.check()


def where_or_why(path: Path) -> str:
    """What the check names, or why the library could not even be opened."""
    try:
        return " ".join(damage.where for damage in check(path))
    except LibraryDamagedError as error:
        return str(error)


def segment_of(path: Path, *names: str) -> Path:
    """The float segment that holds just these entries."""
    rows = sqlite3.connect(path / "catalogue.sqlite")
    found = rows.execute(
        "SELECT file_name, group_concat(entry_id, ' ') FROM segments g JOIN segment_parts p ON p.segment = g.id"
        " JOIN entries e ON e.id = p.entry GROUP BY g.id"
    ).fetchall()
    rows.close()
    return next(
        path / "segments" / file
        for file, held in found
        if file.startswith("compact") and sorted(held.split()) == sorted(names)
    )


def test_a_whole_library_has_no_damage(path):
    assert check(path) == ()


def test_a_flipped_byte_anywhere_in_the_catalogue_is_found(path):
    file = path / "catalogue.sqlite"
    original = file.read_bytes()
    random = np.random.default_rng(1)
    offsets = [*range(0, 112, 3), *random.integers(0, len(original), 60).tolist()]
    for offset in offsets:
        flip(file, offset)
        assert "catalogue.sqlite" in where_or_why(path), offset
        for leftover in path.glob("catalogue.sqlite-*"):
            leftover.unlink()
        file.write_bytes(original)
    assert check(path) == ()


def test_a_flipped_byte_anywhere_in_the_seal_is_found(path):
    file = path / "catalogue.seal"
    original = file.read_bytes()
    for offset in range(0, len(original), 4):
        flip(file, offset, 0x01)
        assert [damage.where for damage in check(path)] in (["catalogue.seal"], ["catalogue.sqlite"]), offset
        file.write_bytes(original)


def test_a_flipped_byte_anywhere_in_a_segment_is_found_and_its_entries_named(path):
    file = segment_of(path, "first", "second")
    original = file.read_bytes()
    for offset in [*range(0, 100, 7), len(original) // 2, len(original) - 1]:
        flip(file, offset)
        damages = check(path)
        assert damages[0].where == f"segments/{file.name}"
        assert set(damages[0].affected) == {"first", "second"}
        file.write_bytes(original)


def test_only_the_entries_whose_rows_changed_are_named_for_their_rows(path):
    file = segment_of(path, "first", "second")
    flip(file, len(file.read_bytes()) - 1)
    about_rows = [damage for damage in check(path) if "are not the ones that were added" in damage.what]
    assert [damage.affected for damage in about_rows] == [("second",)]
    with Library.open(path) as library:
        library.descriptors("first", "compact")
        with pytest.raises(LibraryDamagedError, match="second"):
            library.descriptors("second", "compact")


def test_a_truncated_segment_is_found_and_no_search_dies_of_it(path):
    file = segment_of(path, "third")
    file.write_bytes(file.read_bytes()[:-40])
    assert [(damage.where, damage.affected) for damage in check(path)] == [(f"segments/{file.name}", ("third",))]
    with Library.open(path) as library:
        for ask in (
            lambda: library.search("compact", np.ones((1, 16), np.float32), 1, role="work"),
            lambda: library.descriptors("third", "compact"),
        ):
            with pytest.raises(LibraryDamagedError, match=r"third|bytes|cut short"):
                ask()


def test_a_damaged_header_never_reaches_the_search(path):
    flip(segment_of(path, "third"), 9)
    with Library.open(path) as library, pytest.raises(LibraryDamagedError, match="header"):
        library.search("compact", np.ones((1, 16), np.float32), 1, role="work")


def test_a_missing_segment_is_found_and_can_be_mended(path, make):
    segment_of(path, "first", "second").unlink()
    with Library.open(path) as library:
        (damage,) = library.check()
        assert damage.affected == ("first", "second")
        with pytest.raises(LibraryDamagedError, match="missing"):
            library.search("compact", np.ones((1, 16), np.float32), 1, role="work")
        with pytest.raises(LibraryDamagedError, match="compacted"):
            library.compact()
        library.remove("first")
        assert {damage.affected for damage in library.check()} == {("second",)}
        library.remove("second")
        assert library.check() == ()
        library.add(make("first"))
        library.add(make("second"))
        assert library.check() == ()


@pytest.mark.parametrize("name", ["catalogue.seal", "segments"])
def test_missing_files_are_found(path, name):
    target = path / name
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    assert {damage.where.split("/")[0] for damage in check(path)} == {name}


def edit(path: Path, statement: str) -> None:
    """Change the catalogue as no writer would, without a checksum to tell."""
    connection = sqlite3.connect(path / "catalogue.sqlite", isolation_level=None)
    connection.execute(statement)
    connection.close()
    mark_open(path)


@pytest.mark.parametrize(
    ("statement", "affected"),
    [
        ("UPDATE files SET facts_json = replace(facts_json, 'h264', 'h265') WHERE entry = 2", {"second"}),
        ("UPDATE entries SET catalogue_json = replace(catalogue_json, 'Title', 'Tittle') WHERE id = 1", {"first"}),
        ("UPDATE samples SET start_pts = start_pts + 1 WHERE entry = 1", {"first"}),
        ("UPDATE scenes SET is_gradual = start_pts WHERE entry = 3", {"third"}),
        ("UPDATE descriptor_sets SET version = 'test-2' WHERE name = 'pdq'", {"first", "second", "third"}),
        ("INSERT INTO filter_ranges VALUES (1, 0, 0.0, 1.0, 'x', 'y', 'z', '')", {"first"}),
        ("DELETE FROM filter_ranges", set()),
        ("DELETE FROM descriptor_rows WHERE entry = 3", {"third"}),
        ("DELETE FROM segment_parts WHERE entry = 2", {"first", "second"}),
        ("UPDATE segment_parts SET num_rows = num_rows - 1 WHERE entry = 3", {"third"}),
        ("UPDATE segment_parts SET entry = 3 - entry WHERE entry < 3", {"first", "second"}),
        ("DELETE FROM segments WHERE id = (SELECT max(id) FROM segments)", {"third"}),
        ("UPDATE segments SET num_rows = num_rows + 1 WHERE id = (SELECT max(id) FROM segments)", {"third"}),
    ],
)
def test_records_that_disagree_are_found_without_the_seal(path, statement, affected):
    edit(path, statement)
    assert {name for damage in check(path) for name in damage.affected} == affected


def test_rows_that_belong_to_nobody_are_found(path):
    edit(path, "DELETE FROM entries WHERE id = 3")
    assert any("belongs to no row" in damage.what for damage in check(path))


def test_unreadable_tables_are_damage_not_a_crash(path):
    for statement in (
        "UPDATE samples SET pts = x'00' WHERE entry = 1",
        "UPDATE scenes SET start_pts = 7 WHERE entry = 1",
        "UPDATE entries SET catalogue_json = '[' WHERE id = 1",
    ):
        edit(path, statement)
    with Library.open(path) as library:
        for ask in (library.samples, library.scenes, library.entry):
            with pytest.raises(LibraryDamagedError, match="first"):
                ask("first")


def test_a_file_that_is_no_catalogue_is_refused(tmp_path):
    for content in (b"", b"not a database at all" * 100):
        (tmp_path / "catalogue.sqlite").write_bytes(content)
        with pytest.raises(LibraryError, match=r"catalogue\.sqlite"):
            Library.open(tmp_path)
    (tmp_path / "catalogue.sqlite").unlink()
    edit(tmp_path, "CREATE TABLE other (x)")
    with pytest.raises(LibraryDamagedError, match="no catalogue of this product"):
        Library.open(tmp_path)


def numbered(make, name: str, value: float):
    entry = make(name)
    values = np.full((len(entry.samples.indexed), 2), value)
    return replace(entry, companions={"compact": Companion(under="today", values=values)})


def holds(path: Path, value: float) -> bool:
    return any(np.float64(value).tobytes() in file.read_bytes() for file in path.glob("segments/numbers-*"))


def test_numbers_beside_rows_leave_the_disk_with_their_entry(path, make):
    with Library.open(path) as library:
        for name, value in (("fourth", 1.2345), ("fifth", 6.789)):
            library.add(numbered(make, name, value))
        library.compact()
        assert len(list(path.glob("segments/numbers-*"))) == 1
        assert holds(path, 1.2345)
        library.remove("fourth")
        assert not holds(path, 1.2345)
        assert (library.companion("fifth", "compact").values == 6.789).all()
        assert library.check() == ()


def test_changed_numbers_are_found_and_not_read(path, make):
    with Library.open(path) as library:
        library.add(numbered(make, "fourth", 1.2345))
        (file,) = path.glob("segments/numbers-*")
        flip(file, 11)
        (damage,) = library.check()
        assert (damage.where, damage.affected) == (f"segments/{file.name}", ("fourth",))
        with pytest.raises(LibraryDamagedError, match="numbers beside"):
            library.companion("fourth", "compact")
        file.unlink()
        assert [one.affected for one in library.check()] == [("fourth",)]
        with pytest.raises(LibraryDamagedError):
            library.companion("fourth", "compact")
