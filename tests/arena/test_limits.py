from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import ArenaError
from arena.limits import Limits, RateLimits, TooManyError, TooSoonError, Unlimited, in_words

START = datetime(2026, 1, 1, tzinfo=UTC)
FEW = Limits(battles_per_minute=3, battles_per_hour=5, battles_per_day=8, votes_per_minute=2, address_factor=2)


def at(seconds):
    return START + timedelta(seconds=seconds)


@pytest.fixture
def admission():
    return RateLimits(FEW)


def test_the_fourth_battle_in_a_minute_is_refused_with_the_time_to_come_back(admission):
    for second in (0, 10, 20):
        admission.admit_battle("ann", "", at(second))
    with pytest.raises(TooManyError) as refused:
        admission.admit_battle("ann", "", at(25))
    assert str(refused.value) == (
        "That was enough for now: you may have 3 battles in one minute."
        " Your picture and instruction are still here; try again in 35 seconds."
    )
    assert refused.value.seconds == pytest.approx(35)
    with pytest.raises(TooManyError, match="in 1 second"):
        admission.admit_battle("ann", "", at(59.5))
    admission.admit_battle("ann", "", at(60))  # the window moves: the first one is a minute ago


def test_the_longest_wait_is_the_one_that_is_told(admission):
    for second in (0, 61, 62, 63, 130):
        admission.admit_battle("ann", "", at(second))
    with pytest.raises(TooManyError, match="5 battles in one hour") as refused:
        admission.admit_battle("ann", "", at(140))
    assert refused.value.seconds == pytest.approx(3600 - 140) and "in 58 minutes" in str(refused.value)
    for hour in (2, 3, 4):
        admission.admit_battle("ann", "", at(hour * 3600))
    with pytest.raises(TooManyError, match="8 battles in one day") as refused:
        admission.admit_battle("ann", "", at(4 * 3600 + 600))
    assert "in 20 hours" in str(refused.value)


def test_a_refusal_costs_nothing(admission):
    for second in (0, 1, 2):
        admission.admit_battle("ann", "home", at(second))
    for second in range(3, 60):
        with pytest.raises(TooManyError):
            admission.admit_battle("ann", "home", at(second))
    admission.admit_battle("ann", "home", at(61))
    admission.admit_battle("bob", "home", at(61))  # ann's refusals have not used up what the address may do


def test_one_address_with_many_visitors_has_its_own_limit(admission):
    for number in range(6):
        admission.admit_battle(f"visitor-{number}", "school", at(number))
    with pytest.raises(TooManyError, match="your network address may have 6 battles in one minute"):
        admission.admit_battle("visitor-6", "school", at(7))
    admission.admit_battle("visitor-6", "elsewhere", at(7))
    for number in range(9):
        admission.admit_battle(f"visitor-{number}", "", at(8))  # an unknown address is nobody's


def test_votes_and_battles_are_counted_apart(admission):
    for second in (0, 1, 2):
        admission.admit_battle("ann", "", at(second))
    admission.admit_vote("ann", "", at(12), at(3))
    admission.admit_vote("ann", "", at(13), at(3))
    with pytest.raises(TooManyError, match=r"2 judgments in one minute\. Your judgment is still here"):
        admission.admit_vote("ann", "", at(14), at(3))


def test_a_vote_before_anybody_can_have_looked_is_refused_and_can_be_sent_again(admission):
    with pytest.raises(TooSoonError) as refused:
        admission.admit_vote("ann", "", at(10.5), at(10))
    assert str(refused.value) == (
        "Please read both answers first: a judgment counts from 2 seconds after both are complete."
        " Yours is still here; send it again in 2 seconds."
    )
    assert refused.value.seconds == pytest.approx(1.5)
    admission.admit_vote("ann", "", at(12), at(10))
    admission.admit_vote("ann", "", at(13), at(10))  # the refused one was not counted


def test_the_minimum_can_be_nothing():
    RateLimits(replace(FEW, minimum_judging_seconds=0)).admit_vote("ann", "", at(0), at(0))


def test_a_workstation_admits_everything():
    for _ in range(10_000):
        Unlimited().admit_battle("ann", "home", START)
        Unlimited().admit_vote("ann", "home", START, START)


def test_refusals_are_arena_errors():
    assert issubclass(TooManyError, ArenaError) and issubclass(TooSoonError, ArenaError)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second"), (0.2, "1 second"), (1, "1 second"), (1.1, "2 seconds"), (60, "60 seconds"), (61, "2 minutes"),
     (3600, "60 minutes"), (3601, "2 hours"), (86_400, "24 hours")],
)  # fmt: skip
def test_waiting_times_in_words_are_never_too_short(seconds, words):
    assert in_words(seconds) == words


def test_impossible_limits_are_refused():
    with pytest.raises(ValueError, match="votes_per_hour must be above 0, not 0"):
        Limits(votes_per_hour=0)


def test_fifty_threads_together_get_what_one_visitor_may_have():
    admission, admitted = RateLimits(FEW), []

    def ask():
        try:
            admission.admit_battle("ann", "home", START)
        except TooManyError:
            return
        admitted.append(1)

    threads = [Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 3


def test_visitors_who_left_are_forgotten(monkeypatch):
    monkeypatch.setattr("arena.limits._KEYS_BEFORE_TIDYING", 30)
    admission = RateLimits(FEW)
    for number in range(200):
        admission.admit_battle(f"visitor-{number}", "", at(number * 86_400))
    assert len(admission._storage._entries) <= 31


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 200)), max_size=60))
def test_no_window_ever_holds_more_than_allowed_and_waiting_as_told_is_enough(steps):
    admission, now, admitted = RateLimits(FEW), 0.0, {"a": [], "b": []}
    for voter, gap in steps:
        now += gap
        try:
            admission.admit_battle(voter, "", at(now))
        except TooManyError as refused:
            now += refused.seconds + 0.001
            admission.admit_battle(voter, "", at(now))
        admitted[voter].append(now)
    for times in admitted.values():
        for amount, window in ((3, 60), (5, 3600), (8, 86_400)):
            for first, later in zip(times, times[amount:], strict=False):
                assert later - first >= window - 1e-3
