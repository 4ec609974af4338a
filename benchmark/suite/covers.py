"""Titles on a book, a newspaper, a cinema and a record, on 480 by 360 units."""

from __future__ import annotations

import numpy as np
from PIL import Image

from benchmark.suite.canvas import Canvas, Face, darker, mix, ring, smooth
from benchmark.suite.items import pick, shuffled

WIDTH, HEIGHT = 480, 360


def _title_lines(title: str) -> list[str]:
    words = title.split(" ")
    return [" ".join(words[:-1]), words[-1]]


def book(rng: np.random.Generator, title: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#efe8dc", "#d8cdbb")
    cover = pick(rng, ("#24415c", "#7b2d3b", "#2f5d50", "#c2703d"))
    c.shadow(128, 26, 372, 350, 6, 10, 0.5)
    c.rect(120, 18, 366, 342, "#f7f1e3", 5)
    c.rect(114, 14, 356, 336, cover, 5)
    c.rect(114, 14, 132, 336, darker(cover, 0.3), 5)
    sun = pick(rng, ("#f0b860", "#f3e3c0", "#e7765a"))
    c.circle(244, 240, 58, sun)
    for i in range(4):
        y = 240 + i * 22
        wave = smooth([(134, y + 10), (175, y - 6), (215, y + 10), (255, y - 6), (295, y + 10), (354, y - 4)])
        c.poly([*wave, (354, 330), (134, 330)], mix(cover, sun, 0.12 + 0.13 * (3 - i)))
    lines = _title_lines(title)
    size = min(c.fitting(line, Face.SERIF, 186, 50) for line in lines)
    for i, line in enumerate(lines):
        c.text(244, 74 + i * size * 1.15, line, Face.SERIF, size, "#fbf3df")
    c.text(244, 316, "A NOVEL", Face.SANS, 15, "#fbf3df")
    return c.finish()


def newspaper(rng: np.random.Generator, title: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#8fa9a3", "#6f8d88")
    c.shadow(50, 22, 440, 360, 2, 9, 0.45)
    c.rect(42, 14, 434, 380, "#f6f1e4")
    c.rect(58, 30, 418, 32, "#2b2a28")
    c.text(238, 66, title, Face.SERIF, c.fitting(title, Face.SERIF, 350, 56), "#20201e")
    c.rect(58, 102, 418, 103.5, "#2b2a28")
    c.rect(58, 122, 418, 123.5, "#2b2a28")
    c.text(238, 112.5, f"No. {int(rng.integers(100, 999))}   ·   Morning edition", Face.SERIF, 12, "#20201e")
    c.gradient("#a9bcc4", "#dfe3dc", 60, 138, 236, 250)
    c.circle(190, 172, 16, "#f6f1e4")
    c.poly([(60, 250), (60, 214), (110, 178), (150, 216), (186, 190), (236, 232), (236, 250)], "#6b7a78")
    for column, top in ((60, 262), (156, 262), (252, 138), (340, 138)):
        for y in range(top, 360, 9):
            c.rect(column, y, column + float(rng.uniform(66, 78)), y + 3, "#8d897f")
    return c.finish()


def cinema(rng: np.random.Generator, title: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#141a35", "#3b2c55")
    for _ in range(50):
        c.circle(float(rng.uniform(0, 480)), float(rng.uniform(0, 150)), float(rng.uniform(0.5, 1.4)), "#fff6d8")
    c.rect(60, 40, 420, 360, "#5b2036")
    c.rect(90, 260, 390, 360, "#2a1424")
    c.glow(240, 200, 300, "#ffb45a", 0.5)
    colour = pick(rng, ("#c72f45", "#1f7a8c", "#d98a1f"))
    c.rect(34, 84, 446, 262, colour, 10)
    c.rect(52, 102, 428, 244, "#fff7e2", 4)
    for i in range(22):
        for y in (93, 253):
            c.circle(44 + i * 18.7, y, 4, "#ffe9a0")
    lines = _title_lines(title)
    size = min(c.fitting(line.upper(), Face.TALL, 340, 66) for line in lines)
    for i, line in enumerate(lines):
        c.text(240, 173 + (i - 0.5) * size * 0.98, line.upper(), Face.TALL, size, "#26222b")
    c.text(240, 60, "CINEMA", Face.TALL, 36, "#ffe9a0")
    for x in (130, 240, 350):
        c.rect(x - 34, 284, x + 34, 360, "#ffce7a", 3)
        c.rect(x - 2, 284, x + 2, 360, "#2a1424")
    return c.finish()


def vinyl(rng: np.random.Generator, title: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#efdcc0", "#dcc19a")
    c.circle(352, 180, 118, "#1c1b20")
    for radius in range(44, 116, 8):
        c.circle(352, 180, radius, None, "#3a3940", 1)
    c.circle(352, 180, 38, "#d9573d")
    c.circle(352, 180, 5, "#efdcc0")
    sleeve = pick(rng, ("#f2efe6", "#20364f", "#d8e4d2"))
    ink = "#f6efe0" if sleeve == "#20364f" else "#26262c"
    c.shadow(56, 50, 326, 324, 4, 8, 0.4)
    c.rect(48, 42, 318, 316, sleeve, 4)
    for i, colour in enumerate(shuffled(rng, ["#e4572e", "#f3a712", "#29335c", "#669bbc", "#76b041"])):
        c.poly([*ring(183, 300, 118 - i * 20, 118 - i * 20, 180, 360)], colour)
    lines = _title_lines(title)
    size = min(c.fitting(line, Face.BLACK, 236, 46) for line in lines)
    for i, line in enumerate(lines):
        c.text(66, 84 + i * size * 1.08, line, Face.BLACK, size, ink, "lm")
    return c.finish()
