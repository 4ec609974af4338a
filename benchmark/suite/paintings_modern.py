"""Own redrawings of works from 1870 to 1940, each on its canvas's own units."""

from __future__ import annotations

import math

import numpy as np

from benchmark.suite.canvas import Canvas, ring, smooth
from benchmark.suite.items import pick, shuffled

Rng = np.random.Generator


def starry_night(c: Canvas, rng: Rng) -> None:
    c.gradient("#1f3f86", "#5b8fc0", y1=230)
    blues = ("#2f5fae", "#7fb2d8", "#16346f", "#a9cfe2", "#4a7fc0", "#d8e6d0")
    for _ in range(420):
        x, y = float(rng.uniform(0, 400)), float(rng.uniform(0, 205))
        wave = 10 * math.sin(x / 38 + y / 26)
        c.curve([(x - 13, y + wave), (x, y + wave - 3), (x + 13, y + wave + 2)], pick(rng, blues), 2)
    for cx, cy, size in ((176, 108, 52), (250, 140, 34)):
        c.circle(cx, cy, size * 0.98, "#3d74b4")
        for turn in range(7):
            start = float(rng.uniform(0, 360))
            points = [(cx + size * t * math.cos(math.radians(start + 330 * t)),
                       cy + size * 0.86 * t * math.sin(math.radians(start + 330 * t)))
                      for t in np.linspace(0.12, 1, 22)]
            c.line(points, ("#e6ecd8", "#9cc7de", "#2b589f", "#c9dde0")[turn % 4], 3.4)
    for x, y, size in ((36, 34, 11), (92, 60, 9), (60, 108, 8), (140, 26, 10), (226, 34, 11), (286, 58, 9),
                       (316, 112, 10), (122, 150, 9), (20, 168, 8)):
        for radius, colour in ((2.5, "#4f86bd"), (2.0, "#a9cbc0"), (1.5, "#e9e08f")):
            c.circle(x, y, size * radius * 0.8, colour)
        for k in range(3):
            c.arc(x, y, size * (0.9 + k * 0.36), size * (0.9 + k * 0.36), float(rng.uniform(0, 90)),
                  float(rng.uniform(180, 340)), "#f7efb4", 1.4)
        c.circle(x, y, size * 0.7, "#fdf3a6")
    c.circle(358, 44, 36, "#8fbcc6")
    c.circle(358, 44, 28, "#e8cf62")
    c.poly(ring(358, 44, 21, 21, 50, 290) + ring(366, 39, 16, 16, 250, 80), "#f6a929")
    for base, colour in ((206, "#3c63a8"), (226, "#2d4f92"), (246, "#274379")):
        c.poly([*smooth([(-20, base), (80, base - 6), (180, base + 12), (280, base - 16), (420, base - 42)]),
                (420, 330), (-20, 330)], colour)
    for _ in range(120):
        x, y = float(rng.uniform(0, 400)), float(rng.uniform(224, 305))
        c.curve([(x, y), (x + 9, y - 3), (x + 18, y + 1)],
                pick(rng, ("#35609f", "#1b3467", "#4d7a8f", "#3f6f62")), 2.4)
    for x, y in ((126, 268), (158, 276), (190, 264), (226, 274), (262, 266), (298, 278), (332, 268),
                 (366, 276), (146, 294), (210, 296), (280, 298), (346, 296)):
        c.rect(x - 11, y - 8, x + 11, y + 10, pick(rng, ("#6d86a8", "#51709a", "#7f93a6")))
        c.poly([(x - 14, y - 7), (x, y - 19), (x + 14, y - 7)], "#1d2f55")
        if rng.random() < 0.75:
            c.rect(x - 4, y - 2, x + 3, y + 5, "#f3c64a")
    c.poly([(206, 272), (212, 204), (218, 272)], "#1d2f55")
    c.rect(203, 254, 221, 286, "#51709a")
    flame = smooth([(30, 330), (22, 270), (44, 220), (36, 160), (58, 100), (66, 30), (82, 100), (94, 160),
                    (88, 220), (112, 270), (108, 330)])
    c.poly(flame, "#14281f")
    for _ in range(26):
        y = float(rng.uniform(90, 300))
        x = 68 + float(rng.uniform(-0.16, 0.16)) * y
        c.curve([(x, y + 20), (x - 4, y), (x + 3, y - 22)], pick(rng, ("#2f4a32", "#3d5a2f", "#0c1813")), 2.6)


