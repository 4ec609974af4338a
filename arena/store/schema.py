"""The tables, and the numbered steps that bring an older file up to date.

The schema's version is SQLite's `user_version`. A step that has run on somebody's file is never edited: a change is a
new step at the end of `MIGRATIONS`.
"""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from sqlalchemy import Column, Connection, Float, Integer, MetaData, String, Table, text

from arena.battle import Contestant
from arena.errors import StoreError
from arena.store.filling import fill_from_votes

Step = str | Callable[[Connection], None]

_JUDGMENTS = "'a', 'b', 'both_good', 'both_bad', 'cant_tell'"
_AXES = "'hallucination', 'instruction'"
_BATTLE_COLUMNS_1 = """
            picture_sha256 TEXT NOT NULL,
            instruction TEXT NOT NULL,
            a_name TEXT NOT NULL, a_quantization TEXT NOT NULL, a_revision TEXT NOT NULL, a_generation TEXT NOT NULL,
            b_name TEXT NOT NULL, b_quantization TEXT NOT NULL, b_revision TEXT NOT NULL, b_generation TEXT NOT NULL,
            pair_propensity REAL NOT NULL, side_propensity REAL NOT NULL,
            response_a TEXT, response_b TEXT, failure TEXT,
            created_at TEXT NOT NULL, answering_at TEXT, ended_at TEXT"""
_NAMES_1 = (
    "id, voter, state, picture_sha256, instruction, a_name, a_quantization, a_revision, a_generation, b_name, "
    "b_quantization, b_revision, b_generation, pair_propensity, side_propensity, response_a, response_b, failure, "
    "created_at, answering_at, ended_at"
)

