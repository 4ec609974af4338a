"""Celebrity: stylised portraits of historic people by what they are known for, with a caption that names no one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmark.suite import portraits_arts as arts
from benchmark.suite import portraits_rulers as rulers
from benchmark.suite import portraits_science as science
from benchmark.suite.canvas import Canvas, Face, darker, lighter, mix
from benchmark.suite.items import DrawnItem, dealt, pick, questioned
from benchmark.suite.portraits import GROUNDS

WIDTH, HEIGHT = 360, 440


class Person(NamedTuple):
    """A historic person, the caption under the portrait, and the function that draws it."""

    name: str
    caption: str
    draw: Callable[[Canvas, np.random.Generator, str], None]


PEOPLE = (
    Person("Albert Einstein", "Theory of relativity", science.einstein),
    Person("Isaac Newton", "Law of gravity, 1687", science.newton),
    Person("Marie Curie", "Discovery of radium, 1898", science.curie),
    Person("Galileo Galilei", "Moons of Jupiter, 1610", science.galileo),
    Person("Charles Darwin", "On the Origin of Species", science.darwin),
    Person("Abraham Lincoln", "16th President", rulers.lincoln),
    Person("Napoleon Bonaparte", "Emperor of the French, 1804", rulers.napoleon),
    Person("Cleopatra", "Last queen of Egypt", rulers.cleopatra),
    Person("Joan of Arc", "Siege of Orléans, 1429", rulers.joan),
    Person("Mahatma Gandhi", "Salt March, 1930", rulers.gandhi),
    Person("Charlie Chaplin", "Silent film comedian", arts.chaplin),
    Person("Frida Kahlo", "Painter, Mexico City", arts.kahlo),
    Person("William Shakespeare", "“To be, or not to be”", arts.shakespeare),
    Person("Ludwig van Beethoven", "Symphony No. 9, 1824", arts.beethoven),
    Person("Wolfgang Amadeus Mozart", "The Magic Flute, 1791", arts.mozart),
    Person("Vincent van Gogh", "Arles, 1889", arts.van_gogh),
)


def celebrity(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Each person once before any comes again, on another ground."""
    subjects = dealt(rng, PEOPLE, count)
    grounds = dealt(rng, GROUNDS, count)
    questions = questioned(rng, subjects, (("Is the person drawn in this picture {}?", lambda subject: subject.name),
                                           ("Is this a portrait of {}?", lambda subject: subject.name)))
    for subject, ground, (yes, no) in zip(subjects, grounds, questions, strict=True):
        ground = mix(ground, pick(rng, GROUNDS), float(rng.uniform(0, 0.4)))
        c = Canvas(WIDTH, HEIGHT)
        c.gradient(lighter(ground, 0.2), darker(ground, 0.2))
        c.glow(180, 170, 190, lighter(ground, 0.45), 0.7)
        subject.draw(c, rng, ground)
        c.rect(0, 386, WIDTH, HEIGHT, "#22252e")
        c.rect(0, 386, WIDTH, 390, "#c9a24a")
        c.text(180, 415, subject.caption, Face.SERIF, c.fitting(subject.caption, Face.SERIF, 320, 24), "#f6ead0")
        yield DrawnItem(c.finish(), yes, no, f"own portrait of {subject.name}")
