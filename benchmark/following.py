"""Instruction following, measured: MME asks for yes or no, and this is how far a model's answers keep to that."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from benchmark.scoring import Response

OVERALL = "all"


@dataclass(frozen=True)
class Share:
    """`count` of `of` answers, with a 95 % interval (Wilson); `value`, `low` and `high` are from 0 to 1."""

    count: int
    of: int
    value: float
    low: float
    high: float


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


def share(count: int, of: int) -> Share:
    """A share with its Wilson interval; of nothing it is 0, anywhere from 0 to 1."""
    raise NotImplementedError


def begins_with_answer(response: str) -> bool:
    """Whether the first word is yes or no."""
    raise NotImplementedError


def refuses(response: str) -> bool:
    """Whether the response declines to answer, by the phrases in REFUSALS."""
    raise NotImplementedError


def instruction_following(responses: Iterable[Response]) -> dict[str, Following]:
    """Per subtask in the official order, then `all`; empty without responses."""
    raise NotImplementedError


def following_table(responses: Iterable[Response]) -> pd.DataFrame:
    """Columns name, answers, and for begins, refused, empty: the share, _low and _high; then characters_median,
    characters_long, words_median, words_long."""
    raise NotImplementedError
