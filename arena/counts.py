"""Votes of one axis, added up: all that a rating needs, however many votes there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.votes import OUTCOMES, Axis, Judgment, Outcome, Tally

FIRST, SECOND, TIE = range(3)
"""Columns of `Counts.games`: the first of the pair won, the second won, neither did."""


@dataclass(frozen=True)
class Counts:
    """Aggregated votes: `games[p]` holds (first wins, second wins, ties) of the models `pairs[p]`.

    models are sorted; pairs holds each pair of indices (first < second) once, sorted; games has the shape (pairs, 3).
    `Can't tell` is not in it. share is how much of a game of its own one counted game is: 1, or one half where both
    judgments of a battle were counted (see `count_overall`).
    """

    models: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    games: np.ndarray
    share: float = 1.0

    @property
    def index(self) -> np.ndarray:
        """`pairs` as an array of shape (pairs, 2)."""
        return np.array(self.pairs, dtype=np.intp).reshape(-1, 2)

    @property
    def judged(self) -> np.ndarray:
        """Which models have games, shape (models,)."""
        judged = np.zeros(len(self.models), dtype=bool)
        judged[self.index[self.games.sum(axis=1) > 0].ravel()] = True
        return judged


@dataclass(frozen=True)
class VoterCounts:
    """The same votes by voter: voter `voter[r]` gave `count[r]` votes to the cell `cell[r]` of `counts.games.ravel()`.

    voter holds numbers from 0 to voters - 1. count may be fractional where votes have weights.
    """

    counts: Counts
    voter: np.ndarray
    cell: np.ndarray
    count: np.ndarray
    voters: int


def count(tallies: Iterable[Tally], models: Iterable[str] = ()) -> Counts:
    """Adds up tallies regardless of sides. models are listed even if they have no votes.

    Raises ValueError for a tally of a model against itself or below 0.
    """
    return count_frame(_frame(tallies), models)


def count_overall(tallies: Mapping[Axis, Iterable[Tally]], models: Iterable[str] = ()) -> Counts:
    """Both axes together: the games of both, each for half a game.

    The two judgments of a battle are given by one person on one pair of answers, so they are not two independent
    games. With half a game each a battle is one game at most, and ranges from these counts hold for any dependence
    between the two (they are a little wide if there is none). By voter (`count_voters`) the dependence is estimated.
    """
    counts = count([tally for of_axis in tallies.values() for tally in of_axis], models)
    return Counts(counts.models, counts.pairs, counts.games, share=1 / len(Axis))


def count_frame(frame: pd.DataFrame, models: Iterable[str] = ()) -> Counts:
    """Adds up a frame with the columns model_a, model_b, judgment (its value), and count unless each row is one vote.

    O(rows), without a Python loop over them. Raises ValueError as `count` does, and for an unknown judgment.
    """
    return _read(frame, models)[0]


def count_voters(frame: pd.DataFrame, models: Iterable[str] = (), share: float = 1.0) -> VoterCounts:
    """Votes by voter from a frame as for `count_frame` with the column voter, e.g. `Store.voter_tallies(axis)`.

    Both axes together: the concatenated frames of both, with a share of one half (see `count_overall`).
    """
    counts, cells, weights, rated = _read(frame, models)
    numbers, names = pd.factorize(frame["voter"].to_numpy()[rated])
    counts = Counts(counts.models, counts.pairs, counts.games, share)
    return VoterCounts(counts, numbers.astype(np.intp), cells, weights, len(names))


def _read(frame: pd.DataFrame, models: Iterable[str]) -> tuple[Counts, np.ndarray, np.ndarray, np.ndarray]:
    """Counts of a frame; the cell and the count of each row that has an outcome; and which rows have one."""
    codes_a, names_a = pd.factorize(frame["model_a"])
    codes_b, names_b = pd.factorize(frame["model_b"])
    ordered = tuple(sorted({*map(str, names_a), *map(str, names_b), *models}))
    number = {name: position for position, name in enumerate(ordered)}
    a = np.array([number[name] for name in names_a], dtype=np.intp)[codes_a]
    b = np.array([number[name] for name in names_b], dtype=np.intp)[codes_b]
    weights = frame["count"].to_numpy(dtype=float) if "count" in frame else np.ones(len(frame))
    if (wrong := (weights < 0) | (a == b)).any():
        bad = frame[wrong].iloc[0].to_dict()
        raise ValueError(f"a tally needs two different models and a count of at least 0, got {bad}")
    given, judgments = pd.factorize(frame["judgment"])
    outcomes = np.array([_COLUMN[OUTCOMES.get(Judgment(judgment))] for judgment in judgments], dtype=np.intp)[given]
    rated = outcomes >= 0
    swapped = (a > b) & (outcomes != TIE)
    outcomes = np.where(swapped, 1 - outcomes, outcomes)[rated]
    n = len(ordered)
    key = (np.minimum(a, b) * n + np.maximum(a, b))[rated]
    totals = np.bincount(key * 3 + outcomes, weights=weights[rated], minlength=3 * n * n).reshape(-1, 3)
    seen = np.bincount(key, minlength=n * n) > 0
    pairs = np.flatnonzero(seen)
    position = np.cumsum(seen) - 1
    counts = Counts(ordered, tuple((int(pair // n), int(pair % n)) for pair in pairs), totals[pairs])
    return counts, position[key] * 3 + outcomes, weights[rated], rated


def _frame(tallies: Iterable[Tally]) -> pd.DataFrame:
    rows = [(tally.model_a, tally.model_b, str(tally.judgment), tally.count) for tally in tallies]
    return pd.DataFrame(rows, columns=["model_a", "model_b", "judgment", "count"])


_COLUMN = {Outcome.A_WINS: FIRST, Outcome.B_WINS: SECOND, Outcome.TIE: TIE, None: -1}
