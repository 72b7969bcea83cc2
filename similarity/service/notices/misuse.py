"""Senders who frequently send manifestly unfounded notices: counted, warned, then suspended for a time, by a person.

Regulation (EU) 2022/2065, article 23(2) and (3): a prior warning; a reasonable period; how many such notices in a time
frame and out of how many.  Whether a notice is manifestly unfounded is said by the person who rejects it.  A sender is
known by the hash of address, telephone or name; the chain holds no more than that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc, utc_of
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import notices, sender_measures
from similarity.service.errors import Problem, conflict, not_found
from similarity.service.notices.counsel import NoticeSettings, settings_of
from similarity.service.notices.forms import NewNotice
from similarity.service.people.roles import Caller

__all__ = ["Counted", "Sender", "end", "listed", "require_not_suspended", "sender_sha256", "suspend", "warn"]

_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Notices of one sender in the time that counsel chose."""

    num_notices: int
    """All of them."""
    num_unfounded: int
    """Of these, rejected as manifestly unfounded."""
    days: int
    """In how many days, the last of them today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A sender of unfounded notices, and what was done about that."""

    sha256: str
    """By which he or she is known."""
    name: str
    """As the last notice says."""
    counted: Counted
    """How many."""
    warned_utc: str | None
    """Since when a warning stands; None where none does."""
    suspended_until_utc: str | None
    """Until when nothing of this sender is taken; None where it is."""
    may_be: Literal["warned", "suspended"] | None
    """What a person may do now."""


def sender_sha256(tenant_id: str, form: NewNotice) -> str | None:
    """By what a sender is known: address of e-mail, else telephone, else name; None where nothing is said.

    Args:
        tenant_id: senders of one tenant are not known to others.
        form: what was sent.
    """
    sender = form.sender
    digits = "".join(filter(str.isdigit, sender.phone or ""))
    known = (sender.email or "").strip().casefold() or digits or " ".join((sender.name or "").split()).casefold()
    return hashlib.sha256(f"{tenant_id} {known}".encode()).hexdigest() if known else None


def require_not_suspended(connection: Connection, tenant_id: str, sha256: str | None) -> None:
    """Refuse a notice of a sender who is suspended.

    Args:
        connection: the transaction.
        tenant_id: whose notices.
        sha256: of the sender.

    Raises:
        Problem: 403, with the time until which it is so.
    """
    last = None if sha256 is None else _last(connection, tenant_id, sha256, "suspended")
    if last is not None and last["until_seconds"] > now_seconds():
        until = utc_of(last["until_seconds"])[:10]
        said = (
            f"notices of this sender are not taken until {until}: too many were manifestly unfounded, after a warning"
        )
        raise Problem(403, "suspended", f"{said}; the platform says how to object")


def listed(connection: Connection, tenant_id: str) -> Sequence[Sender]:
    """Senders of whom a notice was manifestly unfounded in the time that counsel chose, most of them first."""
    settings = settings_of(connection, tenant_id)
    rows = connection.execute(_counts(tenant_id, settings).order_by(func.sum(_ONE_UNFOUNDED).desc()))
    return [_sender(connection, tenant_id, row, settings) for row in rows if row.num_unfounded]


def warn(connection: Connection, caller: Caller, sha256: str, *, reason: str) -> None:
    """Warn a sender: what comes of going on.

    Args:
        connection: the transaction.
        caller: a person who decides.
        sha256: of the sender.
        reason: why.

    Raises:
        Problem: 403, not a person; 404; 409, too few unfounded notices, or a warning stands.
    """
    _measure(connection, caller, sha256, "warned", reason=reason)


def suspend(connection: Connection, caller: Caller, sha256: str, *, reason: str) -> None:
    """Take no notices of a sender for the time that counsel chose; only after a warning that was of no use.

    Args:
        connection: the transaction.
        caller: a person who decides.
        sha256: of the sender.
        reason: why.

    Raises:
        Problem: 403, not a person; 404; 409, no warning stands, or no notice was unfounded since.
    """
    _measure(connection, caller, sha256, "suspended", reason=reason)


def end(connection: Connection, caller: Caller, sha256: str, *, reason: str) -> None:
    """Take notices of a sender again before the time is over.

    Args:
        connection: the transaction.
        caller: who decides.
        sha256: of the sender.
        reason: why.

    Raises:
        Problem: 404; 409, the sender is not suspended.
    """
    is_known = (notices.c.tenant_id == caller.tenant_id) & (notices.c.sender_sha256 == sha256)
    if connection.scalar(select(notices.c.id).where(is_known).limit(1)) is None:
        raise not_found(f"sender {sha256[:12]}")
    last = _last(connection, caller.tenant_id, sha256, "suspended")
    if last is None or last["until_seconds"] <= now_seconds():
        raise conflict(f"sender {sha256[:12]}: not suspended")
    where = sender_measures.c.id == last["id"]
    connection.execute(update(sender_measures).where(where).values(ended_utc=now_utc()))
    _record(connection, caller, sha256, "suspension of a sender ended", {"reason": reason})


