import threading
from itertools import chain, pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.answers import AnswerPair
from arena.cadence import Cadence


def pair(a, b, characters=3):
    cancelled = threading.Event()
    return AnswerPair(a, b, Cadence(0, characters), cancelled), cancelled


def says(text):
    return lambda cancelled: iter(text)


def test_both_appear_at_one_pace_and_end_whole():
    answers, cancelled = pair(says("abcdefgh"), says("xy"))
    seen = list(answers.progress())
    assert seen[-1].done and (seen[-1].text_a, seen[-1].text_b) == ("abcdefgh", "xy")
    assert all(len(now.text_a) - len(before.text_a) <= 3 for before, now in pairwise(seen))
    assert cancelled.is_set()


def test_the_faster_model_waits_for_the_slower():
    """The first writes everything at once; of it only as much is seen as the second has written."""
    go = threading.Event()

    def slow(cancelled):
        yield "x"
        assert go.wait(10)
        yield "y" * 9

    answers, _ = pair(says(["a" * 10]), slow, characters=100)
    progress = answers.progress()
    first = next(progress)
    assert (first.text_a, first.text_b, first.done_a) == ("a", "x", False)
    go.set()
    *_, last = progress
    assert (last.text_a, last.text_b) == ("a" * 10, "x" + "y" * 9)


def test_what_both_wait_for_is_told_until_the_first_text():
    ready = threading.Event()
    notes = chain(["Getting ready: 10 %"], repeat("Getting ready: 90 %"))

    def slow(cancelled):
        assert ready.wait(10)
        yield "hello"

    answers = AnswerPair(slow, slow, Cadence(0, 100), threading.Event(), lambda: next(notes))
    progress = answers.progress()
    first, second = next(progress), next(progress)
    ready.set()
    *_, last = progress
    assert [first.note, second.note] == ["Getting ready: 10 %", "Getting ready: 90 %"]
    assert (first.text_a, last.text_a, last.note) == ("", "hello", "")


def test_an_empty_answer_is_an_answer():
    answers, _ = pair(says(""), says(""))
    (only,) = answers.progress()
    assert only.done and only.text_a == only.text_b == ""


def test_a_failing_model_stops_the_other_and_is_raised():
    stopped = threading.Event()

    def endless(cancelled):
        try:
            yield "."
            assert cancelled.wait(10)
            yield "."
        finally:
            stopped.set()

    def breaks(cancelled):
        yield "well"
        raise RuntimeError("out of memory")

    answers, _ = pair(endless, breaks)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(answers.progress())
    assert stopped.wait(10)


def test_closing_the_reader_stops_both_models():
    stopped = threading.Barrier(3)

    def endless(cancelled):
        yield "word"
        assert cancelled.wait(10)
        stopped.wait(10)

    answers, cancelled = pair(endless, endless)
    progress = answers.progress()
    next(progress)
    progress.close()
    stopped.wait(10)
    assert cancelled.is_set() and answers.texts == ("word", "word")


def test_stop_from_another_thread_wakes_the_reader():
    def silent(cancelled):
        assert cancelled.wait(10)
        return iter(())

    answers, _ = pair(silent, silent)
    reader = threading.Thread(target=lambda: list(answers.progress()))
    reader.start()
    answers.stop()
    reader.join(10)
    assert not reader.is_alive()


@given(st.integers(0, 50), st.integers(0, 50), st.booleans(), st.integers(0, 50), st.booleans(), st.integers(1, 20))
def test_cadence_never_shows_more_than_the_slower_has_nor_goes_back(shown, a, done_a, b, done_b, step):
    after = Cadence(0, step).next_shown(shown, a, done_a, b, done_b)
    assert shown <= after <= shown + step
    if after > shown:
        assert (done_a or after <= a) and (done_b or after <= b) and after <= max(a, b)
    mirrored = Cadence(0, step).next_shown(shown, b, done_b, a, done_a)
    assert mirrored == after


@pytest.mark.parametrize(("seconds", "characters"), [(-1, 5), (0, 0)])
def test_refuses_a_cadence_that_never_ends(seconds, characters):
    with pytest.raises(ValueError, match="cadence needs"):
        Cadence(seconds, characters)
