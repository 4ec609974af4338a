import random
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from rigged_votes import frame_of, honest_votes, in_order, rigged_votes

from arena.abuse import agreements, known_answers
from arena.challenges.errors import ChallengeError
from arena.challenges.verdicts import AxisResult, CheckResult, Finding, Verdict
from arena.reliability import by_voter, reliability, when_to_ask
from arena.votes import Axis

START = pd.Timestamp("2026-03-01", tz="UTC")
PASS, FAIL = Finding(Verdict.PASS, "right"), Finding(Verdict.FAIL, "wrong")


def votes(*rows):
    """(voter, a, b, judgment on both axes), a and b numbers of models; a minute apart."""
    stamped = [
        (voter, "", START + pd.Timedelta(minutes=number), a, b, judged, judged, 9.0)
        for number, (voter, a, b, judged) in enumerate(rows)
    ]
    return frame_of(stamped, np.random.default_rng(0))


def check(known=True, a=PASS, b=FAIL):
    return CheckResult("count-3", "en", known, (AxisResult(Axis.INSTRUCTION, a, b),)).to_json()


def test_known_answers_are_compared_on_the_axis_they_speak_on():
    frame = votes(("ann", 0, 1, "a"), ("ann", 0, 1, "b"), ("bob", 0, 1, "cant_tell"), ("bob", 0, 1, "a"))
    frame["checker"] = [check(), check(), check(), check(known=False)]
    compared = known_answers(frame)
    assert compared.to_dict("list") == {
        "vote": [1, 2], "voter": ["ann", "ann"], "axis": ["instruction"] * 2, "agrees": [True, False],
    }  # fmt: skip


def test_a_damaged_check_is_not_passed_over():
    frame = votes(("ann", 0, 1, "a"))
    frame["checker"] = "{}"
    with pytest.raises(ChallengeError, match="cannot be read"):
        reliability(frame)


def test_agreement_is_with_the_others_whichever_side_a_model_was_on():
    others = [(f"other-{n}", 0, 1, "a") for n in range(8)] + [(f"more-{n}", 1, 0, "b") for n in range(4)]
    frame = votes(*others, ("ann", 1, 0, "b"), ("ann", 0, 1, "b"), ("ann", 0, 1, "both_bad"), ("ann", 0, 2, "a"))
    of_ann = agreements(frame).query("voter == 'ann' and axis == 'hallucination'")
    assert of_ann["vote"].tolist() == [13, 14] and of_ann["agrees"].tolist() == [True, False]


def test_what_excluded_voters_say_is_no_majority():
    frame = votes(*[(f"rigged-{n}", 0, 1, "b") for n in range(50)], *[(f"fair-{n}", 0, 1, "a") for n in range(12)])
    frame["excluded"] = frame["voter"].str.startswith("rigged")
    compared = agreements(frame)
    assert compared[compared["voter"].str.startswith("fair")]["agrees"].all()
    assert not compared[compared["voter"].str.startswith("rigged")]["agrees"].any()


def test_a_few_votes_say_little_and_many_say_much():
    rows = [("careful", 0, 1, "a")] * 40 + [("careless", 2, 3, "b")] * 40 + [("new", 4, 5, "b")]
    frame = votes(*rows)
    frame["checker"] = check()
    table = reliability(frame).set_index("voter")
    assert table.loc["careful", ["votes", "known", "known_right"]].tolist() == [40, 40, 40]
    assert table.loc["careful", "low"] > 0.75 and table.loc["careless", "high"] < 0.3
    # a usual voter's 10 virtual trials, 40 + 1 of 81 + 2 right, and one that was wrong
    assert table.loc["new", "reliability"] == pytest.approx(41 / 83 * 10 / 11)
    assert table.loc["new", "high"] - table.loc["new", "low"] > 0.45


def test_the_posterior_by_hand():
    frame = votes(*[("ann", 0, 1, "a")] * 6, *[("ann", 0, 1, "b")] * 2)
    frame["checker"] = check()
    (row,) = reliability(frame).to_dict("records")
    # 6 of 8 right; nobody else to agree with. Prior: 10 trials at (6 + 1) / (8 + 2) = 0.7
    assert row["compared"] == 0 and row["reliability"] == pytest.approx((7 + 6) / 18)
    assert row["low"] < row["reliability"] < row["high"]


def test_without_anything_to_compare_a_voter_is_unknown():
    table = reliability(votes(("ann", 0, 1, "a")))
    assert table["reliability"].tolist() == [0.5] and by_voter(table) == {}
    assert reliability(votes(("ann", 0, 1, "a")).iloc[:0]).empty


def test_a_contrarian_stands_out_among_honest_people():
    rng = np.random.default_rng(4)
    table = reliability(in_order([honest_votes(rng), rigged_votes(rng, styles=("a contrarian",))])).set_index("voter")
    assert table["reliability"].idxmin() == "contrarian" and table.loc["contrarian", "high"] < 0.5
    assert (table.drop("contrarian")["high"] > 0.5).all()
    assert 0.6 < np.average(table["reliability"], weights=table["votes"]) < 0.8
    assert by_voter(table.reset_index())["contrarian"] < 0.4


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.5])
def test_known_answers_come_at_the_set_rate_and_never_twice_in_a_row(rate):
    rng, history = random.Random(1), []
    for _ in range(20_000):
        history.append(when_to_ask(rng, history[-3:], rate))
    assert sum(history) / len(history) == pytest.approx(rate, abs=0.01)
    assert not any(first and second for first, second in pairwise(history))


@pytest.mark.parametrize("rate", [-0.1, 0.6, float("nan")])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(ValueError, match=r"from 0 to 0\.5"):
        when_to_ask(random.Random(0), [], rate)
