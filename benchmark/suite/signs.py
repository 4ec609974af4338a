"""OCR: names on drawn signs, shop fronts, tickets, covers and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from benchmark.suite import covers
from benchmark.suite.canvas import Canvas, Face, darker, lighter, mix
from benchmark.suite.items import DrawnItem, ask, dealt, pick, shuffled

# Two names of a couple differ in one or two letters and both are plausible, so neither gives itself away.
PLACES = (("Marlow", "Harlow"), ("Weston", "Easton"), ("Alton", "Acton"), ("Bardon", "Barton"), ("Dunmore", "Denmore"),
          ("Kilburn", "Wilburn"), ("Ashford", "Ashfold"), ("Newbury", "Newburn"), ("Linden", "Lindon"),
          ("Thornby", "Thornley"), ("Selby", "Shelby"), ("Oakham", "Oakhan"))
SHOPS = (("Golden Lion", "Golden Loon"), ("River Café", "Rover Café"), ("Rosie's", "Josie's"),
         ("Blue Moon", "Blue Noon"),
         ("Red Door", "Red Deer"), ("The Barn", "The Barge"), ("Lucky Cat", "Lucky Hat"), ("Sea Star", "Tea Star"),
         ("Old Mill", "Old Hill"), ("Fat Duck", "Fat Buck"), ("Corner Shop", "Corner Ship"),
         ("Lamp House", "Camp House"))
TITLES = (("The Last Boat", "The Lost Boat"), ("Winter Light", "Winter Night"), ("A Quiet Place", "A Quiet Plane"),
          ("Silver Coast", "Silver Coach"), ("The Long Walk", "The Long Wall"), ("House of Glass", "House of Grass"),
          ("Salt and Stone", "Salt and Store"), ("The Tenth Sun", "The Tenth Son"), ("Over the Wave", "Over the Cave"),
          ("Garden of Mist", "Garden of Mint"), ("The Cat Maker", "The Hat Maker"), ("Seven Bells", "Seven Balls"))

WIDTH, HEIGHT = 480, 360


def _highway(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#8fc3e8", "#e8f1f2")
    c.blob([(-40, 300), (60, 235), (180, 262), (300, 222), (420, 250), (540, 230), (540, 420), (-40, 420)], "#7fa874")
    c.poly([(205, 360), (232, 262), (248, 262), (330, 360)], "#565c66")
    c.poly([(262, 360), (241, 266), (243, 266), (272, 360)], "#f2e9c8")
    for x in (120, 360):
        c.rect(x - 5, 60, x + 5, 330, "#8b939c")
    colour = pick(rng, ("#0b6b4f", "#124f9c", "#0d5f73"))
    c.shadow(62, 58, 422, 226, 14)
    c.rect(58, 50, 422, 222, colour, 14)
    c.rect(65, 57, 415, 215, None, 10, "#ffffff", 4)
    size = c.fitting(word, Face.SANS, 230, 62)
    c.text(90, 116, word, Face.SANS, size, "#ffffff", "lm")
    c.text(90, 180, f"{int(rng.integers(3, 95))} km", Face.SANS, 34, "#ffffff", "lm")
    c.line([(365, 190), (365, 110)], "#ffffff", 12)
    c.poly([(365, 76), (339, 118), (391, 118)], "#ffffff")
    return c.finish()


def _station(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    wall = pick(rng, ("#e9e4d6", "#dfe8e6", "#efe3dc"))
    c.rect(0, 0, 480, 290, wall)
    for row in range(8):
        for column in range(-1, 9):
            x = column * 60 + (row % 2) * 30
            c.rect(x + 1, row * 37 + 1, x + 59, row * 37 + 36, lighter(wall, 0.35), 2)
    c.rect(0, 284, 480, 360, "#7d8088")
    c.rect(0, 284, 480, 298, "#f0c640")
    ring_colour = pick(rng, ("#d0322d", "#1d6fb8", "#2d8a4e", "#d9822b"))
    c.circle(240, 140, 104, None, darker(wall, 0.1), 26)
    c.circle(240, 138, 104, "#fffdf8", ring_colour, 26)
    c.rect(66, 106, 414, 170, "#1c2b52", 4)
    c.text(240, 138, word.upper(), Face.SANS, c.fitting(word.upper(), Face.SANS, 310, 46), "#ffffff")
    c.rect(36, 258, 150, 268, "#8d6a48", 3)
    c.rect(36, 236, 150, 246, "#8d6a48", 3)
    for x in (50, 136):
        c.rect(x - 3, 230, x + 3, 296, "#43464d")
    return c.finish()


def _enamel(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    brick = pick(rng, ("#a9573f", "#b98a5c", "#8e4a3d"))
    c.rect(0, 0, 480, 360, lighter(brick, 0.45))
    for row in range(13):
        for column in range(-1, 9):
            x = column * 64 + (row % 2) * 32
            shade = mix(brick, "#2a1a14", float(rng.uniform(0, 0.16)))
            c.rect(x + 2, row * 29 + 2, x + 62, row * 29 + 27, shade, 2)
    c.shadow(58, 108, 430, 262, 12, 8, 0.5)
    plate = pick(rng, ("#173a7a", "#14523c", "#262b33"))
    c.rect(52, 98, 428, 250, "#f5f2e8", 14)
    c.rect(59, 105, 421, 243, plate, 10)
    for x in (74, 406):
        for y in (120, 228):
            c.circle(x, y, 4, "#d8d5c8")
    text = f"{word.upper()} {pick(rng, ('STREET', 'LANE', 'ROAD', 'SQUARE'))}"
    c.text(240, 176, text, Face.NARROW, c.fitting(text, Face.NARROW, 310, 54), "#f8f6ee")
    return c.finish()


def _ticket(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#d9b48a", "#b98d60")
    for y in range(0, 360, 45):
        c.line([(0, y), (480, y + float(rng.uniform(-4, 4)))], "#8a643e88", 1)
    c.shadow(46, 82, 440, 290, 10, 8)
    paper = pick(rng, ("#fdf3dc", "#e9f3ef", "#fbe9e4"))
    ink = pick(rng, ("#23415f", "#7a2430", "#24513f"))
    c.rect(40, 72, 440, 282, paper, 12)
    for x in (40, 440):
        c.circle(x, 177, 16, "#c9a277")
    c.rect(40, 72, 440, 116, ink, 12)
    c.rect(40, 100, 440, 116, ink)
    c.text(240, 95, "ONE WAY TICKET", Face.SANS, 21, paper)
    c.text(74, 142, "DESTINATION", Face.SANS, 14, ink, "lm")
    c.text(74, 184, word.upper(), Face.NARROW, c.fitting(word.upper(), Face.NARROW, 250, 58), ink, "lm")
    c.text(74, 248, f"Platform {int(rng.integers(1, 12))}", Face.SANS, 19, ink, "lm")
    c.text(330, 248, f"{int(rng.integers(6, 22)):02d}:{int(rng.integers(0, 12)) * 5:02d}", Face.MONO, 21, ink, "rm")
    for i in range(22):
        c.rect(372, 136 + i * 5.6, 412, 136 + i * 5.6 + float(rng.uniform(1, 4)), ink)
    return c.finish()


def _shopfront(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    wall = pick(rng, ("#e7d8c4", "#c9d6d3", "#e3c9c2", "#cfd3e2"))
    trim = pick(rng, ("#23404a", "#5a2330", "#2c4a33", "#3b2f55"))
    awning = pick(rng, ("#c8402f", "#2f7a68", "#d9932f", "#3a5c9e"))
    c.rect(0, 0, 480, 320, wall)
    c.rect(0, 316, 480, 360, "#9a9aa0")
    c.rect(30, 40, 450, 318, trim, 4)
    c.rect(42, 52, 438, 120, darker(trim, 0.35), 3)
    c.text(240, 85, word, Face.SCRIPT, c.fitting(word, Face.SCRIPT, 350, 54), "#f7e9c3")
    for x0, x1 in ((50, 200), (280, 430)):
        c.gradient("#7e9aa6", "#d9e6e4", x0, 150, x1, 290)
        c.poly([(x0 + 20, 290), (x0 + 70, 150), (x0 + 95, 150), (x0 + 45, 290)], "#ffffff44")
    c.rect(212, 150, 268, 318, lighter(trim, 0.2), 2)
    c.gradient("#7e9aa6", "#d9e6e4", 220, 160, 260, 250)
    c.circle(259, 268, 4, "#e8c766")
    for i in range(12):
        x = 36 + i * 34
        c.poly([(x, 128), (x + 34, 128), (x + 34, 166), (x, 166)], awning if i % 2 else "#fbf5ea")
        c.pie(x + 17, 166, 17, 0, 180, awning if i % 2 else "#fbf5ea")
    for x in (70, 410):
        c.rect(x - 17, 294, x + 17, 326, "#b5653f", 3)
        for dx, dy in ((0, -24), (-16, -14), (16, -14), (-8, -30), (9, -32)):
            c.circle(x + dx, 294 + dy * 0.7, 12, pick(rng, ("#4c8a4a", "#5f9c55", "#3f7b45")))
    return c.finish()


def _neon(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.rect(0, 0, 480, 360, "#1b1a2b")
    for row in range(13):
        for column in range(-1, 9):
            x = column * 64 + (row % 2) * 32
            c.rect(x + 1.5, row * 29 + 1.5, x + 62.5, row * 29 + 27.5,
                   mix("#2a2540", "#1d1a30", float(rng.uniform(0, 1))), 2)
    light = pick(rng, ("#ff4f9a", "#45e0ff", "#ffb02e", "#7dff9b"))
    second = pick(rng, ("#ffe66d", "#9a8cff", "#ff7a5c"))
    c.glow(240, 170, 300, light, 0.45)
    c.rect(54, 84, 426, 262, None, 40, second, 5)
    c.rect(55.5, 85.5, 424.5, 260.5, None, 40, lighter(second, 0.7), 1.6)
    size = c.fitting(word, Face.SCRIPT, 310, 84)
    c.text(240, 168, word, Face.SCRIPT, size, lighter(light, 0.75), outline=light, width=3)
    c.text(240, 300, "OPEN LATE", Face.TALL, 34, lighter(second, 0.5))
    return c.finish()


def _pub_sign(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    c.gradient("#f4c58f", "#f8e7cf")
    c.glow(380, 90, 130, "#fff2c9", 0.9)
    c.blob([(-40, 330), (80, 280), (220, 300), (380, 270), (540, 300), (540, 420), (-40, 420)], "#8fa36b")
    c.rect(58, 20, 74, 360, "#4b3a2e")
    c.rect(58, 52, 372, 62, "#3a332f", 3)
    c.curve([(74, 130), (110, 100), (120, 66)], "#3a332f", 5)
    for x in (140, 340):
        c.line([(x, 62), (x, 96)], "#3a332f", 4)
    board = pick(rng, ("#7a4a2b", "#5d3b2a", "#8a5a33"))
    c.shadow(108, 100, 380, 290, 16, 8)
    c.rect(100, 92, 380, 284, darker(board, 0.3), 16)
    c.rect(110, 102, 370, 274, board, 10)
    for y in (136, 170, 204, 238):
        c.line([(110, y), (370, y)], darker(board, 0.18) , 1.2)
    words = word.split(" ")
    lines = words if len(words) > 1 else [word]
    size = min(c.fitting(line, Face.SERIF, 225, 60) for line in lines)
    for i, line in enumerate(lines):
        c.text(240, 188 + (i - (len(lines) - 1) / 2) * size * 1.15, line, Face.SERIF, size, "#f6dfa4")
    return c.finish()


def _mug(rng: np.random.Generator, word: str) -> Image.Image:
    c = Canvas(WIDTH, HEIGHT)
    wall = pick(rng, ("#cfe3df", "#f3ddc9", "#dcd7ea", "#f2e6b8"))
    c.rect(0, 0, 480, 260, wall)
    c.gradient("#c79a6b", "#a97b4e", 0, 256, 480, 360)
    mug = pick(rng, ("#d2533f", "#2f6f8f", "#3f7d57", "#6a4c93"))
    c.shadow(110, 276, 380, 316, 20, 9, 0.4)
    c.ellipse(352, 190, 54, 60, None, mug, 20)
    c.rect(100, 84, 348, 304, mug, 30)
    c.rect(100, 84, 348, 150, mug)
    c.rect(110, 110, 128, 270, "#ffffff33", 9)
    c.ellipse(224, 86, 124, 24, lighter(mug, 0.25))
    c.ellipse(224, 88, 112, 18, "#4a2c1d")
    for x in (190, 226, 262):
        c.curve([(x, 70), (x - 10, 52), (x + 8, 34), (x - 2, 12)], "#ffffffaa", 5)
    c.text(224, 200, word, Face.SCRIPT, c.fitting(word, Face.SCRIPT, 212, 62), "#fffaf0")
    return c.finish()


Design = Callable[[np.random.Generator, str], Image.Image]
OCR_KINDS: tuple[tuple[tuple[tuple[str, str], ...], tuple[Design, ...]], ...] = (
    (PLACES, (_highway, _station, _enamel, _ticket)),
    (SHOPS, (_shopfront, _neon, _pub_sign, _mug)),
    (TITLES, (covers.book, covers.newspaper, covers.cinema, covers.vinyl)),
)


def ocr(rng: np.random.Generator, count: int) -> Iterator[DrawnItem]:
    """Names on signs and covers; the twin of a picture shows the other name of the couple."""
    couples = [iter(dealt(rng, pool, count)) for pool, _ in OCR_KINDS]
    designs = [iter(dealt(rng, drawers, count)) for _, drawers in OCR_KINDS]
    kinds = dealt(rng, range(len(OCR_KINDS)), (count + 1) // 2)
    for number, kind in enumerate(kinds):
        couple = shuffled(rng, next(couples[kind]))
        for shown, other in (couple, couple[::-1])[: count - 2 * number]:
            design = next(designs[kind])
            yield DrawnItem(design(rng, shown), ask(f'Is the name written in the picture "{shown}"?'),
                            ask(f'Is the name written in the picture "{other}"?'),
                            f"{design.__name__.strip('_')} with the name {shown}")
