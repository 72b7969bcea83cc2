"""Golden tasks: made by an administrator, asked of each reviewer once, without consequence, and counted."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select
from support.service import found_work, with_works

from similarity.service.data import audit
from similarity.service.data.tables import decisions, uploads

KNOWN = "reworked"


@pytest.fixture
def golden(running):
    """Upload and task: an upload that a person cleared, whose known answer is `reworked`."""
    upload_id = running.screened("clip", with_works(found_work()))
    rita = running.person("Rita")
    task = ask(running, rita, "next", {}).json()
    said = answer(running, rita, task, "same subject or style only", action="publish")
    assert said.status_code == 201
    new = {"upload_id": upload_id, "opinion": KNOWN}
    made = running.client.post("/v1/tasks/golden", json=new, headers=running.key("administrator"))
    assert made.status_code == 201, made.text
    return upload_id, made.json()["id"]


def ask(running, person, path, body):
    return running.client.post(f"/v1/tasks/{path}", json=body, headers=person)


def answer(running, person, task, opinion, action="withhold"):
    body = {"lease_token": task["lease_token"], "opinion": opinion, "action": action, "reason": "looked"}
    return ask(running, person, f"{task['id']}/opinions", body)


def told(running) -> dict:
    (one,) = running.client.get("/v1/tasks/golden", headers=running.key("administrator")).json()["golden"]
    return one


def test_a_golden_task_looks_like_any_other_and_nothing_follows_from_it(running, golden):
    upload_id, task_id = golden
    bob = running.person("Bob")
    hidden = running.client.get(f"/v1/uploads/{upload_id}/report", headers=bob)
    assert (hidden.status_code, hidden.json()["type"].rpartition(":")[2]) == (409, "blind")
    task = ask(running, bob, "next", {}).json()
    assert (task["id"], task["is_second"], task["upload"]["state"]) == (task_id, False, "held")
    assert task["queue"] == "copies"
    assert KNOWN not in json.dumps(task)
    assert answer(running, bob, task, KNOWN).status_code == 201
    assert running.row(uploads, upload_id)["state"] == "cleared"
    with running.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(decisions)) == 2  # the policy's and Rita's
        lines = list(audit.exported(connection, running.tenant_id))
    made = next(json.loads(line) for line in lines if '"golden task made"' in line)
    assert KNOWN not in json.dumps(made)


def test_each_reviewer_is_asked_once_until_it_is_ended(running, golden):
    _, task_id = golden
    people = {name: running.person(name) for name in ("Rita", "Bob", "Cora")}
    for name, opinion in (("Rita", KNOWN), ("Bob", "cannot tell")):
        task = ask(running, people[name], "next", {}).json()
        assert task["id"] == task_id
        answer(running, people[name], task, opinion)
        assert ask(running, people[name], "next", {}).status_code == 204
    assert (told(running)["num_right"], told(running)["num_given"]) == (1, 2)
    quality = running.client.get("/v1/tasks/quality", headers=people["Rita"]).json()
    assert quality["golden"] == {"Rita": {"right": 1, "given": 1}, "Bob": {"right": 0, "given": 1}}
    undone = ask(running, people["Bob"], f"{task_id}/undo", {})
    assert undone.status_code == 204
    assert told(running)["num_given"] == 1
    ended = running.client.delete(f"/v1/tasks/golden/{task_id}", headers=running.key("administrator"))
    assert ended.status_code == 204
    assert ask(running, people["Cora"], "next", {}).status_code == 204
    assert told(running)["is_ended"]


def test_only_who_administers_makes_them_and_only_of_what_was_decided(running, golden):
    upload_id, _ = golden
    new = {"upload_id": upload_id, "opinion": KNOWN}
    assert running.client.post("/v1/tasks/golden", json=new, headers=running.key("reviewer")).status_code == 403
    again = running.client.post("/v1/tasks/golden", json=new, headers=running.key("administrator"))
    assert again.status_code == 409
    empty = {"upload_id": running.screened("empty"), "opinion": KNOWN}
    assert running.client.post("/v1/tasks/golden", json=empty, headers=running.key("administrator")).status_code == 409


def test_they_are_made_read_and_ended_at_the_pages(running, golden):
    upload_id, task_id = golden
    ada = running.person("Ada", "administrator")
    page = running.client.get(f"/uploads/{upload_id}", headers=ada).text
    assert 'action="/quality/golden"' in page
    assert f'action="/quality/golden/{task_id}/end"' in running.client.get("/quality", headers=ada).text
    form = {"csrf_token": ada["x-csrf-token"]}
    ended = running.client.post(f"/quality/golden/{task_id}/end", data=form, headers=ada, follow_redirects=False)
    assert ended.status_code == 303
    made = running.client.post(
        "/quality/golden",
        data={**form, "upload_id": upload_id, "opinion": "same footage"},
        headers=ada,
        follow_redirects=False,
    )
    assert made.status_code == 303
    reviewer = running.client.get("/quality", headers=running.person("Rita")).text
    assert "/quality/golden" not in reviewer
