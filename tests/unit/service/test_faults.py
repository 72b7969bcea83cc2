"""What goes wrong around an upload while it is screened, and what must not come of it."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from support.uploads import FakeScreener, measured, queued, row_of, work

from similarity.service import worker as worker_module
from similarity.service.data import audit, jobs
from similarity.service.data.tables import jobs as jobs_table
from similarity.service.data.tables import tasks, work_terms
from similarity.service.screening import known
from similarity.service.screening.stored_policies import USUAL, end_quarantine, put_policy
from similarity.service.worker import Worker

FLOODED = """\
policy: usual
rules:
  - name: pictures of a work found
    when: {found_by: copy}
    do: withhold
otherwise: publish
floods: {matches_per_work_per_hour: 20, then: quarantine_work}
"""


@pytest.fixture
def screener():
    return FakeScreener()


@pytest.fixture
def worker(acme, screener):
    return Worker(acme.settings, acme.database, screener)


@pytest.fixture
def now(monkeypatch):
    """Seconds that pass when the test says so."""
    at = [jobs.now_seconds()]
    monkeypatch.setattr(jobs, "now_seconds", lambda: at[0])
    return at


def count(acme, table, *where) -> int:
    with acme.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*where))


def entries(acme, action: str) -> int:
    """Of the chain."""
    with acme.database.reading() as connection:
        return sum(f'"action":"{action}"' in line for line in audit.exported(connection, acme.tenant_id))


def test_a_disk_that_fills_while_the_chain_is_written_costs_no_attempt_and_holds_nothing(
    acme, worker, screener, monkeypatch, now
):
    upload_id = queued(acme)

    def full(*_given, **_named):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    for _ in range(2 * jobs.MAX_ATTEMPTS):
        with monkeypatch.context() as patch:
            patch.setattr(known.audit, "record", full)
            assert worker.work_once()
        now[0] += 60
        assert row_of(acme, upload_id)["state"] == "screening"
        assert entries(acme, "measured") == 0
    assert worker.work_once()
    assert row_of(acme, upload_id)["state"] == "cleared"
    assert entries(acme, "measured") == 1
    with acme.database.reading() as connection:
        assert connection.execute(select(jobs_table.c.state, jobs_table.c.attempts)).all() == [("done", 1)]


def test_nothing_is_begun_on_a_disk_without_room(acme, worker, monkeypatch):
    upload_id = queued(acme)
    with monkeypatch.context() as patch:
        patch.setattr(worker_module.shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
        assert not worker.work_once()
    assert row_of(acme, upload_id)["state"] == "queued"
    assert worker.work_once()
    assert row_of(acme, upload_id)["state"] == "cleared"


def test_an_upload_that_a_new_work_overtakes_is_compared_with_it_in_the_end(acme, worker, screener):
    screen = screener.screen
    upload_id = queued(acme)

    def overtaken(sha256, *, prompt):
        said = screen(sha256, prompt=prompt)
        screener.generation, screener.entries = ("more works", "background"), {"film": "a" * 64, "sequel": "b" * 64}
        worker._next_round_seconds = 0.0
        worker._look_around()  # the works that came are asked for while the upload is still at the old ones
        return said

    screener.screen = overtaken
    while worker.work_once():
        pass
    assert row_of(acme, upload_id)["works_sha256"] == "works"
    worker._next_round_seconds = worker._next_asking_seconds = 0.0
    while worker.work_once():
        pass
    assert [looked_for for _, looked_for in screener.looked_for] == [("sequel",)]
    assert row_of(acme, upload_id)["works_sha256"] == "more works"


def test_a_flood_from_one_work_quarantines_it_once_and_leaves_the_others_alone(acme, worker, screener):
    with acme.database.writing() as connection:
        put_policy(connection, acme.caller(), USUAL, FLOODED, is_live=True)
    screener.said = measured(work("bad"))
    flooded = [queued(acme, f"clip {n}", content=f"{n}".encode()) for n in range(60)]
    for _ in flooded:
        worker.work_once()
    screener.said = measured(work("film"))
    other = queued(acme, "other", content=b"other")
    while row_of(acme, other)["state"] in {"queued", "screening"}:
        worker.work_once()
    states = [row_of(acme, one)["state"] for one in flooded]
    assert states == ["withheld"] * 20 + ["held"] * 40
    assert row_of(acme, other)["state"] == "withheld"
    assert entries(acme, "work quarantined") == 1
    assert count(acme, work_terms, work_terms.c.is_quarantined) == 1
    assert count(acme, tasks, tasks.c.work_id == "bad") == 40
    with acme.database.writing() as connection:
        end_quarantine(connection, acme.caller(), "bad")
    screener.said = measured(work("bad"))
    again = queued(acme, "again", content=b"again")
    while row_of(acme, again)["state"] in {"queued", "screening"}:
        worker.work_once()
    assert row_of(acme, again)["state"] == "withheld"
