"""How long uploads are kept: after so many days without anything open they are erased, and the chain says so."""

from __future__ import annotations

import logging

from sqlalchemy import exists, select

from similarity.service.clock import now_seconds, utc_of
from similarity.service.data.database import Database
from similarity.service.data.notice_tables import notices
from similarity.service.data.tables import tasks, uploads
from similarity.service.errors import Problem
from similarity.service.people.roles import Caller
from similarity.service.settings import Settings
from similarity.service.states import NOTICE
from similarity.service.uploads.uploads import cancel, erase

__all__ = ["retain"]

_NAME = "retention"
_DAY_SECONDS = 24 * 3600.0
_SETTLED = ("cleared", "withheld", "unreadable", "cancelled")
_ENDED = tuple(state for state, after in NOTICE.items() if not after)
_MOST = 200
"""Uploads of one round."""
_log = logging.getLogger("similarity.service.retaining")


def retain(database: Database, settings: Settings) -> int:
    """Erase what was kept long enough, and give up what never arrived whole; returns how many were erased.

    An upload stays while a person is to look at it or a notice speaks of it.

    Args:
        database: of the service.
        settings: `keep_days` and `receive_days`.
    """
    too_old = utc_of(now_seconds() - settings.receive_days * _DAY_SECONDS)
    never_whole = select(uploads.c.id, uploads.c.tenant_id).where(
        uploads.c.state == "receiving", uploads.c.state_utc < too_old
    )
    with database.reading() as connection:
        stale = connection.execute(never_whole.limit(_MOST)).all()
    for row in stale:
        with database.writing() as connection:
            cancel(connection, Caller.of_service(_NAME, row.tenant_id), row.id)
    if settings.keep_days is None:
        return 0
    before = utc_of(now_seconds() - settings.keep_days * _DAY_SECONDS)
    is_looked_at = exists().where(tasks.c.upload_id == uploads.c.id, tasks.c.state != "decided")
    is_noticed = exists().where(notices.c.upload_id == uploads.c.id, notices.c.state.not_in(_ENDED))
    old = select(uploads.c.id, uploads.c.tenant_id).where(
        uploads.c.state.in_(_SETTLED), uploads.c.state_utc < before, ~is_looked_at, ~is_noticed
    )
    with database.reading() as connection:
        rows = connection.execute(old.order_by(uploads.c.state_utc).limit(_MOST)).all()
    return sum(_erased(database, settings, row.tenant_id, row.id) for row in rows)


def _erased(database: Database, settings: Settings, tenant_id: str, upload_id: str) -> bool:
    reason = f"kept for {settings.keep_days:g} days, as the service is set"
    try:
        with database.writing() as connection:
            erase(connection, settings, Caller.of_service(_NAME, tenant_id), upload_id, reason=reason)
    except Problem as problem:  # it is looked at again, or another worker erased it
        _log.info("%s stays: %s", upload_id, problem.detail)
        return False
    return True
