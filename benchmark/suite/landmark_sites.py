"""Bridges, ruins and mountains among the landmarks, drawn on 480 by 360 units."""

from __future__ import annotations

import itertools

import numpy as np

from benchmark.suite.backdrops import NIGHT, Light, cloud, hills, palm, sky, water
from benchmark.suite.canvas import Canvas, darker, lighter, ring, smooth

Rng = np.random.Generator


def pyramids(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 270)
    c.gradient(light.on("#ecc98c"), light.on("#d8a862"), y0=250)
    stone = light.on("#e3bd7d")
    for apex, half, height in ((352, 92, 118), (214, 140, 178), (84, 62, 76)):
        base = 282
        c.poly([(apex - half, base), (apex, base - height), (apex + half, base)], stone)
        c.poly([(apex + half * 0.24, base + 12), (apex, base - height), (apex + half, base)], darker(stone, 0.26))
        c.poly([(apex - half, base), (apex + half * 0.24, base + 12), (apex + half * 0.24, base)], stone)
        for row in range(1, 12):
            y = base - height * row / 12
            c.line([(apex - half * (1 - row / 12), y), (apex + half * 0.24 * (1 - row / 12), y + 3)],
                   darker(stone, 0.12), 1)
    hills(c, rng, 318, 24, light.on("#e2b672"), 4)
    for i in range(3):
        x, y, dark = 110 + i * 56, 322, light.on("#5b3d28")
        c.ellipse(x, y - 22, 15, 8, dark)
        c.circle(x - 2, y - 30, 7, dark)
        c.curve([(x + 12, y - 22), (x + 20, y - 26), (x + 22, y - 38)], dark, 4)
        c.ellipse(x + 26, y - 39, 6, 3.5, dark)
        for dx in (-10, -5, 7, 11):
            c.line([(x + dx, y - 18), (x + dx, y)], dark, 2.2)
    palm(c, 418, 346, 0.8, light.on("#4d7f45"))


def golden_gate(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 250)
    hills(c, rng, 250, 70, light.on("#7f9b84", 0.35), 4)
    water(c, rng, 244, light.on("#5d9ab5"))
    red, deck = light.on("#d2492a"), 214
    def cable(x0: float, x1: float, y0: float, low: float, y1: float) -> list[tuple[float, float]]:
        return [(x0 + (x1 - x0) * t, y0 * (1 - t) + y1 * t - 4 * t * (1 - t) * ((y0 + y1) / 2 - low))
                for t in np.linspace(0, 1, 40)]
    for points in (cable(130, 350, 62, 200, 62), cable(-60, 130, 190, 176, 62), cable(350, 540, 62, 176, 190)):
        c.line(points, red, 3.4)
        for x, y in points[::2]:
            c.line([(x, y), (x, deck)], red, 1)
    c.rect(-5, deck - 3, 485, deck + 7, red)
    c.rect(-5, deck + 7, 485, deck + 10, darker(red, 0.35))
    for x in (130, 350):
        for dx in (-15, 9):
            c.rect(x + dx, 56, x + dx + 7, 292, red)
            c.rect(x + dx + 5, 56, x + dx + 7, 292, darker(red, 0.25))
        for y in (58, 98, 140, 180):
            c.rect(x - 15, y, x + 16, y + 9, darker(red, 0.1))
        c.rect(x - 26, 286, x + 26, 302, light.on("#b7ada0"), 4)
    c.poly([*smooth([(-20, 300), (30, 258), (80, 296), (110, 330)]), (110, 380), (-20, 380)], light.on("#5f7a55"))
    for x, y, size in ((40, 206, 1.3), (250, 252, 1.5), (430, 236, 1.2)):
        c.rect(x - 60 * size, y, x + 60 * size, y + 12 * size, "#ffffff77", 6 * size)


