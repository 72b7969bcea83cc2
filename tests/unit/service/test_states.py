"""The tables of states, and the compare-and-set that keeps to them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.uploads import queued, row_of

from similarity.service.clock import now_utc
from similarity.service.data.tables import uploads
from similarity.service.errors import Problem
from similarity.service.states import COMPLAINT, FINAL, NOTICE, TASK, UPLOAD, move

TABLES = {"upload": UPLOAD, "task": TASK, "notice": NOTICE, "complaint": COMPLAINT}


@pytest.mark.parametrize("name", TABLES)
def test_every_state_that_is_led_to_is_a_state(name):
    assert {after for ones in TABLES[name].values() for after in ones} <= set(TABLES[name])


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_reached_from_the_first(name):
    table = TABLES[name]
    reached, waiting = set(), [next(iter(table))]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += table[state] - reached
    assert reached == set(table)


def test_what_is_decided_was_screened_or_looked_at():
    """No upload is cleared or withheld that was neither measured nor seen by a person."""
    before = {state for state, after in UPLOAD.items() if after & {"cleared", "withheld"}}
    assert before == {"screening", "held", "unreadable", "cleared", "withheld"}


def test_nothing_follows_an_erasure():
    assert UPLOAD["erased"] == frozenset()
    assert FINAL["upload"] == {"erased"}
    assert all("erased" in after for state, after in UPLOAD.items() if state != "erased")


@given(path=st.lists(st.sampled_from(sorted(UPLOAD)), max_size=12))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_path_goes_only_where_the_table_says(small_acme, path):
    upload_id = queued(small_acme, external_id=f"clip {id(path)} {path}"[:250])
    state = "queued"
    for after in path:
        with small_acme.database.writing() as connection:
            if after in UPLOAD[state]:
                move(connection, uploads, UPLOAD, upload_id, before=state, after=after, state_utc=now_utc())
                state = after
            else:
                with pytest.raises(ValueError, match="is no step"):
                    move(connection, uploads, UPLOAD, upload_id, before=state, after=after)
    assert row_of(small_acme, upload_id)["state"] == state


def test_of_many_who_move_at_once_one_does(acme):
    upload_id = queued(acme)

    def one(after: str) -> bool:
        try:
            with acme.database.writing() as connection:
                move(connection, uploads, UPLOAD, upload_id, before="queued", after=after)
        except Problem as problem:
            return problem.status != 409
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(one, ["screening", "cancelled"] * 8))
    assert sum(won) == 1
