"""Ctrl-C and sudden death of the installed command: nothing lost, nothing doubled, the same command goes on."""

from __future__ import annotations

import itertools
import random
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from support.footage import moving_pattern, write_video

from index.local.library import Library
from similarity.cli.exits import Exit

STOP_SECONDS = 2.0
"""Of the processor, which other processes and a busy disk take nothing from."""
NUM_FILMS = 12
NUM_FEW = 8
"""Enough for two kills of one command, each after four files, with more to come."""


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """Twelve short films: more than any of these tests sees the end of in one go."""
    folder = tmp_path_factory.mktemp("films")
    for number in range(NUM_FILMS):
        write_video(folder / f"film{number:02}.mp4", moving_pattern(15, 160, 90, seed=number))
    return folder


@pytest.fixture(scope="module")
def library(films, tmp_path_factory) -> Path:
    """Three of them, indexed."""
    from similarity.config import load_profile
    from similarity.ingest.add import add_files

    path = tmp_path_factory.mktemp("library") / "library"
    with Library.open_or_create(path) as library:
        add_files(sorted(films.iterdir())[:3], library, config=load_profile())
    return path


def wait_for_files(process: subprocess.Popen, count: int) -> None:
    """Until the command has said of so many files that they are done."""
    said = (process.stderr.readline().split()[0] for _ in itertools.count())
    for status in itertools.islice((one for one in said if one != "proposed"), count):
        assert status in {"added", "compared", "unchanged"}


def wait_for_work(process: subprocess.Popen, seconds: float) -> None:
    """Until the command has had so much of the processor, however busy that is with others."""
    while sum(psutil.Process(process.pid).cpu_times()[:2]) < seconds:
        time.sleep(0.01)


def assert_stops(process: subprocess.Popen) -> str:
    """Ctrl-C ends it without going on with its work and without a traceback; what it still said."""
    ended_before, used = processor_seconds_of_ended(), psutil.Process(process.pid).cpu_times()
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=30)
    assert processor_seconds_of_ended() - ended_before - used.user - used.system < STOP_SECONDS
    assert process.returncode == Exit.INTERRUPTED
    assert "Traceback" not in talk
    return talk


def processor_seconds_of_ended() -> float:
    """What processes started from here took of the processor, once they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_ctrl_c_stops_add_and_the_same_command_goes_on(cli, command, films, tmp_path):
    asked = ("add", films, "--library", tmp_path / "library")
    process = command(*asked)
    wait_for_files(process, 2)
    assert assert_stops(process).endswith("the same command goes on from there\n")
    with Library.open(tmp_path / "library") as library:
        before = len(library.entries())
        assert 2 <= before < NUM_FILMS
        assert library.check() == ()
    assert cli(*asked).stdout.startswith(f"{NUM_FILMS - before} added, {before} unchanged, 0 failed")


def test_ctrl_c_stops_scan_and_the_same_command_goes_on(cli, command, films, library, tmp_path):
    asked = ("scan", films, "--out", tmp_path, "--library", library)
    process = command(*asked)
    wait_for_files(process, 2)
    assert assert_stops(process).endswith("the same command goes on from there\n")
    assert not (tmp_path / "matches.csv").exists()
    done = len(list((tmp_path / "suspects").iterdir()))
    assert 2 <= done < NUM_FILMS
    assert f"{NUM_FILMS} suspects compared ({done} taken over), 0 failed" in cli(*asked).stdout


def test_ctrl_c_ends_a_scan_that_follows_a_folder_and_its_tables_hold_what_was_done(command, films, library, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    process = command("scan", folder, "--out", tmp_path / "run", "--library", library, "--watch")
    shutil.copy(films / "film00.mp4", folder)
    wait_for_files(process, 1)
    assert process.stdout.readline().startswith(("0 suspects", "1 suspects"))
    assert assert_stops(process).endswith("the same command goes on from there\n")
    assert (tmp_path / "run" / "matches.csv").read_text().count("film00,film00") == 1


@pytest.mark.parametrize("after_seconds", [0.3, 0.6])
def test_ctrl_c_while_the_command_is_still_loading_stops_it_as_quietly(
    command, films, library, tmp_path, after_seconds
):
    process = command("scan", films, "--out", tmp_path / "run", "--library", library, "--quiet")
    wait_for_work(process, after_seconds)
    assert_stops(process)


def test_ctrl_c_stops_the_demo_while_it_renders(command, tmp_path):
    process = command("demo", "--out", tmp_path / "demo")
    end = time.monotonic() + 30
    while not (tmp_path / "demo" / "works").exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert_stops(process)


def test_killing_the_command_loses_and_doubles_nothing(cli, command, films, library, tmp_path):
    """Two kills each here; `tests/hostile/test_kills.py` does it at many more moments."""
    chance, few = random.Random(7), sorted(films.iterdir())[:NUM_FEW]
    copy = shutil.copytree(library, tmp_path / "library")
    add = ("add", *few, "--library", copy, "--jobs", 2)
    scan = ("scan", *few, "--out", tmp_path / "run", "--library", library, "--all-pairs", "--jobs", 2)
    for asked in (add, scan, add, scan):
        process = command(*asked)
        wait_for_files(process, 4)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.communicate()
        assert "no damage found" in cli("library", "check", "--library", copy).stdout
    assert f"{NUM_FEW} entries" in cli(*add, "--quiet").stdout + cli("library", "check", "--library", copy).stdout
    with Library.open(copy) as opened:
        assert sorted(entry.entry_id for entry in opened.entries()) == [f"film{n:02}" for n in range(NUM_FEW)]
    resumed, whole = tmp_path / "run", tmp_path / "whole"
    cli(*scan, "--quiet")
    cli("scan", *few, "--out", whole, "--library", library, "--all-pairs", "--quiet")
    for name in ("matches.csv", "pairs.csv"):
        assert (resumed / name).read_bytes() == (whole / name).read_bytes()
