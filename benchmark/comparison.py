"""Two runs on the same pictures: what changed from the first to the second, and whether it could be chance.

Compared image by image, much smaller differences show than between two published figures: what is hard about an image
is hard for both runs and cancels.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark.parsing import Parser, Verdict
from benchmark.results import RunFolder
from benchmark.scoring import Response

PERMUTATIONS = 10_000


@dataclass(frozen=True)
class Row:
    """The change of one subtask, or of a total (`name` perception or cognition), from run A to run B, in points.

    `error` is the paired standard error (None for a single image), `low` and `high` bound a 95 % interval. `p` is how
    often chance alone would give a change at least as large; `holm` is p corrected for looking at all subtasks at
    once (None for the totals). `changed` counts images whose points differ.
    """

    name: str
    before: float
    after: float
    difference: float
    error: float | None
    low: float
    high: float
    p: float
    holm: float | None
    images: int
    changed: int


@dataclass(frozen=True)
class Flip:
    """One question that the two runs answered differently: `before` in run A, `after` in run B."""

    subtask: str
    image: str
    question: str
    truth: Verdict
    before: Verdict
    after: Verdict
    said_before: str
    said_after: str

    @property
    def gained(self) -> bool:
        """Wrong before, right after."""
        return self.after is self.truth

    @property
    def lost(self) -> bool:
        """Right before, wrong after."""
        return self.before is self.truth


@dataclass(frozen=True)
class Comparison:
    """Run B minus run A. `shared` images are compared; `only_a` and `only_b` were answered by one run only."""

    parser: Parser
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    shared: int
    only_a: int
    only_b: int

    @property
    def note(self) -> str:
        """A sentence on what was compared, when it was not everything; else empty."""
        raise NotImplementedError

    def table(self) -> pd.DataFrame:
        """A row for each of `rows`, with their fields as columns."""
        raise NotImplementedError

    def flip_table(self) -> pd.DataFrame:
        """A row for each of `flips`: subtask, image, question, truth, before, after, said_before, said_after."""
        raise NotImplementedError

    def as_dict(self) -> dict:
        """For JSON: keys parser, shared, only_a, only_b, note, rows, flips."""
        raise NotImplementedError


def compare(
    responses_a: Iterable[Response],
    responses_b: Iterable[Response],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
    permutations: int = PERMUTATIONS,
) -> Comparison:
    """Compare on the images that both runs answered. `rng` None: a generator seeded with 0, so figures repeat.

    Raises ComparisonError when the runs share no image, or asked different questions about one.
    """
    raise NotImplementedError


def compare_runs(
    run_a: RunFolder,
    run_b: RunFolder,
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
) -> Comparison:
    """The same for two run folders; also raises ComparisonError when their suites are different ones."""
    raise NotImplementedError
