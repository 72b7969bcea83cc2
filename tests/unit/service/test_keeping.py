"""Backups of a service, and what is found where something kept was changed."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import insert, select, update

from similarity.errors import ConfigurationError
from similarity.service.data import audit
from similarity.service.data.database import open_database
from similarity.service.data.tables import audit as lines
from similarity.service.data.tables import blobs, tenants
from similarity.service.keeping import back_up, check, restore
from similarity.service.people.accounts import add_tenant
from similarity.service.settings import Settings
from similarity.service.uploads.blobs import blob_path

CONTENT = b"a film"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def service(tmp_path):
    """A service with a tenant, some entries and a stored file."""
    settings = Settings(library=tmp_path / "library", data=tmp_path / "data")
    settings.data.mkdir()
    database = open_database(settings.url)
    with database.writing() as connection:
        tenant = add_tenant(connection, "acme")
        audit.record(connection, tenant, "looked", actor="Ann", details={"n": 1})
        connection.execute(insert(blobs).values(sha256=SHA256, size_bytes=len(CONTENT), created_utc="2026"))
    path = blob_path(settings, SHA256)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    yield settings, database
    database.close()


def test_a_backup_gives_the_same_service_elsewhere(service, tmp_path):
    settings, _ = service
    assert back_up(settings, tmp_path / "backup") == 1
    elsewhere = Settings(library=settings.library, data=tmp_path / "elsewhere")
    restore(tmp_path / "backup", elsewhere)
    assert check(elsewhere) == ()
    assert blob_path(elsewhere, SHA256).read_bytes() == CONTENT
    opened = open_database(elsewhere.url)
    with opened.reading() as connection:
        tenant = connection.scalar(select(tenants.c.id).where(tenants.c.name == "acme"))
        assert audit.head(connection, tenant).sequence == 2
    opened.close()
    with pytest.raises(ConfigurationError, match="empty"):
        restore(tmp_path / "backup", elsewhere)


def test_what_was_changed_by_hand_is_named(service):
    settings, database = service
    with database.writing() as connection:
        connection.execute(update(lines).where(lines.c.sequence == 2).values(line='{"action":"nothing"}\n'))
    blob_path(settings, SHA256).write_bytes(b"another")
    assert {fault.what for fault in check(settings)} == {"audit chain of acme", f"file {SHA256}"}
    blob_path(settings, SHA256).unlink()
    assert any("gone" in fault.reason for fault in check(settings))


def test_a_backup_that_was_changed_is_refused(service, tmp_path):
    settings, _ = service
    back_up(settings, tmp_path / "backup")
    with (tmp_path / "backup" / "service.sqlite").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ConfigurationError, match="not the file that was written"):
        restore(tmp_path / "backup", Settings(library=settings.library, data=tmp_path / "elsewhere"))
