"""A question as a source tells it, and what a suite needs from a source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from benchmark.errors import SuiteError


@dataclass(frozen=True)
class Row:
    """One question as a source tells it, unchecked. `where` names the place in words, for messages."""

    subtask: str
    image: str
    question: str
    answer: str
    where: str
    location: Any


class Source(Protocol):
    """What a suite needs from where it comes: rows without touching a picture, one picture's bytes when asked."""

    def rows(self) -> Iterator[Row]:
        """Every question, without pictures. Raises SuiteError."""

    def picture(self, location: Any) -> bytes:
        """The encoded picture of a row. Raises SuiteError when it cannot be read."""

    def sizes(self) -> tuple[int, ...]:
        """The sizes of the files in bytes: part of what a suite is recognised by."""


def image_name(text: str, where: str) -> str:
    """The picture's name without the folders before it, as `OCR/0001.png` -> `0001.png`.

    Raises SuiteError for a name that is empty, climbs out of its folder or would break a table's line.
    """
    parts = text.strip().replace("\\", "/").split("/")
    if ".." in parts:
        raise SuiteError(f"{where}: the picture name {text!r} climbs out of its folder; give one such as 0001.png")
    name = parts[-1]
    if not name or name == "." or not name.isprintable():
        raise SuiteError(f"{where}: {text!r} is no name for a picture; give one such as 0001.png")
    return name
