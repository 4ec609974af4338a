"""Streets, halls and shops on 480 by 360 units."""

from __future__ import annotations

import numpy as np

from benchmark.suite.backdrops import NIGHT, Light, sky
from benchmark.suite.canvas import Canvas, Face, darker, lighter, ring
from benchmark.suite.items import pick

Rng = np.random.Generator


def supermarket(c: Canvas, rng: Rng, light: Light) -> None:
    c.gradient("#f6f4ec", "#e2e4e0", y1=220)
    c.gradient("#d9d6cc", "#c2beb2", y0=216)
    for i in range(3):
        c.rect(150 + i * 68, 10 + i * 4, 196 + i * 68, 18 + i * 4, "#fffef4", 3)
    goods = ("#d9453c", "#f0b93a", "#3f8f5f", "#2e7fb0", "#e0793a", "#8a5aa0", "#f4efe2", "#e58aa5")
    def point(side: int, near: float, up: float) -> tuple[float, float]:
        """A point on a shelf wall: near 0 at the far end to 1, up 0 at the floor to 1."""
        x = 178 - 190 * near
        floor, top = 228 + 140 * near, 96 - 90 * near
        return (x if side == 0 else 480 - x, floor + (top - floor) * up)
    for side in (0, 1):
        c.poly([point(side, 0, 0), point(side, 0, 1), point(side, 1, 1), point(side, 1, 0)], "#6d7886")
        for row in range(4):
            low, high = 0.05 + row * 0.235, 0.05 + row * 0.235 + 0.2
            n0 = 0.0
            while n0 < 0.97:
                n1 = min(1.0, n0 + 0.035 + 0.05 * n0)
                up = low + (high - low) * float(rng.uniform(0.65, 0.95))
                colour = pick(rng, goods)
                gap = (n1 - n0) * 0.1
                c.poly([point(side, n0, low), point(side, n0, up), point(side, n1 - gap, up),
                        point(side, n1 - gap, low)], colour)
                middle = low + (up - low) * 0.5
                c.poly([point(side, n0, middle - 0.02), point(side, n0, middle + 0.03),
                        point(side, n1 - gap, middle + 0.03), point(side, n1 - gap, middle - 0.02)],
                        lighter(colour, 0.6))
                n0 = n1
            c.line([point(side, 0, low), point(side, 1, low)], "#f6f6f2", 5)
    c.rect(178, 110, 302, 228, "#9fb3bd")
    for row in range(3):
        for i in range(10):
            c.rect(184 + i * 11.4, 120 + row * 36, 193 + i * 11.4, 146 + row * 36, pick(rng, goods), 2)
        c.rect(178, 147 + row * 36, 302, 151 + row * 36, "#f6f6f2")
    c.rect(176, 52, 304, 88, pick(rng, ("#2f7d4a", "#c43c35", "#2d6aa8")), 5)
    c.text(240, 70, pick(rng, ("FRUIT & BREAD", "SPECIAL OFFER", "FRESH FOOD")), Face.SANS, 15, "#ffffff")
    for x in (196, 284):
        c.line([(x, 30), (x, 52)], "#8f979f", 2)
    c.poly([(190, 262), (300, 262), (284, 314), (204, 314)], "#d9dde0")
    for i in range(8):
        c.line([(196 + i * 14, 262), (208 + i * 10.4, 314)], "#8f979f", 1.6)
    for y in (276, 290, 303):
        c.line([(194, y), (296, y)], "#8f979f", 1.6)
    for x, colour in ((214, "#3f8f5f"), (238, "#e0793a"), (262, "#d9453c"), (282, "#f0b93a")):
        c.circle(x, 256, 14, colour)
    c.line([(180, 244), (190, 262), (206, 330), (286, 330)], "#5d6670", 4)
    c.line([(172, 244), (192, 244)], "#c43c35", 6)
    for x in (212, 280):
        c.circle(x, 338, 8, "#33383f")


