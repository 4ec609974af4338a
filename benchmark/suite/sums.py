"""Numerical calculation: sums on blackboards and paper, geometry, prices, charts.

A task is a drawn sum with its answer, computed here. Twins are two draws of one task whose answers are close
to each other but differ; the wrong answer of a picture is the right one of its twin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmark.suite.canvas import Canvas, Face, Point, darker, lighter, mix
from benchmark.suite.items import DrawnItem, ask, dealt, pick

WIDTH, HEIGHT = 480, 360
ARITHMETIC = "Is the answer to the arithmetic question in the image {}?"
CHALK = "#f4f1e6"
INK = "#2b3f78"


class Sum(NamedTuple):
    """A task with its numbers filled in: how to draw it, the question about it, and the right answer."""

    draw: Callable[[], Image.Image]
    question: str
    answer: int
    written: str


Task = Callable[[np.random.Generator], Sum]


def _whole(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return int(rng.integers(low, high + 1))


def _blackboard(rng: np.random.Generator) -> Canvas:
    c = Canvas(WIDTH, HEIGHT, pick(rng, ("#e9dcc6", "#dfe3e0", "#ead7d0")))
    board = pick(rng, ("#2d4a41", "#33414f", "#2f3b36"))
    c.shadow(30, 30, 456, 324, 6, 8)
    c.rect(24, 22, 456, 316, "#a9784a", 6)
    c.rect(36, 34, 444, 304, board, 2)
    for _ in range(14):
        x, y = float(rng.uniform(60, 380)), float(rng.uniform(60, 270))
        c.line([(x, y), (x + float(rng.uniform(20, 70)), y + float(rng.uniform(-8, 8)))], "#ffffff0a", 14)
    c.rect(70, 306, 410, 318, "#8f623a", 3)
    c.rect(110, 300, 146, 307, "#fbf8ee", 3)
    c.rect(156, 300, 180, 307, "#f3c6a5", 3)
    c.rect(330, 294, 384, 307, "#6b5a4e", 3)
    return c


def _paper(rng: np.random.Generator, squared: bool = True) -> Canvas:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient(*pick(rng, (("#cf9f6d", "#b6854f"), ("#8fb0a6", "#74978d"), ("#a3a9c4", "#868db0"))))
    c.shadow(70, 24, 420, 350, 4, 9, 0.4)
    c.rect(62, 14, 418, 346, "#fffdf5", 4)
    for i in range(1, 18):
        if squared:
            c.rect(62 + i * 20, 14, 62.8 + i * 20, 346, "#c9dbe8")
        if i < 17:
            c.rect(62, 14 + i * 20, 418, 14.8 + i * 20, "#c9dbe8")
    if not squared:
        c.rect(104, 14, 105.5, 346, "#e58f8f")
    return c


def _graph_paper() -> Canvas:
    c = Canvas(WIDTH, HEIGHT, "#fdfcf6")
    for i in range(1, 24):
        c.rect(i * 20, 0, i * 20 + 0.8, HEIGHT, "#dbe6ee")
        c.rect(0, i * 20, WIDTH, i * 20 + 0.8, "#dbe6ee")
    return c


def _chalk_sum(rng: np.random.Generator, text: str) -> Image.Image:
    c = _blackboard(rng)
    colour = pick(rng, (CHALK, "#ffe9a8", "#cfe8ff"))
    c.text(240, 166, text, Face.HAND, c.fitting(text, Face.HAND, 336, 86), colour)
    return c.finish()


def addition(rng: np.random.Generator) -> Sum:
    a, b = _whole(rng, 15, 89), _whole(rng, 12, 79)
    return Sum(lambda: _chalk_sum(rng, f"{a} + {b} = ?"), ARITHMETIC, a + b, f"{a} + {b}")


def mixed(rng: np.random.Generator) -> Sum:
    a, b, c = _whole(rng, 3, 12), _whole(rng, 3, 9), _whole(rng, 2, 30)
    return Sum(lambda: _chalk_sum(rng, f"{a} × {b} + {c} = ?"), ARITHMETIC, a * b + c, f"{a} x {b} + {c}")


def division(rng: np.random.Generator) -> Sum:
    a, b = _whole(rng, 6, 25), _whole(rng, 3, 9)
    return Sum(lambda: _chalk_sum(rng, f"{a * b} ÷ {b} = ?"), ARITHMETIC, a, f"{a * b} / {b}")


def subtraction(rng: np.random.Generator) -> Sum:
    a, b = _whole(rng, 300, 950), _whole(rng, 110, 290)

    def draw() -> Image.Image:
        c = _paper(rng)
        c.text(330, 110, str(a), Face.HAND, 86, INK, "rm")
        c.text(330, 190, str(b), Face.HAND, 86, INK, "rm")
        c.text(140, 186, "−", Face.HAND, 80, INK)
        c.curve([(130, 236), (230, 233), (345, 237)], INK, 4)
        c.text(300, 284, "?", Face.HAND, 70, "#c0392b")
        return c.finish()

    return Sum(draw, ARITHMETIC, a - b, f"{a} - {b}")


def equation(rng: np.random.Generator) -> Sum:
    a, x, b = _whole(rng, 2, 9), _whole(rng, 3, 15), _whole(rng, 2, 20)

    def draw() -> Image.Image:
        c = _paper(rng, squared=False)
        text = f"{a}x + {b} = {a * x + b}"
        c.text(262, 124, text, Face.HAND, c.fitting(text, Face.HAND, 280, 66), INK)
        c.text(262, 222, "x = ?", Face.HAND, 66, "#c0392b")
        return c.finish()

    return Sum(draw, "Is the value of x in the picture equal to {}?", x, f"{a}x + {b} = {a * x + b}")


def _measured(c: Canvas, at: Point, text: str) -> None:
    c.text(*at, text, Face.SANS, 27, "#2a2f3a")


def rectangle_area(rng: np.random.Generator) -> Sum:
    a, b = _whole(rng, 6, 12), _whole(rng, 3, 5)
    fill = pick(rng, ("#f2b872", "#8cc0de", "#a7c98b", "#e59aa0"))

    def draw() -> Image.Image:
        c = _graph_paper()
        unit = min(320 / a, 220 / b)
        width, height = unit * a, unit * b
        x, y = (WIDTH - width) / 2 - 28, (HEIGHT - height) / 2 - 16
        c.rect(x, y, x + width, y + height, fill, 0, darker(fill, 0.5), 4)
        _measured(c, (x + width / 2, y + height + 26), f"{a} cm")
        _measured(c, (x + width + 46, y + height / 2), f"{b} cm")
        return c.finish()

    return Sum(draw, "Is the area of the rectangle in the picture equal to {} square centimetres?", a * b,
               f"rectangle {a} by {b}")


def square_perimeter(rng: np.random.Generator) -> Sum:
    a = _whole(rng, 3, 16)
    fill = pick(rng, ("#c7b3e5", "#8fd0c2", "#f5cf74", "#f0a58f"))

    def draw() -> Image.Image:
        c = _graph_paper()
        c.rect(142, 54, 338, 250, fill, 0, darker(fill, 0.5), 4)
        _measured(c, (240, 280), f"{a} cm")
        c.text(240, 150, "square", Face.SANS, 24, darker(fill, 0.6))
        return c.finish()

    return Sum(draw, "Is the perimeter of the square in the picture equal to {} centimetres?", 4 * a,
               f"square, side {a}")


def triangle_angle(rng: np.random.Generator) -> Sum:
    a, b = 5 * _whole(rng, 7, 16), 5 * _whole(rng, 7, 16)
    fill = pick(rng, ("#9fd3c7", "#f7c59f", "#b8c6ea", "#ecd47a"))

    def draw() -> Image.Image:
        c = _graph_paper()
        # The apex from the two base angles, so that the drawing is true to its numbers.
        ta, tb = np.tan(np.radians(a)), np.tan(np.radians(b))
        base = min(320.0, 230 * (ta + tb) / (ta * tb))
        left = 240 - base / 2
        apex = (left + base * tb / (ta + tb), 300 - base * ta * tb / (ta + tb))
        corners = [(left, 300), apex, (left + base, 300)]
        c.poly(corners, fill)
        c.line([*corners, corners[0], apex], darker(fill, 0.55), 4)
        c.text(left - 8, 322, f"{a}°", Face.SANS, 28, "#2a2f3a")
        c.text(left + base + 8, 322, f"{b}°", Face.SANS, 28, "#2a2f3a")
        c.text(apex[0], apex[1] - 22, "x", Face.SERIF, 32, "#c0392b")
        return c.finish()

    return Sum(draw, "Is the angle x of the triangle in the picture equal to {} degrees?", 180 - a - b,
               f"triangle with {a} and {b} degrees")


def price_tags(rng: np.random.Generator) -> Sum:
    prices = [_whole(rng, 4, 48) for _ in range(3)]
    colours = [pick(rng, ("#e4572e", "#2e86ab", "#f3a712", "#6a994e", "#8e5ea2")) for _ in prices]

    def draw() -> Image.Image:
        c = Canvas(WIDTH, HEIGHT)
        c.gradient("#f6ead9", "#ecd9c0")
        c.rect(0, 64, 480, 72, "#8a6a4a")
        for i, (price, colour) in enumerate(zip(prices, colours, strict=True)):
            x = 90 + i * 150
            c.line([(x, 70), (x, 124)], "#6b5540", 3)
            c.poly([(x - 56, 170), (x, 112), (x + 56, 170), (x + 56, 270), (x - 56, 270)], colour)
            c.circle(x, 140, 8, "#f6ead9")
            c.text(x, 218, f"${price}", Face.BLACK, 44, "#fffaf0")
        c.text(240, 320, "Total: ?", Face.HAND, 46, "#4a3a2a")
        return c.finish()

    return Sum(draw, "Is the total of the prices in the picture {} dollars?", sum(prices), f"prices {prices}")


def dice(rng: np.random.Generator) -> Sum:
    rolls = [_whole(rng, 1, 6) for _ in range(4)]
    felt = pick(rng, ("#2f6b4f", "#7a2e3b", "#2b4a73"))
    spots = {1: "c", 2: "ai", 3: "aci", 4: "agbi", 5: "agbic", 6: "agbide"}
    places = {"a": (-1, -1), "b": (1, -1), "c": (0, 0), "d": (-1, 0), "e": (1, 0), "g": (-1, 1), "i": (1, 1)}

    def draw() -> Image.Image:
        c = Canvas(WIDTH, HEIGHT)
        c.gradient(lighter(felt, 0.12), darker(felt, 0.12))
        for i, roll in enumerate(rolls):
            x, y = 96 + i * 96, 180 + float(rng.uniform(-50, 50))
            c.shadow(x - 34, y - 32, x + 42, y + 44, 12, 5, 0.5)
            c.rect(x - 38, y - 38, x + 38, y + 38, "#fbf7ec", 13)
            for spot in spots[roll]:
                dx, dy = places[spot]
                c.circle(x + dx * 20, y + dy * 20, 7.5, "#23232b")
        return c.finish()

    return Sum(draw, "Do the dice in the picture add up to {}?", sum(rolls), f"dice {rolls}")


def bar_chart(rng: np.random.Generator) -> Sum:
    days = ("Mon", "Tue", "Wed", "Thu")
    sold = [_whole(rng, 2, 9) for _ in days]
    colour = pick(rng, ("#4f86c6", "#e07a5f", "#5fa777", "#8367c7"))

    def draw() -> Image.Image:
        c = Canvas(WIDTH, HEIGHT, "#ffffff")
        c.text(240, 32, "Cakes sold", Face.SANS, 28, "#2a2f3a")
        for value in range(0, 11, 2):
            y = 310 - value * 24
            c.rect(70, y - 0.7, 440, y + 0.7, "#d9dde3")
            c.text(56, y, str(value), Face.SANS, 18, "#5a6270", "rm")
        for i, (day, value) in enumerate(zip(days, sold, strict=True)):
            x = 118 + i * 92
            c.rect(x - 28, 310 - value * 24, x + 28, 310, mix(colour, "#ffffff", 0.09 * i))
            c.text(x, 310 - value * 24 - 15, str(value), Face.SANS, 20, "#2a2f3a")
            c.text(x, 330, day, Face.SANS, 20, "#2a2f3a")
        c.rect(70, 309, 440, 311, "#2a2f3a")
        return c.finish()

    return Sum(draw, "Is the total number of cakes sold in the picture equal to {}?", sum(sold),
               f"bars {sold}")


TASKS: tuple[Task, ...] = (addition, subtraction, mixed, division, equation, rectangle_area, square_perimeter,
                           triangle_angle, price_tags, dice, bar_chart)


def _twin(rng: np.random.Generator, task: Task, first: Sum) -> Sum:
    """Another draw of the task with a near but different answer."""
    draws = [task(rng) for _ in range(60)]
    near = [other for other in draws
            if 0 < abs(other.answer - first.answer) <= max(4, abs(first.answer) // 8)]
    ten_off = [other for other in near if abs(other.answer - first.answer) == 10]
    return pick(rng, ten_off or near or [other for other in draws if other.answer != first.answer])


def numerical_calculation(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Sums and measures with their right answer and a close wrong one."""
    for number, task in enumerate(dealt(rng, TASKS, (count + 1) // 2)):
        first = task(rng)
        second = _twin(rng, task, first)
        for shown, other in ((first, second), (second, first))[: count - 2 * number]:
            yield DrawnItem(shown.draw(), ask(shown.question.format(shown.answer)),
                            ask(shown.question.format(other.answer)), f"{task.__name__}: {shown.written}")
