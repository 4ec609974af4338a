"""Artists, writers and musicians in 360 by 440 units."""

from __future__ import annotations

import math

import numpy as np

from benchmark.suite.canvas import Canvas, darker, lighter, mix, smooth
from benchmark.suite.items import pick
from benchmark.suite.portraits import PALE, TAN, face, moustache, shoulders

Rng = np.random.Generator


def chaplin(c: Canvas, rng: Rng, ground: str) -> None:
    c.gradient(mix("#e4e2dc", ground, 0.2), mix("#a5a39d", ground, 0.2), y1=386)
    for y in range(14, 386, 40):
        for x in (14, 346):
            c.rect(x - 9, y, x + 9, y + 22, "#2a2a2c", 3)
    c.glow(180, 170, 170, "#faf8f2", 0.8)
    grey = "#efe6dc"
    for side in (-1, 1):
        for k in range(4):
            c.circle(180 + side * (54 + 2 * k), 150 + k * 13, 15, "#1d1d20")
    shoulders(c, "#26262a", 116)
    face(c, grey, "#17171a", "#17171a", "#8a6a66")
    for x in (160, 200):
        c.curve([(x - 12, 177), (x, 169), (x + 12, 177)], "#17171a", 3.4)
    c.rect(169, 209, 191, 221, "#17171a", 3)
    c.ellipse(180, 130, 82, 13, "#141417")
    c.poly(smooth([(128, 128), (130, 84), (152, 60), (180, 54)])
           + smooth([(180, 54), (208, 60), (230, 84), (232, 128)]), "#1d1d21")
    c.poly([(127, 112), (233, 112), (233, 126), (127, 126)], "#3a3a42")
    c.poly([(146, 276), (180, 300), (214, 276), (206, 386), (154, 386)], "#f4f2ec")
    c.poly([(168, 296), (192, 296), (198, 386), (162, 386)], "#6a6a70")
    c.poly([(140, 276), (166, 386), (120, 386)], "#323238")
    c.poly([(220, 276), (194, 386), (240, 386)], "#323238")
    c.curve([(300, 390), (302, 300), (298, 250), (278, 232), (258, 246), (262, 266)], "#5d4a38", 8)
    c.circle(300, 322, 18, grey)
    c.curve([(262, 386), (280, 350), (296, 334)], "#26262a", 24)


def kahlo(c: Canvas, rng: Rng, ground: str) -> None:
    c.gradient("#3f7a5a", "#274f3f", y1=386)
    for _ in range(26):
        x, y, turn = float(rng.uniform(0, 360)), float(rng.uniform(0, 386)), float(rng.uniform(0, 3.14))
        dx, dy = 40 * math.cos(turn), 40 * math.sin(turn)
        c.poly(smooth([(x - dx, y - dy), (x - dy * 0.3, y + dx * 0.3), (x + dx, y + dy)])
               + smooth([(x + dx, y + dy), (x + dy * 0.3, y - dx * 0.3), (x - dx, y - dy)]),
               pick(rng, ("#4f9a6a", "#35704f", "#6aa85a", "#2d5f4a")))
    hair = "#1c1716"
    c.blob([(180, 92), (226, 106), (244, 152), (238, 206), (122, 206), (116, 152), (134, 106)], hair)
    shoulders(c, "#8f2f3f", 122)
    face(c, TAN, hair, "#2a1c14", "#b53a3a", brows=False)
    c.curve([(142, 166), (160, 157), (180, 163), (200, 157), (218, 166)], hair, 6)
    c.poly(smooth([(128, 180), (134, 140), (180, 122)]) + smooth([(180, 100), (132, 112), (116, 176)]), hair)
    c.poly(smooth([(232, 180), (226, 140), (180, 122)]) + smooth([(180, 100), (228, 112), (244, 176)]), hair)
    c.line([(180, 102), (180, 122)], TAN, 2)
    for x, y, size, colour in ((122, 106, 20, "#e0457a"), (152, 82, 24, "#d9342f"), (190, 76, 25, "#f0a02e"),
                               (226, 90, 23, "#d9342f"), (246, 116, 18, "#e0457a")):
        for k in range(7):
            a = k * 0.9
            c.circle(x + size * 0.6 * math.cos(a), y + size * 0.6 * math.sin(a), size * 0.48, colour if k % 2
                     else lighter(colour, 0.18))
        c.circle(x, y, size * 0.36, "#f6d96a")
    for x in (128, 232):
        c.circle(x, 214, 5, "#e2b23c")
        c.poly([(x - 8, 222), (x + 8, 222), (x, 246)], "#e2b23c")
    for k in range(11):
        a = math.radians(20 + k * 14)
        c.circle(180 + 48 * math.cos(a), 252 + 44 * math.sin(a), 7, ("#3f9a9a", "#e2b23c")[k % 2])
    c.poly([*smooth([(60, 400), (78, 320), (124, 288)]), (150, 312), (150, 400)], "#e8b03c")
    c.poly([*smooth([(300, 400), (282, 320), (236, 288)]), (210, 312), (210, 400)], "#e8b03c")
    for k in range(6):
        c.line([(80 + k * 12, 396), (104 + k * 8, 310)], "#b5453c", 2.4)
        c.line([(280 - k * 12, 396), (256 - k * 8, 310)], "#2f7a6a", 2.4)
    c.blob([(300, 270), (322, 282), (326, 316), (312, 346), (294, 330), (290, 296)], "#3fa04a")
    c.circle(302, 262, 16, "#4fb85a")
    c.poly([(290, 258), (276, 266), (289, 272)], "#e8b03c")
    c.circle(298, 259, 2.6, "#17171a")
    c.poly([(308, 340), (322, 336), (334, 384), (320, 384)], "#d9342f")


