"""Artwork: own flat re-drawings of famous works whose artists died more than 70 years ago."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmark.suite import paintings_classic as classic
from benchmark.suite import paintings_modern as modern
from benchmark.suite.canvas import Canvas, darker, lighter
from benchmark.suite.items import DrawnItem, dealt, pick, questioned


class Artwork(NamedTuple):
    """A work with its artist, and the function that redraws it on a canvas of this size."""

    title: str
    artist: str
    width: int
    height: int
    draw: Callable[[Canvas, np.random.Generator], None]


ARTWORKS = (
    Artwork("The Starry Night", "Vincent van Gogh", 400, 310, modern.starry_night),
    Artwork("Sunflowers", "Vincent van Gogh", 300, 370, modern.sunflowers),
    Artwork("The Scream", "Edvard Munch", 300, 370, modern.scream),
    Artwork("Composition with Red, Blue and Yellow", "Piet Mondrian", 330, 330, modern.composition),
    Artwork("Black Square", "Kazimir Malevich", 330, 330, modern.black_square),
    Artwork("Squares with Concentric Circles", "Wassily Kandinsky", 400, 310, modern.concentric_circles),
    Artwork("The Kiss", "Gustav Klimt", 330, 330, modern.kiss),
    Artwork("Impression, Sunrise", "Claude Monet", 400, 310, modern.sunrise),
    Artwork("Mona Lisa", "Leonardo da Vinci", 280, 370, classic.mona_lisa),
    Artwork("Girl with a Pearl Earring", "Johannes Vermeer", 300, 370, classic.pearl_earring),
    Artwork("The Great Wave off Kanagawa", "Katsushika Hokusai", 400, 290, classic.great_wave),
    Artwork("The Creation of Adam", "Michelangelo", 410, 270, classic.creation_of_adam),
    Artwork("The Birth of Venus", "Sandro Botticelli", 400, 290, classic.birth_of_venus),
    Artwork("Wanderer above the Sea of Fog", "Caspar David Friedrich", 300, 370, classic.wanderer),
    Artwork("Whistler's Mother", "James McNeill Whistler", 400, 340, classic.whistlers_mother),
)
FRAMES = ("#b98f3f", "#5d4030", "#2b2a2e", "#d6c7a4", "#7a5a2f")
WALLS = ("#e9e5dc", "#d3dad6", "#dfd0c8", "#c9d0db", "#6e3b3b", "#35504a")


def hung(rng: np.random.Generator, work: Artwork) -> Canvas:
    """The re-drawing in a frame on a museum wall."""
    painting = Canvas(work.width, work.height)
    work.draw(painting, rng)
    wall, frame = pick(rng, WALLS), pick(rng, FRAMES)
    c = Canvas(480, 460)
    c.gradient(lighter(wall, 0.12), darker(wall, 0.06), y1=432)
    c.rect(0, 432, 480, 460, "#8a6a4c")
    c.rect(0, 428, 480, 434, lighter(wall, 0.4))
    x, y = (480 - work.width) / 2, (426 - work.height) / 2
    c.shadow(x - 10, y - 4, x + work.width + 22, y + work.height + 24, 2, 9, 0.5)
    c.rect(x - 16, y - 16, x + work.width + 16, y + work.height + 16, frame, 2)
    c.rect(x - 10, y - 10, x + work.width + 10, y + work.height + 10, darker(frame, 0.22))
    c.rect(x - 6, y - 6, x + work.width + 6, y + work.height + 6, lighter(frame, 0.25))
    c.rect(x - 3, y - 3, x + work.width + 3, y + work.height + 3, darker(frame, 0.4))
    c.paste(painting.finish(), x, y)
    return c


def artwork(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Each work once before any comes again, in another frame."""
    subjects = dealt(rng, ARTWORKS, count)
    questions = questioned(rng, subjects, (
        ("Is this picture a redrawing of a work by {}?", lambda subject: subject.artist),
        ('Is this picture a redrawing of the work titled "{}"?', lambda subject: subject.title)))
    for subject, (yes, no) in zip(subjects, questions, strict=True):
        yield DrawnItem(hung(rng, subject).finish(), yes, no, f"own redrawing of {subject.title} ({subject.artist})")
