"""A sheet to write on, which keeps what stands where. No torch in this file.

A picture is drawn 384 x 288 and squeezed to the square that the model sees, as a visitor's 4:3 picture is. The main
writing is what is largest; smaller writing may stand around it and is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from models.embedded.faces import Face, font
from models.embedded.scenes import GRID
from models.embedded.words import written_name

WIDTH, HEIGHT = 384, 288
SPACE = "_"
CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789+-×÷=?$°'." + SPACE
PLAIN = str.maketrans({"−": "-", "–": "-", "’": "'", "é": "e", "è": "e", "ü": "u", "ö": "o", "ä": "a", " ": SPACE})
FACES = tuple(face for face in Face if face not in (Face.CHINESE, Face.CHINESE_SERIF))
MOST_LETTERS = 24  # of the main writing: what the questions and the numbered features have room for
PIPS = {1: "c", 2: "ai", 3: "aci", 4: "agbi", 5: "agbic", 6: "agbide"}
PIP_PLACES = {"a": (-1, -1), "b": (1, -1), "c": (0, 0), "d": (-1, 0), "e": (1, 0), "g": (-1, 1), "i": (1, 1)}

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Letter:
    """One drawn character; ``x`` and ``y`` (0 to 96) are its centre, ``index`` its number in the main writing or -1."""

    character: str
    x: float
    y: float
    height: float
    index: int


@dataclass(frozen=True)
class Writing:
    """What a picture says: ``text`` is the main writing, lowered, with ``_`` between words; ``letters`` all of it."""

    text: str
    letters: tuple[Letter, ...]


@cache
def _advance(face: Face, character: str) -> float:
    """How far a character moves the pen, as a share of the font size."""
    return font(face, 100).getlength(character) / 100


def width_of(text: str, face: Face, size: float) -> float:
    """The width of a text; measured once per character, since Pillow's own measuring is slow."""
    return size * sum(_advance(face, character) for character in text)


def plain(text: str) -> str:
    """The text in the model's characters: lowered, accents dropped, ``_`` for a space, ``.`` for what is not known."""
    return "".join(c if c in CHARACTERS else "." for c in text.lower().translate(PLAIN))


