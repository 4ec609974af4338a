"""Do automatic scores agree with people? Rank correlation of MME scores and ratings over models.

Both come as frames: the benchmark makes the scores, the arena the ratings, and app.py joins them here.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from arena.votes import Axis

SCORE_NAMES = ("existence", "count", "position", "color", "perception", "cognition", "total")
"""The scores that are shown, in this order: those of the object-level subtasks, then the totals."""
JOINED = ("model", "axis", "score_name", "score", "rating", "low", "high", "battles")
CORRELATIONS = ("axis", "score_name", "models", "rho", "low", "high", "note")
FEWEST_FOR_RHO, FEWEST_FOR_RANGE = 3, 5

_ROUNDS = 2000


def join(scores: pd.DataFrame, ratings: Mapping[Axis | str, pd.DataFrame]) -> pd.DataFrame:
    """One row (JOINED) for each model that has both a score and votes, per axis and score.

    scores: columns model, subtask (a subtask's or a total's name) and score; names outside SCORE_NAMES are left out.
    ratings: a table of `arena.ratings.rate` for each axis, by its name. Raises ValueError if a model has two scores of
    one name: say first which of its runs is meant.
    """
    scores = scores[scores["subtask"].isin(SCORE_NAMES)].rename(columns={"subtask": "score_name"})
    twice = scores[scores.duplicated(["model", "score_name"])]
    if len(twice):
        raise ValueError(f"{twice.iloc[0]['model']} has two scores of {twice.iloc[0]['score_name']}; choose one run")
    parts = [
        table.loc[table["battles"] > 0, ["model", "rating", "low", "high", "battles"]]
        .merge(scores.dropna(subset="score"), on="model")
        .assign(axis=str(axis))
        for axis, table in ratings.items()
    ]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(JOINED))
    place = joined["score_name"].map({name: position for position, name in enumerate(SCORE_NAMES)})
    ordered = joined.assign(place=place).sort_values(["axis", "place", "score"], ascending=[True, True, False])
    return ordered[list(JOINED)].reset_index(drop=True)


def correlations(joined: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """CORRELATIONS for each axis and score of `join`: Spearman's rho over models, with a 95 % range.

    The range is the central 95 % of rho over bootstrap resamples of the models (those whose scores or ratings are all
    alike have none, and are left out). It says how far other models of the same kind might change rho, not how sure
    each rating is. With fewer than FEWEST_FOR_RANGE models it would be an invention: low and high are NaN. With fewer
    than FEWEST_FOR_RHO, or where all scores or all ratings are equal, rho is NaN as well. note says so in words.
    """
    rows = []
    for (axis, name), part in joined.groupby(["axis", "score_name"], sort=False):
        rows.append((axis, name, len(part), *_correlated(part["score"].to_numpy(), part["rating"].to_numpy(), seed)))
    return pd.DataFrame(rows, columns=list(CORRELATIONS))


def spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Spearman's rho along the last axis, ties at their mean rank; NaN where x or y is constant."""
    ranks = [_ranks(np.asarray(values, dtype=float)) for values in (x, y)]
    x, y = (rank - rank.mean(axis=-1, keepdims=True) for rank in ranks)
    spread = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return np.divide((x * y).sum(axis=-1), spread, out=np.full(spread.shape, np.nan), where=spread > 0)


def _correlated(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[float, float, float, str]:
    n = len(x)
    if n < FEWEST_FOR_RHO:
        return np.nan, np.nan, np.nan, f"{n} models have both; {FEWEST_FOR_RHO} are needed"
    rho = float(spearman(x, y))
    if np.isnan(rho):
        return rho, np.nan, np.nan, "all scores or all ratings are equal"
    if n < FEWEST_FOR_RANGE:
        return rho, np.nan, np.nan, f"no range: {n} models are too few, {FEWEST_FOR_RANGE} are needed"
    drawn = np.random.default_rng(seed).integers(n, size=(_ROUNDS, n))
    low, high = np.nanpercentile(spearman(x[drawn], y[drawn]), [2.5, 97.5])
    return rho, float(low), float(high), ""


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks along the last axis, ties at their mean: 1 + how many are smaller + half of how many others are equal."""
    smaller = (values[..., None, :] < values[..., :, None]).sum(axis=-1)
    equal = (values[..., None, :] == values[..., :, None]).sum(axis=-1)
    return smaller + (equal + 1) / 2
