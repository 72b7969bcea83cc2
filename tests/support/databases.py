"""Databases of the service for tests: SQLite, and a PostgreSQL that is made, started and stopped here."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from similarity.service.data.database import Database, open_database
from similarity.service.people import accounts
from similarity.service.people.roles import Caller
from similarity.service.settings import Settings
from similarity.service.starting import first_policy

_NAMES = itertools.count()


class Postgres:
    """A server of its own in a folder of its own, reached by a socket there."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        self.folder, self._programs, self._user = folder, programs, user

    def make(self) -> None:
        data = str(self.folder / "data")
        options = ("-U", "similarity", "--auth=trust", "--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C")
        command = [str(self._programs / "initdb"), "-D", data, *options]
        subprocess.run(command, check=True, user=self._user, cwd=self.folder, capture_output=True)
        self.start()

    def start(self) -> None:
        settings = {"unix_socket_directories": self.folder, "listen_addresses": "", "fsync": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options]
        with (self.folder / "log.txt").open("ab") as log:
            self._running = subprocess.Popen(command, user=self._user, cwd=self.folder, stdout=log, stderr=log)
        engine = create_engine(self.url("postgres").replace("://", "+psycopg://"))
        until = time.monotonic() + 60
        while True:
            try:
                engine.connect().close()
                break
            except OperationalError:
                if time.monotonic() > until or self._running.poll() is not None:
                    raise
                time.sleep(0.05)
        engine.dispose()

    def stop(self) -> None:
        self._running.send_signal(signal.SIGQUIT)  # at once, as by a crash
        self._running.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def url(self, name: str) -> str:
        return f"postgresql://similarity@/{name}?host={self.folder}"

    def database(self, template: str = "template1") -> str:
        """A new database, as the template is; its URL."""
        name = f"test_{next(_NAMES)}"
        engine = create_engine(self.url("postgres").replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        engine.dispose()
        return self.url(name)


def _programs() -> Path | None:
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    return None if found is None else Path(found).parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server (initdb) is installed")
    folder = Path(tempfile.mkdtemp(prefix="similarity-postgres-"))
    user = None
    if os.getuid() == 0:  # PostgreSQL refuses root
        known = {one.pw_name for one in pwd.getpwall()}
        user = "postgres" if "postgres" in known else "nobody"
        shutil.chown(folder, user)
    server = Postgres(folder, programs, user)
    server.make()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "service.sqlite"
    database = open_database(f"sqlite:///{path}")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres) -> str:
    url = postgres.database()
    open_database(url).close()
    return url.rpartition("?")[0].rpartition("/")[2]


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    (tmp_path / "data").mkdir(exist_ok=True)
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'data' / 'service.sqlite')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """Of an empty database at the newest form of its tables."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    return request.getfixturevalue("postgres").database(request.getfixturevalue("postgres_template"))


@dataclass(frozen=True)
class Acme:
    """A tenant, and who asks on its behalf."""

    database: Database
    settings: Settings
    tenant_id: str

    def caller(self, *roles: str, name: str = "somebody", is_person: bool = False, works=None) -> Caller:
        return Caller(
            id=name,
            name=name,
            tenant_id=self.tenant_id,
            roles=frozenset(roles or ["administrator"]),
            work_ids=works,
            is_person=is_person,
        )

    def person(self, name: str, *roles: str) -> Caller:
        with self.database.writing() as connection:
            identifier = accounts.add_person(connection, self.tenant_id, name, "a long password", roles or ["reviewer"])
            return accounts.caller_of_person(connection, identifier, self.tenant_id)


def make_acme(url: str, folder: Path, name: str = "acme", **changes) -> Acme:
    database = open_database(url, is_upgraded=False)
    with database.writing() as connection:
        tenant_id = accounts.add_tenant(connection, name)
        first_policy(connection, tenant_id)
    settings = Settings(library=folder / "library", data=folder / "data", database_url=url, **changes)
    settings.data.mkdir(exist_ok=True)
    return Acme(database=database, settings=settings, tenant_id=tenant_id)


@pytest.fixture
def acme(database_url, tmp_path) -> Iterator[Acme]:
    """On SQLite and on PostgreSQL."""
    made = make_acme(database_url, tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def small_acme(sqlite_url, tmp_path) -> Iterator[Acme]:
    """On SQLite alone: where the database is not the subject."""
    made = make_acme(sqlite_url, tmp_path)
    yield made
    made.database.close()
