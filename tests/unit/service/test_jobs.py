"""Jobs: at least once, never by two at a time, and what a lost lease wrote is not written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from similarity.service.data import audit, jobs
from similarity.service.data.tables import jobs as table
from similarity.service.errors import Problem

YEAR = 365 * 86400.0


@pytest.fixture
def clock(monkeypatch):
    """A clock that can be moved."""
    now = [1_800_000_000.0]
    for module in (jobs, "similarity.service.clock"):
        monkeypatch.setattr(f"{module if isinstance(module, str) else module.__name__}.now_seconds", lambda: now[0])
    return now


def add(acme, kind: str = "screen", **more) -> str:
    with acme.database.writing() as connection:
        return jobs.add(connection, kind, tenant_id=acme.tenant_id, subject_id=more.pop("subject_id", "thing"), **more)


def claim(acme, *kinds: str):
    return jobs.claim(acme.database, kinds or ("screen",))


def state(acme, identifier: str) -> str:
    with acme.database.reading() as connection:
        return connection.scalar(select(table.c.state).where(table.c.id == identifier))


def finish(acme, job) -> None:
    with acme.database.writing() as connection:
        audit.record(connection, acme.tenant_id, "done", actor="test", details={})
        jobs.finish(connection, job)


def entries(acme) -> int:
    with acme.database.reading() as connection:
        return audit.head(connection, acme.tenant_id).sequence


def test_urgent_before_usual_before_later_and_older_before_newer(acme, clock):
    later = add(acme, priority=jobs.LATER)
    first = add(acme)
    clock[0] += 1
    second = add(acme)
    urgent = add(acme, priority=jobs.URGENT)
    assert [claim(acme).id for _ in range(4)] == [urgent, first, second, later]
    assert claim(acme) is None


def test_a_job_is_claimed_only_by_who_knows_its_kind(acme):
    add(acme, "evidence")
    assert claim(acme, "screen") is None
    assert claim(acme, "screen", "evidence").kind == "evidence"


def test_a_job_that_is_held_is_nobody_elses(acme, clock):
    add(acme)
    held = claim(acme)
    clock[0] += jobs.LEASE_SECONDS - 1
    assert claim(acme) is None
    assert jobs.renew(acme.database, held)
    clock[0] += jobs.LEASE_SECONDS - 1
    assert claim(acme) is None


def test_who_lost_the_lease_writes_nothing(acme, clock):
    identifier = add(acme)
    slow = claim(acme)
    clock[0] += jobs.LEASE_SECONDS + 1
    fast = claim(acme)
    assert (fast.id, fast.attempts) == (identifier, 2)
    before = entries(acme)
    for end in (finish, _fail):
        with pytest.raises(Problem, match="another worker"):
            end(acme, slow)
    assert not jobs.renew(acme.database, slow)
    assert (state(acme, identifier), entries(acme)) == ("running", before)
    finish(acme, fast)
    assert (state(acme, identifier), entries(acme)) == ("done", before + 1)
    with pytest.raises(Problem):
        finish(acme, fast)


def _fail(acme, job, error: str = "it broke") -> bool:
    with acme.database.writing() as connection:
        return jobs.fail(connection, job, error)


def test_failures_wait_longer_and_longer_then_the_job_is_dead(acme, clock):
    identifier = add(acme)
    waits = []
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        job = claim(acme)
        assert job.attempts == attempt
        assert _fail(acme, job) == (attempt == jobs.MAX_ATTEMPTS)
        waited = 0
        while attempt < jobs.MAX_ATTEMPTS and _due(acme, identifier) > clock[0]:
            assert claim(acme) is None
            clock[0] += 1
            waited += 1
        waits.append(waited)
    assert 0 < waits[0] < waits[1]
    assert state(acme, identifier) == "dead"
    assert claim(acme) is None


def _due(acme, identifier: str) -> float:
    with acme.database.reading() as connection:
        return connection.scalar(select(table.c.due_seconds).where(table.c.id == identifier))


def test_the_attempt_counts_at_the_claim(acme, clock):
    """A job that kills its worker says nothing, and is claimed a last time to be given up."""
    add(acme)
    attempts = []
    for _ in range(jobs.MAX_ATTEMPTS + 1):
        attempts.append(claim(acme).attempts)
        clock[0] += jobs.LEASE_SECONDS + 1
    assert attempts[-1] > jobs.MAX_ATTEMPTS


@pytest.mark.parametrize("moved", [YEAR, -YEAR])
def test_a_clock_that_moved_by_a_year_loses_no_job(acme, clock, moved):
    waiting, running, failed = add(acme), add(acme), add(acme)
    held = {job.id: job for job in (claim(acme), claim(acme), claim(acme))}
    _fail(acme, held[failed])
    _fail(acme, held[waiting])
    clock[0] += moved
    claimed = {claim(acme).id for _ in range(3)}
    assert claimed == {waiting, running, failed}
    with pytest.raises(Problem):
        finish(acme, held[running])


def test_no_job_is_claimed_twice_by_many(acme):
    identifiers = {add(acme) for _ in range(12)}

    def until_none() -> list[str]:
        found = []
        while job := claim(acme):
            found.append(job.id)
        return found

    with ThreadPoolExecutor(6) as pool:
        claimed = [one for found in pool.map(lambda _: until_none(), range(6)) for one in found]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= identifiers
    rest = until_none()  # with SKIP LOCKED one may be passed over while another looks at it
    assert set(claimed) | set(rest) == identifiers


def test_a_job_of_a_transaction_that_failed_is_none(acme):
    with pytest.raises(ZeroDivisionError), acme.database.writing() as connection:  # noqa: PT012 - the transaction fails
        jobs.add(connection, "screen", tenant_id=acme.tenant_id, subject_id="thing")
        raise ZeroDivisionError
    with acme.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0
        assert jobs.waiting(connection, "screen") == (0, 0.0)
