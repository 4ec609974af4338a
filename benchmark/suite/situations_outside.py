"""Everyday situations on the way, on 480 by 360 units; `second` chooses the state."""

from __future__ import annotations

import math

import numpy as np

from benchmark.suite.backdrops import DAY, hills, sky, tree
from benchmark.suite.canvas import Canvas, Face, lighter, mix, smooth
from benchmark.suite.items import pick

Rng = np.random.Generator
INK = "#23252d"


def traffic_light(c: Canvas, rng: Rng, second: bool) -> None:
    sky(c, rng, DAY, 260)
    for i in range(8):
        tall = float(rng.uniform(50, 130))
        c.rect(i * 62 - 6, 262 - tall, i * 62 + 50, 264, mix(pick(rng, ("#b5654a", "#8f8f9c", "#c9a37a", "#6f8a99")),
                                                             "#dff1f5", 0.5))
    c.rect(0, 260, 480, 360, "#9aa39a")
    c.poly([(60, 360), (216, 260), (264, 260), (420, 360)], "#575b66")
    for near, far in ((356, 330), (316, 298), (288, 276)):
        c.poly([(237, near), (239, far), (241, far), (243, near)], "#f4ecd0")
    c.rect(326, 214, 338, 344, "#3a3f4a")
    c.shadow(290, 34, 378, 226, 18, 8)
    c.rect(286, 26, 378, 222, "#23262f", 18)
    lit = 2 if second else 0
    for i, colour in enumerate(("#ef3e36", "#f5b82e", "#43c463")):
        y = 58 + i * 66
        if i == lit:
            c.glow(332, y, 66, colour, 0.8)
        c.circle(332, y, 25, colour if i == lit else mix(colour, "#23262f", 0.82), "#14161c", 3)
        if i == lit:
            c.ellipse(324, y - 9, 9, 6, "#ffffff88")


def town_map(c: Canvas, rng: Rng, second: bool) -> None:
    c.rect(0, 0, 480, 360, "#dfe8c8")
    c.poly([*smooth([(-20, 150), (90, 190), (180, 168), (300, 204), (500, 180)]),
            *smooth([(500, 210), (300, 232), (180, 196), (90, 218), (-20, 180)])], "#8fc6e0")
    for points in ([(150, -10), (150, 370)], [(-10, 96), (490, 96)], [(-10, 286), (490, 286)],
                   [(330, -10), (330, 370)]):
        c.line(points, "#f6f1e4", 15)
        c.line(points, "#d9cfb8", 1.4)
    for _ in range(13):
        x, y = float(rng.uniform(10, 380)), pick(rng, (40, 130, 250, 330))
        if min(abs(x - 150), abs(x - 330), abs(x - 240) - 40) > 30:
            tree(c, x, y + 16, 0.5, "#6fa35c")
    upper, lower = ("house", "school") if second else ("school", "house")
    for what, y in ((upper, 82), (lower, 300)):
        if what == "house":
            c.rect(212, y - 26, 268, y + 18, "#f3e3c4")
            c.poly([(204, y - 24), (240, y - 54), (276, y - 24)], "#b5453c")
            c.rect(233, y - 8, 247, y + 18, "#7d5636")
            c.text(240, y + 34, "House", Face.SANS, 19, INK)
        else:
            c.rect(194, y - 26, 286, y + 18, "#e8b07a")
            c.rect(226, y - 46, 254, y + 18, "#d9935a")
            c.poly([(220, y - 44), (240, y - 62), (260, y - 44)], "#5d4a63")
            c.circle(240, y - 34, 7, "#fffdf6", INK, 1.4)
            for x in (204, 218, 258, 272):
                c.rect(x - 2, y - 16, x + 7, y - 2, "#5f8fae")
            c.rect(234, y - 4, 246, y + 18, "#6b4430")
            c.text(240, y + 34, "School", Face.SANS, 19, INK)
    c.circle(424, 62, 44, "#fffdf6", "#8a7a5c", 2)
    c.poly([(424, 28), (433, 62), (415, 62)], "#c8402f")
    c.poly([(424, 96), (433, 62), (415, 62)], "#3a3f4a")
    c.poly([(392, 62), (424, 55), (424, 69)], "#a9a294")
    c.poly([(456, 62), (424, 55), (424, 69)], "#a9a294")
    c.text(424, 13, "N", Face.BLACK, 19, "#c8402f")
    c.text(424, 116, "S", Face.BLACK, 16, INK)
    c.text(380 - 5, 62, "W", Face.BLACK, 15, INK, "rm")
    c.text(472, 62, "E", Face.BLACK, 15, INK, "lm")


