"""A notice all the way: from an owner's report to a platform, answered by the uploader, and back into the case."""

from __future__ import annotations

import hashlib
import json
import shutil
from unittest.mock import patch

import pytest
from support.small_case import CONFIG

from index.local.library import Library
from similarity.case.audit.files import verify_files
from similarity.case.exhibits import exhibit_path, read_exhibits
from similarity.cli.exits import Exit
from similarity.compare.session import open_session
from similarity.service import clock
from similarity.service.data import outbox
from similarity.service.data import tables as tables_module
from similarity.service.data.tables import uploads
from similarity.service.screening.measuring import measure
from similarity.service.worker import Worker

SENDER = """\
regime: us-dmca
sender: {name: Ann Owner, address: 1 Main Street, email: ann@studio.example, phone: +1 555 0100}
upload: {external_id: clip}
statements: {good_faith: true, accurate: true, authority_under_perjury: true}
signature: Ann Owner
"""
COUNTER = {
    "sender": {"name": "Bob", "address": "2 Side Street", "phone": "+1 555 0101"},
    "reasons": "I filmed the coins; the rest is a quotation.",
    "statements": {"mistake_under_perjury": True, "accepts_jurisdiction": True, "accepts_service": True},
    "signature": "Bob",
}
WEEKS = 25 * 86_400.0


@pytest.fixture
def case(plain_case, tmp_path):
    return shutil.copytree(plain_case, tmp_path / "case")


@pytest.fixture(scope="module")
def measured(small_library, small_footage):
    """Figures of the platform's own screening of the suspect."""
    with Library.open(small_library) as library:
        return measure(small_footage["suspect"], open_session(library, CONFIG), prompt=None)[0]


@pytest.fixture
def screened(running, measured, small_footage):
    """The suspect, uploaded as `clip`."""
    sha256 = hashlib.sha256(small_footage["suspect"].read_bytes()).hexdigest()
    return running.screened("clip", measured, sha256=sha256)


def noticed(cli, case, tmp_path, sender=SENDER):
    """The bytes of `notice.json` that the report gives."""
    file = tmp_path / "letter" / "sender.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(sender, encoding="utf-8")
    done = cli("report", case, "--notice", file)
    assert done.stdout.splitlines()[-1] == str(file.parent / "notice.json")
    return (file.parent / "notice.json").read_bytes()


def sent(running, body):
    headers = {**running.key("platform"), "content-type": "application/json"}
    return running.client.post("/v1/notices", content=body, headers=headers)


def does(running, path, body, headers, expected=200):
    answer = running.client.post(f"/v1/notices/{path}", json=body, headers=headers)
    assert answer.status_code == expected, answer.text
    return answer.json()


def test_a_report_gives_a_notice_that_a_platform_takes_unchanged(cli, running, screened, case, tmp_path):
    body = noticed(cli, case, tmp_path)
    answer = sent(running, body)
    assert (answer.status_code, answer.json()["state"], answer.json()["missing"]) == (201, "admitted", [])
    assert answer.json()["upload_id"] == screened
    shown = running.client.get(f"/v1/notices/{answer.json()['id']}", headers=running.key("administrator")).json()
    (work,) = shown["works"]
    assert work["not_measured"] is None
    assert work["stretches"]
    assert all(one["measured_share"] == 1.0 for one in work["stretches"])  # the same files, measured by both sides
    assert work["measured_unclaimed"] == []
    report = (case / "report" / "report.json").read_bytes()
    assert shown["form"]["evidence"] == [
        {"name": "report.json", "sha256": hashlib.sha256(report).hexdigest(), "note": None}
    ]
    assert all(one.state != "failed" for one in verify_files(case))  # the letter is no part of the evidence


def test_a_notice_states_nothing_that_its_sender_did_not(cli, running, screened, case, tmp_path):
    body = noticed(cli, case, tmp_path, "regime: us-dmca\n")
    told = sent(running, body).json()
    assert (told["state"], told["upload_id"]) == ("incomplete", screened)  # found by the bytes that were examined
    assert [one["id"] for one in told["missing"]] == ["signature", "contact", "good_faith", "accuracy"]
    headers = {**running.key("platform"), "content-type": "application/json", "prefer": "handling=strict"}
    refused = running.client.post("/v1/notices", content=body, headers=headers)
    assert refused.status_code == 422
    assert "/signature" in {one["pointer"] for one in refused.json()["errors"]}


