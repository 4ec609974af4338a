"""How many sentences, words and Chinese characters a text has, with the doubt that remains.

"At 5 p.m. The sky" may be one sentence or two, "blue-green" one word or two: every count is a range. A check that
needs an exact number is sure only where both ends of the range say the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HAN_CHARACTER = re.compile(f"[{HAN}]")

_ENDS = re.compile(r"(?P<marks>[.!?。！？…．]+)(?P<closers>[\"'”’」』)）\]】》*_`]*)(?=\s|$|(?P<next>.))")
_WIDE = "。！？"
_QUOTES = "\"'”’」』"
_MARKER = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*•+–]\s+|[(（]?\d{1,3}[.)、）．](?!\d)\s*)")
_GOES_ON = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sr",
        "rev",
        "hon",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "mt",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "vs",
        "cf",
        "approx",
        "fig",
        "figs",
        "eq",
        "vol",
        "pp",
        "viz",
    ]
)  # a sentence never ends after these unless the text does
_MAY_END = frozenset(
    [
        "st",
        "jr",
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "est",
        "ave",
        "blvd",
        "rd",
        "a.m",
        "p.m",
        "am",
        "pm",
        "u.s",
        "u.k",
        "u.s.a",
        "ph.d",
        "b.c",
        "a.d",
    ]
)
_WORD_BEFORE = re.compile(r"[^\W_]+(?:\.[^\W_]+)*$")


@dataclass(frozen=True)
class Count:
    """The smallest and the largest number that a careful reader could count."""

    low: int
    high: int

    @property
    def sure(self) -> bool:
        return self.low == self.high

    def __str__(self) -> str:
        return str(self.low) if self.sure else f"{self.low}-{self.high}"


def sentences(text: str) -> Count:
    """Sentences of English or Chinese prose: full stops in abbreviations, numbers, initials and file names are none.

    A line that ends without a mark (a heading, an item of a list) may or may not be counted; the last one is.
    """
    low = high = 0
    lines = [line for line in text.splitlines() if any(map(str.isalnum, line))]
    for number, line in enumerate(lines):
        sure, doubtful, rest = _ends_in(_MARKER.sub("", line))
        low, high = low + sure, high + sure + doubtful
        if rest:
            low, high = low + (number == len(lines) - 1), high + 1
    return Count(max(low, 1), max(high, 1)) if lines else Count(0, 0)


def _ends_in(line: str) -> tuple[int, int, bool]:
    """Sentence ends of one line that are certain, those that are doubtful, and whether text is left after the last."""
    sure = doubtful = last = 0
    for found in _ENDS.finditer(line):
        if not any(map(str.isalnum, line[last : found.start()])):
            continue
        follows = line[found.end() :].lstrip()
        kind = _kind_of_end(found, line[last : found.start()], follows)
        if kind is None:
            continue
        sure, doubtful, last = sure + kind, doubtful + (not kind), found.end()
    return sure, doubtful, any(map(str.isalnum, line[last:]))


def _kind_of_end(found: re.Match[str], before: str, follows: str) -> bool | None:
    """True: a sentence ends here; False: perhaps; None: it does not. `before` starts after the last end."""
    marks, glued = found["marks"], found["next"]
    wide = any(mark in _WIDE for mark in marks)
    if not follows:
        return True
    if glued is not None and not wide and not _HAN_CHARACTER.match(glued):
        return None  # 3.5, photo.jpg, www.example.org
    if any(quote in _QUOTES for quote in found["closers"]):
        return False  # "Why?" he asked; "It is red." Then it ends.
    lower = follows[0].islower()
    if "…" in marks or ".." in marks:
        return None if lower else False
    if wide:
        return True
    if "!" in marks or "?" in marks:
        return not lower
    return _kind_of_stop(before, follows, lower)


def _kind_of_stop(before: str, follows: str, lower: bool) -> bool | None:
    word = found[0] if (found := _WORD_BEFORE.search(before[-40:])) else ""
    if word.isdigit() and before.strip() == word:
        return None  # "1. circle 2. square": the number of an item
    if word.lower() in _GOES_ON or (word.lower() == "no" and follows[0].isdigit()):
        return None
    if word.lower() in _MAY_END or (len(word) == 1 and word.isalpha() and word.isascii()):
        return None if lower or follows[0].isdigit() or follows[0] in ",;" else False
    return not (lower and len(word) <= 4)  # an unknown abbreviation is short


def words(text: str) -> Count:
    """Words between spaces. A hyphen or slash may join or part them; a number before an item may count or not.

    Chinese has no spaces: a run of its characters is one word or as many as it has characters.
    """
    low = high = 0
    for line in text.splitlines():
        marker = _MARKER.match(line)
        if marker and any(map(str.isdigit, marker[0])):
            high += 1
        for token in re.split(r"[\s—–]+|--+", line[marker.end() :] if marker else line):
            least, most = _words_in(token)
            low, high = low + least, high + most
    return Count(low, high)


def _words_in(token: str) -> tuple[int, int]:
    if not any(map(str.isalnum, token)):
        return 0, int(token in {"&", "+", "=", "%"})
    characters = len(_HAN_CHARACTER.findall(token))
    if characters:
        return 1, characters + len(re.findall(r"[A-Za-z0-9]+", token))
    pieces = [piece for piece in re.split(r"[-‐‑/_,;:]|\.{2,}|…", token) if any(map(str.isalnum, piece))]
    return 1, max(len(pieces), 1)


def characters(text: str) -> Count:
    """Chinese characters; the high end counts letters and digits of other scripts too. Punctuation never counts."""
    han = len(_HAN_CHARACTER.findall(text))
    return Count(han, sum(map(str.isalnum, text)))


def marks_and_characters(text: str) -> int:
    """Everything but spaces: what a reader counts for whom punctuation is a character too."""
    return sum(not character.isspace() for character in text)


def script_share(text: str) -> tuple[float, float]:
    """Which shares of the letters of a text are Chinese characters and Latin letters; (0, 0) without letters."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 0.0, 0.0
    han = sum(bool(_HAN_CHARACTER.match(letter)) for letter in letters)
    latin = sum(letter.isascii() or "\u00c0" <= letter <= "\u024f" for letter in letters)
    return han / len(letters), latin / len(letters)
