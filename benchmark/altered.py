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


def blank(prepared: Prepared) -> Prepared:
    """Every picture is a gray one of the same size."""
    return _altered(prepared, Alteration.BLANK, lambda pair: replace(pair, source=BlankSource(pair.source)))


def swapped(prepared: Prepared) -> Prepared:
    """The two questions of each picture change places."""

    def other_order(pair: ImagePair) -> ImagePair:
        first, second = pair.questions
        return replace(pair, questions=(replace(second, number=1), replace(first, number=2)))

    return _altered(prepared, Alteration.SWAPPED, other_order)


def _altered(prepared: Prepared, kind: Alteration, change: Callable[[ImagePair], ImagePair]) -> Prepared:
    suite = replace(prepared.suite, pairs=tuple(map(change, prepared.suite.pairs)))
    return replace(prepared, suite=suite, settings=replace(prepared.settings, alteration=kind.value))


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


def fresh_suite(folder: Path, shipped: Suite, seed: int, images: int | None, build: Build) -> Suite:
    """A suite of the shipped one's kind that no model has seen, drawn into `folder` unless it is there already.

    Raises RunError for a suite of which no other can be drawn, SuiteError where it cannot be written.
    """
    if shipped.source != EMBEDDED:
        raise RunError(
            f"only the {EMBEDDED} suite can be drawn anew, and this is {shipped.name}; leave {Alteration.FRESH} out of "
            "--kinds"
        )
    if not (folder / MANIFEST).exists():  # it is written last
        build(seed, folder, images)
    return open_suite(folder)


def fresh(prepared: Prepared) -> Prepared:
    """`prepared`, which is of a suite that was drawn anew, marked as such."""
    return replace(prepared, settings=replace(prepared.settings, alteration=Alteration.FRESH.value))
