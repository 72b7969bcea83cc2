"""Who frequently misuses a platform: counted, warned, then suspended for a time, each by a person.

Regulation (EU) 2022/2065, article 23: senders of manifestly unfounded notices, and uploaders about whose uploads
notices were manifestly founded (17 U.S.C. 512(i) asks for a policy about who goes on, too).  A prior warning; a
reasonable period; how many in a time frame and out of how many.  What is manifest is said by the person who rejects a
notice, or acts on it.
People are known by a hash: senders of address, telephone or name, uploaders of the platform's own name of them.  The
chain holds no more than that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, Table, and_, case, func, insert, select, update

from similarity.service.clock import new_id, now_seconds, now_utc, utc_of
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import notices, sender_measures, uploader_measures
from similarity.service.data.tables import uploads
from similarity.service.errors import Problem, conflict, not_found
from similarity.service.notices.counsel import NoticeSettings, settings_of
from similarity.service.notices.forms import NewNotice
from similarity.service.people.roles import Caller

__all__ = [
    "Counted",
    "Known",
    "Side",
    "end",
    "listed",
    "require_not_suspended",
    "sender_sha256",
    "suspend",
    "uploader_sha256",
    "warn",
]

Side = Literal["sender", "uploader"]
"""Who: senders of notices, or uploaders."""

_DAY = 86_400.0
_MEASURES: Mapping[Side, Table] = {"sender": sender_measures, "uploader": uploader_measures}
_REFUSED: Mapping[Side, str] = {
    "sender": "notices of this sender are not taken until {until}: too many were manifestly unfounded, after a warning",
    "uploader": "uploads of this uploader are not taken until {until}: notices about too many were manifestly founded, "
    "after a warning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came of one person in the time that counsel chose."""

    num_all: int
    """Notices, or uploads."""
    num_manifest: int
    """Of these, notices rejected as manifestly unfounded, or uploads acted on for manifestly founded ones."""
    days: int
    """In how many days, the last of them today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A sender or an uploader, and what was done."""

    sha256: str
    """By which he or she is known."""
    name: str
    """As the last notice says, or the platform."""
    counted: Counted
    """How many."""
    warned_utc: str | None
    """Since when a warning stands; None where none does."""
    suspended_until_utc: str | None
    """Until when nothing of this person is taken; None where it is."""
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


def uploader_sha256(tenant_id: str, uploader: str) -> str:
    """By what an uploader is known.

    Args:
        tenant_id: uploaders of one tenant are not known to others.
        uploader: the platform's own name.
    """
    return hashlib.sha256(f"{tenant_id} uploader {uploader}".encode()).hexdigest()


def require_not_suspended(connection: Connection, tenant_id: str, side: Side, sha256: str | None) -> None:
    """Refuse what comes of someone who is suspended.

    Args:
        connection: the transaction.
        tenant_id: whose notices and uploads.
        side: a sender, or an uploader.
        sha256: by which he or she is known.

    Raises:
        Problem: 403, with the time until which it is so.
    """
    last = None if sha256 is None else _last(connection, tenant_id, side, sha256, "suspended")
    if last is not None and last["until_seconds"] > now_seconds():
        said = _REFUSED[side].format(until=utc_of(last["until_seconds"])[:10])
        raise Problem(403, "suspended", f"{said}; the platform says how to object")


def listed(connection: Connection, tenant_id: str, side: Side) -> Sequence[Known]:
    """Of whom something was manifest in the time that counsel chose, most of it first.

    Args:
        connection: to read from.
        tenant_id: whose notices and uploads.
        side: senders, or uploaders.
    """
    settings = settings_of(connection, tenant_id)
    return [_known(connection, tenant_id, side, row, settings) for row in _rows(connection, tenant_id, side, settings)]


def warn(connection: Connection, caller: Caller, side: Side, sha256: str, *, reason: str) -> None:
    """Warn of what comes of going on.

    Args:
        connection: the transaction.
        caller: a person who decides.
        side: a sender, or an uploader.
        sha256: by which he or she is known.
        reason: why.

    Raises:
        Problem: 403, not a person; 404; 409, too little is manifest, or a warning stands.
    """
    _measure(connection, caller, side, sha256, "warned", reason=reason)


