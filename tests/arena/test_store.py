"""The database as it lies on the disk: durable, one vote per battle, sound when full, old or broken."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import START, new_battle
from sqlalchemy import event, inspect, text

from arena.battle import State, fail, start_answering
from arena.errors import (
    AlreadyVotedError,
    AnswersNotReadyError,
    NotYourBattleError,
    StorageFullError,
    StoreError,
    UnknownBattleError,
)
from arena.store import Store, schema
from arena.store.schema import MIGRATIONS
from arena.votes import Axis, Ballot, Judgment, Tally

BALLOT = Ballot(Judgment.A, Judgment.BOTH_BAD)


def rows(store, table):
    with sqlite3.connect(store.path) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_battle_comes_back_as_it_was(store):
    battle = new_battle()
    store.add_battle(battle)
    assert store.battle("battle") == battle
    answering = start_answering(battle, START)
    store.save_battle(answering, was=State.CREATED)
    failed = fail(answering, "boom", START, "half", "")
    store.save_battle(failed, was=State.ANSWERING)
    assert store.battle("battle") == failed


def test_a_state_that_moved_on_is_not_overwritten(store):
    store.add_battle(new_battle())
    answering = start_answering(new_battle(), START)
    store.save_battle(answering, was=State.CREATED)
    with pytest.raises(StoreError, match="moved on"):
        store.save_battle(answering, was=State.CREATED)


def test_every_connection_writes_ahead_and_waits_for_the_disk(store):
    with store.engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL


def test_a_vote_is_stored_with_its_battle(store, completed):
    completed("one")
    voted = store.cast_vote("one", store.voter_hash("mine"), BALLOT, START)
    assert voted.state is State.VOTED and store.battle("one") == voted
    assert store.ballot("one") == BALLOT and store.vote_version() == 1
    assert store.tallies(Axis.HALLUCINATION) == [Tally("alpha", "beta", Judgment.A, 1)]
    assert store.tallies(Axis.INSTRUCTION) == [Tally("alpha", "beta", Judgment.BOTH_BAD, 1)]


def test_every_refusal_leaves_no_vote(store, completed):
    mine = store.voter_hash("mine")
    completed("whole")
    store.add_battle(new_battle("fresh", voter=mine))
    for battle_id, voter, refusal in (
        ("unknown", mine, UnknownBattleError),
        ("", mine, UnknownBattleError),
        (None, mine, UnknownBattleError),
        ("\ud800", mine, UnknownBattleError),
        ("whole", store.voter_hash("other"), NotYourBattleError),
        ("fresh", mine, AnswersNotReadyError),
    ):
        with pytest.raises(refusal):
            store.cast_vote(battle_id, voter, BALLOT, START)
    assert rows(store, "votes") == 0 and store.battle("whole").state is State.COMPLETE


def test_the_database_itself_allows_one_vote_per_battle_and_only_known_judgments(store, completed):
    completed("one")
    store.cast_vote("one", store.voter_hash("mine"), BALLOT, START)
    columns = "INSERT INTO votes (battle_id, voter, hallucination, instruction, voted_at) VALUES "
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for values, constraint in (
            ("('one', 'v', 'a', 'a', 'now')", "UNIQUE"),
            ("('two', 'v', 'a', 'great', 'now')", "CHECK"),
            ("('two', 'v', 'a', 'a', 'now')", "FOREIGN KEY"),
        ):
            with pytest.raises(sqlite3.IntegrityError, match=constraint):
                connection.execute(columns + values)


def test_fifty_threads_voting_on_one_battle_leave_one_row(store, completed):
    completed("one")
    mine = store.voter_hash("mine")

    def attempt(_):
        try:
            return store.cast_vote("one", mine, BALLOT, START).state
        except AlreadyVotedError as error:
            return type(error)

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(attempt, range(50)))
    assert results.count(State.VOTED) == 1 and results.count(AlreadyVotedError) == 49
    assert rows(store, "votes") == 1


def test_fifty_threads_voting_on_their_own_battles_all_succeed(store, completed):
    for number in range(50):
        completed(f"battle {number}")
    mine = store.voter_hash("mine")
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda number: store.cast_vote(f"battle {number}", mine, BALLOT, START), range(50)))
    assert rows(store, "votes") == 50
    assert store.tallies(Axis.HALLUCINATION) == [Tally("alpha", "beta", Judgment.A, 50)]


def test_a_full_disk_loses_nothing_and_the_same_vote_succeeds_later(tmp_path, store, completed):
    """SQLite's own page limit makes the file full, exactly as a full disk does (SQLITE_FULL)."""
    ids = [f"battle {number:04}" for number in range(150)]
    for battle_id in ids:
        completed(battle_id)
    mine, pages = store.voter_hash("mine"), page_count(store)

    @event.listens_for(store.engine, "checkout")
    def limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    acknowledged, refused = [], None
    for battle_id in ids:
        try:
            store.cast_vote(battle_id, mine, BALLOT, START)
        except StorageFullError as error:
            refused = battle_id
            assert "Your judgment could not be saved because the server's disk is full" in str(error)
            break
        acknowledged.append(battle_id)
    assert refused is not None
    assert store.battle(refused).state is State.COMPLETE and store.ballot(refused) is None
    assert rows(store, "votes") == len(acknowledged)

    event.remove(store.engine, "checkout", limit)
    store.close()
    with store.engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1073741823"))
    assert store.cast_vote(refused, mine, BALLOT, START).state is State.VOTED
    assert all(store.ballot(battle_id) == BALLOT for battle_id in [*acknowledged, refused])


