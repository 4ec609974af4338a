import random
from collections import Counter

import pytest

from arena.errors import NotEnoughModelsError
from arena.matchmaking import draw_match


def test_a_seed_repeats_its_draws_whatever_the_order_of_names():
    first, second = random.Random(5), random.Random(5)
    assert [draw_match("abc", first) for _ in range(50)] == [draw_match("cba", second) for _ in range(50)]


def test_all_sides_of_all_pairs_come_as_often_as_their_propensity_says():
    rng = random.Random(1)
    drawn = [draw_match("abc", rng) for _ in range(6000)]
    assert all(match.pair_propensity == pytest.approx(1 / 3) and match.side_propensity == 0.5 for match in drawn)
    counts = Counter((match.model_a, match.model_b) for match in drawn)
    assert set(counts) == {(a, b) for a in "abc" for b in "abc" if a != b}
    assert all(abs(count - 1000) < 5 * (6000 * 1 / 6 * 5 / 6) ** 0.5 for count in counts.values())


def test_weights_set_the_propensity():
    match = draw_match("abc", random.Random(0), lambda first, second: 3.0 if first == "a" else 0.0)
    assert match.pair_propensity == 0.5 and "a" in (match.model_a, match.model_b)


@pytest.mark.parametrize("names", [[], ["a"], ["a", "a"]])
def test_needs_two_different_models(names):
    with pytest.raises(NotEnoughModelsError, match=f"the line-up has {len(set(names))}"):
        draw_match(names, random.Random(0))


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_refuses_weights_that_are_no_distribution(weight):
    with pytest.raises(ValueError, match="pair weights"):
        draw_match("ab", random.Random(0), lambda first, second: weight)
