import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from arena.rates import COLUMNS, marked_answers, rates, wilson
from arena.votes import Judgment, Tally


@given(st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).filter(lambda pair: pair[1] > 0))
def test_wilson_is_scipys(pair):
    low, high = wilson([pair[0]], [pair[1]])
    expected = binomtest(*pair).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_without_trials_knows_nothing():
    assert [bound.tolist() for bound in wilson([0], [0])] == [[0.0], [1.0]]


def test_rates_by_hand():
    """a: 10 judged answers, 2 + 1 both bad, 4 both good, 3 better or worse; c is listed and not judged."""
    table = rates(
        [
            Tally("a", "b", Judgment.BOTH_BAD, 2), Tally("b", "a", Judgment.BOTH_BAD, 1),
            Tally("a", "b", Judgment.BOTH_GOOD, 4), Tally("a", "b", Judgment.A, 3),
            Tally("a", "b", Judgment.CANT_TELL, 7),
        ],
        models=["c"],
    )  # fmt: skip
    assert tuple(table.columns) == COLUMNS and table["model"].tolist() == ["a", "b", "c"]
    assert table.loc[0, ["answers", "bad", "clean", "unknown"]].tolist() == [10, 3, 4, 3]
    assert table.loc[0, ["rate", "upper_rate"]].tolist() == pytest.approx([0.3, 0.6])
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([0.1078, 0.6032], abs=1e-4)
    assert np.isnan(table.loc[2, "rate"]) and table.loc[2, ["low", "high"]].tolist() == [0, 1]


def votes(*rows):
    names = ("model_a", "model_b", "hallucination", "spans_a", "spans_b", "rated", "excluded")
    return pd.DataFrame(rows, columns=list(names))


def test_marked_words_are_hallucinations_whatever_the_judgment():
    frame = votes(
        ("a", "b", "a", 0, 2, True, False),  # b's words were marked: no longer unknown
        ("a", "b", "a", 1, 0, True, False),  # the better answer has one, too
        ("b", "a", "both_bad", 1, 1, True, False),  # bad already
        ("a", "b", "both_good", 0, 1, True, False),  # not clean after all
        ("a", "b", "cant_tell", 1, 0, True, False),  # a mark is a judgment
        ("a", "b", "a", 5, 5, False, False),
        ("a", "b", "a", 5, 5, True, True),
    )
    marked = marked_answers(frame)
    assert marked.to_numpy().tolist() == [
        ["a", "a", 1], ["a", "both_bad", 1], ["a", "cant_tell", 1],
        ["b", "a", 1], ["b", "both_bad", 1], ["b", "both_good", 1],
    ]  # fmt: skip
    tallies = [
        Tally("a", "b", Judgment.A, 2), Tally("b", "a", Judgment.BOTH_BAD, 1), Tally("a", "b", Judgment.BOTH_GOOD, 1),
        Tally("a", "b", Judgment.CANT_TELL, 1),
    ]  # fmt: skip
    table = rates(tallies, marked).set_index("model")
    assert table.loc["a", ["answers", "bad", "clean", "unknown"]].tolist() == [5, 3, 1, 1]
    assert table.loc["b", ["answers", "bad", "clean", "unknown"]].tolist() == [4, 3, 0, 1]


def test_no_votes_and_no_marks():
    assert rates([]).empty and tuple(rates([], marked_answers(votes())).columns) == COLUMNS


def test_marks_of_other_votes_are_refused():
    marked = pd.DataFrame([("a", "both_good", 3)], columns=["model", "judgment", "count"])
    with pytest.raises(ValueError, match="a has more marked answers than answers"):
        rates([Tally("a", "b", Judgment.BOTH_GOOD, 1)], marked)
