"""How sure ratings are: from the curvature of the likelihood, by resampling votes, and by voter.

All of it is in points of the rating scale and about ratings whose centre is the mean of the judged models: the
uncertainty of a model that nobody has judged does not widen the others' ranges.
"""

import math
from dataclasses import dataclass

import numpy as np

from arena.counts import FIRST, SECOND, TIE, Counts, VoterCounts
from arena.davidson import Fits, chances, fit

SCALE = 400 / math.log(10)
"""Elo's: points per unit of log strength."""
CENTRE = 1000.0
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class VoterErrors:
    """errors: standard errors, quantile: what to multiply them with for 95 %, both of shape (models,).

    voters: the number of voters that each error rests on, were they all alike (degrees of freedom); shape (models,).
    """

    errors: np.ndarray
    quantile: np.ndarray
    voters: np.ndarray


def fitted(counts: Counts) -> Fits:
    """The fit of one set of counts."""
    return fit(len(counts.models), counts.index, counts.games[None] * counts.share)


def ratings(strength: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Log strengths of shape (sets, models) as ratings; the mean of the judged models (all, if none is) is CENTRE."""
    return CENTRE + SCALE * strength @ _centring(judged).T


def standard_errors(fits: Fits, judged: np.ndarray) -> np.ndarray:
    """Analytic standard errors, shape (sets, models), for votes that are independent of each other.

    From the Fisher information at the fit, virtual games included: these hold a model that has only won to a finite
    range, where resampling its wins would show no uncertainty at all.
    """
    n = len(judged)
    centring = _centring(judged)
    variance = np.einsum("mi,sij,mj->sm", centring, _covariance(fits)[:, :n, :n], centring, optimize=True)
    return SCALE * np.sqrt(np.clip(variance, 0, None))


def bootstrap(counts: Counts, fits: Fits, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """Ratings of multinomial resamples of the votes, shape (rounds, models). counts needs at least one game.

    Drawing the counts of n votes is the same as drawing n votes one by one, and takes no longer for a million.
    """
    games = counts.games.ravel()
    total = games.sum()
    draws = rng.multinomial(max(1, round(total * counts.share)), games / total, size=rounds)
    again = fit(len(counts.models), counts.index, draws.reshape(rounds, -1, 3), start=fits)
    return ratings(again.strength, _or_all(counts.judged))


def voter_errors(voters: VoterCounts, fits: Fits) -> VoterErrors:
    """Standard errors for votes that depend on each other within a voter: a sandwich over voters.

    voters.counts are the counts that `fits` is the fit of. Each voter's pull on each rating (the infinitesimal
    jackknife) is summed over that person's votes before it is squared. A voter with a share h of all that is known of
    a rating pulled the fit to their own votes, hence the factor 1 / (1 - h) (CR2 of Bell and McCaffrey, 2002); few or
    unequal voters say little of voters in general, hence Student's quantile with Satterthwaite's degrees of freedom.
    O(models * rows) and O(models * voters).
    """
    from scipy.special import stdtrit  # the page's start need not wait for it

    counts = voters.counts
    judged = _or_all(counts.judged)
    pull, told = _influence(counts, fits, judged)
    n = len(counts.models)
    squares, known, known_squares = np.zeros((3, n))
    pair = voters.cell // 3
    for model in range(n):
        moved = np.bincount(voters.voter, voters.count * pull[voters.cell, model], voters.voters)
        tells = np.bincount(voters.voter, voters.count * told[pair, model], voters.voters)
        known[model], known_squares[model] = tells.sum(), np.square(tells).sum()
        leverage = tells / max(known[model], 1e-300)
        squares[model] = (np.square(moved) / np.maximum(1 - leverage, 0.5)).sum()
    alike = np.divide(np.square(known), known_squares, out=np.ones(n), where=known_squares > 0)
    degrees = np.maximum(alike - 1, 1)
    return VoterErrors(SCALE * np.sqrt(squares), stdtrit(degrees, 0.975), alike)


def _influence(counts: Counts, fits: Fits, judged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far one vote in a cell moves each (centred) log strength, shape (pairs * 3, models), and what share of
    the variance of each the model expects of one vote in a pair (up to a common factor), shape (pairs, models)."""
    n = len(counts.models)
    strength, tie = fits.strength[0], fits.tie[0]
    first, second = counts.index.T
    with np.errstate(divide="ignore"):
        expected, tied, told, both, _ = chances(strength[first] - strength[second], np.log(tie))
    lever = (_centring(judged) @ _covariance(fits)[0, :n]).T  # (n + 1, models): by the statistics of strength and tie
    by_difference = lever[first] - lever[second]  # (pairs, models)
    by_tie = np.broadcast_to(lever[n] * (tie > 0), by_difference.shape)
    pull = np.empty((len(first), 3, n))
    for outcome, (difference, is_tie) in {FIRST: (0.5, 0), SECOND: (-0.5, 0), TIE: (0, 1)}.items():
        pull[:, outcome] = (difference - expected)[:, None] * by_difference + (is_tie - tied)[:, None] * by_tie
    variance = (
        told[:, None] * by_difference**2
        + 2 * both[:, None] * by_difference * by_tie
        + (tied * (1 - tied))[:, None] * by_tie**2
    )
    return pull.reshape(-1, n) * counts.share, variance


def _covariance(fits: Fits) -> np.ndarray:
    """Of strengths and log 2v, shape (sets, n + 1, n + 1)."""
    return np.linalg.inv(fits.information)


def _centring(judged: np.ndarray) -> np.ndarray:
    """The matrix that takes the mean of the judged models (all, if none is) from each strength."""
    judged = _or_all(judged)
    return np.eye(len(judged)) - judged / judged.sum()


def _or_all(judged: np.ndarray) -> np.ndarray:
    return judged if judged.any() else ~judged