def page_count(store):
    with store.engine.connect() as connection:
        return connection.execute(text("PRAGMA page_count")).scalar()


def test_the_salt_hides_voters_and_outlives_a_restart(tmp_path, store):
    again = Store(store.path)
    assert again.voter_hash("me") == store.voter_hash("me") != store.voter_hash("you")
    other = Store(tmp_path / "other.sqlite")
    assert other.voter_hash("me") != store.voter_hash("me")
    again.close()
    other.close()


def test_battles_of_a_stopped_server_are_marked(store, completed):
    store.add_battle(new_battle("left"))
    completed("whole")
    assert store.fail_unfinished("the server stopped", START) == 1
    assert store.battle("left").failure == "the server stopped"
    assert store.battle("whole").state is State.COMPLETE


def test_tables_in_code_are_the_tables_on_the_disk(store):
    seen = inspect(store.engine)
    for table in schema.metadata.sorted_tables:
        assert {column["name"] for column in seen.get_columns(table.name)} == set(table.columns.keys())


def test_an_older_file_is_brought_up_to_date_with_its_votes(store, completed, monkeypatch):
    completed("one")
    store.cast_vote("one", store.voter_hash("mine"), BALLOT, START)
    newest = ("ALTER TABLE votes ADD COLUMN mood TEXT NOT NULL DEFAULT ''",)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, newest))
    newer = Store(store.path)
    assert newer.ballot("one") == BALLOT
    assert "mood" in {column["name"] for column in inspect(newer.engine).get_columns("votes")}
    newer.close()
    monkeypatch.undo()
    with pytest.raises(StoreError, match=f"has schema version {len(MIGRATIONS) + 1}; this program knows"):
        Store(store.path)


def test_a_migration_that_fails_changes_nothing(store, monkeypatch):
    broken = ("CREATE TABLE half (id TEXT)", "CREATE TABLE votes (id TEXT)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(StoreError):
        Store(store.path)
    monkeypatch.undo()
    assert not inspect(Store(store.path).engine).has_table("half")


def test_what_is_no_database_is_said_and_kept(tmp_path):
    path = tmp_path / "arena.sqlite"
    path.write_text("shopping list: " * 100)
    with pytest.raises(StoreError, match="is not a SQLite database"):
        Store(path)
    assert path.read_text().startswith("shopping list")


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Store(tmp_path / "file" / "data" / "arena.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "folder.sqlite")
