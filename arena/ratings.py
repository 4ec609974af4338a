"""Votes of one axis -> ratings with 95 % intervals.

The model is Davidson's for wins and ties, fitted by Newman's iteration (JMLR 24, 22-1086, `evalica.newman`) on counts
with weights. So that a model without votes, wins or losses has a finite rating, each model plays two virtual games
against a player `#prior`: one won, one lost. Ratings are on Elo's scale, 400 / ln 10 points per unit of log strength,
and the mean of the models that have been judged is 1000.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.votes import OUTCOMES, Outcome, Tally

PRIOR = "#prior"
SCALE = 400 / math.log(10)
CENTRE = 1000.0
BOOTSTRAP_ROUNDS = 200
NORMAL_95 = 1.959964
COLUMNS = ("model", "rating", "low", "high", "battles", "wins", "ties", "losses")

_TOLERANCE = 1e-8
_LIMIT = 2000


@dataclass(frozen=True)
class Counts:
    """Aggregated votes: `games[p]` holds (first wins, second wins, ties) of the models `pairs[p]`.

    models are sorted; pairs holds index pairs (first < second); games has the shape (pairs, 3). `Can't tell` is
    not in it.
    """

    models: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    games: np.ndarray


def count(tallies: Iterable[Tally], models: Iterable[str] = ()) -> Counts:
    """Adds up tallies regardless of sides. models are listed even if they have no votes."""
    games: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(3))
    names = set(models)
    for tally in tallies:
        if tally.count < 0 or tally.model_a == tally.model_b:
            raise ValueError(f"a tally needs two different models and a count of at least 0, got {tally}")
        names |= {tally.model_a, tally.model_b}
        outcome = OUTCOMES.get(tally.judgment)
        if outcome is None:
            continue
        swapped = tally.model_a > tally.model_b
        first_wins = outcome is (Outcome.B_WINS if swapped else Outcome.A_WINS)
        column = 2 if outcome is Outcome.TIE else 0 if first_wins else 1
        games[tuple(sorted((tally.model_a, tally.model_b)))][column] += tally.count
    ordered = tuple(sorted(names))
    index = {name: position for position, name in enumerate(ordered)}
    keys = sorted(games)
    return Counts(
        ordered,
        tuple((index[first], index[second]) for first, second in keys),
        np.array([games[key] for key in keys]).reshape(-1, 3),
    )


def rate(counts: Counts, rounds: int = BOOTSTRAP_ROUNDS, seed: int = 0) -> pd.DataFrame:
    """One row per model, best first, with COLUMNS; equal input and seed give equal output.

    low and high enclose the central 95 % of multinomial bootstrap fits and the analytic interval, whichever is wider
    on its side: resampling a handful of votes cannot show how little is known, the analytic interval can.
    """
    if rounds < 1:
        raise ValueError(f"rounds must be at least 1, got {rounds}")
    if not counts.models:
        return pd.DataFrame(columns=list(COLUMNS))
    ratings, tie = _fit(counts, counts.games)
    margin = NORMAL_95 * _standard_errors(counts, ratings, tie)
    low, high = ratings - margin, ratings + margin
    total = counts.games.sum()
    if total > 0:
        rng = np.random.default_rng(seed)
        draws = rng.multinomial(round(total), counts.games.ravel() / total, size=rounds)  # (rounds, pairs * 3)
        fits = np.array([_fit(counts, draw.reshape(-1, 3).astype(float))[0] for draw in draws])
        boot_low, boot_high = np.percentile(fits, [2.5, 97.5], axis=0)
        low, high = np.minimum(low, boot_low), np.maximum(high, boot_high)
    wins, ties, losses = _records(counts)
    table = pd.DataFrame({
        "model": counts.models, "rating": ratings, "low": low, "high": high,
        "battles": wins + ties + losses, "wins": wins, "ties": ties, "losses": losses,
    })  # fmt: skip
    return table.sort_values(["rating", "model"], ascending=[False, True], kind="stable", ignore_index=True)


def point_ratings(counts: Counts) -> dict[str, float]:
    """The ratings alone, without intervals: fast enough to show after every vote."""
    if not counts.models:
        return {}
    return dict(zip(counts.models, _fit(counts, counts.games)[0].tolist(), strict=True))


def _fit(counts: Counts, games: np.ndarray) -> tuple[np.ndarray, float]:
    """Ratings by model, shape (models,), and Davidson's tie parameter, for games of shape (pairs, 3)."""
    import evalica  # it imports scipy.stats, over a second that the page's start need not wait for

    outcomes = (evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw)
    n = len(counts.models)
    first = [i for i, _ in counts.pairs for _ in outcomes]
    second = [j for _, j in counts.pairs for _ in outcomes]
    models = [i for i in range(n) for _ in range(2)]
    result = evalica.newman(
        first + models,
        second + [n] * (2 * n),  # n stands for PRIOR
        list(outcomes) * len(counts.pairs) + [evalica.Winner.X, evalica.Winner.Y] * n,
        index=pd.RangeIndex(n + 1),
        weights=games.ravel().tolist() + [1.0] * (2 * n),
        tolerance=_TOLERANCE,
        limit=_LIMIT,
    )
    strength = np.log(result.scores.reindex(range(n)).to_numpy())
    return CENTRE + SCALE * (strength - strength[_judged(counts)].mean()), float(result.v)


