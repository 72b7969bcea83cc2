"""Clients that send a byte a second, stop in the middle, or send twice at once, at a real server."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing

import httpx
import pytest
from support.databases import make_acme
from support.served import Client, served

from similarity.service.people import accounts

BUSY_SECONDS = 60
"""What a busy machine may take."""
TUS = {"content_type": "application/offset+octet-stream", "upload_offset": 0}


@pytest.fixture
def server(sqlite_url, tmp_path):
    """Address of a server that waits for nobody longer than a second, and a key."""
    acme = make_acme(sqlite_url, tmp_path)
    with acme.database.writing() as connection:
        key = accounts.add_key(connection, acme.tenant_id, "platform", "platform")
    acme.database.close()
    with served(acme.settings.library, acme.settings.data, head_seconds=5.0, receive_timeout_seconds=1.0) as url:
        yield url, key


@pytest.fixture
def client(server):
    """Opens connections that are closed in the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Client(server[0])))


def create(server, size=1000, name="clip") -> str:
    url, key = server
    body = {"external_id": name, "size": size, "uploader": "somebody"}
    made = httpx.post(f"{url}/v1/uploads", json=body, headers={"authorization": f"Bearer {key}"}, timeout=BUSY_SECONDS)
    assert made.status_code == 201
    return made.json()["content"]


def test_slow_clients_end_and_hold_nobody_up(server, client):
    url, key = server
    address, bearer = create(server), f"Bearer {key}"
    heads = [client() for _ in range(40)]
    for one in heads:
        one.send(b"GET /livez HTTP/1.1\r\nhost: ")
    bodies = [client() for _ in range(20)]
    for one in bodies:
        one.head("POST", "/v1/uploads", authorization=bearer, content_length=1000)
    slow = client()
    slow.head("PATCH", address, authorization=bearer, content_length=1000, **TUS)
    for _ in range(5):
        assert httpx.get(f"{url}/readyz", timeout=BUSY_SECONDS).status_code == 200
    slow.trickle(b"x", pause_seconds=0.2, most_seconds=BUSY_SECONDS)
    assert slow.status() == 408
    assert [one.status() for one in heads] == [0] * 40
    there = httpx.head(url + address, headers={"authorization": bearer}, timeout=BUSY_SECONDS)
    assert 0 < int(there.headers["upload-offset"]) < 1000


def test_a_head_that_comes_a_byte_at_a_time_ends(client):
    slow = client()
    slow.trickle(b"GET / HTTP/1.1\r\nx: " + b"y" * 1000, pause_seconds=0.2, most_seconds=BUSY_SECONDS)


def test_two_who_send_one_file_at_once(server, client):
    url, key = server
    address, bearer = create(server, size=6), {"authorization": f"Bearer {key}"}
    first = client()
    first.head("PATCH", address, content_length=6, **bearer, **TUS)
    first.send(b"abc")
    until = time.monotonic() + BUSY_SECONDS
    while httpx.head(url + address, headers=bearer, timeout=BUSY_SECONDS).headers["upload-offset"] != "3":
        assert time.monotonic() < until
    headers = bearer | {"upload-offset": "3", "content-type": TUS["content_type"]}
    second = httpx.patch(url + address, content=b"xyz", headers=headers, timeout=BUSY_SECONDS)
    assert second.status_code == 423
    first.send(b"def")
    assert first.status() == 204
    shown = httpx.get(url + address.removesuffix("/content"), headers=bearer, timeout=BUSY_SECONDS).json()
    assert shown["state"] == "queued"
    assert shown["sha256"] == "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721"


def test_a_client_that_goes_leaves_what_it_sent(server, client):
    url, key = server
    address, bearer = create(server, size=6), {"authorization": f"Bearer {key}"}
    gone = client()
    gone.head("PATCH", address, content_length=6, **bearer, **TUS)
    gone.send(b"abc")
    until = time.monotonic() + BUSY_SECONDS
    while httpx.head(url + address, headers=bearer, timeout=BUSY_SECONDS).headers["upload-offset"] != "3":
        assert time.monotonic() < until
    gone.close()
    headers = bearer | {"upload-offset": "3", "content-type": TUS["content_type"]}
    while (
        answer := httpx.patch(url + address, content=b"def", headers=headers, timeout=BUSY_SECONDS)
    ).status_code == 423:
        assert time.monotonic() < until
    assert answer.status_code == 204


def test_an_endless_body_ends(server, client):
    _, key = server
    address = create(server, size=1000)
    endless = client()
    endless.head("PUT", address, authorization=f"Bearer {key}", transfer_encoding="chunked")
    for _ in range(20):
        endless.send(b"64\r\n" + b"x" * 100 + b"\r\n")
    assert endless.status() == 413


def test_an_endless_text_ends(server, client):
    _, key = server
    endless = client()
    endless.head("POST", "/v1/uploads", authorization=f"Bearer {key}", transfer_encoding="chunked")
    piece = b"10000\r\n" + b"x" * (1 << 16) + b"\r\n"
    with pytest.raises(ConnectionError):
        _send_for(endless, piece, seconds=BUSY_SECONDS)


def _send_for(one: Client, piece: bytes, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        one.send(piece)