def suspend(connection: Connection, caller: Caller, side: Side, sha256: str, *, reason: str) -> None:
    """Take nothing of someone for the time that counsel chose; only after a warning that was of no use.

    Args:
        connection: the transaction.
        caller: a person who decides.
        side: a sender, or an uploader.
        sha256: by which he or she is known.
        reason: why.

    Raises:
        Problem: 403, not a person; 404; 409, no warning stands, or nothing was manifest since.
    """
    _measure(connection, caller, side, sha256, "suspended", reason=reason)


def end(connection: Connection, caller: Caller, side: Side, sha256: str, *, reason: str) -> None:
    """End a suspension before its time is over.

    Args:
        connection: the transaction.
        caller: who decides.
        side: a sender, or an uploader.
        sha256: by which he or she is known.
        reason: why.

    Raises:
        Problem: 404, nobody known; 409, not suspended.
    """
    last = _last(connection, caller.tenant_id, side, sha256, "suspended")
    if last is None or last["until_seconds"] <= now_seconds():
        _row(connection, caller.tenant_id, side, sha256, settings_of(connection, caller.tenant_id))
        raise conflict(f"{side} {sha256[:12]}: not suspended")
    measures = _MEASURES[side]
    connection.execute(update(measures).where(measures.c.id == last["id"]).values(ended_utc=now_utc()))
    _record(connection, caller, sha256, f"suspension of {_ARTICLE[side]} ended", {"reason": reason})


_ARTICLE: Mapping[Side, str] = {"sender": "a sender", "uploader": "an uploader"}


def _measure(
    connection: Connection,
    caller: Caller,
    side: Side,
    sha256: str,
    kind: Literal["warned", "suspended"],
    *,
    reason: str,
) -> None:
    settings = settings_of(connection, caller.tenant_id)
    row = _row(connection, caller.tenant_id, side, sha256, settings)
    if not caller.is_person:
        raise Problem(403, "forbidden", f"{side}s are warned and suspended by a person: sign in at the pages")
    known = _known(connection, caller.tenant_id, side, row, settings)
    if known.may_be != kind:
        counted = known.counted
        said = f"{counted.num_manifest} of {counted.num_all} in {counted.days} days manifest"
        expected = f"expected at least {_least(side, settings)} to warn, a warning and one more since to suspend"
        raise conflict(f"{side} {sha256[:12]} can't be {kind} now: {said}; {expected}")
    until = now_seconds() + settings.suspension_days * _DAY if kind == "suspended" else None
    connection.execute(
        insert(_MEASURES[side]).values(
            id=new_id("measure"),
            tenant_id=caller.tenant_id,
            **{f"{side}_sha256": sha256},
            kind=kind,
            reason=reason,
            counted_json=asdict(known.counted),
            made_by=caller.name,
            made_utc=now_utc(),
            made_seconds=now_seconds(),
            until_seconds=until,
        )
    )
    details = {"reason": reason, **asdict(known.counted), "until_utc": None if until is None else utc_of(until)}
    _record(connection, caller, sha256, f"{side} {kind}", details)
    last = {"notice": row.last_id, f"{side}_sha256": sha256, **details}
    outbox.enqueue(connection, caller.tenant_id, f"{side}.{kind}", last)


def _record(connection: Connection, caller: Caller, sha256: str, action: str, details: Mapping[str, Any]) -> None:
    audit.record(connection, caller.tenant_id, action, actor=caller.name, details=dict(details), subject_id=sha256)


def _least(side: Side, settings: NoticeSettings) -> int:
    return settings.misuse_least_unfounded if side == "sender" else settings.misuse_least_founded


def _row(connection: Connection, tenant_id: str, side: Side, sha256: str, settings: NoticeSettings) -> Row[Any]:
    for row in _rows(connection, tenant_id, side, settings):
        if _sha256_of(tenant_id, side, row) == sha256:
            return row
    raise not_found(f"{side} {sha256[:12]}")


