"""Uploaders with manifestly founded notices: counted by when uploads came, warned, then suspended, by a person."""

from __future__ import annotations

import json

import pytest
from support.notices import NOTICE

from similarity.service.data import audit

DAY = 86_400.0


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Seconds by the service's clock, which the test moves."""
    from similarity.service import clock

    at = [clock.now_seconds()]
    for module in ("clock", "notices.misuse", "notices.receiving"):
        monkeypatch.setattr(f"similarity.service.{module}.now_seconds", lambda: at[0])
    return at


@pytest.fixture
def rita(running):
    return running.person("Rita")


def acted_on(running, person, name, *, is_founded=True, **columns):
    """An upload that was acted on for a notice; the notice."""
    upload = running.screened(name, uploader="moonlight", **columns)
    sent = running.client.post(
        "/v1/notices", json={**NOTICE, "upload": {"upload_id": upload}}, headers=running.key("platform")
    )
    assert sent.status_code == 201, sent.text
    said = {"reason": "the film as it is", "is_founded": is_founded}
    done = running.client.post(f"/v1/notices/{sent.json()['id']}/act", json=said, headers=person)
    assert done.status_code == 200, done.text
    return sent.json()["id"]


def announced(running, uploader="moonlight") -> int:
    announced.number += 1
    body = {"external_id": f"later {announced.number}", "size": 10, "uploader": uploader}
    return running.client.post("/v1/uploads", json=body, headers=running.key("platform")).status_code


announced.number = 0


def uploaders(running, person) -> list[dict]:
    return running.client.get("/v1/uploaders", headers=person).json()["uploaders"]


def measure(running, person, uploader, path):
    said = {"reason": "looked"}
    return running.client.post(f"/v1/uploaders/{uploader}/{path}", json=said, headers=person).status_code


def test_an_uploader_is_suspended_only_after_a_warning_that_was_of_no_use(running, rita, now):
    for number in range(2):
        acted_on(running, rita, f"clip {number}")
    acted_on(running, rita, "mistaken", is_founded=False)
    running.screened("harmless", uploader="moonlight")
    (one,) = uploaders(running, rita)
    assert one["counted"] == {"num_all": 4, "num_manifest": 2, "days": 180}
    assert (one["name"], one["may_be"]) == ("moonlight", None)
    assert measure(running, rita, one["sha256"], "warning") == 409
    acted_on(running, rita, "clip 2")
    assert measure(running, rita, one["sha256"], "warning") == 204
    now[0] += DAY
    assert measure(running, rita, one["sha256"], "suspension") == 409
    acted_on(running, rita, "clip 3", created_seconds=now[0])
    assert measure(running, rita, one["sha256"], "suspension") == 204
    assert announced(running) == 403
    assert announced(running, "somebody else") == 201
    assert measure(running, rita, one["sha256"], "suspension/end") == 204
    assert announced(running) == 201
    with running.database.reading() as connection:
        lines = [json.loads(line) for line in audit.exported(connection, running.tenant_id)]
    made = [line for line in lines if "uploader" in line["action"]]
    assert [line["action"] for line in made] == [
        "uploader warned",
        "uploader suspended",
        "suspension of an uploader ended",
    ]
    assert "moonlight" not in json.dumps(lines)


def test_what_came_before_a_warning_suspends_nobody_however_late_it_is_seen(running, rita, now):
    for number in range(3):
        acted_on(running, rita, f"clip {number}")
    uploader = uploaders(running, rita)[0]["sha256"]
    earlier = now[0] - DAY
    assert measure(running, rita, uploader, "warning") == 204
    now[0] += DAY
    acted_on(running, rita, "old", created_seconds=earlier)
    assert uploaders(running, rita)[0]["may_be"] is None
    assert measure(running, rita, uploader, "suspension") == 409


def test_a_suspension_comes_to_its_end_and_old_uploads_count_no_more(running, rita, now):
    for number in range(3):
        acted_on(running, rita, f"clip {number}")
    uploader = uploaders(running, rita)[0]["sha256"]
    measure(running, rita, uploader, "warning")
    now[0] += 60
    acted_on(running, rita, "clip 3", created_seconds=now[0])
    assert measure(running, rita, uploader, "suspension") == 204
    now[0] += 31 * DAY
    assert announced(running) == 201
    now[0] += 200 * DAY
    assert uploaders(running, rita) == []


def test_what_is_restored_or_withdrawn_counts_no_more(running, rita):
    notice = acted_on(running, rita, "clip")
    assert len(uploaders(running, rita)) == 1
    taken_back = running.client.post(
        f"/v1/notices/{notice}/withdraw", json={"reason": "a mistake"}, headers=running.key("platform")
    )
    assert taken_back.status_code == 200
    assert uploaders(running, rita) == []


def test_a_program_warns_nobody_and_another_tenant_sees_nobody(running, rita):
    for number in range(3):
        acted_on(running, rita, f"clip {number}")
    uploader = uploaders(running, rita)[0]["sha256"]
    assert measure(running, running.key("reviewer"), uploader, "warning") == 403
    other = running.key("reviewer", running.tenant("other"))
    assert uploaders(running, other) == []
    assert measure(running, other, uploader, "warning") == 404


def test_it_is_done_at_the_pages(running, rita):
    for number in range(3):
        acted_on(running, rita, f"clip {number}")
    (uploader,) = {one["sha256"] for one in uploaders(running, rita)}
    page = running.client.get("/notices/uploaders", headers=rita).text
    address = f"/notices/uploaders/{uploader}/warned"
    assert address in page
    form = {"csrf_token": rita["x-csrf-token"], "reason": "three in a week"}
    assert running.client.post(address, data=form, headers=rita, follow_redirects=False).status_code == 303
    assert uploaders(running, rita)[0]["warned_utc"]
    chinese = running.client.get("/notices/uploaders", headers={**rita, "accept-language": "zh"}).text
    assert "明显成立" in chinese
    assert running.client.get("/notices/nobody", headers=rita).status_code == 404
