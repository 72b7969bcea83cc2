"""A service in this process: its own database, a tenant, keys, people, and uploads whose figures are made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

from similarity.service import clock
from similarity.service.data.database import Database, open_database
from similarity.service.data.tables import people, screenings, uploads
from similarity.service.people import accounts, sessions
from similarity.service.screening.deciding import decide
from similarity.service.screening.measured import Measured, Ratio, Stretch, WorkMeasured
from similarity.service.settings import Settings
from similarity.service.starting import first_policy
from similarity.service.web.app import create_app

WORK_SHA256 = "a" * 64
FILE_SHA256 = "b" * 64
PASSWORD = "a long enough password"


@dataclass
class Running:
    """A service that answers in this process."""

    settings: Settings
    database: Database
    client: TestClient
    tenant_id: str
    keys: dict[str, str] = field(default_factory=dict)

    def key(self, role: str, tenant_id: str | None = None) -> dict[str, str]:
        """Headers of a program in a role."""
        name = f"{role} {tenant_id}"
        if name not in self.keys:
            with self.database.writing() as connection:
                self.keys[name] = accounts.add_key(connection, tenant_id or self.tenant_id, "test", role)
        return {"authorization": f"Bearer {self.keys[name]}"}

    def person(self, name: str, *roles: str) -> dict[str, str]:
        """Headers of a person who is signed in."""
        with self.database.writing() as connection:
            known = connection.scalar(select(people.c.id).where(people.c.name == name))
            person_id = known or accounts.add_person(connection, self.tenant_id, name, PASSWORD, roles or ["reviewer"])
            token = sessions.begin(connection, person_id)
            csrf = sessions.find(connection, token).csrf_token
        return {"cookie": f"similarity_session={token}", "x-csrf-token": csrf}

    def tenant(self, name: str) -> str:
        """One more tenant."""
        with self.database.writing() as connection:
            identifier = accounts.add_tenant(connection, name)
            first_policy(connection, identifier)
        return identifier

    def screened(self, external_id: str = "clip", measured: Measured | None = None, **columns: Any) -> str:
        """An upload that was screened with these figures; returns its identifier."""
        upload_id, screening_id = clock.new_id("upload"), clock.new_id("screening")
        tenant_id = columns.get("tenant_id", self.tenant_id)
        row = {
            "id": upload_id,
            "tenant_id": tenant_id,
            "state": "screening",
            "external_id": external_id,
            "title": "A title",
            "uploader": "someone",
            "territories_json": [],
            "declared_json": {},
            "size_bytes": 1,
            "sha256": FILE_SHA256,
            "suffix": ".mp4",
            "created_utc": clock.now_utc(),
            "created_seconds": clock.now_seconds(),
            "state_utc": clock.now_utc(),
            **columns,
        }
        measured = measured or Measured(is_readable=True, duration_seconds=20.0)
        with self.database.writing() as connection:
            connection.execute(insert(uploads).values(**row))
            self._measured(connection, row, screening_id, measured)
            decide(connection, row, measured, screening_id=screening_id)
        return upload_id

    def screened_again(self, upload_id: str, measured: Measured) -> None:
        """The same upload with other figures."""
        screening_id = clock.new_id("screening")
        with self.database.writing() as connection:
            connection.execute(update(uploads).where(uploads.c.id == upload_id).values(state="screening"))
            row = dict(connection.execute(select(uploads).where(uploads.c.id == upload_id)).mappings().one())
            self._measured(connection, row, screening_id, measured)
            decide(connection, row, measured, screening_id=screening_id)

    @staticmethod
    def _measured(connection: Any, row: Mapping[str, Any], screening_id: str, measured: Measured) -> None:
        connection.execute(
            insert(screenings).values(
                id=screening_id,
                tenant_id=row["tenant_id"],
                upload_id=row["id"],
                sha256=row["sha256"],
                works_sha256="",
                background_sha256="",
                config_sha256="",
                version="",
                measured_json=measured.model_dump(mode="json"),
                seconds=1.0,
                created_utc=clock.now_utc(),
            )
        )

    def row(self, table: Any, identifier: str) -> dict[str, Any]:
        """A row as it stands."""
        with self.database.reading() as connection:
            return dict(connection.execute(select(table).where(table.c.id == identifier)).mappings().one())


def found_work(work_id: str = "film", *, start: float = 2.0, end: float = 12.0, owner: str = "Studio") -> WorkMeasured:
    """A work of which one stretch was found as a copy."""
    ratio = Ratio(log10=3.0, lower=2.0, upper=4.0)
    stretch = Stretch(
        start_seconds=start,
        end_seconds=end,
        work_start_seconds=30.0,
        work_end_seconds=30.0 + end - start,
        speed=1.0,
        score=9.0,
        found_by=("copy",),
        reading="copied_pictures",
        copy_ratio=ratio,
        adaptation_ratio=ratio,
        in_envelope=True,
    )
    return WorkMeasured(
        work_id=work_id,
        title="The film",
        owner=owner,
        work_sha256=WORK_SHA256,
        score=9.0,
        found_by=("copy",),
        reading="copied_pictures",
        matched_seconds=end - start,
        upload_share=(end - start) / 20.0,
        work_seconds=end - start,
        work_share=(end - start) / 100.0,
        stretches=(stretch,),
    )


def with_works(*works: WorkMeasured) -> Measured:
    """Figures of an upload of 20 seconds in which these were found."""
    return Measured(is_readable=True, duration_seconds=20.0, works=works, num_works=10)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest form of its tables, with one tenant; copied for each test."""
    path = tmp_path_factory.mktemp("service") / "service.sqlite"
    database = open_database(f"sqlite:///{path}")
    with database.writing() as connection:
        first_policy(connection, accounts.add_tenant(connection, "acme"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def running(empty_database: Path, tmp_path: Path) -> Any:
    """A service with one tenant, `acme`, and its first policy."""
    shutil.copy(empty_database, tmp_path / "service.sqlite")
    settings = Settings(library=tmp_path / "library", data=tmp_path)
    database = open_database(settings.url, is_upgraded=False)
    with database.reading() as connection:
        tenant_id = accounts.tenant_named(connection, "acme")
    client = TestClient(create_app(settings, database), raise_server_exceptions=False)
    yield Running(settings=settings, database=database, client=client, tenant_id=tenant_id)
    database.close()
