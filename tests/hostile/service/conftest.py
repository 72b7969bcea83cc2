"""A service in this process with two tenants, and whoever may ask it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient
from support.databases import Acme, make_acme

from similarity.service.people import accounts, sessions
from similarity.service.web.app import create_app


@dataclass
class House:
    """A service that answers here, and what its tenants call theirs."""

    acme: Acme
    client: TestClient
    other_tenant_id: str
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def key(self, role: str, tenant_id: str | None = None) -> str:
        """A key of a role."""
        wanted = (role, tenant_id or self.acme.tenant_id)
        if wanted not in self.keys:
            with self.acme.database.writing() as connection:
                self.keys[wanted] = accounts.add_key(connection, wanted[1], role, role)
        return self.keys[wanted]

    def headers(self, role: str | None, tenant_id: str | None = None) -> dict[str, str]:
        """Of a program in a role; none for None."""
        return {} if role is None else {"authorization": f"Bearer {self.key(role, tenant_id)}"}

    def person(self, name: str, *roles: str) -> tuple[dict[str, str], str]:
        """Headers with the cookie of a person who is signed in, and the CSRF token of the session."""
        with self.acme.database.writing() as connection:
            identifier = accounts.add_person(connection, self.acme.tenant_id, name, "a long password", roles)
            token = sessions.begin(connection, identifier)
            csrf_token = sessions.find(connection, token).csrf_token
        return {"cookie": f"similarity_session={token}"}, csrf_token


@pytest.fixture
def house(sqlite_url, tmp_path):
    acme = make_acme(sqlite_url, tmp_path)
    with acme.database.writing() as connection:
        other = accounts.add_tenant(connection, "other")
    app = create_app(acme.settings, acme.database)
    yield House(acme=acme, client=TestClient(app, raise_server_exceptions=False), other_tenant_id=other)
    acme.database.close()