def sunflowers(c: Canvas, rng: Rng) -> None:
    c.gradient("#f3dc83", "#eccf66", y1=280)
    for _ in range(300):
        x, y = float(rng.uniform(0, 300)), float(rng.uniform(0, 275))
        c.line([(x, y), (x + float(rng.uniform(-6, 6)), y + 8)], pick(rng, ("#f7e59a", "#e9c658", "#f0d678")),
               2)
    c.rect(0, 276, 300, 370, "#d89f35")
    c.rect(0, 274, 300, 279, "#4a6f8f")
    c.poly(smooth([(102, 230), (92, 290), (116, 346), (150, 352)])
           + smooth([(150, 352), (184, 346), (208, 290), (198, 230)]), "#d9a02f")
    c.poly([*smooth([(97, 282), (150, 292), (203, 282)]), *smooth([(198, 232), (150, 238), (102, 232)])],
           "#f3e0a3")
    c.line(smooth([(97, 282), (150, 292), (203, 282)]), "#4a6f8f", 2.6)
    heads = ((84, 84), (150, 60), (220, 92), (60, 150), (128, 128), (196, 152), (250, 166), (96, 196),
             (160, 200), (222, 214))
    for x, y in heads:
        c.curve([(x, y), ((x + 150) / 2 + 6, (y + 236) / 2), (150, 240)], "#6f8038", 4)
    for x, y in ((40, 206), (272, 120), (116, 226), (204, 112)):
        c.blob([(x - 16, y), (x, y - 9), (x + 18, y + 2), (x, y + 9)], "#7b8c3c")
    for x, y in heads:
        size, turn = float(rng.uniform(25, 34)), float(rng.uniform(0, 30))
        for ringed, colours in ((1.0, ("#d98a1a", "#e8a727")), (0.8, ("#f2b92f", "#f7cf4d"))):
            for i in range(16):
                angle = math.radians(turn + i * 22.5 + (11 if ringed < 1 else 0))
                tip = (x + size * ringed * 1.18 * math.cos(angle), y + size * ringed * 1.18 * math.sin(angle))
                sides = [(x + size * ringed * 0.7 * math.cos(angle + d),
                          y + size * ringed * 0.7 * math.sin(angle + d)) for d in (-0.26, 0.26)]
                c.poly([(x, y), sides[0], tip, sides[1]], pick(rng, colours))
        c.circle(x, y, size * 0.46, pick(rng, ("#7a4a1c", "#8f5a22", "#a8701f")))
        for _ in range(24):
            a, r = float(rng.uniform(0, 6.28)), size * 0.42 * float(rng.uniform(0, 1)) ** 0.5
            c.circle(x + r * math.cos(a), y + r * math.sin(a), 1.4,
                     pick(rng, ("#4a2c12", "#c78a2a", "#6b8a3c")))


