"""Instruction following, measured: MME asks for yes or no, and this is how far a model's answers keep to that.

Only answers that were let finish show it: a run that ends an answer as soon as its verdict is fixed knows neither how
long it would have become nor whether it would have declined.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from benchmark.scoring import Response
from benchmark.statistics import Share, share
from benchmark.subtasks import SUBTASKS, find_subtask

OVERALL = "all"

REFUSALS: tuple[str, ...] = (
    # English: I cannot help, I am not able, I am only a program
    r"\bi(?:'m| am) (?:so |very |really |truly )?sorry\b",
    r"\b(?:sorry|apologi[sz]e|my apologies)\b",
    r"\bi (?:cannot|can not|can't|could not|couldn't|won't|will not)\b",
    r"\bi(?:'m| am) (?:unable|not able|not allowed|not permitted)\b",
    r"\b(?:unable|not possible|impossible) to (?:answer|determine|tell|say|identify|recognize|see|verify|confirm)\b",
    r"\b(?:cannot|can't|can not) be (?:answered|determined|identified|verified|confirmed)\b",
    r"\bas an? (?:ai|artificial intelligence|(?:large )?language model|assistant)\b",
    r"\bi do(?:n't| not) (?:know|have (?:access|enough|the ability|information))\b",
    r"\bnot enough (?:information|context)\b",
    # Chinese: sorry, cannot, as an AI, do not know, unable to tell
    r"抱歉|对不起|對不起",
    r"我(?:无法|無法|不能|没办法|沒辦法)",
    r"(?:无法|無法|不能)(?:确定|確定|判断|判斷|回答|识别|識別|看到|提供|辨认|辨認)",
    r"作为(?:一个|一款|一名)?(?:AI|人工智能|语言模型|大模型)|作為(?:一個|一款|一名)?(?:AI|人工智慧|語言模型)",
    r"我不(?:知道|清楚|确定|確定)",
)
"""What counts as declining to answer, in English and Chinese: regular expressions, looked for anywhere, case aside.

Typographic apostrophes count as plain ones. An answer that begins with yes or no has answered and is never a refusal,
whatever excuse follows."""

_REFUSAL = re.compile("|".join(REFUSALS), re.IGNORECASE)
_APOSTROPHES = str.maketrans("‘’ʼ＇`´", "''''''")
_WRAPPING = " \t\r\n\v\f\u00a0\u3000\ufeff\"'`´“”„‟‘’‚‛«»‹›「」『』＂＇"
"""Spaces and quotation marks, which may stand before the answer."""
_ANSWER = re.compile(r"(?:yes|no)(?![a-z0-9\u00c0-\u024f])", re.IGNORECASE)
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+")
"""What stands between spaces; each Chinese character is a word of its own."""


@dataclass(frozen=True)
class Length:
    """Half of the answers are at most `median` long, 95 of 100 at most `long`."""

    median: float
    long: float


@dataclass(frozen=True)
class Following:
    """How the answers of one subtask (or of all, `name` all) keep to the instruction."""

    name: str
    answers: int
    begins: Share  # with yes or no, quotes and spaces aside
    refused: Share
    empty: Share
    characters: Length
    words: Length


def begins_with_answer(response: str) -> bool:
    """Whether the first word, spaces and quotation marks aside, is yes or no; "Nope" and "Not sure" are neither."""
    return _ANSWER.match(response.lstrip(_WRAPPING)) is not None


def refuses(response: str) -> bool:
    """Whether the response declines to answer, by the phrases in REFUSALS."""
    return not begins_with_answer(response) and _REFUSAL.search(response.translate(_APOSTROPHES)) is not None


def is_empty(response: str) -> bool:
    """Whether nothing but spaces and quotation marks was said."""
    return not response.strip(_WRAPPING)


def words_in(response: str) -> int:
    """Words between spaces; each Chinese character counts as one."""
    return len(_WORD.findall(response))


def instruction_following(responses: Iterable[Response]) -> dict[str, Following]:
    """Per subtask in the official order, then `all`; empty without responses."""
    said: dict[str, list[str]] = {}
    for response in responses:
        said.setdefault(find_subtask(response.subtask).name, []).append(response.response)
    if not said:
        return {}
    found = {s.name: _following(s.name, said[s.name]) for s in SUBTASKS if s.name in said}
    return {**found, OVERALL: _following(OVERALL, [text for texts in said.values() for text in texts])}


def following_table(responses: Iterable[Response]) -> pd.DataFrame:
    """Columns name, answers, and for begins, refused, empty: the share, _low and _high; then characters_median,
    characters_long, words_median, words_long."""
    rows = []
    for found in instruction_following(responses).values():
        row: dict[str, object] = {"name": found.name, "answers": found.answers}
        for name in ("begins", "refused", "empty"):
            part: Share = getattr(found, name)
            row |= {name: part.value, f"{name}_low": part.low, f"{name}_high": part.high}
        for name in ("characters", "words"):
            row |= {f"{name}_{which}": value for which, value in asdict(getattr(found, name)).items()}
        rows.append(row)
    return pd.DataFrame(rows)


def _following(name: str, said: Sequence[str]) -> Following:
    n = len(said)
    return Following(
        name,
        n,
        share(sum(map(begins_with_answer, said)), n),
        share(sum(map(refuses, said)), n),
        share(sum(map(is_empty, said)), n),
        _length([len(text) for text in said]),
        _length([words_in(text) for text in said]),
    )


def _length(lengths: Sequence[int]) -> Length:
    return Length(float(np.median(lengths)), float(np.quantile(lengths, 0.95, method="inverted_cdf")))
