"""What a maker hands to the builder, and the two ways by which questions are balanced.

A maker is a function `(rng,
                        count) -> iterator of count DrawnItems`,
                        for an even count. Both ways make every question text true
for as many pictures as it is false, so that the text alone tells nothing:

- twins: two pictures share both questions and differ in which of them is true;
- derangement: the false value of a picture is the true value of another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

ENDING = "Please answer yes or no."


@dataclass(frozen=True)
class DrawnItem:
    """One picture with its true and its false question; `note` says what was drawn, for the manifest.

    `exact` keeps every pixel (PNG) even where JPEG would be smaller.
    """

    picture: Image.Image
    yes: str
    no: str
    note: str
    exact: bool = False


Maker = Callable[[np.random.Generator, int], Iterator[DrawnItem]]


def ask(question: str) -> str:
    """The question with MME's ending."""
    return f"{question} {ENDING}"


def pick(rng: np.random.Generator, options: Sequence):
    """One option, kept as the Python object it is."""
    return options[int(rng.integers(len(options)))]


def shuffled(rng: np.random.Generator, options: Sequence) -> list:
    return [options[int(i)] for i in rng.permutation(len(options))]


def dealt(rng: np.random.Generator, options: Sequence, count: int) -> list:
    """`count` options: whole shuffled decks, so that none comes twice before all came once."""
    hand: list = []
    while len(hand) < count:
        hand += shuffled(rng, options)
    return hand[:count]


def deranged(rng: np.random.Generator, values: Sequence[str]) -> list[str]:
    """A wrong value for each value, together the same values; needs no value to fill more than half of them.

    A single value has no wrong one among its own: ValueError.
    """
    most = max((list(values).count(v) for v in set(values)), default=0)
    if 2 * most > len(values):
        raise ValueError(f"no derangement: one value fills {most} of {len(values)} places, at most half are allowed")
    # Sorted by value, a shift by the most frequent value's count moves every value past its own block.
    order = sorted(range(len(values)), key=lambda i: (values[i], i))
    wrong = list(values)
    for place, i in enumerate(order):
        wrong[i] = values[order[(place + most) % len(values)]]
    # Random swaps that keep the rule hide the order of the sort.
    for _ in range(4 * len(values)):
        i, j = (int(k) for k in rng.integers(len(values), size=2))
        if wrong[i] != values[j] and wrong[j] != values[i]:
            wrong[i], wrong[j] = wrong[j], wrong[i]
    return wrong


def questioned(rng: np.random.Generator, subjects: Sequence,
               forms: Sequence[tuple[str, Callable]]) -> list[tuple[str, str]]:
    """A true and a false question for each subject of a pool, deranged within each form.

    A form is a question with one {} and a function from subject to the value that belongs there. The forms are
    spread over the subjects; where some form has too few different values, all subjects get the first form.
    """
    def fill(form: tuple[str, Callable], places: list[int]) -> dict[int, tuple[str, str]]:
        question, value = form
        right = [value(subjects[i]) for i in places]
        return {i: (ask(question.format(a)), ask(question.format(b)))
                for i, a, b in zip(places, right, deranged(rng, right), strict=True)}

    places = shuffled(rng, range(len(subjects)))
    try:
        found: dict[int, tuple[str, str]] = {}
        for number, form in enumerate(forms):
            found |= fill(form, places[number::len(forms)])
    except ValueError:
        found = fill(forms[0], places)
    return [found[i] for i in range(len(subjects))]
