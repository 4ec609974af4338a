"""Drawn writing: names, sums, prices and dice on plates, boards and walls. No torch in this file."""

from __future__ import annotations

import numpy as np
from PIL import Image

from models.embedded.faces import Face
from models.embedded.sheet import FACES, HEIGHT, WIDTH, Sheet, Writing, width_of
from models.embedded.words import page_word

GRID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz" * 2 + "0123456789" * 2 + "+-×÷=?$"


def draw_name(rng: np.random.Generator, text: str) -> tuple[Image.Image, Writing]:
    """A picture whose main writing is ``text``, on one line or on two."""
    sheet = Sheet(rng)
    face = FACES[rng.integers(len(FACES))]
    shown = text.upper() if face == Face.TALL or rng.random() < 0.4 else text
    lines = _lines(rng, shown)
    size = _fitting(lines, face, rng.uniform(140, 290), int(rng.integers(26, 72)))
    step = size * rng.uniform(0.95, 1.2)
    wide = max(width_of(line, face, size) for line in lines) / 2
    high = step * len(lines) / 2
    x = WIDTH / 2 if rng.random() < 0.4 else float(rng.uniform(wide + 12, WIDTH - wide - 12))
    y = float(np.clip(rng.normal(HEIGHT * 0.47, HEIGHT * 0.2), high + 8, HEIGHT - high - 8))
    sheet.taken.append((x - wide - 6, y - high - 4, x + wide + 6, y + high + 4))
    sheet.clutter(9)
    if rng.random() < 0.65:
        margin, above, below = rng.uniform(8, 60), rng.uniform(6, 70), rng.uniform(6, 70)
        sheet.plate((x - wide - margin, y - high - above, x + wide + margin, y + high + below))
    ink = sheet.ink()
    stroke = None
    if rng.random() < 0.08:
        sheet.dark, stroke = not sheet.dark, ink
        ink = sheet.ink()
        sheet.dark = not sheet.dark
    left = len(lines) > 1 and rng.random() < 0.3
    for number, line in enumerate(lines):
        at = x - wide + width_of(line, face, size) / 2 if left else x
        sheet.write(line, face, size, at, y + (number - (len(lines) - 1) / 2) * step, ink, stroke=stroke)
    sheet.aside(3, int(size * 0.62))
    return sheet.finish()


def draw_line(rng: np.random.Generator, text: str, face: Face, width: float, largest: int):
    """One line in the middle, as a sum stands on a blackboard or on paper."""
    sheet = Sheet(rng)
    x, y = WIDTH / 2 + rng.uniform(-24, 24), HEIGHT * rng.uniform(0.3, 0.62)
    sheet.taken.append((x - width / 2, y - 50, x + width / 2, y + 50))
    sheet.clutter(5)
    if rng.random() < 0.8:
        sheet.plate((x - width / 2 - 24, rng.uniform(8, 50), x + width / 2 + 24, rng.uniform(235, 285)))
    _ruled(sheet)
    sheet.write(text, face, _fitting([text], face, width, largest), x, y, sheet.ink())
    sheet.aside(1, 22)
    return sheet.finish()


def draw_pieces(rng: np.random.Generator, pieces: list[tuple[str, float, float]], face: Face, size: int, plates: bool):
    """Short texts at given places, each on its own plate or all on one ground."""
    sheet = Sheet(rng)
    _ruled(sheet)
    for text, x, y in pieces:
        half = width_of(text, face, size) / 2
        if plates:
            above, below = size * rng.uniform(0.7, 1.6), size * rng.uniform(0.7, 1.3)
            sheet.plate((x - half - 10, y - above, x + half + 10, y + below))
        sheet.write(text, face, size, x, y, sheet.ink())
    sheet.aside(2, int(size * 0.8))
    return sheet.finish()


def draw_dice(rng: np.random.Generator, rolls: list[int]) -> tuple[Image.Image, Writing]:
    """Dice in a row, from left to right."""
    sheet = Sheet(rng)
    half = rng.uniform(24, 36) * min(1, 4.3 / len(rolls))
    step = WIDTH / (len(rolls) + rng.uniform(0.4, 1))
    for number, roll in enumerate(rolls):
        x = WIDTH / 2 + (number - (len(rolls) - 1) / 2) * step
        sheet.die(roll, x, HEIGHT / 2 + rng.uniform(-42, 42), half)
    sheet.aside(1, 20)
    return sheet.finish()


def draw_page(rng: np.random.Generator) -> tuple[Image.Image, Writing]:
    """A picture full of lines of writing: many letters to learn from, none of them the main writing."""
    sheet = Sheet(rng)
    top = rng.uniform(0, 12)
    while top < HEIGHT - 24:
        size = int(rng.integers(28, 66))
        face = FACES[rng.integers(len(FACES))]
        text = ""
        while width_of(text, face, size) < WIDTH:
            text += (" " if text else "") + page_word(rng)
        text = text.upper() if face == Face.TALL or rng.random() < 0.4 else text
        while width_of(text, face, size) > WIDTH - 8:
            text = text[:-1]
        high = size * rng.uniform(0.95, 1.25)
        if rng.random() < 0.6:
            sheet.plate((-9, top, WIDTH + 9, top + high))
        else:
            sheet.dark = sum(sheet.image.getpixel((WIDTH // 2, min(HEIGHT - 1, int(top + high / 2))))) < 400
        if top + high < HEIGHT:
            sheet.write(text.strip(), face, size, WIDTH / 2, top + high / 2, sheet.ink(), main=False)
        top += high
    return sheet.finish()


def draw_grid(rng: np.random.Generator) -> tuple[Image.Image, Writing]:
    """Six lines of twelve single characters, each in the middle of its half of a patch: what reading begins with."""
    sheet = Sheet(rng)
    wide, high = WIDTH / 12, HEIGHT / 6
    for row in range(6):
        face, size = FACES[rng.integers(len(FACES))], int(rng.integers(36, 46))
        sheet.plate((-9, row * high, WIDTH + 9, (row + 1) * high))
        ink = sheet.ink()
        capital = face == Face.TALL or rng.random() < 0.5
        for column in range(12):
            character = GRID_CHARACTERS[rng.integers(len(GRID_CHARACTERS))]
            shown = character.upper() if capital else character
            sheet.write(shown, face, size, (column + 0.5) * wide, (row + 0.5) * high, ink, main=False)
    return sheet.finish()


def _ruled(sheet: Sheet) -> None:
    """Now and then thin lines, as on squared paper, below what is written next."""
    if sheet.rng.random() < 0.35:
        base = np.array(sheet.image.getpixel((WIDTH // 2, HEIGHT // 2)))
        colour = tuple(int(v) for v in np.clip(base + sheet.rng.integers(-35, 36, 3), 0, 255))
        for y in range(0, HEIGHT, 16):
            sheet.pen.line((0, y, WIDTH, y), colour, 1)
        if sheet.rng.random() < 0.6:
            for x in range(0, WIDTH, 16):
                sheet.pen.line((x, 0, x, HEIGHT), colour, 1)


def _lines(rng: np.random.Generator, text: str) -> list[str]:
    words = text.split(" ")
    if len(words) == 1 or rng.random() < 0.45:
        return [text]
    cut = len(words) - 1 if rng.random() < 0.7 else int(rng.integers(1, len(words)))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _fitting(lines: list[str], face: Face, width: float, largest: int) -> int:
    widest = max(width_of(line, face, 40) for line in lines)
    return max(12, min(largest, int(40 * width / widest)))
