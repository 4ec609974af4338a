"""Harder OCR: level 2 is one small name in a wide picture, level 3 one among many tiny names.

The letters are set in 14 or 15 pixels on level 2 and in 11 or 12 on level 3, which a person can still read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image

from benchmark.suite.canvas import Canvas, Face, darker, lighter, mix
from benchmark.suite.items import DrawnItem, Maker, ask, dealt, pick, shuffled
from benchmark.suite.signs import PLACES, SHOPS, TITLES

WIDTH, HEIGHT = 480, 360
TINY = 11
PALETTE = 128
PAPER = ("#fbf7ea", "#f3f6f7", "#fbefe6")
INK = "#23262e"

Couple = tuple[str, str]
Design = Callable[[np.random.Generator, str, Sequence[str]], Image.Image]
"""Draws a picture with the name that is asked about; the other names fill it up."""


def _trees(c: Canvas, rng: np.random.Generator, y: float, count: int) -> None:
    for _ in range(count):
        x, size = float(rng.uniform(0, WIDTH)), float(rng.uniform(14, 26))
        c.rect(x - 3, y - size, x + 3, y, "#6b4f3a")
        c.circle(x, y - size * 1.5, size, mix("#4d8a4b", "#7fae5c", float(rng.uniform(0, 1))))


def _street(rng: np.random.Generator, name: str, others: Sequence[str]) -> Image.Image:
    """A street seen from far: one of its houses is a shop with a name over the door."""
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#9fcbe8", "#eef4f2", y1=250)
    c.rect(0, 250, WIDTH, HEIGHT, "#8c9096")
    c.rect(0, 250, WIDTH, 266, "#c4c1b8")
    for x in range(10, WIDTH, 70):
        c.rect(x, 312, x + 36, 317, "#f2efe4")
    shop = int(rng.integers(4))
    for i in range(4):
        x, top = i * 120, int(rng.integers(70, 120))
        wall = pick(rng, ("#d9b08c", "#c98f7a", "#b9c4c9", "#d8cfa6", "#c7b3cf"))
        c.rect(x + 3, top, x + 117, 252, wall)
        c.poly([(x - 2, top), (x + 60, top - 34), (x + 122, top)], darker(wall, 0.4))
        for row in range(2):
            for column in range(3):
                c.rect(x + 16 + column * 34, top + 14 + row * 38, x + 38 + column * 34, top + 42 + row * 38, "#e8f0f3")
        if i == shop:
            sign = pick(rng, ("#2f4858", "#7a2e3b", "#2d5a3f", "#3d3566"))
            c.rect(x + 8, 206, x + 112, 226, sign, 2)
            c.text(x + 60, 216, name, Face.SANS, c.fitting(name, Face.SANS, 98, 15), "#fff8e6")
            c.rect(x + 46, 228, x + 74, 252, darker(wall, 0.5))
        else:
            c.rect(x + 46, 216, x + 74, 252, darker(wall, 0.5))
    _trees(c, rng, 300, 2)
    return c.finish()


def _desk(rng: np.random.Generator, name: str, others: Sequence[str]) -> Image.Image:
    """A desk from above with a notebook, a cup, pencils and a small label with the name."""
    wood = pick(rng, ("#c89b6c", "#b98a62", "#d2b48c"))
    c = Canvas(WIDTH, HEIGHT, wood)
    for y in range(0, HEIGHT, 40):
        c.line([(0, y), (WIDTH, y + 3)], darker(wood, 0.14), 1.5)
    c.rect(40, 50, 220, 300, pick(rng, ("#39506b", "#6b3947", "#3f5f4a")), 6)
    c.rect(48, 50, 56, 300, "#00000033")
    left = bool(rng.integers(2))
    x, y = (130, 110) if left else (332, 262)
    if not left:
        c.rect(262, 232, 402, 292, "#fffdf4", 3)
    c.rect(x - 52, y - 13, x + 52, y + 13, "#fffdf4", 2, "#c9bfa6", 1)
    c.text(x, y, name, Face.SERIF, c.fitting(name, Face.SERIF, 96, 15), INK)
    c.circle(376, 110, 62, "#f5f2ea")
    c.circle(376, 110, 46, "#e4ddd0")
    c.circle(376, 110, 40, "#5a3a28")
    for i, colour in enumerate(("#e0a526", "#c8402f", "#3a76b5")):
        c.line([(440 + i * 13, 338), (436 + i * 13, 206)], colour, 7)
    return c.finish()


def _shelf(rng: np.random.Generator, name: str, others: Sequence[str]) -> Image.Image:
    """A kitchen shelf with jars, one of which has a label."""
    c = Canvas(WIDTH, HEIGHT, pick(rng, ("#e9e2d0", "#dbe6e3", "#eadfe2")))
    labelled = int(rng.integers(8))
    for row in range(2):
        y = 160 + row * 150
        c.rect(0, y, WIDTH, y + 14, "#9a7350")
        for column in range(4):
            x = 62 + column * 118
            fill = pick(rng, ("#c98a3a", "#8f3f3a", "#5f7f45", "#d8c48a", "#7a5a86"))
            c.rect(x - 50, y - 112, x + 50, y, "#f4f8f8", 12, "#b9c6c8", 2)
            c.rect(x - 45, y - 84, x + 45, y - 5, fill, 9)
            c.rect(x - 42, y - 126, x + 42, y - 108, "#b08a5c", 4)
            c.rect(x - 47, y - 64, x + 47, y - 34, "#fffaf0", 3)
            if 4 * row + column == labelled:
                c.text(x, y - 49, name, Face.SANS, c.fitting(name, Face.SANS, 88, 14), INK)
            else:
                for line in (-54, -46):
                    c.rect(x - 30, y + line, x + 30, y + line + 3, lighter(fill, 0.45))
    return c.finish()


def _timetable(rng: np.random.Generator, name: str, others: Sequence[str]) -> Image.Image:
    """A departure board with two columns of small lines."""
    c = Canvas(WIDTH, HEIGHT, pick(rng, ("#59636e", "#6b5d52", "#4f6b63")))
    c.rect(16, 14, 464, 346, "#14181f", 8)
    c.text(240, 32, "DEPARTURES", Face.SANS, 16, "#ffd34d")
    names = shuffled(rng, [name, *others[:21]])
    minutes = sorted(int(m) for m in rng.choice(range(6 * 60, 22 * 60, 5), len(names), replace=False))
    for i, (place, minute) in enumerate(zip(names, minutes, strict=True)):
        x, y = 32 + (i // 11) * 222, 62 + (i % 11) * 26
        c.text(x, y, f"{minute // 60:02d}:{minute % 60:02d}", Face.MONO, TINY, "#8fd3ff", "lm")
        c.text(x + 44, y, place, Face.SANS, TINY + 1, "#f4f2e6", "lm")
        c.text(x + 196, y, str(int(rng.integers(1, 13))), Face.MONO, TINY, "#ffd34d", "rm")
    c.rect(239, 50, 241, 336, "#39424f")
    return c.finish()


def _map(rng: np.random.Generator, name: str, others: Sequence[str]) -> Image.Image:
    """A map with roads, a river and small place names."""
    c = Canvas(WIDTH, HEIGHT, "#eaf0d8")
    for _ in range(7):
        x, y = float(rng.uniform(0, WIDTH)), float(rng.uniform(0, HEIGHT))
        c.ellipse(x, y, float(rng.uniform(30, 70)), float(rng.uniform(20, 45)), "#d2e4b8")
    c.curve([(-10, float(rng.uniform(60, 300))), (140, float(rng.uniform(60, 300))), (300, float(rng.uniform(60, 300))),
             (490, float(rng.uniform(60, 300)))], "#9cc9ea", 9)
    places = [(column * 120 + 60 + float(rng.uniform(-8, 8)), row * 52 + 26 + float(rng.uniform(-7, 7)))
              for row in range(7) for column in range(4)]
    roads = [(i, i + 1) for i in range(28) if i % 4 < 3] + [(i, i + 4) for i in range(24)]
    for i, j in shuffled(rng, roads)[:34]:
        c.line([places[i], places[j]], "#ffffff", 5)
        c.line([places[i], places[j]], "#e3b36b", 2.4)
    chosen = shuffled(rng, places)[:20]
    for (x, y), place in zip(chosen, shuffled(rng, [name, *others[:19]]), strict=True):
        c.circle(x, y - 8, 3.4, "#ffffff", "#8a3b2e", 1.6)
        width, _ = c.text_size(place, Face.SANS, TINY)
        c.rect(x - width / 2 - 2, y - 2, x + width / 2 + 2, y + 13, "#f7f8ecdd", 2)
        c.text(x, y + 5.5, place, Face.SANS, TINY, "#2b2a26")
    return c.finish()


def _books(rng: np.random.Generator, name: str, others: Sequence[str]) -> Image.Image:
    """Two shelves full of books with their titles along the spines."""
    c = Canvas(WIDTH, HEIGHT, "#6d4c34")
    titles = shuffled(rng, [name, *others[:21]])
    for row in range(2):
        base = 174 + row * 174
        c.rect(8, base - 166, 472, base, "#3f2c20")
        for i, title in enumerate(titles[row * 11:row * 11 + 11]):
            x, tall = 14 + i * 41.5, float(rng.uniform(138, 156))
            colour = pick(rng, ("#b5453c", "#2f5d7c", "#d9a441", "#4f7f52", "#7b4b86", "#e2d6bd", "#37474f"))
            c.rect(x, base - tall, x + 36, base, colour, 2)
            for y in (base - tall + 10, base - 14):
                c.rect(x, y, x + 36, y + 3, darker(colour, 0.3))
            ink = INK if colour in ("#d9a441", "#e2d6bd") else "#fff6e0"
            c.text(x + 18, base - tall / 2, title, Face.SANS, c.fitting(title, Face.SANS, tall - 34, 12), ink, angle=90)
        c.rect(0, base, WIDTH, base + 8, "#8a6344")
    return c.finish()


Pools = tuple[tuple[tuple[Couple, ...], Design], ...]
SMALL: Pools = ((SHOPS, _street), (SHOPS, _shelf), (PLACES, _desk))
CROWDED: Pools = ((PLACES, _timetable), (TITLES, _books), (PLACES, _map))


def _maker(kinds: Pools, question: str) -> Maker:
    def make(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
        couples = [iter(dealt(rng, pool, count)) for pool, _ in kinds]
        for number, kind in enumerate(dealt(rng, range(len(kinds)), (count + 1) // 2)):
            couple = tuple(shuffled(rng, next(couples[kind])))
            for shown, other in (couple, couple[::-1])[: count - 2 * number]:
                pool, design = kinds[kind]
                others = shuffled(rng, [name for names in pool for name in names if name not in couple])
                picture = design(rng, shown, others).quantize(PALETTE, dither=Image.Dither.NONE)
                yield DrawnItem(picture, ask(question.format(shown)), ask(question.format(other)),
                                f"{design.__name__.strip('_')} with the name {shown}", exact=True)

    return make


LEVEL_MAKERS: dict[int, Maker] = {
    2: _maker(SMALL, 'Is the name written in the picture "{}"?'),
    3: _maker(CROWDED, 'Is "{}" one of the names written in the picture?'),
}
