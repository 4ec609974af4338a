"""Text translation: Chinese phrases on scrolls, signs, notices and cards."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from benchmark.suite.canvas import Canvas, Face, darker, lighter, ring
from benchmark.suite.items import DrawnItem, ask, dealt, pick, shuffled
from benchmark.suite.phrases import COUPLES

WIDTH, HEIGHT = 480, 360


def _scroll(rng: np.random.Generator, chinese: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#b9543f", "#8f3a30")
    c.shadow(60, 80, 424, 284, 4, 8, 0.5)
    c.rect(56, 72, 424, 280, "#f6ecd2")
    c.rect(66, 82, 414, 270, None, 0, "#cbb07a", 1.5)
    for x in (44, 424):
        c.rect(x, 58, x + 14, 294, "#5a3a22", 5)
    c.text(240, 174, chinese, Face.CHINESE_SERIF, c.fitting(chinese, Face.CHINESE_SERIF, 320, 110), "#1e1a18")
    c.rect(384, 232, 406, 254, "#c23b2a", 3)
    return c.finish()


def _lightbox(rng: np.random.Generator, chinese: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#10172e", "#2d2748")
    for _ in range(9):
        x, y = float(rng.uniform(0, 480)), float(rng.uniform(230, 360))
        c.glow(x, y, float(rng.uniform(20, 60)), pick(rng, ("#ff9d5c", "#6cc6ff", "#ff5f8f", "#ffe08a")), 0.5)
    colour = pick(rng, ("#d8342a", "#1f8a70", "#e08a1e", "#2f5fb3"))
    c.glow(240, 170, 280, lighter(colour, 0.3), 0.6)
    c.rect(40, 84, 440, 254, darker(colour, 0.45), 12)
    c.rect(50, 94, 430, 244, colour, 8)
    c.text(240, 168, chinese, Face.CHINESE, c.fitting(chinese, Face.CHINESE, 340, 104), "#fff8df")
    for x in (110, 370):
        c.line([(x, 0), (x, 84)], "#0b0f1e", 6)
    return c.finish()


def _notice(rng: np.random.Generator, chinese: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    wall = pick(rng, ("#d8dfe0", "#e6dccb", "#cfdccb"))
    c.gradient(lighter(wall, 0.3), wall)
    ground = pick(rng, ("#f4c430", "#ffffff", "#2667a8"))
    ink = "#ffffff" if ground == "#2667a8" else "#22252b"
    c.shadow(58, 76, 432, 300, 16, 9, 0.4)
    c.rect(50, 66, 430, 294, ground, 16)
    c.rect(60, 76, 420, 284, None, 10, ink, 5)
    for x in (76, 404):
        for y in (92, 268):
            c.circle(x, y, 5, "#9aa0a6")
    c.text(240, 178, chinese, Face.CHINESE, c.fitting(chinese, Face.CHINESE, 310, 104), ink)
    return c.finish()


def _card(rng: np.random.Generator, chinese: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    desk = pick(rng, ("#c8d8e0", "#e5d3d8", "#d5e0c8"))
    c.rect(0, 0, 480, 360, desk)
    c.shadow(76, 56, 414, 322, 6, 10, 0.4)
    c.rect(68, 46, 412, 314, "#fffdf6", 6)
    petal = pick(rng, ("#f2a1b0", "#f5c26b", "#b7a3e3"))
    for x, y in ((104, 84), (376, 84), (104, 276), (376, 276)):
        for px, py in ring(x, y, 13, 13, 0, 288, 4):
            c.circle(px, py, 9, petal)
        c.circle(x, y, 7, "#f6e6a2")
    c.curve([(128, 84), (200, 70), (280, 92), (352, 84)], "#8fb08a", 3)
    c.curve([(128, 276), (200, 292), (280, 268), (352, 276)], "#8fb08a", 3)
    ink = pick(rng, ("#3d4f6b", "#8a3d4a", "#3c5f4a"))
    c.text(240, 178, chinese, Face.CHINESE_SERIF, c.fitting(chinese, Face.CHINESE_SERIF, 290, 96), ink)
    return c.finish()


def text_translation(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Chinese phrases; the twin of a picture shows the phrase of which this one has the wrong translation."""
    designs = iter(dealt(rng, (_scroll, _lightbox, _notice, _card), count))
    question = "Is it appropriate to translate the Chinese in the image into English '{}' in the picture?"
    for number, couple in enumerate(dealt(rng, COUPLES, (count + 1) // 2)):
        couple = shuffled(rng, couple)
        for (chinese, english), (_, other) in (couple, couple[::-1])[: count - 2 * number]:
            yield DrawnItem(next(designs)(rng, chinese), ask(question.format(english)), ask(question.format(other)),
                            f"the phrase {chinese} ({english})")
