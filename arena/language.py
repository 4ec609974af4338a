"""The language of an instruction, well enough to group battles by it."""

import re

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|「[^」]*」|『[^』]*』|‘[^’]*’|«[^»]*»")
_LATIN_WORD = re.compile(r"[^\W\d_\u0370-\U0010ffff]+")
_HAN_PER_WORD = 1.5  # characters of an average Chinese word
_ENGLISH_WORDS = """
a an and any are at be but by can contain count describe do does each explain every for from give has have how if in is
it its list many me name not of on one only or picture please read say see sentence show tell than that the their them
then there they this to use using what when where which who whose why with word words write you your
"""
_OTHER_WORDS = """
aber als auf aus bei bild bitte das dem den der des die du ein eine einen es gibt ich im ist mit nicht sind und viele
von vor wie wieviele wo zu au avec ce cette combien dans de décris des du elle en est et il je la le les montre ne où
par pas pour quel quelle que qui sont sur un une vous al como con cuántos del el esta este hay imagen las lo los
muestra por qué se su una y che della di e foto immagine nella quale quanti sono sulla um uma o os na há imagem não
quantos são een het hoeveel op van wat zijn och på hur som bilden ile jest obrazku się w
"""
_ENGLISH, _NOT_ENGLISH = frozenset(_ENGLISH_WORDS.split()), frozenset(_OTHER_WORDS.split())


def language_of(text: str) -> str:
    """The language that an instruction is mostly written in: "en", "zh" or "other". Quoted text is left aside.

    A rule of thumb for grouping: Chinese by its characters; other scripts, accents and the small words of other
    European languages speak against English, and what says nothing ("OCR?") counts as English.
    """
    plain = _QUOTED.sub(" ", text)
    plain = plain if any(c.isalpha() for c in plain) else text
    letters = [c for c in plain if c.isalpha()]
    han = sum(_is_han(c) for c in letters)
    words = _LATIN_WORD.findall(plain.lower())
    foreign = sum(not _is_han(c) and not _is_latin(c) for c in letters)
    if foreign > max(han, sum(map(len, words))) / 2:  # Japanese mixes its own letters into Chinese characters
        return "other"
    if han and han >= _HAN_PER_WORD * len(words):
        return "other" if foreign and foreign >= han / 4 else "zh"
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _NOT_ENGLISH or not word.isascii() for word in words)
    return "other" if others > english else "en"


def _is_han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff" or "\u3400" <= c <= "\u4dbf" or "\U00020000" <= c <= "\U0003134f"


def _is_latin(c: str) -> bool:
    return c < "\u0370"
