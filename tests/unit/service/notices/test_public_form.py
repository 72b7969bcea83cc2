"""The form that anyone may send, in both languages: what it takes, what it refuses, what it says is missing."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from sqlalchemy import select

from similarity.service import clock
from similarity.service.data.notice_tables import notices

FILLED = {
    "regime": "us-dmca",
    "name": "Ann Owner",
    "address": "1 Main Street",
    "email": "ann@studio.example",
    "phone": "+1 555 0100",
    "url": "https://video.example/watch/clip",
    "work_title": "The film",
    "start_seconds": "4",
    "end_seconds": "14.5",
    "good_faith": "true",
    "accurate": "true",
    "authority_under_perjury": "true",
    "signature": "Ann Owner",
}


@pytest.fixture
def form(running):
    """A platform that takes notices from anyone, and an upload of it."""
    said = {"public_form": True, "upload_url": "https://video.example/watch/{external_id}", "public_per_hour": 3}
    running.client.put("/v1/notices/settings", json=said, headers=running.key("administrator"))
    running.screened("clip")
    return running


def shown(running, language="en"):
    return running.client.get("/notices/to/acme", headers={"accept-language": language}).text


def posted(running, language="en", **changes):
    token = re.search(r'name="token" value="([^"]+)"', shown(running, language))[1]
    filled = {"token": token, "language": language, **FILLED, **changes}
    return running.client.post("/notices/to/acme", data=filled, headers={"accept-language": language})


def rows(running):
    with running.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(notices)).mappings()]


def test_a_platform_that_does_not_ask_for_it_has_no_form(running):
    assert running.client.get("/notices/to/acme").status_code == 404
    assert running.client.get("/notices/to/nobody").status_code == 404


def test_a_whole_form_is_admitted(form):
    answer = posted(form)
    assert answer.status_code == 201
    assert "It holds what that law asks for" in answer.text
    (row,) = rows(form)
    assert (row["state"], row["submitted_by"], row["language"]) == ("admitted", None, "en")
    assert row["upload_id"] is not None
    assert row["form_json"]["works"][0]["stretches"][0]["end_seconds"] == 14.5
    assert row["id"] in answer.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Send a notice", "What is missing", "signature")), ("zh", ("发送通知", "缺少", "签名"))],
)
def test_what_is_missing_is_said_in_the_language_of_the_reader(form, language, words):
    page = shown(form, language)
    assert words[0] in page
    assert 'name="signature"' in page
    answer = posted(form, language, signature="")
    assert answer.status_code == 201
    assert all(word in answer.text for word in words[1:])
    assert [(row["state"], row["language"]) for row in rows(form)] == [("incomplete", language)]


def test_what_is_no_number_is_named_and_what_was_written_stays(form):
    answer = posted(form, start_seconds="four", name="<script>alert(1)</script>")
    assert answer.status_code == 422
    assert "start_seconds" in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert(1)" not in answer.text
    assert rows(form) == []


@pytest.mark.parametrize("forged", [{"token": "1.2"}, {"token": ""}, {"website": "https://spam.example"}])
def test_what_no_shown_form_sent_is_refused(form, forged):
    assert posted(form, **forged).status_code == 403
    assert rows(form) == []


def test_a_form_from_another_site_and_one_of_yesterday_are_refused(form):
    token = re.search(r'name="token" value="([^"]+)"', shown(form))[1]
    filled = {"token": token, **FILLED}
    elsewhere = {"origin": "https://elsewhere.example"}
    assert form.client.post("/notices/to/acme", data=filled, headers=elsewhere).status_code == 403
    tomorrow = clock.now_seconds() + 86_400
    with patch.object(clock.time, "time", lambda: tomorrow):
        assert form.client.post("/notices/to/acme", data=filled).status_code == 403
    assert rows(form) == []


def test_more_than_a_few_in_an_hour_wait(form):
    assert [posted(form).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert len(rows(form)) == 3
