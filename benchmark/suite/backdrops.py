"""Skies, hills, water and plants that the drawn places share, at four times of day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmark.suite.canvas import Canvas, darker, lighter, mix, ring, smooth


@dataclass(frozen=True)
class Light:
    """A time of day: sky colours, and what everything under it is tinted with."""

    name: str
    top: str
    bottom: str
    sun: str
    tint: str
    strength: float

    def on(self, colour: str, extra: float = 0.0) -> str:
        """The colour as it looks in this light; `extra` adds haze for what is far away."""
        return mix(mix(colour, self.tint, self.strength), self.bottom, extra)


DAY = Light("day", "#5fb0e5", "#dff1f5", "#fff3b8", "#fff6dd", 0.06)
MORNING = Light("morning", "#8ec5d8", "#fde3c8", "#fff0c2", "#ffe3c4", 0.16)
DUSK = Light("dusk", "#4a4a8a", "#ffb27a", "#ffdf9e", "#7a3f5c", 0.28)
NIGHT = Light("night", "#0f1838", "#3b4a80", "#f6f2dc", "#1d2a5e", 0.4)
LIGHTS = (DAY, MORNING, DUSK, NIGHT)


def sky(c: Canvas, rng: np.random.Generator, light: Light, horizon: float) -> None:
    """The sky down to the horizon, with sun or moon, clouds or stars."""
    c.gradient(light.top, light.bottom, y1=horizon)
    x, y = float(rng.uniform(0.08, 0.24)), float(rng.uniform(0.12, 0.3))
    x = c.width * (x if rng.random() < 0.5 else 1 - x)
    y *= c.height
    if light is NIGHT:
        for _ in range(70):
            c.circle(float(rng.uniform(0, c.width)), float(rng.uniform(0, horizon)),
                     float(rng.uniform(0.4, 1.3)), "#fdf8e3")
        c.glow(x, y, 70, light.sun, 0.4)
        c.poly(ring(x, y, 20, 20, 40, 270) + ring(x + 8, y - 7, 16, 16, 236, 70), light.sun)
        return
    c.glow(x, y, 120, light.sun, 0.7)
    c.circle(x, y, 22, lighter(light.sun, 0.35))
    for _ in range(3):
        cloud(c, float(rng.uniform(0, c.width)), float(rng.uniform(0.1, 0.45)) * horizon,
              float(rng.uniform(0.6, 1.2)), light)


def cloud(c: Canvas, x: float, y: float, size: float, light: Light) -> None:
    colour = mix("#ffffff", light.bottom, 0.35)
    c.rect(x - 42 * size, y - 7 * size, x + 44 * size, y + 11 * size, colour, 9 * size)
    for dx, dy, radius in ((-18, -6, 15), (4, -13, 20), (24, -5, 13)):
        c.circle(x + dx * size, y + dy * size, radius * size, colour)


def hills(c: Canvas, rng: np.random.Generator, base: float, height: float, colour: str,
          waves: int = 5) -> None:
    """A rolling skyline from the base line upwards, filled to the bottom of the picture."""
    step = c.width / waves
    points = [(i * step - step / 2, base - float(rng.uniform(0.15, 1)) * height) for i in range(waves + 2)]
    c.poly([*smooth(points), (c.width + step, c.height), (-step, c.height)], colour)


def water(c: Canvas, rng: np.random.Generator, top: float, colour: str, bottom: float | None = None) -> None:
    """A water surface with short ripples."""
    bottom = c.height if bottom is None else bottom
    c.gradient(lighter(colour, 0.18), darker(colour, 0.18), y0=top, y1=bottom)
    for _ in range(26):
        y = float(rng.uniform(top + 4, bottom - 2))
        x, length = float(rng.uniform(-20, c.width)), float(rng.uniform(14, 50))
        c.line([(x, y), (x + length, y)], "#ffffff3a", 1.6)


def tree(c: Canvas, x: float, y: float, size: float, leaf: str, trunk: str = "#6b4a33") -> None:
    """A round tree that stands on (x, y)."""
    c.rect(x - 3 * size, y - 26 * size, x + 3 * size, y, trunk)
    for dx, dy, radius in ((-11, -34, 14), (11, -36, 14), (0, -50, 17)):
        c.circle(x + dx * size, y + dy * size, radius * size, leaf)
    c.circle(x - 5 * size, y - 54 * size, 7 * size, lighter(leaf, 0.16))


def fir(c: Canvas, x: float, y: float, size: float, leaf: str) -> None:
    """A fir that stands on (x, y)."""
    c.rect(x - 2.5 * size, y - 12 * size, x + 2.5 * size, y, "#5b4331")
    for level in range(3):
        half, lower = (22 - 5 * level) * size, y - (8 + 19 * level) * size
        c.poly([(x - half, lower), (x, lower - 34 * size), (x + half, lower)], lighter(leaf, 0.05 * level))


def palm(c: Canvas, x: float, y: float, size: float, leaf: str, trunk: str = "#8a6242") -> None:
    """A palm that stands on (x, y) and leans a little."""
    top = (x + 16 * size, y - 96 * size)
    c.curve([(x, y), (x + 4 * size, y - 50 * size), top], trunk, 6 * size)
    for dx, dy in ((-48, -4), (-38, 22), (-26, -24), (46, -2), (38, 26), (22, -26)):
        tip = (top[0] + dx * size, top[1] + dy * size)
        middle = ((top[0] + tip[0]) / 2, (top[1] + tip[1]) / 2 - 12 * size)
        c.poly(smooth([top, middle, tip]) + smooth([tip, (middle[0], middle[1] + 9 * size), top]), leaf)
