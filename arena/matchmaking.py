"""Who fights whom, and on which side. Every draw records the probability with which it was made."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from arena.errors import NotEnoughModelsError

SIDE_PROPENSITY = 0.5

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