MIGRATIONS: tuple[tuple[Step, ...], ...] = (
    (  # 1: battles and their votes
        "CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        f"""CREATE TABLE battles (
            id TEXT PRIMARY KEY,
            voter TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('created', 'answering', 'complete', 'voted', 'failed')),
            {_BATTLE_COLUMNS_1})""",
        "CREATE INDEX battles_by_state ON battles (state)",
        f"""CREATE TABLE votes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            battle_id TEXT NOT NULL UNIQUE REFERENCES battles (id),
            voter TEXT NOT NULL,
            hallucination TEXT NOT NULL CHECK (hallucination IN ({_JUDGMENTS})),
            instruction TEXT NOT NULL CHECK (instruction IN ({_JUDGMENTS})),
            voted_at TEXT NOT NULL)""",
    ),
    (  # 2: turns, marks, remarks, skipped battles, counts that grow with each vote, decisions
        f"""CREATE TABLE battles_2 (
            id TEXT PRIMARY KEY,
            voter TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('created', 'answering', 'complete', 'voted', 'failed', 'skipped')),
            {_BATTLE_COLUMNS_1},
            earlier TEXT NOT NULL DEFAULT '[]',
            mark_a TEXT, mark_b TEXT,
            blind INTEGER NOT NULL DEFAULT 1 CHECK (blind IN (0, 1)),
            source TEXT NOT NULL DEFAULT 'own', language TEXT NOT NULL DEFAULT 'other',
            category TEXT NOT NULL DEFAULT 'free', challenge TEXT,
            publish INTEGER NOT NULL DEFAULT 0 CHECK (publish IN (0, 1)),
            follows TEXT, address TEXT NOT NULL DEFAULT '',
            checker TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '')""",
        f"INSERT INTO battles_2 ({_NAMES_1}) SELECT {_NAMES_1} FROM battles",
        "DROP TABLE battles",
        "ALTER TABLE battles_2 RENAME TO battles",
        "CREATE INDEX battles_by_state ON battles (state)",
        "CREATE INDEX battles_by_voter ON battles (voter)",
        "CREATE INDEX battles_by_voter_and_picture ON battles (voter, picture_sha256)",
        "CREATE INDEX battles_not_published ON battles (picture_sha256) WHERE publish = 0",
        "ALTER TABLE votes ADD COLUMN comment TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE votes ADD COLUMN length INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE votes ADD COLUMN format INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX votes_by_voter ON votes (voter, id)",
        """CREATE TABLE spans (
            vote INTEGER NOT NULL REFERENCES votes (id), position INTEGER NOT NULL,
            side TEXT NOT NULL CHECK (side IN ('a', 'b')), turn INTEGER NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, correction TEXT NOT NULL,
            PRIMARY KEY (vote, position)) WITHOUT ROWID""",
        f"""CREATE TABLE counts (
            axis TEXT NOT NULL CHECK (axis IN ({_AXES})),
            slice TEXT NOT NULL, value TEXT NOT NULL, model_a TEXT NOT NULL, model_b TEXT NOT NULL,
            judgment TEXT NOT NULL CHECK (judgment IN ({_JUDGMENTS})),
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (axis, slice, value, model_a, model_b, judgment)) WITHOUT ROWID""",
        f"""CREATE TABLE voter_counts (
            axis TEXT NOT NULL CHECK (axis IN ({_AXES})),
            voter TEXT NOT NULL, model_a TEXT NOT NULL, model_b TEXT NOT NULL,
            judgment TEXT NOT NULL CHECK (judgment IN ({_JUDGMENTS})),
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (axis, voter, model_a, model_b, judgment)) WITHOUT ROWID""",
        f"""CREATE TABLE style_counts (
            axis TEXT NOT NULL CHECK (axis IN ({_AXES})),
            model_a TEXT NOT NULL, model_b TEXT NOT NULL,
            judgment TEXT NOT NULL CHECK (judgment IN ({_JUDGMENTS})),
            length INTEGER NOT NULL, format INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (axis, model_a, model_b, judgment, length, format)) WITHOUT ROWID""",
        """CREATE TABLE day_counts (
            day TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0)) WITHOUT ROWID""",
        f"""CREATE TABLE mark_counts (
            model TEXT NOT NULL,
            judgment TEXT NOT NULL CHECK (judgment IN ({_JUDGMENTS})),
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (model, judgment)) WITHOUT ROWID""",
        """CREATE TABLE decisions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('exclude', 'include')),
            subject TEXT NOT NULL CHECK (subject IN ('vote', 'voter')), subject_id TEXT NOT NULL,
            reason TEXT NOT NULL, evidence TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at TEXT NOT NULL)""",
        """CREATE TABLE exclusions (
            subject TEXT NOT NULL CHECK (subject IN ('vote', 'voter')), subject_id TEXT NOT NULL,
            decision INTEGER NOT NULL REFERENCES decisions (id),
            PRIMARY KEY (subject, subject_id)) WITHOUT ROWID""",
        fill_from_votes,
    ),
)  # fmt: skip

metadata = MetaData()
secrets_table = Table("secrets", metadata, Column("name", String, primary_key=True), Column("value", String))
battles = Table(
    "battles", metadata,
    Column("id", String, primary_key=True), Column("voter", String), Column("state", String),
    Column("picture_sha256", String), Column("instruction", String),
    *[Column(f"{side}_{field.name}", String) for side in "ab" for field in fields(Contestant)],
    Column("pair_propensity", Float), Column("side_propensity", Float),
    Column("response_a", String), Column("response_b", String), Column("failure", String),
    Column("created_at", String), Column("answering_at", String), Column("ended_at", String),
    Column("earlier", String), Column("mark_a", String), Column("mark_b", String), Column("blind", Integer),
    Column("source", String), Column("language", String), Column("category", String), Column("challenge", String),
    Column("publish", Integer), Column("follows", String), Column("address", String), Column("checker", String),
    Column("facts", String),
)  # fmt: skip
votes = Table(
    "votes", metadata,
    Column("id", Integer, primary_key=True), Column("battle_id", String), Column("voter", String),
    Column("hallucination", String), Column("instruction", String), Column("voted_at", String),
    Column("comment", String), Column("length", Integer), Column("format", Integer),
)  # fmt: skip
spans = Table(
    "spans", metadata,
    Column("vote", Integer, primary_key=True), Column("position", Integer, primary_key=True), Column("side", String),
    Column("turn", Integer), Column("start", Integer), Column("end", Integer), Column("kind", String),
    Column("correction", String),
)  # fmt: skip
decisions = Table(
    "decisions", metadata,
    Column("id", Integer, primary_key=True), Column("kind", String), Column("subject", String),
    Column("subject_id", String), Column("reason", String), Column("evidence", String), Column("decided_by", String),
    Column("decided_at", String),
)  # fmt: skip
exclusions = Table(
    "exclusions", metadata,
    Column("subject", String, primary_key=True), Column("subject_id", String, primary_key=True),
    Column("decision", Integer),
)  # fmt: skip


def _counts(name: str, *keys: tuple[str, type]) -> Table:
    return Table(name, metadata, *[Column(key, kind, primary_key=True) for key, kind in keys], Column("count", Integer))


_PAIR = (("model_a", String), ("model_b", String), ("judgment", String))
counts = _counts("counts", ("axis", String), ("slice", String), ("value", String), *_PAIR)
voter_counts = _counts("voter_counts", ("axis", String), ("voter", String), *_PAIR)
style_counts = _counts("style_counts", ("axis", String), *_PAIR, ("length", Integer), ("format", Integer))
day_counts = _counts("day_counts", ("day", String))
mark_counts = _counts("mark_counts", ("model", String), ("judgment", String))


def migrate(connection: Connection, path: Path) -> None:
    """Runs the steps that the file still lacks, in the transaction of `connection`, whose foreign keys are not
    enforced while a table is built anew; they are checked at the end. Raises StoreError for a newer file."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} has schema version {version}; this program knows versions up to {len(MIGRATIONS)}."
            " Update the program, or choose another data folder."
        )
    if version == len(MIGRATIONS):
        return
    for steps in MIGRATIONS[version:]:
        for step in steps:
            if callable(step):
                step(connection)
            else:
                connection.execute(text(step))
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StoreError(f"{path} has votes without their battle. Keep the file and tell the owner of this site.")
    connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS)}")
