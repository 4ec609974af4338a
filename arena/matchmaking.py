"""Who fights whom, and on which side. Every draw records the probability with which it was made.

A pair is drawn in proportion to what one more game of it is expected to tell. With a normal prior on each strength
(`PRIOR_GAMES` virtual games against a common player) and games that each tell `INFORMATION` about the difference of two
strengths, that is the information gain of a Bayesian design, log(1 + INFORMATION * Var(difference)): it is largest
where two models have been compared least, be it with each other or through others (Chaloner and Verdinelli,
Statistical Science 10, 1995, section 2). A model with few games is boosted beyond that, and a share of all draws is
uniform, so that every pair keeps a probability that later analysis can divide by.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from arena.errors import NotEnoughModelsError

SIDE_PROPENSITY = 0.5
INFORMATION = 0.25  # of one game between equals about the difference of their log strengths (Bradley-Terry)
PRIOR_GAMES = 2  # as the ratings have them
NEW_BELOW_GAMES = 30
NEW_BOOST = 3.0
UNIFORM_SHARE = 0.1

Pair = frozenset[str]
PairWeight = Callable[[str, str], float]


@dataclass(frozen=True)
class Match:
    """One draw. P(this pair, this order of sides) = pair_propensity * side_propensity."""

    model_a: str
    model_b: str
    pair_propensity: float
    side_propensity: float = SIDE_PROPENSITY


def draw_match(names: Sequence[str], rng: random.Random, weight: PairWeight = lambda first, second: 1.0) -> Match:
    """Draws an unordered pair of different models in proportion to `weight`, then the sides with a fair coin.

    The draw does not depend on the order of `names`. Raises NotEnoughModelsError with fewer than two names and
    ValueError if a weight is negative or all are zero.
    """
    unique = sorted(set(names))
    if len(unique) < 2:
        raise NotEnoughModelsError(len(unique))
    pairs = list(combinations(unique, 2))
    weights = [weight(first, second) for first, second in pairs]
    if min(weights) < 0 or sum(weights) <= 0:
        raise ValueError(f"pair weights must be at least 0 and not all 0, got {weights}")
    index = rng.choices(range(len(pairs)), weights)[0]
    first, second = pairs[index]
    if rng.random() < SIDE_PROPENSITY:
        first, second = second, first
    return Match(first, second, weights[index] / sum(weights))


def learning_weights(names: Sequence[str], games: Mapping[Pair, int]) -> dict[Pair, float]:
    """Weight of each pair of different models, all above 0 and adding up to 1.

    games says how often each pair was judged; models outside `names` join those inside that both have met.
    """
    everybody = sorted({*names, *(name for pair in games for name in pair)})
    index = {name: position for position, name in enumerate(everybody)}
    precision = np.eye(len(everybody)) * PRIOR_GAMES * INFORMATION
    played = np.zeros(len(everybody))
    for pair, count in games.items():
        here = [index[name] for name in pair]
        precision[np.ix_(here, here)] += count * INFORMATION * np.array([[1, -1], [-1, 1]])
        played[here] += count
    covariance = np.linalg.inv(precision)
    pairs = [frozenset(pair) for pair in combinations(sorted(set(names)), 2)]
    gains = np.array([_gain(covariance, played, [index[name] for name in pair]) for pair in pairs])
    weights = (1 - UNIFORM_SHARE) * gains / gains.sum() + UNIFORM_SHARE / len(pairs) if pairs else gains
    return dict(zip(pairs, weights.tolist(), strict=True))


def never_again(weights: Mapping[Pair, float], seen: set[Pair]) -> dict[Pair, float]:
    """The weights with 0 for every pair in `seen`; unchanged where that would leave none."""
    left = {pair: 0.0 if pair in seen else weight for pair, weight in weights.items()}
    return left if any(left.values()) else dict(weights)


def _gain(covariance: np.ndarray, played: np.ndarray, pair: Sequence[int]) -> float:
    i, j = pair
    variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
    boost = NEW_BOOST if min(played[i], played[j]) < NEW_BELOW_GAMES else 1.0
    return float(boost * np.log1p(INFORMATION * variance))
