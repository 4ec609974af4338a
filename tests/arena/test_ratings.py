import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.ratings import CENTRE, COLUMNS, SCALE, count, point_ratings, rate
from arena.votes import Judgment, Tally

SWAPPED = {Judgment.A: Judgment.B, Judgment.B: Judgment.A}
TALLIES = st.lists(
    st.builds(
        lambda pair, judgment, number: Tally(*pair, judgment, number),
        st.permutations("abcd").map(lambda names: names[:2]),
        st.sampled_from(Judgment),
        st.integers(0, 300),
    ),
    max_size=12,
)


def swap(tally):
    return Tally(tally.model_b, tally.model_a, SWAPPED.get(tally.judgment, tally.judgment), tally.count)


def test_counts_by_hand():
    """a beats b three times from either side, loses once, ties twice; two `can't tell` are left out."""
    counts = count([
        Tally("a", "b", Judgment.A, 2),
        Tally("b", "a", Judgment.B, 1),
        Tally("b", "a", Judgment.A, 1),
        Tally("a", "b", Judgment.BOTH_GOOD, 1),
        Tally("b", "a", Judgment.BOTH_BAD, 1),
        Tally("a", "b", Judgment.CANT_TELL, 2),
        Tally("c", "b", Judgment.A, 4),
    ])  # fmt: skip
    assert counts.models == ("a", "b", "c") and counts.pairs == ((0, 1), (1, 2))
    assert counts.games.tolist() == [[3, 1, 2], [0, 4, 0]]
    table = rate(counts, rounds=10).set_index("model")
    assert tuple(table.columns) == COLUMNS[1:]
    assert table.loc["a", ["battles", "wins", "ties", "losses"]].tolist() == [6, 3, 2, 1]
    assert table.loc["b", ["battles", "wins", "ties", "losses"]].tolist() == [10, 1, 2, 7]
    assert table.loc["c", ["battles", "wins", "ties", "losses"]].tolist() == [4, 4, 0, 0]


def test_five_wins_against_the_prior_by_hand():
    """a beats b five times. By symmetry b is as far below the prior as a is above: with a at p, b at 1/p and the prior
    at 1, a's six wins (one virtual) must equal the expected 5 p^2 / (1 + p^2) + 2 p / (1 + p), so p is 3."""
    strength = 3.0
    assert 5 * strength**2 / (1 + strength**2) + 2 * strength / (1 + strength) == pytest.approx(6)
    ratings = point_ratings(count([Tally("a", "b", Judgment.A, 5)]))
    assert ratings["a"] == pytest.approx(CENTRE + SCALE * math.log(strength), abs=0.01)
    assert ratings["b"] == pytest.approx(CENTRE - SCALE * math.log(strength), abs=0.01)


def test_no_votes_and_no_models():
    table = rate(count([], ["a", "b"]))
    assert table["rating"].tolist() == [CENTRE, CENTRE] and (table["high"] - table["low"] > 500).all()
    assert rate(count([])).empty and point_ratings(count([])) == {}
    assert rate(count([], ["a"]))["rating"].tolist() == [CENTRE]


def test_an_unseen_model_is_average_and_unsure_and_does_not_blur_the_others():
    votes = [Tally("a", "b", Judgment.A, 60), Tally("a", "b", Judgment.B, 40)]
    alone, with_unseen = rate(count(votes)), rate(count(votes, ["z"]))
    judged = with_unseen[with_unseen["model"] != "z"]
    assert np.allclose(judged[["rating", "low", "high"]], alone[["rating", "low", "high"]], atol=1)
    unseen = with_unseen.set_index("model").loc["z"]
    assert unseen["rating"] == pytest.approx(CENTRE, abs=1) and unseen["high"] - unseen["low"] > 500


def test_ties_pull_together():
    wins = [Tally("a", "b", Judgment.A, 10)]
    gap = [
        point_ratings(count([*wins, Tally("a", "b", Judgment.BOTH_GOOD, ties)]))["a"] - CENTRE for ties in (0, 5, 50)
    ]
    assert gap[0] > gap[1] > gap[2] > 0


