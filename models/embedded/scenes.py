"""Drawn scenes: one to five flat shapes on a 3 x 3 grid, the world that the embedded models know.

The embedded benchmark draws its existence, count, position and color pictures here too (with other seeds), so a
question about a scene always has a known truth. No torch in this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ("circle", "square", "triangle", "star", "cross", "ring")
RGB = {
    "red": (220, 40, 40),
    "green": (40, 170, 60),
    "blue": (50, 80, 220),
    "yellow": (240, 220, 40),
    "purple": (150, 50, 180),
    "orange": (245, 140, 30),
    "black": (20, 20, 20),
    "white": (250, 250, 250),
}
COLORS = tuple(RGB)
ROWS = ("top", "middle", "bottom")
COLUMNS = ("left", "center", "right")
MAX_OBJECTS = 5
GRID = 96  # the units that shapes are measured in: the embedded models see a scene as 96 x 96 pixels
CELL = GRID // 3
SUPERSAMPLING = 2


def place_of(row: int, column: int) -> str:
    """A cell of the 3 x 3 grid in words: "top left", "middle right"; the middle cell is "center"."""
    return "center" if (row, column) == (1, 1) else f"{ROWS[row]} {COLUMNS[column]}"


@dataclass(frozen=True)
class SceneObject:
    """One shape; row and column (0 to 2) say which cell of the 3 x 3 grid it stands in."""

    shape: str
    color: str
    row: int
    column: int

    @property
    def place(self) -> str:
        """Where it is in words, see ``place_of``."""
        return place_of(self.row, self.column)


@dataclass(frozen=True)
class Scene:
    """The objects of one picture in reading order (row by row, left to right)."""

    objects: tuple[SceneObject, ...]

    def unique(self, attribute: str) -> list[SceneObject]:
        """Objects that share their ``attribute`` ("shape" or "color") with no other, so that "the circle" is clear."""
        values = [getattr(item, attribute) for item in self.objects]
        return [item for item, value in zip(self.objects, values, strict=True) if values.count(value) == 1]

    def shapes(self) -> set[str]:
        """The shapes that occur at least once."""
        return {item.shape for item in self.objects}


def draw_scene(rng: np.random.Generator, count: int, size: int = 288) -> tuple[Image.Image, Scene]:
    """Draw ``count`` shapes (1 to 5) in different cells of a square RGB picture of ``size`` pixels.

    Raises ValueError for another count.
    """
    if not 1 <= count <= MAX_OBJECTS:
        raise ValueError(f"a scene has 1 to {MAX_OBJECTS} objects, not {count}")
    scale = size * SUPERSAMPLING / GRID
    picture = _background(rng, size * SUPERSAMPLING)
    pen = ImageDraw.Draw(picture)
    objects = []
    for cell in rng.permutation(9)[:count]:
        row, column = divmod(int(cell), 3)
        item = SceneObject(SHAPES[rng.integers(len(SHAPES))], COLORS[rng.integers(len(COLORS))], row, column)
        radius = rng.uniform(9, 13) * scale
        x = (column * CELL + CELL / 2 + rng.uniform(-2, 2)) * scale
        y = (row * CELL + CELL / 2 + rng.uniform(-2, 2)) * scale
        fill = tuple(int(np.clip(channel + rng.integers(-12, 13), 0, 255)) for channel in RGB[item.color])
        _draw_shape(pen, item.shape, x, y, radius, fill, scale)
        objects.append(item)
    objects.sort(key=lambda item: (item.row, item.column))
    return picture.reduce(SUPERSAMPLING), Scene(tuple(objects))


def _background(rng: np.random.Generator, pixels: int) -> Image.Image:
    """A muted vertical gradient, of middling lightness so that black and white shapes both stand out."""
    base = rng.uniform(115, 190) + rng.uniform(-14, 14, size=3)
    slope = rng.uniform(-12, 12)
    column = base[None, :] + slope * np.linspace(-1, 1, 64)[:, None]  # (64, 3)
    strip = Image.fromarray(np.clip(column, 0, 255).astype(np.uint8)[:, None, :])
    return strip.resize((pixels, pixels), Image.Resampling.BILINEAR)


def _draw_shape(
    pen: ImageDraw.ImageDraw, shape: str, x: float, y: float, radius: float, fill: tuple[int, ...], scale: float
) -> None:
    box = [x - radius, y - radius, x + radius, y + radius]
    if shape == "circle":
        pen.ellipse(box, fill=fill)
    elif shape == "ring":
        pen.ellipse(box, outline=fill, width=round(4.5 * scale))
    elif shape == "square":
        pen.rectangle(box, fill=fill)
    elif shape == "triangle":
        pen.polygon([(x, y - radius), (x - radius, y + radius), (x + radius, y + radius)], fill=fill)
    elif shape == "cross":
        arm = 4 * scale
        pen.rectangle([x - arm, y - radius, x + arm, y + radius], fill=fill)
        pen.rectangle([x - radius, y - arm, x + radius, y + arm], fill=fill)
    elif shape == "star":
        lengths = [radius if point % 2 == 0 else radius * 0.42 for point in range(10)]
        pen.polygon(
            [
                (x + length * math.sin(math.pi * point / 5), y - length * math.cos(math.pi * point / 5))
                for point, length in enumerate(lengths)
            ],
            fill=fill,
        )
    else:
        raise ValueError(f"unknown shape {shape!r}; known: {', '.join(SHAPES)}")
