"""What a reading model is taught about drawn writing: letters, whole names, and sums. No torch in this file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from models.embedded import lettering
from models.embedded.faces import Face
from models.embedded.questions import PLEASE
from models.embedded.sheet import FACES, HEIGHT, WIDTH, Writing
from models.embedded.words import altered, written_name

NAME_QUESTIONS = (
    'Is the name written in the picture "{}"?',
    'Is the word in the picture "{}"?',
    'Is the title in the image "{}"?',
)
ARITHMETIC = "Is the answer to the arithmetic question in the image {}?"
LETTERS = "etaoinsrhldcumfpgwybvkxjqz"


@dataclass(frozen=True)
class Page:
    """A picture with writing: a name, or numbers with the question about them and its answer."""

    picture: Image.Image
    writing: Writing
    name: str | None = None
    question: str | None = None
    answer: int | None = None


def _whole(rng: np.random.Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def name_page(rng: np.random.Generator) -> Page:
    """A made-up name on a drawn sign."""
    name = written_name(rng)
    return Page(*lettering.draw_name(rng, name), name=name)


def _sum_on_board(rng: np.random.Generator, text: str, answer: int) -> Page:
    face = Face.HAND if rng.random() < 0.7 else FACES[rng.integers(len(FACES))]
    drawn = lettering.draw_line(rng, text, face, rng.uniform(220, 285), _whole(rng, 44, 70))
    return Page(*drawn, question=ARITHMETIC, answer=answer)


def addition(rng: np.random.Generator) -> Page:
    """ "47 + 28 = ?" """
    a, b = (_whole(rng, 1, 99), _whole(rng, 1, 79)) if rng.random() < 0.7 else (_whole(rng, 1, 9), _whole(rng, 1, 9))
    return _sum_on_board(rng, f"{a} + {b} = ?", a + b)


def product(rng: np.random.Generator) -> Page:
    """ "7 × 8 = ?", or with a third number added"""
    a, b, c = _whole(rng, 2, 12), _whole(rng, 2, 9), _whole(rng, 1, 30)
    if rng.random() < 0.5:
        return _sum_on_board(rng, f"{a} × {b} = ?", a * b)
    return _sum_on_board(rng, f"{a} × {b} + {c} = ?", a * b + c)


def division(rng: np.random.Generator) -> Page:
    """ "56 ÷ 8 = ?" """
    a, b = _whole(rng, 2, 25), _whole(rng, 2, 9)
    return _sum_on_board(rng, f"{a * b} ÷ {b} = ?", a)


def perimeter(rng: np.random.Generator) -> Page:
    """The side of a square below it."""
    a = _whole(rng, 2, 20)
    pieces = [(f"{a} cm", WIDTH / 2 + rng.uniform(-20, 20), HEIGHT * rng.uniform(0.65, 0.9))]
    drawn = lettering.draw_pieces(rng, pieces, Face.SANS, _whole(rng, 20, 34), False)
    return Page(*drawn, question="Is the perimeter of the square in the picture equal to {} centimetres?", answer=4 * a)


def area(rng: np.random.Generator) -> Page:
    """Two sides of a rectangle, one below it and one on its right."""
    a, b = _whole(rng, 2, 12), _whole(rng, 2, 9)
    places = (
        (WIDTH * rng.uniform(0.35, 0.5), HEIGHT * rng.uniform(0.75, 0.9)),
        (
            WIDTH * rng.uniform(0.78, 0.92),
            HEIGHT * rng.uniform(0.35, 0.55),
        ),
    )
    pieces = [(f"{number} cm", *place) for number, place in zip((a, b), places, strict=True)]
    drawn = lettering.draw_pieces(rng, pieces, Face.SANS, _whole(rng, 18, 28), False)
    question = "Is the area of the rectangle in the picture equal to {} square centimetres?"
    return Page(*drawn, question=question, answer=a * b)


def prices(rng: np.random.Generator) -> Page:
    """Two or three price tags."""
    found = [_whole(rng, 1, 49) for _ in range(_whole(rng, 2, 3))]
    step, y = WIDTH / (len(found) + 0.3), HEIGHT * rng.uniform(0.4, 0.7)
    pieces = [(f"${price}", WIDTH / 2 + (i - (len(found) - 1) / 2) * step, y) for i, price in enumerate(found)]
    drawn = lettering.draw_pieces(rng, pieces, Face.BLACK, _whole(rng, 30, 42), bool(rng.random() < 0.8))
    return Page(*drawn, question="Is the total of the prices in the picture {} dollars?", answer=sum(found))


def dice(rng: np.random.Generator) -> Page:
    """Two to four dice."""
    rolls = [_whole(rng, 1, 6) for _ in range(_whole(rng, 2, 4))]
    drawn = lettering.draw_dice(rng, rolls)
    return Page(*drawn, question="Do the dice in the picture add up to {}?", answer=sum(rolls))


NUMBER_PAGES: tuple[Callable[[np.random.Generator], Page], ...] = (
    addition,
    product,
    division,
    perimeter,
    area,
    prices,
    dice,
)


def number_page(rng: np.random.Generator) -> Page:
    """Any of the tasks with numbers."""
    return NUMBER_PAGES[rng.integers(len(NUMBER_PAGES))](rng)


def draw_page_of(rng: np.random.Generator, names: float = 0.6) -> Page:
    """A name in a share ``names`` of pictures, numbers in the others."""
    return name_page(rng) if rng.random() < names else number_page(rng)


def asked(rng: np.random.Generator, page: Page, truth: bool) -> tuple[str, str, str]:
    """A yes/no question about the page with the truth that is wanted: what comes before its value, the value, the rest.

    A wrong name differs in one or two letters, a wrong number by little or by ten.
    """
    if page.name is not None:
        form, value = NAME_QUESTIONS[0 if rng.random() < 0.6 else rng.integers(len(NAME_QUESTIONS))], page.name
        if not truth:
            value = altered(rng, value) if rng.random() < 0.75 else written_name(rng)
            if value.lower() == page.name.lower():
                value = altered(rng, page.name)
    else:
        form, value = page.question, str(page.answer if truth else wrong_number(rng, page.answer))
    before, after = form.split("{}")
    return before, value, f"{after} {PLEASE}"


def wrong_number(rng: np.random.Generator, right: int) -> int:
    """Another number, not negative: ten off, or close."""
    while True:
        off = 10 if rng.random() < 0.35 else _whole(rng, 1, max(4, right // 8))
        other = right + (off if rng.random() < 0.5 else -off)
        if other >= 0:
            return other
