"""Uploads whose bytes are known: decided where they arrive, under the policy of the moment."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from support.uploads import FakeScreener, announced, measured, queued, row_of, work

from index import open_library
from similarity.service.data import audit
from similarity.service.data import outbox as told
from similarity.service.data.tables import jobs as jobs_table
from similarity.service.data.tables import outbox
from similarity.service.people import accounts
from similarity.service.screening.known import Repeats
from similarity.service.screening.stored_policies import USUAL, put_policy
from similarity.service.starting import first_policy
from similarity.service.uploads import receiving, uploads
from similarity.service.uploads.blobs import partial
from similarity.service.worker import Worker

LABEL_ALL = "policy: usual\nregime: none\nrules: []\notherwise: label\n"


@pytest.fixture
def screener(acme):
    """Finds the film in whatever it is asked about, by a library that is empty."""
    screener = FakeScreener(measured(work("film")))
    with open_library(acme.settings.library, create=True) as library:
        screener.generation = (library.state_sha256("work"), library.state_sha256("background"))
    return screener


@pytest.fixture
def worker(acme, screener):
    return Worker(acme.settings, acme.database, screener)


@pytest.fixture
def known(acme, worker):
    """Identifier of an upload that was screened."""
    upload_id = queued(acme)
    worker.work_once()
    assert row_of(acme, upload_id)["state"] == "held"
    return upload_id


def sent(acme, external_id, content=b"abc", **changes) -> str:
    """Send bytes to a service that answers repeats; the identifier."""
    caller = acme.caller("platform")
    tenant_id = changes.pop("tenant_id", acme.tenant_id)
    object.__setattr__(caller, "tenant_id", tenant_id)
    new = announced(external_id, size=len(content), **changes)
    with acme.database.writing() as connection:
        upload_id = uploads.create(connection, acme.settings, caller, new)
    with partial(acme.settings, upload_id) as one:
        one.write(content)
    repeats = Repeats(acme.settings, acme.database)
    state = receiving.complete(acme.database, acme.settings, caller, upload_id, repeats)
    assert state == row_of(acme, upload_id)["state"]
    return upload_id


def jobs_of(acme, upload_id) -> list[str]:
    with acme.database.reading() as connection:
        return list(connection.scalars(select(jobs_table.c.kind).where(jobs_table.c.subject_id == upload_id)))


def chain_of(acme, upload_id) -> list[dict]:
    with acme.database.reading() as connection:
        lines = map(json.loads, audit.exported(connection, acme.tenant_id))
        return [line for line in lines if line["details"].get("subject") == upload_id]


def test_known_bytes_are_decided_where_they_arrive(acme, known):
    with acme.database.writing() as connection:
        told.add_endpoint(connection, acme.tenant_id, "https://platform.example/")
    again = sent(acme, "again")
    assert row_of(acme, again)["state"] == "held"
    assert jobs_of(acme, again) == ["evidence"]
    chain = chain_of(acme, again)
    assert [line["action"] for line in chain] == ["upload created", "upload received", "measured", "decided"]
    assert chain[2]["details"]["known_from"] == row_of(acme, known)["screening_id"]
    with acme.database.reading() as connection:
        bodies = [json.loads(body)["data"] for body in connection.scalars(select(outbox.c.body))]
    assert [(one["id"], one["state"]) for one in bodies] == [(again, "held")]


def test_the_policy_of_the_moment_decides(acme, known):
    with acme.database.writing() as connection:
        put_policy(connection, acme.caller(), USUAL, LABEL_ALL, is_live=True)
    again = row_of(acme, sent(acme, "again"))
    assert (again["state"], again["action"]) == ("cleared", "label")


@pytest.mark.parametrize(
    "changes", [{"content": b"abd"}, {"prompt": "the film, at night"}], ids=["other bytes", "a prompt of its own"]
)
def test_what_is_not_known_waits_for_a_worker(acme, known, changes):
    again = sent(acme, "again", **changes)
    assert row_of(acme, again)["state"] == "queued"
    assert jobs_of(acme, again) == ["screen"]


def test_another_library_knows_nothing(acme, screener, worker):
    screener.generation = ("works of yesterday", screener.generation[1])
    queued(acme)
    worker.work_once()
    assert row_of(acme, sent(acme, "again"))["state"] == "queued"


def test_a_library_that_cannot_be_read_leaves_it_to_a_worker(acme, known):
    for path in sorted(acme.settings.library.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert row_of(acme, sent(acme, "again"))["state"] == "queued"


def test_what_one_tenant_sent_is_not_known_to_another(acme, known):
    with acme.database.writing() as connection:
        other = accounts.add_tenant(connection, "other")
        first_policy(connection, other)
    assert row_of(acme, sent(acme, "again", tenant_id=other))["state"] == "queued"


def test_the_figures_of_an_erased_upload_are_gone(acme, known):
    with acme.database.writing() as connection:
        uploads.erase(connection, acme.settings, acme.caller(), known, reason="asked for")
    assert row_of(acme, sent(acme, "again"))["state"] == "queued"


def test_the_report_of_the_same_bytes_is_made_once(acme, known, worker, screener):
    reports = []
    write = screener.report

    def report(sha256, place):
        reports.append(sha256)
        write(sha256, place)

    screener.report = report
    again = sent(acme, "again")
    while worker.work_once():
        pass
    assert len(reports) == 1
    folders = [acme.settings.reports / row_of(acme, one)["screening_id"] for one in (known, again)]
    assert [sorted(path.name for path in one.iterdir()) for one in folders] == [["evidence.zip", "report.html"]] * 2
    with acme.database.writing() as connection:
        uploads.erase(connection, acme.settings, acme.caller(), known, reason="asked for")
    assert not folders[0].exists()
    assert (folders[1] / "report.html").read_text() == "<p>report</p>"
    assert (acme.settings.blobs / row_of(acme, again)["sha256"][:2] / row_of(acme, again)["sha256"]).is_file()
