"""`kill -9` at any moment of `add`, of `scan`, and of a scan whose run grows by works and suspects."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.footage import moving_pattern, write_video
from support.paths import TESTS

SCRIPT = TESTS / "support" / "killed.py"
NUM_FILMS = 6

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the killer forks")


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for number in range(NUM_FILMS):
        write_video(folder / f"film{number}.mp4", moving_pattern(15, 160, 90, seed=number))
    return folder


@pytest.mark.parametrize("what", ["add", "scan", "grow"])
def test_killed_at_random_moments_it_loses_nothing_and_doubles_nothing(what, films, tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPT, what, films, tmp_path, "2"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    killed, before, after = map(int, re.findall(r"\d+", done.stdout))
    assert killed >= (2 if what == "grow" else 4)
    assert before > 0
    assert after == NUM_FILMS
    for name in () if what != "scan" else ("matches.csv", "pairs.csv"):
        assert (tmp_path / "killed_run" / name).read_bytes() == (tmp_path / "whole_run" / name).read_bytes()
