"""Towers, domes and statues among the landmarks, drawn on 480 by 360 units."""

from __future__ import annotations

import numpy as np

from benchmark.suite.backdrops import NIGHT, Light, hills, sky, tree, water
from benchmark.suite.canvas import Canvas, darker, lighter, ring, smooth, turned

Rng = np.random.Generator


def _mirror(points: list[tuple[float, float]], axis: float) -> list[tuple[float, float]]:
    return [(2 * axis - x, y) for x, y in points]


def eiffel_tower(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 310)
    for x in range(-10, 490, 34):
        height = float(rng.uniform(18, 44))
        c.rect(x, 306 - height, x + 32, 330, light.on("#b9b2a6", 0.45))
    c.rect(0, 306, 480, 360, light.on("#7fae6a"))
    c.poly([(180, 360), (228, 312), (252, 312), (300, 360)], light.on("#e8d8b4"))
    iron = light.on("#8a6a4c") if light is not NIGHT else "#d9a860"
    leg = smooth([(148, 322), (178, 262), (196, 222)]) + smooth([(222, 222), (208, 262), (190, 322)])
    waist = smooth([(198, 218), (212, 180), (220, 148)]) + smooth([(236, 148), (232, 180), (226, 218)])
    for part in (leg, waist):
        c.poly(part, iron)
        c.poly(_mirror(part, 240), iron)
    c.poly([*smooth([(220, 148), (230, 100), (236, 52)]), (244, 52), *smooth([(244, 52), (250, 100), (260, 148)])],
           iron)
    c.arc(240, 318, 54, 72, 200, 340, iron, 6)
    c.rect(188, 214, 292, 226, darker(iron, 0.2), 2)
    c.rect(214, 143, 266, 152, darker(iron, 0.2), 2)
    c.rect(232, 48, 248, 56, darker(iron, 0.2), 2)
    c.rect(238.5, 22, 241.5, 50, iron)
    line = lighter(iron, 0.3)
    for y, half in ((70, 5), (90, 7), (110, 10), (130, 14)):
        c.line([(240 - half, y), (240 + half, y + 16)], line, 1)
        c.line([(240 + half, y), (240 - half, y + 16)], line, 1)
    for x, y in ((165, 300), (178, 276), (191, 252), (206, 206), (215, 184), (221, 164)):
        for points in ([(x - 6, y - 12), (x + 14, y + 6)], [(x + 14, y - 12), (x - 4, y + 8)]):
            c.line(points, line, 1)
            c.line(_mirror(points, 240), line, 1)
    for x in (60, 110, 370, 424):
        tree(c, x, 336, 0.8, light.on("#4f8a4c"))


def big_ben(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 300)
    stone = light.on("#cda86b")
    c.rect(0, 228, 214, 300, light.on("#c6a26a", 0.12))
    for x in range(4, 210, 15):
        c.rect(x + 3, 240, x + 10, 288, light.on("#8b6f4a") if light is not NIGHT else "#ffd67a")
        c.poly([(x, 228), (x + 3.5, 208), (x + 7, 228)], light.on("#b3925d", 0.1))
    c.rect(256, 84, 330, 300, stone)
    for x in (264, 278, 292, 306, 320):
        c.rect(x, 176, x + 4, 292, darker(stone, 0.22))
    for y in (168, 200, 234, 268):
        c.rect(256, y, 330, y + 3, darker(stone, 0.3))
    c.rect(250, 88, 336, 164, lighter(stone, 0.14), 2)
    c.circle(293, 126, 33, light.on("#6d5330"))
    c.circle(293, 126, 29, "#fffbe6")
    for angle in range(0, 360, 30):
        (x0, y0), (x1, y1) = turned([(293, 100), (293, 105)], (293, 126), angle)
        c.line([(x0, y0), (x1, y1)], "#2a2a33", 2)
    for angle, length, width in ((float(rng.uniform(0, 360)), 14, 3.4), (float(rng.uniform(0, 360)), 22, 2.4)):
        c.line([(293, 126), turned([(293, 126 - length)], (293, 126), angle)[0]], "#2a2a33", width)
    roof = light.on("#4e5f5a")
    c.poly([(248, 88), (264, 58), (322, 58), (338, 88)], roof)
    c.rect(266, 44, 320, 60, lighter(stone, 0.1))
    c.poly([(262, 46), (293, 14), (324, 46)], roof)
    c.rect(291.5, 4, 294.5, 18, light.on("#d6b24c"))
    for x in (252, 334):
        c.poly([(x - 4, 88), (x, 64), (x + 4, 88)], light.on("#d6b24c"))
    water(c, rng, 300, light.on("#6d93a3"))
    bridge = light.on("#7d8f7a")
    c.rect(330, 262, 480, 276, bridge)
    for x in (366, 430, 494):
        c.pie(x, 304, 27, 180, 360, light.on("#6d93a3", 0.2))
        c.arc(x, 304, 30, 30, 180, 360, bridge, 6)
    c.rect(326, 276, 338, 318, bridge)


