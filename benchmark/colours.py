"""The colours that a picture mostly has, in the eleven words that every reader knows.

The words are the basic colour terms of Berlin and Kay (1969). A picture is brought down to a few colours by k-means,
and each is called by the nearest of some typical shades, by distance in CIELAB (CIE 1976), where it is near to how
different two colours look.
"""

import numpy as np
from PIL import Image

COLOURS = ("black", "white", "gray", "red", "green", "yellow", "blue", "brown", "orange", "pink", "purple")

_SHADES = {
    "black": ("#000000", "#1c1c1c"),
    "white": ("#ffffff", "#f2f2ee"),
    "gray": ("#404448", "#6e7072", "#969696", "#c4c4c4"),
    "red": ("#ff0000", "#d01f2a", "#a01018", "#7a0c12"),
    "green": ("#00ff00", "#2e9e3a", "#0b6623", "#1d4d2b", "#7cc36a", "#6b7d2a", "#b5d99c"),
    "yellow": ("#ffff00", "#f5d000", "#f7e06b", "#fff3a3"),
    "blue": ("#0000ff", "#1f6fd0", "#123a7a", "#5aa9e6", "#a9d4f5", "#00bcd4", "#0b1f4a", "#000080"),
    "brown": ("#8b4513", "#5c3a1e", "#a0703f", "#c19a6b", "#d9ad80", "#3b2413"),
    "orange": ("#ff8000", "#f58a1f", "#e0701a", "#ffb066"),
    "pink": ("#ff69b4", "#ffc0cb", "#f48fb1", "#ff9c9c", "#e83e8c"),
    "purple": ("#800080", "#6a3fa0", "#4b1f6f", "#b07cd8", "#c8a2e0", "#d000d0"),
}
_PARTS = 12  # colours that a picture is brought down to
_SIDE = 96  # pixels: the shares of large areas do not need more


def colour_shares(picture: Image.Image) -> dict[str, float]:
    """Colour word -> its share of the picture from 0 to 1, the largest first."""
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.NEAREST)  # no shades in between
    parts = small.quantize(_PARTS, Image.Quantize.MEDIANCUT, kmeans=2)
    palette = parts.getpalette() or []
    shares = dict.fromkeys(COLOURS, 0.0)
    for count, place in parts.getcolors():
        shares[colour_name(tuple(palette[3 * place : 3 * place + 3]))] += count / (parts.width * parts.height)
    return dict(sorted(((name, share) for name, share in shares.items() if share), key=lambda pair: -pair[1]))


def colour_name(rgb: tuple[int, int, int]) -> str:
    """The colour word for 8-bit red, green and blue."""
    distances = np.linalg.norm(_LAB - _lab(np.array(rgb, dtype=float)), axis=-1)
    return _NAMES[int(distances.argmin())]


def _lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB of 8 bits (IEC 61966-2-1) to CIELAB under its own white, D65."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_NAMES = [name for name, shades in _SHADES.items() for _ in shades]
_LAB = _lab(np.array([[int(s[i : i + 2], 16) for i in (1, 3, 5)] for ss in _SHADES.values() for s in ss], dtype=float))
