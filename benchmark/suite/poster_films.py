"""Film posters on 340 by 480 units, in the styles of their time."""

from __future__ import annotations

import math

import numpy as np

from benchmark.suite.canvas import Canvas, Face, darker, lighter, ring, smooth
from benchmark.suite.items import pick

Rng = np.random.Generator
INK = "#1b1b22"


def title(c: Canvas, y: float, text: str, face: Face, fill: str, largest: float = 70, year: str = "") -> None:
    """The title across the poster at height y, and the year below it."""
    size = c.fitting(text, face, 292, largest)
    c.text(170, min(y, 445 - size * 0.52) if year else y, text, face, size, fill)
    if year:
        c.text(170, 459, year, Face.SANS, 15, fill)


def metropolis(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#1d2430", "#b98a3f", y1=480)
    for k in range(9):
        c.poly([(170, 210), (170 + 500 * math.cos(k * 0.698), 210 + 500 * math.sin(k * 0.698)),
                (170 + 500 * math.cos(k * 0.698 + 0.2), 210 + 500 * math.sin(k * 0.698 + 0.2))], "#f3cf7a22")
    for x, wide, tall, tone in ((0, 60, 190, "#3a3a44"), (52, 46, 260, "#4a4650"), (244, 50, 250, "#4a4650"),
                                (286, 60, 200, "#3a3a44"), (92, 40, 320, "#5d5558"), (210, 40, 300, "#5d5558"),
                                (132, 78, 360, "#6f6258")):
        top = 400 - tall
        c.rect(x, top, x + wide, 400, tone)
        c.rect(x + wide * 0.25, top - 16, x + wide * 0.75, top, tone)
        for y in range(int(top) + 8, 392, 13):
            for dx in range(6, int(wide) - 6, 10):
                if rng.random() < 0.5:
                    c.rect(x + dx, y, x + dx + 4, y + 6, "#f3cf7a")
    gold, dark = "#d9b45a", "#7a5a24"
    c.poly([(86, 400), (98, 330), (140, 306), (200, 306), (242, 330), (254, 400)], gold)
    c.poly([(150, 280), (190, 280), (196, 316), (144, 316)], dark)
    c.blob([(170, 168), (206, 184), (214, 226), (200, 272), (170, 292), (140, 272), (126, 226), (134, 184)], gold)
    c.poly(smooth([(170, 168), (206, 184), (214, 226), (200, 272), (170, 292)]), darker(gold, 0.25))
    for x in (152, 188):
        c.poly([(x - 12, 226), (x, 220), (x + 12, 226), (x, 233)], "#1d2430")
        c.circle(x, 226, 3, "#fff3c4")
    c.poly([(165, 222), (175, 222), (179, 252), (161, 252)], lighter(gold, 0.3))
    c.rect(152, 264, 188, 268, dark)
    for x in (122, 218):
        c.circle(x, 226, 13, dark)
        c.circle(x, 226, 7, gold)
    for k in range(3):
        c.arc(170, 400, 36 + k * 20, 60 + k * 12, 200, 340, dark, 4)
    c.rect(0, 396, 340, 480, INK)
    title(c, 426, "METROPOLIS", Face.TALL, "#f3cf7a", 62, "1927")


def nosferatu(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#26374a", "#8fa39a", y1=400)
    c.circle(236, 104, 66, "#e9e6c9")
    c.glow(236, 104, 130, "#f6f3d8", 0.5)
    for x, y, size in ((70, 70, 1.0), (120, 120, 0.7), (284, 60, 0.8)):
        c.poly([(x, y + 4 * size), (x - 28 * size, y - 10 * size), (x - 18 * size, y + 6 * size),
                (x - 8 * size, y + 3 * size), (x, y + 12 * size), (x + 8 * size, y + 3 * size),
                (x + 18 * size, y + 6 * size), (x + 28 * size, y - 10 * size)], INK)
    c.poly([(0, 400), (0, 292), (26, 292), (26, 250), (44, 222), (62, 250), (62, 306), (92, 306), (92, 274), (104, 254),
            (116, 274), (116, 400)], "#17202b")
    for x, y in ((40, 262), (48, 290), (101, 286)):
        c.rect(x, y, x + 7, y + 12, "#e8c33f")
    for k in range(9):
        c.poly([(110 + k * 26, 400 - k * 12), (136 + k * 26, 400 - k * 12), (340, 400), (110, 400)],
               ("#3a4a55", "#33414c")[k % 2])
    c.poly(smooth([(150, 404), (164, 320), (176, 250), (190, 222)])
           + smooth([(216, 222), (230, 250), (240, 320), (256, 404)]), INK)
    c.blob([(203, 146), (224, 162), (228, 192), (214, 224), (192, 224), (178, 192), (182, 162)], "#d9d6bd")
    for side in (-1, 1):
        c.poly([(203 + side * 22, 178), (203 + side * 42, 156), (203 + side * 24, 200)], "#d9d6bd")
        c.circle(203 + side * 9, 182, 7, INK)
        c.circle(203 + side * 9, 182, 2.4, "#f6f3d8")
        c.line([(203 + side * 3, 174), (203 + side * 16, 168)], INK, 3)
    c.poly([(201, 186), (205, 186), (208, 202), (198, 202)], "#a9a68f")
    c.rect(193, 208, 213, 213, INK)
    c.poly([(198, 208), (202, 208), (200, 219)], "#ffffff")
    c.poly([(204, 208), (208, 208), (206, 219)], "#ffffff")
    c.curve([(176, 260), (140, 262), (122, 240)], INK, 15)
    for k in range(4):
        c.curve([(124, 244), (112 - k * 2, 226 + k * 9), (94, 204 + k * 18)], "#d9d6bd", 5)
    c.rect(0, 396, 340, 480, "#0f141b")
    title(c, 428, "NOSFERATU", Face.NARROW, "#c9d6b0", 58, "1922")


def trip_to_the_moon(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#1b2450", "#4a4a86")
    for _ in range(60):
        x, y, r = float(rng.uniform(0, 340)), float(rng.uniform(0, 390)), float(rng.uniform(1, 3))
        c.poly([(x, y - r * 2), (x + r * 0.5, y), (x, y + r * 2), (x - r * 0.5, y)], "#fdf3c4")
        c.poly([(x - r * 2, y), (x, y + r * 0.5), (x + r * 2, y), (x, y - r * 0.5)], "#fdf3c4")
    c.glow(170, 210, 190, "#fdf3c4", 0.5)
    c.circle(170, 210, 122, "#f0e3b8")
    for x, y, r in ((92, 160, 14), (112, 272, 18), (232, 284, 15), (250, 236, 10), (150, 116, 12), (190, 302, 9)):
        c.circle(x, y, r, "#d9c893")
        c.arc(x, y, r, r, 180, 300, "#bda96f", 2)
    c.curve([(96, 186), (118, 172), (142, 182)], "#8a7548", 6)
    c.ellipse(122, 200, 17, 12, "#fffdf0")
    c.circle(126, 201, 7, "#3a3326")
    c.curve([(162, 196), (152, 236), (170, 246), (184, 240)], "#a9935c", 5)
    c.curve([(124, 272), (162, 290), (206, 270)], "#8a4a3a", 8)
    c.ellipse(216, 196, 26, 20, "#c9b67d")
    c.poly([(206, 204), (226, 182), (300, 112), (318, 130), (246, 206), (222, 214)], "#7f8a94")
    c.poly([(206, 204), (226, 182), (246, 206), (222, 214)], "#a9b4bd")
    c.ellipse(309, 121, 14, 11, "#5a636c")
    for k in range(3):
        c.line([(244 + k * 18, 166 - k * 17), (264 + k * 18, 188 - k * 17)], "#5a636c", 3)
    for x in (202, 214, 228):
        c.curve([(x, 214), (x - 3, 232), (x - 1, 246)], "#e9efe9", 4)
    c.rect(0, 400, 340, 480, "#151a38")
    title(c, 430, "A TRIP TO THE MOON", Face.TALL, "#fdf3c4", 50, "1902")


def general(c: Canvas, rng: Rng, paper: str) -> None:
    c.rect(0, 0, 340, 480, paper)
    c.circle(170, 190, 140, "#e0793a")
    for k in range(12):
        c.poly([(170, 190), *ring(170, 190, 330, 330, k * 30, k * 30 + 12, 2)], "#e0793a55")
    for x, y, r in ((176, 66, 30), (214, 50, 36), (258, 54, 30), (292, 70, 24), (152, 92, 18)):
        c.circle(x, y, r, "#f6f0e2")
    steel, red = "#2a2f3a", "#a3332c"
    c.rect(30, 176, 120, 290, red, 4)
    c.rect(42, 192, 76, 236, "#f3d9a0", 2)
    c.rect(84, 192, 112, 236, "#f3d9a0", 2)
    c.rect(20, 164, 132, 180, steel, 4)
    c.rect(118, 210, 268, 288, steel, 10)
    for x in (152, 190, 228):
        c.rect(x, 210, x + 5, 288, "#d9a92f")
    c.circle(268, 249, 40, darker(steel, 0.3))
    c.circle(268, 249, 28, "#d9a92f")
    c.circle(268, 249, 21, steel)
    c.poly([(150, 130), (186, 130), (176, 210), (160, 210)], steel)
    c.rect(142, 118, 194, 134, "#d9a92f", 3)
    c.rect(204, 184, 226, 212, "#d9a92f", 6)
    c.circle(252, 196, 14, "#ffe9a8")
    for x, r in ((62, 36), (124, 36), (186, 36), (242, 24)):
        c.circle(x, 330 - r, r, INK)
        c.circle(x, 330 - r, r - 7, red)
        for a in range(0, 180, 45):
            c.line(ring(x, 330 - r, r - 7, r - 7, a, a + 180, 1), INK, 2.4)
        c.circle(x, 330 - r, 6, "#d9a92f")
    c.rect(58, 290, 192, 298, "#8f979f", 4)
    c.poly([(270, 286), (324, 332), (262, 332)], red)
    for k in range(4):
        c.line([(272 + k * 4, 292), (270 + k * 15, 331)], INK, 2)
    c.rect(0, 332, 340, 340, "#5d6068")
    for x in range(-4, 340, 26):
        c.rect(x, 340, x + 15, 349, "#6b4a33")
    c.rect(0, 364, 340, 480, "#23304a")
    title(c, 412, "THE GENERAL", Face.NARROW, "#f6e6c0", 60, "1926")


def gold_rush(c: Canvas, rng: Rng, paper: str) -> None:
    c.gradient("#f0b45a", "#f8e6c4", y1=330)
    for x, half, top in ((60, 130, 130), (290, 140, 110), (176, 150, 74)):
        c.poly([(x - half, 330), (x, top), (x + half, 330)], "#7f93ad")
        c.poly([(x - half * 0.32, top + 82), (x, top), (x + half * 0.32, top + 82), (x + 12, top + 64),
                (x - 8, top + 92), (x - 26, top + 66)], "#ffffff")
    c.poly([*smooth([(-20, 300), (80, 280), (200, 306), (360, 276)]), (360, 400), (-20, 400)], "#ffffff")
    c.rect(214, 242, 310, 314, "#7d5636")
    for y in range(250, 314, 12):
        c.rect(214, y, 310, y + 2, "#5d3d28")
    c.poly([(202, 246), (262, 204), (322, 246)], "#ffffff")
    c.rect(250, 272, 276, 314, "#4a2f1e")
    c.poly([(112, 370), (104, 300), (160, 300), (152, 370), (136, 370), (132, 322), (128, 370)], "#33333a")
    c.poly([(104, 302), (110, 232), (154, 232), (160, 302)], INK)
    c.curve([(114, 242), (90, 270), (92, 296)], INK, 13)
    c.curve([(150, 242), (178, 262), (196, 246)], INK, 13)
    c.circle(132, 206, 25, "#f0cba8")
    c.poly([(100, 188), (164, 188), (164, 195), (100, 195)], INK)
    c.poly(smooth([(110, 190), (112, 162), (132, 152)]) + smooth([(132, 152), (152, 162), (154, 190)]), INK)
    c.rect(127, 213, 139, 219, INK, 2)
    c.circle(123, 204, 2.6, INK)
    c.circle(141, 204, 2.6, INK)
    c.ellipse(110, 374, 17, 7, INK)
    c.ellipse(156, 374, 17, 7, INK)
    c.line([(92, 300), (80, 374)], "#6b4a2c", 4)
    c.line([(192, 296), (200, 196)], "#6b4a2c", 5)
    c.curve([(168, 208), (200, 192), (232, 210)], "#5a626c", 7)
    for _ in range(26):
        x, y = float(rng.uniform(20, 320)), float(rng.uniform(340, 384))
        c.poly([(x - 5, y), (x, y - 5), (x + 6, y - 1), (x + 2, y + 4)], pick(rng, ("#f2c230", "#e0a31f", "#f8da6a")))
    c.rect(0, 388, 340, 480, "#6b2430")
    title(c, 424, "THE GOLD RUSH", Face.SERIF, "#f8da6a", 50, "1925")


def potemkin(c: Canvas, rng: Rng, paper: str) -> None:
    c.rect(0, 0, 340, 480, paper)
    c.poly([(0, 0), (340, 0), (340, 120), (0, 320)], "#c4302b")
    grey = "#2f343f"
    c.poly([(20, 262), (322, 214), (300, 306), (60, 330)], grey)
    c.poly([(20, 262), (322, 214), (320, 226), (24, 276)], "#e9e2d0")
    c.poly([(90, 250), (110, 180), (236, 160), (250, 224)], "#4a515e")
    for x, y in ((132, 176), (176, 169), (212, 163)):
        c.poly([(x - 11, y + 12), (x - 9, y - 62), (x + 11, y - 66), (x + 13, y + 8)], grey)
        c.poly([(x - 9, y - 62), (x + 11, y - 66), (x + 11, y - 52), (x - 9, y - 48)], "#c4302b" if x == 176
               else "#e9e2d0")
    for y, k in ((214, 0), (228, 1)):
        c.line([(226, y), (330, y - 42 + 12 * k)], "#1b1e26", 9)
    c.ellipse(226, 222, 26, 17, "#1b1e26")
    c.line([(82, 254), (72, 120)], "#1b1e26", 5)
    c.poly([(72, 118), (10, 132), (24, 150), (8, 168), (76, 156)], "#e0342c")
    for k in range(5):
        y = 300 + k * 18
        wave = [(x, y + 9 * math.sin(x / 26 + k)) for x in range(-10, 360, 10)]
        c.poly([*wave, (360, 480), (-10, 480)], ("#3f6a86", "#2f5670", "#264860", "#1d3a50", "#163044")[k])
    c.rect(0, 392, 340, 480, "#17181d")
    title(c, 424, "BATTLESHIP POTEMKIN", Face.NARROW, "#f3e3c0", 40, "1925")


def caligari(c: Canvas, rng: Rng, paper: str) -> None:
    c.rect(0, 0, 340, 480, "#3a3550")
    c.poly([(0, 0), (150, 0), (96, 210), (0, 250)], "#e0a83a")
    c.poly([(340, 0), (210, 0), (250, 190), (340, 240)], "#b5483a")
    c.poly([(150, 0), (210, 0), (250, 190), (170, 230), (96, 210)], "#e9d9a8")
    for points in ([(14, 240), (30, 90), (86, 70), (74, 222)], [(340, 240), (316, 80), (262, 98), (276, 226)],
                   [(104, 214), (126, 110), (150, 122), (146, 220)], [(236, 206), (220, 96), (196, 112), (204, 222)]):
        c.poly(points, "#26223a")
        (x0, y0), (x1, y1) = points[1], points[2]
        c.poly([(x0 - 8, y0), ((x0 + x1) / 2 + 10, min(y0, y1) - 46), (x1 + 8, y1)], "#4a3f63")
    for x, y in ((44, 120), (54, 168), (290, 130), (284, 180), (128, 150), (208, 146)):
        c.poly([(x, y), (x + 13, y - 5), (x + 15, y + 17), (x + 3, y + 21)], "#f3d35a")
    c.poly([(96, 400), (150, 216), (186, 212), (290, 400)], "#c9b88a")
    for k in range(6):
        c.poly([(110 + k * 5, 392 - k * 32), (280 - k * 18, 380 - k * 30), (276 - k * 17, 388 - k * 31),
                (106 + k * 6, 400 - k * 32)], "#26223a")
    c.poly(smooth([(128, 400), (140, 330), (132, 290), (160, 272)])
           + smooth([(190, 272), (216, 296), (206, 336), (224, 400)]), INK)
    c.circle(174, 252, 24, "#efe6cf")
    for k in range(7):
        c.curve([(156 + k * 6, 232), (150 + k * 7, 244), (150 + k * 8, 258 if k in (0, 6) else 238)], "#e9e6e0", 4)
    c.ellipse(174, 226, 40, 7, INK)
    c.poly([(150, 226), (154, 176), (196, 176), (198, 226)], INK)
    for x in (165, 184):
        c.circle(x, 252, 8, None, INK, 2.6)
        c.circle(x, 252, 3, INK)
    c.line([(166, 267), (184, 265)], INK, 2.6)
    c.line([(214, 306), (246, 396)], "#d9c893", 4)
    c.rect(0, 394, 340, 480, "#17141f")
    title(c, 420, "THE CABINET OF", Face.TALL, "#e0a83a", 34)
    c.text(170, 452, "DR. CALIGARI · 1920", Face.TALL, 36, "#f3e3c0")


def movie_camera(c: Canvas, rng: Rng, paper: str) -> None:
    c.rect(0, 0, 340, 480, paper)
    for k in range(7):
        c.circle(170, 196, 196 - k * 27, ("#c4302b", paper)[k % 2])
    c.poly([(0, 388), (0, 300), (60, 150), (96, 160), (60, 388)], "#26303f")
    c.poly([(340, 388), (340, 280), (276, 130), (244, 146), (284, 388)], "#26303f")
    for k in range(10):
        c.rect(12 + k * 3, 330 - k * 16, 24 + k * 3, 337 - k * 16, "#f3d35a")
        c.rect(312 - k * 4, 320 - k * 16, 322 - k * 4, 327 - k * 16, "#f3d35a")
    for x in (110, 232):
        c.line([(170, 250), (x, 388)], INK, 7)
    c.line([(170, 250), (172, 388)], INK, 6)
    c.rect(116, 148, 214, 254, "#23262f", 6)
    for x, y in ((136, 126), (194, 126)):
        c.circle(x, y, 32, "#23262f")
        c.circle(x, y, 24, "#5a626c")
        for a in range(0, 360, 72):
            c.circle(x + 14 * math.cos(math.radians(a)), y + 14 * math.sin(math.radians(a)), 5, "#23262f")
    c.circle(165, 202, 44, "#14161c")
    c.circle(165, 202, 36, "#8f979f")
    c.poly(smooth([(134, 202), (150, 186), (165, 182), (182, 187), (196, 202)])
           + smooth([(196, 202), (180, 218), (165, 222), (148, 217), (134, 202)]), "#f6f1e4")
    c.circle(165, 202, 16, "#3f7a94")
    c.circle(165, 202, 8, INK)
    c.circle(170, 197, 4, "#ffffff")
    c.line([(214, 206), (238, 206), (238, 188)], "#8f979f", 6)
    c.circle(238, 184, 7, "#c4302b")
    c.rect(0, 386, 340, 480, "#17181d")
    title(c, 412, "MAN WITH A", Face.TALL, "#f6e6c0", 36)
    c.text(170, 450, "MOVIE CAMERA · 1929", Face.TALL, 38, "#e0513f")
