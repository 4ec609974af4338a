"""Short answers to a question: yes or no, a number, a color, a place, "I cannot tell"; None where that is unclear."""

from __future__ import annotations

import re

from arena.challenges.mentions import Standing, colors_in
from arena.challenges.wording import NUMBER_WORDS, OTHER, PLACES_ZH

_LEAD = "\\s*_`\"'“”‘’「『(（>#"
_YES_EN, _NO_EN = r"(?:yes|yeah|yep)\b", r"(?:no|nope)\b(?!\s+(?:one|idea|doubt)\b)"
_YES_ZH, _NO_ZH = "(?:是的?|有|对|正确)(?!没有|不|否|点|可能|些)", "(?:不是|没有|否|不对|不|没)"
_OPENING = re.compile(rf"[{_LEAD}]*(?:(?P<yes>{_YES_EN}|{_YES_ZH})|(?P<no>{_NO_EN}|{_NO_ZH}))", re.IGNORECASE)
_BOTH = re.compile(
    r"^\W*(?:yes\W+(?:and|or)?\W*no|no\W+(?:and|or)?\W*yes|是\W*(?:或|和)?\W*否|是不是|有没有)\b", re.IGNORECASE
)


def opens_with(text: str) -> bool | None:
    """True for an answer that begins with yes (是, 有, 对), False for no (否, 不是, 没有); None otherwise."""
    found = _OPENING.match(text)
    if found is None or _BOTH.match(text):
        return None
    return found["yes"] is not None


def only_yes_or_no(text: str) -> bool:
    """Whether an answer is nothing but yes or no."""
    found = _OPENING.match(text)
    return found is not None and not any(map(str.isalnum, text[found.end() :]))


_NUMBERS_ZH = {
    "零": 0,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<digits>\d{1,4})(?![A-Za-z0-9]*[A-Za-z]|\d|\.\d|%)"
    rf"|\b(?P<word>{'|'.join(NUMBER_WORDS)}|none|no)\b"
    r"|(?<![第之唯十\d])(?P<zh>[零一两二三四五六七八九十])(?=[个种只颗条块圆正三五十图物形，。、]|\s|$)"
    r"|(?P<zh_none>(?<!有)没有)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^\s*(?:of|is|at|in|on|that|which|with|by)\b", re.IGNORECASE)


def numbers_in(text: str) -> list[int]:
    """Numbers that a text counts with, in its order; "one of them" and "the first" are none, "no stars" is 0."""
    found = []
    for match in _NUMBER.finditer(text):
        word = (match["word"] or "").lower()
        before = text[: match.start()].rstrip().lower()
        if word == "one" and (
            _PRONOUN.match(text[match.end() :]) or before.endswith(("this", "the", "each", "no", "any"))
        ):
            continue
        if word == "no" and not re.match(r"\s+\w", text[match.end() :]):
            continue  # "No, there are three."; a bare "No" counts nothing
        if match["digits"]:
            found.append(int(match["digits"]))
        elif match["zh"]:
            found.append(_NUMBERS_ZH[match["zh"]])
        else:
            found.append(0 if word in {"no", "none", "zero"} or match["zh_none"] else NUMBER_WORDS.index(word))
    return found


def count_in(text: str) -> int | None:
    """The one number that an answer gives: alone in it, or alone before the first colon or full stop."""
    everything = set(numbers_in(text))
    if len(everything) == 1:
        return everything.pop()
    head = set(numbers_in(re.split(r"[:：]|[.!。！](?=\s|$|[^\d])|\n", text.strip(), maxsplit=1)[0]))
    return head.pop() if len(head) == 1 else None


def colors_said(text: str) -> set[str] | None:
    """The colors that an answer says and does not deny; None where it wavers about one or uses an unknown one."""
    said = colors_in(text)
    if any(where is Standing.UNSURE or name == OTHER for name, where in said):
        return None
    return {name for name, where in said if where is Standing.ASSERTED}


_PLACE_WORDS = {
    "top": r"\b(?:top|upper|above)\b|[左右正]?上[角方侧边面部]|上[左右]|顶",
    "bottom": r"\b(?:bottom|lower|below)\b|[左右正]?下[角方侧边面部]|下[左右]|底",
    "left": r"\bleft(?:most)?\b|左",
    "right": r"\bright(?:most)?\b|右",
    "middle": r"\b(?:middle|cent(?:er|re)|central)\b|中间|中央|中心|正[中上下左右]",
}
_HEDGE = re.compile(r"\b(?:not|or|no|but|and the)\b|n['’]t\b|不|没|或", re.IGNORECASE)


