import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import StatisticsError
from benchmark.official import load_official
from benchmark.parsing import Verdict
from benchmark.scoring import Response
from benchmark.statistics import run_estimates, share, subtask_estimate, total_estimate, with_totals
from benchmark.subtasks import SUBTASKS, Group, in_group

points = st.lists(st.sampled_from([0, 50, 200]), min_size=1, max_size=60)


def test_an_estimate_by_hand():
    found = subtask_estimate([0, 50, 200, 200])
    assert found.value == 112.5 and found.images == 4
    assert found.error == pytest.approx(math.sqrt((112.5**2 + 62.5**2 + 2 * 87.5**2) / 3 / 4))
    for limit in (found.low, found.high):  # there the score test is at its edge, the likelihood searched on a grid
        both = np.linspace(1e-6, limit / 200 - 1e-6, 400_001)
        one = (limit - 200 * both) / 50
        none = 1 - one - both
        with np.errstate(invalid="ignore", divide="ignore"):
            best = np.nanargmax(np.where(none > 0, np.log(none) + np.log(one) + 2 * np.log(both), np.nan))
        variance = 2500 * one[best] + 40_000 * both[best] - limit**2
        assert abs(112.5 - limit) / math.sqrt(variance / 4) == pytest.approx(1.959964, abs=1e-4)


def test_without_half_right_images_the_interval_is_wilsons():
    found, wilson = subtask_estimate([200] * 9 + [0] * 3), share(9, 12)
    assert (found.low, found.high) == (pytest.approx(200 * wilson.low), pytest.approx(200 * wilson.high))


def test_a_total_by_hand():
    total = total_estimate([subtask_estimate([0, 50, 200, 200]), subtask_estimate([200, 200, 0])])
    # as if 3 more images had been seen in each, with 300 points together and squares of 60,000
    one, other = 750 / 7, 700 / 6
    margins = [1.959964 * math.sqrt((142_500 / 7 - one**2) / 7), 1.959964 * math.sqrt((140_000 / 6 - other**2) / 6)]
    value = 112.5 + 400 / 3
    assert total.value == pytest.approx(value)
    high = min(200, other + margins[1])
    assert total.low == pytest.approx(value - math.hypot(112.5 - one + margins[0], 400 / 3 - other + margins[1]), 1e-6)
    assert total.high == pytest.approx(value + math.hypot(one + margins[0] - 112.5, high - 400 / 3), 1e-6)


def test_lavin_has_the_errors_of_its_images(mme_dir):
    found = run_estimates(load_official(mme_dir / "recorded" / "LaVIN").responses)
    perception, cognition = found["perception"], found["cognition"]
    assert (perception.value, cognition.value) == (963.6114445778312, 249.64285714285714)
    assert (round(perception.error, 1), round(cognition.error, 1)) == (29.0, 13.8)
    assert (perception.images, cognition.images) == (1057, 130)
    assert (round(perception.low), round(perception.high)) == (905, 1021)
    assert list(found)[-3:] == ["code_reasoning", "perception", "cognition"]


def test_no_error_is_made_up():
    single = subtask_estimate([200])
    assert (single.value, single.error, single.high) == (200, None, 200)
    assert single.low < 100
    assert total_estimate([single, subtask_estimate([0, 200])]).error is None
    perfect = subtask_estimate([200] * 20)
    assert (perfect.value, perfect.error, perfect.high) == (200, 0, 200)
    assert perfect.low == pytest.approx(
        200 * share(20, 20).low
    )  # 168: 20 right answers do not prove that all are right


@pytest.mark.parametrize(("given", "sentence"), [([], "no image"), ([50, 100], "an image has 100 points")])
def test_what_is_no_points_is_refused(given, sentence):
    with pytest.raises(StatisticsError, match=sentence):
        subtask_estimate(given)


def test_sums_and_shares_of_nothing():
    with pytest.raises(StatisticsError, match="no subtask"):
        total_estimate([])
    assert run_estimates([]) == {}
    assert (share(0, 0).low, share(0, 0).high) == (0, 1)
    with pytest.raises(StatisticsError, match="5 of 4 is no share"):
        share(5, 4)


def test_only_whole_images_count_and_totals_only_what_is_there():
    answers = [
        Response("OCR", f"{n // 2}.png", n % 2 + 1, "q", Verdict.YES if n % 2 else Verdict.NO, "no") for n in range(5)
    ]
    found = run_estimates(answers)
    assert list(found) == ["OCR", "perception"]
    assert found["OCR"].images == 2 and found["OCR"] == found["perception"]


@given(points)
def test_intervals_hold_their_value_and_keep_to_the_scale(scores):
    found = subtask_estimate(scores)
    assert 0 <= found.low <= found.value <= found.high <= 200
    assert found.value == pytest.approx(np.mean(scores))
    if len(scores) > 1:
        assert found.error == pytest.approx(np.std(scores, ddof=1) / math.sqrt(len(scores)), abs=1e-6)


