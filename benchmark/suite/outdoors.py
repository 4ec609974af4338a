"""Landscapes on 480 by 360 units."""

from __future__ import annotations

import numpy as np

from benchmark.suite.backdrops import NIGHT, Light, cloud, fir, hills, palm, sky, tree, water
from benchmark.suite.canvas import Canvas, darker, lighter, mix, ring, smooth
from benchmark.suite.items import pick

Rng = np.random.Generator


def beach(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 170)
    water(c, rng, 166, light.on("#3f9fc6"), 256)
    shore = smooth([(-30, 268), (60, 246), (170, 252), (280, 238), (390, 246), (520, 226)])
    c.poly([*[(x, y - 7) for x, y in shore], (520, 360), (-30, 360)], light.on("#f7fbf7"))
    c.poly([*shore, (520, 400), (-30, 400)], light.on("#f3d9a4"))
    for _ in range(70):
        c.circle(float(rng.uniform(0, 480)), float(rng.uniform(268, 358)), 1, light.on("#d9b877"))
    first = pick(rng, ("#e4572e", "#2e86ab", "#d64f7f"))
    x = float(rng.uniform(120, 200))
    c.line([(x, 180), (x + 14, 310)], light.on("#f6f3ea"), 4)
    dome = ring(x, 190, 74, 58, 180, 360, 30)
    c.poly(dome, light.on(first))
    for k in range(0, 30, 10):
        c.poly([(x, 132), dome[k + 3], dome[k + 7]], light.on("#fff6e4"))
    c.ellipse(x + 36, 318, 60, 8, "#8a6a3c44")
    c.poly([(x + 8, 306), (x + 96, 306), (x + 104, 318), (x + 4, 318)], light.on(lighter(first, 0.35)))
    for i in range(4):
        c.poly([(x + 14 + i * 22, 306), (x + 24 + i * 22, 306), (x + 26 + i * 22, 318), (x + 14 + i * 22, 318)],
               light.on("#fff6e4"))
    palm(c, 394, 312, 1.5, light.on("#3f8a4f"))
    c.circle(300, 318, 16, light.on("#fff6e4"))
    for start in (0, 120, 240):
        c.pie(300, 318, 16, start, start + 60, light.on(first))
    c.poly([(330, 196), (330, 168), (352, 194)], light.on("#ffffff"))
    c.poly([(318, 198), (360, 198), (352, 206), (326, 206)], light.on("#b5553c"))


def forest(c: Canvas, rng: Rng, light: Light) -> None:
    c.gradient(light.on("#cfe8c4"), light.on("#8fbf86"), y1=300)
    for layer, (shade, base, count) in enumerate((("#a5cfa2", 232, 17), ("#79b07b", 262, 13), ("#4f8f5f", 292, 9))):
        for i in range(count):
            x = (i + float(rng.uniform(0.2, 0.8))) * 480 / count
            size = 1.35 + 0.45 * layer + float(rng.uniform(-0.15, 0.2))
            tone = light.on(mix(shade, "#2f5d44", float(rng.uniform(0, 0.28))))
            if rng.random() < 0.6:
                fir(c, x, base, size * 1.25, tone)
            else:
                tree(c, x, base, size * 1.3, tone)
    c.poly([*smooth([(-20, 300), (120, 288), (260, 296), (400, 286), (520, 300)]), (520, 400), (-20, 400)],
           light.on("#4c7f48"))
    c.poly([*smooth([(160, 372), (196, 330), (236, 306), (226, 288)]),
            *smooth([(244, 288), (268, 308), (270, 334), (300, 372)])], light.on("#c7a97c"))
    for x in (24, 452):
        wide = float(rng.uniform(26, 36))
        c.poly(smooth([(x - wide * 0.8, 380), (x - wide * 0.5, 300), (x - wide * 0.5, -20)])
               + smooth([(x + wide * 0.5, -20), (x + wide * 0.5, 300), (x + wide * 0.9, 380)]), light.on("#5d4433"))
        for _ in range(7):
            y = float(rng.uniform(20, 300))
            c.line([(x - 6, y), (x - 4, y + 26)], light.on("#4a3527"), 2)
    for _ in range(8):
        x, y = float(rng.uniform(60, 420)), float(rng.uniform(318, 350))
        c.rect(x - 3, y - 10, x + 3, y, light.on("#f3e9d6"), 2)
        c.pie(x, y - 8, 10, 180, 360, light.on("#c9402f"))
        c.circle(x - 3, y - 12, 1.6, "#ffffff")
        c.circle(x + 4, y - 11, 1.4, "#ffffff")
    for _ in range(60):
        x, y = float(rng.uniform(0, 480)), float(rng.uniform(306, 358))
        c.line([(x, y), (x + float(rng.uniform(-3, 3)), y - 8)], light.on("#3b6a3c"), 1.6)


