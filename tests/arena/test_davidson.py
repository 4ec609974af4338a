"""The fit against two that share no code with it: evalica's Newman iteration and a plain Newton, one game at a time."""

import itertools
import math

import evalica
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.counts import Counts
from arena.davidson import fit
from arena.intervals import fitted, standard_errors

GAMES = st.integers(2, 6).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(
                st.sampled_from(list(itertools.combinations(range(n), 2))), st.tuples(*[st.integers(0, 400)] * 3)
            ),
            max_size=12,
            unique_by=lambda row: row[0],
        ),
    )
)


def counts_of(n, rows):
    rows = sorted(rows)
    return Counts(
        tuple("abcdef"[:n]), tuple(pair for pair, _ in rows), np.array([g for _, g in rows], float).reshape(-1, 3)
    )


def reference(n, rows):
    """Log strengths (the prior's is 0) and v, by Newton's method on a dense table of probabilities of each outcome.

    Parameters are the log strengths and log v; derivatives are those of log(probability) itself, by the chain rule
    over log weights u: win s_i, loss s_j, tie log(2 v) + (s_i + s_j) / 2.
    """
    games = [(i, j, *g) for (i, j), g in rows] + [(i, n, 1, 1, 0) for i in range(n)]
    ties = sum(g[4] for g in games)
    x = np.zeros(n + 2)  # strengths, the prior's (kept at 0), log v
    free = [*range(n), *([n + 1] if ties else [])]
    for _ in range(200):
        gradient, hessian = np.zeros(n + 2), np.zeros((n + 2, n + 2))
        for i, j, wins, losses, tied in games:
            slopes = np.zeros((3, n + 2))
            slopes[0, i], slopes[1, j] = 1, 1
            slopes[2, [i, j]], slopes[2, n + 1] = 0.5, 1
            weights = np.array([math.exp(x[i]), math.exp(x[j]), 0.0])
            if ties:
                weights[2] = 2 * math.exp(x[n + 1] + (x[i] + x[j]) / 2)
            p, total = weights / weights.sum(), wins + losses + tied
            mean = p @ slopes
            gradient += np.array([wins, losses, tied]) @ slopes - total * mean
            hessian -= total * ((slopes * p[:, None]).T @ slopes - np.outer(mean, mean))
        step = np.zeros(n + 2)
        step[free] = np.linalg.solve(-hessian[np.ix_(free, free)], gradient[free])
        x += step / max(1, np.abs(step).max())
        if np.abs(step).max() < 1e-11:
            return x[:n], math.exp(x[n + 1]) if ties else 0.0
    raise AssertionError("the reference did not end")


def newman(n, rows):
    x, y, winners, weights = [], [], [], []
    for i, j, *g in [(i, j, *g) for (i, j), g in rows] + [(i, n, 1, 1, 0) for i in range(n)]:
        x += [i] * 3
        y += [j] * 3
        winners += [evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw]
        weights += [float(number) for number in g]
    result = evalica.newman(x, y, winners, index=pd.RangeIndex(n + 1), weights=weights, tolerance=1e-12, limit=200_000)
    strength = np.log(result.scores.reindex(range(n + 1)).to_numpy())
    return strength[:n] - strength[n], float(result.v)


@settings(max_examples=60, deadline=None)
@given(GAMES)
def test_any_counts_as_the_reference_has_them(games):
    n, rows = games
    fits = fitted(counts_of(n, rows))
    strength, v = reference(n, rows)
    assert np.abs(fits.strength[0] - strength).max() < 1e-4
    assert abs(fits.tie[0] / 2 - v) < 1e-4 * (1 + v)


