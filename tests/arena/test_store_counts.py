"""Counts that grow with each vote: equal to what all votes say, whatever is excluded and included in between."""

import random
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from conftest import START, new_battle
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, text

from arena.battle import Mark, Source, complete, start_answering
from arena.errors import DecisionError
from arena.records import Kind, Subject
from arena.store import Store
from arena.style import format_bin, length_bin
from arena.votes import Axis, Ballot, Judgment, Remarks, Span, SpanKind, Tally

MODELS = ("alpha", "beta", "gamma")


def whole(battle_id, a="alpha", b="beta", voter="ann", texts=("one", "two"), **facts):
    battle = replace(new_battle(battle_id, a, b, voter), **facts)
    answering = start_answering(battle, START)
    return complete(answering, battle.a, battle.b, *texts, START)


def cast(store, battle, ballot=None):
    store.add_battle(battle)
    store.cast_vote(battle.id, battle.voter, ballot or Ballot(Judgment.A, Judgment.BOTH_BAD), START)


class Counting(RuleBasedStateMachine):
    """Random votes, exclusions and inclusions; a plain list of votes beside the store says what must be counted."""

    folder = None  # set by the test, a new file for each run

    @initialize()
    def open(self):
        self.store = Store(next(self.folder))
        event.listen(self.store.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA synchronous=OFF"))
        self.votes, self.excluded = [], set()

    def teardown(self):
        if hasattr(self, "store"):
            self.slices_are_what_the_votes_say()
            self.store.close()

    @rule(
        pair=st.permutations(MODELS), voter=st.sampled_from("xyz"), hallucination=st.sampled_from(Judgment),
        instruction=st.sampled_from(Judgment), mark=st.sampled_from([None, None, Mark.EMPTY]),
        blind=st.sampled_from([True, True, False]), category=st.sampled_from(["free", "count"]),
        language=st.sampled_from(["en", "zh"]), source=st.sampled_from(Source),
        texts=st.tuples(st.text(max_size=40), st.text(max_size=40)), marked=st.sets(st.sampled_from("ab")),
    )  # fmt: skip
    def vote(self, pair, voter, hallucination, instruction, mark, blind, category, language, source, texts, marked):
        texts = tuple(each.encode("utf-8", "ignore").decode() for each in texts)
        battle = whole(
            f"b{len(self.votes)}", *pair[:2], voter, texts, mark_a=mark, blind=blind, category=category,
            language=language, source=source,
        )  # fmt: skip
        spans = [Span(side, 0, 1, kind) for side in sorted(marked) for kind in (SpanKind.OBJECT, SpanKind.MISSED)]
        ballot = Ballot(hallucination, instruction, Remarks(tuple(spans)))
        cast(self.store, battle, ballot)
        self.votes.append((battle, ballot))

    @precondition(lambda self: self.votes)
    @rule(data=st.data(), kind=st.sampled_from(Kind), subject=st.sampled_from(Subject))
    def decide(self, data, kind, subject):
        if subject is Subject.VOTE:
            subject_id = str(data.draw(st.integers(1, len(self.votes))))
        else:
            subject_id = data.draw(st.sampled_from(sorted({battle.voter for battle, _ in self.votes})))
        decision = self.store.decide(kind, subject, subject_id, "a reason", {"n": 1}, "a test", START)
        key = (subject, subject_id)
        assert (decision is None) == ((key in self.excluded) == (kind is Kind.EXCLUDE))
        (self.excluded.add if kind is Kind.EXCLUDE else self.excluded.discard)(key)

    @invariant()
    def counts_are_what_the_votes_say(self):
        if hasattr(self, "store"):
            assert self.store.count_differences() == []
            assert expected(self.counted(), Axis.INSTRUCTION) == self.store.tallies(Axis.INSTRUCTION)

    def counted(self):
        return [
            (battle, ballot)
            for number, (battle, ballot) in enumerate(self.votes, 1)
            if battle.rated and not {(Subject.VOTE, str(number)), (Subject.VOTER, battle.voter)} & self.excluded
        ]

    def slices_are_what_the_votes_say(self):
        counted = self.counted()
        for axis in Axis:
            assert expected(counted, axis) == self.store.tallies(axis)
            for by in ("category", "language", "source"):
                for value in self.store.slices(by):
                    chosen = [one for one in counted if str(getattr(one[0], by)) == value]
                    assert chosen and expected(chosen, axis) == self.store.tallies(axis, by, value)
            assert self.store.voter_tallies(axis)["count"].sum() == len(counted)
            assert self.store.style_tallies(axis)["count"].sum() == len(counted)
        marked = [
            (getattr(battle, side).name, ballot.hallucination.value)
            for battle, ballot in counted
            for side in {span.side for span in ballot.remarks.spans}
        ]
        assert dict(Counter(marked)) == {tuple(row[:2]): row[2] for row in self.store.marked_answers().values.tolist()}
        assert self.store.votes_by_day()["count"].sum() == len(counted)
        assert self.store.vote_version() == len(self.votes)


def expected(counted, axis):
    keys = pd.Series([(b.a.name, b.b.name, ballot.on(axis)) for b, ballot in counted], dtype=object).value_counts()
    return sorted((Tally(*key, count) for key, count in keys.items()), key=lambda t: (t.model_a, t.model_b, t.judgment))


def test_incremental_counts_equal_those_of_all_votes(tmp_path):
    from hypothesis.stateful import run_state_machine_as_test

    numbered = (tmp_path / f"{number}.sqlite" for number in range(10_000))

    class OnItsOwnFile(Counting):
        folder = numbered

    run_state_machine_as_test(
        OnItsOwnFile,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_wrong_count_is_seen(store):
    cast(store, whole("one"))
    assert store.count_differences() == []
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE counts SET count = 2 WHERE slice = 'language' AND axis = 'instruction'"))
    (difference,) = store.count_differences()
    assert difference == "counts ('instruction', 'language', 'en', 'alpha', 'beta', 'both_bad'): 2 kept, 1 voted"


def test_a_vote_that_fails_changes_no_count(store, monkeypatch):
    from arena.store import store as module

    store.add_battle(whole("one"))

    def broken(connection, vote):
        module_add(connection, vote)
        raise RuntimeError("in the middle")

    module_add = module.add
    monkeypatch.setattr(module, "add", broken)
    with pytest.raises(RuntimeError):
        store.cast_vote("one", "ann", Ballot(Judgment.A, Judgment.A), START)
    assert store.tallies(Axis.HALLUCINATION) == [] and store.vote_version() == 0 and store.count_differences() == []
    monkeypatch.undo()
    store.cast_vote("one", "ann", Ballot(Judgment.A, Judgment.A), START)
    assert store.tallies(Axis.HALLUCINATION) == [Tally("alpha", "beta", Judgment.A, 1)]


def test_a_decision_that_fails_changes_nothing(store, monkeypatch):
    from arena.store import store as module

    cast(store, whole("one"))
    monkeypatch.setattr(module, "subtract", lambda connection, vote: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.decide("exclude", "vote", 1, "a reason", "", "a test", START)
    assert store.decisions() == [] and store.excluded("vote") == set() and store.count_differences() == []


def test_styles_are_those_of_the_last_answers(store):
    texts = ("- a list\n- of two", "word " * 200)
    cast(store, whole("one", texts=texts))
    (row,) = store.style_tallies(Axis.HALLUCINATION).to_dict("records")
    assert (row["length"], row["format"]) == (length_bin(*texts), format_bin(*texts))


def test_the_audit_trail_is_kept_in_order(store):
    cast(store, whole("one", voter="eve"))
    cast(store, whole("two", voter="eve"))
    first = store.decide("exclude", "voter", "eve", "always A", {"share": 1.0}, "sweep", START)
    assert (first.kind, first.subject, first.subject_id, first.by) == (Kind.EXCLUDE, Subject.VOTER, "eve", "sweep")
    assert first.evidence == '{"share": 1.0}'
    assert store.decide("exclude", "voter", "eve", "again", "", "sweep", START) is None
    cast(store, whole("three", voter="eve"))  # not counted either
    assert store.tallies(Axis.HALLUCINATION) == [] and store.excluded("voter") == {"eve"}
    second = store.decide("include", "voter", "eve", "it was a person", "a letter", "owner", START)
    assert store.decisions() == [first, second] and store.excluded("voter") == set()
    assert store.tallies(Axis.HALLUCINATION) == [Tally("alpha", "beta", Judgment.A, 3)]
    assert store.version() == (3, 2)


def test_an_excluded_voter_sees_no_difference(store):
    cast(store, whole("one", voter="eve"))
    store.decide("exclude", "voter", "eve", "a reason", "", "sweep", START)
    own = store.votes_frame(voter="eve")
    assert list(own["excluded"]) == [True] and len(store.votes_frame(include_excluded=False)) == 0
    assert [record.excluded for record in store.records(include_excluded=True)] == [True]
    assert list(store.records()) == []


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (("delete", "vote", 1, "why"), "Cannot 'delete' a 'vote'; the decisions are exclude, include"),
        (("exclude", "battle", 1, "why"), "Cannot 'exclude' a 'battle'"),
        (("exclude", "vote", 1, " "), "needs a reason"),
        (("exclude", "vote", 2, "why"), "There is no vote '2'"),
        (("exclude", "vote", "one", "why"), "'one' is no number of a vote"),
        (("exclude", "vote", "9" * 30, "why"), "is no number of a vote"),
        (("exclude", "voter", "nobody", "why"), "There is no voter 'nobody'"),
    ],
)
def test_decisions_that_cannot_be_meant(store, decision, words):
    cast(store, whole("one"))
    with pytest.raises(DecisionError) as refusal:
        store.decide(*decision, "", "a test", START)
    assert words in str(refusal.value) and store.decisions() == []


@pytest.mark.parametrize(("by", "value"), [("model", "x"), ("category", None), (None, "x")])
def test_slices_that_there_are_not(store, by, value):
    with pytest.raises(ValueError, match="votes are counted by category, language, source"):
        store.tallies(Axis.HALLUCINATION, by, value)


def test_the_frame_has_every_field_of_a_vote(store):
    remarks = Remarks(
        (Span("a", 0, 2, SpanKind.OBJECT), Span("a", 0, 1, SpanKind.MISSED), Span("b", 1, 2, SpanKind.TEXT)), "so"
    )
    cast(store, whole("one", texts=("你好😀", ""), address="there"), Ballot(Judgment.A, Judgment.CANT_TELL, remarks))
    cast(store, whole("two", blind=False))
    frame = store.votes_frame()
    first = frame.iloc[0]
    assert frame["voted_at"].dtype == "datetime64[us, UTC]" and first["voted_at"] == pd.Timestamp(START)
    assert (first["spans_a"], first["spans_b"], first["characters_a"], first["characters_b"]) == (1, 1, 3, 0)
    assert (first["instruction"], first["instruction_text"], first["comment"]) == ("cant_tell", "What is this?", "so")
    assert (first["model_b"], first["quantization_b"], first["address"], first["turns"]) == ("beta", "nf4", "there", 1)
    assert first["seconds"] == 0.0 and list(frame["rated"]) == [True, False] and not frame["excluded"].any()
    assert store.votes_frame(limit=0).dtypes.equals(frame.dtypes)
    assert list(store.votes_frame(newest_first=True)["vote"]) == [2, 1]
    assert list(store.votes_frame(after=1)["vote"]) == [2] and list(store.votes_frame(before=2)["vote"]) == [1]


def test_nothing_that_the_page_asks_goes_through_all_votes(store):
    """SQLite's own query plans: no scan of votes or battles, and no sorting of them."""
    rng = random.Random(1)
    for number in range(30):
        cast(store, whole(f"b{number}", voter=rng.choice("xyz")))
    plans = []

    def explain(connection, cursor, statement, parameters, context, many):
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            raw = connection.connection.driver_connection
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            plans.append((statement, plan))

    event.listen(store.engine, "before_cursor_execute", explain)
    store.votes_frame(voter="x", limit=20, newest_first=True)
    store.votes_frame(limit=20, newest_first=True, include_excluded=False)
    store.tallies(Axis.HALLUCINATION)
    store.tallies(Axis.HALLUCINATION, "language", "en")
    store.slices("category")
    store.version()
    store.vote_version()
    store.pairs_seen("x", "0" * 64)
    store.recent_challenges("x")
    store.battle("b3")
    store.ballot("b3")
    cast(store, whole("new", voter="x"))
    event.remove(store.engine, "before_cursor_execute", explain)
    assert len(plans) > 30
    for statement, plan in plans:
        for step in plan:
            scanned = step.startswith("SCAN") and any(step.split()[1] == name for name in ("votes", "battles", "spans"))
            ordered_by_id = step == "SCAN votes" and "LIMIT" in statement and not any("TEMP B-TREE" in s for s in plan)
            assert not scanned or ordered_by_id, (statement, plan)
