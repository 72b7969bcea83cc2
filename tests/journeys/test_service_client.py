"""A client that is made of the published description alone works with the service."""

from __future__ import annotations

import hashlib
import json

import pytest
from support.databases import make_acme
from support.notices import NOTICE
from support.served import served

from similarity.service.people import accounts

CONTENT = b"not a film at all"


@pytest.fixture(scope="module")
def clients(sqlite_template, tmp_path_factory):
    """Of a platform and of an administrator, made from what a running service says of itself."""
    from aiopenapi3 import OpenAPI

    folder = tmp_path_factory.mktemp("client")
    (folder / "data").mkdir()
    database = folder / "data" / "service.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    acme = make_acme(f"sqlite:///{database}", folder)
    with acme.database.writing() as connection:
        keys = [accounts.add_key(connection, acme.tenant_id, role, role) for role in ("platform", "administrator")]
    acme.database.close()
    with served(acme.settings.library, acme.settings.data) as url:
        made = [OpenAPI.load_sync(f"{url}/v1/openapi.json") for _ in keys]
        for client, key in zip(made, keys, strict=True):
            client.authenticate(key=key)
        yield [client._ for client in made]


def test_an_upload_is_sent_and_looked_at(clients):
    platform, _ = clients
    made = platform.uploads_create(data={"external_id": "clip", "size": len(CONTENT), "uploader": "somebody"})
    sent = platform.uploads_send(parameters={"upload_id": made.id}, data=CONTENT)
    assert (sent.id, sent.state) == (made.id, "queued")
    told = platform.uploads_show(parameters={"upload_id": made.id})
    assert (told.sha256, told.decision, told.measured) == (hashlib.sha256(CONTENT).hexdigest(), None, None)
    assert told.audit.sequence > 0
    listed = platform.uploads_listed(parameters={"external_id": "clip"})
    assert [one.id for one in listed.uploads] == [made.id]


def test_an_error_is_a_problem_that_says_where(clients):
    from aiopenapi3.errors import HTTPClientError

    platform, _ = clients
    with pytest.raises(HTTPClientError) as refused:
        platform.notices_counter(parameters={"notice_id": "nothing"}, data={})
    said = json.loads(refused.value.data)
    assert refused.value.status_code == said["status"]
    assert {"type", "title", "detail", "request_id"} <= set(said)


def test_policies_keys_notices_and_the_chain_are_reached(clients):
    platform, administrator = clients
    assert [one.version for one in administrator.policies_show(parameters={"name": "usual"}).versions] == [1]
    assert administrator.operation_make_key(data={"name": "another", "role": "auditor"}).key.startswith("sk_")
    platform.uploads_create(data={"external_id": "noticed", "size": len(CONTENT), "uploader": "somebody"})
    receipt = platform.notices_send(data={**NOTICE, "upload": {"external_id": "noticed"}})
    assert (receipt.state, receipt.missing) == ("admitted", [])
    head = administrator.operation_head()
    lines = administrator.operation_chain(parameters={"after": head.sequence - 1})
    assert head.sha256 in str(lines)