def scream(c: Canvas, rng: Rng) -> None:
    c.rect(0, 0, 300, 370, "#e2702c")
    colours = ("#e8842e", "#d9482a", "#f2b23f", "#c93d2a", "#ee9a3a", "#f4c65a")
    for i in range(26):
        y, colour = -10 + i * 6.4, colours[int(rng.integers(len(colours)))]
        c.curve([(x, y + 9 * math.sin(x / 42 + i * 0.5)) for x in range(-20, 340, 24)], colour, 6)
    c.poly([*smooth([(-20, 168), (60, 150), (140, 160), (220, 140), (320, 150)]), (320, 380), (-20, 380)],
           "#2f4a73")
    for i in range(14):
        y = 164 + i * 13
        c.curve([(x, y + 12 * math.sin(x / 40 + i * 0.45)) for x in range(60, 340, 22)],
                ("#3d6a94", "#1f3359", "#6f8f8a", "#2f4a73")[i % 4], 6)
    c.poly([(-10, 186), (190, 380), (-10, 380)], "#8a5a35")
    for k in range(12):
        c.line([(-10, 192 + k * 16), (190 - k * 14, 384)], ("#a9713f", "#6b4226", "#c08a4f")[k % 3], 3)
    for k, width in ((0, 7), (22, 6), (40, 5)):
        c.line([(-10, 176 + k), (220 - k, 384)], "#5a3420", width)
    for x, y in ((30, 206), (54, 214)):
        c.rect(x - 4, y - 30, x + 4, y + 8, "#26283a", 3)
        c.circle(x, y - 34, 4, "#26283a")
    body = smooth([(112, 380), (120, 330), (138, 288), (136, 252), (160, 238), (190, 250), (192, 290),
                   (214, 330), (226, 380)])
    c.poly(body, "#1f2436")
    for k in range(5):
        c.curve([(136 + k * 14, 376), (146 + k * 9, 320), (150 + k * 7, 262)], "#39415c", 2)
    c.blob([(164, 150), (192, 166), (198, 196), (186, 226), (176, 248), (156, 248), (144, 226), (132, 196),
            (138, 166)], "#e6cf9a")
    c.blob([(164, 154), (178, 158), (186, 172), (164, 176), (144, 172), (150, 158)], "#efdcae")
    for x in (151, 179):
        c.ellipse(x, 190, 8, 10, "#fbf3da", "#4a3a2a", 2)
        c.circle(x, 191, 3, "#33261c")
    c.line([(163, 204), (162, 212)], "#8a6a44", 2)
    c.line([(168, 204), (169, 212)], "#8a6a44", 2)
    c.ellipse(166, 228, 8, 13, "#4a2a22", "#8a5a3a", 2)
    for side in (-1, 1):
        x = 165 + side * 32
        c.curve([(165 + side * 44, 322), (165 + side * 48, 278), (165 + side * 36, 246)], "#1f2436", 15)
        c.curve([(165 + side * 37, 250), (x, 224), (165 + side * 29, 192)], "#e0c58c", 11)
        for k in range(3):
            c.line([(x - side * 3, 216 - k * 6), (165 + side * 23, 200 - k * 8)], "#c9a86c", 2)


def composition(c: Canvas, rng: Rng) -> None:
    xs = [0, int(rng.integers(62, 96)), int(rng.integers(250, 282)), 330]
    ys = [0, int(rng.integers(100, 140)), int(rng.integers(228, 254)), 330]
    c.rect(0, 0, 330, 330, "#f1eee2")
    c.rect(xs[1], 0, 330, ys[2], "#cf2a1f")
    c.rect(0, ys[2], xs[1], 330, "#1f4b9c")
    c.rect(xs[2], ys[2] + 44, 330, 330, "#f2cf2f")
    black = "#17171a"
    for x0, y0, x1, y1, wide in ((xs[1], 0, xs[1], 330, 9), (0, ys[2], 330, ys[2], 9),
                                 (0, ys[1], xs[1], ys[1], 13),
                                 (xs[2], ys[2], xs[2], 330, 9), (xs[2], ys[2] + 44, 330, ys[2] + 44, 11)):
        c.rect(x0 - wide / 2 if x0 == x1 else x0, y0 - wide / 2 if y0 == y1 else y0,
               x1 + wide / 2 if x0 == x1 else x1, y1 + wide / 2 if y0 == y1 else y1, black)


