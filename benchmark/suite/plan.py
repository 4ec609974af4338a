"""Which parts a subtask is made of: the three levels of drawn pictures and the photographs, and how many of each.

The parts are mixed in the order of the suite, so that the first pictures of a subtask, which a run with a limit asks,
have about the proportions of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.levels import PictureKind
from benchmark.suite import crowds, fine_print
from benchmark.suite.items import Maker
from benchmark.suite.makers import MAKERS
from benchmark.suite.photographs import photographs_of

SHAPE_SUBTASKS = ("existence", "count", "position", "color")
SHAPE_IMAGES, OTHER_IMAGES = 100, 20
"""Drawn pictures of level 1."""
SHAPE_HARDER, OCR_HARDER = 20, 10
"""Drawn pictures of level 2, and as many of level 3."""


@dataclass(frozen=True)
class Part:
    """Pictures of one kind within a subtask: how many there usually are, and what draws them.

    Photographs have no maker and the level of each is its own; there are no more than `images` of them.
    """

    kind: PictureKind
    images: int
    level: int | None = None
    maker: Maker | None = None


def parts_of(subtask: str) -> tuple[Part, ...]:
    """The parts of a subtask, level 1 first, the photographs last."""
    easy = SHAPE_IMAGES if subtask in SHAPE_SUBTASKS else OTHER_IMAGES
    found = [Part(PictureKind.DRAWN, easy, 1, MAKERS[subtask])]
    if subtask in crowds.LEVEL_MAKERS:
        found += [Part(PictureKind.DRAWN, SHAPE_HARDER, *level) for level in crowds.LEVEL_MAKERS[subtask].items()]
    if subtask == "OCR":
        found += [Part(PictureKind.DRAWN, OCR_HARDER, *level) for level in fine_print.LEVEL_MAKERS.items()]
    photographs = len(photographs_of(subtask))
    if photographs:
        found.append(Part(PictureKind.PHOTOGRAPH, photographs))
    return tuple(found)


def shares(parts: Sequence[Part], images: int | None) -> list[int]:
    """How many pictures each part gives to a subtask of `images` pictures; its usual number for None.

    About in proportion, and in pairs, since twins belong together; an odd number leaves one picture of level 1 out.
    What photographs lack is drawn on level 1.
    """
    if images is None:
        return [part.images for part in parts]
    pairs = (images + 1) // 2
    usual = sum(part.images for part in parts)
    exact = [pairs * part.images / usual for part in parts]
    found = [int(share) for share in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (found[i] - exact[i], i))
    for i in by_rest[: pairs - sum(found)]:
        found[i] += 1
    for i, part in enumerate(parts):
        if part.kind is PictureKind.PHOTOGRAPH and 2 * found[i] > part.images:
            found[0] += found[i] - part.images // 2
            found[i] = part.images // 2
    counts = [2 * share for share in found]
    counts[0] -= images % 2
    return counts


def spread(counts: Sequence[int]) -> list[int]:
    """The order in which the parts take turns: part numbers, each evenly spread over the whole."""
    places = [((place + 0.5) / count, part) for part, count in enumerate(counts) for place in range(count)]
    return [part for _, part in sorted(places)]
