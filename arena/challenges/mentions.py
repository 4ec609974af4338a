"""Which shapes an answer speaks of, in which color, and whether it says that they are there or that they are not.

Careful by design: where a reader could waver (a guess, a question, "no star and a circle") the mention is UNSURE, and
a check that meets it leaves the verdict to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from arena.challenges.formats import NotJsonError, read_json
from arena.challenges.wording import OTHER, VISIBLE, meaning


class Standing(StrEnum):
    """What an answer says of something it names."""

    ASSERTED = "asserted"
    DENIED = "denied"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Mention:
    """One shape in an answer; color is None where none is said. start: where it stands (0 in JSON: its number)."""

    shape: str
    color: str | None
    standing: Standing
    start: int


@dataclass(frozen=True)
class _Word:
    kind: str
    name: str
    start: int
    end: int


_CONTEXT = 300  # characters; what bounds the work on an endless sentence
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[;\n。！？；|]")
_SPEAKS_ANEW = (
    r"\b(?:is|are|was|were|has|have|there|it|i|we|only|just|but|shows?|see|contains?|which|while|instead)\b"
    r"|[有是只但而图为却]|可以|看到"
)
_CLAUSE_END = re.compile(
    rf"[,，:：](?=[^,，:：]*(?:{_SPEAKS_ANEW}))|\b(?:but|however|although|while)\b|但|不过|却|只有", re.IGNORECASE
)
_NOT = re.compile(
    r"\b(?:no|not(?! only)|zero|0|none|without|neither|nor|never|cannot|nothing|lacks?|lacking|absence|absent|missing"
    r"|instead of|rather than)\b|n['’]t\b"
    r"|没|无|不存在|不含|不包含|不包括|看不[到见清]|未见|未发现|并非|不是|缺少",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(r"^\W*no,|\bno (?:doubt|longer)\b|不仅|不但|不只|无疑|无论", re.IGNORECASE)
_ALSO = re.compile(r"\band\b|\b(?:is|are|except|besides|other than|apart from|than)\b|和|以及|并且|除", re.IGNORECASE)
_GUESS = re.compile(
    r"\b(?:if|might|may|maybe|perhaps|possibly|probably|could|would|as if|like an?|looks? like|resembl\w+|similar to"
    r"|imagine|suppose|assum\w+|mention\w*|ask(?:ed|ing|s)?|word)\b"
    r"|如果|假如|可能|也许|似乎|好像|像是|大概|或许|类似|问题|提到|所说",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[\"'”’]?\s*(?:shapes?\s+)?"
    r"(?:(?:(?:is|are|was|were)(?:\s+not|n['’]t)|do(?:es)?(?:\s+not|n['’]t)|can(?:not|['’]t|\s+not)\s+be)\s+(?:actually\s+)?"
    r"(?:present|there|visible|in|shown|seen|included|found|depicted|appear|exist|available|part)"
    r"|(?:is|are)\s+(?:absent|missing|nowhere)"
    r"|[:：=]\s*(?:no(?:ne)?|0|zero|false|null|absent)\b"
    r"|[:：=]\s*(?:无|没有|否)"
    r"|(?:并|都|也|其实)*(?:不存在|不在|没有出现|没出现|未出现|没有$|不见|看不[到见]))",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"^[^.!?。！？；\n,，]{0,25}?(?:\bnot\b|n['’]t\b|不是|并非|不|没)", re.IGNORECASE)
_BEFORE_NOUN = re.compile(
    r"(?:[\s\-*_`\"'“”]|colou?red|colou?r|large|big|small|tiny|little|solid|filled|bright|dark|light|simple|outlined?"
    r"|shaped?|geometric|的|大|小|实心|平面)*",
    re.IGNORECASE,
)
_AFTER_NOUN = re.compile(
    r"[\s*_`\"'“”]*(?:shape)?s?\s*"
    r"(?:\(|（|is|are|was|which is|that is|in|:|：|=|-|,\s*(?:which is|colou?red)|colou?red|is colou?red|is of"
    r"|[都也则就均]?的?(?:颜色)?[都也则就均]?[是为呈：:]?|[，,])?"
    r"[\s*_`\"'“”]*(?:in\s+)?(?:also\s+)?(?:a\s+)?(?:bright|dark|light|solid)?\s*",
    re.IGNORECASE,
)
_COMMA_OR_AND = re.compile(r"\s*(?:,|，|、|and|or|&|/|,\s*and|和)\s*", re.IGNORECASE)


def shapes_in(text: str) -> list[Mention]:
    """Every mention of a shape, in the order of the text, with the color that is said of it."""
    try:
        value = read_json(text)
    except NotJsonError:
        return [mention for start, end in _sentences(text) for mention in _in_sentence(text, start, end)]
    if isinstance(value, dict | list):
        return [
            Mention(shape, color, Standing.ASSERTED, number) for number, (shape, color) in enumerate(_in_json(value, 0))
        ]
    return [mention for start, end in _sentences(text) for mention in _in_sentence(text, start, end)]


def colors_in(text: str) -> list[tuple[str, Standing]]:
    """Every color word in the order of the text, and what the text says of it."""
    return [
        (name, standing(text, found.start(), found.end()))
        for found in VISIBLE.finditer(text)
        for kind, name in [meaning(found)]
        if kind == "color"
    ]


def standing(text: str, start: int, end: int) -> Standing:
    """What a text says of the thing that it names at `start` to `end`: that it is there, that it is not, or neither.

    Only the words of the same sentence count, and of these only the nearest _CONTEXT characters.
    """
    offset = max(start - _CONTEXT, 0)
    text, start, end = text[offset : end + _CONTEXT], start - offset, end - offset
    opening, closing = _around(text, start)
    if text[closing : closing + 1] in {"?", "？"} and closing < len(text):
        return Standing.UNSURE
    if _DENIED_AFTER.match(text[end : end + 60]):
        return Standing.DENIED
    ends = [found.end() for found in _CLAUSE_END.finditer(text, opening, closing) if found.end() <= start]
    before = _NO_DENIAL.sub(" ", text[ends[-1] if ends else opening : start])
    denials = list(_NOT.finditer(before))
    if denials:
        between = before[denials[-1].end() :]
        return Standing.UNSURE if _ALSO.search(between) or _GUESS.search(before) else Standing.DENIED
    after = text[end : min(closing, end + 60)]
    return Standing.UNSURE if _GUESS.search(text, opening, start) or _NOT_AFTER.match(after) else Standing.ASSERTED


def _around(text: str, position: int) -> tuple[int, int]:
    """Start and end of the sentence around a position; the end is that of its closing mark."""
    opening = 0
    for found in _SENTENCE_END.finditer(text):
        if found.start() >= position:
            return opening, found.start()
        opening = found.end()
    return opening, len(text)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, and whole rows of a table."""
    opening = 0
    for found in re.finditer(r"[.!?](?=\s|$)|[;\n。！？；]", text):
        yield opening, found.end()
        opening = found.end()
    if opening < len(text):
        yield opening, len(text)


