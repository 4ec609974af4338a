"""What the votes look like from outside: pairs, sides, days, and one person's own votes.

Tallies and frames in, data frames out; see `Store.tallies` and `Store.votes_frame`. Nothing here goes through all
votes: tallies are as many as pairs of models, and a person's frame holds that person's votes.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from arena.votes import OUTCOMES, Axis, Judgment, Outcome, Tally

PAIR_COLUMNS = ("model", "opponent", "wins", "losses", "ties", "games", "share", "tie_share")


def pair_table(tallies: Iterable[Tally]) -> pd.DataFrame:
    """One row per ordered pair of models with games, PAIR_COLUMNS, sides added up.

    `share` is the model's wins among the games that are not ties (None where all are), `tie_share` ties among all
    games. "Can't tell" is no game.
    """
    games: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])  # wins, losses, ties of the first
    for tally in tallies:
        outcome = OUTCOMES.get(tally.judgment)
        if outcome is None or tally.count == 0:
            continue
        place = {Outcome.A_WINS: 0, Outcome.B_WINS: 1, Outcome.TIE: 2}[outcome]
        games[tally.model_a, tally.model_b][place] += tally.count
        games[tally.model_b, tally.model_a][(1, 0, 2)[place]] += tally.count
    rows = []
    for (model, opponent), (wins, losses, ties) in sorted(games.items()):
        decided, total = wins + losses, wins + losses + ties
        rows.append((model, opponent, wins, losses, ties, total, wins / decided if decided else None, ties / total))
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS)).astype({"share": float})


@dataclass(frozen=True)
class SideBias:
    """How often the answer called A was preferred to the one called B, and whether that can be chance.

    Sides are drawn by a fair coin, so without a bias both are preferred equally often whatever the models are. `low`
    and `high` are Wilson's 95 % interval of `share`; `p` is that of the exact two-sided binomial test against 1/2.
    """

    axis: Axis
    a_preferred: int
    b_preferred: int
    share: float | None
    low: float | None
    high: float | None
    p: float | None

    @property
    def decided(self) -> int:
        return self.a_preferred + self.b_preferred


def side_bias(axis: Axis, tallies: Iterable[Tally]) -> SideBias:
    """The position bias of all votes on one axis; shares are None as long as no side was preferred."""
    counts = {Judgment.A: 0, Judgment.B: 0}
    for tally in tallies:
        if tally.judgment in counts:
            counts[tally.judgment] += tally.count
    a, b = counts.values()
    if a + b == 0:
        return SideBias(axis, 0, 0, None, None, None, None)
    from scipy.stats import binomtest  # a second to import, which the page's start need not wait for

    found = binomtest(a, a + b)
    interval = found.proportion_ci(method="wilson")
    return SideBias(axis, a, b, a / (a + b), float(interval.low), float(interval.high), float(found.pvalue))


def per_day(counted: pd.DataFrame) -> pd.DataFrame:
    """day (datetime64), votes, total: of `Store.votes_by_day`; days without votes are there with 0."""
    if counted.empty:
        return pd.DataFrame({"day": pd.to_datetime([]), "votes": [], "total": []})
    votes = pd.Series(counted["count"].to_numpy(), pd.to_datetime(counted["day"])).sort_index()
    votes = votes.asfreq("D", fill_value=0)
    return pd.DataFrame({"day": votes.index, "votes": votes.to_numpy(), "total": votes.cumsum().to_numpy()})


@dataclass(frozen=True)
class Agreement:
    """How often a person preferred, of two models, the one that others prefer too."""

    axis: Axis
    same: int
    judged: int

    @property
    def share(self) -> float | None:
        return self.same / self.judged if self.judged else None


def own_tallies(votes: pd.DataFrame, axis: Axis) -> list[Tally]:
    """A person's votes on one axis as tallies. votes: the frame of that person, see `Store.votes_frame`."""
    rated = votes[votes["rated"]] if len(votes) else votes
    if rated.empty:
        return []
    counts = rated.groupby(["model_a", "model_b", axis.value], sort=True).size()
    return [Tally(a, b, Judgment(said), int(count)) for (a, b, said), count in counts.items()]


def agreement_with_others(axis: Axis, own: Sequence[Tally], everybody: Iterable[Tally]) -> Agreement:
    """Over own decided votes on pairs that others decided as well: was it the model that most others prefer?

    everybody includes the person, whose votes are taken out. A pair on which the others are even is left out.
    """
    mine, others = _preferred(own), _preferred(everybody)
    same = judged = 0
    for pair, (first, second) in mine.items():
        lead = (others[pair][0] - first) - (others[pair][1] - second) if pair in others else 0
        if lead:
            judged += first + second
            same += first if lead > 0 else second
    return Agreement(axis, same, judged)


def _preferred(tallies: Iterable[Tally]) -> dict[tuple[str, str], tuple[int, int]]:
    """Sorted pair -> how often the first and the second of it were preferred."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for tally in tallies:
        outcome = OUTCOMES.get(tally.judgment)
        if outcome not in (Outcome.A_WINS, Outcome.B_WINS):
            continue
        winner, loser = (tally.model_a, tally.model_b) if outcome is Outcome.A_WINS else (tally.model_b, tally.model_a)
        counts[tuple(sorted((winner, loser)))][winner > loser] += tally.count
    return {pair: (first, second) for pair, (first, second) in counts.items()}


def chance_words(bias: SideBias, level: float = 0.05) -> str:
    """Whether a bias can be chance, in words that stand after "this"."""
    if bias.p is None or math.isnan(bias.p):
        return "cannot be told yet"
    return "can be chance" if bias.p >= level else "is hardly chance"
