from collections import Counter

import pytest
from small_suites import suite_rows, write_parquet

from benchmark.data import open_suite
from benchmark.errors import RunError
from benchmark.prompt_styles import PromptStyle
from benchmark.solved_examples import SolvedExamples


@pytest.fixture
def suite(tmp_path):
    return open_suite(write_parquet(tmp_path / "s.parquet", suite_rows(images=6)))


def solved(suite, count=2, seed=0, style=PromptStyle.OFFICIAL):
    return SolvedExamples(suite, count, seed, style)


def test_others_of_the_subtask_never_the_asked_one(suite):
    for count in (1, 2, 5):
        for pair in suite.pairs:
            shown = solved(suite, count).drawn(pair)
            assert len({other.image_id for other in shown}) == count
            assert {other.subtask for other in shown} == {pair.subtask} and pair not in shown


def test_the_seed_and_the_picture_decide_and_nothing_else(suite):
    once = {pair.image_id: solved(suite).drawn(pair) for pair in suite.pairs}
    again = {pair.image_id: solved(suite).drawn(pair) for pair in reversed(suite.pairs)}
    other = {pair.image_id: solved(suite, seed=1).drawn(pair) for pair in suite.pairs}
    assert once == again != other
    assert len({tuple(p.image for p in shown) for shown in once.values()}) > 5
    assert [p.image for p in solved(suite).drawn(suite.pairs[0])] == ["0001.png", "0004.png"]


def test_both_questions_with_their_answers_the_picture_once(suite):
    pair = suite.pairs[0]
    drawn = solved(suite, 1)
    shown = drawn.drawn(pair)
    first, second = drawn.examples(pair, shown)
    assert first.picture.getpixel((0, 0)) == shown[0].picture().getpixel((0, 0)) and second.picture is None
    assert {(e.question, e.answer) for e in (first, second)} == {
        (q.text, q.truth.value.capitalize()) for q in shown[0].questions
    }


def test_the_order_of_answers_gives_nothing_away(suite):
    drawn = solved(suite)
    orders = Counter(
        tuple(e.answer for e in drawn.examples(pair, drawn.drawn(pair))[2 * n : 2 * n + 2])
        for pair in suite.pairs
        for n in range(2)
    )
    assert set(orders) == {("Yes", "No"), ("No", "Yes")} and min(orders.values()) >= 10


def test_examples_are_worded_like_the_question(suite):
    drawn = solved(suite, 1, style=PromptStyle.LMMS_EVAL)
    for example in drawn.examples(suite.pairs[0], drawn.drawn(suite.pairs[0])):
        assert example.question.endswith("?\nAnswer the question using a single word or phrase.")


def test_the_same_picture_under_another_name_is_not_shown(tmp_path):
    rows = suite_rows(["OCR"], images=3)
    rows[2]["image"]["bytes"] = rows[3]["image"]["bytes"] = rows[0]["image"]["bytes"]
    suite = open_suite(write_parquet(tmp_path / "s.parquet", rows))
    for seed in range(10):
        assert [p.image for p in solved(suite, 1, seed).drawn(suite.pairs[0])] == ["0002.png"]
    with pytest.raises(RunError, match=r"OCR has only 1 other pictures to show before 0000.png; ask with at most 1 ex"):
        solved(suite, 2).drawn(suite.pairs[0])
