"""How far a voter's judgments can be relied on, from battles whose answer a program knows and from other voters."""

import random
from collections.abc import Sequence


def when_to_ask(rng: random.Random, history: Sequence[bool], rate: float) -> bool:
    """Whether a voter's next offered battle is a known-answer one.

    history says of the voter's battles so far, oldest first, which were. In the long run a share `rate` of all
    battles is (0 <= rate <= 0.5), never two in a row, and nobody can tell which will be.
    """
    if not 0 <= rate <= 0.5:
        raise ValueError(f"the rate of known-answer battles must be from 0 to 0.5, not {rate!r}")
    if history and history[-1]:
        return False
    return rng.random() < rate / (1 - rate)