def shakespeare(c: Canvas, rng: Rng, ground: str) -> None:
    hair = "#5a3f2a"
    c.blob([(180, 120), (230, 126), (248, 170), (252, 232), (226, 258), (134, 258), (108, 232), (112, 170), (130, 126)],
           hair)
    shoulders(c, "#2d2430", 124)
    face(c, PALE, hair)
    c.blob([(180, 104), (214, 118), (228, 152), (180, 148), (132, 152), (146, 118)], PALE)
    for y in (132, 142):
        c.curve([(158, y), (180, y - 3), (202, y)], darker(PALE, 0.14), 1.4)
    moustache(c, hair, 24, 6)
    c.poly(smooth([(170, 232), (180, 229), (190, 232)]) + smooth([(190, 234), (184, 252), (180, 258), (176, 252),
                                                                  (170, 234)]), hair)
    c.circle(231, 206, 5, None, "#e2b23c", 2.4)
    for k in range(26):
        a = math.radians(k * 180 / 25)
        x, y = 180 + 92 * math.cos(a), 262 + 50 * math.sin(a)
        c.poly([(180 + 34 * math.cos(a - 0.05), 256 + 16 * math.sin(a)), (x - 8, y), (x + 8, y + 2),
                (180 + 34 * math.cos(a + 0.05), 256 + 16 * math.sin(a))], ("#fbf8f0", "#e6e0d2")[k % 2])
        c.circle(x, y, 8, "#fbf8f0", "#d3ccbb", 1.4)
    for y in (332, 354, 376):
        c.circle(180, y, 4, "#c9a24a")
    c.poly(smooth([(296, 376), (292, 300), (304, 220), (330, 150)])
           + smooth([(330, 150), (340, 220), (322, 300), (300, 376)]), "#f6f1e4")
    c.line(smooth([(294, 384), (306, 300), (330, 154)]), "#cfc6b2", 2.4)
    for k in range(6):
        c.line([(310 + k, 290 - k * 20), (332, 270 - k * 20)], "#d6cdb9", 1.4)
    c.rect(276, 356, 318, 386, "#26262e", 6)
    c.rect(284, 348, 310, 360, "#3a3a46", 3)
    c.poly([(16, 350), (62, 340), (112, 350), (112, 386), (16, 386)], "#f6ead0")
    for y in (356, 364, 372, 380):
        c.line([(26, y), (100, y)], "#8a7a5c", 1.8)


