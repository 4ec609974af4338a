"""Votes looked through from the newest on, marked answers counted, and pictures that strangers may see."""

import pytest
from ballot_box import BEGIN, BallotBox
from conftest import START, new_battle
from sqlalchemy import event

from arena import rates
from arena.battle import Source, complete, start_answering
from arena.records import Wanted
from arena.store import reading
from arena.votes import Axis, Judgment, Span, SpanKind


@pytest.fixture
def box(tmp_path):
    box = BallotBox(tmp_path)
    yield box
    box.close()


def numbers(found):
    return [record.vote for record in found.records]


def pages(store, wanted, limit=2):
    """The numbers of every page until there are no older votes."""
    found = store.newest(wanted, limit=limit)
    yield numbers(found)
    while found.before is not None:
        found = store.newest(wanted, found.before, limit)
        yield numbers(found)


def test_the_newest_come_first_and_pages_neither_repeat_nor_leave_out(box):
    for _ in range(5):
        box.cast()
    assert list(pages(box.store, Wanted())) == [[5, 4], [3, 2], [1]]
    assert list(pages(box.store, Wanted(), limit=5)) == [[5, 4, 3, 2, 1]]
    assert list(pages(box.store, Wanted(model="nobody"))) == [[]]


def test_votes_are_found_by_model_language_and_what_was_said(box):
    box.cast("a", "both_bad", models=("alpha", "beta"))
    box.cast("b", "a", models=("gamma", "alpha"), language="zh")
    box.cast("cant_tell", "a", models=("beta", "gamma"))
    find = lambda **wanted: numbers(box.store.newest(Wanted(**wanted)))  # noqa: E731
    assert find(model="alpha") == [2, 1] and find(model="gamma") == [3, 2]
    assert find(language="zh") == [2] and find(language="zh", model="beta") == []
    decided = (Judgment.A, Judgment.B)
    assert find(axis=Axis.HALLUCINATION, judgments=decided) == [2, 1]
    assert find(axis=Axis.INSTRUCTION, judgments=(Judgment.BOTH_BAD,)) == [1]
    assert find(axis=Axis.INSTRUCTION) == [3, 2, 1], "without judgments an axis takes all"
    assert find(model="x' OR '1'='1") == []


def test_strangers_do_not_see_excluded_votes_but_their_voter_does(box):
    for voter in ("ann", "eve", "ann"):
        box.cast(voter=voter)
    box.exclude(3)
    box.store.decide("exclude", "voter", box.store.voter_hash("eve"), "a bot", {}, "test", BEGIN)
    assert numbers(box.store.newest(Wanted())) == [1]
    assert numbers(box.store.newest(Wanted(voter=box.store.voter_hash("ann")))) == [3, 1]
    assert numbers(box.store.newest(Wanted(voter=box.store.voter_hash("eve")))) == [2]


def test_a_battle_without_a_vote_is_never_found(box):
    box.cast()
    running = new_battle("running")
    answering = start_answering(running, START)
    box.store.add_battle(complete(answering, running.a, running.b, "one", "two", START))
    assert [record.battle.id for record in box.store.newest(Wanted()).records] == ["battle-0001"]


def test_a_rare_model_costs_no_more_than_one_look_back(box, monkeypatch):
    monkeypatch.setattr(reading, "LOOKED_THROUGH", 3)
    box.cast(models=("rare", "beta"))
    for _ in range(5):
        box.cast()
    found = box.store.newest(Wanted(model="rare"))
    assert (numbers(found), found.before) == ([], 4), "votes 6, 5 and 4 were looked through"
    found = box.store.newest(Wanted(model="rare"), found.before)
    assert (numbers(found), found.before) == ([1], None)


def test_the_marked_words_come_with_their_vote(box):
    spans = (Span("a", 0, 5, SpanKind.OBJECT), Span("b", 2, 5, SpanKind.NUMBER, correction="two"))
    box.cast(spans=spans)
    box.cast()
    with_none, with_two = box.store.newest(Wanted()).records
    assert with_none.ballot.remarks.spans == () and with_two.ballot.remarks.spans == spans


def test_answers_with_marked_words_are_counted_as_votes_come_and_go(box):
    wrong = Span("a", 0, 5, SpanKind.OBJECT)
    box.cast("b", spans=(wrong, Span("a", 2, 5, SpanKind.TEXT)))
    box.cast("both_bad", spans=(wrong, Span("b", 0, 2, SpanKind.OBJECT)))
    box.cast("a", spans=(Span("a", 0, 4, SpanKind.MISSED),))
    box.cast("b", spans=(wrong,), blind=False)
    counted = [["alpha", "b", 1], ["alpha", "both_bad", 1], ["beta", "both_bad", 1]]
    assert box.store.marked_answers().values.tolist() == counted
    frame = rates.marked_answers(box.store.votes_frame())
    assert frame.values.tolist() == counted, "as counted anew from all votes"
    box.exclude(2)
    assert box.store.marked_answers().values.tolist() == counted[:1]
    assert box.store.count_differences() == []
    box.store.decide("include", "vote", 2, "a mistake", {}, "test", BEGIN)
    assert box.store.marked_answers().values.tolist() == counted and box.store.count_differences() == []


@pytest.mark.parametrize(
    ("own", "published", "elsewhere", "may"),
    [(True, True, None, True), (True, False, None, False), (True, True, "own", False), (False, True, "offered", True),
     (False, False, None, False)],
)  # fmt: skip
def test_one_no_to_publishing_an_upload_holds_for_its_bytes(box, own, published, elsewhere, may):
    source = Source.OWN if own else Source.OFFERED
    if elsewhere:
        box.cast(voter="somebody else", publish=False, source=Source(elsewhere))
    battle_id = box.cast(publish=published, source=source)
    assert box.store.may_be_published(box.store.battle(battle_id)) is may


def test_looking_back_scans_no_table(box):
    for number in range(20):
        box.cast(voter="xyz"[number % 3])
    plans = []

    def explain(connection, cursor, statement, parameters, context, many):
        if statement.lstrip().startswith("SELECT"):
            raw = connection.connection.driver_connection
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(box.store.engine, "before_cursor_execute", explain)
    box.store.newest(Wanted(model="alpha", language="en", axis=Axis.HALLUCINATION, judgments=(Judgment.A,)), 15)
    box.store.newest(Wanted(voter=box.store.voter_hash("x")))
    box.store.marked_answers()
    box.store.may_be_published(box.store.battle("battle-0001"))
    event.remove(box.store.engine, "before_cursor_execute", explain)
    assert len(plans) > 8
    for step in plans:
        assert not step.startswith(("SCAN votes", "SCAN battles", "SCAN spans", "USE TEMP B-TREE FOR ORDER")), plans
