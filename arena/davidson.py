"""Davidson's model of wins and ties, fitted by Newton's method to many sets of counts at once.

Source: R. R. Davidson, JASA 65 (1970) 317; the same likelihood as Newman's (JMLR 24, 22-1086; `evalica.newman`).
Between log strengths d apart, P(win) : P(loss) : P(tie) = e^(d/2) : e^(-d/2) : 2v. In (d, log 2v) this is an
exponential family with the statistics (wins - losses) / 2 and ties, so its log likelihood is concave.

So that every model has a finite strength, each plays two virtual games against a player `#prior`, whose log strength
is 0: one won, one lost. They are part of the likelihood.
"""

from dataclasses import dataclass

import numpy as np

from arena.counts import FIRST, SECOND, TIE

_STEPS = 100
_CLOSE, _ROUNDING = 1e-8, 1e-15  # of log strength, and more for each game: steps that small end the iteration
_LONGEST = 3.0  # of log strength: far from the maximum a full Newton step can overshoot
_CHUNK = 4_000_000  # pairs times sets of counts that are fitted at once: 32 MB for each array


@dataclass(frozen=True)
class Fits:
    """Fits to `sets` sets of counts of `n` models.

    strength: log strengths against the prior's 0, shape (sets, n). tie: 2v, shape (sets,), 0 where no game was a tie.
    information: of (strengths, log 2v), virtual games included, shape (sets, n + 1, n + 1); where no game was a tie
    its last row and column are those of the unit matrix.
    """

    strength: np.ndarray
    tie: np.ndarray
    information: np.ndarray


def fit(models: int, pairs: np.ndarray, games: np.ndarray, start: Fits | None = None) -> Fits:
    """The maximum of the likelihood for each set of counts.

    pairs: index pairs, each at most once, shape (pairs, 2). games: (first wins, second wins, ties), may be fractional,
    shape (sets, pairs, 3). start is a fit of one set to begin at, such as that of the counts which games resample.
    Raises ArithmeticError if the method does not end, which counts that are finite and not negative do not cause.
    """
    games = np.asarray(games, dtype=float)
    size = max(1, _CHUNK // (len(pairs) + models + 1))
    if len(games) > size:
        parts = [fit(models, pairs, games[at : at + size], start) for at in range(0, len(games), size)]
        return Fits(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fits.__annotations__))
    sets = len(games)
    likelihood = _Likelihood(models, pairs, games)
    theta = np.zeros((sets, models + 1))  # log strengths, then log 2v
    if start is not None:
        theta[:, :models] = start.strength[0]
        theta[:, models] = np.log(start.tie[0]) if start.tie[0] > 0 else 0
    theta[~likelihood.tied, models] = -np.inf
    value, gradient, information = likelihood.at(theta)
    close = _CLOSE + _ROUNDING * likelihood.total.sum(axis=1, keepdims=True)
    for _ in range(_STEPS):
        step = np.linalg.solve(information, gradient[..., None])[..., 0]
        length = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1, _LONGEST / np.maximum(length, close))
        if (length < close).all():
            return Fits(theta[:, :models], np.exp(theta[:, models]), information)
        while True:
            tried, gradient, information = likelihood.at(theta + step)
            worse = tried < value - 1e-9 * (1 + np.abs(value))
            if not worse.any():
                break
            step[worse] /= 2
        theta, value = theta + step, tried
    raise ArithmeticError(f"no fit after {_STEPS} steps of Newton's method; the last step was {length.max():.1e}")


class _Likelihood:
    """The log likelihood of sets of counts, virtual games included, with both derivatives."""

    def __init__(self, models: int, pairs: np.ndarray, games: np.ndarray) -> None:
        sets, prior = len(games), models
        virtual = np.zeros((models, 3))
        virtual[:, [FIRST, SECOND]] = 1
        games = np.concatenate([games, np.broadcast_to(virtual, (sets, models, 3))], axis=1)
        self.models = models
        self.first = np.append(pairs[:, 0], np.arange(models))
        self.second = np.append(pairs[:, 1], np.full(models, prior))
        self.design = np.zeros((len(self.first), models + 1))  # the difference of log strengths in each pair
        self.design[np.arange(len(self.first)), self.first] = 1
        self.design[np.arange(len(self.first)), self.second] = -1
        self.design = self.design[:, :models]
        self.total = games.sum(axis=2)
        self.won = (games[..., FIRST] - games[..., SECOND]) / 2
        self.ties = games[..., TIE].sum(axis=1)
        self.tied = self.ties > 0

    def at(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Value (sets,), gradient (sets, models + 1) and minus the Hessian (sets, models + 1, models + 1)."""
        n = self.models
        difference = theta[:, :n] @ self.design.T
        log_tie = theta[:, n]
        win, tie, told, both, log_norm = chances(difference, log_tie[:, None])
        value = (self.won * difference - self.total * log_norm).sum(axis=1)
        value[self.tied] += self.ties[self.tied] * log_tie[self.tied]

        gradient = np.empty_like(theta)
        gradient[:, :n] = (self.won - self.total * win) @ self.design
        gradient[:, n] = np.where(self.tied, self.ties - (self.total * tie).sum(axis=1), 0)

        information = np.zeros((len(theta), n + 2, n + 2))  # strengths, the prior, log 2v
        of_pair = self.total * told
        information[:, self.first, self.second] = -of_pair
        information[:, self.second, self.first] = -of_pair
        diagonal = np.arange(n)
        information[:, diagonal, diagonal] = of_pair @ np.abs(self.design)
        information = np.delete(information, n, axis=1)
        information = np.delete(information, n, axis=2)
        information[:, :n, n] = information[:, n, :n] = (self.total * both) @ self.design
        information[:, n, n] = np.where(self.tied, (self.total * tie * (1 - tie)).sum(axis=1), 1)
        return value, gradient, information


def chances(difference: np.ndarray, log_tie: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the model says of one game between log strengths `difference` apart, each in the shape of `difference`:

    expected (win - loss) / 2; P(tie); variance of (win - loss) / 2; its covariance with being a tie; log of the norm.
    """
    half = difference / 2
    largest = np.maximum(np.abs(half), log_tie)
    win, loss, tie = np.exp(half - largest), np.exp(-half - largest), np.exp(log_tie - largest)
    norm = win + loss + tie
    win, loss, tie = win / norm, loss / norm, tie / norm
    expected = (win - loss) / 2
    return expected, tie, (win + loss) / 4 - expected**2, -expected * tie, largest + np.log(norm)
