"""Notices by HTTP: what is missing, acting and undoing, clocks, complaints, statements, usage; tenants apart."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from sqlalchemy import select
from support.notices import COUNTER, NOTICE, SENDER
from support.service import FILE_SHA256, found_work, with_works
from support.service_pages import SONG

from similarity.case.custody.chain import read_chain
from similarity.service import clock
from similarity.service.data import audit, jobs, outbox
from similarity.service.data import tables as tables_module
from similarity.service.data.notice_tables import notices
from similarity.service.data.tables import uploads
from similarity.service.notices.deadlines import JOB, come
from similarity.service.notices.forms import NewNotice
from similarity.service.notices.meeting import meet

DAY = 86_400.0
WHY = {"reason": "looked at it"}


@pytest.fixture
def clip(running):
    """A cleared upload, `clip`."""
    return running.screened()


def post(running, path, body, headers):
    return running.client.post(f"/v1{path}", json=body, headers=headers)


def sent(running, **changes):
    answer = post(running, "/notices", {**NOTICE, **changes}, running.key("platform"))
    assert answer.status_code == 201, answer.text
    return answer.json()


def does(running, notice, what, body=WHY, who="Rita", expected=200):
    answer = post(running, f"/notices/{notice}/{what}", body, running.person(who))
    assert answer.status_code == expected, answer.text
    return answer.json()


def counter(running, notice, body=COUNTER):
    return post(running, f"/notices/{notice}/counter", body, running.key("platform"))


def shown(running, notice):
    return running.client.get(f"/v1/notices/{notice}", headers=running.key("administrator")).json()


def choose(running, **said):
    answer = running.client.put("/v1/notices/settings", json=said, headers=running.key("administrator"))
    assert answer.status_code == 200, answer.text


def at(days):
    later = clock.now_seconds() + days * DAY
    return patch.object(clock.time, "time", lambda: later)


def clock_comes(running):
    """Everything whose time has come is looked after, as a worker does."""
    come(running.database)
    while (job := jobs.claim(running.database, (JOB,))) is not None:
        with running.database.writing() as connection:
            jobs.finish(connection, job)
            meet(connection, job.subject_id)


def state_of(running, upload):
    row = running.row(uploads, upload)
    return row["state"], row["action"]


def test_what_is_missing_is_named_and_can_be_sent_later(running, clip):
    bare = {"regime": "us-dmca", "upload": {"external_id": "clip"}, "works": NOTICE["works"], "sender": SENDER}
    told = sent(running, **{**dict.fromkeys(NOTICE), **bare, "statements": {}, "evidence": []})
    assert told["state"] == "incomplete"
    assert [one["id"] for one in told["missing"]] == ["signature", "good_faith", "accuracy"]
    assert told["is_substantial"]
    assert [one["then"] for one in told["deadlines"]] == ["reject"]
    path = f"/v1/notices/{told['id']}"
    still = running.client.put(path, json={**NOTICE, "signature": None}, headers=running.key("platform"))
    assert (still.status_code, still.json()["errors"][0]["pointer"]) == (422, "/signature")
    done = running.client.put(path, json=NOTICE, headers=running.key("platform")).json()
    assert (done["state"], done["missing"]) == ("admitted", [])
    letters = shown(running, told["id"])["letters"]
    assert [one["kind"] for one in letters] == ["incomplete", "receipt"]
    assert "signature" in letters[0]["texts"]["en"]["text"]
    assert "签名" in letters[0]["texts"]["zh"]["text"]
    assert state_of(running, clip) == ("cleared", "publish")


def test_machines_can_ask_for_all_or_nothing(running, clip):
    headers = {**running.key("platform"), "prefer": "handling=strict"}
    refused = post(running, "/notices", {**NOTICE, "sender": {"name": "Ann"}}, headers)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/sender/address", "/sender/phone", "/sender/email"]
    assert post(running, "/notices", NOTICE, headers).headers["preference-applied"] == "handling=strict"
    assert len(running.client.get("/v1/notices", headers=running.key("auditor")).json()["notices"]) == 1


def test_a_notice_that_names_no_upload_says_so(running, clip):
    running.screened("other")  # the same bytes: a hash names no one upload any more
    for where in ({"external_id": "nowhere"}, {"sha256": FILE_SHA256}, {"url": "https://elsewhere.example/watch/clip"}):
        assert [one["id"] for one in sent(running, upload=where)["missing"]] == ["material"]
    choose(running, upload_url="https://video.example/watch/{external_id}")
    assert sent(running, upload={"url": "https://video.example/watch/clip"})["upload_id"] == clip


def test_claimed_stretches_stand_beside_measured_ones(running):
    running.screened(measured=with_works(found_work()))
    (work,) = shown(running, sent(running)["id"])["works"]
    first, second = work["stretches"]
    assert (first["measured_seconds"], first["measured_share"]) == (8.0, 0.8)  # 4-14 claimed, 2-12 measured
    assert (second["measured_seconds"], second["measured"]) == (0.0, [])
    assert work["measured"]["work_id"] == "film"
    other = shown(running, sent(running, works=[{"title": "Another"}])["id"])["works"][0]
    assert (other["measured"], "no match" in other["not_measured"]) == (None, True)


def test_acting_withholds_and_a_clock_restores_after_ten_business_days(running, clip):
    choose(running, restores_by="clock")
    notice = sent(running)["id"]
    does(running, notice, "forward", {})
    does(running, notice, "act", {**WHY, "legal_ground": "17 U.S.C. 106(1)"})
    assert state_of(running, clip) == ("withheld", "withhold")
    assert counter(running, notice, {**COUNTER, "signature": None}).status_code == 422
    assert counter(running, notice).json()["state"] == "waiting"
    assert does(running, notice, "restore", expected=409)["type"].endswith("conflict")
    clock_comes(running)
    assert running.row(notices, notice)["state"] == "waiting"
    with at(25):
        clock_comes(running)
        clock_comes(running)
    assert running.row(notices, notice)["state"] == "restored"
    assert state_of(running, clip) == ("cleared", "publish")
    kinds = [one["kind"] for one in shown(running, notice)["letters"]]
    assert kinds == ["receipt", "forward", "acted", "counter", "restored", "restored"]


def test_where_a_person_restores_the_clock_only_tells(running, clip):
    notice = sent(running)["id"]
    does(running, notice, "act")
    counter(running, notice)
    with at(25):
        clock_comes(running)
        assert running.row(notices, notice)["state"] == "waiting"
        assert [one["state"] for one in shown(running, notice)["deadlines"]] == ["due"]
        does(running, notice, "restore")
    assert state_of(running, clip) == ("cleared", "publish")


def test_an_action_filed_in_time_keeps_and_later_is_too_late(running, clip):
    filed = {"before": "N.D. Cal.", "case_number": "26-cv-1", "filed_on": "2026-01-02"}
    first, second = sent(running)["id"], sent(running)["id"]
    for one in (first, second):
        does(running, one, "act")
        counter(running, one)
    assert does(running, first, "action-filed", filed, expected=403)  # a reviewer does not send notices
    kept = post(running, f"/notices/{first}/action-filed", filed, running.key("platform"))
    assert kept.json()["state"] == "kept"
    with at(25):
        does(running, second, "restore")
        assert state_of(running, clip) == ("withheld", "withhold")  # the first notice still holds it
        late = post(running, f"/notices/{second}/action-filed", filed, running.key("platform"))
    assert late.status_code == 410


@pytest.mark.parametrize("regime", ["cn-civil-code", "cn-network"])
def test_in_china_no_clock_runs_before_counsel_chose_one(running, clip, regime):
    notice = sent(running, regime=regime)["id"]
    does(running, notice, "act")
    assert counter(running, notice).json()["state"] == "countered"
    timing = shown(running, notice)["timing"]
    assert (timing["choices"], timing["clock"]) == (["cn-civil-code", "cn-network"], None)
    assert "counsel has not chosen" in timing["not_chosen"]
    refused = running.client.put(
        "/v1/notices/settings", json={"cn_timing": "cn-civil-code"}, headers=running.key("administrator")
    )
    assert refused.status_code == 422  # the reasonable time is counsel's choice too
    choose(running, cn_timing="cn-civil-code", cn_working_days=15)
    assert does(running, notice, "timing", {})["state"] == "waiting"
    before = shown(running, notice)["deadlines"][-1]["opens_utc"]
    does(running, notice, "extension", {"working_days": 5, "reason": "公证"})
    assert shown(running, notice)["deadlines"][-1]["opens_utc"] > before
    does(running, notice, "restore", expected=409)


def test_under_the_network_regulation_restoring_is_at_once(running, clip):
    choose(running, cn_timing="cn-network", restores_by="clock")
    notice = sent(running, regime="cn-civil-code", language="zh")["id"]
    does(running, notice, "act")
    assert counter(running, notice).json()["state"] == "waiting"
    clock_comes(running)
    assert state_of(running, clip) == ("cleared", "publish")
    assert shown(running, notice)["timing"]["regime"] == "cn-network"


def test_a_program_does_not_decide_where_a_person_is_asked_for(running, clip):
    notice = sent(running, regime="eu-dsa")["id"]
    for what in ("act", "reject"):
        refused = post(running, f"/notices/{notice}/{what}", WHY, running.key("administrator"))
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:similarity:problem:person-needed")
    assert post(running, f"/notices/{sent(running)['id']}/act", WHY, running.key("administrator")).status_code == 200


def test_what_policies_and_people_decide_meanwhile_holds_when_the_notice_ends(running):
    upload = running.screened()
    notice = sent(running)["id"]
    does(running, notice, "act")
    running.screened_again(upload, with_works(found_work()))  # the policy holds it now; the notice withholds it
    assert state_of(running, upload) == ("withheld", "withhold")
    assert post(running, f"/notices/{notice}/withdraw", WHY, running.key("platform")).json()["state"] == "withdrawn"
    assert state_of(running, upload) == ("held", "hold")


def test_an_incomplete_notice_is_rejected_by_its_clock(running, clip):
    notice = sent(running, signature=None)["id"]
    with at(15):
        clock_comes(running)
    assert running.row(notices, notice)["state"] == "rejected"
    assert "signature" in shown(running, notice)["letters"][-1]["texts"]["en"]["text"]
    assert state_of(running, clip) == ("cleared", "publish")


def test_a_complaint_is_for_another_person_and_for_six_months(running, clip):
    notice = sent(running, regime="eu-dsa", upload={"upload_id": clip})["id"]
    decision = does(running, notice, "act")["decision_id"]
    path, body = f"/decisions/{decision}/complaints", {"by": "uploader", "reasons": "A quotation."}
    assert counter(running, notice).status_code == 409  # this law knows complaints instead
    assert post(running, path, {**body, "by": "notifier"}, running.key("platform")).status_code == 409
    with at(190):
        assert post(running, path, body, running.key("platform")).status_code == 410
    complaint = post(running, path, body, running.key("platform")).json()["id"]
    assert post(running, path, body, running.key("platform")).status_code == 409
    assert post(running, f"/complaints/{complaint}/take", {}, running.person("Rita")).status_code == 403
    assert post(running, f"/complaints/{complaint}/take", {}, running.key("administrator")).status_code == 403
    taken = post(running, f"/complaints/{complaint}/take", {}, running.person("Sam"))
    assert taken.json()["state"] == "assigned"
    outcome = {"outcome": "reversed", "reason": "It is a quotation."}
    assert post(running, f"/complaints/{complaint}/answer", outcome, running.person("Rita")).status_code == 403
    answered = post(running, f"/complaints/{complaint}/answer", outcome, running.person("Sam"))
    assert answered.json()["state"] == "reversed"
    assert state_of(running, clip) == ("cleared", "publish")
    assert running.row(notices, notice)["state"] == "restored"


def test_a_rejection_can_be_reversed_for_the_sender(running, clip):
    notice = sent(running)["id"]
    decision = does(running, notice, "reject")["decision_id"]
    body = {"by": "notifier", "reasons": "Look again."}
    complaint = post(running, f"/decisions/{decision}/complaints", body, running.key("platform")).json()["id"]
    post(running, f"/complaints/{complaint}/take", {}, running.person("Sam"))
    outcome = {"outcome": "reversed", "reason": "It was missed."}
    assert post(running, f"/complaints/{complaint}/answer", outcome, running.person("Sam")).status_code == 200
    assert state_of(running, clip) == ("withheld", "withhold")
    assert running.row(notices, notice)["state"] == "acted"


def test_german_complaints_have_a_week(running, clip):
    notice = sent(running, regime="de-urhdag")["id"]
    decision = does(running, notice, "act")["decision_id"]
    body = {"by": "uploader", "reasons": "Under half, and marked."}
    told = post(running, f"/decisions/{decision}/complaints", body, running.key("platform")).json()
    assert [one["clock"] for one in told["deadlines"]] == ["complaint_decision"]
    with at(9):
        clock_comes(running)
    assert [one["state"] for one in _complaint(running, told["id"])["deadlines"]] == ["due"]


def _complaint(running, identifier):
    return running.client.get(f"/v1/complaints/{identifier}", headers=running.key("platform")).json()


def test_statements_of_reasons_hold_the_fields_and_no_personal_data(running):
    upload = running.screened(measured=with_works(found_work()), title="Private title", uploader="private-name")
    notice = sent(running, regime="eu-dsa", upload={"upload_id": upload})["id"]
    does(running, notice, "act", {**WHY, "reason": "private reason", "legal_ground": "UrhG, section 15"})
    path = "/v1/statements/export?format=tdb"
    answer = running.client.get(path, headers=running.key("auditor"))
    (made,) = answer.json()["statements"]
    assert made["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert made["illegal_content_legal_ground"] == "UrhG, section 15"
    assert made["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    assert (made["source_type"], made["automated_detection"]) == ("SOURCE_ARTICLE_16", "No")
    assert made["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    assert "10.0 s of the item, 50% of the item match 10.0 s of one work" in made["decision_facts"]
    text = answer.text.lower()
    assert not any(word in text for word in ("private", "ann", "studio", "main street"))
    after = answer.headers["x-last"]
    assert running.client.get(f"{path}&after={after}", headers=running.key("auditor")).json() == {"statements": []}


@pytest.mark.parametrize(
    ("territories", "scope"),
    [(["DE", "US"], ["DE"]), ([], ["AT", "BE", "BG"]), (["US", "CN"], None)],
)
def test_statements_name_countries_of_the_economic_area(running, territories, scope):
    upload = running.screened(measured=with_works(found_work()), territories_json=territories)
    does(running, sent(running, upload={"upload_id": upload})["id"], "act")
    made = running.client.get("/v1/statements/export", headers=running.key("auditor")).json()["statements"]
    assert [one["territorial_scope"][:3] for one in made] == ([] if scope is None else [scope])
    assert all(one["content_type"] == ["CONTENT_TYPE_VIDEO"] for one in made)


def test_statements_come_a_hundred_at_a_time(running):
    for number in range(101):
        upload = running.screened(f"clip {number}")
        notice = sent(running, upload={"upload_id": upload})["id"]
        post(running, f"/notices/{notice}/act", WHY, running.key("administrator"))
    first = running.client.get("/v1/statements/export", headers=running.key("auditor"))
    assert len(first.json()["statements"]) == 100
    link = first.headers["link"].split(";")[0].strip("<>")
    second = running.client.get(link, headers=running.key("auditor")).json()["statements"]
    assert len({one["puid"] for one in (*first.json()["statements"], *second)}) == 101


def test_usage_is_stated_by_work_and_owner_as_its_terms_name_it(running):
    owner = running.key("owner")
    running.client.put("/v1/works/film/terms", json={"fee": "1 EUR a minute", "licensees": ["partner"]}, headers=owner)
    rule = "policy: usual\nrules: []\n"
    running.client.put("/v1/policies/usual", json={"yaml": rule, "is_live": True}, headers=running.key("administrator"))
    running.screened("one", with_works(found_work()), uploader="partner")
    both = with_works(found_work(end=5.0), found_work("song", owner="=Label"))
    running.screened("two", both.model_copy(update={"sound": (SONG.model_copy(update={"work_id": "film"}),)}))
    today, tomorrow = clock.utc_of(clock.now_seconds())[:10], clock.utc_of(clock.now_seconds() + DAY)[:10]
    path = f"/v1/usage?from={today}&to={tomorrow}"
    found = running.client.get(path, headers=owner).json()
    assert [(one["work_id"], one["upload_seconds"], one["num_licensed"]) for one in found["works"]] == [
        ("song", 10.0, 0),
        ("film", 13.0, 1),
    ]
    assert found["works"][1]["fee"] == "1 EUR a minute"
    assert [(one["used"], one["work_id"], one["fee"]) for one in found["sound"]] == [
        ("sound", "film", "1 EUR a minute")
    ]
    assert found["sound"][0]["upload_seconds"] == SONG.matched_seconds
    table = running.client.get(f"{path}&format=csv", headers=owner).text
    assert "'=Label" in table
    assert [line.split(",")[:2] for line in table.splitlines()] == [
        ["used", "work_id"],
        ["pictures", "song"],
        ["pictures", "film"],
        ["sound", "film"],
    ]
    assert running.client.get(f"/v1/usage?from={today}&to={today}", headers=owner).status_code == 422
    assert running.client.get("/v1/usage?from=2020-01-01&to=2020-02-01", headers=owner).json()["works"] == []


def test_another_tenant_sees_nothing(running, clip):
    notice = sent(running)["id"]
    decision = does(running, notice, "act")["decision_id"]
    body = {"by": "uploader", "reasons": "No."}
    complaint = post(running, f"/decisions/{decision}/complaints", body, running.key("platform")).json()["id"]
    theirs = running.key("administrator", running.tenant("other"))
    assert running.client.get("/v1/notices", headers=theirs).json() == {"notices": []}
    assert running.client.get("/v1/complaints", headers=theirs).json() == {"complaints": []}
    assert running.client.get("/v1/statements/export", headers=theirs).json() == {"statements": []}
    for path in (f"/notices/{notice}", f"/notices/{notice}/counter-notice.json", f"/complaints/{complaint}"):
        assert running.client.get(f"/v1{path}", headers=theirs).status_code == 404
    filed = {"before": "a court", "filed_on": "2026-01-02"}
    asked = {"forward": {}, "act": WHY, "reject": WHY, "restore": WHY, "keep": WHY, "withdraw": WHY}
    asked |= {"counter": COUNTER, "action-filed": filed, "timing": {}, "extension": {"working_days": 1, "reason": "x"}}
    for what, sent_body in asked.items():
        assert post(running, f"/notices/{notice}/{what}", sent_body, theirs).status_code == 404, what
    assert post(running, f"/decisions/{decision}/complaints", body, theirs).status_code == 404
    mine = post(running, "/notices", {**NOTICE, "upload": {"upload_id": clip}}, theirs).json()
    assert (mine["upload_id"], mine["state"]) == (None, "incomplete")


def test_an_owner_of_some_works_sees_his_own(running, clip):
    sent(running)
    owner = running.person("Olga", "owner")
    with running.database.writing() as connection:
        people = tables_module.memberships
        connection.execute(people.update().values(works_json=["song"]).where(people.c.role == "owner"))
    assert running.client.get("/v1/notices", headers=owner).json() == {"notices": []}
    mine = post(running, "/notices", NOTICE, owner).json()["id"]
    assert [one["id"] for one in running.client.get("/v1/notices", headers=owner).json()["notices"]] == [mine]
    assert post(running, f"/notices/{mine}/act", WHY, owner).status_code == 403
    assert counter(running, mine).status_code == 409


def test_the_chain_holds_every_step_and_no_names(running, clip, tmp_path):
    notice = sent(running)["id"]
    does(running, notice, "act")
    counter(running, notice)
    with running.database.reading() as connection:
        lines = "".join(audit.exported(connection, running.tenant_id))
    (tmp_path / "chain.jsonl").write_text(lines, encoding="utf-8")
    entries = [json.loads(line) for line in lines.splitlines()]
    steps = [one["action"] for one in entries if one["details"].get("subject") == notice]
    assert [one for one in steps if one.startswith("notice ")] == [
        "notice received",
        "notice admitted",
        "notice acted",
        "notice countered",
        "notice waiting",
    ]
    assert not any(word in lines for word in ("Ann Owner", "Main Street", "ann@", "Side Street"))
    assert read_chain is not None


def test_letters_go_by_webhook_alone(running, clip):
    with running.database.writing() as connection:
        outbox.add_endpoint(connection, running.tenant_id, "http://127.0.0.1:9/hook")
    sent(running)
    with running.database.reading() as connection:
        bodies = [json.loads(one) for one in connection.scalars(select(tables_module.outbox.c.body))]
    letters = [one["data"] for one in bodies if one["type"] == "letter.drafted"]
    assert [(one["kind"], one["addressee"]) for one in letters] == [("receipt", "sender")]
    assert "The film" in letters[0]["text"]


def test_what_fills_a_letter_is_not_read_again(running, clip):
    works = [{"title": "{notice} {law.__class__} <b>"}]
    (letter,) = shown(running, sent(running, works=works)["id"])["letters"]
    assert "{notice} {law.__class__} <b>" in letter["texts"]["en"]["text"]


def test_a_time_stands_in_no_queue_before_it_comes_and_comes_once(running, clip):
    notice = sent(running, signature=None)["id"]
    assert come(running.database) == 0
    assert jobs.claim(running.database, (JOB,)) is None
    with at(15):
        assert [come(running.database), come(running.database)] == [1, 0]
        job = jobs.claim(running.database, (JOB,))
        assert jobs.claim(running.database, (JOB,)) is None
    with running.database.writing() as connection:  # the machine's clock went back: nothing is done too early
        jobs.finish(connection, job)
        meet(connection, job.subject_id)
    assert running.row(notices, notice)["state"] == "incomplete"
    with at(15):
        clock_comes(running)
    assert running.row(notices, notice)["state"] == "rejected"


def test_two_workers_do_not_look_after_one_time_twice(running, clip):
    sent(running, signature=None)
    with at(15), ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(lambda _: come(running.database), range(8))) == 1


def test_forms_refuse_what_no_form_holds():
    with pytest.raises(ValueError, match="extra_forbidden"):
        NewNotice.model_validate({"verdict": "yes"})
    with pytest.raises(ValueError, match="NUL"):
        NewNotice.model_validate({"reasons": "a\0b"})
