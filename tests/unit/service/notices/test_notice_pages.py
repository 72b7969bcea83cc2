"""Pages of notices: elements with tick or gap, the clock, claims beside figures, and what a person does with them."""

from __future__ import annotations

import re

import pytest
from support.service import WORK_SHA256, found_work, with_works

from similarity.service.data.notice_tables import notices
from similarity.service.data.tables import uploads

NOTICE = {
    "regime": "us-dmca",
    "sender": {"name": "Ann <b>Owner</b>", "address": "1 Main Street", "email": "a@b.example", "phone": "+1 555 0100"},
    "upload": {"external_id": "clip"},
    "works": [{"title": "The film", "sha256": WORK_SHA256, "stretches": [{"start_seconds": 4, "end_seconds": 14}]}],
    "statements": {"good_faith": True, "accurate": True, "authority_under_perjury": True},
    "signature": "Ann Owner",
}


@pytest.fixture
def clip(running):
    return running.screened(measured=with_works(found_work(), found_work("song")))


def sent(running, **changes):
    answer = running.client.post("/v1/notices", json={**NOTICE, **changes}, headers=running.key("platform"))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def page(running, path, *roles, who="Rita", language="en"):
    headers = {**running.person(who, *roles), "accept": "text/html", "accept-language": language}
    return running.client.get(path, headers=headers, follow_redirects=False)


def posts(running, path, who="Rita", **said):
    headers = {"cookie": running.person(who)["cookie"], "accept": "text/html"}
    shown = running.client.get("/notices", headers=headers).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    data = {"csrf_token": token, **said}
    return running.client.post(path, data=data, headers=headers, follow_redirects=False)


def test_elements_clock_and_claims_stand_on_one_page(running, clip):
    text = page(running, f"/notices/{sent(running, signature=None)}").text
    assert len(re.findall(r'class="good">✓', text)) == 5
    assert len(re.findall(r'class="problem">✗', text)) == 1
    assert "512(c)(3)(A)(i)" in text
    assert "the notice is rejected" in text  # what its clock leads to
    assert re.search(r"13 d 2\d h", text)
    assert "00:00:04.000" in text  # claimed
    assert "00:00:02.000" in text  # measured
    assert "8.0 s · 80.0\u202f%" in text
    assert 'class="between" x="200.0" y="0" width="500.0"' in text
    assert 'class="stretch" x="100.0" y="24" width="500.0"' in text
    assert "Ann &lt;b&gt;Owner&lt;/b&gt;" in text
    assert "<b>Owner" not in text


def test_the_pages_speak_chinese(running, clip):
    notice = sent(running, regime="cn-civil-code", evidence=[{"name": "登记证书"}])
    text = page(running, f"/notices/{notice}", language="zh").text
    assert all(word in text for word in ("主张与测量对照", "初步证据", "法律顾问尚未选定", "权利人的真实身份信息"))
    assert "《民法典》通知" in page(running, "/notices", language="zh").text


def test_a_person_forwards_acts_and_keeps_by_the_page(running, clip):
    notice = sent(running)
    assert posts(running, f"/notices/{notice}/forward").headers["location"] == f"/notices/{notice}"
    assert posts(running, f"/notices/{notice}/act", reason="").status_code == 422
    acted = posts(running, f"/notices/{notice}/act", reason="the same", action="label", legal_ground="17 U.S.C. 106")
    assert acted.status_code == 303
    assert running.row(notices, notice)["state"] == "acted"
    assert running.row(uploads, clip)["action"] == "hold"  # what the policy holds stays held
    text = page(running, f"/notices/{notice}").text
    assert "Act on it" not in text
    assert "Forward it" not in text
    assert posts(running, f"/notices/{notice}/reject", reason="late").status_code == 409
    assert posts(running, f"/notices/{notice}/destroy", reason="x").status_code == 404
    counter = {
        "sender": {"name": "Bob", "address": "2 Side Street", "phone": "1"},
        "statements": dict.fromkeys(("mistake_under_perjury", "accepts_jurisdiction", "accepts_service"), True),
        "signature": "Bob",
    }
    running.client.post(f"/v1/notices/{notice}/counter", json=counter, headers=running.key("platform"))
    text = page(running, f"/notices/{notice}").text
    assert f"/v1/notices/{notice}/counter-notice.json" in text
    assert "17 U.S.C. 512(g)(2)(C)" in text
    assert posts(running, f"/notices/{notice}/restore", reason="too early").status_code == 409
    assert posts(running, f"/notices/{notice}/keep", reason="filed").status_code == 303
    assert running.row(notices, notice)["state"] == "kept"


def test_posts_need_the_token_of_their_session(running, clip):
    notice = sent(running)
    headers = {"cookie": running.person("Rita")["cookie"], "accept": "text/html"}
    for token in ("", "x"):
        data = {"csrf_token": token, "reason": "x"}
        assert running.client.post(f"/notices/{notice}/act", data=data, headers=headers).status_code == 403
    assert running.row(notices, notice)["state"] == "admitted"


def test_who_may_not_decide_sees_no_forms_and_strangers_see_nothing(running, clip):
    notice = sent(running)
    text = page(running, f"/notices/{notice}", "auditor", who="Axel").text
    assert "What the law asks for" in text
    assert "What is done with it" not in text
    assert posts(running, f"/notices/{notice}/act", who="Axel", reason="x").status_code == 403
    assert running.client.get("/notices", headers={"accept": "text/html"}, follow_redirects=False).status_code == 303
    other = running.key("administrator", running.tenant("other"))
    assert running.client.get(f"/v1/notices/{notice}", headers=other).status_code == 404
    assert page(running, "/notices/notice_nowhere").status_code == 404


def test_a_list_names_works_states_and_laws(running, clip):
    sent(running)
    sent(running, works=[], signature=None)
    text = page(running, "/notices").text
    assert "The film" in text
    assert "(no work named)" in text
    assert "The film" not in page(running, "/notices?state=incomplete").text