def _measure(
    connection: Connection, caller: Caller, sha256: str, kind: Literal["warned", "suspended"], *, reason: str
) -> None:
    settings = settings_of(connection, caller.tenant_id)
    row = connection.execute(_counts(caller.tenant_id, settings).where(notices.c.sender_sha256 == sha256)).one_or_none()
    if row is None:
        raise not_found(f"sender {sha256[:12]}")
    if not caller.is_person:
        raise Problem(403, "forbidden", "senders are warned and suspended by a person: sign in at the pages")
    sender = _sender(connection, caller.tenant_id, row, settings)
    if sender.may_be != kind:
        said = f"{sender.counted.num_unfounded} of {sender.counted.num_notices} in {sender.counted.days} days unfounded"
        expected = (
            f"expected at least {settings.misuse_least_unfounded} to warn, a warning and one more since to suspend"
        )
        raise conflict(f"sender {sha256[:12]} can't be {kind} now: {said}; {expected}")
    until = now_seconds() + settings.suspension_days * _DAY if kind == "suspended" else None
    connection.execute(
        insert(sender_measures).values(
            id=new_id("measure"),
            tenant_id=caller.tenant_id,
            sender_sha256=sha256,
            kind=kind,
            reason=reason,
            counted_json=asdict(sender.counted),
            made_by=caller.name,
            made_utc=now_utc(),
            made_seconds=now_seconds(),
            until_seconds=until,
        )
    )
    details = {"reason": reason, **asdict(sender.counted), "until_utc": None if until is None else utc_of(until)}
    _record(connection, caller, sha256, f"sender {kind}", details)
    last = {"notice": row.last_id, "sender_sha256": sha256, **details}
    outbox.enqueue(connection, caller.tenant_id, f"sender.{kind}", last)


def _record(connection: Connection, caller: Caller, sha256: str, action: str, details: Mapping[str, Any]) -> None:
    audit.record(connection, caller.tenant_id, action, actor=caller.name, details=dict(details), subject_id=sha256)


_ONE_UNFOUNDED = func.coalesce(notices.c.is_unfounded, False).cast(notices.c.extended_days.type)


def _counts(tenant_id: str, settings: NoticeSettings) -> Select[Any]:
    """Of each sender: how many notices, how many unfounded, the last of them."""
    since = now_seconds() - settings.misuse_days * _DAY
    return (
        select(
            notices.c.sender_sha256,
            func.count().label("num_notices"),
            func.sum(_ONE_UNFOUNDED).label("num_unfounded"),
            func.max(notices.c.id).label("last_id"),
        )
        .where(
            notices.c.tenant_id == tenant_id,
            notices.c.sender_sha256.is_not(None),
            notices.c.received_seconds >= since,
        )
        .group_by(notices.c.sender_sha256)
    )


def _sender(connection: Connection, tenant_id: str, row: Row[Any], settings: NoticeSettings) -> Sender:
    form = NewNotice.model_validate(connection.scalar(select(notices.c.form_json).where(notices.c.id == row.last_id)))
    since = now_seconds() - settings.misuse_days * _DAY
    warning = _last(connection, tenant_id, row.sender_sha256, "warned")
    suspension = _last(connection, tenant_id, row.sender_sha256, "suspended")
    if warning is not None and warning["made_seconds"] < since:
        warning = None
    is_suspended = suspension is not None and suspension["until_seconds"] > now_seconds()
    may_be: Literal["warned", "suspended"] | None = None
    if not is_suspended and warning is None and row.num_unfounded >= settings.misuse_least_unfounded:
        may_be = "warned"
    elif not is_suspended and warning is not None:
        after = max(warning["made_seconds"], 0.0 if suspension is None else suspension["until_seconds"])
        may_be = "suspended" if _is_unfounded_since(connection, tenant_id, row.sender_sha256, after) else None
    return Sender(
        sha256=row.sender_sha256,
        name=form.sender.organisation or form.sender.name or form.sender.email or "",
        counted=Counted(num_notices=row.num_notices, num_unfounded=row.num_unfounded, days=settings.misuse_days),
        warned_utc=None if warning is None else warning["made_utc"],
        suspended_until_utc=utc_of(suspension["until_seconds"]) if suspension is not None and is_suspended else None,
        may_be=may_be,
    )


def _is_unfounded_since(connection: Connection, tenant_id: str, sha256: str, since_seconds: float) -> bool:
    wanted = select(func.count()).where(
        notices.c.tenant_id == tenant_id,
        notices.c.sender_sha256 == sha256,
        notices.c.is_unfounded,
        notices.c.received_seconds > since_seconds,
    )
    return bool(connection.scalar(wanted))


def _last(connection: Connection, tenant_id: str, sha256: str, kind: str) -> Mapping[str, Any] | None:
    """The last measure of a kind that was not ended."""
    wanted = (
        select(sender_measures)
        .where(
            sender_measures.c.tenant_id == tenant_id,
            sender_measures.c.sender_sha256 == sha256,
            sender_measures.c.kind == kind,
            sender_measures.c.ended_utc.is_(None),
        )
        .order_by(sender_measures.c.made_seconds.desc())
        .limit(1)
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else dict(row)
