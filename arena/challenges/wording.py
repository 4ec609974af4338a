"""The words of the drawn world in English and Chinese: how a challenge writes them, and how an answer may say them."""

from __future__ import annotations

import re

from models.embedded.questions import article, plural
from models.embedded.scenes import COLORS, SHAPES

LANGUAGES = ("en", "zh")
SHAPES_ZH = dict(zip(SHAPES, ("圆形", "正方形", "三角形", "五角星", "十字形", "圆环"), strict=True))
COLORS_ZH = dict(zip(COLORS, ("红色", "绿色", "蓝色", "黄色", "紫色", "橙色", "黑色", "白色"), strict=True))
PLACES_ZH = {
    "top left": "左上角", "top center": "正上方", "top right": "右上角",
    "middle left": "左侧中间", "center": "正中间", "middle right": "右侧中间",
    "bottom left": "左下角", "bottom center": "正下方", "bottom right": "右下角",
}  # fmt: skip
PLACES = tuple(PLACES_ZH)
RELATIONS = {
    "left": ("to the left of", "左边"), "right": ("to the right of", "右边"),
    "above": ("above", "上方"), "below": ("below", "下方"),
}  # fmt: skip
THINGS = {
    "dog": ("dogs", "狗", "一只狗"), "cat": ("cats", "猫", "一只猫"), "bird": ("birds", "鸟", "一只鸟"),
    "horse": ("horses", "马", "一匹马"), "umbrella": ("umbrellas", "雨伞", "一把雨伞"),
    "bicycle": ("bicycles", "自行车", "一辆自行车"), "chair": ("chairs", "椅子", "一把椅子"),
    "traffic light": ("traffic lights", "红绿灯", "一个红绿灯"), "clock": ("clocks", "时钟", "一个时钟"),
    "flower": ("flowers", "花", "一朵花"), "tree": ("trees", "树", "一棵树"), "boat": ("boats", "船", "一条船"),
    "hat": ("hats", "帽子", "一顶帽子"), "bottle": ("bottles", "瓶子", "一个瓶子"),
    "child": ("children", "小孩", "一个小孩"),
}  # fmt: skip
"""Everyday things that no drawn scene has: plural, Chinese, Chinese with its measure word."""

NUMBER_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
]
_DIGITS_ZH = "零一二三四五六七八九"


def number_in_chinese(number: int) -> str:
    """0 to 99 as it stands before a measure word: 两 for 2, 十二 for 12."""
    if number == 2:
        return "两"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS_ZH[ones]
    return ("" if tens == 1 else _DIGITS_ZH[tens]) + "十" + (_DIGITS_ZH[ones] if ones else "")


def say(value: object, language: str, form: str = "") -> str:
    """A slot's value as a challenge writes it. form: "an" (with article), "plural", "one" (一只狗), "word" (three)."""
    if isinstance(value, int):
        if form == "word":
            return NUMBER_WORDS[value] if language == "en" else number_in_chinese(value)
        return str(value)
    text = str(value)
    if language == "zh":
        return _in_chinese(text, form)
    if form == "plural":
        return THINGS[text][0] if text in THINGS else plural(text)
    if form == "an":
        return f"{article(text)} {text}"
    return RELATIONS[text][0] if text in RELATIONS else text


def _in_chinese(text: str, form: str) -> str:
    if text in THINGS:
        return THINGS[text][2 if form == "one" else 1]
    if text in RELATIONS:
        return RELATIONS[text][1]
    for table in (SHAPES_ZH, COLORS_ZH, PLACES_ZH):
        if text in table:
            return table[text]
    color, _, shape = text.partition(" ")
    if color in COLORS_ZH and shape in SHAPES_ZH:
        return f"{COLORS_ZH[color]}的{SHAPES_ZH[shape]}"
    return text


OTHER = "other"  # a color or a shape outside the drawn world

SHAPE_WORDS = {
    "circle": (r"circles?|dis[ck]s?|dots?|circular", "圆形|圆圈|圆点|圆(?![环满润角滑弧柱心])"),
    "square": (
        r"squares?(?!\s+(?:image|picture|photo|canvas|background|frame|format|shaped image))",
        "正方形|方形|方块|四方形",
    ),
    "triangle": (r"triangles?|triangular", "三角形|三角"),
    "star": (r"stars?", "五角星|五星|星形|星星"),
    "cross": (r"cross(?:es)?|plus(?:\s+signs?)?", "十字形|十字架|十字|加号"),
    "ring": (r"rings?|donuts?|doughnuts?|hollow circles?", "圆环|环形|空心圆"),
    OTHER: (
        r"rectangles?|ovals?|ellipses?|diamonds?|pentagons?|hexagons?|hearts?|arrows?|crescents?|cubes?|spheres?|balls?",
        "长方形|矩形|椭圆形?|菱形|五边形|六边形|心形|爱心|箭头|月牙|立方体|球体|小球",
    ),
}
COLOR_WORDS = {
    "red": ("red", "红"), "green": ("green", "绿"), "blue": ("blue", "蓝"), "yellow": ("yellow", "黄"),
    "purple": ("purple|violet", "紫"), "orange": ("orange", "橙黄|橘黄|橙|橘"), "black": ("black", "黑"),
    "white": ("white", "白"),
    OTHER: (
        "gr[ae]y|pink|brown|cyan|teal|magenta|gold(?:en)?|silver|beige|tan|navy|maroon|crimson|turquoise|indigo|lilac",
        "灰|粉红|粉|棕|褐|青|金|银|橙红|橘红|紫红|蓝绿|黄绿",
    ),
}  # fmt: skip
_SHAPE_AFTER = "的?(?:大|小|实心|空心)?(?:圆|正方|方形|方块|三角|五角|星|十字|环)"


def _pattern(prefix: str, table: dict[str, tuple[str, str]], after_chinese: str) -> str:
    """Named groups, the longest Chinese words first, e.g. 粉红 before 红."""
    english = "|".join(f"(?P<{prefix}en_{name}>{words[0]})" for name, words in table.items())
    pairs = [(word, name) for name, words in table.items() for word in words[1].split("|")]
    pairs.sort(key=lambda pair: -len(re.sub(r"\(.*", "", pair[0])))
    chinese = "|".join(f"(?P<{prefix}zh{number}_{name}>{word})" for number, (word, name) in enumerate(pairs))
    return rf"(?<![A-Za-z])(?:{english})(?![A-Za-z])|(?:{chinese}){after_chinese}"


VISIBLE = re.compile(
    f"{_pattern('s', SHAPE_WORDS, '')}|{_pattern('c', COLOR_WORDS, f'(?:色|(?={_SHAPE_AFTER}))')}", re.IGNORECASE
)
"""Finds every shape and color word; `meaning` says which."""


def meaning(found: re.Match[str]) -> tuple[str, str]:
    """("shape" or "color", its name) of a match of VISIBLE; the name is OTHER outside the drawn world."""
    kind, _, name = str(found.lastgroup).partition("_")
    return ("shape" if kind[0] == "s" else "color"), name


def thing_pattern(thing: str) -> re.Pattern[str]:
    """Finds an everyday thing in an answer of either language."""
    many, chinese, _ = THINGS[thing]
    return re.compile(rf"(?<![A-Za-z])(?:{thing}|{many})(?![A-Za-z])|{chinese}", re.IGNORECASE)