@pytest.mark.parametrize("seed", range(5))
def test_a_large_arena_as_the_reference_and_evalica_have_it(seed):
    rng = np.random.default_rng(seed)
    n = 6
    truth = rng.normal(0, 0.8, n)
    rows = []
    for i, j in itertools.combinations(range(n), 2):
        weights = np.array([math.exp(truth[i]), math.exp(truth[j]), 1.2 * math.exp((truth[i] + truth[j]) / 2)])
        rows.append(((i, j), tuple(rng.multinomial(5000, weights / weights.sum()).tolist())))
    fits = fitted(counts_of(n, rows))
    for strength, v in (reference(n, rows), newman(n, rows)):
        assert np.abs(fits.strength[0] - strength).max() < 1e-4
        assert fits.tie[0] / 2 == pytest.approx(v, abs=1e-4)
    assert np.abs(fits.strength[0] - truth - (fits.strength[0] - truth).mean()).max() < 0.06


def test_a_batch_is_the_same_as_one_by_one_in_any_chunks(monkeypatch):
    rng = np.random.default_rng(3)
    pairs = np.array(list(itertools.combinations(range(5), 2)))
    games = rng.integers(0, 30, (40, len(pairs), 3)).astype(float)
    games[7] = 0
    games[8, :, 2] = 0
    games[9, :, 1:] = 0  # a total order without one upset
    together = fit(5, pairs, games)
    monkeypatch.setattr("arena.davidson._CHUNK", 100)
    for batch in (fit(5, pairs, games), fit(5, pairs, games, start=fit(5, pairs, games[:1]))):
        assert np.allclose(batch.strength, together.strength, atol=1e-8) and np.allclose(batch.tie, together.tie)
        assert np.allclose(batch.information, together.information, rtol=1e-6, atol=1e-6)
    for number in (0, 7, 8, 9):
        alone = fit(5, pairs, games[number : number + 1])
        assert np.allclose(alone.strength[0], together.strength[number], atol=1e-8)
    assert (together.strength[7] == 0).all() and together.tie[[7, 8, 9]].tolist() == [0, 0, 0]


def test_ten_million_wins_without_a_loss_are_finite():
    fits = fitted(counts_of(3, [((0, 1), (10_000_000, 0, 0)), ((1, 2), (10_000_000, 0, 10_000_000))]))
    assert np.isfinite(fits.strength).all() and fits.strength[0][0] > fits.strength[0][1] > fits.strength[0][2]


def test_errors_of_two_even_models_by_hand():
    """50 wins each: a game tells 1/4 about the difference d, each virtual game pair 2/4 about a strength. By symmetry
    Var(d) = 1 / (25 + 1/4): the two halves of d share 100 / 4 = 25 and each prior's 1/2 in a series (1/4). Around
    their mean each model has half of d."""
    counts = counts_of(2, [((0, 1), (50, 50, 0))])
    errors = standard_errors(fitted(counts), counts.judged)[0]
    assert errors == pytest.approx([400 / math.log(10) * math.sqrt(1 / 25.25) / 2] * 2)


def test_information_is_minus_the_second_derivative():
    """Against differences of the reference's log likelihood, written out here once more."""
    rows = [((0, 1), (5, 2, 4)), ((1, 2), (1, 6, 3))]
    fits = fitted(counts_of(3, rows))
    x = np.append(fits.strength[0], math.log(fits.tie[0]))

    def value(x):
        s, total = [*x[:3], 0.0], 0.0
        for i, j, *g in [(i, j, *g) for (i, j), g in rows] + [(i, 3, 1, 1, 0) for i in range(3)]:
            logs = [(s[i] - s[j]) / 2, (s[j] - s[i]) / 2, x[3]]
            norm = math.log(sum(map(math.exp, logs)))
            total += sum(number * (log - norm) for number, log in zip(g, logs, strict=True))
        return total

    h, unit = 1e-4, np.eye(4)
    for i, j in itertools.product(range(4), repeat=2):
        a, b = h * unit[i], h * unit[j]
        second = (value(x + a + b) - value(x + a - b) - value(x - a + b) + value(x - a - b)) / (4 * h * h)
        assert fits.information[0, i, j] == pytest.approx(-second, abs=1e-4)