def test_obvious_order_is_found_and_more_votes_narrow_the_range():
    def votes(times):
        return [
            Tally("gold", "silver", Judgment.A, 8 * times), Tally("gold", "silver", Judgment.B, 2 * times),
            Tally("bronze", "silver", Judgment.B, 8 * times), Tally("bronze", "silver", Judgment.A, 2 * times),
            Tally("gold", "bronze", Judgment.A, 9 * times), Tally("gold", "bronze", Judgment.B, times),
        ]  # fmt: skip

    few, many = rate(count(votes(1))), rate(count(votes(100)))
    assert many["model"].tolist() == ["gold", "silver", "bronze"]
    widths = [(table["high"] - table["low"]).mean() for table in (few, many)]
    assert widths[1] < widths[0] / 5
    assert many["low"].iloc[0] > many["high"].iloc[1] and many["low"].iloc[1] > many["high"].iloc[2]


def test_equal_seeds_give_equal_ranges():
    counts = count([Tally("a", "b", Judgment.A, 7), Tally("a", "b", Judgment.B, 5)])
    assert rate(counts, seed=3).equals(rate(counts, seed=3))


@settings(max_examples=25, deadline=None)
@given(TALLIES)
def test_any_counts_give_finite_ratings_inside_their_ranges(tallies):
    table = rate(count(tallies, ["a", "unseen"]), rounds=5)
    assert np.isfinite(table[["rating", "low", "high"]].to_numpy()).all()
    assert (table["low"] <= table["rating"]).all() and (table["rating"] <= table["high"]).all()
    judged = table[table["battles"] > 0] if table["battles"].any() else table
    assert judged["rating"].mean() == pytest.approx(CENTRE)
    assert (table["wins"] + table["ties"] + table["losses"] == table["battles"]).all()


@settings(max_examples=25, deadline=None)
@given(TALLIES)
def test_sides_do_not_matter(tallies):
    assert rate(count(tallies), rounds=5).equals(rate(count([swap(tally) for tally in tallies]), rounds=5))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500))
def test_who_wins_more_rates_higher(more, losses, ties):
    ratings = point_ratings(count([
        Tally("b", "a", Judgment.A, losses + more), Tally("a", "b", Judgment.A, losses),
        Tally("a", "b", Judgment.BOTH_BAD, ties),
    ]))  # fmt: skip
    assert ratings["b"] > ratings["a"]


def test_ranges_cover_the_truth():
    """40 simulated arenas of 5 models: 95 % ranges hold the true rating in about 95 % of cases."""
    rng, covered = np.random.default_rng(11), []
    judgments = (Judgment.A, Judgment.B, Judgment.BOTH_GOOD)
    for _ in range(40):
        strength = rng.normal(0, 0.6, 5)
        strength -= strength.mean()
        tallies = []
        for i, j in combinations(range(5), 2):
            half = (strength[i] - strength[j]) / 2
            chance = np.array([math.exp(half), math.exp(-half), 0.8])
            drawn = rng.multinomial(60, chance / chance.sum())
            tallies += [Tally(str(i), str(j), *pair) for pair in zip(judgments, drawn.tolist(), strict=True)]
        table = rate(count(tallies), rounds=100).sort_values("model")
        truth = CENTRE + SCALE * strength
        covered += ((table["low"] <= truth) & (truth <= table["high"])).tolist()
    assert 0.91 <= np.mean(covered) <= 0.99  # 200 ranges: two standard errors are 3 %


@pytest.mark.parametrize("bad", [Tally("a", "a", Judgment.A, 1), Tally("a", "b", Judgment.A, -1)])
def test_refuses_impossible_tallies(bad):
    with pytest.raises(ValueError, match="two different models and a count of at least 0"):
        count([bad])


def test_refuses_no_rounds():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        rate(count([], ["a"]), rounds=0)
