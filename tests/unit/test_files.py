"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from similarity.files import write_atomically


@pytest.fixture
def failing_disk(monkeypatch):
    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)


def test_content_is_written_and_replaced(tmp_path):
    path = tmp_path / "result.json"
    for content in (b"first", b"", b"second" * 1000):
        write_atomically(path, content)
        assert path.read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


def test_the_folder_is_made(tmp_path):
    write_atomically(tmp_path / "a" / "b" / "c.txt", b"x")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"x"


def test_others_may_read_the_file(tmp_path):
    write_atomically(tmp_path / "a.txt", b"x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644


def test_a_full_disk_leaves_what_stood_there(tmp_path, failing_disk):
    path = tmp_path / "a.txt"
    path.write_bytes(b"before")
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"after")
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_leaves_no_half_file(tmp_path, failing_disk):
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "a.txt", b"after")
    assert not list(tmp_path.iterdir())


def test_an_interrupt_leaves_no_half_file(tmp_path, monkeypatch):
    def interrupt(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.txt", b"after")
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_place_is_not_replaced(tmp_path):
    (tmp_path / "place").mkdir()
    with pytest.raises(OSError, match="place"):
        write_atomically(tmp_path / "place", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["place"]