def _rows(connection: Connection, tenant_id: str, side: Side, settings: NoticeSettings) -> Sequence[Row[Any]]:
    """Of each person: who, how many of all, how many manifest, when the last of these came, the last notice."""
    since = now_seconds() - settings.misuse_days * _DAY
    wanted = _senders(tenant_id, since) if side == "sender" else _uploaders(tenant_id, since)
    rows = connection.execute(wanted).all()
    return sorted((row for row in rows if row.num_manifest), key=lambda row: (-row.num_manifest, row.who))


def _senders(tenant_id: str, since_seconds: float) -> Select[Any]:
    is_manifest = notices.c.is_unfounded.is_(True)
    return (
        select(
            notices.c.sender_sha256.label("who"),
            func.count().label("num_all"),
            func.count(case((is_manifest, notices.c.id))).label("num_manifest"),
            func.max(case((is_manifest, notices.c.received_seconds))).label("last_seconds"),
            func.max(notices.c.id).label("last_id"),
        )
        .where(
            notices.c.tenant_id == tenant_id,
            notices.c.sender_sha256.is_not(None),
            notices.c.received_seconds >= since_seconds,
        )
        .group_by(notices.c.sender_sha256)
    )


def _uploaders(tenant_id: str, since_seconds: float) -> Select[Any]:
    """An upload counts by when it came, not by when somebody noticed."""
    acted_on = and_(notices.c.upload_id == uploads.c.id, notices.c.is_founded.is_(True))
    return (
        select(
            uploads.c.uploader.label("who"),
            func.count(uploads.c.id.distinct()).label("num_all"),
            func.count(notices.c.upload_id.distinct()).label("num_manifest"),
            func.max(case((notices.c.id.is_not(None), uploads.c.created_seconds))).label("last_seconds"),
            func.max(notices.c.id).label("last_id"),
        )
        .join_from(uploads, notices, acted_on, isouter=True)
        .where(uploads.c.tenant_id == tenant_id, uploads.c.created_seconds >= since_seconds, uploads.c.uploader != "")
        .group_by(uploads.c.uploader)
    )


def _sha256_of(tenant_id: str, side: Side, row: Row[Any]) -> str:
    return str(row.who) if side == "sender" else uploader_sha256(tenant_id, row.who)


def _known(connection: Connection, tenant_id: str, side: Side, row: Row[Any], settings: NoticeSettings) -> Known:
    sha256 = _sha256_of(tenant_id, side, row)
    warning = _last(connection, tenant_id, side, sha256, "warned")
    suspension = _last(connection, tenant_id, side, sha256, "suspended")
    if warning is not None and warning["made_seconds"] < now_seconds() - settings.misuse_days * _DAY:
        warning = None
    is_suspended = suspension is not None and suspension["until_seconds"] > now_seconds()
    may_be: Literal["warned", "suspended"] | None = None
    if not is_suspended and warning is None and row.num_manifest >= _least(side, settings):
        may_be = "warned"
    elif not is_suspended and warning is not None:
        after = max(warning["made_seconds"], 0.0 if suspension is None else suspension["until_seconds"])
        may_be = "suspended" if row.last_seconds > after else None
    return Known(
        sha256=sha256,
        name=_sender_name(connection, row) if side == "sender" else row.who,
        counted=Counted(num_all=row.num_all, num_manifest=row.num_manifest, days=settings.misuse_days),
        warned_utc=None if warning is None else warning["made_utc"],
        suspended_until_utc=utc_of(suspension["until_seconds"]) if suspension is not None and is_suspended else None,
        may_be=may_be,
    )


def _sender_name(connection: Connection, row: Row[Any]) -> str:
    form = NewNotice.model_validate(connection.scalar(select(notices.c.form_json).where(notices.c.id == row.last_id)))
    return form.sender.organisation or form.sender.name or form.sender.email or ""


def _last(connection: Connection, tenant_id: str, side: Side, sha256: str, kind: str) -> Mapping[str, Any] | None:
    """The last measure of a kind that was not ended."""
    measures = _MEASURES[side]
    wanted = (
        select(measures)
        .where(
            measures.c.tenant_id == tenant_id,
            measures.c[f"{side}_sha256"] == sha256,
            measures.c.kind == kind,
            measures.c.ended_utc.is_(None),
        )
        .order_by(measures.c.made_seconds.desc())
        .limit(1)
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else dict(row)