def sydney_opera(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 262)
    arch = light.on("#6c7a86", 0.35)
    c.arc(350, 232, 130, 92, 180, 360, arch, 5)
    c.arc(350, 244, 130, 86, 184, 356, arch, 3)
    for x in range(232, 470, 15):
        y = 232 - 92 * (1 - ((x - 350) / 130) ** 2) ** 0.5 if abs(x - 350) < 130 else 232
        c.line([(x, y), (x, 240)], arch, 1.4)
    c.rect(210, 236, 490, 242, arch)
    water(c, rng, 256, light.on("#4f93b8"))
    c.poly([(36, 286), (60, 252), (420, 252), (446, 286)], light.on("#b98f6c"))
    c.rect(60, 240, 420, 254, light.on("#d9b08a"))
    def shell(x: float, size: float, flip: int) -> None:
        tip = (x + flip * 62 * size, 242 - 118 * size)
        outer = smooth([(x - flip * 26 * size, 242), (x - flip * 4 * size, 242 - 62 * size), tip])
        inner = smooth([tip, (x + flip * 38 * size, 242 - 60 * size), (x + flip * 40 * size, 242)])
        c.poly([*outer, *inner], light.on("#f8f3e8"))
        cut = smooth([tip, (x + flip * 38 * size, 242 - 60 * size), (x + flip * 40 * size, 242)])
        edge = smooth([(x + flip * 14 * size, 242), (x + flip * 26 * size, 242 - 62 * size), tip])
        c.poly([*edge, *cut], light.on("#cfc5b4"))
        c.line(outer, light.on("#d8cfbe"), 1.6)
    for x, size, flip in ((118, 0.62, -1), (150, 1.0, 1), (212, 1.28, 1), (284, 1.05, 1), (350, 0.68, 1),
                          (392, 0.45, -1)):
        shell(x, size, flip)
    for x in range(70, 416, 13):
        c.rect(x, 258, x + 7, 270, light.on("#6f5947") if light is not NIGHT else "#ffd67a")
    for x, y in ((90, 326), (396, 318)):
        c.poly([(x - 20, y), (x + 20, y), (x + 13, y + 8), (x - 13, y + 8)], light.on("#fbfbf6"))
        c.poly([(x, y - 4), (x, y - 36), (x + 18, y - 4)], light.on("#fbfbf6"))


def stonehenge(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 230)
    hills(c, rng, 236, 20, light.on("#8fae7c", 0.3), 3)
    c.gradient(light.on("#8fb564"), light.on("#6c9848"), y0=228)
    def stone(x: float, y: float, wide: float, tall: float, tone: str) -> None:
        lean = float(rng.uniform(-3, 3))
        c.ellipse(x + wide / 2, y, wide * 0.7, 5, "#1d2b1a55")
        c.blob([(x, y), (x + lean, y - tall * 0.5), (x + 2 + lean, y - tall + 3), (x + wide / 2, y - tall),
                (x + wide - 2 + lean, y - tall + 2),
                (x + wide + lean, y - tall * 0.5), (x + wide, y)], tone)
        c.blob([(x + wide * 0.6, y - 2), (x + wide * 0.64, y - tall * 0.5), (x + wide * 0.62, y - tall + 6),
                (x + wide - 3, y - tall + 6), (x + wide - 1, y - 3)], darker(tone, 0.2))
    def lintel(x0: float, x1: float, y: float, tone: str) -> None:
        c.blob([(x0, y), (x0 + 2, y - 15), ((x0 + x1) / 2, y - 18), (x1 - 2, y - 15), (x1, y), ((x0 + x1) / 2, y + 2)],
               tone)
        c.line([(x0 + 5, y - 2), (x1 - 5, y - 2)], darker(tone, 0.25), 3)
    far = light.on("#a5a39d", 0.25)
    for x in (96, 138, 180, 262, 304, 346):
        stone(x, 250, 20, 66, far)
    for x0, x1 in ((92, 162), (176, 206), (258, 328)):
        lintel(x0, x1, 188, far)
    near = light.on("#8e8c88")
    for x in (44, 92, 196, 252, 356, 404):
        stone(x, 306, 30, 118, near)
    for x0, x1 in ((38, 128), (190, 288), (350, 440)):
        lintel(x0, x1, 194, lighter(near, 0.08))
    stone(146, 322, 26, 40, near)
    stone(312, 330, 36, 24, near)
    for _ in range(60):
        x, y = float(rng.uniform(0, 480)), float(rng.uniform(300, 358))
        c.line([(x, y), (x + 2, y - 6)], light.on("#557f38"), 1.2)


