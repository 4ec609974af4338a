"""What a model is shown before it is asked: solved examples, or what was said before about the same picture."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image


Turns = tuple[tuple[str, str], ...]
"""Earlier turns of a conversation about one picture: instruction and answer of each, oldest first."""


class Example(NamedTuple):
    """One question and its answer. `picture` None: it is about the picture of the example before it."""

    picture: "Image.Image | None"
    question: str
    answer: str
