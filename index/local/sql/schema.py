"""The shape of the catalogue: making it, and bringing an older one up to date.

Migrations are numbered SQL files, applied by yoyo; each sets `user_version` to its own number, so that opening a
catalogue that is up to date reads one integer.
"""

from __future__ import annotations

import glob
import io
import sqlite3
from contextlib import closing, redirect_stdout
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote

from index.errors import LibraryDamagedError, LibraryVersionError
from index.local.disk.checksum import CATALOGUE_NAME, checksum_damage
from index.local.sql.catalogue import record_sha256
from index.local.sql.connection import connect, transaction

__all__ = ["MIGRATIONS", "build_catalogue", "newest_format", "product_version", "require_readable", "upgraded_copy"]

MIGRATIONS = Path(__file__).with_name("migrations")
_APPLICATION_ID = 0x5353_4C42


def product_version() -> str:
    """Version of the product that is running."""
    try:
        return version("substantial-similarity")
    except PackageNotFoundError:
        return "unknown"


def newest_format(migrations: Path = MIGRATIONS) -> int:
    """Format number that this product writes."""
    return max(int(path.name[:4]) for path in migrations.glob("*.sql"))


def build_catalogue(path: Path) -> None:
    """Make an empty catalogue at `path`, which must not exist."""
    path.touch(exist_ok=False)
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    _migrate(path, MIGRATIONS)
    with closing(connect(path)) as connection:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute("INSERT INTO library VALUES (1, ?, ?, 0)", (now, product_version()))
        connection.execute("PRAGMA journal_mode = WAL")


def require_readable(connection: sqlite3.Connection, library: Path, *, migrations: Path = MIGRATIONS) -> bool:
    """Whether the catalogue is up to date; raises if it is newer than this product, or none of this product's."""
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    newest = newest_format(migrations)
    if application_id == _APPLICATION_ID and 0 < found <= newest:
        return bool(found == newest)
    damage = checksum_damage(library)
    if damage is not None or application_id != _APPLICATION_ID or found <= 0:
        what = damage.what if damage else f"application id {application_id:#x}, format {found}"
        raise LibraryDamagedError(f"{library / CATALOGUE_NAME} is no catalogue of this product: {what}")
    writer = connection.execute("SELECT written_by FROM library").fetchone()[0]
    raise LibraryVersionError(
        f"{library} was written by version {writer} (library format {found}); this is version {product_version()}, "
        f"which reads formats up to {newest} - install version {writer} or newer"
    )


def upgraded_copy(source: sqlite3.Connection, path: Path, *, migrations: Path = MIGRATIONS) -> None:
    """Copy a catalogue to `path`, migrate the copy and check it; the source is only read."""
    with closing(connect(path, must_exist=False)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    _migrate(path, migrations)
    with closing(connect(path)) as copy:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        broken = copy.execute("PRAGMA foreign_key_check").fetchone()
        found = copy.execute("PRAGMA user_version").fetchone()[0]
        if verdict != "ok" or broken is not None or found != newest_format(migrations):
            raise LibraryDamagedError(
                f"the catalogue could not be brought to format {newest_format(migrations)}: {verdict}; it was left "
                "as it was - run the library check with the version that wrote it"
            )
        _renew_records(copy)
        copy.execute("PRAGMA journal_mode = WAL")


def _renew_records(db: sqlite3.Connection) -> None:
    """Compute every record's checksum anew: a migration may have changed what a record is."""
    with transaction(db, writes=True):
        for (key,) in db.execute("SELECT id FROM entries").fetchall():
            db.execute("UPDATE entries SET record_sha256 = ? WHERE id = ?", (record_sha256(db, key), key))
        db.execute("UPDATE library SET generation = generation + 1, written_by = ?", (product_version(),))


def _migrate(path: Path, migrations: Path) -> None:
    import yoyo
    from yoyo.backends import get_backend_class
    from yoyo.connections import DatabaseURI

    uri = DatabaseURI("sqlite", None, None, None, None, quote(str(path.absolute())), {})
    with get_backend_class("sqlite")(uri, "_yoyo_migration") as backend:
        try:
            # a table that a migration makes anew takes no rows of others with it, and leaves no copy in free pages
            backend.execute("PRAGMA foreign_keys = OFF")
            backend.execute("PRAGMA secure_delete = ON")
            backend.init_database()
            # yoyo prints what a statement selects; standard output belongs to the command that opens the library
            with backend.lock(), redirect_stdout(io.StringIO()):
                backend.apply_migrations(backend.to_apply(yoyo.read_migrations(glob.escape(str(migrations)))))
            # who migrated where is nobody's business: a library may be handed on
            backend.execute("UPDATE _yoyo_log SET username = '', hostname = ''")
        finally:
            backend.connection.close()
