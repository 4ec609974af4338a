"""What somebody who moderates says of one picture."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Verdict:
    """Whether a picture may be used; reason is for its owner and may be empty."""

    allowed: bool
    reason: str = ""


class NoAnswerError(Exception):
    """A judge cannot say; the text is for the owner of the site, not for visitors."""


Judge = Callable[[Image.Image], Verdict]
"""Takes a picture (RGB). Raises NoAnswerError."""
