"""The typefaces that ship here: small subsets under the SIL Open Font License (fonts/OFL.txt).

The embedded suite draws its signs with them, and the embedded model learns to read them. No torch in this file.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONT_FOLDER = Path(__file__).parent / "fonts"
LATIN_CHARACTERS = "".join(map(chr, range(32, 127))) + "éèüöäß°²×÷−–·’‘“”£€"


class Face(StrEnum):
    """A typeface by its file name."""

    SANS = "sans.ttf"
    BLACK = "black.ttf"
    SERIF = "serif.ttf"
    NARROW = "narrow.ttf"
    TALL = "tall.ttf"
    MONO = "mono.ttf"
    HAND = "hand.ttf"
    SCRIPT = "script.ttf"
    CHINESE = "chinese.otf"
    CHINESE_SERIF = "chinese-serif.otf"


@cache
def font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """The typeface at a size in pixels."""
    # Basic layout: the same glyph positions whether or not a machine has libraqm.
    return ImageFont.truetype(FONT_FOLDER / face.value, pixels, layout_engine=ImageFont.Layout.BASIC)