def black_square(c: Canvas, rng: Rng) -> None:
    c.rect(0, 0, 330, 330, "#e6e0d2")
    for _ in range(160):
        x, y = float(rng.uniform(0, 330)), float(rng.uniform(0, 330))
        c.line([(x, y), (x + 12, y + float(rng.uniform(-4, 4)))],
               pick(rng, ("#ded7c7", "#ece7db", "#d8d0be")), 2)
    c.poly([(50, 52), (281, 49), (279, 283), (49, 280)], "#141416")
    for _ in range(50):
        x, y = float(rng.uniform(60, 262)), float(rng.uniform(60, 268))
        c.line([(x, y), (x + float(rng.uniform(-7, 7)), y + float(rng.uniform(-7, 7)))], "#232326", 1)


def concentric_circles(c: Canvas, rng: Rng) -> None:
    colours = ["#c8352b", "#f0b429", "#2d5fa3", "#2f8a63", "#e8793a", "#7a3f8a", "#f4e3b8", "#1f2f55",
               "#e58aa0", "#7fb7c9", "#b8c94a", "#8a2f2a"]
    for row in range(3):
        for column in range(4):
            hand = shuffled(rng, colours)
            x, y = column * 100, row * 103.4
            c.rect(x, y, x + 100, y + 103.4, hand[0])
            cx, cy = x + 50 + float(rng.uniform(-3, 3)), y + 52 + float(rng.uniform(-3, 3))
            for k, radius in enumerate((47, 38, 30, 22, 14, 7)):
                wobble = [(cx + (radius + float(rng.uniform(-1.8, 1.8))) * math.cos(a),
                           cy + (radius + float(rng.uniform(-1.8, 1.8))) * math.sin(a))
                          for a in np.linspace(0, 2 * math.pi, 13)[:-1]]
                c.blob(wobble, hand[k + 1])


def kiss(c: Canvas, rng: Rng) -> None:
    c.gradient("#8a6a2a", "#a9842f")
    for _ in range(700):
        c.circle(float(rng.uniform(0, 330)), float(rng.uniform(0, 330)), float(rng.uniform(0.6, 1.8)),
                 pick(rng, ("#d9b04a", "#c39a3a", "#6f5522", "#e8c966")))
    c.poly([*smooth([(-10, 286), (70, 270), (170, 280), (260, 266), (340, 286)]), (340, 340), (-10, 340)],
           "#5f7a3a")
    for _ in range(160):
        c.circle(float(rng.uniform(0, 330)), float(rng.uniform(280, 328)), float(rng.uniform(1.6, 3.6)),
                 pick(rng, ("#d96a8a", "#f0c33f", "#6a5fb0", "#f3ead8", "#c8402f", "#7fae4a")))
    cloak = smooth([(92, 300), (84, 200), (104, 110), (138, 62),
                    (172, 52)]) + smooth([(172, 52), (212, 80), (236, 150), (246, 230), (238, 300)])
    c.poly(cloak, "#e0b13c")
    for _ in range(46):
        x, y = float(rng.uniform(100, 158)), float(rng.uniform(108, 290))
        wide, tall = float(rng.uniform(5, 10)), float(rng.uniform(10, 20))
        c.rect(x, y, x + wide, y + tall, pick(rng, ("#1d1a16", "#f6ecd0", "#8f8a80", "#c9952a", "#f3cf63")))
    c.poly(smooth([(166, 118), (162, 200), (170, 300)]) + smooth([(238, 300), (242, 220), (222, 140),
                                                                  (206, 118)]), "#d99a35")
    for _ in range(30):
        x, y = float(rng.uniform(178, 226)), float(rng.uniform(140, 288))
        radius = float(rng.uniform(5, 10))
        c.circle(x, y, radius, pick(rng, ("#c8402f", "#6a5fb0", "#2f7a8a", "#d96a8a")))
        c.circle(x, y, radius * 0.6, pick(rng, ("#f3cf63", "#f6ecd0")))
        c.circle(x, y, radius * 0.28, pick(rng, ("#c8402f", "#2d4f92")))
    c.blob([(134, 66), (160, 44), (184, 54), (184, 82), (160, 96), (138, 90)], "#2a1d16")
    c.blob([(158, 74), (178, 68), (188, 84), (180, 100), (162, 96)], "#d9a679")
    c.blob([(168, 92), (192, 76), (212, 86), (210, 110), (190, 122), (170, 114)], "#f3d9bd")
    c.blob([(188, 70), (214, 72), (224, 96), (216, 118), (206, 104), (202, 86)], "#a85a2a")
    for x, y in ((206, 76), (216, 88), (218, 104), (198, 72), (150, 52), (166, 48), (140, 66)):
        c.circle(x, y, 3.2, pick(rng, ("#f3cf63", "#6a9ac8", "#e58aa0", "#f6ecd0")))
    c.curve([(176, 98), (181, 101), (186, 98)], "#7a4a36", 1.6)
    c.curve([(192, 98), (197, 101), (202, 98)], "#7a4a36", 1.6)
    c.curve([(186, 112), (190, 113), (194, 111)], "#c0504a", 2)
    c.curve([(150, 128), (160, 110), (176, 106)], "#e0b089", 9)
    c.curve([(214, 132), (204, 120), (196, 116)], "#f3d9bd", 8)
    for x in range(176, 240, 12):
        c.line([(x, 296), (x + float(rng.uniform(-6, 6)), 318)], "#e0b13c", 3)


