"""A small drawing surface for flat illustrations: logical units, supersampling, own fonts.

Coordinates are logical pixels of the finished picture, origin top left. Everything is drawn SCALE times as
large and averaged down, which is what smooths the edges. Colours are "#rrggbb" or "#rrggbbaa" (blended).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from models.embedded.faces import Face, font

SCALE = 3

Point = tuple[float, float]


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from first to second; alpha is dropped."""
    a, b = ImageColor.getrgb(first)[:3], ImageColor.getrgb(second)[:3]
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(a, b, strict=True))


def darker(colour: str, share: float = 0.2) -> str:
    return mix(colour, "#101018", share)


def lighter(colour: str, share: float = 0.2) -> str:
    return mix(colour, "#ffffff", share)


def smooth(points: Sequence[Point], closed: bool = False, steps: int = 12) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    at = [points[i % count] for i in range(-1, count + 2)] if closed else [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(at, at[1:], at[2:], at[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(tuple(
                0.5 * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
                       + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3) for k in (0, 1)))
    return curve if closed else [*curve, points[-1]]


def turned(points: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """The points rotated clockwise (as seen) about the centre."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = centre
    return [(cx + (x - cx) * cosine - (y - cy) * sine, cy + (x - cx) * sine + (y - cy) * cosine) for x, y in points]


def ring(cx: float, cy: float, rx: float, ry: float, start: float = 0, end: float = 360,
         steps: int = 48) -> list[Point]:
    """Points on an ellipse, degrees clockwise from three o'clock."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


class Canvas:
    """One picture in the making; `finish` gives it at its logical size."""

    def __init__(self, width: int, height: int, background: str = "#ffffff"):
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    @staticmethod
    def _up(points: Iterable[Point]) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    def rect(self, x0: float, y0: float, x1: float, y1: float, fill: str | None, radius: float = 0,
             outline: str | None = None, width: float = 1) -> None:
        box = self._up([(x0, y0), (x1, y1)])
        self._draw.rounded_rectangle(box, radius * SCALE, fill, outline, round(width * SCALE) if outline else 0)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, fill: str | None, outline: str | None = None,
                width: float = 1) -> None:
        box = self._up([(cx - rx, cy - ry), (cx + rx, cy + ry)])
        self._draw.ellipse(box, fill, outline, round(width * SCALE) if outline else 0)

    def circle(self, cx: float, cy: float, radius: float, fill: str | None, outline: str | None = None,
               width: float = 1) -> None:
        self.ellipse(cx, cy, radius, radius, fill, outline, width)

    def poly(self, points: Iterable[Point], fill: str) -> None:
        self._draw.polygon(self._up(points), fill)

    def blob(self, points: Sequence[Point], fill: str) -> None:
        """A closed smooth shape through the points."""
        self.poly(smooth(points, closed=True), fill)

    def line(self, points: Iterable[Point], fill: str, width: float = 1) -> None:
        """A polyline with round joints and, where it is thick enough to matter, round ends."""
        up = self._up(points)
        thick = max(1, round(width * SCALE))
        self._draw.line(up, fill, thick, joint="curve")
        if thick > 4 and len(fill) == 7:
            for x, y in (up[0], up[-1]):
                self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill)

    def curve(self, points: Sequence[Point], fill: str, width: float = 1) -> None:
        self.line(smooth(points), fill, width)

    def arc(self, cx: float, cy: float, rx: float, ry: float, start: float, end: float, fill: str,
            width: float = 1) -> None:
        self.line(ring(cx, cy, rx, ry, start, end), fill, width)

    def pie(self, cx: float, cy: float, radius: float, start: float, end: float, fill: str) -> None:
        self._draw.pieslice(self._up([(cx - radius, cy - radius), (cx + radius, cy + radius)]), start, end, fill)

    def gradient(self, top: str, bottom: str, x0: float = 0, y0: float = 0, x1: float | None = None,
                 y1: float | None = None) -> None:
        """A vertical blend in a rectangle, by default the whole picture."""
        x1, y1 = self.width if x1 is None else x1, self.height if y1 is None else y1
        left, upper, right, lower = (round(v * SCALE) for v in (x0, y0, x1, y1))
        for row in range(upper, lower):
            self._draw.line((left, row, right, row), mix(top, bottom, (row - upper) / max(1, lower - upper - 1)))

    def glow(self, cx: float, cy: float, radius: float, fill: str, strength: float = 0.8) -> None:
        """A soft light that fades out at the radius."""
        size = round(radius * SCALE / 4)
        mask = Image.radial_gradient("L").resize((2 * size, 2 * size))
        mask = mask.point([round(max(0, 255 - 1.41 * v) * strength) for v in range(256)]).resize((8 * size, 8 * size))
        corner = (round(cx * SCALE) - 4 * size, round(cy * SCALE) - 4 * size)
        self._image.paste(ImageColor.getrgb(fill), corner, mask)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def shadow(self, x0: float, y0: float, x1: float, y1: float, radius: float = 0, soft: float = 6,
               strength: float = 0.35) -> None:
        """A soft dark rectangle, to be covered by what casts it."""
        mask = Image.new("L", (self.width, self.height))
        ImageDraw.Draw(mask).rounded_rectangle((x0, y0, x1, y1), radius, round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(soft)).resize(self._image.size)
        self._image.paste((16, 16, 28), (0, 0), mask)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def text_size(self, text: str, face: Face, size: float) -> tuple[float, float]:
        box = font(face, round(size * SCALE)).getbbox(text, anchor="ls")
        return (box[2] - box[0]) / SCALE, (box[3] - box[1]) / SCALE

    def fitting(self, text: str, face: Face, width: float, largest: float) -> float:
        """The largest font size, up to `largest`, at which the text is at most `width` wide."""
        size = largest
        while size > 6 and self.text_size(text, face, size)[0] > width:
            size -= 1
        return size

    def text(self, x: float, y: float, text: str, face: Face, size: float, fill: str, anchor: str = "mm",
             angle: float = 0, outline: str | None = None, width: float = 0) -> None:
        """Text with Pillow's two-letter anchor; `angle` turns it anticlockwise about (x, y)."""
        letters = font(face, round(size * SCALE))
        stroke = round(width * SCALE)
        if not angle:
            self._draw.text((x * SCALE, y * SCALE), text, fill, letters, anchor, stroke_width=stroke,
                            stroke_fill=outline)
            return
        left, upper, right, lower = letters.getbbox(text, anchor=anchor, stroke_width=stroke)
        half = math.ceil(math.hypot(max(-left, right), max(-upper, lower))) + 2
        layer = Image.new("RGBA", (2 * half, 2 * half), (*ImageColor.getrgb(fill)[:3], 0))
        ImageDraw.Draw(layer).text((half, half), text, fill, letters, anchor, stroke_width=stroke, stroke_fill=outline)
        layer = layer.rotate(angle, Image.Resampling.BICUBIC)
        self._image.paste(layer, (round(x * SCALE) - half, round(y * SCALE) - half), layer)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def paste(self, picture: Image.Image, x: float, y: float) -> None:
        """A finished picture (logical size) with its corner at (x, y)."""
        big = picture.resize((picture.width * SCALE, picture.height * SCALE), Image.Resampling.BICUBIC)
        self._image.paste(big, (round(x * SCALE), round(y * SCALE)))

    def finish(self) -> Image.Image:
        """The picture at its logical size, RGB."""
        return self._image.resize((self.width, self.height), Image.Resampling.BOX)
