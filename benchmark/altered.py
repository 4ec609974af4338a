"""Suites changed on purpose, to learn what a score rests on: gray pictures, questions in the other order, fresh ones.

A run on such a suite is an ordinary run, resumed like any other, with `alteration` in its settings.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PIL import Image

from benchmark.asking import Prepared
from benchmark.data import EMBEDDED, ImagePair, Suite, open_suite
from benchmark.errors import RunError, UnknownNameError
from benchmark.rows import Source
from models.images import open_picture

GRAY = (128, 128, 128)
MANIFEST = "manifest.json"

Build = Callable[[int, Path, int | None], Any]
"""Draws a suite: seed, folder, images per subtask (None: as many as the shipped one has)."""


class Alteration(StrEnum):
    """What is changed about a suite."""

    BLANK = "blank"
    SWAPPED = "swapped"
    FRESH = "fresh"

    @classmethod
    def parse(cls, name: str) -> "Alteration":
        """The member of this name. Raises UnknownNameError."""
        try:
            return cls(name)
        except ValueError:
            raise UnknownNameError("audit", name, [kind.value for kind in cls]) from None


def altered(prepared: Prepared, kind: Alteration) -> Prepared:
    """The same questions on a changed suite. A fresh one was drawn before: it is only marked as such."""
    settings = replace(prepared.settings, alteration=kind.value)
    return replace(prepared, suite=as_asked(prepared.suite, kind), settings=settings)


def as_asked(suite: Suite, kind: Alteration) -> Suite:
    """What a run with this alteration shows a model of `suite`."""
    change = {Alteration.BLANK: _without_picture, Alteration.SWAPPED: _other_order}.get(kind)
    return replace(suite, pairs=tuple(map(change, suite.pairs))) if change else suite


def blank(prepared: Prepared) -> Prepared:
    """Every picture is a gray one of the same size."""
    return altered(prepared, Alteration.BLANK)


def swapped(prepared: Prepared) -> Prepared:
    """The two questions of each picture change places."""
    return altered(prepared, Alteration.SWAPPED)


def fresh(prepared: Prepared) -> Prepared:
    """`prepared`, which is of a suite that was drawn anew, marked as such."""
    return altered(prepared, Alteration.FRESH)


def _without_picture(pair: ImagePair) -> ImagePair:
    return replace(pair, source=BlankSource(pair.source))


def _other_order(pair: ImagePair) -> ImagePair:
    first, second = pair.questions
    return replace(pair, questions=(replace(second, number=1), replace(first, number=2)))


@dataclass(frozen=True)
class BlankSource:
    """A source with a gray picture of the same size in the place of each picture."""

    source: Source

    def rows(self) -> Any:
        return self.source.rows()

    def sizes(self) -> tuple[int, ...]:
        return self.source.sizes()

    def picture(self, location: Any) -> bytes:
        size = open_picture(self.source.picture(location)).size
        buffer = io.BytesIO()
        Image.new("RGB", size, GRAY).save(buffer, "PNG")
        return buffer.getvalue()


def check_drawable(source: str, name: str = "") -> None:
    """Raise RunError for a suite of which no other can be drawn."""
    if source != EMBEDDED:
        raise RunError(
            f"only the {EMBEDDED} suite can be drawn anew, and this is {name or source}; leave {Alteration.FRESH} out "
            "of --kinds"
        )


def draw(seed: int, folder: Path, images: int | None) -> None:
    """Draw an embedded suite with this seed. Raises SuiteError where it cannot be written."""
    from benchmark.suite.build import build  # every maker of pictures: not needed to start the page

    build(seed, folder, images, say=lambda text: None)


def fresh_suite(folder: Path, shipped: Suite, seed: int, images: int | None, build: Build) -> Suite:
    """A suite of the shipped one's kind that no model has seen, drawn into `folder` unless it is there already.

    Raises RunError for a suite of which no other can be drawn, SuiteError where it cannot be written.
    """
    check_drawable(shipped.source, shipped.name)
    if not (folder / MANIFEST).exists():  # it is written last
        build(seed, folder, images)
    return open_suite(folder)