def railway_station(c: Canvas, rng: Rng, light: Light) -> None:
    c.gradient(light.top, light.bottom, y1=220)
    steel = light.on("#56616e")
    for i in range(9):
        x = i * 60
        c.poly([(x - 4, 0), (x + 4, 0), (x + 3, 60), (x - 3, 60)], steel)
    c.poly([(-10, 0), (490, 0), (490, 26), (240, 70), (-10, 26)], light.on("#7b8794"))
    for x in (60, 150, 330, 420):
        c.line([(x, 20), (240 + (x - 240) * 0.8, 62)], steel, 2)
    c.rect(0, 216, 480, 360, light.on("#8d8377"))
    paint = light.on(pick(rng, ("#c43c35", "#2f7a5a", "#2d62a0", "#d98a2a")))
    c.rect(-20, 96, 330, 230, paint, 16)
    c.poly([(300, 96), (372, 128), (396, 186), (396, 230), (300, 230)], paint)
    c.rect(-20, 186, 396, 198, light.on("#f6efe0"))
    c.poly([(322, 112), (360, 130), (376, 166), (322, 166)], light.on("#bfe0ea"))
    for x in (-6, 62, 196, 252):
        c.rect(x, 116, x + 46, 164, light.on("#cfe6ec") if light is not NIGHT else "#ffe3a0", 6)
    c.rect(130, 112, 176, 226, darker(paint, 0.18), 4)
    c.rect(136, 118, 170, 166, light.on("#cfe6ec") if light is not NIGHT else "#ffe3a0", 3)
    c.circle(380, 206, 7, "#fff6c9")
    for x in (20, 90, 210, 280, 350):
        c.circle(x, 240, 14, "#2c3038")
        c.circle(x, 240, 6, "#7b838e")
    for y in (254, 284):
        c.rect(0, y, 480, y + 5, light.on("#b9c0c8"))
    for x in range(-10, 490, 30):
        c.rect(x, 260, x + 14, 284, light.on("#6b5443"))
    c.poly([(0, 296), (480, 296), (480, 360), (0, 360)], light.on("#c9c3b8"))
    c.rect(0, 296, 480, 306, light.on("#f0c640"))
    for x in (44, 436):
        c.rect(x - 6, 20, x + 6, 330, steel)
    c.rect(150, 34, 330, 74, "#1c2b52", 4)
    c.text(240, 54, f"Platform {int(rng.integers(1, 9))}", Face.SANS, 24, "#ffffff")
    c.circle(436, 88, 26, "#fdfaf2", "#2c3038", 5)
    c.line([(436, 88), (436, 72)], "#2c3038", 3)
    c.line([(436, 88), (448, 94)], "#2c3038", 3)
    c.rect(280, 314, 400, 322, light.on("#8d6a48"), 3)
    c.rect(280, 296, 400, 304, light.on("#8d6a48"), 3)
    for x in (294, 386):
        c.rect(x - 3, 296, x + 3, 348, "#3c424b")
    c.rect(96, 306, 140, 346, light.on("#a9653f"), 5)
    c.line(ring(118, 306, 10, 10, 180, 360), "#5d3a26", 3)
    c.rect(104, 306, 108, 346, light.on("#7d4a2e"))
    c.rect(128, 306, 132, 346, light.on("#7d4a2e"))


def stadium(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 140)
    c.poly([(-10, 210), (-10, 92), (90, 70), (390, 70), (490, 92), (490, 210)], light.on("#5d6678"))
    shirts = ("#d9453c", "#f3efe2", "#2f6fb0", "#f0c03f", "#3a3f4d", "#e58a3a")
    for row in range(11):
        y = 88 + row * 11
        for i in range(64):
            x = i * 7.7 + (row % 2) * 3.8
            if y > 70 + abs(x - 240) * 0.06 + 12:
                c.circle(x, y + float(rng.uniform(-1, 1)), 3.3, light.on(pick(rng, shirts)))
    c.rect(0, 206, 480, 224, light.on("#2b3550"))
    for i, name in enumerate(("GOAL", "SPORT", "CUP", "MATCH", "TEAM")):
        c.text(48 + i * 96, 215, name, Face.TALL, 15, ("#ffd23f", "#ffffff")[i % 2])
    for i in range(8):
        y0, y1 = 224 + 136 * (i / 8) ** 1.3, 224 + 136 * ((i + 1) / 8) ** 1.3
        c.rect(0, y0, 480, y1, light.on("#58a54a" if i % 2 else "#4b953f"))
    white = "#f6faf2"
    c.line([(0, 240), (480, 240)], white, 2.4)
    c.line([(96, 240), (44, 300), (436, 300), (384, 240)], white, 2.6)
    c.line([(170, 240), (152, 264), (328, 264), (310, 240)], white, 2.2)
    c.arc(240, 300, 60, 16, 0, 180, white, 2.4)
    for i in range(13):
        c.line([(180 + i * 10, 180), (186 + i * 9, 236)], "#ffffff77", 0.9)
    for i in range(6):
        c.line([(182, 184 + i * 10), (298, 184 + i * 10)], "#ffffff77", 0.9)
    c.line([(178, 242), (178, 178), (302, 178), (302, 242)], "#ffffff", 5)
    c.circle(float(rng.uniform(200, 290)), 322, 13, "#fdfdf8", "#22252c", 1)
    for x in (30, 450):
        c.rect(x - 3, 30, x + 3, 92, light.on("#3a404d"))
        c.rect(x - 24, 12, x + 24, 38, light.on("#3a404d"), 3)
        for dx in (-15, 0, 15):
            for y in (19, 31):
                c.circle(x + dx, y, 4.4, "#fffbe0")
        if light is NIGHT:
            c.glow(x, 24, 90, "#fffbe0", 0.7)


