"""Landmark: famous buildings and places, drawn flat at a seeded time of day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmark.suite import landmark_sites as sites
from benchmark.suite import landmark_towers as towers
from benchmark.suite.backdrops import LIGHTS, Light
from benchmark.suite.canvas import Canvas
from benchmark.suite.items import DrawnItem, dealt, questioned

WIDTH, HEIGHT = 480, 360


class Landmark(NamedTuple):
    """A place with its country and the function that draws it."""

    name: str
    country: str
    draw: Callable[[Canvas, np.random.Generator, Light], None]


LANDMARKS = (
    Landmark("the Eiffel Tower", "France", towers.eiffel_tower),
    Landmark("the Pyramids of Giza", "Egypt", sites.pyramids),
    Landmark("Big Ben", "England", towers.big_ben),
    Landmark("the Taj Mahal", "India", towers.taj_mahal),
    Landmark("the Golden Gate Bridge", "the United States", sites.golden_gate),
    Landmark("the Statue of Liberty", "the United States", towers.liberty),
    Landmark("the Sydney Opera House", "Australia", sites.sydney_opera),
    Landmark("the Leaning Tower of Pisa", "Italy", towers.pisa),
    Landmark("Stonehenge", "England", sites.stonehenge),
    Landmark("the Great Wall of China", "China", sites.great_wall),
    Landmark("the Colosseum", "Italy", sites.colosseum),
    Landmark("Mount Fuji", "Japan", sites.fuji),
    Landmark("Christ the Redeemer", "Brazil", towers.redeemer),
    Landmark("Saint Basil's Cathedral", "Russia", towers.saint_basil),
    Landmark("the statues of Easter Island", "Chile", towers.moai),
    Landmark("the Parthenon", "Greece", sites.parthenon),
)


def landmark(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Each landmark once before any comes again, in another light."""
    subjects = dealt(rng, LANDMARKS, count)
    lights = dealt(rng, LIGHTS, count)
    questions = questioned(rng, subjects, (("Is this a picture of {}?", lambda subject: subject.name),
                                           ("Is the landmark in this picture located in {}?",
                                            lambda subject: subject.country)))
    for subject, light, (yes, no) in zip(subjects, lights, questions, strict=True):
        c = Canvas(WIDTH, HEIGHT)
        subject.draw(c, rng, light)
        yield DrawnItem(c.finish(), yes, no, f"{subject.name}, {light.name}")