def taj_mahal(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 286)
    white, shade = light.on("#fbf4ea"), light.on("#d9cbc2")
    for x in (56, 108, 372, 424):
        wide = 7 if x in (56, 424) else 5.5
        top = 96 if x in (56, 424) else 126
        c.poly([(x - wide, 262), (x - wide * 0.7, top), (x + wide * 0.7, top), (x + wide, 262)], white)
        for y in (top, (top + 262) / 2, top + 40):
            c.rect(x - wide - 2, y, x + wide + 2, y + 4, shade)
        c.pie(x, top, wide, 180, 360, white)
        c.rect(x - 0.8, top - 18, x + 0.8, top, shade)
    c.rect(24, 258, 456, 280, shade)
    c.rect(128, 172, 352, 262, white)
    dome = smooth([(202, 152), (186, 118), (206, 78), (232, 58), (240, 40)])
    c.poly([*dome, *_mirror(dome, 240)[::-1]], white)
    right = smooth([(240, 40), (258, 74), (280, 110), (270, 152)])
    c.poly([*right, (240, 152)], light.on("#efe3d8"))
    c.rect(238.8, 20, 241.2, 44, light.on("#c9a55a"))
    c.rect(200, 148, 280, 162, shade)
    for x in (160, 320):
        small = smooth([(x - 18, 172), (x - 20, 154), (x - 8, 138), (x, 124)])
        c.poly([*small, *_mirror(small, x)[::-1]], light.on("#f4eae0"))
    c.rect(202, 158, 278, 262, lighter(white, 0.3))
    c.rect(210, 166, 270, 262, shade)
    door = smooth([(218, 262), (218, 206), (228, 186), (240, 176)])
    c.poly([*door, *_mirror(door, 240)[::-1]], light.on("#8d7a78"))
    for x in (146, 180, 300, 334):
        for y in (184, 226):
            c.poly([(x - 9, y + 32), (x - 9, y + 12), (x, y), (x + 9, y + 12), (x + 9, y + 32)], light.on("#a8968f"))
    c.rect(0, 280, 480, 360, light.on("#7fae6a"))
    c.poly([(208, 280), (272, 280), (330, 360), (150, 360)], light.on("#8fc4d4"))
    c.poly([(226, 282), (254, 282), (262, 336), (240, 352), (218, 336)], "#ffffff55")
    for i in range(5):
        y = 290 + i * 16
        for x in (186 - i * 17, 294 + i * 17):
            c.ellipse(x, y - 10 - i * 2, 5 + i, 13 + 3 * i, light.on("#3f7a4a"))


