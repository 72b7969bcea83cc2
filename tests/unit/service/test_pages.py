"""The pages as a server answers them: who sees what, in which language, and what is recorded of it."""

from __future__ import annotations

import json
import re

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from support.document_texts import VERDICTS
from support.service_pages import PASSWORD, SONG, found, person_with_cheap_hash, set_stage
from support.service_texts import WEB, said_by_pages

from similarity.service.data.tables import audit, tasks
from similarity.service.people.accounts import add_tenant
from similarity.service.web.app import create_app
from similarity.service.web.page_words import age, declared, label_state, named
from similarity.service.web.speaking import Speaker
from similarity.service.web.views import VIEW_SECONDS, Views

PLACEHOLDER = re.compile(r"\{(\w+)\}")
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = set_stage(tmp_path_factory.mktemp("service"))
    with stage.database.writing() as connection:
        other = add_tenant(connection, "another platform")
        person_with_cheap_hash(connection, other, "otto", ["reviewer", "auditor"])
    yield stage
    stage.database.close()


@pytest.fixture(scope="module")
def app(stage):
    return create_app(stage.settings, stage.database)


@pytest.fixture
def visitor(app):
    """Somebody who asks for pages by a browser."""
    with TestClient(app, base_url="http://pages", headers=HTML, follow_redirects=False) as client:
        yield client