def _in_sentence(text: str, start: int, end: int) -> Iterator[Mention]:
    words = [_Word(*meaning(found), found.start(), found.end()) for found in VISIBLE.finditer(text, start, end)]
    shapes = [word for word in words if word.kind == "shape"]
    colors = [word for word in words if word.kind == "color"]
    if len(shapes) == len(colors) == 1 and "|" in text[start:end]:
        yield Mention(shapes[0].name, colors[0].name, standing(text, shapes[0].start, shapes[0].end), shapes[0].start)
        return
    paired = _pair(text, words)
    loose = sum(map(len, paired.values())) < len(colors)
    for number, shape in enumerate(words):
        if shape.kind != "shape":
            continue
        said, own = standing(text, shape.start, shape.end), paired.get(number, [])
        if not own and loose and said is Standing.ASSERTED:
            said = Standing.UNSURE  # a color of this sentence may or may not be meant for it
        for color in own or [None]:
            yield Mention(shape.name, color.name if color else None, said, shape.start)


def _pair(text: str, words: list[_Word]) -> dict[int, list[_Word]]:
    """The number of each shape in `words`, with the colors that stand right before it ("red and blue circles") or are
    said of it right after ("the circle is red")."""
    paired: dict[int, list[_Word]] = {}
    waiting: list[_Word] = []
    for number, word in enumerate(words):
        if word.kind == "shape":
            if waiting:
                paired[number], waiting = waiting, []
            continue
        waiting.append(word)
        following = words[number + 1] if number + 1 < len(words) else None
        joins = _BEFORE_NOUN if following and following.kind == "shape" else _COMMA_OR_AND
        if following and joins.fullmatch(text, word.end, following.start):
            continue
        last = number - len(waiting)  # what stands before the first of these colors
        after_shape = last >= 0 and words[last].kind == "shape" and last not in paired
        if after_shape and _AFTER_NOUN.fullmatch(text, words[last].end, waiting[0].start):
            paired[last] = waiting
        waiting = []
    return paired


def _in_json(value: object, depth: int) -> Iterator[tuple[str, str | None]]:
    """Shapes of a JSON value; an object that holds one shape and one color among its own words joins them."""
    if depth > 20:
        return
    if isinstance(value, list):
        for item in value:
            yield from _in_json(item, depth + 1)
    elif isinstance(value, dict):
        own = {key: item for key, item in value.items() if not isinstance(item, dict | list) and not _is_nothing(item)}
        each = [list(_in_words(f"{key} {item}")) for key, item in own.items()]
        if any(color for found in each for _, color in found):  # {"circle": "red", "square": "blue"}
            yield from (found for one in each for found in one)
        else:
            yield from _in_words(" ; ".join(f"{key} {item}" for key, item in own.items()))
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _in_json(item, depth + 1)
    elif isinstance(value, str):
        yield from _in_words(value)


def _in_words(text: str) -> Iterator[tuple[str, str | None]]:
    found = [meaning(match) for match in VISIBLE.finditer(text)]
    shapes = [name for kind, name in found if kind == "shape"]
    colors = [name for kind, name in found if kind == "color"]
    for shape in shapes:
        yield shape, (colors[0] if len(colors) == 1 == len(shapes) else None if not colors else OTHER)


def _is_nothing(item: object) -> bool:
    """{"stars": 0} says that there is none."""
    return not item or str(item).strip().lower() in {"0", "no", "none", "zero", "false", "无", "没有"}
