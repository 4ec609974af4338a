"""Pictures full of letters for the vision tower's second phase, and which letters each patch holds. No torch here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from models.embedded.lettering import draw_grid, draw_page
from models.embedded.reading import draw_page_of
from models.embedded.scenes import GRID
from models.embedded.sheet import CHARACTERS, Writing
from models.embedded.vocabulary import PATCH

LETTERS_A_PATCH = 3
IGNORED = -100
WHOLE = 0.35  # share of free windows that are whole pictures
LEGIBLE = 3.2  # pixels of height below which a character is no label
SIDE = GRID // PATCH

Draw = Callable[[np.random.Generator], tuple[Image.Image, Writing]]


class Pool:
    """Drawn pictures, of which windows are cut across four at a time: drawing is dearer than training on them.

    Every call of ``windows`` draws a few new pictures for old ones.
    """

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.drawn = [_kept(rng, draw_free) for _ in range(size)]
        self.grids = [_kept(rng, draw_grid) for _ in range(size)]

    def windows(
        self, rng: np.random.Generator, count: int, renewed: int, free: float, shifted: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(count, 96, 96, 3) pixels, (count, 36, 3) letters and (count, 36, 3) places, see ``letter_labels``.

        A share ``free`` shows writing as it is met, in whole pictures or across four, the rest grids of letters, which
        stand up to ``shifted`` pixels away from the middle of their half of a patch.
        """
        for _ in range(renewed):
            at = rng.integers(len(self.drawn))
            if rng.random() < free:
                self.drawn[at] = _kept(rng, draw_free)
            else:
                self.grids[at] = _kept(rng, draw_grid)
        cut = [self._window(rng) if rng.random() < free else self._grid(rng, shifted) for _ in range(count)]
        pixels, labels = np.stack([pixels for pixels, _ in cut]), np.stack([labels for _, labels in cut])
        return pixels, labels[:, 0], labels[:, 1]

    def _grid(self, rng: np.random.Generator, shifted: float) -> tuple[np.ndarray, np.ndarray]:
        pixels, marks = self.grids[rng.integers(len(self.grids))]
        across, down = np.rint(rng.uniform(-shifted, shifted, 2)).astype(int)
        moved = marks.copy()
        moved[:, 0] = (marks[:, 0] + across) % GRID
        moved[:, 1] = (marks[:, 1] + down) % GRID
        return _recoloured(rng, np.roll(pixels, (down, across), (0, 1))), letter_labels(moved, cut=True)

    def _window(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        if rng.random() < WHOLE:
            pixels, marks = self.drawn[rng.integers(len(self.drawn))]
            return _recoloured(rng, pixels), letter_labels(marks)
        across, down = rng.integers(0, GRID, 2)
        mosaic, letters = np.empty((2 * GRID, 2 * GRID, 3), np.uint8), []
        for row in range(2):
            for column in range(2):
                pixels, marks = self.drawn[rng.integers(len(self.drawn))]
                mosaic[row * GRID : (row + 1) * GRID, column * GRID : (column + 1) * GRID] = pixels
                letters.append(marks + np.array([column * GRID - across, row * GRID - down, 0, 0, 0], np.float32))
        pixels = mosaic[down : down + GRID, across : across + GRID]
        return _recoloured(rng, pixels), letter_labels(np.concatenate(letters), cut=True)


def draw_free(rng: np.random.Generator) -> tuple[Image.Image, Writing]:
    """A page full of writing, or a picture as the questions are about."""
    if rng.random() < 0.6:
        return draw_page(rng)
    page = draw_page_of(rng)
    return page.picture, page.writing


def _kept(rng: np.random.Generator, draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    picture, writing = draw(rng)
    return np.asarray(picture), marks_of(writing)


def _recoloured(rng: np.random.Generator, pixels: np.ndarray) -> np.ndarray:
    pixels = pixels[..., rng.permutation(3)]
    return 255 - pixels if rng.random() < 0.3 else pixels


def marks_of(writing: Writing) -> np.ndarray:
    """(letters, 5): centre x, centre y, height, 1 + number of the character, whether it is of the main writing."""
    rows = [(a.x, a.y, a.height, 1 + CHARACTERS.index(a.character), a.index >= 0) for a in writing.letters]
    return np.array(rows, np.float32).reshape(-1, 5)


def letter_labels(marks: np.ndarray, cut: bool = False) -> np.ndarray:
    """(2, 36, 3): which character's centre stands in each patch's left, middle and right third, 0 for none; its place.

    A character that is cut by the edge or too small to read, and two in one third, are IGNORED. Places are 1 for the
    main writing and 0 for what is written beside it; IGNORED where no character is, and in pictures that are ``cut``
    out of others.
    """
    labels = np.zeros((SIDE * SIDE, LETTERS_A_PATCH), np.int64)
    places = np.full_like(labels, IGNORED)
    inside = (marks[:, :2] >= 0).all(1) & (marks[:, :2] < GRID).all(1)
    for x, y, height, character, main in marks[inside].tolist():
        patch = int(y // PATCH) * SIDE + int(x // PATCH)
        third = int(x % PATCH * LETTERS_A_PATCH // PATCH)
        whole = 2 < x < GRID - 2 and 3 < y < GRID - 3 and height > LEGIBLE
        labels[patch, third] = int(character) if whole and labels[patch, third] == 0 else IGNORED
        if not cut:
            places[patch, third] = int(main)
    return np.stack([labels, places])
