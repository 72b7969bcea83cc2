"""A reader stays at its generation, whatever is added, compacted or removed meanwhile, by whomever."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryChangedError, LibraryDamagedError, UnknownEntryError
from index.local import snapshot
from index.local.disk import leases
from index.local.disk.leases import READERS_FOLDER, held_files, take_lease
from index.local.disk.lock import WriterLock
from index.local.library import Library

HOLDER = """
import sys
from pathlib import Path
from index.local.library import Library
from index.local.disk.lock import WriterLock
library = Library.open(Path(sys.argv[1]))
reader = library.snapshot()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def filled(path, make):
    with Library.open(path) as library:
        for name in ("film", "series", "short"):
            library.add(make(name))
    return path


def segments(path: Path) -> set[str]:
    return {one.name for one in (path / "segments").iterdir()}


def everything(reader, make) -> list:
    """All that a reader says, as far as it can be compared."""
    ids = [entry.entry_id for entry in reader.entries()]
    hits = reader.search("compact", make("series").descriptors["compact"], 3, role="work")
    found = [[hits.entry_ids[one] if one >= 0 else None for one in line] for line in hits.entry.tolist()]
    rows = [reader.descriptors(one, name).tobytes() for one in ids for name in ("compact", "pdq")]
    return [ids, found, hits.value.tolist(), rows, reader.state_sha256(), [len(reader.samples(one)) for one in ids]]


def test_what_is_added_shows_in_the_next_reader_only(filled, make):
    with Library.open(filled) as library, Library.open(filled) as other:
        reader = library.snapshot()
        before = everything(reader, make)
        other.add(make("late"))
        assert everything(reader, make) == before
        assert [one.entry_id for one in library.entries()] == ["film", "late", "series", "short"]
        assert [one.entry_id for one in library.snapshot().entries()] == ["film", "late", "series", "short"]


def test_what_is_removed_or_compacted_stays_readable_until_the_reader_ends(filled, make):
    with Library.open(filled) as library, Library.open(filled) as other:
        reader = library.snapshot()
        before, files = everything(reader, make), segments(filled)
        other.remove("series")
        other.compact()
        with pytest.raises(UnknownEntryError):
            other.samples("series")
        assert everything(reader, make) == before
        assert files < segments(filled)
        assert other.check() == ()
        reader.close()
        assert len(segments(filled)) == 2
        assert not segments(filled) & files
        trace = make("series").descriptors["pdq"].tobytes()
        assert trace not in b"".join(file.read_bytes() for file in filled.rglob("*") if file.is_file())
        assert other.check() == ()


def test_closing_the_library_closes_its_readers(filled):
    with Library.open(filled) as library:
        library.snapshot()
        library.snapshot()
        assert len(list((filled / READERS_FOLDER).glob("*.lock"))) == 2
    assert list((filled / READERS_FOLDER).iterdir()) == []


def test_a_library_that_stays_open_does_not_collect_closed_readers(filled):
    with Library.open(filled) as library:
        library.snapshot().close()
        ended = [weakref.ref(one) for one in library._snapshots]
        library.snapshot()
        gc.collect()
        assert [one() for one in ended] == [None]
    assert list((filled / READERS_FOLDER).iterdir()) == []


def test_a_reader_in_another_process_holds_and_one_that_was_killed_does_not(filled, make):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(filled)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    with holder, Library.open(filled) as library:
        assert holder.stdout.readline() == "held\n"
        files = segments(filled)
        library.remove("film")
        assert files <= segments(filled)
        holder.kill()
        holder.wait(timeout=30)
        library.add(make("late"))
        assert not files <= segments(filled)
        assert list((filled / READERS_FOLDER).iterdir()) == []


def test_a_lease_that_is_still_being_taken_holds_everything(filled):
    lease = take_lease(filled)
    assert held_files(filled, ["a", "b"]) == {"a", "b"}
    lease.hold(["a"])
    assert held_files(filled, ["a", "b"]) == {"a"}
    (names,) = (filled / READERS_FOLDER).glob("*.json")
    names.write_text("[")
    assert held_files(filled, ["a", "b"]) == {"a", "b"}
    lease.release()
    assert held_files(filled, ["a", "b"]) == frozenset()


def test_a_lease_that_is_removed_stays_locked_until_it_is_gone(filled, monkeypatch):
    """Otherwise a reader could lock it in between, and hold what nobody sees."""
    released, release = [], leases.FileLock.release

    def seen(lock, **arguments):
        released.append(Path(lock.lock_file).exists())
        release(lock, **arguments)

    take_lease(filled).hold(["a"])
    (filled / READERS_FOLDER / "dead.lock").touch()
    (filled / READERS_FOLDER / "dead.json.0.tmp").touch()
    monkeypatch.setattr(leases.FileLock, "release", seen)
    assert held_files(filled, ["a", "b"]) <= {"a"}
    assert released
    assert not any(released)
    assert not list((filled / READERS_FOLDER).glob("dead*"))


def test_a_snapshot_that_cannot_be_taken_says_why_and_leaves_no_lease(filled, monkeypatch):
    def fails(db):
        raise LibraryDamagedError("the catalogue is damaged")

    monkeypatch.setattr(snapshot, "generation", fails)
    with Library.open(filled) as library, pytest.raises(LibraryDamagedError, match="catalogue is damaged"):
        library.snapshot()
    assert list((filled / READERS_FOLDER).iterdir()) == []


def test_a_reader_that_cannot_name_what_it_holds_holds_everything(filled, make, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(leases, "write_atomically", full)
    with Library.open(filled) as library, Library.open(filled) as other:
        reader = library.snapshot()
        before = everything(reader, make)
        other.remove("film")
        assert everything(reader, make) == before


def test_what_a_reader_held_goes_with_the_next_change_where_somebody_is_writing(filled, make):
    with Library.open(filled) as library, Library.open(filled) as other:
        reader, files = library.snapshot(), segments(filled)
        other.remove("film")
        with WriterLock(filled).held(1.0):
            reader.close()
        assert files <= segments(filled)
        other.add(make("late"))
        assert not files <= segments(filled)


def test_a_reader_that_may_not_write_is_told_what_happened_to_its_rows(filled, monkeypatch):
    monkeypatch.setattr(snapshot, "take_lease", lambda folder: None)
    with Library.open(filled) as library, Library.open(filled) as other:
        reader = library.snapshot()
        other.remove("film")
        assert [one.entry_id for one in reader.entries()] == ["film", "series", "short"]
        with pytest.raises(LibraryChangedError, match="open the library again"):
            reader.descriptors("film", "pdq")


def test_a_segment_that_is_held_and_missing_is_damage(filled):
    with Library.open(filled) as library:
        reader = library.snapshot()
        for one in (filled / "segments").iterdir():
            one.unlink()
        with pytest.raises(LibraryDamagedError, match="is missing"):
            reader.descriptors("film", "pdq")


def test_threads_may_share_a_reader(filled, make):
    with Library.open(filled) as library:
        reader = library.snapshot()
        expected, found = everything(reader, make), []
        threads = [threading.Thread(target=lambda: found.append(everything(reader, make))) for _ in range(4)]
        for one in threads:
            one.start()
        library.add(make("late"))
        for one in threads:
            one.join()
    assert found == [expected] * 4
    assert np.isfinite(found[0][2]).all()
