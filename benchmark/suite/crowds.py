"""Harder existence, count, position and color: things strewn over the picture, many, overlapping, alike in colour.

Level 2 is a loose crowd, level 3 a dense one. Pictures come in twins that share both questions, of which each shows
what one asks for and not the other; so the words alone tell nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmark.suite.canvas import Canvas, mix
from benchmark.suite.items import DrawnItem, Maker, ask, pick, shuffled
from benchmark.suite.things import ALIKE, COLOURS, KINDS, Kind
from models.embedded.questions import article

WIDTH, HEIGHT = 480, 360
MARGIN = 6
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
           "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "twenty-one",
           "twenty-two", "twenty-three", "twenty-four", "twenty-five")
GROUNDS = ("#f4efe2", "#e7f0f4", "#efe8f3", "#eaf2e4", "#f6e9e4")
PLACES = (("on the left of", "on the right of", 0), ("above", "below", 1))
TRIES = 400
PALETTE = 96


class Thing(NamedTuple):
    """One thing of a picture: what it is, how large (half its height) and where its centre is."""

    kind: Kind
    colour: str
    size: float
    x: float = 0
    y: float = 0

    @property
    def words(self) -> str:
        return f"{self.colour} {self.kind.name}"


class Crowd(NamedTuple):
    """How crowded a level is: how many things, their sizes, and the least distance of two in sizes."""

    things: tuple[int, int]
    size: tuple[float, float]
    apart: float


LOOSE = Crowd((8, 11), (25, 31), 2.05)
DENSE = Crowd((15, 19), (24, 30), 1.35)
CLEAR = 1.9
"""The least distance, in sizes, of a thing that is asked about from every other: it is never half hidden."""

Subject = tuple[list[Thing], int]
"""The things of one picture, of which the first few are asked about and are not to be hidden."""


def strewn(rng: np.random.Generator, things: Sequence[Thing], apart: float, asked: int = 0,
           fits: Callable[[Sequence[Thing]], bool] = lambda placed: True) -> list[Thing]:
    """The things with places: inside the picture, `apart` from each other, the first `asked` ones clear of all."""
    while True:
        placed: list[Thing] = []
        for number, thing in enumerate(things):
            for _ in range(TRIES):
                edge = thing.size + MARGIN
                x, y = (float(rng.uniform(edge, length - edge)) for length in (WIDTH, HEIGHT))
                put = thing._replace(x=x, y=y)
                if all(np.hypot(put.x - other.x, put.y - other.y)
                       >= (CLEAR if min(number, place) < asked else apart) * (put.size + other.size) / 2
                       for place, other in enumerate(placed)):
                    placed.append(put)
                    break
            else:
                break
        if len(placed) == len(things) and fits(placed):
            return placed


def drawn(rng: np.random.Generator, things: Sequence[Thing]) -> Image.Image:
    """The picture: the things in any order on a quiet patterned ground."""
    c = Canvas(WIDTH, HEIGHT, pick(rng, GROUNDS))
    ground = pick(rng, GROUNDS)
    step, upright = int(rng.integers(44, 80)), bool(rng.integers(2))
    for i in range(0, WIDTH, 2 * step):
        box = (i, 0, i + step, HEIGHT) if upright else (0, i, WIDTH, i + step)
        c.rect(*box, ground)
    for thing in shuffled(rng, things):
        shade = mix(COLOURS[thing.colour], "#ffffff", float(rng.uniform(0, 0.06)))
        thing.kind.draw(c, thing.x, thing.y, thing.size, shade)
    return c.finish().quantize(PALETTE, dither=Image.Dither.NONE)


def _size(rng: np.random.Generator, crowd: Crowd) -> float:
    return float(rng.uniform(*crowd.size))


def _others(rng: np.random.Generator, crowd: Crowd, taken: int, allowed: Callable[[Kind, str], bool],
            different: bool) -> list[Thing]:
    """Things to fill the picture up with: of `different` kinds each, or of any."""
    wanted = int(rng.integers(crowd.things[0], crowd.things[1] + 1)) - taken
    pool = [(kind, colour) for kind in KINDS for colour in COLOURS if allowed(kind, colour)]
    found: list[Thing] = []
    for kind, colour in shuffled(rng, pool):
        if len(found) < wanted and not (different and any(thing.kind is kind for thing in found)):
            found.append(Thing(kind, colour, _size(rng, crowd)))
    return found


def _note(things: Sequence[Thing], asked: int) -> str:
    counted: dict[str, int] = {}
    for thing in things[asked:]:
        counted[thing.words] = counted.get(thing.words, 0) + 1
    first = ", ".join(f"{article(t.words)} {t.words} at {t.x:.0f}, {t.y:.0f}" for t in things[:asked])
    rest = ", ".join(f"{count} {words}" for words, count in counted.items())
    return f"{len(things)} things: {'; '.join(part for part in (first, rest) if part)}"


def _twins(questions: tuple[str, str], pictures: Sequence[tuple[Image.Image, str]]) -> Iterator[DrawnItem]:
    """Two pictures, of which the first shows what the first question asks."""
    for truth, (picture, note) in enumerate(pictures):
        yield DrawnItem(picture, ask(questions[truth]), ask(questions[1 - truth]), note, exact=True)


Pair = Callable[[np.random.Generator, bool], Iterator[DrawnItem]]


def _maker(pair: Pair, dense: bool) -> Maker:
    def make(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
        for number in range((count + 1) // 2):
            items = list(pair(rng, dense))
            yield from items[: count - 2 * number]

    return make


def _existence(rng: np.random.Generator, dense: bool) -> Iterator[DrawnItem]:
    """Loose: is a kind there? Dense: is a kind there in this colour, with its kind and its colour all around?"""
    crowd = DENSE if dense else LOOSE
    first, second = shuffled(rng, KINDS)[:2]
    if dense:
        colour = pick(rng, tuple(COLOURS))
        looks = ((first, colour), (first, ALIKE[colour]))
        questions = tuple(f"Is there {article(c)} {c} {kind.name} in this image?" for kind, c in looks)
    else:
        looks = tuple((kind, pick(rng, tuple(COLOURS))) for kind in (first, second))
        questions = tuple(f"Is there {article(kind.name)} {kind.name} in this image?" for kind, _ in looks)
    pictures = []
    for kind, colour in looks:
        shown = [Thing(kind, colour, _size(rng, crowd))]
        near = []
        if dense:
            elsewhere = [c for c in shuffled(rng, tuple(COLOURS)) if c not in (looks[0][1], looks[1][1])][:2]
            near = [Thing(first, c, _size(rng, crowd)) for c in elsewhere]
            around = shuffled(rng, [k for k in KINDS if k is not first])[:2]
            near += [Thing(k, c, _size(rng, crowd)) for k in around for _, c in looks]
            rest = _others(rng, crowd, len(near) + 1, lambda k, c: k is not first, different=False)
        else:
            rest = _others(rng, crowd, 1, lambda k, c: k not in (first, second), different=True)
        things = strewn(rng, shown + near + rest, crowd.apart, asked=1)
        pictures.append((drawn(rng, things), _note(things, 1)))
    return _twins(questions, pictures)


def _count(rng: np.random.Generator, dense: bool) -> Iterator[DrawnItem]:
    """Loose: 6 to 12 of a kind. Dense: 13 to 25 of a kind, touching; or one kind of 13 to 25 mixed things."""
    kind = pick(rng, KINDS)
    mixed = dense and bool(rng.integers(2))
    low, high = (5, 10) if mixed else (13, 25) if dense else (6, 12)
    number = int(rng.integers(low, high))
    numbers = (number, number + 1)
    questions = tuple(f"Are there {NUMBERS[n]} {kind.plural} in this image?" for n in numbers)
    total = int(rng.integers(max(13, number + 4), 22)) if mixed else 0
    size, apart = ((21, 25), 1.95) if mixed else ((20, 24), 1.75) if dense else ((24, 29), 2.2)
    pictures = []
    for n in numbers:
        kinds = [kind] * n
        if mixed:
            kinds += [pick(rng, [k for k in KINDS if k is not kind]) for _ in range(total - n)]
        things = [Thing(k, pick(rng, tuple(COLOURS)), float(rng.uniform(*size))) for k in kinds]
        things = strewn(rng, things, apart)
        pictures.append((drawn(rng, things), f"{n} {kind.plural} among {len(things)} things"))
    return _twins(questions, pictures)


def _position(rng: np.random.Generator, dense: bool) -> Iterator[DrawnItem]:
    """Loose: two kinds that occur once. Dense: two things by colour and kind, with their kinds in alike colours."""
    crowd = DENSE if dense else LOOSE
    kinds = shuffled(rng, KINDS)[:2]
    colours = [pick(rng, tuple(COLOURS)) for _ in kinds]
    forward, backward, axis = pick(rng, PLACES)
    names = [f"{c} {kind.name}" if dense else kind.name for kind, c in zip(kinds, colours, strict=True)]
    questions = tuple(f"Is the {names[0]} {place} the {names[1]}?" for place in (forward, backward))
    pictures = []
    for sign in (1, -1):
        asked = [Thing(kind, c, _size(rng, crowd)) for kind, c in zip(kinds, colours, strict=True)]
        near = [Thing(thing.kind, ALIKE[thing.colour], _size(rng, crowd)) for thing in asked] if dense else []
        rest = _others(rng, crowd, 2 + len(near), lambda k, c: k not in kinds, different=not dense)

        def fits(placed: Sequence[Thing], sign: int = sign) -> bool:
            a, b = ((t.x, t.y)[axis] for t in placed[:2])
            return sign * (b - a) > 60

        things = strewn(rng, asked + near + rest, crowd.apart, asked=2, fits=fits)
        pictures.append((drawn(rng, things), _note(things, 2)))
    return _twins(questions, pictures)


def _color(rng: np.random.Generator, dense: bool) -> Iterator[DrawnItem]:
    """Which of two colours the one thing of its kind has; dense: two alike colours, both seen all around."""
    crowd = DENSE if dense else LOOSE
    kind = pick(rng, KINDS)
    first = pick(rng, tuple(COLOURS))
    second = ALIKE[first] if dense else pick(rng, [c for c in COLOURS if c not in (first, ALIKE[first])])
    questions = tuple(f"Is the {kind.name} {colour}?" for colour in (first, second))
    pictures = []
    for colour in (first, second):
        shown = [Thing(kind, colour, _size(rng, crowd))]
        around = shuffled(rng, [k for k in KINDS if k is not kind])[:4]
        alike = zip(around, (first, second) * 2, strict=True) if dense else ()
        near = [Thing(k, c, _size(rng, crowd)) for k, c in alike]
        rest = _others(rng, crowd, 1 + len(near), lambda k, c: k is not kind, different=not dense)
        things = strewn(rng, shown + near + rest, crowd.apart, asked=1)
        pictures.append((drawn(rng, things), _note(things, 1)))
    return _twins(questions, pictures)


LEVEL_MAKERS: dict[str, dict[int, Maker]] = {
    name: {2: _maker(pair, dense=False), 3: _maker(pair, dense=True)}
    for name, pair in (("existence", _existence), ("count", _count), ("position", _position), ("color", _color))
}
