"""A file as version 1 of the program wrote it: every battle and vote is there afterwards, counted."""

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from arena.battle import Battle, Contestant, Source, State, Turn
from arena.errors import StoreError
from arena.store import Store, schema
from arena.votes import Axis, Ballot, Judgment

VERSION_1 = """
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE battles (
            id TEXT PRIMARY KEY,
            voter TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('created', 'answering', 'complete', 'voted', 'failed')),
            picture_sha256 TEXT NOT NULL,
            instruction TEXT NOT NULL,
            a_name TEXT NOT NULL, a_quantization TEXT NOT NULL, a_revision TEXT NOT NULL, a_generation TEXT NOT NULL,
            b_name TEXT NOT NULL, b_quantization TEXT NOT NULL, b_revision TEXT NOT NULL, b_generation TEXT NOT NULL,
            pair_propensity REAL NOT NULL, side_propensity REAL NOT NULL,
            response_a TEXT, response_b TEXT, failure TEXT,
            created_at TEXT NOT NULL, answering_at TEXT, ended_at TEXT);
CREATE INDEX battles_by_state ON battles (state);
CREATE TABLE votes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            battle_id TEXT NOT NULL UNIQUE REFERENCES battles (id),
            voter TEXT NOT NULL,
            hallucination TEXT NOT NULL CHECK (hallucination IN ('a', 'b', 'both_good', 'both_bad', 'cant_tell')),
            instruction TEXT NOT NULL CHECK (instruction IN ('a', 'b', 'both_good', 'both_bad', 'cant_tell')),
            voted_at TEXT NOT NULL);
PRAGMA user_version = 1;
"""
AT = datetime(2026, 1, 2, 23, 59, 58, 123456, tzinfo=UTC)
SALT = "ab" * 32
JUDGMENTS = [judgment.value for judgment in Judgment]
INSTRUCTIONS = ("What is this?", "这是什么？", "Was ist das für ein Bild?")


def values(number):
    """One row of battles: every third is Chinese, German or English; states go round."""
    state = ("voted", "voted", "voted", "complete", "created", "answering", "failed")[number % 7]
    ended = (AT + timedelta(seconds=number)).isoformat()
    return (
        f"battle-{number}", f"voter-{number % 3}", state, f"{number % 2:064}", INSTRUCTIONS[number % 3],
        "alpha", "none", "main", "{}", ("beta", "gamma")[number % 2], "nf4", "c0ffee", '{"temperature": 0}',
        0.25, 0.5, "Ja 😀", None if state == "created" else "两个字", "boom" if state == "failed" else None,
        AT.isoformat(), None, ended,
    )  # fmt: skip


