"""The demo's tenant: who may do what, which policies are in force, what owners say of their works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from similarity.service.data.database import Database
from similarity.service.people.accounts import add_key, add_person, add_tenant, caller_of_key, caller_of_person
from similarity.service.people.roles import Caller, Role
from similarity.service.screening.stored_policies import Terms, put_policy, put_terms
from similarity.service.starting import first_policy

__all__ = ["DemoTenant", "make_tenant"]

_ROLES: Mapping[str, tuple[Role, ...]] = {
    "reviewer": ("reviewer", "auditor"),
    "second": ("second_reviewer", "auditor"),
    "administrator": ("administrator",),
}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTenant:
    """Who acts in the demo."""

    api_key: str
    """Of the platform's program."""
    platform: Caller
    """The same as who asks."""
    people: Mapping[str, Caller]
    """The others, by name."""


def make_tenant(database: Database, passwords: Mapping[str, str]) -> DemoTenant:
    """A platform with its people, a key, two policies and terms of works, all at once.

    Args:
        database: empty.
        passwords: of each person, by name.
    """
    with database.writing() as connection:
        tenant_id = add_tenant(connection, "demo")
        first_policy(connection, tenant_id)
        key = add_key(connection, tenant_id, "demo", "administrator")
        platform = _known(caller_of_key(connection, key))
        ids = {name: add_person(connection, tenant_id, name, passwords[name], _ROLES[name]) for name in passwords}
        people = {name: _known(caller_of_person(connection, one, tenant_id)) for name, one in ids.items()}
        _say_terms(connection, people["administrator"])
    return DemoTenant(api_key=key, platform=platform, people=people)


def _say_terms(connection: Connection, administrator: Caller) -> None:
    put_policy(connection, administrator, "studio", _STUDIO, is_live=True)
    terms = {
        "liftoff": Terms(policy="studio"),
        "deep_sky": Terms(policy="studio", no_use=True),
        "garage": Terms(licensees=("garage-club",), fee="1 EUR for a started minute"),
    }
    for work_id, said in terms.items():
        put_terms(connection, administrator, work_id, said)


def _known(caller: Caller | None) -> Caller:
    if caller is None:
        raise LookupError("who was just made is not there")
    return caller
