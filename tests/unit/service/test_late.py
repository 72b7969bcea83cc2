"""Works that come later, and uploads that are kept long enough."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import update
from support.uploads import FakeScreener, measured, queued, row_of, work

from similarity.errors import MediaError
from similarity.service.clock import now_seconds, utc_of
from similarity.service.data import audit
from similarity.service.data.tables import uploads
from similarity.service.screening import late
from similarity.service.uploads.blobs import blob_path
from similarity.service.uploads.retaining import retain
from similarity.service.worker import Worker

DAY = 86_400.0


@pytest.fixture
def screener():
    return FakeScreener()


@pytest.fixture
def worker(acme, screener):
    return Worker(acme.settings, acme.database, screener)


def work_all(worker):
    worker._next_round_seconds = 0.0
    while worker.work_once():
        pass


def actions(acme):
    with acme.database.reading() as connection:
        return [line for line in audit.exported(connection, acme.tenant_id) if '"late match"' in line]


def new_work(screener):
    screener.generation = ("more works", "background")
    screener.entries = {"film": "a" * 64, "sequel": "b" * 64}


def test_a_cleared_upload_is_compared_with_new_works_alone_and_once(acme, worker, screener):
    upload_id = queued(acme)
    work_all(worker)
    new_work(screener)
    work_all(worker)
    work_all(worker)
    ((sha256, looked_for),) = screener.looked_for
    assert (sha256, looked_for) == (row_of(acme, upload_id)["sha256"], ("sequel",))
    assert row_of(acme, upload_id)["state"] == "cleared"
    assert len(screener.asked) == 1
    assert actions(acme) == []


def test_what_is_found_late_is_screened_again_and_follows_the_policy(acme, worker, screener):
    upload_id = queued(acme)
    work_all(worker)
    new_work(screener)
    screener.found, screener.said = ("sequel",), measured(work("sequel"))
    work_all(worker)
    assert len(screener.asked) == 2
    assert row_of(acme, upload_id)["state"] == "held"
    (line,) = actions(acme)
    assert '"found":["sequel"]' in line


@pytest.mark.parametrize("error", [MediaError("no"), FileNotFoundError("rows")])
def test_where_it_cannot_be_known_the_upload_is_screened_again(acme, worker, screener, error):
    upload_id = queued(acme)
    work_all(worker)
    new_work(screener)
    screener.found = error
    work_all(worker)
    assert len(screener.asked) == 2
    assert row_of(acme, upload_id)["state"] == "cleared"


def test_every_cleared_upload_is_reached_over_many_jobs(acme, worker, screener):
    ids = [queued(acme, f"clip {n}", content=bytes([n])) for n in range(2 * late.BATCH + 1)]
    work_all(worker)
    new_work(screener)
    work_all(worker)
    assert len(screener.looked_for) == len(ids)
    assert {row_of(acme, one)["works_sha256"] for one in ids} == {"more works"}


def test_a_work_that_went_and_came_back_is_looked_for_in_what_was_cleared_meanwhile(acme, worker, screener):
    before = dict(screener.entries)
    screener.generation, screener.entries = ("without", "background"), {}
    queued(acme)
    work_all(worker)
    screener.generation, screener.entries = ("works", "background"), before
    work_all(worker)
    assert [looked_for for _, looked_for in screener.looked_for] == [("film",)]
    screener.generation, screener.entries = ("without", "background"), {}
    work_all(worker)
    other = queued(acme, "other", content=b"other")
    work_all(worker)
    screener.generation, screener.entries = ("works", "background"), before
    work_all(worker)
    assert (row_of(acme, other)["sha256"], ("film",)) in screener.looked_for


def test_what_was_held_meanwhile_stays_as_a_person_left_it(acme, worker, screener):
    upload_id = queued(acme)
    work_all(worker)
    before = row_of(acme, upload_id)
    with acme.database.writing() as connection:
        connection.execute(update(uploads).where(uploads.c.id == upload_id).values(state="held"))
        late.settle(connection, before, "more works", ("sequel",))
    assert row_of(acme, upload_id)["state"] == "held"
    assert actions(acme) == []


def age(acme, upload_id, days, **changes):
    with acme.database.writing() as connection:
        values = {"state_utc": utc_of(now_seconds() - days * DAY), **changes}
        connection.execute(update(uploads).where(uploads.c.id == upload_id).values(**values))


def test_uploads_that_are_kept_long_enough_are_erased_and_the_chain_says_so(acme, worker, screener):
    old, young = queued(acme, "old", content=b"old"), queued(acme, "young", content=b"young")
    work_all(worker)
    screener.said = measured(work())
    held = queued(acme, "held", content=b"held")
    work_all(worker)
    for one in (old, held):
        age(acme, one, 31)
    assert retain(acme.database, acme.settings) == 0
    settings = dataclasses.replace(acme.settings, keep_days=30)
    assert retain(acme.database, settings) == 1
    assert [row_of(acme, one)["state"] for one in (old, young, held)] == ["erased", "cleared", "held"]
    assert not blob_path(settings, row_of(acme, old)["sha256"]).exists()
    assert blob_path(settings, row_of(acme, held)["sha256"]).exists()
    with acme.database.reading() as connection:
        lines = "".join(audit.exported(connection, acme.tenant_id))
    assert lines.count("kept for 30 days, as the service is set") == 1


def test_what_never_arrived_whole_is_given_up(acme):
    from support.uploads import announced

    from similarity.service.uploads.uploads import create

    with acme.database.writing() as connection:
        upload_id = create(connection, acme.settings, acme.caller("platform"), announced())
    age(acme, upload_id, 3)
    retain(acme.database, acme.settings)
    assert row_of(acme, upload_id)["state"] == "cancelled"
