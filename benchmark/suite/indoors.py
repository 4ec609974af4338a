"""Rooms on 480 by 360 units. The light shows in the windows; wall and cloth colours are seeded."""

from __future__ import annotations

import numpy as np

from benchmark.suite.backdrops import NIGHT, Light
from benchmark.suite.canvas import Canvas, Face, darker, lighter, smooth
from benchmark.suite.items import pick

Rng = np.random.Generator
WALLS = ("#e9dcc6", "#cfdedb", "#e6d0c6", "#d5d8e6", "#dfe3c8")
BOOKS = ("#b5453c", "#2f5d7c", "#d9a441", "#4f7d5a", "#7a4a78", "#e8ddc6", "#33415c", "#c97b4a")


def _window(c: Canvas, light: Light, x0: float, y0: float, x1: float, y1: float) -> None:
    c.rect(x0 - 6, y0 - 6, x1 + 6, y1 + 6, "#fdfaf2", 2)
    c.gradient(light.top, light.bottom, x0, y0, x1, y1)
    if light is NIGHT:
        c.circle((x0 + x1) / 2 + 14, y0 + 22, 9, light.sun)
    c.rect((x0 + x1) / 2 - 2, y0, (x0 + x1) / 2 + 2, y1, "#fdfaf2")
    c.rect(x0, (y0 + y1) / 2 - 2, x1, (y0 + y1) / 2 + 2, "#fdfaf2")
    c.rect(x0 - 12, y1 + 4, x1 + 12, y1 + 12, "#e9e2d2", 2)


def _books(c: Canvas, rng: Rng, x0: float, x1: float, base: float, tall: float) -> None:
    x = x0
    while x < x1 - 5:
        wide = min(float(rng.uniform(5, 11)), x1 - x)
        height = tall * float(rng.uniform(0.68, 0.98))
        colour = pick(rng, BOOKS)
        c.rect(x, base - height, x + wide - 0.8, base, colour)
        c.rect(x, base - height * 0.8, x + wide - 0.8, base - height * 0.74, lighter(colour, 0.4))
        x += wide


