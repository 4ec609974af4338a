import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from arena.people import CORRELATIONS, JOINED, correlations, join, spearman
from arena.votes import Axis


def scores(**by_model):
    """Scores of existence."""
    return pd.DataFrame(
        [(model, "existence", score) for model, score in by_model.items()], columns=["model", "subtask", "score"]
    )


def ratings(battles=100, **by_model):
    rows = [(model, rating, rating - 10, rating + 10, battles) for model, rating in by_model.items()]
    return pd.DataFrame(rows, columns=["model", "rating", "low", "high", "battles"])


def test_joined_are_models_with_scores_and_votes():
    given = pd.concat([
        scores(a=150, b=100, unvoted=180),
        scores(a=900, b=np.nan).assign(subtask="total"),
        scores(a=3).assign(subtask="landmark"),
    ])  # fmt: skip
    both = {
        Axis.HALLUCINATION: pd.concat([ratings(a=1010, b=990, unscored=1000), ratings(0, unvoted=1000)]),
        "instruction": ratings(b=1),
    }
    joined = join(given, both)
    assert tuple(joined.columns) == JOINED
    assert joined[["axis", "score_name", "model", "score", "rating"]].to_numpy().tolist() == [
        ["hallucination", "existence", "a", 150, 1010],
        ["hallucination", "existence", "b", 100, 990],
        ["hallucination", "total", "a", 900, 1010],
        ["instruction", "existence", "b", 100, 1],
    ]


def test_two_runs_of_a_model_are_refused():
    with pytest.raises(ValueError, match="a has two scores of existence; choose one run"):
        join(pd.concat([scores(a=1), scores(a=2)]), {Axis.HALLUCINATION: ratings(a=1000)})


def correlated(x, y):
    names = [f"m{number}" for number in range(len(x))]
    joined = join(
        scores(**dict(zip(names, x, strict=True))), {"hallucination": ratings(**dict(zip(names, y, strict=True)))}
    )
    (row,) = correlations(joined).itertuples(index=False)
    return row


def test_rho_by_hand_with_its_range():
    """Ranks 1 2 3 4 5 6 against 2 1 4 3 6 5: squared differences sum to 6, so rho is 1 - 36 / 210."""
    row = correlated([1, 2, 3, 4, 5, 6], [20, 10, 40, 30, 60, 50])
    assert row.rho == pytest.approx(1 - 36 / 210) and row.models == 6 and row.note == ""
    assert -1 <= row.low < 0.6 and row.rho < row.high <= 1


def test_agreeing_scores_have_a_range_at_one_and_many_models_a_narrower_one():
    assert correlated(range(8), range(8))[3:6] == pytest.approx((1, 1, 1))
    rng = np.random.default_rng(1)
    x = rng.normal(size=60)
    y = x + rng.normal(size=60)
    few, many = correlated(x[:8], y[:8]), correlated(x, y)
    assert many.high - many.low < 0.6 * (few.high - few.low) and many.low > 0.3


@pytest.mark.parametrize(
    ("x", "y", "rho", "note"),
    [
        ([1, 2], [1, 2], np.nan, "2 models have both; 3 are needed"),
        ([1, 2, 3, 4], [1, 2, 4, 3], 0.8, "no range: 4 models are too few, 5 are needed"),
        ([5, 5, 5, 5, 5], [1, 2, 3, 4, 5], np.nan, "all scores or all ratings are equal"),
    ],
)
def test_too_little_for_a_range_is_said(x, y, rho, note):
    row = correlated(x, y)
    assert row.rho == pytest.approx(rho, nan_ok=True) and np.isnan([row.low, row.high]).all() and row.note == note


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12))
def test_rho_is_scipys_ties_included(pairs):
    x, y = np.array(pairs).T
    if len(set(x.tolist())) > 1 and len(set(y.tolist())) > 1:
        assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)
    else:
        assert np.isnan(spearman(x, y))


def test_nothing_to_join():
    joined = join(scores(), {axis: ratings() for axis in Axis})
    assert joined.empty and tuple(joined.columns) == JOINED
    assert correlations(joined).empty and tuple(correlations(joined).columns) == CORRELATIONS
    assert join(scores(a=1), {}).empty
