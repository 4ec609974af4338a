"""Scientists in 360 by 440 units."""

from __future__ import annotations

import numpy as np

from benchmark.suite.canvas import Canvas, Face, darker, lighter, smooth
from benchmark.suite.portraits import PALE, face, moustache, shoulders

Rng = np.random.Generator


def einstein(c: Canvas, rng: Rng, ground: str) -> None:
    c.rect(20, 12, 340, 146, "#31443e", 4, "#8f683f", 6)
    c.text(104, 38, "E = mc²", Face.HAND, 38, "#f4f1e6")
    c.text(290, 42, "t = t0", Face.HAND, 26, "#cfe0d6")
    c.line([(258, 120), (320, 120)], "#cfe0d6", 1.6)
    c.curve([(262, 118), (284, 84), (318, 80)], "#ffe9a8", 2)
    hair = "#eeece6"
    for x, y, radius in ((120, 150, 24), (112, 180, 22), (122, 120, 24), (144, 100, 24), (176, 92, 25), (210, 98, 25),
                         (236, 118, 24), (246, 150, 24), (248, 182, 20)):
        c.circle(x, y, radius, hair)
        for _ in range(4):
            a = float(rng.uniform(0, 6.28))
            c.curve([(x, y), (x + radius * np.cos(a), y + radius * np.sin(a)),
                     (x + radius * 1.5 * np.cos(a + 0.3), y + radius * 1.5 * np.sin(a + 0.3))], hair, 5)
    shoulders(c, "#6b6154")
    face(c, PALE, "#cfcac0")
    c.poly(smooth([(134, 150), (150, 118), (180, 112)]) + smooth([(180, 104), (140, 104), (124, 150)]), hair)
    c.poly(smooth([(226, 150), (210, 118), (180, 112)]) + smooth([(180, 104), (220, 104), (236, 150)]), hair)
    for y in (140, 149):
        c.curve([(156, y), (180, y - 3), (204, y)], darker(PALE, 0.2), 1.6)
    moustache(c, "#d8d3c8", 30, 12)
    c.poly([(150, 274), (180, 300), (166, 326), (138, 286)], "#f3efe6")
    c.poly([(210, 274), (180, 300), (194, 326), (222, 286)], "#f3efe6")
    c.poly([(174, 302), (186, 302), (190, 386), (170, 386)], "#3d3a44")


def newton(c: Canvas, rng: Rng, ground: str) -> None:
    hair = "#8f8378"
    for side in (-1, 1):
        for k, (dx, y) in enumerate(((34, 112), (54, 140), (60, 172), (64, 204), (66, 236), (64, 268), (52, 296))):
            c.circle(180 + side * dx, y, 25, hair if k % 2 else lighter(hair, 0.1))
            c.arc(180 + side * dx, y, 15, 15, 30, 260, darker(hair, 0.2), 2)
    c.circle(180, 104, 34, hair)
    shoulders(c, "#6b3038")
    face(c, PALE, "#7a6a5c")
    c.poly(smooth([(132, 172), (140, 124), (180, 112)]) + smooth([(180, 96), (130, 104), (118, 170)]), hair)
    c.poly(smooth([(228, 172), (220, 124), (180, 112)]) + smooth([(180, 96), (230, 104), (242, 170)]), hair)
    c.poly([(160, 268), (200, 268), (210, 320), (190, 350), (180, 326), (170, 350), (150, 320)], "#fbf7ee")
    c.curve([(180, 274), (176, 300), (180, 330)], "#d9d2c4", 2)
    c.curve([(318, -10), (300, 20), (312, 44)], "#5d4430", 8)
    for x, y in ((282, 18), (336, 22), (308, 40)):
        c.ellipse(x, y, 20, 10, "#5f8a4a")
    c.circle(304, 92, 19, "#c93a32")
    c.circle(298, 86, 5, "#f0a094")
    c.curve([(304, 74), (306, 66)], "#5d4430", 3)
    for dx in (-9, 0, 9):
        c.line([(304 + dx, 56), (304 + dx, 66)], "#ffffffaa", 2)
    c.poly([(58, 302), (98, 302), (78, 262)], "#dcecf4")
    c.poly([(78, 262), (98, 302), (86, 302)], "#b8d3e2")
    c.line([(0, 306), (68, 284)], "#ffffff", 4)
    for k, colour in enumerate(("#e0443a", "#f08a2e", "#f4d03f", "#58b35a", "#3f7fd0", "#7a4fb5")):
        c.poly([(88, 281 + k), (88, 282 + k), (150, 300 + k * 8), (150, 293 + k * 8)], colour)


def curie(c: Canvas, rng: Rng, ground: str) -> None:
    hair = "#8a7a66"
    c.circle(180, 90, 26, hair)
    c.blob([(180, 100), (222, 112), (244, 150), (240, 196), (226, 214), (134, 214), (120, 196), (116, 150), (138, 112)],
           hair)
    shoulders(c, "#24262e")
    face(c, PALE, "#7a6a58")
    c.poly(smooth([(130, 176), (136, 142), (180, 124)]) + smooth([(180, 104), (130, 112), (116, 160), (120, 190)]),
           hair)
    c.poly(smooth([(230, 176), (224, 142), (180, 124)]) + smooth([(180, 104), (230, 112), (244, 160), (240, 190)]),
           hair)
    for k in range(4):
        c.curve([(150 + k * 20, 104), (140 + k * 27, 124), (128 + k * 35, 152)], darker(hair, 0.14), 1.6)
    c.rect(150, 258, 210, 282, "#1c1e25", 6)
    for y in (304, 330, 356):
        c.circle(180, y, 4, "#5a5d68")
    c.glow(288, 296, 90, "#8cf0c0", 0.95)
    c.poly([(278, 236), (298, 236), (298, 270), (330, 334), (246, 334), (278, 270)], "#e8f8f2")
    c.poly([(267, 292), (309, 292), (326, 330), (250, 330)], "#58d69a")
    c.rect(274, 230, 302, 240, "#d3e6e0", 3)
    c.text(288, 312, "Ra", Face.SANS, 22, "#14533a")
    c.rect(56, 240, 76, 334, "#dcecf0", 10)
    c.rect(59, 282, 73, 331, "#6fa8d6", 7)
    c.rect(88, 256, 106, 334, "#dcecf0", 9)
    c.rect(91, 300, 103, 331, "#e8a24a", 6)
    c.rect(30, 334, 340, 346, "#7d5636", 2)


