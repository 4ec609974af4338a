"""Everyday situations at home, on 480 by 360 units; `second` chooses the state."""

from __future__ import annotations

import calendar as months
import math

import numpy as np

from benchmark.suite.backdrops import tree
from benchmark.suite.canvas import Canvas, Face, darker, lighter, mix, ring, smooth
from benchmark.suite.items import pick

Rng = np.random.Generator
INK = "#23252d"
YEAR = 2025


def _whole(rng: Rng, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def thermometer(c: Canvas, rng: Rng, second: bool) -> None:
    cloth = pick(rng, ("#cfe3e8", "#e8dccf", "#dfe6cf"))
    c.rect(0, 0, 480, 360, cloth)
    for k in range(-4, 12):
        c.line([(k * 60, 0), (k * 60 + 160, 360)], lighter(cloth, 0.35), 14)
    degrees = _whole(rng, 363, 369) / 10 if second else _whole(rng, 385, 398) / 10
    c.shadow(56, 140, 440, 240, 40, 9, 0.4)
    c.poly([(320, 146), (432, 172), (446, 180), (432, 188), (320, 214)], "#f4f6f7")
    c.circle(438, 180, 9, "#b8c2c8")
    c.rect(44, 130, 340, 230, "#ffffff", 44)
    c.rect(44, 190, 340, 230, "#e6ecee", 40)
    c.rect(44, 130, 340, 214, "#ffffff", 40)
    c.rect(112, 146, 282, 208, "#b9cbb0", 8, "#8a9a84", 2)
    c.text(196, 176, f"{degrees:.1f} °C", Face.MONO, 38, INK)
    c.circle(76, 180, 16, pick(rng, ("#3f8fc0", "#d9653f", "#5fa777")))
    c.rect(306, 160, 318, 200, "#cfd8dc", 4)


def _dial(c: Canvas, x: float, y: float, radius: float, hour: int, minute: int) -> None:
    c.circle(x, y, radius, "#fffdf6", "#3a3f4a", radius * 0.09)
    for k in range(1, 13):
        a = math.radians(k * 30 - 90)
        c.text(x + radius * 0.73 * math.cos(a), y + radius * 0.73 * math.sin(a), str(k), Face.SANS, radius * 0.2, INK)
    for angle, length, width in (((hour % 12) * 30 + minute / 2, 0.42, 0.06), (minute * 6, 0.62, 0.04)):
        a = math.radians(angle - 90)
        c.line([(x, y), (x + radius * length * math.cos(a), y + radius * length * math.sin(a))], INK, radius * width)
    c.circle(x, y, radius * 0.06, "#c8402f")


def clock(c: Canvas, rng: Rng, second: bool) -> None:
    wall = pick(rng, ("#e7d8c4", "#cfdedb", "#e0d3e0"))
    c.rect(0, 0, 480, 300, wall)
    c.gradient("#b58a62", "#94683f", y0=296)
    for x in range(20, 480, 40):
        c.rect(x, 0, x + 14, 296, lighter(wall, 0.22))
    hour = _whole(rng, 9, 11) if second else _whole(rng, 6, 8)
    minute = 5 * (_whole(rng, 2, 9))
    c.shadow(126, 38, 366, 278, 120, 10)
    _dial(c, 240, 150, 118, hour, minute)
    c.rect(56, 240, 92, 300, "#a9653f", 5)
    for k in range(6):
        c.curve([(74, 242), (74 + (k - 2.5) * 10, 216), (74 + (k - 2.5) * 17, 190 + 8 * abs(k - 2.5))], "#4c8a4a", 6)
    for i, colour in enumerate(("#b5453c", "#2f5d7c", "#d9a441")):
        c.rect(384 - i * 5, 284 - i * 14, 456 - i * 3, 297 - i * 14, colour, 2)


def window(c: Canvas, rng: Rng, second: bool) -> None:
    wall = pick(rng, ("#e9dcc6", "#dcd5e6", "#d3e0d6"))
    c.rect(0, 0, 480, 360, wall)
    c.rect(72, 24, 408, 300, "#fdfaf2", 4)
    top, bottom = ("#4fa8e8", "#dff3fb") if second else ("#6f7b8a", "#aeb6bd")
    c.gradient(top, bottom, 84, 36, 396, 288)
    ground = "#8fc46a" if second else "#6f8a66"
    c.poly([(84, 250), *smooth([(84, 248), (180, 226), (280, 240), (396, 224)]), (396, 288), (84, 288)], ground)
    for x in (140, 300):
        tree(c, x, 260, 1.1, "#4f9a4c" if second else "#44704c")
    c.poly([(216, 288), (236, 242), (250, 242), (266, 288)], "#d9c8a0" if second else "#8f8a80")
    if second:
        c.glow(330, 88, 110, "#fff3b0", 0.9)
        c.circle(330, 88, 30, "#ffd84a")
        for k in range(12):
            a = k * 0.5236
            c.line([(330 + 38 * math.cos(a), 88 + 38 * math.sin(a)), (330 + 50 * math.cos(a), 88 + 50 * math.sin(a))],
                   "#ffd84a", 4)
    else:
        for x, y, size in ((150, 70, 1.2), (250, 62, 1.4), (340, 74, 1.1)):
            for dx, dy, radius in ((-26, 0, 17), (0, -9, 24), (26, 0, 18), (6, 8, 22)):
                c.circle(x + dx * size, y + dy * size, radius * size, "#515b68")
        for _ in range(130):
            x, y = float(rng.uniform(92, 390)), float(rng.uniform(100, 268))
            c.line([(x, y), (x - 4, y + 15)], "#dbe8f2", 1.8)
        for x in (200, 330):
            c.ellipse(x, 276, 34, 6, "#a9bccb")
    c.rect(236, 36, 244, 288, "#fdfaf2")
    c.rect(84, 158, 396, 166, "#fdfaf2")
    c.rect(54, 296, 426, 314, "#f1ead9", 3)
    c.rect(110, 262, 146, 298, pick(rng, ("#c97b4a", "#4f7f9c")), 5)
    for k in range(5):
        c.curve([(128, 264), (128 + (k - 2) * 10, 244), (128 + (k - 2) * 16, 226)], "#4c8a4a", 5)
    for x0, flip in ((40, 1), (440, -1)):
        c.poly([(x0, 10), (x0 + flip * 62, 10), (x0 + flip * 40, 160), (x0 + flip * 12, 330), (x0, 330)],
               mix(wall, "#b5656b", 0.55))
    c.rect(24, 6, 456, 16, "#7d5636", 4)


def calendar(c: Canvas, rng: Rng, second: bool) -> None:
    wall = pick(rng, ("#cfdedb", "#e6d9c9", "#d6dcea"))
    c.gradient(lighter(wall, 0.3), wall)
    month = _whole(rng, 1, 12)
    colour = pick(rng, ("#c8402f", "#2f6f8f", "#3f7d57", "#7a4a88"))
    c.shadow(86, 28, 402, 346, 8, 9, 0.4)
    c.rect(80, 20, 400, 338, "#fffdf6", 8)
    c.rect(80, 20, 400, 84, colour, 8)
    c.rect(80, 64, 400, 84, colour)
    c.text(240, 54, months.month_name[month], Face.BLACK, 36, "#ffffff")
    for x in (150, 330):
        c.rect(x - 5, 8, x + 5, 34, "#8f979f", 4)
    for i, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        c.text(111 + i * 43, 102, day, Face.SANS, 16, "#6b7280" if i < 5 else "#c8402f")
    weeks = months.Calendar().monthdayscalendar(YEAR, month)
    columns = (0, 1, 2, 3, 4) if second else (5, 6)
    choices = [(row, column) for row in range(1, 4) for column in columns]
    marked = pick(rng, choices)
    for row, week in enumerate(weeks):
        for column, number in enumerate(week):
            if number:
                c.text(111 + column * 43, 132 + row * 37, str(number), Face.SANS, 21, INK if column < 5 else "#c8402f")
    x, y = 111 + marked[1] * 43, 132 + marked[0] * 37
    c.line(ring(x, y, 18, 16, -80, 300), "#2453c9", 3.6)


def glasses(c: Canvas, rng: Rng, second: bool) -> None:
    wall = pick(rng, ("#f3ddc9", "#d5e6e0", "#e3dcee"))
    c.rect(0, 0, 480, 264, wall)
    c.gradient("#c79a6b", "#a97b4e", y0=260)
    juice = pick(rng, ("#f5a623", "#e0455f", "#9acb3f", "#b5408f"))
    much, little = float(rng.uniform(0.72, 0.9)), float(rng.uniform(0.2, 0.42))
    for x, share in ((150, little if second else much), (330, much if second else little)):
        c.ellipse(x, 306, 64, 10, "#3a241444")
        def edge(y: float) -> float:
            return 40 + (304 - y) * 0.09
        level = 296 - 206 * share
        c.poly([(x - 60, 84), (x + 60, 84), (x + 41, 304), (x - 41, 304)], "#ffffff55")
        c.poly([(x - edge(level) + 2, level), (x + edge(level) - 2, level), (x + 39, 297), (x - 39, 297)], juice)
        c.ellipse(x, level, edge(level) - 2, 8, lighter(juice, 0.3))
        c.line([(x - 60, 84), (x - 41, 304), (x + 41, 304), (x + 60, 84)], "#ffffff", 3.4)
        c.ellipse(x, 84, 60, 9, None, "#ffffff", 3)
        c.poly([(x - 46, 104), (x - 38, 104), (x - 28, 280), (x - 33, 280)], "#ffffff77")
        c.line([(x + 6, level + 20), (x + 40, 30), (x + 62, 26)], pick(rng, ("#c8402f", "#2f6f8f")), 6)


def phone(c: Canvas, rng: Rng, second: bool) -> None:
    desk = pick(rng, ("#c79a6b", "#8fa9b5", "#b5a3c4"))
    c.gradient(lighter(desk, 0.2), darker(desk, 0.06))
    percent = _whole(rng, 88, 98) if second else _whole(rng, 3, 9)
    c.shadow(158, 16, 336, 352, 26, 10, 0.5)
    c.rect(150, 8, 330, 346, "#1b1d24", 26)
    c.gradient(*pick(rng, (("#3f5f9c", "#c98fb0"), ("#2f6f6a", "#d9c27a"), ("#5a4a8a", "#e09a7a"))), 160, 24, 320, 330)
    c.rect(214, 12, 266, 20, "#33363f", 4)
    c.text(240, 84, f"{_whole(rng, 6, 8):02d}:{_whole(rng, 10, 55):02d}", Face.SANS, 44, "#ffffff")
    tone = "#5fd07a" if second else "#ef4a42"
    c.rect(180, 150, 292, 206, "#ffffff22", 10, "#ffffff", 4)
    c.rect(293, 168, 301, 188, "#ffffff", 3)
    c.rect(187, 157, 187 + 98 * percent / 100, 199, tone, 4)
    c.text(240, 238, f"{percent} %", Face.BLACK, 38, "#ffffff")
    c.text(240, 276, "Battery", Face.SANS, 20, "#ffffff")
    c.ellipse(414, 100, 46, 46, "#fbf7ee")
    c.ellipse(414, 100, 36, 36, "#4a2c1d")
    c.arc(462, 100, 15, 15, -100, 100, "#fbf7ee", 8)
    c.rect(40, 190, 110, 300, "#f6efe2", 4)
    for y in range(206, 290, 14):
        c.rect(50, y, 98, y + 2.4, "#b8ae9c")


def balance(c: Canvas, rng: Rng, second: bool) -> None:
    c.gradient("#e9f0ee", "#cfdcd8", y1=300)
    c.gradient("#a9794a", "#8a5f38", y0=296)
    tilt = float(rng.uniform(26, 40)) * (1 if second else -1)
    metal = "#5a6470"
    c.poly([(230, 296), (236, 90), (244, 90), (250, 296)], metal)
    c.rect(176, 288, 304, 304, darker(metal, 0.2), 6)
    c.line([(106, 96 - tilt), (374, 96 + tilt)], metal, 9)
    c.circle(240, 94, 14, "#d9a92f")
    colours = [pick(rng, ("#c9543f", "#3f7fae", "#6aa35a", "#c99a3f")),
               pick(rng, ("#8a5aa0", "#d98a5a", "#4f9a94", "#b5657a"))]
    size = float(rng.uniform(58, 70))
    for x, y, name, colour in ((106, 96 - tilt, "A", colours[0]), (374, 96 + tilt, "B", colours[1])):
        c.line([(x, y), (x - 56, y + 120)], "#7f8a94", 2)
        c.line([(x, y), (x + 56, y + 120)], "#7f8a94", 2)
        c.circle(x, y, 6, "#d9a92f")
        c.rect(x - size / 2, y + 116 - size, x + size / 2, y + 118, colour, 3)
        c.rect(x - 5, y + 116 - size, x + 5, y + 118, lighter(colour, 0.3))
        c.circle(x, y + 118 - size / 2, 17, "#fffdf6")
        c.text(x, y + 117 - size / 2, name, Face.BLACK, 24, INK)
        c.poly([(x - 66, y + 118), (x + 66, y + 118), (x + 44, y + 134), (x - 44, y + 134)], "#d9a92f")


def milk(c: Canvas, rng: Rng, second: bool) -> None:
    c.gradient("#dfeaf0", "#c3d6e0", y1=280)
    c.gradient("#d9c9b0", "#c0aa88", y0=276)
    month, day = _whole(rng, 1, 12), _whole(rng, 9, 20)
    gap = _whole(rng, 3, 7)
    best = day + gap if second else day - gap
    name = months.month_abbr[month].upper()
    colour = pick(rng, ("#2f7fb8", "#3f9a5f", "#c8503f"))
    c.shadow(86, 90, 236, 320, 6, 9, 0.35)
    c.poly([(80, 110), (104, 64), (196, 64), (220, 110)], "#f2f6f8")
    c.rect(104, 42, 196, 66, colour, 2)
    c.rect(80, 108, 220, 316, "#ffffff", 3)
    c.rect(80, 146, 220, 206, colour)
    c.text(150, 176, "MILK", Face.BLACK, 42, "#ffffff")
    c.poly([*smooth([(80, 290), (110, 272), (150, 292), (190, 274), (220, 288)]), (220, 316), (80, 316)],
           lighter(colour, 0.4))
    c.text(150, 226, "BEST BEFORE", Face.SANS, 15, INK)
    c.text(150, 251, f"{best} {name}", Face.MONO, 25, INK)
    c.shadow(286, 70, 430, 262, 6, 9, 0.35)
    c.rect(280, 62, 424, 254, "#fffdf6", 6)
    c.rect(280, 62, 424, 112, "#c8402f", 6)
    c.rect(280, 96, 424, 112, "#c8402f")
    c.text(352, 88, "TODAY", Face.BLACK, 27, "#ffffff")
    c.text(352, 168, str(day), Face.BLACK, 76, INK)
    c.text(352, 228, name, Face.SANS, 26, "#6b7280")
    for x in (314, 390):
        c.rect(x - 4, 50, x + 4, 74, "#8f979f", 3)


def noughts_and_crosses(c: Canvas, rng: Rng, second: bool) -> None:
    paper = pick(rng, ("#fffdf5", "#f3efe0", "#2d4a41"))
    chalk = paper == "#2d4a41"
    c.rect(0, 0, 480, 360, paper)
    if not chalk:
        for k in range(1, 24):
            c.rect(k * 20, 0, k * 20 + 0.8, 360, "#dbe6ee")
            c.rect(0, k * 20, 480, k * 20 + 0.8, "#dbe6ee")
    line = "#f4f1e6" if chalk else "#3a3f4a"
    cross, nought = ("#ffb38a", "#9fd8ff") if chalk else ("#d3402f", "#2d62c0")
    lines = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
    won = pick(rng, lines)
    board = dict.fromkeys(won, second)
    rest = [cell for cell in range(9) if cell not in won]
    while True:
        others = [rest[int(i)] for i in rng.permutation(len(rest))[:2 if not second else 3]]
        if tuple(sorted(others)) not in lines:
            break
    board |= dict.fromkeys(others, not second)
    for k in (1, 2):
        for flip in (False, True):
            points = [(90 + t * 100, 30 + k * 100 + 2 * math.sin(5 * t)) for t in np.linspace(0, 3, 14)]
            c.line([(90 + y - 30, 30 + x - 90) for x, y in points] if flip else points, line, 6)
    for cell, is_nought in board.items():
        x, y = 140 + cell % 3 * 100, 80 + cell // 3 * 100
        if is_nought:
            c.line(ring(x, y, 30, 31, -70, 296), nought, 8)
        else:
            c.curve([(x - 29, y - 28), (x + 2, y + 1), (x + 29, y + 29)], cross, 8)
            c.curve([(x + 28, y - 30), (x - 1, y + 2), (x - 30, y + 28)], cross, 8)
