"""Senders of manifestly unfounded notices: counted, warned, then suspended for a time, each by a person."""

from __future__ import annotations

import json

import pytest
from support.notices import NOTICE, SENDER
from support.service import found_work, with_works

from similarity.service.data import audit
from similarity.service.notices import misuse

DAY = 86_400.0
OTHER = {**NOTICE, "sender": {**SENDER, "email": "bob@other.example"}}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Seconds by the service's clock, which the test moves."""
    from similarity.service import clock

    at = [clock.now_seconds()]
    for module in ("clock", "notices.misuse", "notices.receiving"):
        monkeypatch.setattr(f"similarity.service.{module}.now_seconds", lambda: at[0])
    return at


@pytest.fixture
def clip(running):
    return running.screened("clip", with_works(found_work()))


@pytest.fixture
def rita(running):
    return running.person("Rita")


def send(running, form=NOTICE):
    return running.client.post("/v1/notices", json=form, headers=running.key("platform"))


def rejected(running, person, form=NOTICE, *, is_unfounded=True):
    sent = send(running, form)
    assert sent.status_code == 201, sent.text
    said = {"reason": "it names what is not in the upload", "is_unfounded": is_unfounded}
    done = running.client.post(f"/v1/notices/{sent.json()['id']}/reject", json=said, headers=person)
    assert done.status_code == 200, done.text


def senders(running, person) -> list[dict]:
    return running.client.get("/v1/senders", headers=person).json()["senders"]


def measure(running, person, sender, path):
    return running.client.post(f"/v1/senders/{sender}/{path}", json={"reason": "looked"}, headers=person).status_code


def test_a_sender_is_suspended_only_after_a_warning_that_was_of_no_use(running, clip, rita, now):
    for _ in range(2):
        rejected(running, rita)
    rejected(running, rita, is_unfounded=False)
    (one,) = senders(running, rita)
    assert one["counted"] == {"num_all": 3, "num_manifest": 2, "days": 180}
    assert (one["name"], one["may_be"]) == ("Ann Owner", None)
    assert measure(running, rita, one["sha256"], "warning") == 409
    rejected(running, rita)
    assert measure(running, rita, one["sha256"], "suspension") == 409
    assert measure(running, rita, one["sha256"], "warning") == 204
    assert measure(running, rita, one["sha256"], "suspension") == 409
    assert send(running).status_code == 201
    now[0] += DAY
    rejected(running, rita)
    assert measure(running, rita, one["sha256"], "suspension") == 204
    refused = send(running)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "suspended")
    assert send(running, OTHER).status_code == 201
    now[0] += 31 * DAY
    assert send(running).status_code == 201
    with running.database.reading() as connection:
        lines = [json.loads(line) for line in audit.exported(connection, running.tenant_id)]
    made = [line for line in lines if line["action"].startswith("sender ")]
    assert [line["action"] for line in made] == ["sender warned", "sender suspended"]
    assert made[1]["details"]["num_manifest"] == 4
    assert "ann" not in json.dumps(made).casefold()


def test_what_lies_before_the_period_counts_no_more(running, clip, rita, now):
    for _ in range(3):
        rejected(running, rita)
    assert senders(running, rita)[0]["may_be"] == "warned"
    now[0] += 200 * DAY
    assert senders(running, rita) == []


def test_a_suspension_can_be_ended_by_a_person(running, clip, rita, now):
    for _ in range(3):
        rejected(running, rita)
    sender = senders(running, rita)[0]["sha256"]
    assert measure(running, rita, sender, "suspension/end") == 409
    measure(running, rita, sender, "warning")
    now[0] += 60
    rejected(running, rita)
    assert measure(running, rita, sender, "suspension") == 204
    assert measure(running, rita, sender, "suspension/end") == 204
    assert send(running).status_code == 201


def test_a_program_warns_nobody_and_another_tenant_sees_nobody(running, clip, rita):
    for _ in range(3):
        rejected(running, rita)
    sender = senders(running, rita)[0]["sha256"]
    assert measure(running, running.key("reviewer"), sender, "warning") == 403
    other = running.key("reviewer", running.tenant("other"))
    assert senders(running, other) == []


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"email": "Ann@Studio.example"}, {"email": "ann@studio.example", "name": "A. Owner"}, True),
        ({"phone": "+1 555 0100"}, {"phone": "1-555-0100"}, True),
        ({"name": "Ann  Owner"}, {"name": "ann owner"}, True),
        ({"email": "ann@studio.example"}, {"email": "bob@studio.example"}, False),
    ],
)
def test_a_sender_is_known_by_address_telephone_or_name(one, other, is_same):
    from similarity.service.notices.forms import NewNotice

    forms = [NewNotice.model_validate({**NOTICE, "sender": sender}) for sender in (one, other)]
    known = [misuse.sender_sha256("tenant", form) for form in forms]
    assert (known[0] == known[1]) is is_same
    assert misuse.sender_sha256("another", forms[0]) != known[0]
    assert misuse.sender_sha256("tenant", NewNotice.model_validate({**NOTICE, "sender": {}})) is None


def test_it_is_done_at_the_pages(running, clip, rita):
    for _ in range(3):
        rejected(running, rita)
    page = running.client.get("/notices/senders", headers=rita).text
    (sender,) = {one["sha256"] for one in senders(running, rita)}
    assert f"/notices/senders/{sender}/warned" in page
    form = {"csrf_token": rita["x-csrf-token"], "reason": "three in a week"}
    address = f"/notices/senders/{sender}/warned"
    done = running.client.post(address, data=form, headers=rita, follow_redirects=False)
    assert done.status_code == 303
    assert senders(running, rita)[0]["warned_utc"]
    chinese = running.client.get("/notices/senders", headers={**rita, "accept-language": "zh"}).text
    assert "明显无依据" in chinese
