"""Figures that stand already: of the same bytes, under the same library, configuration and version.

Who sends bytes that are known is answered in the transaction that stores them; no worker is waited for.  The policy is
asked anew each time: it may be another by now, and what is declared is the upload's own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from index import open_library
from index.errors import LibraryError
from similarity._version import __version__
from similarity.config import Config, load_profile
from similarity.service.clock import new_id, now_utc
from similarity.service.data import audit
from similarity.service.data.database import Database
from similarity.service.data.tables import screenings, uploads
from similarity.service.screening.deciding import decide
from similarity.service.screening.measured import Measured
from similarity.service.settings import Settings
from similarity.service.states import UPLOAD, move

__all__ = ["KnownFigures", "Repeats", "Standing", "keep_figures", "known_figures", "of_same"]

_log = logging.getLogger("similarity.service.screening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What figures stand on, beside the bytes and the version."""

    works_sha256: str
    """State of the library's works."""
    background_sha256: str
    """State of its background."""
    config_sha256: str
    """Of the configuration of the comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFigures:
    """Figures that were measured before."""

    screening_id: str
    """Screening that measured them."""
    measured: Measured
    """The figures."""
    standing: Standing
    """What they stand on."""


def of_same(upload: Mapping[str, Any], standing: Standing) -> Select[Any]:
    """Screenings of a tenant that measured the same bytes on the same ground, the first one first.

    Args:
        upload: row with `tenant_id` and `sha256`.
        standing: the ground.
    """
    return (
        select(screenings)
        .join(uploads, uploads.c.id == screenings.c.upload_id)
        .where(
            screenings.c.tenant_id == upload["tenant_id"],
            screenings.c.sha256 == upload["sha256"],
            screenings.c.works_sha256 == standing.works_sha256,
            screenings.c.background_sha256 == standing.background_sha256,
            screenings.c.config_sha256 == standing.config_sha256,
            screenings.c.version == __version__,
            uploads.c.state != "erased",
        )
        .order_by(screenings.c.created_utc, screenings.c.id)
    )


def known_figures(connection: Connection, upload: Mapping[str, Any], standing: Standing) -> KnownFigures | None:
    """Figures of an upload's bytes that were measured before; a prompt is an upload's own, so none with one.

    Args:
        connection: to read from.
        upload: row with `tenant_id`, `sha256` and `prompt`.
        standing: what they are to stand on.
    """
    if upload["prompt"]:
        return None
    wanted = of_same(upload, standing).where(uploads.c.prompt.is_(None)).limit(1)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        return None
    measured = Measured.model_validate(row["measured_json"])
    return KnownFigures(screening_id=row["id"], measured=measured, standing=standing)


def keep_figures(
    connection: Connection,
    upload: Mapping[str, Any],
    measured: Measured,
    standing: Standing,
    *,
    seconds: float,
    known_from: str | None = None,
) -> None:
    """Keep what was measured and follow the policy, in the transaction that ends the screening.

    Args:
        connection: that transaction.
        upload: its row, in the state `screening`.
        measured: figures of it.
        standing: what they stand on.
        seconds: that it took.
        known_from: screening that measured them, where this one did not.
    """
    screening_id = new_id("screening")
    ground = {
        "works_sha256": standing.works_sha256,
        "background_sha256": standing.background_sha256,
        "config_sha256": standing.config_sha256,
        "version": __version__,
    }
    figures = measured.model_dump(mode="json")
    connection.execute(update(uploads).where(uploads.c.id == upload["id"]).values(works_sha256=standing.works_sha256))
    connection.execute(
        insert(screenings).values(
            id=screening_id,
            tenant_id=upload["tenant_id"],
            upload_id=upload["id"],
            sha256=upload["sha256"],
            measured_json=figures,
            seconds=seconds,
            created_utc=now_utc(),
            **ground,
        )
    )
    said = {"screening": screening_id, "sha256": upload["sha256"], **ground, "measured": figures}
    if known_from is not None:
        said["known_from"] = known_from
    audit.record(connection, upload["tenant_id"], "measured", actor="worker", details=said, subject_id=upload["id"])
    decide(connection, upload, measured, screening_id=screening_id)


class Repeats:
    """Answers uploads whose bytes are known, where they arrive.

    Args:
        settings: library and profile.
        database: of the service.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._opening = threading.Lock()

    @cached_property
    def _config(self) -> Config:
        return load_profile(self._settings.profile, {})

    @cached_property
    def _library(self) -> Any:
        return open_library(self._settings.library)

    def look(self, upload: Mapping[str, Any]) -> KnownFigures | None:
        """What is known of an upload's bytes; nothing where the library can't be read: a worker will say why.

        Args:
            upload: row with `tenant_id`, `sha256` and `prompt`.
        """
        with self._database.reading() as connection:
            wanted = select(screenings.c.id).where(
                screenings.c.tenant_id == upload["tenant_id"], screenings.c.sha256 == upload["sha256"]
            )
            if upload["prompt"] or connection.scalar(wanted.limit(1)) is None:
                return None  # the library is asked only where there is something to know
        try:
            standing = self._standing()
        except (LibraryError, OSError) as error:
            _log.warning("repeats wait for a worker: %s", error)
            return None
        with self._database.reading() as connection:
            return known_figures(connection, upload, standing)

    def _standing(self) -> Standing:
        with self._opening:
            works, background = (self._library.state_sha256(role) for role in ("work", "background"))
        return Standing(works_sha256=works, background_sha256=background, config_sha256=self._config.sha256)

    @staticmethod
    def settle(connection: Connection, upload: Mapping[str, Any], known: KnownFigures) -> None:
        """Decide an upload by what is known, in the transaction that stores its bytes.

        Args:
            connection: that transaction.
            upload: its row, in the state `stored`.
            known: of its bytes.
        """
        move(connection, uploads, UPLOAD, upload["id"], before="stored", after="screening", state_utc=now_utc())
        keep_figures(connection, upload, known.measured, known.standing, seconds=0.0, known_from=known.screening_id)