def great_wall(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 250)
    for base, height, colour, haze in ((190, 90, "#6f9a8a", 0.55), (236, 90, "#5f9068", 0.32)):
        hills(c, rng, base, height, light.on(colour, haze), 5)
    c.poly([*smooth([(-20, 250), (60, 214), (140, 236), (220, 206), (300, 172), (380, 196), (500, 150)]), (500, 400),
            (-20, 400)], light.on("#4f8a54"))
    stone, walk = light.on("#c9b491"), light.on("#e2d2b3")
    path = smooth([(92, 372), (150, 318), (236, 292), (250, 258), (196, 236), (206, 210), (290, 186), (322, 170),
                   (392, 186), (440, 160), (500, 140)], steps=20)
    widths = np.linspace(46, 7, len(path))
    def band(offset: float, tall: float) -> list[tuple[float, float]]:
        upper = [(x, y - w * offset) for (x, y), w in zip(path, widths, strict=True)]
        lower = [(x, y + w * tall) for (x, y), w in zip(path, widths, strict=True)]
        return upper + lower[::-1]
    c.poly(band(0.3, 0.9), darker(stone, 0.14))
    c.poly(band(0.3, 0.3), walk)
    for k in range(0, len(path) - 3, 3):
        (x, y), w = path[k], widths[k]
        for edge in (-0.34, 0.28):
            c.rect(x - w * 0.1, y + w * edge - w * 0.2, x + w * 0.1, y + w * edge + w * 0.05, stone)
    def tower(x: float, y: float, size: float) -> None:
        c.poly([(x - 30 * size, y), (x - 27 * size, y - 52 * size), (x + 27 * size, y - 52 * size), (x + 30 * size, y)],
               stone)
        c.poly([(x + 8 * size, y), (x + 8 * size, y - 52 * size), (x + 27 * size, y - 52 * size), (x + 30 * size, y)],
               darker(stone, 0.18))
        for i in range(6):
            left = x - 29 * size + i * 10.4 * size
            c.rect(left, y - 61 * size, left + 6.5 * size, y - 50 * size, stone)
        for dx in (-17, -2, 15):
            c.poly([(x + (dx - 4) * size, y - 20 * size), (x + (dx - 4) * size, y - 32 * size),
                    (x + dx * size, y - 37 * size),
                    (x + (dx + 4) * size, y - 32 * size), (x + (dx + 4) * size, y - 20 * size)], light.on("#5b4a3a"))
    for x, y, size in ((440, 168, 0.4), (322, 182, 0.58), (206, 226, 0.85), (140, 338, 1.5)):
        tower(x, y, size)
    for _ in range(26):
        x, y = float(rng.uniform(250, 480)), float(rng.uniform(250, 350))
        c.circle(x, y, float(rng.uniform(6, 13)), light.on("#3f7746" if rng.random() < 0.6 else "#5f9a55"))


def colosseum(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 300)
    c.gradient(light.on("#d9c9a6"), light.on("#c4b083"), y0=292)
    stone, dark = light.on("#dcb98a"), light.on("#7a5638") if light is not NIGHT else "#ffc66b"
    def tier(y: float, tall: float, left: float, right: float, bulge: float) -> None:
        n = 24
        span = np.linspace(0, np.pi, n + 1)
        xs = [240 - 190 * np.cos(a) for a in span]
        drop = lambda x: bulge * (1 - ((x - 240) / 190) ** 2)  # noqa: E731
        keep = [x for x in np.linspace(left, right, 60)]
        c.poly([(x, y + drop(x)) for x in keep] + [(x, y + tall + drop(x)) for x in keep[::-1]], stone)
        c.line([(x, y + 2 + drop(x)) for x in keep], lighter(stone, 0.3), 3)
        for a, b in itertools.pairwise(xs):
            if a < left - 1 or b > right + 1:
                continue
            gap = (b - a) * 0.2
            middle, wide = (a + b) / 2, (b - a) / 2 - gap
            if wide < 1.4:
                continue
            low, high = y + tall - 3 + drop(middle), y + 12 + drop(middle)
            c.poly([(middle - wide, low), (middle - wide, high + wide),
                    *ring(middle, high + wide, wide, wide, 180, 360, 10), (middle + wide, low)], dark)
    c.poly([(60, 170), *[(x, 170 - 16 * (1 - ((x - 240) / 190) ** 2)) for x in range(60, 430, 10)], (430, 190),
            (430, 240), (60, 240)], darker(stone, 0.3))
    tier(90, 44, 52, 268, 22)
    for x in range(64, 262, 22):
        y = 110 + 22 * (1 - ((x - 240) / 190) ** 2)
        c.rect(x, y, x + 8, y + 13, dark)
    c.rect(52, 108, 268, 108.5, stone)
    tier(134, 50, 50, 300, 24)
    tier(184, 54, 50, 430, 26)
    tier(238, 58, 50, 430, 28)
    c.poly([(268, 110), (282, 118), (290, 148), (304, 158), (300, 184), (262, 184), (262, 112)], stone)
    for x, y in ((30, 330), (452, 326)):
        c.rect(x - 3, y - 60, x + 3, y, light.on("#6b4a33"))
        c.ellipse(x, y - 74, 30, 20, light.on("#4d7a48"))


