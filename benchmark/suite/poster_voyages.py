"""Posters of stories of the sea and of travel on 340 by 480 units."""

from __future__ import annotations

import math

import numpy as np

from benchmark.suite.canvas import Canvas, Face, darker, lighter, smooth
from benchmark.suite.items import pick
from benchmark.suite.poster_films import INK, title

Rng = np.random.Generator


def moby_dick(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#e9dcc0", "#c9d6d3", y1=190)
    c.poly([(206, 150), (318, 150), (304, 178), (220, 178)], "#5a3a28")
    for x in (228, 258, 290):
        c.line([(x, 152), (x, 54)], "#5a3a28", 3)
        for k in range(3):
            half = 20 - k * 4
            c.poly([(x - half, 138 - k * 28), (x - half + 4, 116 - k * 28), (x + half - 4, 116 - k * 28),
                    (x + half, 138 - k * 28)], "#f8f2e4")
    for k in range(12):
        y = 166 + k * 20
        wave = [(x, y + 5 * math.sin(x / 22 + k * 1.4)) for x in range(-10, 360, 8)]
        c.poly([*wave, (360, 480), (-10, 480)], darker("#3f86a0", k * 0.07))
    white, shade = "#f8f6ee", "#cdd6d8"
    body = smooth([(20, 290), (30, 232), (96, 206), (180, 214), (246, 258),
                   (292, 316)]) + smooth([(300, 330), (240, 326), (160, 350), (74, 346), (20, 290)])
    c.poly(body, white)
    c.poly(smooth([(22, 302), (90, 320), (180, 306), (300, 328)])
           + smooth([(300, 330), (240, 326), (160, 350), (74, 346), (22, 302)]), shade)
    c.poly(smooth([(286, 312), (306, 286), (334, 280)]) + smooth([(334, 280), (326, 306), (306, 326)]), white)
    c.poly(smooth([(290, 318), (316, 332), (330, 356)]) + smooth([(330, 356), (302, 350), (288, 330)]), white)
    c.curve([(24, 304), (70, 316), (118, 308)], "#8a979c", 3)
    c.circle(104, 280, 5, INK)
    c.curve([(94, 270), (104, 266), (114, 272)], "#8a979c", 2.4)
    c.poly(smooth([(150, 330), (166, 362), (196, 372)]) + smooth([(196, 372), (190, 346), (176, 326)]), shade)
    for points in ([(130, 216), (152, 196), (150, 176)], [(180, 226), (206, 210), (214, 192)]):
        c.line(points, "#6b4a2c", 3)
    for x in (60, 78, 96):
        c.curve([(78, 206), (x, 176), (x + (x - 78) * 1.2, 166)], "#e9f4f6", 4)
    c.rect(0, 396, 340, 480, "#122a3a")
    title(c, 428, "MOBY-DICK", Face.SERIF, "#f3e9d0", 54, "or, The Whale")


def mermaid(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#f8c9a0", "#f3e6d0", y1=160)
    c.circle(84, 110, 38, "#fff4cf")
    c.gradient("#3f9fae", "#143f63", y0=156)
    c.poly([(220, 158), (324, 158), (310, 178), (232, 178)], "#6b3d2a")
    for x in (250, 284):
        c.line([(x, 158), (x, 74)], "#6b3d2a", 3)
        c.poly([(x - 18, 140), (x - 14, 88), (x + 14, 88), (x + 18, 140)], "#fbf6ea")
    for k in range(3):
        c.line([(x, 168 + k * 22 + 5 * math.sin(x / 18 + k)) for x in range(-10, 360, 8)], "#ffffff66", 2.4)
    for x, tall, tone in ((24, 120, "#e0657a"), (52, 84, "#f0a04a"), (312, 130, "#c85a8a"), (284, 80, "#f0c24a")):
        for k in range(5):
            c.curve([(x, 400), (x + (k - 2) * 9, 400 - tall * 0.5), (x + (k - 2) * 15, 400 - tall + 12 * abs(k - 2))],
                    tone, 7)
    for x, y, tone in ((70, 240, "#f3c24a"), (286, 250, "#e8793a"), (256, 216, "#f3c24a")):
        c.ellipse(x, y, 15, 8, tone)
        c.poly([(x + 12, y), (x + 26, y - 9), (x + 26, y + 9)], tone)
        c.circle(x - 7, y - 2, 2, INK)
    c.blob([(96, 392), (130, 344), (200, 336), (252, 360), (270, 400), (180, 420)], "#5a6a72")
    tail = "#5f7fd0"
    c.poly(smooth([(150, 284), (144, 330), (176, 352), (226, 340), (262, 300)])
           + smooth([(272, 306), (246, 364), (180, 384), (128, 352), (122, 290)]), tail)
    c.poly(smooth([(262, 304), (266, 262), (290, 244)]) + smooth([(290, 244), (288, 280), (272, 308)]),
           lighter(tail, 0.2))
    c.poly(smooth([(266, 306), (300, 296), (322, 306)]) + smooth([(322, 306), (298, 322), (268, 312)]),
           lighter(tail, 0.2))
    for _ in range(30):
        t = float(rng.uniform(0, 1))
        c.arc(136 + 90 * t, 330 + 28 * math.sin(t * 3.1) - 6, 6, 5, 20, 160, darker(tail, 0.25), 1.4)
    hair = "#e0b04a"
    c.poly(smooth([(134, 176), (104, 204), (100, 260), (112, 320)]) + smooth([(132, 310), (130, 260), (150, 210)]),
           hair)
    c.poly(smooth([(120, 296), (122, 250), (132, 232), (150, 232)]) + smooth([(150, 232), (158, 256), (154, 292)]),
           "#f0cba8")
    c.blob([(124, 250), (138, 244), (139, 262), (126, 264)], "#e58aa0")
    c.blob([(142, 246), (155, 248), (154, 264), (142, 262)], "#e58aa0")
    c.curve([(154, 244), (176, 270), (168, 300)], "#f0cba8", 9)
    c.rect(134, 216, 146, 238, "#f0cba8")
    c.ellipse(143, 200, 21, 24, "#f0cba8")
    c.poly(smooth([(122, 214), (116, 184), (136, 166), (164, 178)]) + smooth([(160, 184), (140, 186), (128, 220)]),
           hair)
    c.circle(151, 200, 2.6, INK)
    c.curve([(148, 212), (153, 214), (158, 211)], "#b5484a", 2)
    c.rect(0, 394, 340, 480, "#10304e")
    title(c, 428, "The Little Mermaid", Face.SCRIPT, "#f8d9b0", 48, "A tale of the sea")


def eighty_days(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#8fc6d6", "#f6e8c8", y1=400)
    c.circle(170, 430, 190, "#4f9ab5")
    for points in ([(60, 320), (110, 286), (150, 300), (140, 350), (90, 366)],
                   [(190, 290), (250, 280), (290, 320), (260, 352), (214, 340)], [(130, 376), (190, 370), (210, 400),
                                                                                  (120, 400)]):
        c.blob(points, "#7fb35f")
    for k in range(-2, 3):
        c.arc(170, 430, abs(k) * 70 + 2, 190, 180, 360, "#ffffff55", 1.6)
    first, second = pick(rng, (("#c8402f", "#f6e0a0"), ("#2f6fa0", "#f6efd8"), ("#6a4a9a", "#f3d35a")))
    c.circle(170, 126, 92, first)
    for k in (-2, 0, 2):
        x = 170 + k * 30
        c.poly(smooth([(170, 34), (x - 17 + k * 3, 126), (170 + k * 12 - 6, 212)])
               + smooth([(170 + k * 12 + 8, 212), (x + 17 + k * 3, 126), (170, 34)]), second)
    c.poly([(128, 206), (212, 206), (196, 232), (144, 232)], first)
    c.rect(84, 118, 256, 134, "#e2b23c")
    for k in range(12):
        c.circle(92 + k * 14.2, 126, 4, first)
    for x0, x1 in ((134, 148), (206, 192), (164, 166)):
        c.line([(x0, 226), (x1, 262)], "#5d4430", 2)
    c.rect(142, 260, 198, 298, "#a9713f", 6)
    for k in range(4):
        c.line([(144, 268 + k * 8), (196, 268 + k * 8)], "#7d5230", 1.4)
    for x, hat in ((156, True), (184, False)):
        c.circle(x, 248, 8, "#f0cba8")
        c.rect(x - 8, 254, x + 8, 264, INK)
        if hat:
            c.rect(x - 10, 240, x + 10, 243, INK)
            c.rect(x - 6, 226, x + 6, 242, INK)
        else:
            c.pie(x, 245, 8, 180, 360, "#6b4a2c")
    c.poly([(20, 288), (64, 288), (56, 302), (28, 302)], "#33343c")
    c.rect(38, 270, 46, 288, "#c8402f")
    for k in range(3):
        c.circle(34 - k * 9, 262 - k * 6, 6 + k * 2, "#f6f6f2")
    c.blob([(276, 250), (312, 246), (320, 276), (284, 280)], "#8a8f98")
    c.curve([(316, 254), (332, 262), (328, 284)], "#8a8f98", 6)
    for x in (288, 308):
        c.rect(x - 4, 274, x + 4, 292, "#8a8f98")
    c.rect(276, 244, 300, 252, "#c8402f")
    c.rect(0, 388, 340, 480, "#26304a")
    title(c, 414, "AROUND THE WORLD", Face.NARROW, "#f6e0a0", 36)
    c.text(170, 452, "IN EIGHTY DAYS", Face.NARROW, 36, "#f6efd8")
