"""Leaders in 360 by 440 units."""

from __future__ import annotations

import numpy as np

from benchmark.suite.canvas import Canvas, darker, lighter, mix, ring, smooth
from benchmark.suite.portraits import BROWN, PALE, TAN, face, moustache, shoulders

Rng = np.random.Generator


def lincoln(c: Canvas, rng: Rng, ground: str) -> None:
    for k in range(7):
        c.rect(0, 20 + k * 50, 360, 45 + k * 50, "#b5453c33" if k % 2 == 0 else "#ffffff33")
    c.rect(0, 20, 120, 195, "#2d416fcc")
    for row in range(4):
        for column in range(3):
            c.circle(24 + column * 36, 44 + row * 40, 5, "#ffffffcc")
    shoulders(c, "#1f2026")
    beard = "#2f261f"
    c.poly(smooth([(126, 170), (128, 220), (150, 252), (180, 266)])
           + smooth([(180, 266), (210, 252), (232, 220), (234, 170)]), beard)
    face(c, TAN, "#2f261f")
    c.poly(smooth([(131, 176), (136, 214), (156, 238), (180, 254)])
           + smooth([(180, 254), (204, 238), (224, 214), (229, 176)])
           + smooth([(222, 190), (212, 220), (196, 234),
                     (180, 236)]) + smooth([(180, 236), (164, 234), (148, 220), (138, 190)]), beard)
    for x in (154, 206):
        c.curve([(x - 4, 196), (x, 212), (x - 2 if x < 180 else x + 2, 222)], darker(TAN, 0.22), 2)
    c.circle(205, 212, 2.6, darker(TAN, 0.4))
    c.poly([*smooth([(129, 170), (126, 140), (138, 124)]), (146, 128), (138, 150)], beard)
    c.poly([*smooth([(231, 170), (234, 140), (222, 124)]), (214, 128), (222, 150)], beard)
    c.ellipse(180, 128, 78, 12, "#17181d")
    c.poly([(134, 124), (130, 22), (230, 22), (226, 124)], "#17181d")
    c.ellipse(180, 22, 50, 7, "#2c2d35")
    c.rect(133, 102, 227, 120, "#3a3b46")
    c.poly([(142, 278), (180, 300), (218, 278), (212, 386), (148, 386)], "#f3efe6")
    c.poly([(152, 290), (180, 302), (152, 316)], "#17181d")
    c.poly([(208, 290), (180, 302), (208, 316)], "#17181d")
    c.circle(180, 303, 7, "#17181d")
    c.poly([(120, 286), (142, 278), (172, 386), (120, 386)], "#2a2b33")
    c.poly([(240, 286), (218, 278), (188, 386), (240, 386)], "#2a2b33")


def napoleon(c: Canvas, rng: Rng, ground: str) -> None:
    shoulders(c, "#27407a", 134)
    c.poly([(150, 276), (210, 276), (226, 386), (134, 386)], "#f6f1e4")
    c.poly([(150, 274), (134, 386), (112, 386), (130, 288)], "#c23b35")
    c.poly([(210, 274), (226, 386), (248, 386), (230, 288)], "#c23b35")
    for x in (74, 286):
        c.ellipse(x, 304, 38, 14, "#d9b04a")
        for k in range(9):
            c.line([(x - 32 + k * 8, 308), (x - 34 + k * 8.4, 334)], "#c9992f", 4)
    face(c, PALE, "#3a2c22")
    for points in ([(134, 150), (150, 140), (156, 160)], [(226, 150), (206, 138), (196, 150)],
                   [(180, 126), (174, 146), (182, 152)]):
        c.curve(points, "#3a2c22", 5)
    c.rect(150, 254, 210, 278, "#1f2026", 8)
    c.poly(smooth([(44, 150), (92, 112), (120, 60), (180, 40)]) + smooth([(180, 40), (240, 60), (268, 112), (316, 150)])
           + smooth([(316, 150), (250, 138), (180, 132), (110, 138), (44, 150)]), "#1d1f27")
    c.curve([(52, 147), (110, 132), (180, 126), (250, 132), (308, 147)], "#c9992f", 4)
    c.circle(232, 92, 14, "#c23b35")
    c.circle(232, 92, 9.5, "#f6f1e4")
    c.circle(232, 92, 5, "#27407a")
    for y in (304, 332):
        for x in (148, 212):
            c.circle(x, y, 4, "#d9b04a")
    c.curve([(60, 386), (76, 352), (128, 342), (160, 338)], "#27407a", 30)
    c.poly([*smooth([(150, 326), (176, 322), (188, 334)]), (188, 352), (150, 356)], PALE)
    c.poly([(182, 312), (226, 312), (226, 366), (182, 366)], "#f6f1e4")
    c.line([(182, 314), (182, 364)], "#d6cdb8", 2)
    c.poly([(270, 338), (276, 352), (291, 352), (279, 361), (284, 376), (270, 367), (256, 376), (261, 361), (249, 352),
            (264, 352)], "#d9b04a")


