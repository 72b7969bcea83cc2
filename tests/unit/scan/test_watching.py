"""A run that follows a folder: what comes between two looks is in the tables after the second."""

from __future__ import annotations

import csv
import os
import shutil
import threading
from dataclasses import replace

import pytest
from support.small_case import LIGHT

from index.local.library import Library
from similarity.errors import ConfigurationError
from similarity.scan import suspects, watching
from similarity.scan.options import ScanOptions
from similarity.scan.watching import Watched, watch_files, when_something_changed
from similarity.workers.limits import WorkLimits


@pytest.fixture
def watched(openings, tmp_path):
    (tmp_path / "in").mkdir()
    with Library.open(shutil.copytree(openings / "library", tmp_path / "library")) as library:
        yield Watched(
            folders=(tmp_path / "in",), library=library, config=LIGHT, out=tmp_path / "run", options=ScanOptions()
        )


@pytest.fixture
def took(openings, watched):
    return shutil.copy(openings / "suspects" / "took.mp4", watched.folders[0] / "took.mp4")


def follow(watched, *steps, settled_seconds=0.0, told=True):
    """Look once, and once more after each step; what the tables held each time that they were written."""
    written = []

    def ticks():
        yield told
        for step in steps:
            step()
            yield told

    watch_files(
        watched,
        ticks(),
        settled_seconds=settled_seconds,
        on_written=lambda summary: written.append((summary.num_compared, summary.num_failed, found(watched.out))),
    )
    return written


def found(out):
    with (out / "matches.csv").open(newline="") as handle:
        return sorted({(row["query_id"], row["ref_id"]) for row in csv.DictReader(handle) if row["found_by"]})


def test_suspects_that_come_and_go_are_in_the_tables_after_the_next_look(openings, watched):
    folder, made = watched.folders[0], openings / "suspects"
    written = follow(
        watched,
        lambda: shutil.copy(made / "took.mp4", folder / "one.mp4"),
        lambda: (folder / "broken.mp4").write_bytes(b"no film"),
        lambda: None,
        lambda: shutil.copy(made / "stranger.mp4", folder / "one.mp4"),
        (folder / "broken.mp4").unlink,
    )
    assert written == [
        (0, 0, []),
        (1, 0, [("one", "harbour")]),
        (1, 1, [("one", "harbour")]),
        (1, 1, []),
        (1, 0, []),
    ]
    assert len(list((watched.out / "suspects").iterdir())) == 1


def test_a_file_that_is_still_being_written_is_waited_for(openings, watched, monkeypatch):
    path, whole = watched.folders[0] / "film.mp4", (openings / "suspects" / "took.mp4").read_bytes()
    now = [1000.0]
    monkeypatch.setattr(watching.time, "monotonic", lambda: now[0])

    def grows(share):
        def step():
            path.write_bytes(whole[: round(share * len(whole))])
            now[0] += 1.5

        return step

    def waits():
        now[0] += 2.5

    steps = grows(0.3), grows(0.6), grows(1.0), waits
    assert [one[:2] for one in follow(watched, *steps, settled_seconds=2.0)] == [(0, 0), (1, 0)]


def test_files_that_stood_there_before_are_read_at_once(watched, took):
    os.utime(took, (0, 0))
    assert [one[0] for one in follow(watched, settled_seconds=1000.0)] == [1]


def test_a_changed_library_is_taken_up_between_looks_and_no_file_is_read_again(watched, took, monkeypatch):
    read = []
    digest = suspects.digest_file
    monkeypatch.setattr(suspects, "digest_file", lambda path: read.append(path.name) or digest(path))

    def remove():
        with Library.open(watched.library.path) as somebody:
            somebody.remove("harbour")

    written = follow(watched, remove, told=False)
    assert [one[2] for one in written] == [[("took", "harbour")], []]
    assert read == ["took.mp4"]


def test_two_jobs_follow_a_folder_as_one_does(openings, watched, tmp_path):
    """Several suspects come at once, one that is broken among them; then a work is taken away."""
    folder, two = watched.folders[0], replace(watched, out=tmp_path / "two", limits=WorkLimits(num_jobs=2))

    def come():
        for path in (openings / "suspects").iterdir():
            shutil.copy(path, folder)
        (folder / "broken.mp4").write_bytes(b"no film")

    def remove():
        watched.library.remove("mill")

    written = follow(two, come, remove)
    opens, took = ("opens", "harbour"), ("took", "harbour")
    assert written == [(0, 0, []), (3, 1, [opens, ("opens", "mill"), took]), (3, 1, [opens, took])]
    assert follow(watched) == written[-1:]
    for name in ("matches.csv", "scenes.csv"):
        assert (two.out / name).read_bytes() == (watched.out / name).read_bytes()


def test_what_was_finished_is_in_the_tables_when_ctrl_c_ends_it(openings, watched, took, monkeypatch):
    shutil.copy(openings / "suspects" / "stranger.mp4", watched.folders[0] / "zebra.mp4")
    digest = suspects.digest_file

    def interrupted(path):
        if path.name == "zebra.mp4":
            raise KeyboardInterrupt
        return digest(path)

    monkeypatch.setattr(suspects, "digest_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        follow(watched)
    assert found(watched.out) == [("took", "harbour")]


def test_tables_never_shrink_while_a_changed_library_is_taken_up(watched, took, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    def remove():
        watched.library.remove("mill")
        monkeypatch.setattr(watching.Scan, "look_at", interrupted)

    with pytest.raises(KeyboardInterrupt):
        follow(watched, remove)
    assert found(watched.out) == [("took", "harbour")]


def test_tables_never_shrink_when_a_run_is_followed_anew(openings, watched, took, monkeypatch):
    follow(watched)
    shutil.copy(openings / "suspects" / "stranger.mp4", watched.folders[0] / "another.mp4")
    digest = suspects.digest_file

    def interrupted(path):
        if path.name == "took.mp4":
            raise KeyboardInterrupt
        return digest(path)

    monkeypatch.setattr(suspects, "digest_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        follow(watched)
    assert found(watched.out) == [("took", "harbour")]


def test_what_cannot_be_followed_is_refused(watched, tmp_path):
    values = {"library": watched.library, "config": LIGHT, "options": ScanOptions()}
    with pytest.raises(ConfigurationError, match="nowhere: --watch follows folders"):
        Watched(folders=(tmp_path / "nowhere",), out=tmp_path / "run", **values)
    with pytest.raises(ConfigurationError, match="would be taken for suspects"):
        Watched(folders=(tmp_path / "in",), out=tmp_path / "in" / "run", **values)


def test_the_operating_system_tells_of_new_files(tmp_path):
    told = when_something_changed([tmp_path])
    assert next(told)
    threading.Timer(0.2, (tmp_path / "new.mp4").touch).start()
    assert any(next(told) for _ in range(5))
    told.close()
