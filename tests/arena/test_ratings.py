import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.intervals import fitted, voter_errors
from arena.ratings import (
    CENTRE,
    COLUMNS,
    PROVISIONAL_BELOW,
    SCALE,
    Note,
    count,
    count_frame,
    count_overall,
    count_voters,
    point_ratings,
    rank_spread,
    rate,
)
from arena.votes import Axis, Judgment, Tally

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


def tallies(*rows):
    """From rows like ("a", "b", 3, 1, 2): a's wins, b's wins, ties."""
    kinds = (Judgment.A, Judgment.B, Judgment.BOTH_GOOD)
    return [Tally(a, b, kind, n) for a, b, *ns in rows for kind, n in zip(kinds, ns, strict=True) if n]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", "b", 3, 2, 0)], {"z": Note.UNSEEN}),
        ([("a", "b", 3, 0, 0)], {"a": Note.UNDEFEATED, "b": Note.WINLESS, "z": Note.UNSEEN}),
        ([("a", "b", 3, 0, 2), ("b", "c", 1, 1, 0)], {"a": Note.UNDEFEATED, "z": Note.UNSEEN}),
        ([("a", "b", 3, 2, 0), ("c", "a", 0, 0, 4)], {"c": Note.ONLY_TIES, "z": Note.UNSEEN}),
        ([("a", "b", 30, 20, 0), ("c", "z", 3, 2, 0)], {"c": Note.DISCONNECTED, "z": Note.DISCONNECTED}),
        ([("a", "b", 9, 8, 0), ("c", "z", 3, 2, 0), ("a", "c", 4, 0, 0)], {"c": Note.SEPARATED, "z": Note.SEPARATED}),
        ([("a", "b", 2, 0, 0), ("b", "z", 2, 0, 0)], {"a": Note.UNDEFEATED, "z": Note.WINLESS}),
        ([("a", "b", 9, 9, 0), ("b", "c", 1, 0, 0), ("c", "z", 1, 0, 0)],
         {"c": Note.SEPARATED, "z": Note.WINLESS}),
    ],
)  # fmt: skip
def test_what_votes_cannot_tell_is_said_and_finite(rows, expected):
    table = rate(count(tallies(*rows), ["z"])).set_index("model")
    found = {model: Note(note) for model, note in table["note"].items() if note}
    if rows == [("a", "b", 2, 0, 0), ("b", "z", 2, 0, 0)]:  # no two are joined both ways: b may count as the centre
        found.pop("b", None)
    assert found == expected
    assert np.isfinite(table[["rating", "low", "high"]].to_numpy()).all()
    assert (table.loc[list(expected), "high"] - table.loc[list(expected), "low"] > 100).all()


def test_an_undefeated_model_is_ahead_with_a_wide_range_that_resampling_would_not_show():
    table = rate(count(tallies(("a", "b", 40, 0, 0), ("b", "c", 20, 20, 0)))).set_index("model")
    assert table["rating"].idxmax() == "a" and table.loc["a", "note"] == "has never lost"
    assert table.loc["a", "high"] - table.loc["a", "low"] > 300


def test_ranks_that_intervals_allow_by_hand():
    """a is surely first; b and c overlap; u is not judged, may be anywhere, and takes no rank from the others."""
    low, high = [1100, 980, 960, 400], [1200, 1010, 1000, 1600]
    best, worst = rank_spread(np.array(low), np.array(high), np.array([True, True, True, False]))
    assert best.tolist() == [1, 2, 2, 1] and worst.tolist() == [1, 3, 3, 4]


def test_rank_spread_in_the_table_holds_the_rank():
    many = rate(count(tallies(("a", "b", 800, 200, 0), ("b", "c", 50, 50, 10), ("a", "c", 800, 200, 0))))
    assert many[["model", "rank_best", "rank_worst"]].to_numpy().tolist()[0] == ["a", 1, 1]
    assert (many["rank_best"].tolist()[1:], many["rank_worst"].tolist()[1:]) == ([2, 2], [3, 3])


@pytest.mark.parametrize(("votes", "provisional"), [(PROVISIONAL_BELOW - 1, True), (PROVISIONAL_BELOW, False)])
def test_few_battles_are_provisional(votes, provisional):
    assert rate(count([Tally("a", "b", Judgment.A, votes)]))["provisional"].tolist() == [provisional] * 2
    both = {axis: [Tally("a", "b", Judgment.A, votes)] for axis in Axis}
    assert rate(count_overall(both))["provisional"].tolist() == [provisional] * 2


