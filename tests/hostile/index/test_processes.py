"""Several processes, and processes that die."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter

import pytest
from support.paths import TESTS

from index.local.library import Library

SCRIPT = TESTS / "support" / "writers.py"


def start(*arguments) -> subprocess.Popen:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen) -> str:
    output, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    return output


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the killer forks")
def test_writers_killed_at_any_moment_lose_nothing_double_nothing_and_damage_nothing(path):
    assert "survived" in finish(start("killed", path, 20))
    with Library.open(path) as library:
        library.compact()
        named = len(library.entries())
        assert named > 0
        assert library.check() == ()
    kinds = [one.name.rpartition("-")[0] for one in (path / "segments").iterdir()]
    assert len(kinds) == len(set(kinds))
    assert {"compact-work"} < set(kinds) <= {"compact-work", "pdq-work", "late-work"}
    assert not list(path.glob("*.tmp"))


def test_two_writers_at_once_take_turns(path):
    outputs = [finish(process) for process in (start("add", path, "a", 12), start("add", path, "b", 12))]
    with Library.open(path) as library:
        assert len(library.entries()) == 36
        assert library.check() == ()
    told = Counter(line for output in outputs for line in output.splitlines())
    assert sorted(told) == sorted(f"{verb} common{i}" for i in range(12) for verb in ("added", "found"))
    assert set(told.values()) == {1}


def test_a_reader_is_never_blocked_and_never_sees_half_an_entry(path, make):
    entry = make("steady")
    with Library.open(path) as library:
        library.add(entry)
        writer = start("churn", path, 1.0)
        longest_seconds, reads = 0.0, 0
        while writer.poll() is None:
            began = time.monotonic()
            hits = library.search("compact", entry.descriptors["compact"], 1, role="work")
            library.descriptors("steady", "pdq")
            longest_seconds = max(longest_seconds, time.monotonic() - began)
            reads += 1
            assert {hits.entry_ids[i] for i in hits.entry[:, 0]} == {"steady"}
        assert "changes" in finish(writer)
    assert reads > 5
    assert longest_seconds < 5.0