def sign_in(client: TestClient, name: str) -> TestClient:
    client.cookies.clear()
    done = client.post("/sign-in", data={"name": name, "password": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/queues")
    return client


def token(client: TestClient) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/queues").text)[1]


def entries(stage, action: str) -> list[dict]:
    with stage.database.reading() as connection:
        lines = connection.scalars(select(audit.c.line).where(audit.c.tenant_id == stage.tenant_id))
        return [one for line in lines if (one := json.loads(line))["action"] == action]


def test_who_is_not_signed_in_is_asked_to_and_comes_back_to_the_page(visitor):
    for path in ("/queues", "/uploads", "/audit", "/tasks/task_1", "/uploads/upload_1/video"):
        assert visitor.get(path).headers["location"] == f"/sign-in?back={path.replace('/', '%2F')}"
    page = visitor.get("/sign-in?back=/audit").text
    assert 'name="back" value="/audit"' in page
    form = {"name": "rita", "password": PASSWORD, "back": "/audit"}
    assert visitor.post("/sign-in", data=form).headers["location"] == "/audit"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", ""])
def test_nobody_is_led_elsewhere(visitor, back):
    form = {"name": "rita", "password": PASSWORD, "back": back}
    assert visitor.post("/sign-in", data=form).headers["location"] == "/queues"
    assert visitor.get("/language", params={"to": "zh", "back": back}).headers["location"] == "/queues"


def test_a_wrong_password_is_refused_and_many_are_too_many(visitor):
    form = {"name": "mallory", "password": "wrong"}
    answers = [visitor.post("/sign-in", data=form).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


@pytest.mark.parametrize(
    ("header", "tag"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("de,en;q=0.5,zh;q=0.4", "en"), ("fr", "en"), ("", "en"), ("zh;q=x", "en")],
)
def test_the_language_is_the_browsers_until_one_is_chosen(visitor, header, tag):
    asked = {**HTML, "accept-language": header}
    assert f'<html lang="{tag}">' in visitor.get("/sign-in", headers=asked).text
    visitor.get("/language?to=zh")
    assert '<html lang="zh-CN">' in visitor.get("/sign-in", headers=asked).text


def test_what_comes_from_outside_is_never_markup(visitor, stage):
    bad = "<script>alert(1)</script>{{ 7*7 }}"
    measured = found(labels={bad: bad}, prompt_names=(bad,), limits=(bad,), reason=bad, indexed_as=(bad,))
    upload = stage.held(bad, measured, uploader=bad, prompt=bad)
    sign_in(visitor, "rita")
    begun = visitor.post("/queues/copies/next", data={"csrf_token": token(visitor)})
    for path in ("/queues/copies", "/uploads", f"/uploads/{upload}", begun.headers["location"]):
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
        assert "49" not in re.findall(r"alert\(1\)&lt;/script&gt;(\S{0,4})", page.text), path
        assert not re.search(r"<[^>]+ (style|on\w+)=", page.text), path
        assert "script-src 'self'" in page.headers["content-security-policy"]
    stage.clear()


def test_sound_that_was_found_is_shown_apart_from_pictures(visitor, stage):
    upload = stage.held("With music", found(sound=(SONG,), sound_not_measured="no <b>sound</b>"))
    sign_in(visitor, "rita")
    begun = visitor.post("/queues/copies/next", data={"csrf_token": token(visitor)})
    for path in (f"/uploads/{upload}", begun.headers["location"]):
        page = visitor.get(path).text
        assert "Sound of The Song" in page, path
        assert "9.0 s of the upload" in page, path
        assert "no &lt;b&gt;sound" in page, path
    stage.clear()


def test_forms_need_the_token_of_the_session(visitor, stage):
    sign_in(visitor, "rita")
    assert visitor.post("/queues/copies/next").status_code == 403
    assert visitor.post("/queues/copies/next", data={"csrf_token": "guessed"}).status_code == 403
    forged = {"data": {"csrf_token": token(visitor)}, "headers": {**HTML, "origin": "http://evil.example"}}
    assert visitor.post("/queues/copies/next", **forged).status_code == 403


def test_a_video_is_given_by_ranges_to_people_of_the_tenant_and_each_view_recorded_once(visitor, stage):
    upload = stage.held("Watched")
    path = f"/uploads/{upload}/video"
    sign_in(visitor, "otto")
    assert visitor.get(path).status_code == 404
    assert visitor.get(f"/uploads/{upload}").status_code == 404
    sign_in(visitor, "rita")
    for start in (0, 100):
        piece = visitor.get(path, headers={"range": f"bytes={start}-{start + 9}"})
        assert (piece.status_code, piece.content) == (206, stage.video[start : start + 10])
        assert piece.headers["content-type"] == "video/mp4"
    seen = [one for one in entries(stage, "evidence viewed") if one["details"]["subject"] == upload]
    assert [(one["actor"], one["details"]["file"]) for one in seen] == [("rita", "upload")]


def test_a_work_is_shown_where_it_was_found_while_its_file_is_the_one_that_was_indexed(visitor, stage):
    upload = stage.held("Beside the work")
    sign_in(visitor, "rita")
    path = f"/uploads/{upload}/work"
    assert visitor.get(path, params={"work": "film"}).content == stage.video
    assert visitor.get(path, params={"work": "another"}).status_code == 404
    file = stage.settings.library.parent / "work.mp4"
    file.write_bytes(stage.video[:-1] + b"\0")
    changed = visitor.get(path, params={"work": "film"}, headers={"accept": "*/*"})
    assert (changed.status_code, "has changed" in changed.json()["detail"]) == (409, True)
    file.unlink()
    missing = visitor.get(path, params={"work": "film"}, headers={"accept": "*/*"})
    assert (missing.status_code, "not where it was" in missing.json()["detail"]) == (404, True)
    assert str(file) not in missing.text
    file.write_bytes(stage.video)


def test_pieces_of_a_video_are_one_view_for_a_while():
    now = [0.0]
    views = Views(clock=lambda: now[0])
    assert views.is_new("rita", "a")
    assert not views.is_new("rita", "a")
    assert views.is_new("sam", "a")
    now[0] += VIEW_SECONDS
    assert views.is_new("rita", "a")


def test_who_may_be_asked_for_a_second_look_sees_nothing_of_the_first(visitor, stage):
    stage.clear()
    upload = stage.held("Twice")
    task = stage.task_of(upload)
    with stage.database.writing() as connection:
        connection.execute(update(tasks).where(tasks.c.id == task).values(second_opinion=True))
    sign_in(visitor, "rita")
    csrf = {"x-csrf-token": token(visitor)}
    lease = visitor.post(f"/v1/tasks/{task}/take", headers=csrf).json()["lease_token"]
    answer = {"lease_token": lease, "opinion": "reworked", "action": "withhold", "reason": "my secret reason"}
    assert visitor.post(f"/v1/tasks/{task}/opinions", json=answer, headers=csrf).status_code == 201
    assert "+3.20" in visitor.get(f"/uploads/{upload}").text  # it was said already
    sign_in(visitor, "sam")
    page = visitor.get(f"/uploads/{upload}").text
    assert "+3.20" not in page
    assert "my secret reason" not in page
    for path in (f"/v1/uploads/{upload}", f"/v1/uploads/{upload}/report", f"/uploads/{upload}/report"):
        assert visitor.get(path).status_code == 409, path
    csrf = {"x-csrf-token": token(visitor)}
    body = visitor.post(f"/v1/tasks/{task}/take", headers=csrf)
    assert not re.search(r"score|copy_ratio|uploader-7|secret", body.text)
    lease = body.json()["lease_token"]
    assert visitor.post(f"/v1/tasks/{task}/release", json={"lease_token": lease}, headers=csrf).status_code == 204
    with stage.database.reading() as connection:
        assert connection.scalar(select(tasks.c.state).where(tasks.c.id == task)) == "second"
    stage.clear()


def test_a_task_in_other_hands_is_not_shown(visitor, stage):
    task = stage.task_of(stage.held("Taken"))
    sign_in(visitor, "rita")
    visitor.post(f"/tasks/{task}/take", data={"csrf_token": token(visitor)})
    assert 'id="upload-video"' in visitor.get(f"/tasks/{task}").text
    sign_in(visitor, "sam")
    assert 'id="upload-video"' not in visitor.get(f"/tasks/{task}").text
    assert visitor.post(f"/tasks/{task}/take", data={"csrf_token": token(visitor)}).status_code == 409
    stage.clear()


def test_pages_show_what_a_role_may_see(visitor):
    closed = {"rita": {"/access"}, "sam": {"/access", "/audit"}, "ada": set()}
    pages = {"/queues", "/uploads", "/quality", "/policies", "/policies/usual", "/audit", "/access"}
    for name, refused in closed.items():
        sign_in(visitor, name)
        assert {path for path in pages if visitor.get(path).status_code == 403} == refused, name
        page = visitor.get("/queues").text
        assert [path for path in sorted(pages) if f'href="{path}"' in page and path in refused] == [], name


def test_a_policy_is_tried_kept_and_refused_on_its_page(visitor, stage):
    stage.held("Tried")
    sign_in(visitor, "ada")
    csrf = token(visitor)
    mild = "policy: usual\nregime: none\nrules: []\notherwise: publish\non_failure: hold\n"
    tried = visitor.post("/policies/usual", data={"csrf_token": csrf, "yaml_text": mild}).text
    assert "something else would follow" in tried
    harsh = "policy: usual\nregime: eu\nrules:\n  - {name: a, when: {found_by: copy}, do: withhold}\n"
    refused = visitor.post("/policies/usual", data={"csrf_token": csrf, "yaml_text": harsh, "do": "live"})
    assert (refused.status_code, "asks for a person" in refused.text) == (422, True)
    kept = visitor.post("/policies/usual", data={"csrf_token": csrf, "yaml_text": mild, "do": "keep"})
    assert kept.status_code == 303
    assert "Version 2" in visitor.get("/policies/usual").text
    sign_in(visitor, "rita")
    form = {"csrf_token": token(visitor), "yaml_text": mild, "do": "live"}
    assert visitor.post("/policies/usual", data=form).status_code == 403
    stage.clear()


def test_a_key_is_made_shown_once_and_ended(visitor):
    sign_in(visitor, "ada")
    form = {"csrf_token": token(visitor), "name": "probe", "role": "platform"}
    key = re.search(r"sk_[\w-]+", visitor.post("/access/keys", data=form).text)[0]
    assert key not in visitor.get("/access").text
    bearer = {"authorization": f"Bearer {key}"}
    assert visitor.get("/v1/uploads", headers=bearer).status_code == 200
    identifier = key.split("_")[1]
    visitor.post(f"/access/keys/{identifier}/end", data={"csrf_token": token(visitor)})
    assert visitor.get("/v1/uploads", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (-1, "0 s", "0 秒"),
        (59.9, "59 s", "59 秒"),
        (60, "1 min", "1 分钟"),
        (3725, "1 h 2 min", "1 小时 2 分钟"),
        (183600, "2 d 3 h", "2 天 3 小时"),
    ],
)
def test_lengths_of_time_are_said_in_the_readers_language(seconds, en, zh):
    assert [str(age(Speaker(code), seconds)) for code in ("en", "zh")] == [en, zh]


def test_what_is_declared_is_said_in_words_and_a_label_is_not_an_upload():
    chinese = Speaker("zh")
    assert [str(declared(chinese, one)) for one in (True, False, "<b>")] == ["是", "否", "&lt;b&gt;"]
    assert str(label_state(chinese, "unreadable")) == "无法读取"
    assert str(label_state(chinese, "absent")) == str(named(chinese, "absent"))


def test_the_catalogue_of_the_pages_is_complete_and_holds_no_verdict():
    with (WEB / "locale" / "zh" / "LC_MESSAGES" / "service.po").open("rb") as file:
        known = {one.id: one.string for one in read_po(file, locale="zh", abort_invalid=True) if one.id}
    assert said_by_pages() == known.keys()
    for text, told in known.items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(told)), text
        assert told.strip()
        assert not VERDICTS.search(text), text
        assert not re.search("侵权|抄袭|剽窃|盗版|违法|构成实质性相似", told), told
    assert Speaker("zh").say("Queue {name}", name="<b>") == "队列 &lt;b&gt;"


def test_templates_hold_no_words_of_their_own():
    same = {"SHA", "log", "LR", "Enter", "English"}
    kinds = re.compile(r"{% block kind %}\w+{% endblock %}")
    for path in sorted((WEB / "templates").glob("*.html")):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\0", kinds.sub("", path.read_text(encoding="utf-8")), flags=re.DOTALL
        )
        aloud = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', text)
        words = re.findall(r"[A-Za-z]{2,}", " ".join([re.sub(r"<[^>]*>", " ", text), *aloud]).replace("&amp;", ""))
        assert set(words) - same == set(), path.name