def desert(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 230)
    for x, wide, tall in ((90, 80, 74), (360, 110, 58)):
        c.poly([(x - wide, 232), (x - wide * 0.7, 232 - tall), (x + wide * 0.6, 232 - tall), (x + wide, 232)],
               light.on("#c9744a", 0.3))
        c.poly([(x + wide * 0.2, 232), (x + wide * 0.3, 232 - tall), (x + wide * 0.6, 232 - tall), (x + wide, 232)],
               light.on("#a95c3b", 0.3))
    c.rect(0, 226, 480, 360, light.on("#e7b56c"))
    for base, tone in ((262, "#eec07a"), (300, "#e0a659"), (340, "#d1934a")):
        points = smooth([(-30, base), (70, base - float(rng.uniform(8, 34))), (190, base + 6),
                         (300, base - float(rng.uniform(10, 36))), (410, base + 2), (520, base - 20)])
        c.poly([*points, (520, 400), (-30, 400)], light.on(tone))
        c.line(points, light.on(lighter(tone, 0.25)), 1.6)
    def cactus(x: float, y: float, size: float) -> None:
        green = light.on("#4f8a57")
        c.line([(x, y), (x, y - 96 * size)], green, 20 * size)
        c.line([(x, y - 40 * size), (x - 30 * size, y - 40 * size), (x - 30 * size, y - 72 * size)], green, 13 * size)
        c.line([(x, y - 54 * size), (x + 28 * size, y - 54 * size), (x + 28 * size, y - 84 * size)], green, 13 * size)
        for dx in (-4, 3):
            c.line([(x + dx * size, y - 6), (x + dx * size, y - 92 * size)], darker(green, 0.18), 1.4)
    cactus(float(rng.uniform(80, 140)), 338, 1.35)
    cactus(float(rng.uniform(330, 390)), 306, 0.85)
    cactus(236, 276, 0.45)
    c.ellipse(420, 346, 30, 12, light.on("#a9744a"))
    c.ellipse(392, 350, 16, 8, light.on("#94623d"))


def snowy_mountain(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 260)
    for x, top, half, haze in ((70, 130, 150, 0.45), (420, 110, 170, 0.4), (246, 44, 210, 0.0)):
        rock = light.on("#6b7a94", haze)
        c.poly([(x - half, 300), (x - half * 0.4, (top + 300) / 2 - 20), (x, top),
                (x + half * 0.36, (top + 300) / 2 - 34), (x + half, 300)], rock)
        c.poly([(x, top), (x + half * 0.36, (top + 300) / 2 - 34), (x + half, 300), (x + half * 0.1, 300),
                (x + half * 0.12, top + 90)], darker(rock, 0.16))
        k = half / 210
        c.poly([(x, top), (x - 42 * k, top + 62 * k), (x - 66 * k, top + 108 * k), (x - 34 * k, top + 92 * k),
                (x - 16 * k, top + 124 * k), (x + 6 * k, top + 86 * k),
                (x + 26 * k, top + 116 * k), (x + 44 * k, top + 84 * k), (x + 62 * k, top + 92 * k),
                (x + 36 * k, top + 44 * k)], light.on("#ffffff"))
    c.poly([*smooth([(-30, 286), (90, 262), (210, 284), (340, 262), (510, 280)]), (510, 400), (-30, 400)],
           light.on("#f4f8fc"))
    c.poly([*smooth([(-30, 336), (120, 318), (280, 336), (520, 308)]), (520, 400), (-30, 400)], light.on("#e0eaf4"))
    for _ in range(11):
        x, y = float(rng.uniform(0, 480)), float(rng.uniform(290, 334))
        if abs(x - 330) < 56:
            continue
        fir(c, x, y, 0.95, light.on("#3f6a5c"))
        c.poly([(x - 8, y - 50), (x, y - 76), (x + 8, y - 50)], light.on("#ffffff"))
    c.rect(302, 272, 362, 312, light.on("#8a5a3a"))
    c.poly([(290, 276), (332, 240), (374, 276)], light.on("#ffffff"))
    c.rect(322, 286, 340, 312, light.on("#5d3a26"))
    c.rect(346, 284, 358, 296, "#ffd67a")
    for _ in range(60):
        c.circle(float(rng.uniform(0, 480)), float(rng.uniform(0, 340)), float(rng.uniform(1, 2.2)), "#ffffff")


