"""SIGKILL of server and workers at random moments: nothing lost, nothing decided twice, the chain whole, all told."""

from __future__ import annotations

from contextlib import closing

from support.killed_service import Killed


def test_kills_lose_nothing_and_do_nothing_twice(database_url, tmp_path):
    with closing(Killed(tmp_path, database_url, seed=7)) as killed:
        outcome = killed.run(20)
    assert outcome.faults == []
    assert outcome.num_kills["server"] > 1
    assert outcome.num_kills["worker"] > 1
    assert outcome.num_promised > 5
