"""Scene: kinds of place, outdoors in a seeded light and indoors in seeded colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmark.suite import indoors, outdoors, public_places
from benchmark.suite.backdrops import LIGHTS, Light
from benchmark.suite.canvas import Canvas
from benchmark.suite.items import DrawnItem, dealt, questioned

WIDTH, HEIGHT = 480, 360


class Place(NamedTuple):
    """A kind of place, with its article, and the function that draws it. No two can be taken for each other."""

    name: str
    draw: Callable[[Canvas, np.random.Generator, Light], None]


PLACES = (
    Place("a beach", outdoors.beach),
    Place("a forest", outdoors.forest),
    Place("a desert", outdoors.desert),
    Place("a snowy mountain", outdoors.snowy_mountain),
    Place("a harbour", outdoors.harbour),
    Place("a city street", public_places.city_street),
    Place("a farm", outdoors.farm),
    Place("a football stadium", public_places.stadium),
    Place("a waterfall", outdoors.waterfall),
    Place("a kitchen", indoors.kitchen),
    Place("a library", indoors.library),
    Place("a classroom", indoors.classroom),
    Place("a bedroom", indoors.bedroom),
    Place("a bathroom", indoors.bathroom),
    Place("a supermarket", public_places.supermarket),
    Place("a railway station", public_places.railway_station),
)


def scene(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Each place once before any comes again, in another light or other colours."""
    subjects = dealt(rng, PLACES, count)
    lights = dealt(rng, LIGHTS, count)
    questions = questioned(rng, subjects, (("Is this picture taken in a place like {}?", lambda subject: subject.name),
                                           ("Does this image show {}?", lambda subject: subject.name)))
    for subject, light, (yes, no) in zip(subjects, lights, questions, strict=True):
        c = Canvas(WIDTH, HEIGHT)
        subject.draw(c, rng, light)
        yield DrawnItem(c.finish(), yes, no, f"{subject.name}, {light.name}")
