"""Usage statements: seconds of each work in what was shown, for statutory licences (法定许可), collecting societies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from similarity.service.data.tables import decisions, screenings, uploads
from similarity.service.people.roles import Caller
from similarity.service.screening.measured import Measured, SoundOfWork, WorkMeasured
from similarity.service.screening.stored_policies import Terms, terms_of

__all__ = ["Usage", "Used", "usage"]

_Row = tuple[WorkMeasured | SoundOfWork, str]
"""What was measured of a work in an upload, and whose upload it is."""
_Found = dict[str, list[_Row]]
"""By work."""


class Used(BaseModel):
    """Pictures or sound of a work over a period."""

    model_config = ConfigDict(frozen=True)

    used: Literal["pictures", "sound"]
    """Which; they are measured apart, and their seconds are not to be added."""
    work_id: str
    """In the library."""
    title: str
    """As the catalogue names it."""
    owner: str
    """As the catalogue names it."""
    num_uploads: int
    """In which it was found."""
    num_licensed: int
    """Of them, by uploaders whom the terms of the work name."""
    upload_seconds: float
    """Of uploads, in matches that were found; overlaps counted once in each upload."""
    work_seconds: float
    """The same in the work; a stretch that two uploads use counts twice."""
    fee: str
    """What use costs, in the words of the work's terms; empty where they name nothing."""
    no_use: bool
    """Whether its terms allow no use."""


class Usage(BaseModel):
    """What was used in a period."""

    model_config = ConfigDict(frozen=True)

    from_utc: str
    """Start."""
    to_utc: str
    """End (exclusive)."""
    num_uploads: int
    """Uploads that are cleared, and whose last decision lies in the period."""
    num_without_figures: int
    """Of them, without figures: erased, or never measured."""
    works: tuple[Used, ...]
    """Whose pictures were found: by owner, then by work."""
    sound: tuple[Used, ...]
    """Whose sound was found, in the same order."""


def usage(connection: Connection, caller: Caller, *, from_utc: str, to_utc: str) -> Usage:
    """What was measured of uploads that are shown, by work and owner; views are not known here.

    Args:
        connection: to read from.
        caller: an owner of certain works sees these alone.
        from_utc: start, as text that sorts by time.
        to_utc: end (exclusive).
    """
    last = select(func.max(decisions.c.decided_utc)).where(decisions.c.upload_id == uploads.c.id).scalar_subquery()
    wanted = (
        select(uploads.c.uploader, screenings.c.measured_json)
        .join(screenings, screenings.c.id == uploads.c.screening_id, isouter=True)
        .where(uploads.c.tenant_id == caller.tenant_id, uploads.c.state == "cleared", last >= from_utc, last < to_utc)
    )
    terms = terms_of(connection, caller.tenant_id)
    pictures: _Found = {}
    sound: _Found = {}
    num_uploads = num_without = 0
    for uploader, stored in connection.execute(wanted):
        num_uploads += 1
        num_without += stored is None or bool(stored.get("is_erased"))
        if stored is not None:
            measured = Measured.model_validate(stored)
            for found, works in ((pictures, measured.works), (sound, measured.sound)):
                for work in works:
                    if caller.work_ids is None or work.work_id in caller.work_ids:
                        found.setdefault(work.work_id, []).append((work, uploader))
    return Usage(
        from_utc=from_utc,
        to_utc=to_utc,
        num_uploads=num_uploads,
        num_without_figures=num_without,
        works=_all_used("pictures", pictures, terms),
        sound=_all_used("sound", sound, terms),
    )


def _all_used(
    used: Literal["pictures", "sound"], found: _Found, terms: Mapping[str, tuple[Terms, bool]]
) -> tuple[Used, ...]:
    works = [_used(used, ones, terms.get(work_id, (Terms(), False))[0]) for work_id, ones in found.items()]
    return tuple(sorted(works, key=lambda one: (one.owner, one.work_id)))


def _used(used: Literal["pictures", "sound"], rows: Sequence[_Row], terms: Terms) -> Used:
    first = rows[0][0]
    return Used(
        used=used,
        work_id=first.work_id,
        title=first.title,
        owner=first.owner,
        num_uploads=len(rows),
        num_licensed=sum(uploader in terms.licensees for _, uploader in rows),
        upload_seconds=round(sum(work.matched_seconds for work, _ in rows), 3),
        work_seconds=round(sum(work.work_seconds for work, _ in rows), 3),
        fee=terms.fee,
        no_use=terms.no_use,
    )