@pytest.fixture
def old(tmp_path):
    """The path of a version 1 file in write-ahead mode with 70 battles, 30 of them voted."""
    path = tmp_path / "arena.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(VERSION_1)
        connection.execute("INSERT INTO secrets VALUES ('voter_salt', ?)", (SALT,))
        rows = [values(number) for number in range(70)]
        connection.executemany(f"INSERT INTO battles VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.executemany(
            "INSERT INTO votes (battle_id, voter, hallucination, instruction, voted_at) VALUES (?, ?, ?, ?, ?)",
            [
                (row[0], row[1], JUDGMENTS[n % 5], JUDGMENTS[n // 2 % 5], (AT + timedelta(seconds=n + 3)).isoformat())
                for n, row in enumerate(rows)
                if row[2] == "voted"
            ],
        )
    connection.close()
    return path


def dump(path, query):
    with sqlite3.connect(path) as connection:
        return connection.execute(query).fetchall()


def test_every_vote_and_battle_survives(old):
    columns = "id, battle_id, voter, hallucination, instruction, voted_at"
    votes, battles = dump(old, f"SELECT {columns} FROM votes"), dump(old, "SELECT * FROM battles ORDER BY id")
    store = Store(old)
    assert dump(old, f"SELECT {columns} FROM votes") == votes and len(votes) == 30
    names = [row[1] for row in dump(old, "PRAGMA table_info(battles)")][: len(battles[0])]
    assert dump(old, f"SELECT {', '.join(names)} FROM battles ORDER BY id") == battles
    assert dump(old, "PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert dump(old, "PRAGMA foreign_key_check") == [] and dump(old, "PRAGMA integrity_check") == [("ok",)]
    assert store.battle("battle-1") == Battle(
        "battle-1", "voter-1", f"{1:064}", INSTRUCTIONS[1], Contestant("alpha", "none", "main"),
        Contestant("gamma", "nf4", "c0ffee", '{"temperature": 0}'), 0.25, 0.5, AT, State.VOTED,
        response_a="Ja 😀", response_b="两个字", ended_at=AT + timedelta(seconds=1),
        source=Source.OWN, language="zh", publish=False,  # nobody was asked whether pictures may be published
    )  # fmt: skip
    assert store.battle("battle-1").turns == (Turn(INSTRUCTIONS[1], "Ja 😀", "两个字"),)
    assert store.ballot("battle-1") == Ballot(Judgment.B, Judgment.A)
    store.close()


def test_the_counts_are_those_of_all_votes(old):
    store = Store(old)
    assert store.count_differences() == []
    for axis in Axis:
        tallies = store.tallies(axis)
        given = Counter(row[0] for row in dump(old, f"SELECT {axis.value} FROM votes"))
        assert sum(tally.count for tally in tallies) == 30
        assert {j: sum(t.count for t in tallies if t.judgment == j) for j in given} == given
    assert store.slices("language") == ["en", "other", "zh"] and store.slices("source") == ["own"]
    assert list(store.votes_by_day().itertuples(index=False, name=None)) == [("2026-01-03", 30)]
    assert list(store.votes_frame()["seconds"].unique()) == [3.0] and store.votes_frame()["rated"].all()
    store.close()


def test_it_goes_on_as_before(old):
    store = Store(old)
    assert store.voter_hash("me") == Store(old).voter_hash("me")
    assert dump(old, "SELECT value FROM secrets") == [(SALT,)]
    assert store.cast_vote("battle-3", "voter-0", Ballot(Judgment.A, Judgment.B), AT).state is State.VOTED
    assert store.vote_version() == 31 and store.count_differences() == []
    assert store.fail_unfinished("the server stopped", AT) == 20
    assert store.decide("exclude", "voter", "voter-1", "a reason", "", "a test", AT) is not None
    assert store.count_differences() == []
    store.close()


def test_what_is_stopped_in_the_middle_is_as_before(old, monkeypatch):
    before = dump(old, "SELECT * FROM votes"), dump(old, "SELECT name, sql FROM sqlite_master ORDER BY name")
    broken = (*schema.MIGRATIONS[:1], (*schema.MIGRATIONS[1], "INSERT INTO nowhere VALUES (1)"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(StoreError):
        Store(old)
    assert (dump(old, "SELECT * FROM votes"), dump(old, "SELECT name, sql FROM sqlite_master ORDER BY name")) == before
    assert dump(old, "PRAGMA user_version") == [(1,)]
    monkeypatch.undo()
    assert Store(old).vote_version() == 30


def test_votes_without_their_battle_are_told(old):
    with sqlite3.connect(old) as connection:
        connection.execute("DELETE FROM battles WHERE id = 'battle-1'")
    connection.close()
    with pytest.raises(StoreError, match="has votes without their battle"):
        Store(old)
    assert dump(old, "PRAGMA user_version") == [(1,)]


def test_a_skipped_battle_is_allowed_now(old):
    store = Store(old)
    with sqlite3.connect(old) as connection:
        connection.execute("UPDATE battles SET state = 'skipped' WHERE id = 'battle-3'")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute("UPDATE battles SET state = 'lost' WHERE id = 'battle-3'")
    connection.close()
    assert store.battle("battle-3").state is State.SKIPPED
    store.close()
