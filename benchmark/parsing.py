"""From a raw response to a verdict, by the rules of the three tools that people use for MME.

The rules disagree: "None" is `no` for two of them, "The answer is no" only for the third. That is why the raw
response is the record and the parser is chosen afterwards.
"""

import re
from enum import StrEnum

from benchmark.errors import UnknownNameError


class Verdict(StrEnum):
    """What a response says. OTHER is neither yes nor no: never right, and counted apart."""

    YES = "yes"
    NO = "no"
    OTHER = "other"


class Parser(StrEnum):
    """Whose reading rules: MME's own evaluation tool, lmms-eval, or VLMEvalKit (without its judge model)."""

    OFFICIAL = "official"
    LMMS_EVAL = "lmms-eval"
    VLMEVALKIT = "vlmevalkit"


def find_parser(name: str) -> Parser:
    """The parser of this name. Raises UnknownNameError with the three names that are allowed."""
    try:
        return Parser(name)
    except ValueError:
        raise UnknownNameError("parser", str(name), [parser.value for parser in Parser]) from None


def parse(response: str, parser: str | Parser = Parser.OFFICIAL) -> Verdict:
    """Read one response: `yes`, `no` or `other`. Raises UnknownNameError for a parser that is not one of the three."""
    return _RULES[find_parser(parser)](response)


_BREAKS = str.maketrans({"\t": " ", "\n": " ", "\r": " "})
_SURROGATES = re.compile("[\ud800-\udfff]")


def one_line(text: str) -> str:
    """`text` as the official tab-separated format can hold it.

    Each tab, newline and carriage return becomes one space; half a surrogate pair, which UTF-8 cannot write,
    becomes the replacement character. Nothing else changes, and nothing changes the second time.
    """
    return _SURROGATES.sub("\ufffd", text.translate(_BREAKS))


def _first_characters(lowered: str) -> Verdict:
    head = lowered[:4]
    if "yes" in head:
        return Verdict.YES
    return Verdict.NO if "no" in head else Verdict.OTHER


def _official(response: str) -> Verdict:
    """MME's eval tool: the first 4 characters of the lowered response, not stripped, yes before no."""
    return _first_characters(one_line(response).lower())


def _lmms_eval(response: str) -> Verdict:
    """lmms-eval: stripped and without periods first; a single letter y or n counts."""
    text = response.lower().strip().replace(".", "")
    if len(text) == 1:
        return {"y": Verdict.YES, "n": Verdict.NO}.get(text, Verdict.OTHER)
    return _first_characters(text)


_PUNCTUATION = ';/[]"{}()=+\\_-><@`,?!'
_COMMA_IN_NUMBER = re.compile(r"\d,\d")
_PERIOD = re.compile(r"\.(?!\d)")


def _vlmevalkit(response: str) -> Verdict:
    """VLMEvalKit: exactly one of the words yes and no stands in the response, punctuation aside."""
    text = response.lower()
    number = _COMMA_IN_NUMBER.search(text) is not None
    words = text
    for mark in _PUNCTUATION:
        loose = number or f"{mark} " in text or f" {mark}" in text
        words = words.replace(mark, "" if loose else " ")
    # There, a flag stands in the place of `count`, so only the first 32 periods go (re.UNICODE == 32).
    words = _PERIOD.sub("", words, count=32).split()
    yes, no = "yes" in words, "no" in words
    if yes == no:
        return Verdict.OTHER
    return Verdict.YES if yes else Verdict.NO


_RULES = {Parser.OFFICIAL: _official, Parser.LMMS_EVAL: _lmms_eval, Parser.VLMEVALKIT: _vlmevalkit}


def verdict_is_fixed(text: str, parser: str | Parser = Parser.OFFICIAL) -> bool:
    """Whether every response that begins with `text` gets the same verdict, so that no more of it is needed.

    Raises UnknownNameError for a parser that is not one of the three.
    """
    return _FIXED[find_parser(parser)](text)


def _first_characters_are_fixed(lowered: str) -> bool:
    """For `_first_characters` of `lowered` and whatever follows it."""
    if len(lowered) >= 4 or _first_characters(lowered) is not Verdict.OTHER:
        return True  # after "no" there is not room enough for a "yes"
    return len(lowered) == 3 and not lowered.endswith(("n", "ye"))


def _official_is_fixed(text: str) -> bool:
    return _first_characters_are_fixed(one_line(text).lower())


def _lmms_eval_is_fixed(text: str) -> bool:
    begun = text.lower().lstrip().replace(".", "")  # white space at its end stays only if something follows
    return _first_characters_are_fixed(begun) and begun.rstrip() not in ("y", "n")


_WHOLE_WORD = re.compile(r"(?<!\S)(?:yes|no)(?=\s)")


def _vlmevalkit_is_fixed(text: str) -> bool:
    """Only once both words stand between spaces; anything less can be undone, punctuation by later punctuation."""
    return len(set(_WHOLE_WORD.findall(text.lower()))) == 2


_FIXED = {
    Parser.OFFICIAL: _official_is_fixed,
    Parser.LMMS_EVAL: _lmms_eval_is_fixed,
    Parser.VLMEVALKIT: _vlmevalkit_is_fixed,
}
