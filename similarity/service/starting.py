"""What a new tenant begins with."""

from __future__ import annotations

from sqlalchemy import Connection

from similarity.service.people.roles import Caller
from similarity.service.screening.stored_policies import USUAL, put_policy

__all__ = ["FIRST_POLICY", "first_policy"]

FIRST_POLICY = """\
policy: usual
regime: none
rules:
  - name: the very file of a work
    when: {is_indexed_work: true}
    do: hold
    queue: copies
    priority: 1
  - name: pictures of a work found
    when: {found_by: copy}
    do: hold
    queue: copies
    priority: 2
  - name: a work found under a new surface
    when: {found_by: adaptation}
    do: hold
    queue: adaptations
    priority: 4
    second_opinion: blind
  - name: generated, and labelled so in the file
    when: {label_reading: [is, may be]}
    do: label
    label: Generated or changed by AI, says the file
otherwise: publish
on_failure: hold
"""
"""Holds what was found for a person, labels what says of itself that it is generated, publishes the rest."""


def first_policy(connection: Connection, tenant_id: str) -> None:
    """Put the first policy in force."""
    caller = Caller.of_service("command line", tenant_id)
    put_policy(connection, caller, USUAL, FIRST_POLICY, is_live=True)