def place_in(text: str) -> str | None:
    """The place of the 3 x 3 grid that an answer names, as in `SceneObject.place`; None where it is not one place."""
    if _HEDGE.search(text):
        return None
    said = {name for name, pattern in _PLACE_WORDS.items() if re.search(pattern, text, re.IGNORECASE)}
    if {"top", "bottom"} <= said or {"left", "right"} <= said:
        return None
    row = "top" if "top" in said else "bottom" if "bottom" in said else "middle"
    column = "left" if "left" in said else "right" if "right" in said else "center"
    if not said or (said <= {"top", "bottom", "left", "right"} and len(said) == 1):
        return None  # "at the top" alone leaves the column open
    place = "center" if (row, column) == ("middle", "center") else f"{row} {column}"
    return place if place in PLACES_ZH else None


_NOT = r"(?: not|n['’]t)"
_CANNOT = re.compile(
    r"\b(?:can(?:not|['’]t| not)|unable to|impossible|not possible|no way (?:to|of)"
    rf"|(?:do|does|did){_NOT} (?:know|show|have|contain|say|include|reveal|provide|display|exist|appear|give|indicate)"
    rf"|(?:is|are|was){_NOT} (?:\w+ )?(?:possible|visible|shown|clear|legible|readable|enough|known|given|provided)"
    rf"|(?:is|are|was){_NOT} (?:any|an?|in|present|there|certain|sure)"
    r"|unknown|unclear|illegible|unreadable|invisible|there (?:is|are) no"
    r"|no (?:information|indication|text|such|visible)"
    r"|not enough|insufficient|i['’]?m (?:not sure|afraid|sorry))\b"
    r"|无法|不能|不可能|看不[到清出见]|听不[到见]|不知道|没有|未显示|未提供|未标|不清楚|不清晰|难以|不存在|模糊|不得而知|不确定"
    r"|并无|不可见|无从",
    re.IGNORECASE,
)
_YET = re.compile(r"\b(?:but|however|still|nevertheless)\b|但|不过|然而", re.IGNORECASE)
_ANY_DOUBT = re.compile(
    r"\b(?:no|not|none|never|cannot|without|only|just|actually|however|but|instead|unless|if|may|might|could|seems?|appears?|perhaps|likely"
    r"|possibly|probably|unknown|nothing|hard|difficult|sorry|unsure|guess|assum\w+)\b|n['’]t\b"
    r"|不|没|无|未|只[有是能看见]|但|其实|实际|可能|也许|似乎|好像|大概|抱歉|难|仅|猜|假设|如果",
    re.IGNORECASE,
)


def says_it_cannot(text: str) -> bool | None:
    """True where an answer says early on that it cannot tell, or that there is no such thing; False where it shows
    no trace of doubt; None between the two."""
    opening = " ".join(re.split(r"(?<=[.!?。！？])\s*", text.strip())[:2])
    if found := _CANNOT.search(opening):
        return None if _YET.search(text, found.end()) else True  # "I can't be sure, but it is 555 0173"
    return None if _ANY_DOUBT.search(text) or opens_with(text) is False else False


_NONE_SUCH = re.compile(
    r"\b(?:no such|there (?:is|are) (?:no|none|nothing)|none|neither|does(?: not|n['’]t) exist"
    r"|not (?:present|there|in the (?:image|picture|photo)))\b"
    r"|没有(?:这样|这个|这种|你说的|所说|(?=[。，,.！!]|$))|不存在|并无",
    re.IGNORECASE,
)


def says_there_is_none(text: str) -> bool:
    """Whether the first two sentences say "there is no such thing" without naming it."""
    opening = " ".join(re.split(r"(?<=[.!?。！？])\s*", text.strip())[:2])
    return _NONE_SUCH.search(opening) is not None


def doubts(text: str) -> bool:
    """Whether any word of doubt, denial or correction stands anywhere in a text."""
    return _ANY_DOUBT.search(text) is not None