def cleopatra(c: Canvas, rng: Rng, ground: str) -> None:
    c.gradient(mix("#f0c987", ground, 0.25), mix("#d99a5a", ground, 0.25), y1=386)
    for x, half, top in ((70, 74, 226), (300, 66, 244)):
        c.poly([(x - half, 340), (x, top), (x + half, 340)], "#e6b56e")
        c.poly([(x, top), (x + half, 340), (x + half * 0.3, 340)], "#b98448")
    hair = "#1b1a22"
    c.blob([(180, 84), (236, 104), (258, 170), (262, 262), (226, 290), (134, 290), (98, 262), (102, 170), (124, 104)],
           hair)
    shoulders(c, BROWN, 122)
    c.poly([(110, 344), (250, 344), (276, 400), (84, 400)], "#f4ecd8")
    face(c, "#cf9c6c", hair, "#2a4a3a", "#b53f3f")
    for x, side in ((160, -1), (200, 1)):
        c.curve([(x - 13, 178), (x, 170), (x + 13, 177)], "#17171a", 4)
        c.line([(x + side * 11, 178), (x + side * 26, 175)], "#17171a", 4)
        c.curve([(x - 12, 181), (x, 186), (x + 12, 181)], "#17171a", 2.4)
        c.curve([(x - 12, 165), (x, 160), (x + 12, 165)], "#2e7fa0", 4)
    c.poly([(128, 178), (132, 138), (228, 138), (232, 178), (240, 178), (240, 112), (120, 112), (120, 178)], hair)
    for k in range(9):
        c.line([(132 + k * 12, 112), (132 + k * 12, 140)], "#34323f", 1.6)
    for x in (106, 116, 244, 254):
        c.line([(x, 160), (x, 276)], "#34323f", 1.6)
        c.rect(x - 5, 268, x + 5, 276, "#e2b23c", 2)
    c.rect(120, 112, 240, 127, "#e2b23c", 4)
    for k in range(9):
        c.rect(126 + k * 13, 115, 134 + k * 13, 124, ("#2e7fa0", "#c23b35")[k % 2], 1)
    c.curve([(180, 118), (172, 96), (188, 82), (180, 66)], "#e2b23c", 8)
    c.ellipse(180, 64, 11, 14, "#e2b23c")
    c.circle(177, 62, 2, "#c23b35")
    c.circle(183, 62, 2, "#c23b35")
    for k, colour in enumerate(("#e2b23c", "#2e7fa0", "#e2b23c", "#c23b35", "#e2b23c", "#3f9a78")):
        c.arc(180, 252, 46 + k * 11, 42 + k * 11, 18, 162, colour, 9)