def beethoven(c: Canvas, rng: Rng, ground: str) -> None:
    for k in range(5):
        c.line([(0, 56 + k * 13), (360, 40 + k * 13)], "#ffffff88", 1.6)
    for x, y in ((40, 92), (80, 74), (284, 70), (322, 88)):
        c.ellipse(x, y, 8, 6, "#22252e")
        c.line([(x + 7, y), (x + 7, y - 34)], "#22252e", 2.4)
    c.line([(47, 58), (87, 40)], "#22252e", 5)
    c.line([(291, 36), (329, 54)], "#22252e", 5)
    hair = "#6b655f"
    for x, y, radius in ((116, 190, 24), (108, 160, 26), (116, 126, 28), (144, 102, 28), (180, 92, 29), (216, 102, 28),
                         (244, 126, 28), (252, 160, 26), (244, 190, 24)):
        c.circle(x, y, radius, hair)
        for _ in range(3):
            a = float(rng.uniform(0, 6.28))
            c.curve([(x, y), (x + radius * math.cos(a), y + radius * math.sin(a)),
                     (x + radius * 1.4 * math.cos(a + 0.4), y + radius * 1.4 * math.sin(a + 0.4))], hair, 6)
    shoulders(c, "#2b2d38", 126)
    face(c, PALE, "#4a443e", mouth="#9a5048")
    for x, side in ((160, 1), (200, -1)):
        c.line([(x - side * 15, 158), (x + side * 13, 165)], "#4a443e", 6)
    c.curve([(165, 225), (180, 221), (195, 226)], "#9a5048", 3.4)
    c.line([(178, 150), (177, 162)], darker(PALE, 0.25), 1.8)
    for points in ([(136, 146), (150, 122), (170, 130)], [(224, 146), (208, 118), (186, 132)],
                   [(180, 112), (170, 128), (178, 138)]):
        c.curve(points, hair, 12)
    c.poly([(138, 258), (222, 258), (230, 290), (130, 290)], "#f4f0e6")
    c.poly(smooth([(130, 280), (180, 294), (230, 280)]) + smooth([(234, 304), (180, 322), (126, 304)]), "#c0332f")
    c.poly([(160, 306), (200, 306), (212, 366), (186, 352), (170, 372), (150, 356)], "#c0332f")
    c.curve([(182, 312), (178, 336), (172, 362)], "#8f2422", 2.4)
    c.poly([(232, 318), (326, 302), (340, 370), (246, 386)], "#f8f2e0")
    for k in range(4):
        c.line([(242, 334 + k * 11), (326, 320 + k * 11)], "#4a443e", 1.2)
    for x, y in ((258, 336), (278, 342), (298, 330), (314, 346), (266, 360), (300, 358)):
        c.ellipse(x, y, 4, 3, "#22252e")
        c.line([(x + 3.6, y), (x + 3.6, y - 14)], "#22252e", 1.4)


def mozart(c: Canvas, rng: Rng, ground: str) -> None:
    wig = "#efece6"
    c.blob([(180, 84), (224, 98), (242, 142), (240, 184), (120, 184), (118, 142), (136, 98)], wig)
    c.poly([(232, 190), (262, 214), (254, 282), (234, 260)], wig)
    c.poly([(236, 214), (276, 200), (270, 232)], "#22252e")
    c.poly([(240, 218), (282, 236), (258, 250)], "#22252e")
    shoulders(c, "#b0323a", 122)
    face(c, PALE, "#a59a8c", "#3f5f7a")
    c.poly(smooth([(128, 178), (136, 138), (180, 124)]) + smooth([(180, 92), (130, 104), (114, 168)]), wig)
    c.poly(smooth([(232, 178), (224, 138), (180, 124)]) + smooth([(180, 92), (230, 104), (246, 168)]), wig)
    for x in (122, 238):
        for y in (166, 186, 206):
            c.ellipse(x, y, 19, 10, wig, "#cfcabf", 2)
            c.circle(x, y, 3, "#cfcabf")
    for k in range(5):
        c.curve([(150 + k * 15, 96), (146 + k * 17, 108), (142 + k * 19, 124)], "#d3cec4", 2)
    c.poly([(158, 262), (202, 262), (214, 330), (196, 352), (180, 330), (164, 352), (146, 330)], "#fbf8f0")
    for y in (284, 304, 324):
        c.curve([(156, y), (170, y + 8), (180, y), (190, y + 8), (204, y)], "#d9d2c4", 2.4)
    for side in (-1, 1):
        c.curve([(180 + side * 40, 284), (180 + side * 46, 330), (180 + side * 44, 386)], "#e2b23c", 6)
        for y in (310, 340):
            c.circle(180 + side * 58, y, 5, "#e2b23c")
    c.rect(0, 344, 360, 388, "#6b4730")
    for k in range(19):
        c.rect(4 + k * 18.6, 350, 21 + k * 18.6, 386, "#fbf8f0", 2)
    for k in range(18):
        if k % 7 not in (2, 6):
            c.rect(17 + k * 18.6, 350, 27 + k * 18.6, 371, "#1c1c22", 2)
    for x, y in ((46, 70), (312, 92), (66, 150)):
        c.ellipse(x, y, 10, 7, "#fbf3dc")
        c.line([(x + 8, y), (x + 8, y - 40)], "#fbf3dc", 3)
        c.curve([(x + 8, y - 40), (x + 20, y - 30), (x + 20, y - 16)], "#fbf3dc", 3)


