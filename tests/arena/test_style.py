import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.counts import count_frame
from arena.intervals import SCALE
from arena.ratings import point_ratings
from arena.style import COLUMNS, EFFECT_COLUMNS, EFFECTS, control, features, format_bin, length_bin

MARKDOWN = st.lists(
    st.sampled_from(
        ["- item", "1. item", "2、项目", "# Title", "**bold**", "__bold__", "| a | b |\n|---|---|", "plain"]
    ),
    max_size=6,
).map("\n".join)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", 0),
        ("four", "five", 0),
        ("  four \n", "five", 0),
        ("x" * 100, "", 5),
        ("x" * 3, "x" * 1, 3),  # 5 * 2 / 4 is 2.5: a half goes up
        ("x" * 1, "x" * 3, -3),
        ("x" * 11, "x" * 10, 0),
        ("x" * 20, "x" * 10, 2),
    ],
)
def test_length_bins_by_hand(a, b, expected):
    assert length_bin(a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("plain", "plain", 0),
        ("- one\n- two", "plain", 1),
        ("1. one\n2) two", "* one\n* two", 0),
        ("1、苹果\n2、梨", "苹果", 1),
        ("plain", "# Title", -3),
        ("a **bold** word", "a word", 9),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "1, 2", 27),
        ("a | b\n--- | ---\n1 | 2", "1, 2", 27),
        ("- one\n- two", "- one\n# Title", 1 - 3),
        ("**not closed", "3.14 is pi", 0),
        ("-5 degrees", "#hashtag", 0),
        ("---", "***", 0),  # a rule is no table
    ],
)
def test_format_bins_by_hand(a, b, expected):
    assert format_bin(a, b) == expected


@given(st.text(max_size=40) | MARKDOWN, st.text(max_size=40) | MARKDOWN)
def test_swapped_answers_have_the_opposite_bins(a, b):
    assert length_bin(a, b) == -length_bin(b, a) and abs(length_bin(a, b)) <= 5
    assert format_bin(a, b) == -format_bin(b, a) and abs(format_bin(a, b)) <= 40
    assert length_bin(a, a) == format_bin(a, a) == 0
    assert (features([length_bin(a, b)], [format_bin(a, b)]) == -features([length_bin(b, a)], [format_bin(b, a)])).all()


def test_features_take_the_bins_apart():
    assert features([5, -2, 0], [1, -3, 27 - 9 + 1]).tolist() == [
        [1, 1, 0, 0, 0], [-0.4, 0, -1, 0, 0], [0, 1, 0, -1, 1],
    ]  # fmt: skip


@pytest.mark.parametrize(("length", "formats"), [([6], [0]), ([0], [41]), ([0], [-41])])
def test_refuses_numbers_that_are_no_bins(length, formats):
    with pytest.raises(ValueError, match="length bins are at most 5 and format bins 40"):
        features(length, formats)


@pytest.mark.parametrize(
    "text", [" " * 60_000, "|" * 60_000, "*" * 60_000, "**a" * 20_000, "-" * 60_000, "__" * 30_000]
)
def test_a_long_odd_answer_takes_no_time(text):
    started = time.perf_counter()
    format_bin(text, "plain")
    assert time.perf_counter() - started < 1


def simulated(votes=60_000, length=1.2, bold=0.5, seed=5):
    """Style tallies of three models of strengths 0.5, 0, -0.5; c writes long, and a never in bold."""
    rng = np.random.default_rng(seed)
    names, strength, wordy = np.array(["a", "b", "c"]), np.array([0.5, 0, -0.5]), np.array([-2, 0, 2])
    first = rng.integers(3, size=votes)
    second = (first + rng.integers(1, 3, size=votes)) % 3
    lengths = np.clip(wordy[first] - wordy[second] + rng.integers(-2, 3, size=votes), -5, 5)
    in_bold = rng.random((votes, 2)) < 0.5
    bolds = in_bold[:, 0] & (first > 0), in_bold[:, 1] & (second > 0)
    formats = bolds[0].astype(int) - bolds[1]
    half = (strength[first] - strength[second] + length * lengths / 5 + bold * formats) / 2
    chance = np.column_stack([np.exp(half), np.exp(-half), np.full(votes, 0.6)])
    chance /= chance.sum(axis=1, keepdims=True)
    given = (rng.random(votes)[:, None] > chance.cumsum(axis=1)[:, :2]).sum(axis=1)
    rows = pd.DataFrame({
        "model_a": names[first], "model_b": names[second], "judgment": np.array(["a", "b", "both_good"])[given],
        "length": lengths, "format": 9 * formats,
    })  # fmt: skip
    return rows.groupby(list(rows.columns)).size().rename("count").reset_index()


def test_strengths_are_found_under_the_style():
    """Without control the wordy third model rates as high as the best; with it the truth is found, and the effects."""
    found = control(simulated())
    assert tuple(found.table.columns) == COLUMNS and tuple(found.effects.columns) == EFFECT_COLUMNS
    table = found.table.set_index("model")
    truth = pd.Series({"a": 0.5, "b": 0.0, "c": -0.5}) * SCALE + 1000
    assert (table["low"] < truth).all() and (truth < table["high"]).all()
    assert (table["rating"] - truth).abs().max() < 8
    assert table.loc["c", "plain_rating"] > table.loc["a", "plain_rating"] - 60  # 174 points apart in truth
    assert np.allclose(table["change"], table["rating"] - table["plain_rating"])
    effects = found.effects.set_index("style")
    assert effects.loc["length", "low"] < 1.2 * SCALE < effects.loc["length", "high"]
    assert effects.loc["bold", "low"] < 0.5 * SCALE < effects.loc["bold", "high"]
    assert effects.loc["tables", "effect"] == 0 and effects.loc["tables", "votes"] == 0
    assert list(effects.index) == list(EFFECTS)


def test_without_style_it_is_the_plain_rating():
    tallies = simulated().assign(length=0, format=0)
    found = control(tallies).table.set_index("model")
    plain = point_ratings(count_frame(tallies))
    assert {name: found.loc[name, "rating"] for name in plain} == pytest.approx(plain, abs=1e-6)
    assert found["change"].abs().max() < 1e-6


def test_sides_do_not_matter():
    tallies = simulated(2000)
    swapped = tallies.assign(
        model_a=tallies["model_b"], model_b=tallies["model_a"], length=-tallies["length"], format=-tallies["format"],
        judgment=tallies["judgment"].map({"a": "b", "b": "a", "both_good": "both_good"}),
    )  # fmt: skip
    for mine, other in (
        (control(tallies).table, control(swapped).table),
        (control(tallies).effects, control(swapped).effects),
    ):
        pd.testing.assert_frame_equal(mine, other, rtol=1e-8)


def test_style_that_always_wins_and_no_votes_at_all_give_finite_numbers():
    row = {"model_a": "a", "model_b": "b", "judgment": "a", "length": 5, "format": 40, "count": 10_000}
    for frame in (pd.DataFrame([row]), pd.DataFrame([row]).iloc[:0], pd.DataFrame([row]).assign(judgment="cant_tell")):
        found = control(frame, ["a", "unseen"])
        assert np.isfinite(found.table.drop(columns="model").to_numpy()).all()
        assert np.isfinite(found.effects.drop(columns="style").to_numpy()).all()
    assert control(pd.DataFrame([row]).iloc[:0]).table.empty
