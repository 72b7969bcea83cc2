"""Signing in by an OpenID Connect provider: who comes in, and every answer of a provider that does not hold."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import update
from support.provider import CLIENT, SECRET, providing
from support.service import PASSWORD

from similarity.errors import ConfigurationError
from similarity.service.data.tables import people
from similarity.service.people import accounts
from similarity.service.people.oidc import ProviderSettings, read_provider
from similarity.service.web.app import create_app


@pytest.fixture(scope="module")
def shared_provider():
    with providing() as provider:
        yield provider


@pytest.fixture
def provider(shared_provider):
    """One that says nothing but what it should."""
    shared_provider.claims, shared_provider.described = {}, {}
    shared_provider.signs_with, shared_provider.algorithm = None, "RS256"
    return shared_provider


@pytest.fixture
def browser(running, provider, tmp_path) -> TestClient:
    """Of somebody who is not signed in; Rita is known to the service, without a password."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    settings = ProviderSettings(
        issuer=provider.url,
        client_id=CLIENT,
        client_secret_file=tmp_path / "secret",
        redirect_uri="http://localhost/sign-in/provider/back",
    )
    with running.database.writing() as connection:
        accounts.add_person(connection, running.tenant_id, "Rita@acme.example", None, ["reviewer"])
    app = create_app(replace(running.settings, provider=settings), running.database)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def sent_to_provider(browser, back="/queues") -> str:
    answer = browser.get(f"/sign-in/provider?back={back}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def comes_back(browser, provider):
    return browser.get(provider.authorized(sent_to_provider(browser)))


def is_signed_in(browser) -> bool:
    return browser.get("/queues", follow_redirects=False).status_code == 200


def test_a_person_signs_in_and_is_led_where_he_or_she_was_going(browser, provider):
    assert 'href="/sign-in/provider?back=/queues"' in browser.get("/sign-in").text
    assert not is_signed_in(browser)
    answer = browser.get(provider.authorized(sent_to_provider(browser, "/uploads")))
    assert answer.status_code == 200
    assert 'content="0;url=/uploads"' in answer.text
    session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("similarity_session"))
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in session.split(";")}
    assert is_signed_in(browser)


def test_it_leads_to_no_other_site(browser, provider):
    answer = browser.get(provider.authorized(sent_to_provider(browser, "//elsewhere.example")))
    assert 'content="0;url=/queues"' in answer.text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"iss": "https://another.example"},
        {"exp": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"email": None},
        {"email": ["rita@acme.example"]},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "stranger@acme.example"},
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(browser, provider, claims):
    provider.claims = claims
    assert comes_back(browser, provider).status_code == 401
    assert not is_signed_in(browser)


@pytest.mark.parametrize("kind", ["another key", "the secret"])
def test_a_token_of_another_signature_lets_nobody_in(browser, provider, kind):
    if kind == "another key":
        provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        provider.signs_with = OctKey.import_key(SECRET)
        provider.algorithm = "HS256"
    assert comes_back(browser, provider).status_code == 401
    assert not is_signed_in(browser)


def test_an_answer_to_no_sign_in_or_to_another_one_is_refused(browser, provider):
    back = provider.authorized(sent_to_provider(browser))
    assert browser.get(back.replace("state=", "state=x")).status_code == 401
    browser.cookies.clear()
    assert browser.get(back).status_code == 401
    assert not is_signed_in(browser)


def test_a_code_is_good_once(browser, provider):
    back = provider.authorized(sent_to_provider(browser))
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 200
    browser.cookies.clear()
    browser.cookies.update(kept)
    assert browser.get(back).status_code == 401


@pytest.mark.parametrize(
    "described", [{"issuer": "https://another.example"}, {"token_endpoint": "http://127.0.0.1:1/"}, {"jwks_uri": "x"}]
)
def test_a_provider_that_describes_itself_wrongly_lets_nobody_in(browser, provider, described):
    provider.described = described
    answer = browser.get("/sign-in/provider", follow_redirects=False)
    if answer.status_code == 303:
        answer = browser.get(provider.authorized(answer.headers["location"]))
    assert answer.status_code == 401
    assert "organisation did not succeed" in answer.text


def test_who_may_not_sign_in_may_not_by_a_provider_either(browser, running, provider):
    with running.database.writing() as connection:
        connection.execute(update(people).values(is_disabled=True))
    assert comes_back(browser, provider).status_code == 401


def test_no_password_opens_what_has_none(browser):
    for password in ("", "none", PASSWORD):
        form = {"name": "Rita@acme.example", "password": password}
        assert browser.post("/sign-in", data=form).status_code in {401, 422}
    assert not is_signed_in(browser)


def test_without_a_provider_there_is_none(running):
    assert running.client.get("/sign-in/provider", follow_redirects=False).status_code == 404
    assert "/sign-in/provider" not in running.client.get("/sign-in").text


def test_settings_are_read_from_a_file_and_said_where_they_are_wrong(tmp_path):
    path = tmp_path / "provider.yaml"
    good = (
        "issuer: https://login.example/\nclient_id: screening\nclient_secret_file: secret\n"
        "redirect_uri: https://screening.example/sign-in/provider/back\n"
    )
    path.write_text(good, encoding="utf-8")
    found = read_provider(path)
    assert (found.issuer, found.client_secret_file) == ("https://login.example", tmp_path / "secret")
    path.write_text(good.replace("https://login", "http://login"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"issuer.*https://"):
        read_provider(path)
    path.write_text(good + "roles: all\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="roles"):
        read_provider(path)