def van_gogh(c: Canvas, rng: Rng, ground: str) -> None:
    c.rect(0, 0, 360, 386, "#5f9aa8")
    for _ in range(420):
        x, y = float(rng.uniform(0, 360)), float(rng.uniform(0, 386))
        a = math.atan2(y - 180, x - 180) + 1.57
        c.line([(x, y), (x + 15 * math.cos(a), y + 15 * math.sin(a))],
               pick(rng, ("#7fb8bd", "#4a8494", "#8fc9c0", "#3f7488", "#a9d3c4")), 3)
    ginger = "#c9652a"
    shoulders(c, "#3f6a4a", 122)
    for _ in range(60):
        x, y = float(rng.uniform(80, 280)), float(rng.uniform(316, 386))
        c.line([(x, y), (x + 3, y + 13)], mix("#3f6a4a", pick(rng, ("#1f3f2c", "#8fae5c")), 0.5), 3)
    c.poly(smooth([(128, 176), (130, 230), (152, 262), (180, 272)])
           + smooth([(180, 272), (208, 262), (230, 230), (232, 176)]), ginger)
    face(c, "#ecc090", ginger, "#3f7a6a")
    c.poly(smooth([(130, 184), (138, 216), (160, 222), (180, 218)])
           + smooth([(180, 218), (200, 222), (222, 216),
                     (230, 184)]) + smooth([(230, 184), (226, 230), (204, 256),
                                            (180, 264)]) + smooth([(180, 264), (156, 256), (134, 230), (130, 184)]),
                                            ginger)
    moustache(c, darker(ginger, 0.12), 28, 10)
    c.line([(170, 229), (190, 229)], "#8f3a2c", 3.6)
    for _ in range(46):
        x, y = float(rng.uniform(140, 220)), float(rng.uniform(232, 258))
        if abs(x - 180) < 46 - (y - 226) * 0.8:
            c.line([(x, y), (x + float(rng.uniform(-3, 3)), y + 9)], pick(rng, ("#e08a3f", "#a84a1c", "#d9752f")), 2)
    c.poly([*smooth([(224, 150), (240, 176), (240, 214), (222, 232)]), (212, 226), (222, 190), (214, 160)], "#fbf7ee")
    c.curve([(230, 206), (200, 244), (170, 252), (146, 240)], "#fbf7ee", 9)
    c.curve([(224, 170), (236, 186), (232, 212)], "#d6cfc0", 2)
    c.ellipse(180, 134, 104, 20, "#e0b84a")
    c.poly(smooth([(124, 134), (130, 90), (156, 72), (180, 70)])
           + smooth([(180, 70), (204, 72), (230, 90), (236, 134)]), "#ecca62")
    c.rect(125, 116, 235, 128, "#3f5f8a")
    for k in range(22):
        c.line([(84 + k * 9, 136), (80 + k * 9.4, 146)], "#c0962f", 2)
    for x, y, size in ((48, 318, 30), (306, 326, 32), (330, 268, 22)):
        for k in range(14):
            a = k * 0.449
            c.circle(x + size * 0.84 * math.cos(a), y + size * 0.84 * math.sin(a), size * 0.3,
                     ("#f2b92f", "#e8a020")[k % 2])
        c.circle(x, y, size * 0.66, "#f0ae2a")
        c.circle(x, y, size * 0.5, "#6b4218")
