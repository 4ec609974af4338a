from dataclasses import replace

import pytest
from conftest import START, new_battle
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from arena.battle import (
    MAX_TURNS,
    Mark,
    State,
    ask_again,
    complete,
    fail,
    names_may_be_shown,
    skip,
    start_answering,
    vote,
)
from arena.errors import (
    AlreadyVotedError,
    AnswersNotReadyError,
    BattleFailedError,
    BattleMoveError,
    TooManyTurnsError,
)


def finish(battle):
    return complete(battle, battle.a, battle.b, "one", "two", START)


def test_a_battle_goes_from_created_to_voted():
    created = new_battle()
    answering = start_answering(created, START)
    whole = finish(answering)
    voted = vote(whole)
    assert [battle.state for battle in (created, answering, whole, voted)] == [
        State.CREATED, State.ANSWERING, State.COMPLETE, State.VOTED,
    ]  # fmt: skip
    assert (whole.response_a, whole.response_b) == ("one", "two")
    assert [names_may_be_shown(battle) for battle in (created, answering, whole, voted)] == [False] * 3 + [True]


def test_no_vote_before_both_answers_are_complete():
    for battle in (new_battle(), start_answering(new_battle(), START)):
        with pytest.raises(AnswersNotReadyError):
            vote(battle)


def test_no_second_vote():
    with pytest.raises(AlreadyVotedError):
        vote(vote(finish(start_answering(new_battle(), START))))


def test_a_failed_battle_keeps_its_pieces_and_takes_no_vote():
    failed = fail(start_answering(new_battle(), START), "boom", START, "half", "")
    assert (failed.state, failed.failure, failed.response_a) == (State.FAILED, "boom", "half")
    with pytest.raises(BattleFailedError):
        vote(failed)


def test_every_other_move_is_refused():
    created, answering = new_battle(), start_answering(new_battle(), START)
    whole = finish(answering)
    for move in (
        lambda: start_answering(answering, START),
        lambda: start_answering(whole, START),
        lambda: finish(created),
        lambda: finish(whole),
        lambda: fail(whole, "late", START),
        lambda: fail(vote(whole), "late", START),
    ):
        with pytest.raises(BattleMoveError, match="Start a new battle"):
            move()


def test_another_model_cannot_complete_it():
    battle = start_answering(new_battle(), START)
    with pytest.raises(ValueError, match="between alpha and beta completed by beta and alpha"):
        complete(battle, battle.b, battle.a, "one", "two", START)


def test_a_complete_battle_can_be_asked_again_until_it_has_five_turns():
    battle = finish(start_answering(new_battle(), START))
    for turn in range(1, MAX_TURNS):
        battle = ask_again(battle, f"question {turn}")
        assert battle.state is State.CREATED and battle.instruction == f"question {turn}"
        assert (battle.response_a, battle.answering_at, battle.ended_at) == (None, None, None)
        with pytest.raises(AnswersNotReadyError):
            vote(battle)
        battle = finish(start_answering(battle, START))
    assert [turn.instruction for turn in battle.turns] == ["What is this?", *(f"question {n}" for n in range(1, 5))]
    assert {(turn.response_a, turn.response_b) for turn in battle.turns} == {("one", "two")}
    with pytest.raises(TooManyTurnsError, match="has had 5 questions"):
        ask_again(battle, "one more")
    assert vote(battle).turns == battle.turns
    with pytest.raises(AlreadyVotedError):
        ask_again(vote(battle), "late")


def test_marks_and_checks_of_an_earlier_turn_stay():
    battle = start_answering(new_battle(), START)
    first = complete(battle, battle.a, battle.b, "", "two", START, Mark.EMPTY, None, '{"says": 1}')
    assert not first.rated
    again = start_answering(ask_again(first, "more"), START)
    second = complete(again, battle.a, battle.b, "fine", "Ich bin Beta", START, None, Mark.NAMES_ITSELF)
    assert (second.mark_a, second.mark_b, second.checker) == (Mark.EMPTY, Mark.NAMES_ITSELF, '{"says": 1}')


def test_only_blind_battles_without_marks_are_rated():
    battle = finish(start_answering(new_battle(), START))
    assert battle.rated
    assert not replace(battle, blind=False).rated and not replace(battle, mark_b=Mark.CUT_OFF).rated


def test_a_battle_can_be_skipped_before_its_vote_and_takes_none_afterwards():
    created, answering = new_battle(), start_answering(new_battle(), START)
    for battle in (created, answering, finish(answering)):
        skipped = skip(battle, START)
        assert (skipped.state, skipped.response_a) == (State.SKIPPED, battle.response_a)
        assert not names_may_be_shown(skipped)
        with pytest.raises(BattleFailedError, match="it was skipped"):
            vote(skipped)
    for battle in (vote(finish(answering)), fail(answering, "boom", START), skip(created, START)):
        with pytest.raises(BattleMoveError):
            skip(battle, START)


class Moves(RuleBasedStateMachine):
    """Any moves in any order: a refusal changes nothing, and what is allowed is what the states say."""

    def __init__(self):
        super().__init__()
        self.battle = new_battle()
        self.asked = ["What is this?"]
        self.votes = 0

    def attempt(self, move, allowed, *refusals):
        before = self.battle
        try:
            self.battle = move(before)
        except refusals:
            assert before.state not in allowed or len(before.turns) >= MAX_TURNS
            return False
        assert before.state in allowed
        return True

    @rule()
    def answers(self):
        self.attempt(lambda battle: start_answering(battle, START), [State.CREATED], BattleMoveError)

    @rule(a=st.text(max_size=5), mark=st.sampled_from([None, *Mark]))
    def completes(self, a, mark):
        move = lambda battle: complete(battle, battle.a, battle.b, a, "two", START, mark)  # noqa: E731
        marked = self.battle.mark_a
        if self.attempt(move, [State.ANSWERING], BattleMoveError):
            assert self.battle.response_a == a and self.battle.mark_a == (marked or mark)

    @rule(question=st.text(max_size=5))
    def asks(self, question):
        earlier = self.battle.turns
        refusals = (BattleMoveError, AlreadyVotedError, TooManyTurnsError)
        if self.attempt(lambda battle: ask_again(battle, question), [State.COMPLETE], *refusals):
            self.asked.append(question)
            assert self.battle.earlier == earlier

    @rule()
    def fails(self):
        move = lambda battle: fail(battle, "boom", START)  # noqa: E731
        self.attempt(move, [State.CREATED, State.ANSWERING], BattleMoveError)

    @rule()
    def skips(self):
        allowed = [State.CREATED, State.ANSWERING, State.COMPLETE]
        self.attempt(lambda battle: skip(battle, START), allowed, BattleMoveError)

    @rule()
    def votes_on_it(self):
        refusals = (AnswersNotReadyError, AlreadyVotedError, BattleFailedError)
        self.votes += self.attempt(vote, [State.COMPLETE], *refusals)

    @invariant()
    def the_rules_hold(self):
        assert self.votes == (self.battle.state is State.VOTED) == names_may_be_shown(self.battle)
        assert len(self.battle.turns) <= MAX_TURNS
        assert [turn.instruction for turn in self.battle.turns] == self.asked
        assert (self.battle.a.name, self.battle.b.name) == ("alpha", "beta")
        if self.battle.state in (State.COMPLETE, State.VOTED):
            assert self.battle.response_a is not None and self.battle.ended_at is not None


TestMoves = Moves.TestCase
TestMoves.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
