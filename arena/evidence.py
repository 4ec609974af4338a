"""Weights of evidence: how much better rigging explains what a voter did than honest voting does.

Everything is a base-10 logarithm of a likelihood ratio (a Bayes factor), in bans: 2 bans are 100 to 1. What honest
voters do differs from one to the next, so their counts are beta-binomial: a mean that is read off everybody's votes and
a concentration that says how alike people are. Because a likelihood ratio rarely errs far (an honest voter reaches b
bans with a probability of 10^-b at most), thresholds bound how many honest voters are accused.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

PRIOR_BANS = -2.0
"""Before anything is known, 1 voter in 100 rigs."""
EXCLUDE_ABOVE = float(np.log10(20))
"""Excluded are voters who rig with odds of 20 to 1 or more."""


class Signal(StrEnum):
    """What a voter is suspected of."""

    TARGETED = "targeted"
    CAMPAIGN = "campaign"
    ONE_SIDE = "one_side"
    CONTRARY = "contrary"
    TOO_FAST = "too_fast"
    BURST = "burst"
    REPEATED = "repeated"


LIMITS_OF_WEIGHT = {Signal.TOO_FAST: 2.5, Signal.BURST: 1.5, Signal.REPEATED: 1.5}
"""Signals that honest haste gives too: only together can they exclude somebody."""


@dataclass(frozen=True)
class Suspicion:
    """One reason to doubt a voter: the weight of its evidence in bans, one sentence, and the counts behind it."""

    voter: str
    signal: Signal
    bans: float
    sentence: str
    evidence: dict[str, object]


@dataclass(frozen=True)
class VoterScore:
    """What all suspicions together say of a voter. score: base-10 logarithm of the odds that they rig."""

    voter: str
    votes: int
    score: float
    reasons: tuple[Suspicion, ...]

    @property
    def exclude(self) -> bool:
        return self.score >= EXCLUDE_ABOVE


def score(voter: str, votes: int, suspicions: list[Suspicion]) -> VoterScore:
    """The strongest of the signals about what was voted, plus the limited ones about how.

    The first kind look at the same judgments, so their evidence must not be added up.
    """
    what = max((s.bans for s in suspicions if s.signal not in LIMITS_OF_WEIGHT), default=0.0)
    how = {signal: 0.0 for signal in LIMITS_OF_WEIGHT}
    for suspicion in suspicions:
        if suspicion.signal in how:
            weight = min(suspicion.bans, LIMITS_OF_WEIGHT[suspicion.signal])
            how[suspicion.signal] = max(how[suspicion.signal], weight)
    reasons = sorted(suspicions, key=lambda s: -min(s.bans, LIMITS_OF_WEIGHT.get(s.signal, s.bans)))
    return VoterScore(voter, votes, PRIOR_BANS + max(what, 0.0) + sum(how.values()), tuple(reasons))


def honest(k: np.ndarray, n: np.ndarray, mean: np.ndarray, concentration: float) -> np.ndarray:
    """log10 of the beta-binomial probability of one sequence of n trials with k successes."""
    from scipy.special import betaln  # the page's start need not wait for it

    a, b = concentration * np.clip(mean, 0.01, 0.99), concentration * (1 - np.clip(mean, 0.01, 0.99))
    return (betaln(k + a, n - k + b) - betaln(a, b)) / np.log(10)


def rigged(k: np.ndarray, n: np.ndarray, rate: float) -> np.ndarray:
    """log10 of the probability of one sequence of n trials with k successes at a fixed rate."""
    return k * np.log10(rate) + (n - k) * np.log10(1 - rate)


def mean_of(*bans: np.ndarray) -> np.ndarray:
    """log10 of the mean of likelihood ratios: the evidence for 'one of these explanations, each as likely'."""
    stacked = np.stack(bans)
    top = stacked.max(axis=0)
    return top + np.log10(np.mean(10.0 ** (stacked - top), axis=0))
