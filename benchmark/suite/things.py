"""Everyday things in one main colour each, for crowded pictures: drawn about a centre, `s` is half their height."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from benchmark.suite.canvas import Canvas, darker, lighter, ring, turned

COLOURS = {
    "red": "#d8262c",
    "orange": "#f58a1f",
    "yellow": "#f6d21c",
    "green": "#2e9a43",
    "turquoise": "#22c3bb",
    "blue": "#2a56cf",
    "purple": "#8a3bbd",
    "pink": "#f58fc0",
    "brown": "#86542f",
    "black": "#24242a",
}
ALIKE = {
    "red": "orange",
    "orange": "red",
    "yellow": "orange",
    "green": "turquoise",
    "turquoise": "blue",
    "blue": "turquoise",
    "purple": "pink",
    "pink": "purple",
    "brown": "red",
    "black": "brown",
}
"""The colour that a hurried look takes for this one."""


class Kind(NamedTuple):
    """A kind of thing: one, several, and the function (canvas, x, y, s, colour) that draws it."""

    name: str
    plural: str
    draw: Callable[[Canvas, float, float, float, str], None]


def _star(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    points = [(x + s * (1 if i % 2 == 0 else 0.42) * math.sin(i * math.pi / 5),
               y - s * (1 if i % 2 == 0 else 0.42) * math.cos(i * math.pi / 5)) for i in range(10)]
    c.poly(points, colour)


def _heart(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.circle(x - s * 0.45, y - s * 0.35, s * 0.52, colour)
    c.circle(x + s * 0.45, y - s * 0.35, s * 0.52, colour)
    c.poly([(x - s * 0.9, y - s * 0.1), (x + s * 0.9, y - s * 0.1), (x, y + s * 0.95)], colour)


def _leaf(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.line([(x, y + s * 1.0), (x, y + s * 0.2)], darker(colour, 0.35), s * 0.12)
    c.blob([(x, y - s), (x + s * 0.58, y - s * 0.2), (x + s * 0.34, y + s * 0.5), (x, y + s * 0.7),
            (x - s * 0.34, y + s * 0.5), (x - s * 0.58, y - s * 0.2)], colour)
    c.line([(x, y + s * 0.6), (x, y - s * 0.6)], lighter(colour, 0.35), s * 0.08)


def _fish(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.poly([(x + s * 0.45, y), (x + s * 1.05, y - s * 0.55), (x + s * 1.05, y + s * 0.55)], darker(colour, 0.15))
    c.ellipse(x - s * 0.15, y, s * 0.85, s * 0.52, colour)
    c.circle(x - s * 0.62, y - s * 0.12, s * 0.15, "#ffffff")
    c.circle(x - s * 0.64, y - s * 0.12, s * 0.08, "#15151a")


def _balloon(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.curve([(x, y + s * 0.4), (x + s * 0.1, y + s * 0.65), (x - s * 0.05, y + s)], "#6a6a70", s * 0.07)
    c.ellipse(x, y - s * 0.3, s * 0.58, s * 0.7, colour)
    c.poly([(x - s * 0.14, y + s * 0.5), (x, y + s * 0.36), (x + s * 0.14, y + s * 0.5)], colour)
    c.ellipse(x - s * 0.2, y - s * 0.55, s * 0.11, s * 0.18, lighter(colour, 0.55))


def _mug(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.ellipse(x + s * 0.5, y + s * 0.05, s * 0.42, s * 0.42, None, colour, s * 0.2)
    c.rect(x - s * 0.75, y - s * 0.75, x + s * 0.5, y + s * 0.85, colour, s * 0.16)
    c.ellipse(x - s * 0.125, y - s * 0.72, s * 0.62, s * 0.17, darker(colour, 0.45))


def _umbrella(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.line([(x, y - s * 0.2), (x, y + s * 0.75)], "#5c4a3c", s * 0.1)
    c.arc(x + s * 0.16, y + s * 0.75, s * 0.16, s * 0.2, 0, 180, "#5c4a3c", s * 0.1)
    c.pie(x, y + s * 0.1, s, 180, 360, colour)
    for i in (-1, 0, 1):
        c.line([(x, y - s * 0.86), (x + i * s * 0.45, y + s * 0.06)], darker(colour, 0.25), s * 0.05)


def _house(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.rect(x - s * 0.7, y - s * 0.15, x + s * 0.7, y + s * 0.9, colour)
    c.poly([(x - s * 0.95, y - s * 0.1), (x, y - s * 0.95), (x + s * 0.95, y - s * 0.1)], darker(colour, 0.3))
    c.rect(x - s * 0.18, y + s * 0.3, x + s * 0.18, y + s * 0.9, lighter(colour, 0.65))
    c.rect(x + s * 0.32, y + s * 0.1, x + s * 0.56, y + s * 0.36, lighter(colour, 0.65))


def _flower(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.curve([(x, y - s * 0.2), (x + s * 0.06, y + s * 0.4), (x, y + s)], "#5d7a55", s * 0.1)
    for i in range(6):
        petal = ring(x + s * 0.38 * math.cos(i * math.pi / 3), y - s * 0.3 + s * 0.38 * math.sin(i * math.pi / 3),
                     s * 0.3, s * 0.22, steps=20)
        centre = (x + s * 0.38 * math.cos(i * math.pi / 3), y - s * 0.3 + s * 0.38 * math.sin(i * math.pi / 3))
        c.poly(turned(petal, centre, i * 60), colour)
    c.circle(x, y - s * 0.3, s * 0.2, "#f3ead0")


def _kite(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.curve([(x, y + s * 0.5), (x + s * 0.22, y + s * 0.72), (x - s * 0.1, y + s)], "#6a6a70", s * 0.07)
    c.poly([(x, y - s), (x + s * 0.62, y - s * 0.25), (x, y + s * 0.55), (x - s * 0.62, y - s * 0.25)], colour)
    c.line([(x, y - s), (x, y + s * 0.55)], lighter(colour, 0.5), s * 0.06)
    c.line([(x - s * 0.62, y - s * 0.25), (x + s * 0.62, y - s * 0.25)], lighter(colour, 0.5), s * 0.06)


def _car(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.poly([(x - s * 0.6, y - s * 0.05), (x - s * 0.4, y - s * 0.55), (x + s * 0.35, y - s * 0.55),
            (x + s * 0.62, y - s * 0.05)], colour)
    c.poly([(x - s * 0.45, y - s * 0.08), (x - s * 0.31, y - s * 0.43), (x - s * 0.04, y - s * 0.43),
            (x - s * 0.04, y - s * 0.08)], "#dfeaf2")
    c.poly([(x + s * 0.05, y - s * 0.08), (x + s * 0.05, y - s * 0.43), (x + s * 0.29, y - s * 0.43),
            (x + s * 0.47, y - s * 0.08)], "#dfeaf2")
    c.rect(x - s, y - s * 0.08, x + s, y + s * 0.4, colour, s * 0.16)
    for wheel in (-0.55, 0.55):
        c.circle(x + wheel * s, y + s * 0.42, s * 0.24, "#303036")
        c.circle(x + wheel * s, y + s * 0.42, s * 0.1, "#c9ccd2")


def _mushroom(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.rect(x - s * 0.26, y - s * 0.05, x + s * 0.26, y + s * 0.92, "#dcc49c", s * 0.18)
    c.pie(x, y + s * 0.12, s * 0.98, 180, 360, colour)
    for dx, dy, radius in ((-0.5, -0.2, 0.13), (0.02, -0.5, 0.17), (0.5, -0.16, 0.12)):
        c.circle(x + dx * s, y + dy * s, radius * s, lighter(colour, 0.75))


def _boat(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.line([(x, y - s), (x, y + s * 0.4)], "#6b5540", s * 0.09)
    c.poly([(x + s * 0.08, y - s * 0.95), (x + s * 0.8, y + s * 0.25), (x + s * 0.08, y + s * 0.25)], colour)
    c.poly([(x - s * 0.1, y - s * 0.7), (x - s * 0.65, y + s * 0.25), (x - s * 0.1, y + s * 0.25)],
           lighter(colour, 0.25))
    c.poly([(x - s * 0.95, y + s * 0.38), (x + s * 0.95, y + s * 0.38), (x + s * 0.6, y + s * 0.85),
            (x - s * 0.6, y + s * 0.85)], darker(colour, 0.2))


def _bell(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.circle(x, y + s * 0.7, s * 0.2, darker(colour, 0.4))
    c.circle(x, y - s * 0.8, s * 0.16, darker(colour, 0.3))
    c.blob([(x, y - s * 0.8), (x + s * 0.45, y - s * 0.5), (x + s * 0.55, y + s * 0.2), (x + s * 0.85, y + s * 0.6),
            (x, y + s * 0.68), (x - s * 0.85, y + s * 0.6), (x - s * 0.55, y + s * 0.2), (x - s * 0.45, y - s * 0.5)],
           colour)
    c.line([(x - s * 0.58, y + s * 0.3), (x + s * 0.58, y + s * 0.3)], lighter(colour, 0.4), s * 0.07)


def _key(c: Canvas, x: float, y: float, s: float, colour: str) -> None:
    c.circle(x, y - s * 0.55, s * 0.36, None, colour, s * 0.2)
    c.rect(x - s * 0.1, y - s * 0.25, x + s * 0.1, y + s, colour)
    c.rect(x, y + s * 0.52, x + s * 0.42, y + s * 0.68, colour)
    c.rect(x, y + s * 0.8, x + s * 0.34, y + s * 0.97, colour)


KINDS = (
    Kind("star", "stars", _star),
    Kind("heart", "hearts", _heart),
    Kind("leaf", "leaves", _leaf),
    Kind("fish", "fish", _fish),
    Kind("balloon", "balloons", _balloon),
    Kind("mug", "mugs", _mug),
    Kind("umbrella", "umbrellas", _umbrella),
    Kind("house", "houses", _house),
    Kind("flower", "flowers", _flower),
    Kind("kite", "kites", _kite),
    Kind("car", "cars", _car),
    Kind("mushroom", "mushrooms", _mushroom),
    Kind("boat", "boats", _boat),
    Kind("bell", "bells", _bell),
    Kind("key", "keys", _key),
)
