"""The demo's tenant: who may do what, which policies are in force, what owners say of their works."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from similarity.service.data.database import Database
from similarity.service.demo.client import Client
from similarity.service.people.accounts import add_key, add_person, add_tenant
from similarity.service.people.roles import Role
from similarity.service.starting import first_policy

__all__ = ["DemoAccess", "make_tenant", "say_policies"]

_ROLES: Mapping[str, tuple[Role, ...]] = {
    "reviewer": ("reviewer", "auditor"),
    "second": ("second_reviewer", "auditor"),
    "administrator": ("administrator",),
}
"""Two who review, and one who administers and does not."""
_STUDIO = """\
policy: studio
regime: eu
rules:
  - name: licensed uploader
    when: {uploader_is_licensee: true, found_by: copy}
    do: publish
  - name: a long copy of a studio work
    when: {found_by: copy, work_share: {at_least: 0.5}}
    do: hold
    queue: studio
    priority: 1
    second_opinion: blind
  - name: a copy of a studio work
    when: {found_by: copy}
    do: hold
    queue: studio
    priority: 2
otherwise: publish
on_failure: hold
"""
_TERMS: Mapping[str, dict[str, Any]] = {
    "liftoff": {"policy": "studio"},
    "deep_sky": {"policy": "studio", "no_use": True},
    "garage": {"licensees": ["garage-club"], "fee": "1 EUR for a started minute"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccess:
    """How to get in."""

    api_key: str
    """Of an administrator's program."""
    people: dict[str, str]
    """Name and password of each person."""


def make_tenant(database: Database) -> DemoAccess:
    """A platform with its people, a key and the policy that every tenant begins with.

    Args:
        database: empty.
    """
    passwords = {name: secrets.token_urlsafe(12) for name in _ROLES}
    with database.writing() as connection:
        tenant_id = add_tenant(connection, "demo")
        first_policy(connection, tenant_id)
        key = add_key(connection, tenant_id, "demo", "administrator")
        for name, password in passwords.items():
            add_person(connection, tenant_id, name, password, _ROLES[name])
    return DemoAccess(api_key=key, people=passwords)


def say_policies(administrator: Client) -> None:
    """A second policy, which the works of one owner name."""
    administrator.ask("PUT", "/v1/policies/studio", {"yaml": _STUDIO, "is_live": True})
    for work_id, terms in _TERMS.items():
        administrator.ask("PUT", f"/v1/works/{work_id}/terms", terms)
