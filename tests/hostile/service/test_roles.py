"""Every route, asked by every role and by nobody: what the route's declared permission says, and nothing else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from support.notices import COUNTER, NOTICE
from support.uploads import announced, queued

from similarity.service.clock import new_id, now_seconds, now_utc
from similarity.service.data.notice_tables import complaints, notices
from similarity.service.data.tables import tasks
from similarity.service.data.tables import uploads as uploads_table
from similarity.service.people.roles import PERMISSIONS, ROLES
from similarity.service.screening.deciding import Decision, record_decision
from similarity.service.uploads import uploads

PUBLIC = {("get", "/livez"), ("get", "/readyz"), ("options", "/v1/uploads")}
"""Routes that answer anybody."""
BODIES = {
    "/v1/tasks/{task_id}/opinions": {"lease_token": "x", "opinion": "cannot tell", "reason": "looked"},
    "/v1/tasks/{task_id}/skip": {"lease_token": "x"},
    "/v1/tasks/{task_id}/lease": {"lease_token": "x"},
    "/v1/tasks/{task_id}/release": {"lease_token": "x"},
    "/v1/uploads/{upload_id}/erasure": {"reason": "asked for"},
    "/v1/notices/{notice_id}": NOTICE,
    "/v1/notices/{notice_id}/counter": COUNTER,
    "/v1/notices/{notice_id}/extension": {"working_days": 3, "reason": "notarised"},
    "/v1/notices/{notice_id}/action-filed": {"before": "a court", "filed_on": "2026-01-02"},
    "/v1/complaints/{complaint_id}/answer": {"outcome": "upheld", "reason": "looked"},
    "/v1/decisions/{decision_id}/complaints": {"by": "uploader", "reasons": "it is mine"},
}
BODIES |= {
    f"/v1/notices/{{notice_id}}/{step}": {"reason": "looked"}
    for step in ("act", "reject", "restore", "keep", "withdraw")
}
_MEASURES = ("warning", "suspension", "suspension/end")
BODIES |= {
    f"/v1/{who}/{{sha256}}/{step}": {"reason": "looked"} for who in ("senders", "uploaders") for step in _MEASURES
}
"""What has to be right before an identifier is looked up."""
DECISION = Decision(
    action="withhold",
    rule="a rule",
    work_id=None,
    screening_id=None,
    is_automated=False,
    decided_by="somebody",
    reason="a reason",
)
HEADERS = {"patch": {"upload-offset": "0", "content-type": "application/offset+octet-stream"}}
NAMES_OF_OTHERS = {"name": "usual", "work_id": "film"}
"""Parts of addresses that are names, which each tenant gives for itself."""


def routes(house) -> list[tuple[str, str, str | None]]:
    """Method, path and permission of everything that the OpenAPI description names."""
    described = house.client.get("/v1/openapi.json").json()["paths"]
    return [(method, path, one.get("x-permission")) for path, ways in described.items() for method, one in ways.items()]


def foreign_ids(house) -> dict[str, str]:
    """Identifiers of another tenant's things, which are there."""
    other = house.acme.caller("platform")
    caller = type(other)(
        **{name: getattr(other, name) for name in other.__slots__} | {"tenant_id": house.other_tenant_id}
    )
    with house.acme.database.writing() as connection:
        upload_id = uploads.create(connection, house.acme.settings, caller, announced("theirs"))
        task_id = new_id("task")
        connection.execute(
            tasks.insert().values(
                id=task_id,
                tenant_id=house.other_tenant_id,
                upload_id=upload_id,
                state="open",
                queue="copies",
                priority=1,
                rule="a rule",
                skips_json=[],
                created_seconds=now_seconds(),
                second_opinion=False,
                created_utc=now_utc(),
            )
        )
        decision_id = record_decision(connection, uploads.find(connection, house.other_tenant_id, upload_id), DECISION)
        complaint_id = new_id("complaint")
        connection.execute(
            complaints.insert().values(
                id=complaint_id,
                tenant_id=house.other_tenant_id,
                state="received",
                decision_id=decision_id,
                upload_id=upload_id,
                by="uploader",
                reasons="it is mine",
                received_utc=now_utc(),
                state_utc=now_utc(),
            )
        )
    theirs = house.headers("platform", house.other_tenant_id)
    sent = house.client.post("/v1/notices", json={**NOTICE, "upload": {"external_id": "theirs"}}, headers=theirs)
    assert sent.status_code == 201, sent.text
    with house.acme.database.reading() as connection:
        sender_sha256 = connection.scalar(select(notices.c.sender_sha256).where(notices.c.id == sent.json()["id"]))
    return {
        "sha256": sender_sha256,
        "upload_id": upload_id,
        "task_id": task_id,
        "decision_id": decision_id,
        "complaint_id": complaint_id,
        "notice_id": sent.json()["id"],
        "key_id": house.key("platform", house.other_tenant_id).split("_")[1],
    }


