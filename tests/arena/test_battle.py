import pytest
from conftest import START, new_battle

from arena.battle import State, complete, fail, names_may_be_shown, start_answering, vote
from arena.errors import AlreadyVotedError, AnswersNotReadyError, BattleFailedError, BattleMoveError


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