def galileo(c: Canvas, rng: Rng, ground: str) -> None:
    c.gradient("#141c3a", "#3a4470", y1=386)
    for _ in range(90):
        c.circle(float(rng.uniform(0, 360)), float(rng.uniform(0, 300)), float(rng.uniform(0.5, 1.6)), "#fdf8e3")
    c.circle(300, 80, 34, "#e0b080")
    for y, tone in ((66, "#c98f5e"), (84, "#f0d0a4"), (96, "#b87c50")):
        half = (34 ** 2 - (y - 80) ** 2) ** 0.5 - 1
        c.line([(300 - half, y), (300 + half, y)], tone, 5)
    c.ellipse(312, 92, 8, 4.4, "#b5533a")
    for x, y in ((226, 92), (248, 66), (346, 62), (352, 108)):
        c.circle(x, y, 4, "#fdf8e3")
    shoulders(c, "#2c2426")
    beard = "#b5a794"
    face(c, PALE, "#8a7a68")
    c.poly(smooth([(134, 190), (140, 250), (160, 296), (180, 306)])
           + smooth([(180, 306), (200, 296), (220, 250), (226, 190)]) + [(210, 212), (180, 210), (150, 212)], beard)
    moustache(c, lighter(beard, 0.12), 30, 9)
    c.line([(170, 228), (190, 228)], "#8a4a42", 3.4)
    c.poly(smooth([(130, 168), (130, 128), (156, 112)]) + smooth([(146, 128), (138, 150), (136, 172)]),
           darker(beard, 0.2))
    c.poly(smooth([(230, 168), (230, 128), (204, 112)]) + smooth([(214, 128), (222, 150), (224, 172)]),
           darker(beard, 0.2))
    for k in range(5):
        c.curve([(156 + k * 12, 244), (162 + k * 9, 270), (168 + k * 6, 296)], darker(beard, 0.18), 1.6)
    c.poly([(128, 284), (180, 304), (232, 284), (236, 300), (180, 326), (124, 300)], "#f4efe4")
    brass = "#c99a3f"
    c.poly([(20, 354), (34, 376), (152, 306), (142, 288)], brass)
    c.poly([(142, 288), (152, 306), (246, 248), (240, 236)], lighter(brass, 0.2))
    for p, q in (((18, 350), (36, 380)), ((138, 284), (154, 310)), ((238, 232), (250, 252))):
        c.line([p, q], darker(brass, 0.3), 6)


def darwin(c: Canvas, rng: Rng, ground: str) -> None:
    c.rect(236, 34, 340, 150, "#f3ead2", 3)
    c.text(288, 54, "I think", Face.HAND, 24, "#3a3026")
    c.line([(288, 142), (288, 114), (266, 94), (256, 74)], "#3a3026", 2.4)
    for points in ([(288, 114), (312, 92), (322, 72)], [(266, 94), (276, 72)], [(312, 92), (300, 70)],
                   [(288, 128), (320, 118)]):
        c.line(points, "#3a3026", 2.2)
    shoulders(c, "#2b2a2c")
    beard = "#eceae4"
    for x in (128, 232):
        c.circle(x, 172, 16, beard)
        c.circle(x, 194, 16, beard)
    face(c, PALE, "#f1efe9", "#4a4a4a")
    for y in (138, 147):
        c.curve([(154, y), (180, y - 3), (206, y)], darker(PALE, 0.18), 1.6)
    for x in (160, 200):
        c.curve([(x - 16, 166), (x, 158), (x + 16, 166)], "#dad6cc", 8)
    c.poly(smooth([(130, 186), (124, 250), (136, 310), (166, 358), (180, 362)])
           + smooth([(180, 362), (194, 358), (224, 310), (236, 250), (230, 186)]) + [(208, 212), (180, 206),
                                                                                     (152, 212)], beard)
    moustache(c, "#f8f6f1", 34, 12)
    c.line([(172, 230), (188, 230)], "#a8554a", 3)
    for k in range(7):
        c.curve([(146 + k * 11, 246), (152 + k * 9, 290), (162 + k * 6, 344)], "#cfcbc1", 1.6)
    c.curve([(18, 330), (60, 322), (110, 334)], "#5d4430", 7)
    c.blob([(34, 300), (56, 284), (82, 296), (96, 316), (66, 326), (42, 318)], "#7a6a4a")
    c.circle(44, 290, 15, "#6b5c40")
    c.poly([(34, 284), (16, 294), (35, 298)], "#d9a441")
    c.circle(40, 287, 2.4, "#17171a")
    c.poly([(60, 296), (92, 302), (104, 324), (72, 316)], "#54472f")
