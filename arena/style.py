"""What the look of two answers does to votes: length and formatting in bins, and ratings at equal look.

A vote is stored with two small numbers, `length_bin` and `format_bin`; counts by them are all that is needed here, so
nothing takes a look at single votes. Both swap their sign when the answers are swapped.

The model is Davidson's with the style of the answers added to the difference of log strengths, as in the style control
of LMArena (Li et al., 2024): d = strength_a - strength_b + effects . (style_a - style_b).
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.counts import TIE, Counts, count_frame
from arena.davidson import chances
from arena.intervals import NORMAL_95, SCALE, fitted, ratings

LENGTH_BINS = 5
"""Bins to each side of equal length."""
MARKUP = ("lists", "headings", "bold", "tables")
EFFECTS = ("length", *MARKUP)
EFFECT_COLUMNS = ("style", "effect", "low", "high", "votes")
COLUMNS = ("model", "rating", "low", "high", "plain_rating", "change")

_PATTERNS = (
    re.compile(r"^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+|\d{1,3}、)\S", re.MULTILINE),
    re.compile(r"^[ ]{0,3}#{1,6}[ \t]+\S", re.MULTILINE),
    re.compile(r"\*\*(?=\S)[^*\n]+\*\*|__(?=\S)[^_\n]+__"),
    re.compile(r"^[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$", re.MULTILINE),
)
_RIDGE = 1 / 2.5**2  # effects of log odds far over 2.5 are not believed without many votes (Gelman et al., 2008)
_STEPS, _CLOSE, _ROUNDING, _LONGEST = 100, 1e-8, 1e-15, 3.0  # as in `arena.davidson`


@dataclass(frozen=True)
class StyleControl:
    """table: COLUMNS, best first: ratings at equal style with analytic 95 % intervals, and beside them `plain_rating`,
    from the same votes without the control.

    effects: EFFECT_COLUMNS, one row for each of EFFECTS, in rating points: what an answer gains whose text is the
    longer by the whole length of both ("length"), or which has more of a kind of formatting. votes: how many votes
    were on answers that differ in it; without any, the effect is 0 and its range as wide as before the first vote.
    """

    table: pd.DataFrame
    effects: pd.DataFrame


def length_bin(a_text: str, b_text: str) -> int:
    """-5 to 5: the difference of both lengths in characters, as a share of their sum, times 5 and rounded; 0 is alike.

    A share, so that a line against half a line is as much as a page against half a page.
    """
    a, b = len(a_text.strip()), len(b_text.strip())
    if a == b:
        return 0
    size = math.floor(LENGTH_BINS * abs(a - b) / (a + b) + 0.5)  # a half goes up on either side
    return size if a > b else -size


def format_bin(a_text: str, b_text: str) -> int:
    """-40 to 40: for lists, headings, bold and tables, which answer has more of it, as one number in balanced ternary.

    The digit of weight 3^k is 1, 0 or -1 where a has more, as many, or fewer items of MARKUP[k] (Markdown).
    """
    signs = [(a > b) - (a < b) for a, b in zip(_markup(a_text), _markup(b_text), strict=True)]
    return sum(sign * 3**place for place, sign in enumerate(signs))


def features(length: np.ndarray, formats: np.ndarray) -> np.ndarray:
    """Both bins as style differences of a against b, shape (rows, len(EFFECTS)), each in -1 to 1.

    Raises ValueError for numbers that are no bins.
    """
    length, formats = np.asarray(length, dtype=int), np.asarray(formats, dtype=int)
    limit = (3 ** len(MARKUP) - 1) // 2
    if (np.abs(length) > LENGTH_BINS).any() or (np.abs(formats) > limit).any():
        raise ValueError(f"length bins are at most {LENGTH_BINS} and format bins {limit}, got {length} and {formats}")
    digits = [(formats + limit) // 3**place % 3 - 1 for place in range(len(MARKUP))]
    return np.column_stack([length / LENGTH_BINS, *digits])


def control(frame: pd.DataFrame, models: Iterable[str] = ()) -> StyleControl:
    """Ratings at equal style from `Store.style_tallies(axis)`: model_a, model_b, judgment, length, format, count.

    O(rows), which are at most models^2 * 11 * 81 * 4 however many votes there are.
    """
    counts = count_frame(frame, models)
    cells = _cells(frame, counts)
    n = len(counts.models)
    if not n:
        return StyleControl(pd.DataFrame(columns=list(COLUMNS)), pd.DataFrame(columns=list(EFFECT_COLUMNS)))
    theta, information = _fit(counts, cells)
    covariance = np.linalg.inv(information)
    judged = counts.judged if counts.judged.any() else ~counts.judged
    centring = np.eye(n) - judged / judged.sum()
    rating = ratings(theta[None, :n], judged)[0]
    margin = NORMAL_95 * SCALE * np.sqrt(np.diag(centring @ covariance[:n, :n] @ centring.T))
    plain = ratings(fitted(counts).strength, judged)[0]
    table = pd.DataFrame({
        "model": counts.models, "rating": rating, "low": rating - margin, "high": rating + margin,
        "plain_rating": plain, "change": rating - plain,
    }).sort_values(["rating", "model"], ascending=[False, True], kind="stable", ignore_index=True)  # fmt: skip
    gain = SCALE * theta[n : n + len(EFFECTS)]
    margin = NORMAL_95 * SCALE * np.sqrt(np.diag(covariance)[n : n + len(EFFECTS)])
    effects = pd.DataFrame({
        "style": EFFECTS, "effect": gain, "low": gain - margin, "high": gain + margin,
        "votes": ((cells.style != 0) * cells.total[:, None]).sum(axis=0).astype(int),
    })  # fmt: skip
    return StyleControl(table, effects)


@dataclass(frozen=True)
class _Cells:
    """Votes on one pair in one style: first, second (index of model), style (cells, effects), won ((wins - losses) / 2)
    and ties; all from the view of the first model of the pair."""

    first: np.ndarray
    second: np.ndarray
    style: np.ndarray
    won: np.ndarray
    ties: np.ndarray
    total: np.ndarray


def _cells(frame: pd.DataFrame, counts: Counts) -> _Cells:
    position = {name: index for index, name in enumerate(counts.models)}
    a, b = (frame[side].map(position).to_numpy(dtype=int) for side in ("model_a", "model_b"))
    sign = {"a": 1, "b": -1, "both_good": 0, "both_bad": 0}
    outcome = frame["judgment"].map(sign).to_numpy(dtype=float)  # NaN: can't tell
    kept = ~np.isnan(outcome)
    number = frame["count"].to_numpy(dtype=float)[kept]
    style = features(frame["length"].to_numpy()[kept], frame["format"].to_numpy()[kept])
    return _Cells(a[kept], b[kept], style, outcome[kept] / 2 * number, (outcome[kept] == 0) * number, number)


def _fit(counts: Counts, cells: _Cells) -> tuple[np.ndarray, np.ndarray]:
    """Log strengths, effects and log 2v at the maximum, and the information there; virtual games have no style."""
    n, k = len(counts.models), len(EFFECTS)
    tied = counts.games[:, TIE].sum() > 0
    theta = np.zeros(n + k + 1)
    theta[-1] = 0.0 if tied else -np.inf
    value, gradient, information = _likelihood(theta, n, cells, tied)
    for _ in range(_STEPS):
        step = np.linalg.solve(information, gradient)
        length = np.abs(step).max()
        if length < _CLOSE + _ROUNDING * cells.total.sum():
            return theta, information
        step *= min(1, _LONGEST / length)
        while (tried := _likelihood(theta + step, n, cells, tied))[0] < value - 1e-9 * (1 + abs(value)):
            step /= 2
        theta, (value, gradient, information) = theta + step, tried
    raise ArithmeticError(f"no fit after {_STEPS} steps of Newton's method; the last step was {length:.1e}")


def _likelihood(theta: np.ndarray, n: int, cells: _Cells, tied: bool) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood with the ridge on effects, its gradient, and minus its Hessian."""
    k, size = len(EFFECTS), len(theta)
    strength, effects = np.append(theta[:n], 0.0), theta[n : n + k]  # the prior's strength is 0
    first = np.append(cells.first, np.arange(n))
    second = np.append(cells.second, np.full(n, n))
    style = np.concatenate([cells.style, np.zeros((n, k))])
    won, ties = np.append(cells.won, np.zeros(n)), np.append(cells.ties, np.zeros(n))
    total = np.append(cells.total, np.full(n, 2.0))
    difference = strength[first] - strength[second] + style @ effects
    expected, tie, told, both, log_norm = chances(difference, theta[-1])
    value = float(won @ difference - total @ log_norm - _RIDGE * effects @ effects / 2)
    gradient, information = np.zeros(size), np.zeros((size, size))
    off, told, both = won - total * expected, total * told, total * both
    gradient[:n] = _by_model(first, second, off, n)
    gradient[n : n + k] = off @ style - _RIDGE * effects
    square = np.zeros((n + 1) ** 2)
    for i, j, share in ((first, second, -1), (second, first, -1), (first, first, 1), (second, second, 1)):
        square += share * np.bincount(i * (n + 1) + j, told, (n + 1) ** 2)
    information[:n, :n] = square.reshape(n + 1, n + 1)[:n, :n]
    for effect in range(k):
        information[:n, n + effect] = _by_model(first, second, told * style[:, effect], n)
    information[n : n + k, :n] = information[:n, n : n + k].T
    information[n : n + k, n : n + k] = (style * told[:, None]).T @ style + _RIDGE * np.eye(k)
    information[-1, -1] = 1
    if tied:
        value += float(ties.sum() * theta[-1])
        gradient[-1] = ties.sum() - total @ tie
        information[:n, -1] = information[-1, :n] = _by_model(first, second, both, n)
        information[n : n + k, -1] = information[-1, n : n + k] = both @ style
        information[-1, -1] = total @ (tie * (1 - tie))
    return value, gradient, information


def _by_model(first: np.ndarray, second: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Sums of values by model, plus where it is first and minus where it is second."""
    return (np.bincount(first, values, n + 1) - np.bincount(second, values, n + 1))[:n]


def _markup(text: str) -> list[int]:
    return [len(pattern.findall(text)) for pattern in _PATTERNS]
