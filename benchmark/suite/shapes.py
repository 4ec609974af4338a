"""Existence, count, position and color: scenes of simple shapes, with questions whose truth the scene gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from benchmark.suite.items import DrawnItem, Maker, dealt
from models.embedded.questions import color_question, count_question, describe, existence_question, position_question
from models.embedded.scenes import MAX_OBJECTS, Scene, draw_scene

Question = Callable[[np.random.Generator, Scene, bool], str | None]
CANDIDATES = 12


def _balanced(rng: np.random.Generator, question: Question, scene: Scene, truth: bool,
              leaning: Counter[str]) -> str | None:
    """Of several possible questions the one that has so far been mostly asked with the other truth.

    `leaning` counts for each text its true uses minus its false ones, and is kept up to date here.
    """
    possible = [text for text in (question(rng, scene, truth) for _ in range(CANDIDATES)) if text]
    if not possible:
        return None
    sign = 1 if truth else -1
    best = min(possible, key=lambda text: sign * leaning[text])
    leaning[best] += sign
    return best


def _maker(question: Question, fewest: int) -> Maker:
    def make(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
        leaning: Counter[str] = Counter()
        for objects in dealt(rng, range(fewest, MAX_OBJECTS + 1), count):
            while True:
                picture, scene = draw_scene(rng, objects)
                yes = _balanced(rng, question, scene, True, leaning)
                no = _balanced(rng, question, scene, False, leaning)
                if yes and no:
                    break
                leaning.subtract([yes] if yes else [])
                leaning.update([no] if no else [])
            yield DrawnItem(picture, yes, no, describe(scene), exact=True)

    return make


existence = _maker(existence_question, 1)
count = _maker(count_question, 1)
position = _maker(position_question, 2)
color = _maker(color_question, 2)