def liberty(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 300)
    for i in range(14):
        height = float(rng.uniform(24, 90))
        c.rect(i * 36 - 8, 300 - height, i * 36 + 24, 304, light.on("#8fa3b5", 0.5))
    water(c, rng, 298, light.on("#5f94a8"))
    green, shade = light.on("#7dbda5"), light.on("#5a9a86")
    c.poly([(168, 326), (312, 326), (300, 304), (180, 304)], light.on("#9a9486"))
    c.poly([(196, 304), (284, 304), (276, 232), (204, 232)], light.on("#c7b89a"))
    c.rect(198, 228, 282, 238, light.on("#b3a386"))
    c.poly(smooth([(206, 230), (212, 180), (216, 138), (226, 118)])
           + smooth([(256, 118), (266, 140), (270, 184), (274, 230)]), green)
    for points in ([(222, 134), (220, 180), (218, 228)], [(236, 140), (238, 184), (236, 228)],
                   [(252, 132), (256, 180), (258, 228)]):
        c.curve(points, shade, 2.2)
    c.poly([(224, 128), (214, 122), (196, 70), (206, 66), (228, 112)], green)
    c.rect(192, 56, 210, 68, shade, 2)
    c.poly([(194, 56), (208, 56), (204, 48), (198, 48)], shade)
    c.glow(201, 36, 26, "#ffd75e", 0.8)
    c.blob([(201, 16), (208, 32), (204, 46), (198, 46), (193, 34)], "#ffc23d")
    c.poly([(258, 130), (288, 136), (290, 152), (262, 156)], green)
    c.poly([(268, 122), (292, 112), (304, 156), (280, 164)], shade)
    c.rect(232, 100, 248, 122, green)
    c.ellipse(240, 96, 14, 18, lighter(green, 0.12))
    for angle in range(-66, 67, 22):
        c.poly(turned([(237, 80), (240, 50), (243, 80)], (240, 94), angle), green)
    c.pie(240, 92, 17, 180, 360, shade)
    c.line([(235, 97), (238, 97)], shade, 1.6)
    c.line([(243, 97), (246, 97)], shade, 1.6)
    c.line([(237, 105), (244, 105)], shade, 1.4)


def pisa(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 300)
    c.rect(0, 300, 480, 360, light.on("#82b566"))
    c.rect(24, 214, 158, 302, light.on("#efe6d5", 0.15))
    c.poly([(14, 216), (91, 172), (168, 216)], light.on("#b5654a", 0.15))
    c.pie(91, 178, 34, 180, 360, light.on("#d9cdb8", 0.2))
    for x in range(36, 150, 24):
        c.poly([(x, 300), (x, 250), (x + 7, 240), (x + 14, 250), (x + 14, 300)], light.on("#a08c78", 0.1))
    marble, shade = light.on("#f7efdf"), light.on("#b9a68d")
    foot = (268, 314)
    def tilted(points: list[tuple[float, float]], fill: str) -> None:
        c.poly(turned(points, foot, 7), fill)
    for level in range(8):
        half = 50 if level < 7 else 38
        lower = 314 - level * 34
        upper = lower - 34
        tilted([(268 - half, lower), (268 - half, upper), (268 + half, upper), (268 + half, lower)], marble)
        tilted([(268 + half * 0.45, lower), (268 + half * 0.45, upper), (268 + half, upper), (268 + half, lower)],
               light.on("#e3d6c0"))
        for i in range(7):
            x = 268 - half + 4 + i * (2 * half - 8) / 7
            wide = (2 * half - 8) / 7 - 4
            arch = [(x, lower - 5), (x, upper + 14), *ring(x + wide / 2, upper + 14, wide / 2, wide / 2, 180, 360, 8),
                    (x + wide, lower - 5)]
            tilted(arch, shade)
        tilted([(268 - half - 4, upper + 4), (268 - half - 4, upper - 1), (268 + half + 4, upper - 1),
                (268 + half + 4, upper + 4)], lighter(marble, 0.4))
    tilted([(266.8, 42), (266.8, 18), (269.2, 18), (269.2, 42)], shade)
    for x in (396, 440):
        tree(c, x, 322, 0.9, light.on("#4f8a4c"))


