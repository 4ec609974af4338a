"""All SQL of the arena: battles and votes in one SQLite file.

Write-ahead log with synchronous=FULL: when a method returns, what it wrote is on the disk. A vote and its battle's
state change in one transaction, and a UNIQUE constraint allows one vote per battle, whatever the code above does.
The schema's version is SQLite's `user_version`; `MIGRATIONS` brings an older file up to date, step by step.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from arena.battle import Battle, Contestant, State, vote
from arena.errors import AlreadyVotedError, NotYourBattleError, StorageFullError, StoreError, UnknownBattleError
from arena.votes import Axis, Ballot, Judgment, Tally

BUSY_TIMEOUT_SECONDS = 30

_STATES = "'created', 'answering', 'complete', 'voted', 'failed'"
_JUDGMENTS = "'a', 'b', 'both_good', 'both_bad', 'cant_tell'"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (  # 1: battles and their votes
        "CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        f"""CREATE TABLE battles (
            id TEXT PRIMARY KEY,
            voter TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ({_STATES})),
            picture_sha256 TEXT NOT NULL,
            instruction TEXT NOT NULL,
            a_name TEXT NOT NULL, a_quantization TEXT NOT NULL, a_revision TEXT NOT NULL, a_generation TEXT NOT NULL,
            b_name TEXT NOT NULL, b_quantization TEXT NOT NULL, b_revision TEXT NOT NULL, b_generation TEXT NOT NULL,
            pair_propensity REAL NOT NULL, side_propensity REAL NOT NULL,
            response_a TEXT, response_b TEXT, failure TEXT,
            created_at TEXT NOT NULL, answering_at TEXT, ended_at TEXT)""",
        "CREATE INDEX battles_by_state ON battles (state)",
        f"""CREATE TABLE votes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            battle_id TEXT NOT NULL UNIQUE REFERENCES battles (id),
            voter TEXT NOT NULL,
            hallucination TEXT NOT NULL CHECK (hallucination IN ({_JUDGMENTS})),
            instruction TEXT NOT NULL CHECK (instruction IN ({_JUDGMENTS})),
            voted_at TEXT NOT NULL)""",
    ),
)

_metadata = MetaData()
_secrets = Table("secrets", _metadata, Column("name", String, primary_key=True), Column("value", String))
_battles = Table(
    "battles", _metadata,
    Column("id", String, primary_key=True), Column("voter", String), Column("state", String),
    Column("picture_sha256", String), Column("instruction", String),
    *[Column(f"{side}_{field.name}", String) for side in "ab" for field in fields(Contestant)],
    Column("pair_propensity", Float), Column("side_propensity", Float),
    Column("response_a", String), Column("response_b", String), Column("failure", String),
    Column("created_at", String), Column("answering_at", String), Column("ended_at", String),
)  # fmt: skip
_votes = Table(
    "votes", _metadata,
    Column("id", Integer, primary_key=True), Column("battle_id", String), Column("voter", String),
    Column("hallucination", String), Column("instruction", String), Column("voted_at", String),
)  # fmt: skip


class Store:
    """One SQLite file. Every method may be called from any thread; each is one transaction."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file and brings its schema up to date.

        Raises StoreError if it is not a database, cannot be opened, or was written by a newer version.
        """
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {self.path.parent} cannot be made: {error.strerror}.") from error
        self.engine = create_engine(f"sqlite:///{self.path}", connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        self._writing = self.engine.execution_options(arena_write=True)
        event.listen(self.engine, "connect", _configure)
        event.listen(self.engine, "begin", _begin)
        with self._transaction("The vote database") as connection:
            _migrate(connection, self.path)
        self._salt = self._load_salt()

    def close(self) -> None:
        self.engine.dispose()

    def voter_hash(self, session: str) -> str:
        """The name under which a session's votes are stored; without this file's salt it tells nothing."""
        return hmac.new(self._salt, session.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def add_battle(self, battle: Battle) -> None:
        with self._transaction("The battle") as connection:
            connection.execute(insert(_battles).values(_row(battle)))

    def save_battle(self, battle: Battle, was: State) -> None:
        """Replaces a battle's row; raises StoreError if the stored state is no longer `was`."""
        with self._transaction("The battle") as connection:
            found = connection.execute(
                update(_battles).where(_battles.c.id == battle.id, _battles.c.state == was.value).values(_row(battle))
            )
            if found.rowcount != 1:
                raise StoreError("This battle has moved on in the meantime. Start a new battle.")

    def battle(self, battle_id: str) -> Battle:
        """Raises UnknownBattleError."""
        with self._transaction("The battle", write=False) as connection:
            return _find(connection, battle_id)

    def cast_vote(self, battle_id: str, voter: str, ballot: Ballot, at: datetime) -> Battle:
        """Stores the one vote of a complete battle and returns the battle as voted. On the disk when this returns.

        voter is a hash from `voter_hash`. Raises UnknownBattleError, NotYourBattleError, AnswersNotReadyError,
        AlreadyVotedError, BattleFailedError; StorageFullError or StoreError leave the battle as it was.
        """
        try:
            with self._transaction("Your judgment") as connection:
                battle = _find(connection, battle_id)
                if not hmac.compare_digest(battle.voter, voter):
                    raise NotYourBattleError
                voted = vote(battle)
                connection.execute(insert(_votes).values(
                    battle_id=battle_id, voter=voter, voted_at=at.isoformat(),
                    hallucination=ballot.hallucination.value, instruction=ballot.instruction.value,
                ))  # fmt: skip
                connection.execute(update(_battles).where(_battles.c.id == battle_id).values(state=voted.state.value))
        except IntegrityError as error:
            raise AlreadyVotedError from error
        return voted

    def ballot(self, battle_id: str) -> Ballot | None:
        """The vote of a battle, None if it has none."""
        with self._transaction("The vote", write=False) as connection:
            row = connection.execute(select(_votes).where(_votes.c.battle_id == battle_id)).one_or_none()
        return row and Ballot(Judgment(row.hallucination), Judgment(row.instruction))

    def vote_version(self) -> int:
        """Grows with every vote; equal versions mean equal votes. Votes are never deleted, so this is their number."""
        with self._transaction("The votes", write=False) as connection:
            return connection.execute(select(func.coalesce(func.max(_votes.c.id), 0))).scalar_one()

    def tallies(self, axis: Axis) -> list[Tally]:
        """How often each judgment was given to each ordered pair of models, in a fixed order."""
        judgment = _votes.c[axis.value]
        keys = (_battles.c.a_name, _battles.c.b_name, judgment)
        query = (
            select(*keys, func.count()).select_from(_votes).join(_battles, _battles.c.id == _votes.c.battle_id)
            .group_by(*keys).order_by(*keys)
        )  # fmt: skip
        with self._transaction("The votes", write=False) as connection:
            return [Tally(a, b, Judgment(given), count) for a, b, given, count in connection.execute(query)]

    def fail_unfinished(self, failure: str, at: datetime) -> int:
        """Marks the battles that a stopped server left behind; returns how many."""
        unfinished = _battles.c.state.in_([State.CREATED.value, State.ANSWERING.value])
        with self._transaction("The battles") as connection:
            return connection.execute(
                update(_battles).where(unfinished)
                .values(state=State.FAILED.value, failure=failure, ended_at=at.isoformat())
            ).rowcount  # fmt: skip

    def _load_salt(self) -> bytes:
        with self._transaction("The vote database") as connection:
            salt = connection.execute(select(_secrets.c.value).where(_secrets.c.name == "voter_salt")).scalar()
            if salt is None:
                salt = secrets.token_hex(32)
                connection.execute(insert(_secrets).values(name="voter_salt", value=salt))
        return bytes.fromhex(salt)

    @contextmanager
    def _transaction(self, what: str, write: bool = True) -> Iterator[Connection]:
        """One transaction; `what` names in an error message that which could not be saved or read."""
        try:
            with (self._writing if write else self.engine).begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except OSError as error:
            raise StoreError(f"{what} could not be saved: {error.strerror}. Try again in a moment.") from error
        except DatabaseError as error:
            raise _explain(error, what, self.path) from error


