import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena import history
from arena.votes import Axis, Judgment, Tally

A, B, GOOD, BAD, CANT = Judgment.A, Judgment.B, Judgment.BOTH_GOOD, Judgment.BOTH_BAD, Judgment.CANT_TELL
TALLIES = [
    Tally("x", "y", A, 3),
    Tally("y", "x", A, 1),
    Tally("y", "x", B, 2),
    Tally("x", "y", GOOD, 2),
    Tally("x", "y", CANT, 5),
    Tally("x", "z", BAD, 4),
]
names = st.sampled_from("pqrs")
tallies = st.lists(
    st.builds(Tally, names, names, st.sampled_from(list(Judgment)), st.integers(0, 30)).filter(
        lambda tally: tally.model_a != tally.model_b
    )
)


def test_pairs_add_up_whichever_side_a_model_stood_on():
    table = history.pair_table(TALLIES).set_index(["model", "opponent"])
    assert table.loc[("x", "y"), ["wins", "losses", "ties", "games"]].tolist() == [5, 1, 2, 8]
    assert table.loc[("x", "y"), "share"] == pytest.approx(5 / 6) and table.loc[("x", "y"), "tie_share"] == 0.25
    assert table.loc[("y", "x"), "share"] == pytest.approx(1 / 6)
    assert math.isnan(table.loc[("x", "z"), "share"]) and table.loc[("z", "x"), "tie_share"] == 1
    assert len(table) == 4
    assert history.pair_table([]).empty


@settings(deadline=None)
@given(tallies)
def test_what_one_wins_the_other_loses(given_tallies):
    table = history.pair_table(given_tallies).set_index(["model", "opponent"])
    for (model, opponent), row in table.iterrows():
        mirror = table.loc[(opponent, model)]
        assert (row.wins, row.losses, row.ties) == (mirror.losses, mirror.wins, mirror.ties)
        assert row.games == row.wins + row.losses + row.ties > 0
    games = sum(tally.count for tally in given_tallies if tally.judgment is not CANT)
    assert table["games"].sum() == 2 * games


def test_no_side_is_preferred_without_a_bias():
    bias = history.side_bias(Axis.HALLUCINATION, TALLIES)
    assert (bias.a_preferred, bias.b_preferred, bias.decided) == (4, 2, 6)
    assert bias.share == pytest.approx(2 / 3) and bias.p == pytest.approx(0.6875)  # 2 * P(X >= 4), X ~ B(6, 1/2)
    assert bias.low < 0.5 < bias.high
    assert history.chance_words(bias) == "can be chance"


def test_a_bias_to_one_side_is_seen_and_none_is_no_number():
    bias = history.side_bias(Axis.INSTRUCTION, [Tally("x", "y", A, 80), Tally("y", "x", B, 20)])
    assert bias.p < 1e-6 and bias.low > 0.7 and history.chance_words(bias) == "is hardly chance"
    none = history.side_bias(Axis.INSTRUCTION, [Tally("x", "y", GOOD, 9)])
    assert none.share is none.p is none.low is None and history.chance_words(none) == "cannot be told yet"


def test_days_without_votes_are_there():
    counted = pd.DataFrame([("2026-03-01", 3), ("2026-03-04", 3)], columns=["day", "count"])
    table = history.per_day(counted)
    assert table["votes"].tolist() == [3, 0, 0, 3] and table["total"].tolist() == [3, 3, 3, 6]
    assert table["day"].iloc[-1] == pd.Timestamp("2026-03-04")
    assert history.per_day(counted[:0]).empty


def frame(*rows):
    return pd.DataFrame(rows, columns=["model_a", "model_b", "hallucination", "instruction", "rated"])


def test_own_votes_are_held_against_those_of_others():
    own = frame(
        ("x", "y", "a", "b", True), ("y", "x", "a", "a", True), ("x", "z", "a", "a", True), ("x", "y", "a", "a", False)
    )
    mine = history.own_tallies(own, Axis.HALLUCINATION)
    assert mine == [Tally("x", "y", A, 1), Tally("x", "z", A, 1), Tally("y", "x", A, 1)]
    others = [Tally("x", "y", A, 5), Tally("y", "x", A, 2), Tally("x", "z", BAD, 7)]
    found = history.agreement_with_others(Axis.HALLUCINATION, mine, [*mine, *others])
    assert (found.same, found.judged, found.share) == (1, 2, 0.5), "nobody else decided between x and z"


def test_nobody_else_is_no_agreement():
    mine = [Tally("x", "y", A, 3)]
    assert history.agreement_with_others(Axis.INSTRUCTION, mine, mine).share is None
    assert history.own_tallies(frame(), Axis.INSTRUCTION) == []
