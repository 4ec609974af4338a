import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import NotEnoughModelsError
from arena.matchmaking import UNIFORM_SHARE, draw_match, learning_weights, never_again


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


def pairs(games):
    return {frozenset(pair): count for pair, count in games.items()}


def test_what_was_compared_least_comes_most():
    weights = learning_weights("abc", pairs({("a", "b"): 200, ("a", "c"): 200, ("b", "c"): 40}))
    assert sum(weights.values()) == pytest.approx(1) and min(weights.values()) > 0
    assert max(weights, key=weights.get) == frozenset("bc")
    assert weights[frozenset("ab")] == pytest.approx(weights[frozenset("ac")])


def test_a_chain_of_games_tells_less_than_games_of_its_own():
    """a-b and b-c were judged often: a-c is known through b only, so it is drawn more than they are."""
    weights = learning_weights("abc", pairs({("a", "b"): 100, ("b", "c"): 100}))
    assert weights[frozenset("ac")] > 1.4 * weights[frozenset("ab")]


def test_new_models_are_boosted():
    games = pairs({(a, b): 100 for a in "abcd" for b in "abcd" if a < b})
    weights = learning_weights("abcde", games)
    new = sum(weight for pair, weight in weights.items() if "e" in pair)
    assert new > 0.85  # 4 of 10 pairs
    seen = learning_weights("abcde", games | pairs({("e", other): 10 for other in "abcd"}))
    assert sum(weight for pair, weight in seen.items() if "e" in pair) < new


def test_without_votes_all_pairs_are_alike():
    assert list(learning_weights("abcd", {}).values()) == pytest.approx([1 / 6] * 6)
    assert learning_weights("a", {}) == {}


@given(
    st.dictionaries(
        st.lists(st.sampled_from("abcdef"), min_size=2, max_size=2, unique=True).map(frozenset),
        st.integers(0, 100_000),
        max_size=15,
    )
)
def test_every_pair_keeps_a_chance(games):
    weights = learning_weights("abcd", games)
    assert len(weights) == 6 and sum(weights.values()) == pytest.approx(1)
    assert min(weights.values()) >= UNIFORM_SHARE / 6 * 0.999


def test_logged_propensities_are_the_real_ones():
    """Weights of a running arena, one pair excluded: the draws come as often as what is logged says."""
    weights = never_again(
        learning_weights("abcd", pairs({("a", "b"): 300, ("a", "c"): 50, ("c", "d"): 5})), {frozenset("ad")}
    )
    rng, draws = random.Random(4), 20_000
    drawn = [draw_match("abcd", rng, lambda a, b: weights[frozenset((a, b))]) for _ in range(draws)]
    logged = {(match.model_a, match.model_b): match.pair_propensity * match.side_propensity for match in drawn}
    assert sum(logged.values()) == pytest.approx(1) and len(logged) == 10  # 5 pairs, both ways
    assert not {("a", "d"), ("d", "a")} & set(logged)
    expected = {pair: weight / sum(weights.values()) for pair, weight in weights.items()}
    counts = Counter((match.model_a, match.model_b) for match in drawn)
    for sides, probability in logged.items():
        assert probability == pytest.approx(expected[frozenset(sides)] / 2)
        assert abs(counts[sides] - draws * probability) < 5 * (draws * probability * (1 - probability)) ** 0.5


def test_pairs_that_were_seen_have_no_chance_until_all_were():
    weights = learning_weights("abc", {})
    left = never_again(weights, {frozenset("ab")})
    assert left[frozenset("ab")] == 0 and left[frozenset("bc")] == weights[frozenset("bc")]
    assert never_again(weights, set(weights)) == weights
    assert never_again(weights, {frozenset("xy")}) == weights
