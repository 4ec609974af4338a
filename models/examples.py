"""Solved examples: questions with their answers that a model is shown before it is asked."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image


class Example(NamedTuple):
    """One question and its answer. `picture` None: it is about the picture of the example before it."""

    picture: "Image.Image | None"
    question: str
    answer: str
