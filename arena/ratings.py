"""Votes of one axis -> ratings with 95 % intervals, the ranks that these allow, and what they cannot rest on.

The model is Davidson's for wins and ties on counts, with two virtual games of each model against a player `#prior`, one
won, one lost (see `arena.davidson`). Ratings are on Elo's scale, 400 / ln 10 points per unit of log strength, and the
mean of the models that have been judged is 1000. Everything here is O(models^2) and takes no look at single votes;
with `voters` it is O(rows) of the votes by voter.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.counts import Counts, VoterCounts, count, count_frame, count_overall, count_voters
from arena.intervals import CENTRE, NORMAL_95, SCALE, bootstrap, fitted, standard_errors, voter_errors
from arena.intervals import ratings as on_scale
from arena.notes import Note, notes, records

__all__ = [
    "BOOTSTRAP_ROUNDS",
    "CENTRE",
    "COLUMNS",
    "PROVISIONAL_BELOW",
    "SCALE",
    "Counts",
    "Note",
    "Ranges",
    "VoterCounts",
    "count",
    "count_frame",
    "count_overall",
    "count_voters",
    "point_ratings",
    "ranges",
    "rank_spread",
    "rate",
]  # fmt: skip

BOOTSTRAP_ROUNDS = 1000
PROVISIONAL_BELOW = 30
"""Fewer battles than that, and a rating is marked as provisional."""
COLUMNS = (
    "model", "rating", "low", "high", "battles", "wins", "ties", "losses",
    "rank_best", "rank_worst", "provisional", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Ranges:
    """Ratings and their 95 % ranges in the order of `Counts.models`, each of shape (models,).

    voters: how many voters each range rests on, were they all alike; None where votes were taken for independent.
    """

    rating: np.ndarray
    low: np.ndarray
    high: np.ndarray
    voters: np.ndarray | None = None


def ranges(counts: Counts, rounds: int = BOOTSTRAP_ROUNDS, seed: int = 0, voters: VoterCounts | None = None) -> Ranges:
    """Ratings with the ranges that `rate` describes; counts must list a model. Raises ValueError as `rate` does."""
    if rounds < 0:
        raise ValueError(f"rounds must be at least 0, got {rounds}")
    if voters is not None and voters.counts.models != counts.models:
        raise ValueError(f"voters rate {voters.counts.models}, counts {counts.models}; give both the same models")
    fits, judged = fitted(counts), counts.judged
    rating = on_scale(fits.strength, judged)[0]
    margin = NORMAL_95 * standard_errors(fits, judged)[0]
    if voters is not None:
        by_voter = voter_errors(voters, fits)
        margin = np.maximum(margin, by_voter.quantile * by_voter.errors)
        return Ranges(rating, rating - margin, rating + margin, by_voter.voters)
    low, high = rating - margin, rating + margin
    if rounds and judged.any():
        again = bootstrap(counts, fits, rounds, np.random.default_rng(seed))
        boot_low, boot_high = np.percentile(again, [2.5, 97.5], axis=0)
        low, high = np.minimum(low, boot_low), np.maximum(high, boot_high)
    return Ranges(rating, low, high)


def rate(
    counts: Counts, rounds: int = BOOTSTRAP_ROUNDS, seed: int = 0, voters: VoterCounts | None = None
) -> pd.DataFrame:
    """One row per model, best first, with COLUMNS; equal input and seed give equal output.

    low and high enclose the central 95 % of `rounds` multinomial bootstrap fits and the analytic interval, whichever
    is wider on its side: resampling a handful of votes cannot show how little is known, the analytic interval can.
    rounds=0 leaves the analytic interval alone.

    With `voters` (of the same votes) they are the interval clustered by voter, or the analytic one where it is wider,
    and the column `voters` follows: how many voters the range rests on, were they all alike. People differ in what they
    prefer; where some judge often, ranges that take their votes for independent are too narrow.

    rank_best and rank_worst: see `rank_spread`. note: a `Note`'s value, empty for a rating that rests on votes.
    Of overall counts (`count_overall`), wins, ties, losses and battles count the judgments of both axes.
    """
    if not counts.models:
        return pd.DataFrame(columns=[*COLUMNS, "voters"] if voters is not None else list(COLUMNS))
    found = ranges(counts, rounds, seed, voters)
    numbers = np.array(records(counts))
    if (numbers == np.round(numbers)).all():  # votes with weights are not whole
        numbers = numbers.astype(int)
    wins, ties, losses = numbers
    best, worst = rank_spread(found.low, found.high, counts.judged)
    columns = {
        "model": counts.models, "rating": found.rating, "low": found.low, "high": found.high,
        "battles": wins + ties + losses, "wins": wins, "ties": ties, "losses": losses,
        "rank_best": best, "rank_worst": worst,
        "provisional": (wins + ties + losses) * counts.share < PROVISIONAL_BELOW,
        "note": [note.value for note in notes(counts)],
    }  # fmt: skip
    table = pd.DataFrame(columns if found.voters is None else columns | {"voters": found.voters})
    return table.sort_values(["rating", "model"], ascending=[False, True], kind="stable", ignore_index=True)


def rank_spread(low: np.ndarray, high: np.ndarray, judged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst rank that intervals allow each model, each of shape (models,).

    A model is surely behind those judged models whose whole interval is above its own, and surely ahead of those whose
    whole interval is below; between the rest nothing is decided.
    """
    low, high = np.asarray(low), np.asarray(high)
    others = judged[None, :] & ~np.eye(len(low), dtype=bool)
    above = (others & (low[None, :] > high[:, None])).sum(axis=1)
    below = (others & (high[None, :] < low[:, None])).sum(axis=1)
    return 1 + above, 1 + others.sum(axis=1) - below


def point_ratings(counts: Counts) -> dict[str, float]:
    """The ratings alone, without intervals: fast enough to show after every vote."""
    if not counts.models:
        return {}
    return dict(zip(counts.models, on_scale(fitted(counts).strength, counts.judged)[0].tolist(), strict=True))