def _judged(counts: Counts) -> np.ndarray:
    """Which models have games, shape (models,); all of them if none has. Only these define the scale's centre:
    the uncertainty of a model that nobody has judged must not widen the others' intervals."""
    judged = np.zeros(len(counts.models), dtype=bool)
    for pair, total in zip(counts.pairs, counts.games.sum(axis=1), strict=True):
        judged[list(pair)] |= total > 0
    return judged if judged.any() else ~judged


def _standard_errors(counts: Counts, ratings: np.ndarray, tie: float) -> np.ndarray:
    """Standard errors in rating points from the Fisher information at the fit, virtual games included.

    In Davidson's model a game between log strengths d apart has P(win) : P(loss) : P(tie) = e^(d/2) : e^(-d/2) : 2v and
    tells (P(win) + P(loss) - (P(win) - P(loss))^2) / 4 about d (an exponential family in (wins - losses) / 2).
    """
    n = len(counts.models)
    strength = np.append((ratings - CENTRE) / SCALE, 0.0)  # the prior is taken at the mean, n stands for it
    games = [(i, j, total) for (i, j), total in zip(counts.pairs, counts.games.sum(axis=1), strict=True)]
    games += [(i, n, 2.0) for i in range(n)]
    information = np.zeros((n + 1, n + 1))
    for i, j, total in games:
        half = (strength[i] - strength[j]) / 2
        win, loss, draw = np.exp(np.array([half, -half, math.log(2 * tie)]) - abs(half)) if tie > 0 else (
            *np.exp(np.array([half, -half]) - abs(half)), 0.0)  # fmt: skip
        norm = win + loss + draw
        told = total * ((win + loss) / norm - ((win - loss) / norm) ** 2) / 4
        information[np.ix_([i, j], [i, j])] += told * np.array([[1, -1], [-1, 1]])
    covariance = np.linalg.pinv(information, hermitian=True)[:n, :n]
    judged = _judged(counts)
    centring = np.eye(n) - judged / judged.sum()
    return SCALE * np.sqrt(np.clip(np.diag(centring @ covariance @ centring.T), 0, None))


def _records(counts: Counts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real wins, ties and losses by model, each of shape (models,)."""
    wins, ties, losses = np.zeros((3, len(counts.models)), dtype=int)
    for (i, j), (first, second, tied) in zip(counts.pairs, counts.games.astype(int), strict=True):
        wins[i] += first
        losses[i] += second
        wins[j] += second
        losses[j] += first
        ties[[i, j]] += tied
    return wins, ties, losses