@given(points)
def test_yes_and_no_mirrored_give_mirrored_intervals_when_no_image_is_half_right(scores):
    halves = [200 if score else 0 for score in scores]
    found, mirrored = subtask_estimate(halves), subtask_estimate([200 - score for score in halves])
    assert mirrored.low == pytest.approx(200 - found.high) and mirrored.high == pytest.approx(200 - found.low)


@given(st.lists(st.sampled_from([0, 50, 200]), min_size=2, max_size=30), st.integers(2, 20))
def test_errors_shrink_with_the_square_root_of_the_images(scores, times):
    one, many = subtask_estimate(scores), subtask_estimate(scores * times)
    n = len(scores)
    assert many.error == pytest.approx(one.error * math.sqrt((n - 1) / (n * times - 1)), abs=1e-9)


@given(st.lists(points, min_size=1, max_size=14))
def test_totals_add_values_and_squared_errors(subtasks):
    parts = [subtask_estimate(scores) for scores in subtasks]
    total = total_estimate(parts)
    assert total.value == pytest.approx(sum(part.value for part in parts))
    assert total.low >= -1e-9 and total.low <= total.value <= total.high <= 200 * len(parts) + 1e-9
    if all(part.error is not None for part in parts):
        assert total.error**2 == pytest.approx(sum(part.error**2 for part in parts))
    assert total_estimate(parts[:1]).low == pytest.approx(parts[0].low)


@given(st.integers(0, 400), st.integers(1, 400))
def test_shares_hold_their_value(count, of):
    count = min(count, of)
    found = share(count, of)
    assert 0 <= found.low <= found.value <= found.high <= 1
    mirrored = share(of - count, of)
    assert mirrored.low == pytest.approx(1 - found.high) and mirrored.high == pytest.approx(1 - found.low)
    assert (share(10, 10).low, share(0, 10).high) == (pytest.approx(0.7225, abs=1e-4), pytest.approx(0.2775, abs=1e-4))


def chances(accuracy: float, together: float) -> np.ndarray:
    """Chances of 0, 50 and 200 points: each answer right with `accuracy`, both alike more often by `together`."""
    alike = together * accuracy * (1 - accuracy)
    none, both = (1 - accuracy) ** 2 + alike, accuracy**2 + alike
    return np.array([none, 1 - none - both, both])


@pytest.mark.parametrize("images", [20, 30])
def test_small_subtasks_are_covered_whatever_the_accuracy(images):
    """Exactly, over every possible outcome: the smallest subtasks are the hardest."""
    outcomes = np.array([(images - a - b, a, b) for a in range(images + 1) for b in range(images - a + 1)])
    limits = [(e.low, e.high) for o in outcomes if (e := subtask_estimate(np.repeat([0, 50, 200], o).tolist()))]
    low, high = np.array(limits).T
    logs = np.array([math.lgamma(count + 1) for count in range(images + 1)])
    ways = logs[images] - logs[outcomes].sum(axis=1)
    found = {}
    for accuracy in np.arange(0.5, 0.985, 0.02):
        for together in (0.0, 0.2, 0.4):
            p = chances(accuracy, together)
            truth = p @ [0, 50, 200]
            covers = (low <= truth + 1e-6) & (high >= truth - 1e-6)
            found[round(accuracy, 2), together] = np.exp(ways + outcomes @ np.log(p))[covers].sum()
    assert min(found.values()) > 0.93 and max(found.values()) < 0.975
    assert 0.94 < np.mean(list(found.values())) < 0.965


ACCURACIES = (0.95, 0.75, 0.65, 0.85, 0.8, 0.7, 0.85, 0.8, 0.7, 0.75, 0.7, 0.55, 0.6, 0.55)
"""Of a good model: share of questions answered right in each of the 14 subtasks, as SUBTASKS has them."""


def test_intervals_cover_the_truth_of_a_simulated_model():
    rng, simulations = np.random.default_rng(20260101), 1000
    odds = {s.name: chances(a, 0.2) for s, a in zip(SUBTASKS, ACCURACIES, strict=True)}
    truth = {name: float(p @ [0, 50, 200]) for name, p in odds.items()}
    truth |= {group.value: sum(truth[s.name] for s in in_group(group)) for group in Group}
    drawn = {s.name: rng.multinomial(s.images, odds[s.name], size=simulations) for s in SUBTASKS}
    covered = dict.fromkeys(truth, 0)
    for number in range(simulations):
        found = with_totals(
            {name: subtask_estimate(np.repeat([0, 50, 200], c[number]).tolist()) for name, c in drawn.items()}
        )
        for name, estimate in found.items():
            covered[name] += estimate.low <= truth[name] <= estimate.high
    shares = {name: count / simulations for name, count in covered.items()}
    outside = {name: value for name, value in shares.items() if not 0.93 <= value <= 0.97}
    assert outside == {}, shares
