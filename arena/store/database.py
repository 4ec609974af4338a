"""One SQLite file: durable transactions, and errors in words.

Write-ahead log with synchronous=FULL: when a transaction ends, what it wrote is on the disk.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.pool import NullPool

from arena.errors import StorageFullError, StoreError

BUSY_TIMEOUT_SECONDS = 30


class Database:
    """The connections to one file. Every transaction may run in any thread."""

    def __init__(self, path: Path, migrate: Callable[[Connection, Path], None]) -> None:
        """Opens or creates the file and lets `migrate` bring it up to date, in one transaction.

        Raises StoreError if it is not a database, cannot be opened, or was written by a newer version.
        """
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {self.path.parent} cannot be made: {error.strerror}.") from error
        builder = _engine(self.path, foreign_keys=False, poolclass=NullPool)
        with closing(_Disposing(builder)), self._told(builder, "The vote database", write=True) as connection:
            migrate(connection, self.path)
        self.engine = _engine(self.path, foreign_keys=True)

    def close(self) -> None:
        self.engine.dispose()

    def reading(self, what: str) -> "Iterator[Connection]":
        """A context manager: one transaction that sees one state of the file. `what` names in an error message that
        which could not be read."""
        return self._told(self.engine, what, write=False)

    def writing(self, what: str) -> "Iterator[Connection]":
        """A context manager: one transaction that takes the write lock at once, so that what it reads cannot change
        before it writes."""
        return self._told(self.engine, what, write=True)

    @contextmanager
    def _told(self, engine: Engine, what: str, write: bool) -> Iterator[Connection]:
        try:
            with engine.execution_options(arena_write=write).begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except OSError as error:
            raise StoreError(f"{what} could not be saved: {error.strerror}. Try again in a moment.") from error
        except DatabaseError as error:
            raise _explain(error, what, self.path) from error


class _Disposing:
    def __init__(self, engine: Engine) -> None:
        self.close = engine.dispose


def _engine(path: Path, foreign_keys: bool, **options: object) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, **options)
    enforced = "ON" if foreign_keys else "OFF"

    def configure(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # the driver opens no transactions of its own; `_begin` does
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"foreign_keys={enforced}"):
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("arena_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _explain(error: DatabaseError, what: str, path: Path) -> StoreError:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError(what)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(f"{what} could not be saved because many others are voting. Try again in a moment.")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreError(f"{path} is not a SQLite database. Move it away, or choose another data folder.")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(f"{path} cannot be opened. Check that the folder is there and may be written.")
    if isinstance(error, OperationalError):
        return StoreError(f"{what} could not be saved or read ({error.orig}). Try again in a moment.")
    return StoreError(f"{path} is damaged ({error.orig}). Keep the file and tell the owner of this site.")