def asked(house, method: str, path: str, names: dict[str, str], headers: dict[str, str]) -> int:
    address = re.sub(r"{(\w+)}", lambda found: names.get(found[1], "nothing"), path)
    sent = {"json": BODIES.get(path, {})} if method in {"post", "put"} and not path.endswith("/content") else {}
    return house.client.request(method, address, headers=headers | HEADERS.get(method, {}), **sent).status_code


def test_every_route_names_its_permission_or_is_known_to_answer_anybody(house):
    assert {(method, path) for method, path, permission in routes(house) if permission is None} == PUBLIC


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_route_answers_the_roles_that_have_its_permission(house, role):
    found, expected = {}, {}
    for method, path, permission in routes(house):
        status = asked(house, method, path, {}, house.headers(role))
        found[method, path] = status if status in {401, 403} else "answered"
        if permission is None or (role is not None and permission in PERMISSIONS[role]):
            expected[method, path] = "answered"
        else:
            expected[method, path] = 401 if role is None else 403
    expected_of_keys = {
        one for one in expected if expected[one] == "answered" and one[1].startswith("/v1/tasks/") and one[0] == "post"
    }
    for one in expected_of_keys & {one for one in found if found[one] == 403}:  # an opinion is a person's, not a key's
        expected[one] = 403
    assert found == expected


@pytest.mark.parametrize("key", ["sk_", "sk_0000000000000000_wrong", "Basic Og==", "sk_é_ü", "x" * 9000])
def test_what_is_no_key_is_told_nothing(house, key):
    headers = {"authorization": f"Bearer {key}".encode("latin-1", "replace")}
    assert house.client.get("/v1/uploads", headers=headers).status_code == 401


def test_a_key_that_was_ended_or_altered_opens_nothing(house):
    key = house.key("platform")
    for wrong in (key[:-1], key + "x", key.swapcase(), key.replace("_", "-")):
        assert house.client.get("/v1/uploads", headers={"authorization": f"Bearer {wrong}"}).status_code == 401
    ended = house.client.delete(f"/v1/keys/{key.split('_')[1]}", headers=house.headers("administrator"))
    assert ended.status_code == 204
    assert house.client.get("/v1/uploads", headers={"authorization": f"Bearer {key}"}).status_code == 401


def test_another_tenants_things_are_not_there(house):
    theirs = foreign_ids(house)
    asking = {role: house.headers(role) for role in ROLES}
    for role in ("reviewer", "second_reviewer"):  # opinions are people's
        cookie, token = house.person(role, role)
        asking[role] = cookie | {"x-csrf-token": token}
    looked_at = 0
    for method, path, permission in routes(house):
        parts = set(re.findall(r"{(\w+)}", path))
        if not parts or parts <= NAMES_OF_OTHERS.keys():
            continue
        assert parts <= theirs.keys(), f"{path}: name a foreign {parts - theirs.keys()} in foreign_ids"
        for role in ROLES:
            if permission in PERMISSIONS[role]:
                status = asked(house, method, path, theirs, asking[role])
                assert status == 404, (method, path, role, status)
                looked_at += 1
    assert looked_at > 20
    with house.acme.database.reading() as connection:
        assert connection.scalar(select(uploads_table.c.state)) == "receiving"
        assert connection.scalar(select(complaints.c.state)) == "received"


def test_lists_hold_the_tenants_own(house):
    mine = queued(house.acme, "mine")
    foreign_ids(house)
    listed = house.client.get("/v1/uploads", headers=house.headers("administrator")).json()["uploads"]
    assert [one["id"] for one in listed] == [mine]
    assert house.client.get("/v1/tasks/queues", headers=house.headers("administrator")).json() == {"queues": []}
    chain = house.client.get("/v1/audit", headers=house.headers("auditor")).text
    assert "theirs" not in chain