def sunrise(c: Canvas, rng: Rng) -> None:
    c.gradient("#8fa3ac", "#c9a58a", y1=150)
    c.gradient("#8c9a9c", "#5d7a86", y0=148)
    for _ in range(320):
        y = float(rng.uniform(0, 150))
        x = float(rng.uniform(0, 400))
        c.curve([(x - 18, y), (x, y - 3), (x + 20, y + 2)],
                pick(rng, ("#a9b4b4", "#d9b293", "#7f98a6", "#e0a880", "#94a8b0")) + "77", 5)
    for x, tall in ((24, 60), (60, 84), (110, 52), (150, 70), (236, 48), (330, 64), (372, 88)):
        c.rect(x - 1.5, 154 - tall, x + 1.5, 156, "#5f7880aa")
        c.line([(x - 16, 154 - tall * 0.5), (x + 16, 154 - tall * 0.6)], "#5f7880aa", 1.4)
        c.rect(x - 22, 146, x + 26, 158, "#64808aaa", 4)
    c.circle(250, 98, 17, "#e8582a")
    for i in range(15):
        y = 160 + i * 9
        c.curve([(250 - 9 - i * 0.9 + float(rng.uniform(-7, 7)), y), (250 + float(rng.uniform(-4, 4)), y + 2),
                 (262 + i + float(rng.uniform(-7, 7)), y)], "#ee7a3f", 4)
    for _ in range(230):
        x, y = float(rng.uniform(0, 400)), float(rng.uniform(160, 308))
        size = 6 + (y - 150) * 0.1
        c.curve([(x - size, y), (x, y + 2), (x + size, y)],
                pick(rng, ("#4a6674", "#6f8f98", "#87a3a6", "#3d5866")), 2.2)
    for x, y, size in ((150, 226, 1.2), (92, 188, 0.75), (56, 172, 0.5)):
        c.poly(smooth([(x - 38 * size, y - 4 * size), (x - 20 * size, y + 9 * size),
                       (x + 22 * size, y + 9 * size), (x + 42 * size, y - 5 * size)]), "#24384a")
        for dx in (-6, 14):
            c.rect(x + (dx - 4) * size, y - 24 * size, x + (dx + 4) * size, y + 2 * size, "#24384a", 3)
            c.circle(x + dx * size, y - 28 * size, 4.6 * size, "#24384a")
        c.line([(x + 14 * size, y - 14 * size), (x + 48 * size, y + 12 * size)], "#24384a", 2)
