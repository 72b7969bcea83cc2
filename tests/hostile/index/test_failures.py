"""A disk that is full, a folder that cannot be written to, a lock that is held."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT, TESTS

from index.errors import LibraryBusyError, LibraryWriteError
from index.local.disk.lock import WriterLock
from index.local.library import Library


def snapshot(library: Library) -> tuple[str, tuple[str, ...]]:
    return library.state_sha256(), tuple(entry.entry_id for entry in library.entries())


def test_a_full_disk_at_any_step_leaves_the_old_state_or_the_new_one(path, make, monkeypatch):
    """Every fsync in turn finds the disk full."""
    real_fsync, calls = os.fsync, 0

    def fsync(handle: int) -> None:
        nonlocal calls
        calls -= 1
        if calls == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real_fsync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    refused = 0
    with Library.open(path) as library:
        library.add(make("before"))
        for step in range(1, 12):
            before = snapshot(library)
            calls = step
            refusal = None
            try:
                library.add(make(f"film{step}"))
            except LibraryWriteError as error:
                refusal = str(error)
            calls = 0
            if refusal is None:
                assert library.entry(f"film{step}").num_indexed == 10
            else:
                refused += 1
                assert "No space left" in refusal
                assert snapshot(library) == before
            assert library.check() == ()
        on_disk = len(list((path / "segments").iterdir()))
        assert on_disk == 2 * len(library.entries())
    assert refused >= 5


def test_files_that_may_not_grow(path, make):
    """The system refuses longer files: SQLite and segments alike."""
    with Library.open(path) as library:
        library.add(make("before"))
        before = snapshot(library)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        outcomes = set()
        try:
            for limit_bytes in (0, 600, 4096, 40_000):
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limits[1]))
                with pytest.raises(LibraryWriteError, match="unchanged") as refusal:
                    library.add(make("large", count=3000))
                outcomes.add(str(refusal.value).split(":")[0])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, ignored)
        assert snapshot(library) == before
        assert library.add(make("large", count=3000)).was_added
        assert library.check() == ()
    assert not list(path.rglob("*.tmp"))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryWriteError, match="cannot make a library"):
        Library.create(tmp_path / "file" / "library")


READ_ONLY = """
import sys
sys.path[:0] = sys.argv[2:]
import os
from pathlib import Path
from support.small_library import make_entry
from index.local.library import Library
from index.errors import LibraryWriteError
path = Path(sys.argv[1])
entry = make_entry("film")
with Library.open(path) as library:  # whatever is imported late is imported here, with the right to
    library.search("compact", entry.descriptors["compact"], 1, role="work")
os.setuid(65534)
with Library.open(path) as library:
    assert library.check() == ()
    assert library.search("compact", entry.descriptors["compact"], 1, role="work").entry_ids == ("film",)
    assert library.samples("film").pts[0] == entry.samples.pts[0]
    for change in (
        lambda: library.add(make_entry("other")),
        lambda: library.remove("film"),
        lambda: library.set_filter_ranges("film", ()),
        library.compact,
        lambda: Library.create(path.parent / "new"),
    ):
        try:
            change()
        except LibraryWriteError as error:
            assert "Permission denied" in str(error), error
        else:
            raise SystemExit("wrote to a read-only folder")
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs a user to step down from root")
def test_a_read_only_library_is_read_and_not_written(make, pristine):
    """Another user's library, read by a process without rights to it."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(shutil.copytree(pristine, Path(folder) / "library"))
        with Library.open(path) as library:
            library.add(make("film"))
        for one in (path, *path.rglob("*")):
            one.chmod(0o755 if one.is_dir() else 0o644)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(path), str(TESTS), str(ROOT)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_a_writer_that_waits_too_long_says_for_whom(path, make):
    with Library.open(path) as library:
        library.add(make("film"))
        with WriterLock(path).held(1.0):
            with pytest.raises(LibraryBusyError, match=f"process {os.getpid()} on .* waited 0.1 s"):
                library.add(make("other"), timeout_seconds=0.1)
            assert not library.add(make("film"), timeout_seconds=0.1).was_added
            assert [entry.entry_id for entry in library.entries()] == ["film"]
        assert library.add(make("other")).was_added


def test_a_reader_that_holds_the_log_delays_the_seal_not_the_change(path, make, caplog):
    import sqlite3

    with Library.open(path) as library:
        library.add(make("film"))
        reader = sqlite3.connect(path / "catalogue.sqlite", isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        library._store._connection.execute("PRAGMA busy_timeout = 100")
        assert library.add(make("other")).was_added
        assert "next change will write its checksum" in caplog.text
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        reader.close()
        assert library.check() == ()
        library.add(make("third"))
        assert library.check() == ()
    assert b'"closed"' in (path / "catalogue.seal").read_bytes()
