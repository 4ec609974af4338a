"""How far a voter's judgments can be relied on, from battles whose answer a program knows and from other voters.

Both are counted as successes in trials and give a Beta posterior around what voters usually reach, so that a voter of
three votes is taken for a usual one and not for a perfect or a useless one. It is used in one place only: the published
table that shows how ratings change when votes are weighted by it, or less reliable voters are left out
(`arena.sensitivity`). The ratings themselves count every vote alike.
"""

import random
from collections.abc import Sequence

import numpy as np
import pandas as pd

from arena.abuse import agreements, known_answers

PRIOR_TRIALS = 10.0
"""A voter's own trials weigh as much as what is usual once there are that many."""
AGREEMENT_WORTH = 0.25
"""Of a known answer: others may be wrong, and tastes differ. Says how many trials one comparison with them counts."""
CREDIBLE = 0.95
COLUMNS = (
    "voter", "votes", "known", "known_right", "compared", "agreed", "reliability", "low", "high",
)  # fmt: skip


def reliability(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per voter of a vote frame, the most votes first, with COLUMNS.

    known, known_right: judgments that a known answer speaks on, and how many say the same; compared, agreed: the same
    for the majority of the other voters on a pair. reliability is the posterior mean of the share of right judgments,
    from low to high with 95 % credibility; 0.5 is what a coin between the two answers reaches. Only votes that count in
    ratings are looked at. Raises ChallengeError for a damaged check.
    """
    frame = frame[frame["rated"].astype(bool)].reset_index(drop=True)
    votes = frame["voter"].value_counts()
    table = pd.DataFrame({"votes": votes})
    usual = []
    for names, compared in (
        (("known", "known_right"), known_answers(frame)),
        (("compared", "agreed"), agreements(frame)),
    ):
        counts = compared.groupby("voter")["agrees"].agg(["size", "sum"]).reindex(table.index).fillna(0).astype(int)
        table[names[0]], table[names[1]] = counts["size"], counts["sum"]
        usual.append((counts["sum"].sum() + 1) / (counts["size"].sum() + 2))
    right, trials = _prior(usual, table)
    a = right + table["known_right"] + AGREEMENT_WORTH * table["agreed"]
    b = trials - right + (table["known"] - table["known_right"])
    b += AGREEMENT_WORTH * (table["compared"] - table["agreed"])
    table["reliability"] = a / (a + b)
    table["low"], table["high"] = _bounds(a.to_numpy(float), b.to_numpy(float))
    return table.rename_axis("voter").reset_index()[list(COLUMNS)]


def by_voter(table: pd.DataFrame) -> dict[str, float]:
    """voter -> reliability, of the table of `reliability`: only voters who could be compared with anything."""
    known = table[(table["known"] > 0) | (table["compared"] > 0)]
    return dict(zip(known["voter"], known["reliability"].tolist(), strict=True))


def when_to_ask(rng: random.Random, history: Sequence[bool], rate: float) -> bool:
    """Whether a voter's next offered battle is a known-answer one.

    history says of the voter's battles so far, oldest first, which were. In the long run a share `rate` of all
    battles is (0 <= rate <= 0.5), never two in a row, and nobody can tell which will be.
    """
    if not 0 <= rate <= 0.5:
        raise ValueError(f"the rate of known-answer battles must be from 0 to 0.5, not {rate!r}")
    if history and history[-1]:
        return False
    return rng.random() < rate / (1 - rate)


def _prior(usual: Sequence[float], table: pd.DataFrame) -> tuple[float, float]:
    """Virtual right judgments and trials: what voters usually reach, known answers and agreement by their trials."""
    trials = [float(table["known"].sum()), AGREEMENT_WORTH * float(table["compared"].sum())]
    share = np.average(usual, weights=trials) if sum(trials) else 0.5
    return float(share) * PRIOR_TRIALS, PRIOR_TRIALS


def _bounds(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import betaincinv  # the page's start need not wait for it

    tail = (1 - CREDIBLE) / 2
    return betaincinv(a, b, tail), betaincinv(a, b, 1 - tail)