def joan(c: Canvas, rng: Rng, ground: str) -> None:
    c.rect(286, 10, 293, 386, "#7d5636")
    c.poly([(286, 20), (160, 34), (190, 74), (150, 112), (286, 124)], "#f6f1e4")
    for x, y in ((240, 52), (266, 92), (214, 92)):
        c.poly(smooth([(x, y - 15), (x + 6, y - 2), (x, y + 9)]) + smooth([(x, y + 9), (x - 6, y - 2), (x, y - 15)]),
               "#d9a92f")
        c.curve([(x - 3, y + 4), (x - 11, y - 4), (x - 9, y + 5)], "#d9a92f", 3)
        c.curve([(x + 3, y + 4), (x + 11, y - 4), (x + 9, y + 5)], "#d9a92f", 3)
        c.line([(x - 6, y + 7), (x + 6, y + 7)], "#d9a92f", 3)
    hair, steel = "#5d3d28", "#a9b4bf"
    c.blob([(180, 98), (224, 108), (244, 150), (246, 212), (222, 236), (138, 236), (114, 212), (116, 150), (136, 108)],
           hair)
    shoulders(c, steel, 126)
    face(c, PALE, hair, "#4a6a7a")
    c.poly([*smooth([(128, 180), (130, 144), (140, 138)]), (220, 138),
            *smooth([(220, 138), (230, 144), (232, 180)]),
            *smooth([(242, 170), (234, 118), (180, 100), (126, 118), (118, 170)])], hair)
    for k in range(7):
        c.line([(140 + k * 13, 108), (138 + k * 14, 140)], darker(hair, 0.2), 1.6)
    c.poly([(138, 254), (222, 254), (230, 286), (180, 300), (130, 286)], lighter(steel, 0.3))
    for k in range(3):
        c.curve([(138 + k, 264 + k * 9), (180, 276 + k * 9), (222 - k, 264 + k * 9)], darker(steel, 0.3), 1.8)
    c.poly([*smooth([(116, 300), (180, 314), (244, 300)]), (240, 400), (120, 400)], lighter(steel, 0.18))
    c.line([(180, 312), (180, 386)], darker(steel, 0.3), 2.4)
    for x in (84, 276):
        for k in range(3):
            c.ellipse(x, 300 + k * 20, 36 - k * 3, 17, lighter(steel, 0.12 * (3 - k)), darker(steel, 0.3), 1.8)
    c.curve([(282, 330), (296, 318), (300, 300)], steel, 16)
    c.circle(290, 300, 15, lighter(steel, 0.2), darker(steel, 0.3), 2)


def gandhi(c: Canvas, rng: Rng, ground: str) -> None:
    wood = "#7d5636"
    c.circle(290, 310, 54, None, wood, 6)
    for angle in range(0, 180, 30):
        points = ring(290, 310, 52, 52, angle, angle + 180, 1)
        c.line(points, wood, 3)
    c.circle(290, 310, 8, wood)
    c.line([(290, 310), (340, 384)], wood, 7)
    shoulders(c, BROWN, 118)
    c.poly(smooth([(60, 400), (74, 320), (130, 284), (150, 286)])
           + smooth([(150, 286), (196, 320), (244, 360), (280, 400)]), "#f6f2e6")
    for k in range(4):
        c.curve([(84 + k * 26, 386), (110 + k * 22, 342), (140 + k * 14, 304)], "#d8d0bd", 2)
    face(c, "#b07c50", "#cfc9bf", "#2a1f18")
    for x in (132, 228):
        c.ellipse(x - 3 if x < 180 else x + 3, 184, 11, 20, "#a06e44")
    for x in (134, 226):
        c.curve([(x, 168), (x + (2 if x < 180 else -2), 150), (x + (8 if x < 180 else -8), 138)], "#d8d3c8", 5)
    for x in (159, 201):
        c.circle(x, 178, 19, None, "#26262c", 2.6)
    c.curve([(178, 176), (180, 173), (182, 176)], "#26262c", 2.6)
    for x0, x1 in ((140, 128), (220, 232)):
        c.line([(x0, 176), (x1, 172)], "#26262c", 2.6)
    moustache(c, "#e6e1d6", 28, 9)
    for y in (136, 144):
        c.curve([(158, y), (180, y - 3), (202, y)], "#8f6238", 1.6)
