"""Posters of well-known stories for the stage on 340 by 480 units."""

from __future__ import annotations

import math

import numpy as np

from benchmark.suite.canvas import Canvas, Face, darker, lighter, smooth, turned
from benchmark.suite.poster_films import INK, title

Rng = np.random.Generator


def hamlet(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#1f2a3a", "#5a6f86", y1=380)
    c.glow(240, 90, 120, "#e9efe4", 0.7)
    c.circle(240, 90, 40, "#eef1e0")
    c.poly([(0, 380), (0, 214), (22, 214), (22, 200), (40, 200), (40, 214), (58, 214), (58, 250), (96, 250), (96, 150),
            (104, 150), (104, 138), (116, 138), (116, 150), (128, 150),
            (128, 138), (140, 138), (140, 150), (148, 150), (148, 380)], "#141c28")
    for x, y in ((118, 180), (20, 240), (74, 280)):
        c.poly([(x, y + 18), (x, y + 6), (x + 5, y), (x + 10, y + 6), (x + 10, y + 18)], "#e8c33f")
    bone, dark = "#efe6cf", "#2a2420"
    c.poly(smooth([(120, 400), (132, 340), (170, 318)]) + smooth([(214, 318), (246, 340), (258, 400)]), "#7a2430")
    c.curve([(140, 330), (160, 318), (188, 322), (226, 320)], "#e3b68f", 17)
    for k in range(4):
        c.curve([(150 + k * 22, 322), (148 + k * 22, 306), (156 + k * 20, 294)], "#e3b68f", 10)
    c.blob([(188, 168), (236, 184), (252, 226), (240, 262), (222, 276), (156, 276), (136, 262), (126, 226), (142, 184)],
           bone)
    c.rect(156, 262, 222, 302, bone, 8)
    for x in (164, 212):
        c.ellipse(x, 232, 18, 19, dark)
    c.poly([(188, 248), (197, 266), (179, 266)], dark)
    for k in range(7):
        c.line([(162 + k * 9, 274), (162 + k * 9, 300)], dark, 2)
    c.line([(158, 287), (220, 287)], dark, 2)
    c.curve([(160, 186), (170, 200), (164, 210)], "#cfc4a8", 2)
    c.rect(0, 378, 340, 480, INK)
    title(c, 416, "HAMLET", Face.SERIF, "#f3e3c0", 66, "Prince of Denmark")


def frankenstein(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#1c2436", "#4f6a5a", y1=400)
    for start in ((20, 0), (322, 0)):
        x, y = start
        points = [(x, y)]
        while y < 190:
            x += float(rng.uniform(-26, 26))
            y += float(rng.uniform(18, 40))
            points.append((x, y))
        c.line(points, "#f6f0a8", 5)
        c.line(points, "#ffffff", 2)
    green = "#8fae74"
    c.poly([(50, 400), (70, 320), (130, 292), (210, 292), (270, 320), (290, 400)], "#2a2c34")
    c.rect(132, 262, 208, 312, darker(green, 0.2))
    c.poly([(108, 120), (232, 120), (240, 200), (228, 262), (200, 290), (140, 290), (112, 262), (100, 200)], green)
    c.poly([(104, 160), (102, 104), (238, 104), (236, 160), (224, 134), (206, 152), (188, 132), (168, 152), (148, 132),
            (130, 152), (116, 136)], INK)
    c.rect(112, 164, 228, 178, darker(green, 0.18), 4)
    for x in (142, 198):
        c.ellipse(x, 194, 17, 12, "#f3f0d8")
        c.circle(x, 195, 6, INK)
        c.rect(x - 18, 180, x + 18, 191, darker(green, 0.12))
    c.poly([(164, 196), (176, 196), (184, 232), (156, 232)], darker(green, 0.14))
    c.rect(140, 256, 200, 261, "#3f4a34", 2)
    for x in (146, 158, 170, 182, 194):
        c.line([(x, 251), (x, 266)], "#3f4a34", 2)
    c.line([(210, 140), (226, 176)], "#7a3f3a", 2.6)
    for k in range(4):
        c.line([(207 + k * 5, 152 + k * 7), (219 + k * 4, 147 + k * 7)], "#7a3f3a", 2)
    for x0, x1 in ((112, 134), (206, 228)):
        c.rect(x0, 278, x1, 290, "#a9b0b8", 2)
    for x in (108, 224):
        c.rect(x, 272, x + 8, 296, "#8a9098", 2)
    c.rect(0, 384, 340, 480, "#11151d")
    title(c, 426, "FRANKENSTEIN", Face.TALL, "#b8e07a", 66, "A modern Prometheus")


def don_quixote(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#f2a44a", "#f9e0a6", y1=320)
    c.circle(250, 150, 58, "#fff0c0")
    c.poly([*smooth([(-20, 300), (90, 276), (220, 300), (360, 270)]), (360, 400), (-20, 400)], "#b5773a")
    c.poly([*smooth([(-20, 344), (120, 320), (240, 340), (360, 316)]), (360, 400), (-20, 400)], "#8a5528")
    for x, y, size in ((68, 286, 1.0), (300, 276, 0.6), (232, 282, 0.42)):
        c.poly([(x - 26 * size, y), (x - 18 * size, y - 90 * size), (x + 18 * size, y - 90 * size), (x + 26 * size, y)],
               "#f8f1e0")
        c.poly([(x - 22 * size, y - 88 * size), (x, y - 122 * size), (x + 22 * size, y - 88 * size)], "#6b3d2a")
        turn = float(rng.uniform(10, 80))
        for a in range(0, 360, 90):
            c.poly(turned([(x - 2 * size, y - 92 * size), (x - 2 * size, y - 172 * size),
                           (x + 16 * size, y - 172 * size), (x + 10 * size, y - 104 * size)], (x, y - 92 * size),
                           turn + a), "#4a3324")
        c.rect(x - 6 * size, y - 30 * size, x + 6 * size, y, "#6b3d2a")
    dark = "#2a1d18"
    c.poly(smooth([(130, 300), (150, 276), (200, 272), (232, 276), (240, 298)])
           + smooth([(236, 312), (190, 308), (134, 316)]), dark)
    for points in ([(140, 304), (134, 340), (142, 372)], [(156, 308), (162, 342), (156, 372)],
                   [(220, 306), (214, 340), (222, 372)], [(234, 304), (244, 336), (238, 372)]):
        c.curve(points, dark, 6)
    c.curve([(226, 288), (250, 262), (262, 246)], dark, 14)
    c.poly([(254, 248), (266, 236), (292, 256), (286, 266), (262, 262)], dark)
    c.curve([(132, 300), (118, 320), (116, 346)], dark, 4)
    c.poly([(172, 276), (170, 216), (196, 214), (202, 276)], dark)
    c.line([(182, 276), (196, 320)], dark, 8)
    c.circle(184, 196, 13, dark)
    c.ellipse(184, 188, 24, 5, dark)
    c.poly([(176, 188), (184, 172), (194, 188)], dark)
    c.poly([(190, 204), (200, 214), (188, 218)], dark)
    c.line([(120, 250), (300, 158)], dark, 4)
    c.circle(168, 244, 18, "#a3332c")
    c.circle(168, 244, 6, "#e2b23c")
    c.rect(0, 384, 340, 480, "#6b1f24")
    title(c, 424, "DON QUIXOTE", Face.SERIF, "#f8e0a0", 52, "The knight of the windmills")


def alice(c: Canvas, rng: Rng, paper: str) -> None:
    for row in range(12):
        for column in range(9):
            c.rect(column * 40 - 6, row * 40, column * 40 + 34, row * 40 + 40,
                   ("#7fbfa8", "#6fae9a")[(row + column) % 2])
    c.circle(170, 196, 132, lighter(paper, 0.3))
    c.circle(170, 196, 132, None, "#c8402f", 5)
    white = "#fbf8f0"
    for x, turn in ((142, -9), (176, 7)):
        c.poly(turned(smooth([(x - 11, 160), (x - 15, 110), (x, 72)]) + smooth([(x, 72), (x + 15, 110), (x + 11, 160)]),
                      (x, 160), turn), white)
        c.poly(turned(smooth([(x - 5, 152), (x - 7, 114), (x, 88)]) + smooth([(x, 88), (x + 7, 114), (x + 5, 152)]),
                      (x, 160), turn), "#f2b8b8")
    c.poly(smooth([(106, 310), (112, 244), (160, 224)]) + smooth([(160, 224), (206, 244), (214, 310)]), "#c8402f")
    c.poly([(140, 232), (180, 232), (172, 310), (150, 310)], "#f3d35a")
    c.ellipse(160, 186, 43, 39, white)
    for x in (144, 176):
        c.circle(x, 180, 6, "#c24a5a")
        c.circle(x, 180, 3, INK)
    c.circle(178, 180, 12, None, "#c9992f", 2.6)
    c.poly([(154, 196), (166, 196), (160, 204)], "#e58aa0")
    for k in (-1, 1):
        for dy in (-3, 4):
            c.line([(160 + k * 12, 202 + dy * 0.4), (160 + k * 46, 200 + dy * 2.2)], "#9a948a", 1.4)
    c.poly([(160, 222), (136, 212), (136, 236)], "#2f6f8f")
    c.poly([(160, 222), (184, 212), (184, 236)], "#2f6f8f")
    c.curve([(200, 262), (226, 256), (234, 236)], "#c8402f", 14)
    c.circle(236, 214, 30, "#e2b23c")
    c.circle(236, 214, 23, "#fffdf4")
    for a in range(0, 360, 30):
        c.circle(236 + 18 * math.cos(math.radians(a)), 214 + 18 * math.sin(math.radians(a)), 1.7, INK)
    c.line([(236, 214), (236, 200)], INK, 2.6)
    c.line([(236, 214), (247, 219)], INK, 2.6)
    for x, y, suit in ((44, 78, "#c8402f"), (296, 80, INK), (44, 330, INK), (296, 332, "#c8402f")):
        tilt = float(rng.uniform(-16, 16))
        c.poly(turned([(x - 22, y - 32), (x + 22, y - 32), (x + 22, y + 32), (x - 22, y + 32)], (x, y), tilt), white)
        if suit == INK:
            c.poly(turned(smooth([(x, y - 15), (x + 14, y + 4), (x, y + 6)])
                          + smooth([(x, y + 6), (x - 14, y + 4), (x, y - 15)]), (x, y), tilt), suit)
            c.poly([(x, y + 2), (x + 5, y + 15), (x - 5, y + 15)], suit)
        else:
            c.poly(turned([(x, y - 17), (x + 12, y), (x, y + 17), (x - 12, y)], (x, y), tilt), suit)
    c.rect(0, 384, 340, 480, "#27305a")
    title(c, 420, "Alice in Wonderland", Face.SCRIPT, "#f8e6b0", 46, "Follow the white rabbit")


def hunchback(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#5a3a63", "#f0a070", y1=400)
    c.circle(170, 150, 70, "#f8d9a0")
    stone, dark = "#3a2f42", "#251d2c"
    for x0 in (40, 214):
        c.rect(x0, 130, x0 + 86, 400, stone)
        c.rect(x0 - 5, 122, x0 + 91, 134, dark)
        for dx in (14, 50):
            c.poly([(x0 + dx, 226), (x0 + dx, 164), (x0 + dx + 11, 146), (x0 + dx + 22, 164), (x0 + dx + 22, 226)],
                   "#f0b878")
            for y in range(166, 224, 12):
                c.rect(x0 + dx, y, x0 + dx + 22, y + 3, stone)
        c.rect(x0 - 5, 236, x0 + 91, 246, dark)
    c.rect(120, 246, 220, 400, stone)
    c.rect(34, 244, 306, 256, dark)
    c.circle(170, 300, 34, dark)
    for k in range(12):
        a = math.radians(k * 30)
        c.pie(170, 300, 30, k * 30 + 2, k * 30 + 28, ("#d9503f", "#4f86c6", "#e8b93a")[k % 3])
        c.line([(170, 300), (170 + 30 * math.cos(a), 300 + 30 * math.sin(a))], dark, 2)
    c.circle(170, 300, 10, "#f6e0a0")
    for x in (83, 170, 257):
        c.poly([(x - 22, 400), (x - 22, 368), (x, 344), (x + 22, 368), (x + 22, 400)], dark)
    c.rect(166, 36, 174, 60, dark)
    c.poly(smooth([(170, 54), (146, 66), (144, 108), (126, 132)])
           + smooth([(214, 132), (196, 108), (194, 66), (170, 54)]), "#c9922f")
    c.rect(120, 128, 220, 139, "#e2b23c", 4)
    c.circle(170, 146, 10, "#8a5f1f")
    c.curve([(170, 40), (170, 10), (176, -10)], "#8a6a44", 5)
    figure = "#1b141f"
    c.blob([(60, 104), (78, 84), (102, 92), (104, 122), (58, 124)], figure)
    c.circle(106, 96, 12, figure)
    c.curve([(98, 106), (124, 88), (168, 40)], figure, 7)
    c.rect(0, 384, 340, 480, "#1b1420")
    title(c, 412, "THE HUNCHBACK", Face.TALL, "#f0b878", 42)
    c.text(170, 450, "OF NOTRE-DAME", Face.TALL, 42, "#f6e6c8")
