"""What may become of an upload, a task, a notice and a complaint: one table each, and a compare-and-set."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, Table, update

from similarity.service.errors import conflict

__all__ = ["COMPLAINT", "FINAL", "NOTICE", "TASK", "UPLOAD", "Steps", "move"]

Steps = Mapping[str, frozenset[str]]
"""State -> states that may follow it."""


def _steps(text: str) -> Steps:
    """`a -> b | c` a line."""
    lines = (line.split("->") for line in text.strip().splitlines())
    return MappingProxyType({one.strip(): frozenset(map(str.strip, after.split("|"))) - {""} for one, after in lines})


UPLOAD = _steps(
    """
    receiving -> stored | cancelled | erased
    stored -> queued | screening | cancelled | erased
    queued -> screening | cancelled | erased
    screening -> queued | cleared | held | withheld | unreadable | cancelled | erased
    cleared -> withheld | held | queued | cancelled | erased
    held -> cleared | withheld | queued | cancelled | erased
    withheld -> cleared | held | queued | cancelled | erased
    unreadable -> cleared | withheld | queued | cancelled | erased
    cancelled -> erased
    erased ->
    """
)
"""`stored -> screening`: its bytes are known.  `unreadable`: held, because the file could not be measured."""
TASK = _steps(
    """
    open -> leased | decided
    leased -> open | second | skipped | answered | decided
    skipped -> open | leased | decided
    answered -> open | second | agreed | decided
    second -> leased | agreed | disputed | decided
    agreed -> decided
    disputed -> leased | decided
    decided -> open
    """
)
NOTICE = _steps(
    """
    received -> incomplete | admitted | rejected | withdrawn
    incomplete -> admitted | rejected | withdrawn
    admitted -> forwarded | acted | rejected | withdrawn
    forwarded -> acted | rejected | withdrawn
    acted -> countered | restored | withdrawn
    rejected -> acted
    countered -> waiting | restored | kept | withdrawn
    waiting -> restored | kept | withdrawn
    restored ->
    kept -> restored | withdrawn
    withdrawn ->
    """
)
"""`rejected -> acted`, `acted -> restored` and `kept -> restored`: a complaint reversed what was decided."""
COMPLAINT = _steps(
    """
    received -> assigned
    assigned -> reversed | upheld
    reversed ->
    upheld ->
    """
)
FINAL: Mapping[str, frozenset[str]] = MappingProxyType({"upload": frozenset({"erased"})})
"""States that nothing follows."""


def move(
    connection: Connection,
    table: Table,
    steps: Steps,
    identifier: str,
    *,
    before: str,
    after: str,
    **changed: object,
) -> None:
    """Compare-and-set: the row goes from one state to another, or nothing happens.

    Args:
        connection: inside the transaction that also writes the audit entry.
        table: with columns `id` and `state`.
        steps: of this kind of thing.
        identifier: of the row.
        before: state that it must be in.
        after: state that it is to be in.
        changed: further columns.

    Raises:
        Problem: 409, it is in another state by now.
        ValueError: no such step: a defect.
    """
    if after not in steps.get(before, frozenset()):
        raise ValueError(f"{table.name}: {before} -> {after} is no step")
    wanted = (table.c.id == identifier) & (table.c.state == before)
    done = connection.execute(update(table).where(wanted).values(state=after, **changed))
    if done.rowcount != 1:
        raise conflict(f"{table.name} {identifier}: expected it {before}, and it is not any more; look at it again")
