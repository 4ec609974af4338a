"""What a score may hide: answers without looking, a leaning to yes, tools that read an answer differently.

Everything here is computed from stored responses; nothing is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark.comparison import Comparison, Flip
from benchmark.data import ImagePair
from benchmark.parsing import Parser, Verdict
from benchmark.scoring import Response, Scores
from benchmark.statistics import Estimate


def always(pairs: Iterable[ImagePair], said: Verdict, parser: str | Parser = Parser.OFFICIAL) -> Scores:
    """The score of a model that says the same to every question: what a score must beat to mean anything."""
    raise NotImplementedError


def confusion(responses: Iterable[Response], parser: str | Parser = Parser.OFFICIAL) -> pd.DataFrame:
    """Per subtask and in `all`: how often what was said when what was true.

    Columns: name, answers, yes_when_yes, no_when_yes, other_when_yes, yes_when_no, no_when_no, other_when_no (counts),
    yes_rate, no_rate, other_rate (shares of all answers).
    """
    raise NotImplementedError


def disagreements(responses: Iterable[Response]) -> pd.DataFrame:
    """The answers that the three parsers read differently.

    Columns: subtask, image, number, question, truth, response, and the verdict of each parser under its name.
    """
    raise NotImplementedError


@dataclass(frozen=True)
class Consistency:
    """Whether the same question gets the same answer when the order in the pair is swapped.

    `same` and `answers` count per subtask and in `all`; `flips` are the answers that differ.
    """

    same: Mapping[str, int]
    answers: Mapping[str, int]
    flips: tuple[Flip, ...]

    def table(self) -> pd.DataFrame:
        """Columns name, answers, same, share, low, high (95 %), in the order of the subtasks, then `all`."""
        raise NotImplementedError


def order_consistency(
    plain: Iterable[Response], swapped: Iterable[Response], parser: str | Parser = Parser.OFFICIAL
) -> Consistency:
    """Compare a run with one that asked the two questions of each image in the other order."""
    raise NotImplementedError


@dataclass(frozen=True)
class BlankAudit:
    """A run with the pictures (`seen`), the same on blank pictures (`blank`), and what seeing added, image by image.

    `comparison` is seen minus blank: where its interval holds 0, the picture made no measurable difference.
    """

    seen: Mapping[str, Estimate]
    blank: Mapping[str, Estimate]
    comparison: Comparison

    def table(self) -> pd.DataFrame:
        """Columns name, seen, blank, added, error, low, high, p, same_answers (share unchanged without a picture)."""
        raise NotImplementedError


def blank_audit(
    seen: Iterable[Response],
    blank: Iterable[Response],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
) -> BlankAudit:
    """How much of a score comes from language alone. Raises ComparisonError as `compare` does."""
    raise NotImplementedError


def fresh_suite_audit(
    shipped: Iterable[Response],
    fresh: Iterable[Response],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Does the model know the shipped suite? Two suites of the same kinds of question, so nothing is paired.

    Columns name, shipped, fresh, difference (shipped - fresh), error, low, high, p, images_shipped, images_fresh.
    """
    raise NotImplementedError
