"""The tables that the migrations make are those that the service asks for."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from similarity.service.data import notice_tables
from similarity.service.data.database import open_database


def test_migrated_tables_are_those_of_the_metadata(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'service.sqlite'}")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, notice_tables.notices.metadata) == []
    database.close()