def harbour(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 200)
    for i, colour in enumerate(("#e9b872", "#d9705a", "#8fb8c9", "#f1e0c0", "#b7cf9a", "#e39aa0", "#f0c977",
                                "#a3b8d6")):
        x, tall = i * 61 - 6, float(rng.uniform(62, 96))
        c.rect(x, 214 - tall, x + 58, 216, light.on(colour))
        c.poly([(x - 3, 214 - tall), (x + 29, 190 - tall), (x + 61, 214 - tall)], light.on("#a5513f"))
        for dx in (12, 36):
            for y in range(int(224 - tall), 196, 26):
                c.rect(x + dx, y, x + dx + 11, y + 14, light.on("#6b7f8f") if light is not NIGHT else "#ffd98a")
    c.rect(0, 212, 480, 228, light.on("#a89a88"))
    water(c, rng, 226, light.on("#4288a8"))
    def boat(x: float, y: float, size: float, hull: str, sail: bool) -> None:
        c.poly(smooth([(x - 54 * size, y - 16 * size), (x - 40 * size, y + 8 * size), (x, y + 14 * size),
                       (x + 40 * size, y + 6 * size), (x + 62 * size, y - 22 * size)]), light.on(hull))
        c.line([(x - 54 * size, y - 15 * size), (x + 61 * size, y - 20 * size)], light.on("#fff8ea"), 3 * size)
        c.line([(x, y - 16 * size), (x, y - 110 * size)], light.on("#6b4a33"), 3.4 * size)
        if sail:
            c.poly([(x + 4 * size, y - 104 * size), (x + 4 * size, y - 26 * size), (x + 48 * size, y - 26 * size)],
                   light.on("#fffaf0"))
            c.poly([(x - 4 * size, y - 92 * size), (x - 4 * size, y - 26 * size), (x - 36 * size, y - 26 * size)],
                   light.on("#f0e3cb"))
        else:
            c.rect(x - 36 * size, y - 44 * size, x - 6 * size, y - 16 * size, light.on("#fff8ea"), 2)
            c.rect(x - 30 * size, y - 38 * size, x - 14 * size, y - 26 * size, light.on("#5d7f94"))
            c.line([(x, y - 96 * size), (x + 40 * size, y - 24 * size)], light.on("#6b4a33"), 1.6)
    boat(96, 262, 0.8, "#2f5d8a", True)
    boat(396, 264, 0.8, "#3f7d57", False)
    boat(240, 312, 1.15, pick(rng, ("#b5392f", "#24506e", "#c27a2a")), bool(rng.random() < 0.5))
    for x in (20, 456):
        c.rect(x - 7, 296, x + 7, 360, light.on("#6b4f3a"), 3)
        c.rect(x - 9, 292, x + 9, 300, light.on("#866449"), 3)
    c.rect(418, 96, 440, 212, light.on("#fdf6ea"))
    for y in (116, 156, 196):
        c.rect(418, y, 440, y + 16, light.on("#c8402f"))
    c.rect(414, 90, 444, 98, light.on("#4a4a55"))
    c.rect(421, 74, 437, 92, "#ffe28a")
    c.poly([(416, 76), (429, 60), (442, 76)], light.on("#c8402f"))


