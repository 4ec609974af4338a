"""Simulated arenas whose truth is known: how many 95 % ranges hold it. Each figure rests on over 1000 ranges."""

from itertools import combinations

import numpy as np
import pytest

from arena.counts import Counts, VoterCounts
from arena.davidson import fit
from arena.intervals import CENTRE, NORMAL_95, SCALE, fitted, ratings, standard_errors, voter_errors
from arena.ratings import ranges

TIE = 0.8


def chances(strength, pairs):
    """P(first wins), P(second wins), P(tie) of each pair, on a new last axis."""
    half = (strength[..., pairs[:, 0]] - strength[..., pairs[:, 1]]) / 2
    weights = np.stack([np.exp(half), np.exp(-half), np.full_like(half, TIE)], axis=-1)
    return weights / weights.sum(axis=-1, keepdims=True)


def arenas(sets, models, battles_per_pair, seed):
    """Truths on the rating scale (sets, models), index pairs, and games (sets, pairs, 3)."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(models), 2)))
    strength = rng.normal(0, 0.6, (sets, models))
    strength -= strength.mean(axis=1, keepdims=True)
    return CENTRE + SCALE * strength, pairs, rng.multinomial(battles_per_pair, chances(strength, pairs))


def as_counts(pairs, games, models):
    return Counts(
        tuple(f"{model:02}" for model in range(models)), tuple(map(tuple, pairs.tolist())), games.astype(float)
    )


@pytest.mark.parametrize("battles_per_pair", [20, 100])
def test_analytic_ranges_cover(battles_per_pair):
    truth, pairs, games = arenas(1000, 6, battles_per_pair, seed=1)
    fits, judged = fit(6, pairs, games), np.ones(6, dtype=bool)
    covered = np.abs(ratings(fits.strength, judged) - truth) <= NORMAL_95 * standard_errors(fits, judged)
    print(f"analytic, {battles_per_pair} battles per pair: {covered.size} ranges, {covered.mean():.2%} cover")
    assert covered.size == 6000 and 0.93 <= covered.mean() <= 0.97


@pytest.mark.parametrize("battles_per_pair", [20, 60])
def test_published_ranges_cover(battles_per_pair):
    """Those of `ranges`: bootstrap, and the analytic one where it is wider."""
    truth, pairs, games = arenas(240, 5, battles_per_pair, seed=2)
    covered = []
    for true, drawn in zip(truth, games, strict=True):
        found = ranges(as_counts(pairs, drawn, 5), rounds=300)
        covered += ((found.low <= true) & (true <= found.high)).tolist()
    print(f"bootstrap, {battles_per_pair} battles per pair: {len(covered)} ranges, {np.mean(covered):.2%} cover")
    assert len(covered) == 1200 and 0.93 <= np.mean(covered) <= 0.97


def clustered(voters, votes, unlike, uneven, sets, seed, models=6):
    """Shares of naive and of voter-clustered ranges that cover, over arenas whose voters each have their own taste.

    unlike: standard deviation, of log strength, of a voter's taste for a model; uneven: of the log of how much they
    vote; votes is the mean. The truth is what all voters of that kind would say: the fit to the mean chances.
    """
    rng = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(models), 2)))
    strength, judged = rng.normal(0, 0.6, models), np.ones(models, dtype=bool)
    everybody = chances(strength + rng.normal(0, unlike, (100_000, models)), pairs).mean(axis=0)
    truth = ratings(fit(models, pairs, everybody[None] * 1e7).strength, judged)[0]
    naive, by_voter = [], []
    for _ in range(sets):
        each = np.maximum(1, rng.poisson(votes * np.exp(rng.normal(0, uneven, voters) - uneven**2 / 2)))
        taste = strength + rng.normal(0, unlike, (voters, models))
        voter = np.repeat(np.arange(voters), each)
        pair = rng.integers(len(pairs), size=len(voter))
        chance = chances(taste, pairs)[voter, pair]
        outcome = (rng.random(len(voter))[:, None] > chance.cumsum(axis=1)[:, :2]).sum(axis=1)
        cell = pair * 3 + outcome
        counts = as_counts(pairs, np.bincount(cell, minlength=len(pairs) * 3).reshape(-1, 3), models)
        alike = ranges(counts, rounds=0)
        apart = ranges(counts, voters=VoterCounts(counts, voter, cell, np.ones(len(cell)), voters))
        for covered, found in ((naive, alike), (by_voter, apart)):
            covered += ((found.low <= truth) & (truth <= found.high)).tolist()
    return np.mean(naive), np.mean(by_voter), len(naive)


@pytest.mark.parametrize(
    ("voters", "votes", "uneven"),
    [(200, 20, 0), (100, 20, 0.8), (30, 30, 0.5), (10, 60, 0.5)],
    ids=["many voters", "uneven voters", "few voters", "ten voters"],
)
def test_voter_ranges_cover_where_naive_ones_do_not(voters, votes, uneven):
    naive, by_voter, ranges = clustered(voters, votes, unlike=0.8, uneven=uneven, sets=200, seed=5)
    print(f"{voters} voters of {votes} votes: {ranges} ranges, naive {naive:.2%}, by voter {by_voter:.2%} cover")
    assert ranges == 1200 and naive < 0.9 and 0.93 <= by_voter <= 0.97


def test_voter_ranges_cover_where_voters_are_alike():
    naive, by_voter, ranges = clustered(100, 20, unlike=0.0, uneven=0.5, sets=200, seed=6)
    print(f"100 voters who are alike: {ranges} ranges, naive {naive:.2%}, by voter {by_voter:.2%} cover")
    assert 0.93 <= naive <= 0.97 and 0.93 <= by_voter <= 0.97


def test_voter_errors_are_those_of_resampled_voters():
    """Against the spread of fits to 1000 resamples of the voters themselves."""
    rng = np.random.default_rng(8)
    pairs = np.array(list(combinations(range(4), 2)))
    taste = rng.normal(0, 0.7, (80, 4))
    each = np.stack([rng.multinomial(6, chance) for chance in chances(taste, pairs).reshape(-1, 3)]).reshape(80, -1)
    counts = as_counts(pairs, each.sum(axis=0).reshape(-1, 3), 4)
    voter, cell = np.nonzero(each)
    found = voter_errors(VoterCounts(counts, voter, cell, each[voter, cell].astype(float), 80), fitted(counts))
    again = rng.multinomial(80, np.full(80, 1 / 80), size=1000) @ each
    spread = ratings(fit(4, pairs, again.reshape(1000, -1, 3)).strength, counts.judged).std(axis=0)
    assert found.errors == pytest.approx(spread, rel=0.1)