@pytest.mark.parametrize(
    ("sender", "said"),
    [("works: []\n", "works"), ("sender: {phone: 5}\n", "phone"), ("signature: [\n", "YAML"), (None, "sender.yaml")],
)
def test_a_senders_file_that_is_none_is_refused(cli, case, tmp_path, sender, said):
    file = tmp_path / "sender.yaml"
    if sender is not None:
        file.write_text(sender, encoding="utf-8")
    assert said in cli("report", case, "--notice", file, exit_code=Exit.FAILED).stderr
    assert not (tmp_path / "notice.json").exists()


def test_an_answer_goes_back_into_the_case(cli, running, screened, case, tmp_path):
    notice = sent(running, noticed(cli, case, tmp_path)).json()["id"]
    does(running, f"{notice}/act", {"reason": "the same pictures"}, running.person("Rita"))
    does(running, f"{notice}/counter", COUNTER, running.key("platform"), expected=201)
    paper = running.client.get(f"/v1/notices/{notice}/counter-notice.json", headers=running.person("Rita"))
    file = tmp_path / "counter-notice.json"
    file.write_bytes(paper.content)
    cli("case", "add", case, file, "--by", "A. Expert")
    exhibit = read_exhibits(case)[-1]
    assert (exhibit.role, exhibit.sha256) == ("document", hashlib.sha256(paper.content).hexdigest())
    kept = json.loads(exhibit_path(exhibit, case).read_text(encoding="utf-8"))
    assert kept["counter_notice"]["reasons"] == COUNTER["reasons"]
    assert kept["notice"]["id"] == notice
    assert all(one.state != "failed" for one in verify_files(case))


def test_workers_restore_when_nothing_was_filed_in_time(cli, running, screened, case, tmp_path, small_library):
    settings = {"restores_by": "clock"}
    assert running.client.put("/v1/notices/settings", json=settings, headers=running.key("administrator")).is_success
    notice = sent(running, noticed(cli, case, tmp_path)).json()["id"]
    before = running.row(uploads, screened)["state"]
    does(running, f"{notice}/act", {"reason": "the same pictures"}, running.person("Rita"))
    does(running, f"{notice}/counter", COUNTER, running.key("platform"), expected=201)
    shutil.copytree(small_library, running.settings.library)
    with running.database.writing() as connection:  # the report of an upload that is held: its file is not here
        connection.execute(tables_module.jobs.delete().where(tables_module.jobs.c.kind == "evidence"))
    worker = Worker(running.settings, running.database)
    assert not worker.work_once()
    assert running.row(uploads, screened)["state"] == "withheld"
    later = clock.now_seconds() + WEEKS
    with patch.object(clock.time, "time", lambda: later):
        assert worker.work_once()
        assert not worker.work_once()
    assert running.row(uploads, screened)["state"] == before
    shown = running.client.get(f"/v1/notices/{notice}", headers=running.person("Rita")).json()
    assert (shown["state"], shown["letters"][-1]["kind"]) == ("restored", "restored")


def test_letters_carry_signatures_that_their_endpoint_can_check(cli, running, screened, case, tmp_path):
    with running.database.writing() as connection:
        _, secret = outbox.add_endpoint(connection, running.tenant_id, "https://platform.example/hook")
    sent(running, noticed(cli, case, tmp_path))
    with running.database.reading() as connection:
        rows = connection.execute(tables_module.outbox.select()).mappings().all()
    stamp = int(clock.now_seconds())
    for row in rows:
        signed = outbox.signature(secret, message_id=row["id"], timestamp=stamp, body=row["body"])
        headers = {"webhook-id": row["id"], "webhook-timestamp": str(stamp), "webhook-signature": signed}
        assert outbox.verified(secret, headers, row["body"])
        assert not outbox.verified(secret, headers, row["body"] + " ")
    letters = [json.loads(row["body"]) for row in rows if "letter.drafted" in row["body"]]
    assert [one["data"]["kind"] for one in letters] == ["receipt"]