def farm(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 220)
    hills(c, rng, 226, 40, light.on("#8fb47a", 0.25), 4)
    c.rect(0, 220, 480, 360, light.on("#a9c468"))
    for i in range(12):
        c.poly([(250 + i * 7, 240), (254 + i * 7, 240), (210 + i * 46, 360), (186 + i * 46, 360)],
               light.on("#d9b84a" if i % 2 else "#b99436"))
    red = light.on("#b8382f")
    c.rect(70, 150, 190, 252, red)
    c.poly([(58, 152), (84, 112), (130, 92), (176, 112), (202, 152)], light.on("#6b4038"))
    c.poly([(72, 152), (92, 120), (130, 104), (168, 120), (188, 152)], red)
    c.rect(104, 186, 156, 252, light.on("#f6efe2"))
    c.rect(108, 190, 152, 252, darker(red, 0.2))
    c.line([(108, 190), (152, 252)], light.on("#f6efe2"), 4)
    c.line([(152, 190), (108, 252)], light.on("#f6efe2"), 4)
    c.rect(118, 126, 142, 148, light.on("#f6efe2"))
    c.rect(204, 124, 242, 252, light.on("#c3c9cd"))
    c.pie(223, 126, 19, 180, 360, light.on("#9aa3aa"))
    for y in range(140, 250, 18):
        c.rect(204, y, 242, y + 1.4, light.on("#a6adb3"))
    for x in range(-10, 240, 34):
        c.rect(x, 296, x + 6, 334, light.on("#f3ead8"))
    for y in (304, 318):
        c.rect(-10, y, 226, y + 5, light.on("#f3ead8"))
    def cow(x: float, y: float) -> None:
        for dx in (-17, -9, 10, 18):
            c.rect(x + dx - 2, y - 12, x + dx + 2, y, light.on("#3a3330"))
        c.rect(x - 24, y - 34, x + 24, y - 10, light.on("#faf6ee"), 9)
        c.ellipse(x - 8, y - 24, 9, 7, light.on("#2f2a28"))
        c.ellipse(x + 14, y - 27, 6, 5, light.on("#2f2a28"))
        c.rect(x + 20, y - 44, x + 38, y - 26, light.on("#faf6ee"), 6)
        c.rect(x + 30, y - 35, x + 40, y - 26, light.on("#e8a9a0"), 4)
        c.poly([(x + 20, y - 42), (x + 13, y - 38), (x + 21, y - 36)], light.on("#2f2a28"))
        c.circle(x + 29, y - 38, 1.5, "#1c1c20")
    cow(70, 288)
    cow(160, 294)
    x = float(rng.uniform(340, 400))
    green = light.on(pick(rng, ("#2f7d4a", "#c94a2f", "#2d6aa8")))
    c.rect(x - 10, 226, x + 50, 256, green, 4)
    c.rect(x - 40, 196, x + 4, 252, green, 3)
    c.rect(x - 34, 202, x - 2, 226, light.on("#cfe3ea"))
    c.rect(x + 34, 204, x + 39, 228, light.on("#3a3a40"))
    for dx, radius in ((-20, 28), (42, 17)):
        c.circle(x + dx, 274 - radius, radius, "#26262c")
        c.circle(x + dx, 274 - radius, radius * 0.5, light.on("#e8c33f"))


def waterfall(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 130)
    cloud(c, 240, 40, 1.0, light)
    rock, dark = light.on("#857a72"), light.on("#665c56")
    c.poly([(-10, 360), (-10, 74), (60, 62), (130, 76), (170, 70), (184, 90), (190, 310), (120, 360)], rock)
    c.poly([(490, 360), (490, 60), (420, 70), (350, 58), (306, 72), (294, 92), (288, 310), (360, 360)], rock)
    for _ in range(30):
        x = float(rng.uniform(0, 160) if rng.random() < 0.5 else rng.uniform(310, 470))
        y, wide = float(rng.uniform(96, 300)), float(rng.uniform(12, 36))
        c.poly([(x, y), (x + wide, y - 8), (x + wide + 6, y + 14), (x + 4, y + 20)],
               mix(rock, dark, float(rng.uniform(0.2, 0.9))))
    for x0, x1 in ((-10, 186), (292, 490)):
        for _ in range(16):
            c.circle(float(rng.uniform(x0, x1)), 74 + float(rng.uniform(-8, 10)), float(rng.uniform(9, 17)),
                     light.on("#5f9a4e"))
    c.gradient(light.on("#dff2f8"), light.on("#a9d8ea"), 182, 84, 296, 306)
    for _ in range(46):
        x, y = float(rng.uniform(186, 292)), float(rng.uniform(88, 240))
        c.line([(x, y), (x, y + float(rng.uniform(24, 64)))], "#ffffff" if rng.random() < 0.6 else light.on("#7fc1dc"),
               float(rng.uniform(1, 3)))
    water(c, rng, 302, light.on("#4a9fbf"))
    for _ in range(46):
        c.circle(float(rng.normal(239, 44)), float(rng.normal(304, 8)), float(rng.uniform(6, 16)), "#ffffffaa")
    for x, y, size in ((60, 340, 40), (410, 342, 46), (140, 352, 24), (340, 352, 26)):
        c.ellipse(x, y, size, size * 0.46, dark)
        c.ellipse(x - size * 0.2, y - size * 0.14, size * 0.6, size * 0.2, rock)