def kitchen(c: Canvas, rng: Rng, light: Light) -> None:
    wall, door = pick(rng, WALLS), pick(rng, ("#4f7f86", "#7d9b76", "#c97b5a", "#5d6f94"))
    c.rect(0, 0, 480, 360, wall)
    for y in range(126, 214, 18):
        for x in range(-9, 480, 30):
            c.rect(x + (y // 18 % 2) * 15, y, x + (y // 18 % 2) * 15 + 28, y + 16, lighter(wall, 0.5), 1)
    c.rect(0, 326, 480, 360, "#b58a62")
    _window(c, light, 196, 30, 290, 118)
    for x0, x1 in ((10, 92), (96, 178), (308, 390)):
        c.rect(x0, 16, x1, 112, door, 3)
        c.rect(x0 + 7, 23, x1 - 7, 105, None, 2, darker(door, 0.2), 2)
        c.circle(x1 - 13, 92, 3, "#f0e3c0")
    c.rect(0, 212, 396, 224, "#f4eee2", 2)
    for x0 in (6, 80, 232, 306):
        c.rect(x0, 226, x0 + 70, 326, door, 3)
        c.rect(x0 + 7, 236, x0 + 63, 318, None, 2, darker(door, 0.2), 2)
        c.rect(x0 + 26, 240, x0 + 44, 244, "#f0e3c0", 2)
    c.rect(154, 216, 230, 326, "#e7e9ea", 3)
    c.rect(164, 252, 220, 306, "#3a3f48", 4)
    c.rect(164, 240, 220, 245, "#9aa0a6", 2)
    for x in (166, 182, 198, 214):
        c.circle(x, 229, 4, "#4a4f58")
    pot = pick(rng, ("#c8402f", "#2f6f8f", "#d9932f"))
    c.rect(166, 180, 216, 210, pot, 5)
    c.rect(158, 186, 224, 192, darker(pot, 0.2), 3)
    c.ellipse(191, 180, 27, 5, lighter(pot, 0.25))
    for x in (182, 200):
        c.curve([(x, 172), (x - 6, 160), (x + 5, 148), (x - 2, 136)], "#ffffffcc", 4)
    c.rect(252, 204, 316, 214, "#a9b0b8", 2)
    c.line([(284, 206), (284, 178), (302, 178), (302, 186)], "#8f979f", 5)
    c.rect(398, 78, 474, 326, "#dfe5e8", 6)
    c.rect(398, 166, 474, 169, "#aab4ba")
    for y in (120, 190):
        c.rect(406, y, 411, y + 34, "#8f9aa2", 2)
    for x, colour in ((30, "#c9a37a"), (52, "#e8ddc6"), (74, "#8fb08a")):
        c.rect(x - 9, 184, x + 9, 212, colour, 3)
        c.rect(x - 10, 178, x + 10, 186, darker(colour, 0.3), 2)
    for dx, colour in ((0, "#d9453c"), (16, "#e8b93a"), (8, "#7fae4a")):
        c.circle(346 + dx, 200 - (8 if dx == 8 else 0), 9, colour)
    c.pie(354, 202, 24, 0, 180, "#f6efe2")


def library(c: Canvas, rng: Rng, light: Light) -> None:
    wood = pick(rng, ("#8a5a3a", "#6f4a34", "#9a6b42"))
    c.rect(0, 0, 480, 300, lighter(wood, 0.72))
    c.gradient("#b5835a", "#96683f", y0=296)
    _window(c, light, 206, 34, 274, 150)
    for x0, x1 in ((8, 178), (302, 472)):
        c.rect(x0, 10, x1, 300, wood, 3)
        for row in range(5):
            y = 16 + row * 57
            c.rect(x0 + 8, y, x1 - 8, y + 50, darker(wood, 0.45))
            _books(c, rng, x0 + 10, x1 - 10, y + 50, 44)
    c.rect(180, 184, 300, 300, wood, 2)
    for row in range(2):
        y = 190 + row * 55
        c.rect(187, y, 293, y + 48, darker(wood, 0.45))
        _books(c, rng, 189, 291, y + 48, 42)
    table = darker(wood, 0.2)
    c.poly([(96, 310), (384, 310), (424, 334), (56, 334)], lighter(table, 0.1))
    c.rect(56, 334, 424, 342, table)
    for x in (76, 396):
        c.rect(x, 342, x + 10, 360, table)
    c.poly([(206, 322), (238, 316), (240, 324), (240, 330)], "#fbf6ea")
    c.poly([(274, 322), (242, 316), (240, 324), (240, 330)], "#f1e8d3")
    for i, colour in enumerate(("#b5453c", "#2f5d7c", "#d9a441")):
        c.rect(316 - i * 3, 314 - i * 9, 366 + i * 2, 322 - i * 9, colour, 1)
    c.rect(134, 282, 138, 318, "#b9913d")
    c.pie(136, 284, 26, 180, 360, "#2f7d5a")
    c.rect(122, 316, 150, 321, "#b9913d", 2)
    c.glow(136, 292, 40, "#ffe9a8", 0.5)


def classroom(c: Canvas, rng: Rng, light: Light) -> None:
    wall = pick(rng, WALLS)
    c.rect(0, 0, 480, 262, wall)
    c.gradient("#cfa777", "#b98e5c", y0=258)
    _window(c, light, 14, 52, 84, 160)
    board = pick(rng, ("#2d4a41", "#31424f"))
    c.rect(112, 34, 388, 174, "#a9784a", 4)
    c.rect(120, 42, 380, 166, board)
    c.text(250, 78, pick(rng, ("Good morning!", "Lesson 4", "Homework")), Face.HAND, 40, "#f4f1e6")
    c.text(200, 132, "a + b = c", Face.HAND, 30, "#ffe9a8")
    c.line([(296, 146), (326, 104), (356, 146), (296, 146)], "#cfe8ff", 2)
    c.rect(150, 170, 350, 177, "#8f623a", 2)
    c.circle(432, 70, 26, "#fdfaf2", "#4a4a55", 4)
    c.line([(432, 70), (432, 54)], "#2a2a33", 3)
    c.line([(432, 70), (444, 76)], "#2a2a33", 3)
    for i, colour in enumerate(("#e4572e", "#2e86ab", "#f3a712", "#6a994e")):
        c.rect(402 + (i % 2) * 34, 116 + (i // 2) * 30, 430 + (i % 2) * 34, 140 + (i // 2) * 30, colour, 2)
    c.rect(196, 216, 304, 226, "#7d5636", 2)
    c.rect(202, 226, 298, 266, "#9a6b42")
    c.circle(224, 202, 14, "#4f94c4")
    c.blob([(218, 194), (230, 198), (226, 208), (216, 206)], "#6fae5c")
    c.rect(220, 214, 228, 218, "#4a4a55")
    c.circle(276, 209, 7, "#c8402f")
    for row, (y, size) in enumerate(((278, 0.8), (326, 1.1))):
        for i in range(3):
            x = 240 + (i - 1) * (146 + row * 26)
            half = 50 * size
            c.rect(x - half * 0.6, y - 34 * size, x + half * 0.6, y - 2 * size,
                   pick(rng, ("#c8503f", "#2f7a8c", "#d99a2f")), 5)
            c.poly([(x - half, y + 6), (x - half * 0.86, y - 10 * size), (x + half * 0.86, y - 10 * size),
                    (x + half, y + 6)], "#e5c08c")
            c.rect(x - half, y + 5, x + half, y + 10, "#b98a54")
            for dx in (-half * 0.86, half * 0.86):
                c.rect(x + dx - 2, y + 10, x + dx + 2, y + 40 * size, "#5d6470")
            c.poly([(x - 16, y - 1), (x - 13, y - 7), (x + 12, y - 7), (x + 15, y - 1)], "#fdfaf2")


def bedroom(c: Canvas, rng: Rng, light: Light) -> None:
    wall, cloth = pick(rng, WALLS), pick(rng, ("#4f7f9c", "#b5656b", "#7d8f5a", "#8a6aa0"))
    c.rect(0, 0, 480, 280, wall)
    c.gradient("#c99f70", "#b08555", y0=276)
    _window(c, light, 44, 40, 140, 150)
    for x in (20, 142):
        c.poly(smooth([(x, 24), (x + 6, 100), (x - 2, 196)]) + smooth([(x + 26, 196), (x + 20, 100), (x + 24, 24)]),
               lighter(cloth, 0.35))
    c.rect(10, 20, 176, 27, "#7d5636", 3)
    for x, colour in ((226, "#e8b04a"), (290, "#6f9a8a")):
        c.rect(x, 52, x + 50, 116, "#fdfaf2", 1, "#7d5636", 3)
        c.circle(x + 25, 84, 14, colour)
    c.ellipse(262, 342, 200, 18, lighter(cloth, 0.6))
    c.rect(196, 168, 400, 300, "#8a5f3f", 8)
    c.rect(190, 236, 406, 318, "#fbf7ee", 10)
    c.rect(186, 258, 410, 330, cloth, 10)
    c.rect(186, 250, 410, 278, lighter(cloth, 0.45), 8)
    for i in range(5):
        c.circle(222 + i * 38, 304, 6, lighter(cloth, 0.3))
    for x in (210, 306):
        c.rect(x, 214, x + 80, 252, "#ffffff", 13)
        c.rect(x, 214, x + 80, 252, None, 13, "#ddd5c6", 1.4)
    for x in (192, 392):
        c.rect(x, 326, x + 10, 346, "#6b4730")
    c.rect(418, 250, 472, 330, "#9a6b42", 3)
    c.rect(424, 258, 466, 288, None, 2, "#7d5636", 2)
    c.circle(445, 273, 3, "#f0e3c0")
    c.rect(442, 214, 448, 250, "#5d4a3a")
    c.glow(445, 200, 54, "#ffe3a0", 0.7 if light is NIGHT else 0.35)
    c.poly([(424, 220), (434, 184), (456, 184), (466, 220)], "#fbe3ae")
    c.rect(430, 244, 460, 250, "#b5453c", 1)
    c.rect(20, 212, 120, 330, "#a5754a", 3)
    for y in (222, 258, 294):
        c.rect(28, y, 112, y + 28, None, 2, "#7d5636", 2)
        c.circle(70, y + 14, 3, "#f0e3c0")


def bathroom(c: Canvas, rng: Rng, light: Light) -> None:
    tile = pick(rng, ("#bfe0e0", "#cfe0c8", "#e4d3e0", "#c9d8ec"))
    c.rect(0, 0, 480, 280, lighter(tile, 0.3))
    for y in range(0, 280, 30):
        for x in range(0, 480, 30):
            c.rect(x + 1, y + 1, x + 29, y + 29, tile, 2)
    c.rect(0, 276, 480, 360, "#8f9aa5")
    for x in range(-60, 540, 60):
        c.line([(240 + (x - 240) * 0.8, 278), (240 + (x - 240) * 1.5, 360)], "#7d8893", 1.4)
    c.line([(0, 314), (480, 314)], "#7d8893", 1.4)
    c.rect(206, 24, 284, 130, "#fdfaf2", 39)
    c.rect(213, 31, 277, 123, "#dcecf0", 32)
    c.poly([(226, 108), (262, 44), (270, 52), (236, 116)], "#ffffff88")
    c.poly([(196, 178), (294, 178), (280, 214), (210, 214)], "#ffffff")
    c.rect(190, 170, 300, 182, "#f4f6f6", 5)
    c.rect(230, 214, 260, 290, "#eef1f1")
    c.line([(245, 170), (245, 148), (256, 148), (256, 156)], "#9aa5ad", 5)
    c.rect(276, 154, 290, 171, pick(rng, ("#e8a23d", "#5fa777", "#d9657f")), 3)
    for dx, colour in ((-3, "#d9453c"), (4, "#2e86ab")):
        c.line([(206 + dx, 170), (204 + dx * 2, 148)], colour, 2.6)
    c.rect(200, 156, 212, 171, "#fdfaf2", 2)
    c.rect(326, 226, 476, 322, "#ffffff", 24)
    c.rect(316, 222, 486, 240, "#f1f4f4", 9)
    for x in (346, 440):
        c.ellipse(x, 326, 12, 8, "#c9a24a")
    for _ in range(26):
        c.circle(float(rng.uniform(334, 470)), 220 - abs(float(rng.normal(0, 8))), float(rng.uniform(5, 12)), "#ffffff",
                 "#d5e6ea", 1)
    c.line([(440, 226), (440, 70), (410, 70), (410, 84)], "#9aa5ad", 5)
    c.ellipse(410, 88, 22, 6, "#8793a0")
    for i in range(5):
        c.line([(396 + i * 7, 98), (394 + i * 7, 150 + 12 * (i % 2))], "#ffffffbb", 1.6)
    c.ellipse(380, 196, 13, 9, "#ffd23f")
    c.circle(390, 184, 8, "#ffd23f")
    c.poly([(397, 184), (404, 186), (397, 189)], "#e8823a")
    c.circle(392, 182, 1.4, "#26262c")
    c.rect(36, 176, 104, 232, "#ffffff", 8)
    c.poly([(40, 250), (112, 250), (100, 296), (56, 296)], "#ffffff")
    c.ellipse(76, 248, 42, 11, "#eef2f2", "#cdd8da", 2)
    c.rect(58, 290, 98, 322, "#f1f4f4", 4)
    c.rect(60, 186, 80, 192, "#b8c3c8", 3)
    c.circle(142, 216, 14, "#fdfaf2", "#cdd8da", 1)
    c.circle(142, 216, 5, "#cbb79a")
    c.rect(26, 60, 116, 66, "#9aa5ad", 3)
    c.rect(38, 63, 104, 138, pick(rng, ("#d9657f", "#3f8fae", "#e0a13a")), 3)
    c.rect(38, 112, 104, 120, "#ffffff99")
