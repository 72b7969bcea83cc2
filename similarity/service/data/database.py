"""One database behind the service: SQLite by default, PostgreSQL by URL; transactions that never upgrade their lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from similarity.errors import ConfigurationError

__all__ = ["Database", "after_commit", "lock_name", "open_database"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30
_AFTER_COMMIT = "after commit"
_POOL = 12
"""Connections of one process."""


class Database:
    """Transactions on one database.

    Args:
        engine: SQLAlchemy's.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write: all of it, or nothing.

        SQLite takes the lock for writing at once (`BEGIN IMMEDIATE`): a transaction that begins by reading can't be
        refused later.
        """
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            then: list[Callable[[], None]] = []
            connection.info[_AFTER_COMMIT] = then
            with _committing(connection):
                yield connection
        for action in then:
            action()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one state of everything."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def after_commit(connection: Connection, action: Callable[[], None]) -> None:
    """Do something that can't be taken back once a `Database.writing` has ended well; nothing where it did not."""
    connection.info[_AFTER_COMMIT].append(action)


def lock_name(connection: Connection, name: str) -> None:
    """Have others who lock the same name wait for the end of this transaction; in SQLite all who write wait anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


@contextmanager
def _committing(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def open_database(url: str, *, is_upgraded: bool = True) -> Database:
    """Open a database, at the newest form of its tables.

    Args:
        url: SQLAlchemy URL, `sqlite:///...` or `postgresql://...`.
        is_upgraded: bring its tables up to date first.

    Raises:
        ConfigurationError: no such database, no driver, no permission.
    """
    database = Database(_engine(url))
    try:
        if is_upgraded:
            _upgrade(database)
    except SQLAlchemyError as error:
        raise ConfigurationError(_unusable(url, error)) from error
    return database


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_size=_POOL, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise ConfigurationError(_unusable(url, error)) from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}, pool_size=_POOL)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS}000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _upgrade(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(736153)")  # one process at a time
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _unusable(url: str, error: Exception) -> str:
    try:
        said = make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        said = "the database URL"
    cause = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    hint = "is the server up, and may this user create tables?" if isinstance(error, OperationalError) else "see --help"
    return (
        f"{said}: {cause}; expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME "
        f"(pip install 'substantial-similarity[postgres]'); {hint}"
    )