def city_street(c: Canvas, rng: Rng, light: Light) -> None:
    sky(c, rng, light, 300)
    for side in (0, 1):
        for i in range(4):
            near = i / 3
            x0, x1 = (i * 52 - 40, i * 52 + 14) if not side else (480 - i * 52 - 14, 480 - i * 52 + 40)
            top = 20 + 40 * i + float(rng.uniform(0, 26))
            tone = light.on(pick(rng, ("#b5654a", "#8f8f9c", "#c9a37a", "#6f8a99", "#a9828a")), near * 0.3)
            c.rect(x0, top, x1, 310, tone)
            for y in range(int(top) + 12, 270, 26):
                for x in (x0 + 8, x0 + 32):
                    lit = light is NIGHT and rng.random() < 0.7
                    c.rect(x, y, x + 14, y + 15, "#ffd67a" if lit
                           else light.on("#dbe7ec" if light is not NIGHT else "#44506b"))
            if i < 2:
                c.rect(x0, 270, x1, 310, darker(tone, 0.25))
                c.rect(x0 + 4, 258, x1 - 4, 272, light.on(pick(rng, ("#c8402f", "#2f7a68", "#d9932f"))), 2)
    for x, top in ((208, 150), (232, 120), (258, 160)):
        c.rect(x, top, x + 24, 300, light.on("#9aa3b5", 0.5))
    c.poly([(0, 360), (0, 322), (206, 288), (274, 288), (480, 322), (480, 360)], light.on("#c7c2ba"))
    c.poly([(70, 360), (222, 288), (258, 288), (410, 360)], light.on("#575b66"))
    for near, far in ((360, 344), (334, 322), (314, 306), (300, 295)):
        c.poly([(240 - (near - 286) * 0.06, near), (240 - (far - 286) * 0.06, far), (240 + (far - 286) * 0.06, far),
                (240 + (near - 286) * 0.06, near)], "#f4ecd0")
    def car(x: float, y: float, size: float, paint: str) -> None:
        c.ellipse(x, y + 2 * size, 38 * size, 5 * size, "#10101855")
        c.rect(x - 34 * size, y - 24 * size, x + 34 * size, y - 4 * size, light.on(paint), 6 * size)
        c.poly([(x - 26 * size, y - 22 * size), (x - 18 * size, y - 42 * size), (x + 18 * size, y - 42 * size),
                (x + 26 * size, y - 22 * size)], light.on(paint))
        c.poly([(x - 20 * size, y - 24 * size), (x - 14 * size, y - 38 * size), (x + 14 * size, y - 38 * size),
                (x + 20 * size, y - 24 * size)], light.on("#bcd6e0"))
        for dx in (-26, 26):
            c.circle(x + dx * size, y - 15 * size, 4.4 * size, "#fff3c0")
            c.rect(x + (dx - 6) * size, y - 6 * size, x + (dx + 6) * size, y + 3 * size, "#24242c", 2)
    car(282, 318, 0.6, "#e0b030")
    car(178, 344, 1.0, pick(rng, ("#c43c35", "#2f6fa8", "#3f8f6a")))
    for x in (56, 424):
        c.rect(x - 2.5, 190, x + 2.5, 338, light.on("#2f333d"))
        c.rect(x - 9, 176, x + 9, 194, "#ffe7a3" if light is NIGHT else light.on("#f3efe0"), 4)
        if light is NIGHT:
            c.glow(x, 186, 50, "#ffe7a3", 0.6)
    c.rect(368, 236, 372, 330, light.on("#2f333d"))
    c.rect(361, 214, 379, 252, light.on("#23262f"), 4)
    for y, colour in ((221, "#e04a3f"), (233, "#e8b93a"), (245, "#4fb86a")):
        c.circle(370, y, 4.4, colour)
