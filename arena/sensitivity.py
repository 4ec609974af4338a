"""What becomes of ratings when voters are left out or weighted: a table to publish, never a silent correction."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import pandas as pd

from arena.ratings import count_voters, rate
from arena.votes import Axis

RELIABLE_FROM = 0.6  # honest voters of whom only the agreement with others is known reach about 0.7
COLUMNS = ("filter", "model", "rating", "low", "high", "rank", "change", "rank_change", "votes", "voters")


class Filter(StrEnum):
    """Whose votes count, and how much."""

    NONE = "all votes"
    WITHOUT_EXCLUDED = "without excluded votes"
    RELIABLE = "reliable voters only"
    WEIGHTED = "weighted by reliability"


def aggregate(votes: pd.DataFrame, axis: Axis) -> pd.DataFrame:
    """The vote frame as rows voter, model_a, model_b, judgment, excluded, count, of rated battles only. O(votes)."""
    rated = votes.loc[votes["rated"], ["voter", "model_a", "model_b", axis.value, "excluded"]]
    rated = rated.rename(columns={axis.value: "judgment"})
    return rated.groupby(list(rated.columns), sort=False, observed=True).size().rename("count").reset_index()


def sensitivity(
    tallies: pd.DataFrame,
    reliability: Mapping[str, float],
    models: Iterable[str] = (),
    reliable_from: float = RELIABLE_FROM,
) -> pd.DataFrame:
    """COLUMNS, one row for each filter and model, in the order of Filter and then of ratings.

    tallies: of `aggregate`. reliability: from 0 to 1 by voter, for the voters of whom it is known. The filters after
    WITHOUT_EXCLUDED leave excluded votes out as well; RELIABLE takes voters from `reliable_from` on; WEIGHTED counts a
    vote as much as its voter's reliability. Voters of unknown reliability are not RELIABLE, and weigh as much as the
    mean of the known ones (1 if none is known).

    Ranges are clustered by voter. rank counts from 1; change (of the rating) and rank_change are against NONE. votes is
    the sum of weights of the votes that decide something, voters the number of people who gave them.
    Raises ValueError for a reliability outside 0 to 1.
    """
    if wrong := {voter: value for voter, value in reliability.items() if not 0 <= value <= 1}:
        raise ValueError(f"reliability goes from 0 to 1, got {wrong}")
    names = sorted({*tallies["model_a"], *tallies["model_b"], *models})
    known = tallies["voter"].map(dict(reliability)).astype(float)
    trusted = ~tallies["excluded"].astype(bool)
    unknown = sum(reliability.values()) / len(reliability) if reliability else 1.0
    weights = {
        Filter.NONE: trusted | True,
        Filter.WITHOUT_EXCLUDED: trusted,
        Filter.RELIABLE: trusted & (known >= reliable_from),
        Filter.WEIGHTED: trusted * known.fillna(unknown),
    }
    parts = [_rated(tallies, weight.astype(float), names).assign(filter=name.value) for name, weight in weights.items()]
    before = parts[0].set_index("model")
    for part in parts:
        part["change"] = part["rating"] - part["model"].map(before["rating"])
        part["rank_change"] = part["rank"] - part["model"].map(before["rank"])
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _rated(tallies: pd.DataFrame, weight: pd.Series, names: list[str]) -> pd.DataFrame:
    kept = tallies.assign(count=tallies["count"] * weight)[weight > 0]
    voters = count_voters(kept, names)
    table = rate(voters.counts, voters=voters)[["model", "rating", "low", "high"]]
    table["rank"] = range(1, len(table) + 1)
    return table.assign(votes=voters.counts.games.sum(), voters=voters.voters)