def saint_basil(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 310)
    c.rect(0, 310, 480, 360, light.on("#a8a29a"))
    for x in range(-20, 480, 40):
        c.line([(240 + (x - 240) * 0.8, 312), (240 + (x - 240) * 1.6, 360)], light.on("#958f88"), 1)
    brick, cream = light.on("#b3492f"), light.on("#f3e6cc")
    def dome(x: float, y: float, size: float, first: str, second: str) -> None:
        outline = smooth([(x - 12 * size, y), (x - 23 * size, y - 20 * size), (x - 10 * size, y - 40 * size),
                          (x, y - 62 * size)])
        whole = [*outline, *_mirror(outline, x)[::-1]]
        c.poly(whole, light.on(first))
        for k in (-0.66, 0.0, 0.66):
            stripe = [(x + (px - x) * (k - 0.17), py) for px, py in outline] + [(x + (px - x) * (k + 0.17), py) for px,
                                                                                py in outline[::-1]]
            c.poly(stripe, light.on(second))
        c.rect(x - 1, y - 80 * size, x + 1, y - 58 * size, light.on("#e2b93d"))
        c.rect(x - 5 * size, y - 74 * size, x + 5 * size, y - 71.5 * size, light.on("#e2b93d"))
    def tower(x: float, top: float, half: float, size: float, first: str, second: str) -> None:
        c.rect(x - half, top, x + half, 312, brick)
        c.rect(x + half * 0.5, top, x + half, 312, darker(brick, 0.15))
        for y in range(int(top) + 10, 300, 34):
            c.rect(x - half - 2, y - 8, x + half + 2, y - 4, cream)
            c.poly([(x - 6, y + 20), (x - 6, y + 6), (x, y), (x + 6, y + 6), (x + 6, y + 20)], cream)
        c.rect(x - half * 0.6, top - 16 * size, x + half * 0.6, top + 2, cream)
        dome(x, top - 14 * size, size, first, second)
    c.poly([(212, 312), (218, 170), (240, 60), (262, 170), (268, 312)], brick)
    c.poly([(240, 60), (262, 170), (268, 312), (244, 312)], darker(brick, 0.15))
    for y in (110, 140, 172):
        c.rect(240 - (y - 50) * 0.2, y, 240 + (y - 50) * 0.2, y + 4, cream)
    dome(240, 64, 0.42, "#e2b93d", "#c99a2a")
    tower(186, 176, 20, 0.9, "#2f7d5b", "#f0c54a")
    tower(296, 172, 20, 0.9, "#2d5fa8", "#f4f0e4")
    tower(138, 218, 21, 1.0, "#c93f3a", "#3f8f5f")
    tower(344, 214, 21, 1.0, "#e0a02e", "#2f7d5b")
    tower(240, 226, 22, 1.05, "#3d6cc0", "#f3e6cc")
    c.rect(96, 286, 388, 318, darker(brick, 0.1))
    for x in range(106, 380, 23):
        c.poly([(x, 318), (x, 302), (x + 7, 294), (x + 14, 302), (x + 14, 318)], cream)


