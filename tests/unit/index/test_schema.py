"""The catalogue's format: newer ones are refused, older ones brought up to date."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import index
from index import DescriptorSet
from index.errors import LibraryError, LibraryVersionError
from index.local.creation import create
from index.local.disk.checksum import checksum_damage, write_checksum
from index.local.library import Library
from index.local.sql import catalogue, schema
from index.local.sql.connection import connect, transaction
from index.local.sql.schema import MIGRATIONS, newest_format
from index.local.store import Store

LATER = newest_format() + 1
FLOATS = DescriptorSet(name="compact", version="test-1", weights_sha256=None, kind="float", dimensions=16)
BITS = DescriptorSet(name="pdq", version="test-1", weights_sha256=None, kind="binary", dimensions=64)


def test_a_newer_library_is_refused_naming_its_version(path):
    with closing(sqlite3.connect(path / "catalogue.sqlite", isolation_level=None)) as future:
        future.execute("UPDATE library SET written_by = '47.11.0'")
        future.execute("PRAGMA user_version = 99")
    write_checksum(path)
    with pytest.raises(LibraryVersionError, match=r"version 47\.11\.0 \(library format 99\)"):
        Library.open(path)
    assert checksum_damage(path) is None


def test_making_a_library_prints_nothing(tmp_path, capfd):
    Library.open_or_create(tmp_path / "new").close()
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def later(tmp_path) -> Path:
    """The migrations of a later version."""
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "later"))
    (folder / f"{LATER:04d}.language.sql").write_text(
        f"ALTER TABLE files ADD COLUMN language TEXT NOT NULL DEFAULT 'unknown';\nPRAGMA user_version = {LATER};\n"
    )
    return folder


def test_a_migration_that_selects_prints_nothing(path, later, capsys):
    (later / f"{LATER + 1:04d}.look.sql").write_text(f"SELECT 1;\nPRAGMA user_version = {LATER + 1};\n")
    with Library(Store(path, migrations=later)) as library:
        assert library.check() == ()
    assert capsys.readouterr().out == ""


def test_an_older_library_is_brought_up_to_date(path, later, make):
    with Library.open(path) as library:
        library.add(make("film"))
        state = library.state_sha256()
        reader = sqlite3.connect(path / "catalogue.sqlite")
        reader.execute("SELECT * FROM entries").fetchone()
        with Library(Store(path, migrations=later)) as upgraded:
            assert upgraded.state_sha256() == state
            assert upgraded.check() == ()
            assert upgraded.add(make("another")).was_added
            assert upgraded.check() == ()
        assert reader.execute("SELECT DISTINCT language FROM files").fetchall() == [("unknown",)]
        reader.close()
    assert checksum_damage(path) is None
    assert not list(path.glob("*.tmp*"))
    with pytest.raises(LibraryVersionError, match=f"library format {LATER}"):
        Library.open(path)


def test_a_library_of_format_1_is_brought_up_to_date_and_takes_content_twice(tmp_path, make, monkeypatch):
    path, first = tmp_path / "library", tmp_path / "first"
    first.mkdir()
    shutil.copy(MIGRATIONS / "0001.initial.sql", first)
    entry = make("film")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", first)
        create(path)
    of_then = tuple(query.replace(", kind, decided_on", "") for query in catalogue._RECORD)
    with Library(Store(path, migrations=first)) as library, monkeypatch.context() as patch:
        patch.setattr(catalogue, "_RECORD", of_then)
        patch.setattr(catalogue, "_STATE", catalogue._STATE[:1])
        patch.setattr(catalogue, "optional_sets", lambda _: frozenset())
        patch.setattr(Library, "_compact", lambda *_, **__: 0)
        patch.setattr("index.local.library.grow", lambda *_: None)
        library.declare_set(FLOATS)
        library.declare_set(BITS)
        library.add(entry)
        state = library.state_sha256()
        with pytest.raises(LibraryError, match="UNIQUE"):
            library.add(replace(entry, entry_id="number-2"))
    with Library.open(path) as library:
        assert library.state_sha256() == state
        assert library.check() == ()
        assert library.add(replace(entry, entry_id="number-2")).was_added
        for one in ("film", "number-2"):
            np.testing.assert_array_equal(library.descriptors(one, "pdq"), entry.descriptors["pdq"])
            assert len(library.samples(one)) == len(entry.samples)
        library.remove("film")
        library.remove("number-2")
        assert library.check() == ()
    assert not [file for file in path.rglob("*") if file.is_file() and b"Title of film" in file.read_bytes()]


@pytest.mark.parametrize(
    ("migration", "why"),
    [
        (f"DELETE FROM entries;\nCREATE TABLE entries (x);\nPRAGMA user_version = {LATER + 1};", "already exists"),
        (f"DELETE FROM files;\nPRAGMA user_version = {LATER};", f"could not be brought to format {LATER + 1}"),
    ],
)
def test_an_upgrade_that_fails_leaves_the_library_as_it_was(path, later, make, migration, why):
    with Library.open(path) as library:
        library.add(make("film"))
    (later / f"{LATER + 1:04d}.bad.sql").write_text(migration)
    with pytest.raises(LibraryError, match=why):
        Store(path, migrations=later)
    with Library.open(path) as library:
        assert [entry.entry_id for entry in library.entries()] == ["film"]
        assert library.check() == ()
    assert not list(path.glob("*.tmp*"))


def test_every_migration_sets_its_number():
    files = sorted(MIGRATIONS.glob("*.sql"))
    assert [int(file.name[:4]) for file in files] == list(range(1, newest_format() + 1))
    for number, file in enumerate(files, start=1):
        assert file.read_text(encoding="utf-8").rstrip().endswith(f"PRAGMA user_version = {number};")


def test_a_catalogue_says_nothing_of_the_machine_that_made_it(path):
    with closing(sqlite3.connect(path / "catalogue.sqlite")) as made:
        assert set(made.execute("SELECT username, hostname FROM _yoyo_log")) == {("", "")}


def test_importing_the_package_loads_nothing_heavy():
    heavy = "('faiss', 'torch', 'yoyo', 'sqlite3', 'numpy', 'filelock')"
    script = f"import sys, index; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_there():
    for name in index.__all__:
        assert getattr(index, name).__name__ == name
    assert set(dir(index)) == set(index.__all__)
    with pytest.raises(AttributeError, match="it has AddOutcome"):
        index.Nothing  # noqa: B018  # asking is the test


@pytest.mark.parametrize("writes", [False, True])
def test_a_change_that_an_interrupt_left_half_way_ends_in_silence_after_its_connection(tmp_path, writes):
    """Ctrl-C may strike before `with` knows what it holds: then the change is let go when the library is closed."""
    path = tmp_path / "catalogue.sqlite"
    connection = connect(path, must_exist=False)
    connection.execute("CREATE TABLE kept (number INTEGER)")
    left = transaction(connection, writes=writes)
    left.__enter__()
    if writes:
        connection.execute("INSERT INTO kept VALUES (1)")
    connection.close()
    left.gen.close()
    again = connect(path)
    assert again.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    again.close()


def test_a_right_to_change_that_an_interrupt_left_behind_ends_in_silence_and_the_next_one_is_given(tmp_path):
    path = tmp_path / "library"
    create(path)
    store = Store(path)
    left = store.changing(1.0)
    left.__enter__()
    store.close()
    left.gen.close()
    again = Store(path)
    with again.changing(1.0):
        pass
    assert checksum_damage(path) is None
    again.close()