class Sheet:
    """One picture in the making: what was written where is kept beside the pixels."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.image, self.dark = _backdrop(rng)
        self.pen = ImageDraw.Draw(self.image)
        self.text = ""
        self.letters: list[Letter] = []
        self.taken: list[Box] = []

    def write(self, text: str, face: Face, size: int, x: float, y: float, ink, main: bool = True, stroke=None) -> None:
        """Text whose middle is at (x, y); the main writing grows by it, with a space between."""
        letters = font(face, size)
        left, top, right, bottom = letters.getbbox(text, anchor="mm")
        options = {"stroke_width": max(1, size // 18), "stroke_fill": stroke} if stroke else {}
        self.pen.text((x, y), text, ink, letters, "mm", **options)
        self.taken.append((x + left, y + top, x + right, y + bottom))
        pen = x - width_of(text, face, size) / 2
        written = plain(text)
        if main:
            self.text += (SPACE if self.text else "") + written
        first = len(self.text) - len(written)
        for number, character in enumerate(written):
            wide = width_of(text[number], face, size)
            pen += wide
            if character == SPACE:
                continue
            self._keep(character, pen - wide / 2, y + (top + bottom) / 2, bottom - top, first + number if main else -1)

    def die(self, pips: int, x: float, y: float, half: float) -> None:
        """A die; it counts as the number of its pips."""
        self.pen.rounded_rectangle((x - half, y - half, x + half, y + half), half * 0.3, (250, 246, 236))
        ink = tuple(int(v) for v in self.rng.integers(10, 60, 3))
        dot = half * 0.19
        for place in PIPS[pips]:
            dx, dy = (step * half * 0.53 for step in PIP_PLACES[place])
            self.pen.ellipse((x + dx - dot, y + dy - dot, x + dx + dot, y + dy + dot), ink)
        self.text += (SPACE if self.text else "") + str(pips)
        self._keep(str(pips), x, y, 2 * half, len(self.text) - 1)
        self.taken.append((x - half, y - half, x + half, y + half))

    def _keep(self, character: str, x: float, y: float, height: float, index: int) -> None:
        across, down = GRID / WIDTH, GRID / HEIGHT
        self.letters.append(Letter(character, x * across, y * down, height * down, index))

    def ink(self) -> tuple[int, int, int]:
        """A colour that stands out from the ground."""
        low, high = (185, 256) if self.dark else (0, 85)
        ink = self.rng.integers(low, high, 3)
        if self.rng.random() < 0.25:  # a stronger hue
            ink[self.rng.integers(3)] = 220 if not self.dark and self.rng.random() < 0.5 else ink.min()
        return tuple(int(v) for v in ink)

    def plate(self, box: Box) -> None:
        """A board behind the writing, with or without a frame; writing on it takes its ink from it."""
        self.dark = bool(self.rng.random() < 0.55)
        fill = _ground(self.rng, self.dark)
        radius = int(self.rng.integers(0, 18))
        framed = self.rng.random() < 0.5
        outline = self.ink() if framed and self.rng.random() < 0.6 else _ground(self.rng, not self.dark)
        self.pen.rounded_rectangle(box, radius, fill, outline if framed else None, int(self.rng.integers(2, 8)))
        if self.rng.random() < 0.3:
            inner = (box[0] + 9, box[1] + 9, box[2] - 9, box[3] - 9)
            if inner[2] - inner[0] > 30 and inner[3] - inner[1] > 20:
                self.pen.rounded_rectangle(inner, radius, None, self.ink(), int(self.rng.integers(1, 4)))

    def aside(self, most: int, largest: int) -> None:
        """Smaller writing where nothing stands yet."""
        for _ in range(int(self.rng.integers(0, most + 1))):
            size = int(self.rng.integers(9, max(10, largest)))
            face = FACES[self.rng.integers(len(FACES))]
            text = _small_print(self.rng)
            wide, high = width_of(text, face, size) / 2 + 4, size * 0.65
            x = float(self.rng.uniform(wide, WIDTH - wide)) if 2 * wide < WIDTH else WIDTH / 2
            y = float(self.rng.uniform(high, HEIGHT - high))
            box = (x - wide, y - high, x + wide, y + high)
            if all(_apart(box, other) for other in self.taken):
                under = self.image.getpixel((int(x), int(y)))
                self.dark = sum(under) < 380
                self.write(text, face, size, x, y, self.ink(), main=False)

    def clutter(self, most: int) -> None:
        """Things without meaning where nothing stands yet."""
        for _ in range(int(self.rng.integers(0, most + 1))):
            x, y = self.rng.uniform(0, WIDTH), self.rng.uniform(0, HEIGHT)
            wide, high = self.rng.uniform(2, 60), self.rng.uniform(2, 50)
            box = (x - wide, y - high, x + wide, y + high)
            if not all(_apart(box, other) for other in self.taken):
                continue
            colour = tuple(int(v) for v in self.rng.integers(0, 256, 3))
            kind = self.rng.integers(5)
            if kind == 0:
                self.pen.ellipse(box, colour)
            elif kind == 1:
                self.pen.rectangle(box, colour)
            elif kind == 2:
                self.pen.ellipse(box, None, colour, 4)
            elif kind == 3:
                self.pen.line((box[0], box[1], box[2], box[3]), colour, int(self.rng.integers(2, 7)))
            else:
                self.pen.polygon([(box[0], box[3]), (x, box[1]), (box[2], box[3])], colour)

    def finish(self) -> tuple[Image.Image, Writing]:
        """The picture as the model sees it, and what it says."""
        if self.rng.random() < 0.7:
            small = self.image.reduce((WIDTH // GRID, HEIGHT // GRID))  # much faster, and a little softer
        else:
            small = self.image.resize((GRID, GRID), Image.Resampling.BICUBIC)
        if self.rng.random() < 0.3:
            noise = self.rng.normal(0, self.rng.uniform(1, 6), (GRID, GRID, 3))
            small = Image.fromarray(np.clip(np.asarray(small) + noise, 0, 255).astype(np.uint8))
        return small, Writing(self.text, tuple(self.letters))


def _apart(one: Box, other: Box) -> bool:
    return one[2] < other[0] or one[0] > other[2] or one[3] < other[1] or one[1] > other[3]


def _ground(rng: np.random.Generator, dark: bool) -> tuple[int, int, int]:
    base = rng.integers(15, 125, 3) if dark else rng.integers(150, 256, 3)
    return tuple(int(v) for v in base)


def _small_print(rng: np.random.Generator) -> str:
    kind = rng.integers(4)
    if kind == 0:
        return f"{rng.integers(1, 99)} {('km', 'cm', 'm', 'g')[rng.integers(4)]}"
    if kind == 1:
        return f"No. {rng.integers(1, 999)}"
    text = written_name(rng)[:14].strip()
    return text.upper() if kind == 2 else text


def _backdrop(rng: np.random.Generator) -> tuple[Image.Image, bool]:
    """A ground, and whether it is dark: flat, blended, of two parts, or of bricks."""
    dark = bool(rng.random() < 0.4)
    first, second = _ground(rng, dark), _ground(rng, dark)
    kind = rng.integers(4)
    if kind == 1:
        blend = np.linspace(first, second, 48)[:, None, :].astype(np.uint8)
        return Image.fromarray(blend).resize((WIDTH, HEIGHT)), dark
    image = Image.new("RGB", (WIDTH, HEIGHT), first)
    pen = ImageDraw.Draw(image)
    if kind == 2:
        pen.rectangle((0, int(rng.integers(60, HEIGHT)), WIDTH, HEIGHT), second)
    elif kind == 3:
        line = tuple(int(np.clip(v + rng.integers(-40, 41), 0, 255)) for v in first)
        wide, high = rng.integers(24, 60), rng.integers(16, 34)
        for row in range(int(HEIGHT / high) + 1):
            pen.line((0, row * high, WIDTH, row * high), line, 2)
            for x in np.arange(row % 2 * wide / 2, WIDTH, wide):
                pen.line((x, row * high, x, row * high + high), line, 2)
    return image, dark
