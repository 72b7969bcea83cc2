"""Names, texts, forms and bodies that are sent to do harm."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from support.uploads import row_of

from similarity.service.data.tables import audit as audit_table
from similarity.service.data.tables import blobs as blobs_table
from similarity.service.data.tables import jobs
from similarity.service.uploads import blobs, receiving
from similarity.service.uploads.blobs import Partial
from similarity.service.web import upload_routes
from similarity.service.web.bounded import MOST_BYTES

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
NAMES = (
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/passwd",
    "\u202egpj.exe",
    "e\u0301te\u0301 \U0001f4fc 電影",
    "a" * 250,
    "; rm -rf ~ #",
    "%2e%2e%2f",
    "' OR 1=1 --",
)
OFFSET = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}


def create(house, name="clip", size=3, **more):
    body = {"external_id": name, "size": size, "uploader": "somebody", **more}
    return house.client.post("/v1/uploads", json=body, headers=house.headers("platform"))


def send(house, upload_id, content, **headers):
    address = f"/v1/uploads/{upload_id}/content"
    return house.client.patch(address, content=content, headers=house.headers("platform") | OFFSET | headers)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_texts_and_never_places(house, tmp_path, name):
    before = set(tmp_path.rglob("*"))
    made = create(house, name, title=name, filename=name[:200])
    assert made.status_code == 201
    upload_id = made.json()["id"]
    assert send(house, upload_id, b"abc").status_code == 204
    shown = house.client.get(f"/v1/uploads/{upload_id}", headers=house.headers("platform")).json()
    assert (shown["external_id"], shown["title"]) == (name, name)
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert {path.name for path in new if "service.sqlite" not in path.name} == {row_of(house.acme, upload_id)["sha256"]}


def test_nul_is_refused_in_bodies_addresses_and_queries(house):
    for field in ("external_id", "title", "uploader", "filename", "prompt"):
        assert (
            create(
                house, **{"name": "x"} | ({field: "a\0b"} if field != "external_id" else {"name": "a\0b"})
            ).status_code
            == 422
        )
    headers = house.headers("platform")
    for address in ("/v1/uploads/a%00b", "/v1/uploads?external_id=a%00b"):
        assert house.client.get(address, headers=headers).status_code in {400, 404}
    assert house.client.get("/v1/uploads", headers=headers).json() == {"uploads": []}


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "allowed/../secret", "allowed/link", "allowed", ""])
def test_a_local_path_leads_to_allowed_folders_only(house, tmp_path, path):
    (tmp_path / "secret").write_bytes(b"abc")
    (tmp_path / "allowed").mkdir()
    (tmp_path / "allowed" / "link").symlink_to(tmp_path / "secret")
    object.__setattr__(house.acme.settings, "allowed_paths", (tmp_path / "allowed",))
    named = path if path.startswith("/") else str(tmp_path / path)
    refused = create(house, path=named)
    assert refused.status_code == 422
    assert "abc" not in refused.text
    assert not house.acme.settings.blobs.exists()


@pytest.mark.parametrize(
    "address", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
def test_static_files_are_those_of_their_folder(house, address):
    assert house.client.get(address).status_code == 404


def pages_of(house, names):
    """Every page that a browser may ask for."""
    for included in house.client.app.routes:
        router = getattr(included, "original_router", None)
        for route in getattr(router, "routes", ()):
            if "GET" in getattr(route, "methods", ()) and not route.include_in_schema:
                yield route.path.format_map(names)


class _Names(dict):
    def __missing__(self, name):
        return "nothing"


def test_stored_scripts_are_shown_and_never_run(house):
    upload_id = create(house, SCRIPT[:250], title=SCRIPT, uploader=SCRIPT, prompt=SCRIPT).json()["id"]
    headers, _ = house.person(f"P {SCRIPT}", "administrator", "reviewer", "auditor")
    num_shown = 0
    for address in pages_of(house, _Names(upload_id=upload_id)):
        page = house.client.get(address, headers=headers)
        assert "<script>alert" not in page.text, address
        assert "<img src=x" not in page.text, address
        if "text/html" in page.headers.get("content-type", ""):
            num_shown += "&lt;script&gt;alert" in page.text
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-inline" not in policy
    assert num_shown > 0
    told = house.client.get(f"/v1/uploads/{upload_id}", headers=headers)
    assert told.headers["content-type"] == "application/json"
    assert told.headers["x-content-type-options"] == "nosniff"
    problem = house.client.get(f"/v1/uploads/{SCRIPT}", headers=headers)
    assert problem.headers["content-type"] == "application/problem+json"


def test_a_cookie_alone_changes_nothing(house):
    headers, token = house.person("Ann", "administrator")
    body = {"name": "forged", "role": "administrator"}
    forged = (
        {},
        {"x-csrf-token": "wrong"},
        {"x-csrf-token": token, "origin": "https://evil.example"},
        {"x-csrf-token": token, "origin": "null"},
        {"origin": "http://testserver"},
    )
    for more in forged:
        refused = house.client.post("/v1/keys", json=body, headers=headers | more)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:similarity:problem:forged-request"), more
    for method, address in (
        ("PUT", "/v1/policies/usual"),
        ("DELETE", "/v1/keys/x"),
        ("PATCH", "/v1/uploads/x/content"),
    ):
        assert house.client.request(method, address, headers=headers | OFFSET).status_code == 403, method
    right = headers | {"x-csrf-token": token, "origin": "http://testserver"}
    assert house.client.post("/v1/keys", json=body, headers=right).status_code == 201
    assert house.client.get("/v1/uploads", headers=headers).status_code == 200


def test_forms_of_other_sites_sign_nobody_in_or_out(house):
    headers, _ = house.person("Ann", "reviewer")
    form = {"name": "Ann", "password": "a long password"}
    abroad = house.client.post("/sign-in", data=form, headers={"origin": "https://evil.example"})
    assert (abroad.status_code, "set-cookie" in abroad.headers) == (401, False)
    assert house.client.post("/sign-out", data={"csrf_token": "wrong"}, headers=headers).status_code == 403
    assert "Ann" in house.client.get("/queues", headers=headers).text
    signed_in = house.client.post("/sign-in", data=form, follow_redirects=False)
    cookie = signed_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_keys_and_passwords_are_in_no_log_and_no_chain(house, caplog):
    caplog.set_level(logging.DEBUG)
    key, secret = house.key("administrator"), house.key("administrator").split("_", 2)[2]
    headers = house.headers("administrator")
    house.client.get("/v1/uploads", headers=headers)
    house.client.get(f"/v1/uploads/{key}", headers=headers)
    house.client.delete(f"/v1/keys/{key}", headers=headers)
    house.client.get("/v1/uploads", headers={"authorization": f"Bearer {key}x"})
    house.client.get(f"/v1/uploads?key={key}", headers=headers)
    made = house.client.post("/v1/keys", json={"name": "n", "role": "auditor"}, headers=headers).json()["key"]
    house.person("Ann", "reviewer")
    house.client.post("/sign-in", data={"name": "Ann", "password": "a long password"})
    house.client.post("/sign-in", data={"name": "Ann", "password": "another long one"})
    chain = house.client.get("/v1/audit", headers=headers).text
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("similarity"))
    assert '"path": "/v1/uploads"' in said
    for hidden in (secret, made.split("_", 2)[2], "a long password", "another long one"):
        assert hidden not in said
        assert hidden not in chain


def test_bodies_are_bounded(house):
    headers = house.headers("platform")
    large = house.client.post("/v1/uploads", content=b"[" * (MOST_BYTES + 1), headers=headers)
    assert large.status_code == 413
    deep = house.client.post(
        "/v1/uploads", content=b"[" * 200_000, headers=headers | {"content-type": "application/json"}
    )
    assert deep.status_code in {400, 422}


def test_more_than_was_announced_is_thrown_away(house):
    upload_id = create(house, size=10).json()["id"]
    assert send(house, upload_id, b"x" * 11).status_code == 413
    assert blobs.offset_of(house.acme.settings, upload_id) == 0
    assert send(house, upload_id, b"x" * 10).status_code == 204
    assert create(house, "huge", size=1 << 62).status_code == 413
    assert create(house, "none", size=0).status_code == 422
    assert create(house, "less", size=-1).status_code == 422


class _FullDisk:
    """A file that takes a few bytes more, and then none."""

    def __init__(self, file, left):
        self._file, self._left = file, left

    def write(self, content):
        if not self._left:
            raise OSError(28, "No space left on device")
        written = self._file.write(content[: self._left])
        self._left -= written
        return written

    def __getattr__(self, name):
        return getattr(self._file, name)


def nothing_is_stored(house, upload_id) -> bool:
    with house.acme.database.reading() as connection:
        counts = [connection.scalar(select(func.count()).select_from(one)) for one in (blobs_table, jobs)]
    files = list(house.acme.settings.blobs.rglob("*")) if house.acme.settings.blobs.exists() else []
    is_there = any(path.is_file() for path in files)
    return counts == [0, 0] and not is_there and row_of(house.acme, upload_id)["state"] == "receiving"


def test_a_full_disk_while_bytes_arrive(house, monkeypatch):
    upload_id = create(house, size=8).json()["id"]
    real = upload_routes.partial

    @contextmanager
    def full(settings, identifier):
        with real(settings, identifier) as one:
            yield Partial(file=_FullDisk(one.file, 5), path=one.path)

    monkeypatch.setattr(upload_routes, "partial", full)
    refused = send(house, upload_id, b"abcdefgh")
    assert (refused.status_code, refused.headers["retry-after"]) == (507, "60")
    assert nothing_is_stored(house, upload_id)
    monkeypatch.undo()
    there = house.client.head(f"/v1/uploads/{upload_id}/content", headers=house.headers("platform"))
    assert there.headers["upload-offset"] == "5"
    assert send(house, upload_id, b"fgh", **{"upload-offset": "5"}).status_code == 204
    assert row_of(house.acme, upload_id)["state"] == "queued"


def _no_room(*_given, **_named):
    raise OSError(28, "No space left on device")


def _database_full(*_given, **_named):
    raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.mark.parametrize(
    ("where", "name", "fails"),
    [
        (receiving, "store", _no_room),
        (receiving.audit, "record", _database_full),
        (Partial, "settle", _no_room),
        (blobs, "_sync_folder", _no_room),
    ],
    ids=["moving", "auditing", "flushing", "flushing the folder"],
)
def test_a_full_disk_at_the_end(house, monkeypatch, where, name, fails):
    upload_id = create(house).json()["id"]
    with monkeypatch.context() as patch:
        patch.setattr(where, name, fails)
        assert send(house, upload_id, b"abc").status_code == 507
    assert row_of(house.acme, upload_id)["state"] == "receiving"
    with house.acme.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(jobs)) == 0
    there = int(
        house.client.head(f"/v1/uploads/{upload_id}/content", headers=house.headers("platform")).headers[
            "upload-offset"
        ]
    )
    again = send(house, upload_id, b"abc"[there:], **{"upload-offset": str(there)})
    assert again.status_code == 204
    assert row_of(house.acme, upload_id)["state"] == "queued"
    with house.acme.database.reading() as connection:
        received = select(func.count()).where(audit_table.c.subject_id == upload_id)
        assert connection.scalar(received) == 3  # created, received, queued: each once


def test_no_room_is_said_before_anything_is_sent(house):
    object.__setattr__(house.acme.settings, "disk_reserve_bytes", 1 << 60)
    assert create(house).status_code == 507
    assert house.client.get("/v1/uploads", headers=house.headers("platform")).json() == {"uploads": []}
