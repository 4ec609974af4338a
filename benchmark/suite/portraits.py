"""The head and shoulders that all portraits start from, in 360 by 440 units."""

from __future__ import annotations

from benchmark.suite.canvas import Canvas, darker, mix, smooth

GROUNDS = ("#7f9aa6", "#a6876f", "#8a9a78", "#94809e", "#b08a5a", "#6f8a94")
PALE, TAN, BROWN = "#f0cba8", "#d9a577", "#b98458"


def shoulders(c: Canvas, coat: str, wide: float = 128) -> None:
    """A coat from the neck to the lower edge."""
    c.poly([*smooth([(180 - wide, 400), (180 - wide * 0.9, 318), (180 - wide * 0.5, 284), (152, 262)]),
            *smooth([(208, 262), (180 + wide * 0.5, 284), (180 + wide * 0.9, 318), (180 + wide, 400)])], coat)


def face(c: Canvas, skin: str, brow: str, eye: str = "#3a2c22", mouth: str = "#a8554a", brows: bool = True) -> None:
    """Neck, ears and face; the face is an ellipse of 50 by 62 about (180, 180)."""
    c.poly([(156, 216), (204, 216), (210, 274), (180, 294), (150, 274)], darker(skin, 0.14))
    for x in (130, 230):
        c.ellipse(x, 186, 9, 15, darker(skin, 0.08))
    c.blob([(180, 116), (216, 128), (231, 168), (227, 204), (206, 236), (180, 246), (154, 236), (133, 204), (129, 168),
            (144, 128)], skin)
    for x in (160, 200):
        c.blob([(x - 11, 178), (x, 171), (x + 11, 178), (x, 184)], "#fffaf2")
        c.circle(x, 177.5, 5.4, eye)
        c.circle(x + 1.6, 175.6, 1.6, "#ffffff")
        c.curve([(x - 12, 177), (x, 170), (x + 12, 177)], darker(skin, 0.5), 1.8)
        if brows:
            c.curve([(x - 14, 163), (x, 157), (x + 14, 162)], brow, 4.4)
    c.curve([(181, 180), (187, 201), (181, 207), (174, 206)], darker(skin, 0.26), 2.4)
    c.ellipse(150, 206, 10, 6, mix(skin, "#d9705a", 0.22))
    c.ellipse(210, 206, 10, 6, mix(skin, "#d9705a", 0.22))
    c.curve([(163, 222), (172, 226), (188, 226), (197, 221)], mouth, 3.4)


def moustache(c: Canvas, colour: str, wide: float = 27, tall: float = 9) -> None:
    c.poly(smooth([(180, 211), (180 + wide * 0.6, 211), (180 + wide, 224)])
           + smooth([(180 + wide * 0.5, 222), (180, 219)]), colour)
    c.poly(smooth([(180, 211), (180 - wide * 0.6, 211), (180 - wide, 224)])
           + smooth([(180 - wide * 0.5, 222), (180, 219)]), colour)
    c.rect(180 - wide * 0.5, 211, 180 + wide * 0.5, 211 + tall, colour, tall / 2)