def test_overall_takes_a_battle_for_one_game():
    """The same votes on both axes say no more than on one: same ratings and ranges, twice the judgments."""
    votes = tallies(("a", "b", 40, 20, 10), ("b", "c", 30, 30, 5))
    once, both = count(votes), count_overall({axis: votes for axis in Axis})
    assert (both.games == 2 * once.games).all() and both.share == 0.5
    mine, other = rate(both, seed=4), rate(once, seed=4)
    assert np.allclose(mine[["rating", "low", "high"]], other[["rating", "low", "high"]])
    assert (mine["battles"] == 2 * other["battles"]).all()


def test_overall_is_between_the_axes():
    votes = {Axis.HALLUCINATION: tallies(("a", "b", 80, 20, 0)), Axis.INSTRUCTION: tallies(("a", "b", 20, 80, 0))}
    assert point_ratings(count_overall(votes)) == pytest.approx({"a": CENTRE, "b": CENTRE}, abs=1e-6)


def by_voter(rows):
    return pd.DataFrame(rows, columns=["voter", "model_a", "model_b", "judgment", "count"])


def test_voters_who_disagree_widen_ranges_and_single_votes_do_not():
    """100 votes, 60 to 40: of 100 people the ranges are as without voters, of 2 who each vote one way far wider."""
    counts = count(tallies(("a", "b", 60, 40, 0)))
    plain = rate(counts, rounds=0)
    people = [(f"v{n}", "a", "b", "a" if n < 60 else "b", 1) for n in range(100)]
    single = rate(counts, voters=count_voters(by_voter(people)))
    blocs = rate(counts, voters=count_voters(by_voter([("x", "a", "b", "a", 60), ("y", "b", "a", "a", 40)])))
    widths = [(table["high"] - table["low"]).iloc[0] for table in (plain, single, blocs)]
    assert widths[0] <= widths[1] < 1.05 * widths[0] and widths[2] > 5 * widths[0]
    assert plain["rating"].tolist() == blocs["rating"].tolist()
    assert single["voters"].round().tolist() == [100, 100] and blocs["voters"].iloc[0] < 2
    assert tuple(single.columns) == (*COLUMNS, "voters")


def test_voter_ranges_by_hand():
    """Without ties, priors aside: n voters of one vote each, k for a. The pull of one on d is (y - p) / (n p q); the
    squared pulls sum to 1 / (n p q), the usual variance of a log odds, up to the leverage of 1 / n."""
    n, k = 4000, 2400
    people = by_voter([(f"v{i}", "a", "b", "a" if i < k else "b", 1) for i in range(n)])
    voters = count_voters(people)
    found = voter_errors(voters, fitted(voters.counts))
    p = k / n
    assert found.errors == pytest.approx([SCALE * math.sqrt(1 / (n * p * (1 - p))) / 2] * 2, rel=2e-3)
    assert found.voters == pytest.approx([n, n]) and found.quantile == pytest.approx([1.9605] * 2, abs=2e-4)


def test_voters_must_be_of_the_same_models():
    voters = count_voters(by_voter([("x", "a", "b", "a", 1)]))
    with pytest.raises(ValueError, match="give both the same models"):
        rate(count([], ["a"]), voters=voters)


def test_a_frame_counts_as_its_tallies_do():
    rows = [("b", "a", "a"), ("a", "b", "b"), ("a", "b", "cant_tell"), ("c", "a", "both_bad")]
    frame = pd.DataFrame(rows, columns=["model_a", "model_b", "judgment"])
    counts = count_frame(frame, ["d"])
    assert counts.models == ("a", "b", "c", "d") and counts.pairs == ((0, 1), (0, 2))
    assert counts.games.tolist() == [[0, 2, 0], [0, 0, 1]]
    with pytest.raises(ValueError, match="'maybe' is not a valid Judgment"):
        count_frame(frame.assign(judgment="maybe"))


@pytest.mark.parametrize("bad", [Tally("a", "a", Judgment.A, 1), Tally("a", "b", Judgment.A, -1)])
def test_refuses_impossible_tallies(bad):
    with pytest.raises(ValueError, match="two different models and a count of at least 0"):
        count([bad])


def test_refuses_less_than_no_rounds():
    with pytest.raises(ValueError, match="at least 0, got -1"):
        rate(count([], ["a"]), rounds=-1)