def _configure(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # the driver opens no transactions of its own; `_begin` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """A writer takes the write lock at once, so that what it reads cannot change before it writes."""
    write = connection.get_execution_options().get("arena_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(connection: Connection, path: Path) -> None:
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} has schema version {version}; this program knows versions up to {len(MIGRATIONS)}."
            " Update the program, or choose another data folder."
        )
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(text(statement))
    if version < len(MIGRATIONS):
        connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS)}")


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


def _find(connection: Connection, battle_id: str) -> Battle:
    row = None
    if isinstance(battle_id, str) and battle_id.isascii():
        row = connection.execute(select(_battles).where(_battles.c.id == battle_id)).one_or_none()
    if row is None:
        raise UnknownBattleError
    return _battle(row)


def _row(battle: Battle) -> dict[str, object]:
    row = {name: getattr(battle, name) for name in _PLAIN}
    row |= {name: (at := getattr(battle, name)) and at.isoformat() for name in _TIMES}
    for side, contestant in (("a", battle.a), ("b", battle.b)):
        row |= {f"{side}_{field.name}": getattr(contestant, field.name) for field in fields(Contestant)}
    return row | {"state": battle.state.value}


def _battle(row: Row) -> Battle:
    values = row._asdict()
    sides = {
        side: Contestant(**{field.name: values[f"{side}_{field.name}"] for field in fields(Contestant)})
        for side in "ab"
    }
    times = {name: values[name] and datetime.fromisoformat(values[name]) for name in _TIMES}
    return Battle(**sides, **times, **{name: values[name] for name in _PLAIN}, state=State(row.state))


_TIMES = ("created_at", "answering_at", "ended_at")
_PLAIN = tuple(field.name for field in fields(Battle) if field.name not in {*_TIMES, "a", "b", "state"})