def fuji(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 240)
    blue = light.on("#5c78a8", 0.15)
    left = smooth([(10, 246), (110, 190), (176, 116), (214, 66)])
    right = smooth([(266, 66), (304, 116), (370, 190), (480, 246)])
    c.poly([*left, (226, 62), (240, 66), (252, 61), *right], blue)
    snow = [(176, 116), *smooth([(176, 116), (200, 86), (214, 66)]), (226, 62), (240, 66), (252, 61),
            *smooth([(266, 66), (282, 88), (304, 116)])]
    c.poly([*snow, (292, 126), (280, 112), (268, 142), (254, 118), (242, 148), (228, 120), (214, 140), (202, 114),
            (188, 128)], light.on("#ffffff"))
    cloud(c, 120, 186, 1.0, light)
    cloud(c, 372, 172, 0.9, light)
    hills(c, rng, 250, 18, light.on("#54805e", 0.15), 7)
    water(c, rng, 246, light.on("#6fa3c4"))
    c.poly([(96, 250), (226, 322), (254, 322), (384, 250)], "#ffffff2e")
    wood = light.on("#5a3d33")
    c.curve([(500, 60), (440, 70), (380, 52), (330, 64)], wood, 6)
    c.curve([(440, 70), (410, 96), (372, 104)], wood, 4)
    c.curve([(-20, 40), (40, 56), (96, 40), (140, 54)], wood, 6)
    for _ in range(110):
        side = rng.random() < 0.55
        x = float(rng.uniform(326, 480) if side else rng.uniform(0, 146))
        y = float(rng.normal(72 if side else 48, 16))
        c.circle(x, y, float(rng.uniform(3, 7.5)), light.on(("#f7b6c8", "#f9cfda", "#ef94ae")[int(rng.integers(3))]))


def parthenon(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 300)
    hills(c, rng, 292, 30, light.on("#9db3a4", 0.4), 4)
    c.poly([(-10, 360), (-10, 316), (40, 296), (440, 296), (490, 318), (490, 360)], light.on("#bfae93"))
    for _ in range(18):
        x, y = float(rng.uniform(0, 470)), float(rng.uniform(314, 352))
        c.line([(x, y), (x + float(rng.uniform(8, 26)), y + float(rng.uniform(-3, 3)))], light.on("#a39276"), 1.6)
    marble, shade = light.on("#f3e4c6"), light.on("#c3ab85")
    for i in range(3):
        c.rect(52 - 6 * i, 276 + i * 8, 428 + 6 * i, 284 + i * 8, darker(marble, 0.06 * i))
    c.rect(76, 142, 404, 276, light.on("#7d6a58") if light is not NIGHT else "#e0a458")
    for i in range(8):
        x = 78 + i * 46.3
        c.poly([(x - 12, 276), (x - 9.5, 152), (x + 9.5, 152), (x + 12, 276)], marble)
        c.poly([(x + 4, 276), (x + 3, 152), (x + 9.5, 152), (x + 12, 276)], shade)
        for dx in (-6, -1):
            c.line([(x + dx, 272), (x + dx * 0.8, 156)], darker(marble, 0.1), 1)
        c.rect(x - 14, 144, x + 14, 153, lighter(marble, 0.2), 2)
    c.rect(56, 124, 424, 145, marble)
    for i in range(22):
        c.rect(64 + i * 16.4, 126, 70 + i * 16.4, 142, shade)
    c.poly([(48, 122), (240, 54), (432, 122)], marble)
    c.poly([(92, 116), (240, 66), (388, 116)], shade)
    for i in range(-5, 6):
        c.ellipse(240 + i * 22, 110 - (5 - abs(i)) * 2.6, 5, 6 + (5 - abs(i)) * 2.4, light.on("#e6d2aa"))
    c.rect(44, 118, 436, 126, lighter(marble, 0.2))
    for x in (26, 456):
        c.ellipse(x, 288, 7, 34, light.on("#4f7350"))