def redeemer(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 290)
    water(c, rng, 262, light.on("#5aa3bd"))
    c.poly(smooth([(300, 272), (340, 262), (366, 206), (392, 180), (420, 208), (440, 262), (500, 272)]),
           light.on("#6c8f7d", 0.35))
    hills(c, rng, 290, 26, light.on("#7fa38a", 0.25), 6)
    for _ in range(60):
        x, y = float(rng.uniform(0, 480)), float(rng.uniform(290, 320))
        c.rect(x, y, x + 5, y + float(rng.uniform(4, 12)), light.on("#efe4d4") if light is not NIGHT else "#ffd98a")
    c.poly([*smooth([(60, 380), (130, 318), (186, 272), (216, 250)]),
            *smooth([(264, 250), (300, 276), (350, 322), (420, 380)])], light.on("#44734b"))
    stone, shade = light.on("#efe9dc"), light.on("#c9c0af")
    if light is NIGHT:  # floodlit
        stone, shade = "#f1ead8", "#bdb4a4"
    c.rect(214, 224, 266, 256, light.on("#a69c8c"))
    c.rect(208, 220, 272, 228, light.on("#b8ae9d"))
    c.poly([(216, 222), (222, 150), (226, 104), (254, 104), (258, 150), (264, 222)], stone)
    c.poly([(244, 104), (254, 104), (258, 150), (264, 222), (246, 222)], shade)
    arms = [(92, 90), (150, 92), (226, 84), (254, 84), (330, 92), (388, 90), (386, 102), (334, 110), (288, 132),
            (256, 138),
            (224, 138), (192, 132), (146, 110), (94, 102)]
    c.poly(arms, stone)
    c.poly([(254, 84), (330, 92), (388, 90), (386, 102), (334, 110), (288, 132), (256, 138)], darker(stone, 0.08))
    for points in ([(232, 112), (230, 160), (226, 220)], [(240, 116), (241, 170), (240, 220)],
                   [(249, 112), (252, 160), (254, 220)]):
        c.curve(points, shade, 1.8)
    c.rect(232, 72, 248, 92, shade)
    c.ellipse(240, 62, 13, 17, stone)
    c.pie(240, 58, 15, 170, 370, shade)
    c.line([(235, 68), (245, 68)], shade, 1.4)


def moai(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 250)
    water(c, rng, 232, light.on("#4a8fb5"), 290)
    c.poly([*smooth([(-20, 282), (100, 262), (240, 270), (380, 256), (500, 276)]), (500, 400), (-20, 400)],
           light.on("#8bab57"))
    for x, y, size in ((72, 300, 0.72), (172, 308, 0.9), (286, 318, 1.08), (408, 306, 0.86)):
        tone = light.on("#8d8378")
        def at(points: list[tuple[float, float]], x=x, y=y, size=size) -> list[tuple[float, float]]:
            return [(x + px * size, y + py * size) for px, py in points]
        c.ellipse(x + 10 * size, y, 54 * size, 8 * size, "#1d2b1a55")
        c.poly(smooth(at([(-40, 4), (-38, -44), (-28, -74), (-30, -120), (-28, -176), (-16, -192), (18, -192),
                          (30, -176), (31, -120), (29, -74), (40, -44), (42, 4)])), tone)
        c.poly(smooth(at([(12, 4), (14, -60), (20, -120), (16, -190), (30, -176), (31, -120), (29, -74), (40, -44),
                          (42, 4)])), darker(tone, 0.16))
        c.poly(at([(-29, -150), (0, -158), (30, -150), (28, -136), (6, -142), (-6, -142), (-27, -136)]),
               darker(tone, 0.38))
        for side in (-1, 1):
            c.ellipse(x + side * 15 * size, y - 136 * size, 9 * size, 5 * size, darker(tone, 0.5))
            c.poly(at([(side * 29, -146), (side * 35, -140), (side * 34, -96), (side * 29, -92)]), darker(tone, 0.2))
        c.poly(at([(-5, -146), (5, -146), (11, -102), (0, -96), (-11, -102)]), lighter(tone, 0.16))
        c.line(at([(-15, -84), (15, -84)]), darker(tone, 0.45), 4 * size)
        c.poly(at([(-22, -74), (22, -74), (14, -62), (-14, -62)]), darker(tone, 0.22))
    for _ in range(50):
        x, y = float(rng.uniform(0, 480)), float(rng.uniform(318, 358))
        c.line([(x, y), (x + 2, y - 6)], light.on("#6d8c40"), 1.2)