def dog_sign(c: Canvas, rng: Rng, second: bool) -> None:
    brick = pick(rng, ("#b98a5c", "#a9857a", "#8f9aa6"))
    c.rect(0, 0, 480, 360, lighter(brick, 0.4))
    for row in range(13):
        for column in range(-1, 9):
            x = column * 64 + (row % 2) * 32
            c.rect(x + 2, row * 29 + 2, x + 62, row * 29 + 27, mix(brick, "#2a1a14", float(rng.uniform(0, 0.12))), 2)
    c.shadow(112, 36, 376, 338, 16, 9, 0.45)
    c.rect(104, 26, 376, 330, "#fffdf6", 16)
    ring_colour = "#2f8a55" if second else "#d3302a"
    c.circle(240, 152, 106, "#ffffff", ring_colour, 17)
    c.poly([*smooth([(186, 168), (192, 142), (246, 138), (276, 142)]), (282, 172), (190, 176)], INK)
    for x in (194, 208, 262, 276):
        c.rect(x - 6, 164, x + 5, 214, INK, 4)
    c.poly([(262, 146), (272, 110), (300, 112), (318, 128), (314, 138), (294, 142), (284, 166)], INK)
    c.poly([(270, 114), (262, 138), (278, 134)], "#ffffff" if second else INK)
    c.curve([(190, 150), (174, 138), (170, 116)], INK, 8)
    c.circle(291, 120, 3, "#ffffff")
    c.text(240, 294, "DOGS WELCOME" if second else "NO DOGS", Face.BLACK, 28, ring_colour)
    if not second:
        c.line([(168, 80), (312, 224)], ring_colour, 17)
    else:
        c.curve([(272, 144), (250, 110), (222, 92)], ring_colour, 4)


def fuel_gauge(c: Canvas, rng: Rng, second: bool) -> None:
    c.gradient("#2c303a", "#17191f")
    c.rect(18, 18, 462, 342, "#20232b", 40)
    accent = pick(rng, ("#ff8a3d", "#4fc3ff", "#7be07b"))
    c.circle(240, 216, 172, "#14161b", "#3c414d", 5)
    share = float(rng.uniform(0.84, 0.95)) if second else float(rng.uniform(0.03, 0.1))
    for k in range(9):
        a = math.radians(200 + k * 17.5)
        inner = 128 if k % 2 == 0 else 138
        c.line([(240 + inner * math.cos(a), 216 + inner * math.sin(a)),
                (240 + 152 * math.cos(a), 216 + 152 * math.sin(a))], "#ef4a42" if k < 2 else "#f4f4f0", 5)
    c.text(142, 222, "E", Face.BLACK, 40, "#ef4a42")
    c.text(338, 222, "F", Face.BLACK, 40, "#f4f4f0")
    a = math.radians(200 + 140 * share)
    c.line([(240, 216), (240 + 134 * math.cos(a), 216 + 134 * math.sin(a))], accent, 7)
    c.circle(240, 216, 19, "#3c414d")
    c.circle(240, 216, 10, accent)
    c.rect(222, 274, 250, 314, "#f4f4f0", 4)
    c.rect(227, 280, 245, 293, "#14161b")
    c.rect(218, 312, 254, 318, "#f4f4f0", 2)
    c.line([(250, 286), (260, 294), (260, 308)], "#f4f4f0", 3.4)
    c.text(240, 120, "FUEL", Face.SANS, 22, "#a9b0bc")


def race(c: Canvas, rng: Rng, second: bool) -> None:
    sky(c, rng, DAY, 170)
    hills(c, rng, 176, 30, "#8fb88a", 5)
    c.rect(0, 168, 480, 196, "#7fae5c")
    c.rect(0, 190, 480, 360, "#c9593a")
    for y in (192, 246, 300, 354):
        c.rect(0, y - 1.6, 480, y + 1.6, "#fbf3e4")
    for row in range(14):
        for column in range(3):
            c.rect(392 + column * 9, 192 + row * 12, 401 + column * 9, 204 + row * 12, "#ffffff" if (row + column) % 2
                   else "#1c1d22")
    for x in (388, 424):
        c.rect(x - 4, 64, x + 4, 200, "#5a6470")
    c.rect(372, 56, 440, 92, "#23305a", 4)
    c.text(406, 74, "FINISH", Face.TALL, 26, "#ffffff")
    lead, back = (438, float(rng.uniform(190, 260)))
    for x, y, shirt in ((back if second else lead, 246, "#d9342f"), (lead if second else back, 318, "#2d62c0")):
        skin = pick(rng, ("#f0cba8", "#b98458", "#8a5a3a"))
        c.ellipse(x, y + 2, 28, 4, "#00000033")
        c.curve([(x - 6, y - 44), (x - 20, y - 26), (x - 36, y - 18)], skin, 8)
        c.curve([(x + 2, y - 44), (x + 18, y - 34), (x + 10, y - 2)], skin, 8)
        c.poly([(x - 12, y - 50), (x + 10, y - 50), (x + 12, y - 34), (x - 12, y - 36)], "#23252d")
        c.poly([(x - 8, y - 82), (x + 14, y - 82), (x + 9, y - 46), (x - 11, y - 46)], shirt)
        if (x == lead):
            c.curve([(x + 8, y - 78), (x + 20, y - 92), (x + 26, y - 108)], skin, 6)
            c.curve([(x - 2, y - 78), (x - 16, y - 92), (x - 20, y - 108)], skin, 6)
        else:
            c.curve([(x + 10, y - 76), (x + 22, y - 64), (x + 30, y - 74)], skin, 6)
            c.curve([(x - 4, y - 76), (x - 18, y - 68), (x - 16, y - 56)], skin, 6)
        c.circle(x + 6, y - 96, 11, skin)
        c.pie(x + 5, y - 98, 12, 160, 350, "#3a2a20")
