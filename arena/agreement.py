"""How far voters agree with each other: Krippendorff's alpha of each axis, nominal level.

Source: K. Krippendorff, Content Analysis (2018), chapter 12. The coefficient is 1 for perfect agreement and 0 for what
chance gives; `krippendorff.alpha` computes it.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from arena.votes import Axis, Judgment

_VALUES = ("first", "second", Judgment.BOTH_GOOD.value, Judgment.BOTH_BAD.value)
_ROUNDS = 1000


class Unit(StrEnum):
    """What must be the same for two votes to be about the same thing; the two models always.

    ANSWERS: picture, instruction and both texts, so that people differ and nothing else does. TASK: picture and
    instruction; models that draw their words by chance may have answered each voter differently, which lowers alpha.
    CHALLENGE: the challenge, on whatever pictures; alpha then says whether votes generalize over pictures, too.
    """

    ANSWERS = "answers"
    TASK = "task"
    CHALLENGE = "challenge"


@dataclass(frozen=True)
class Agreement:
    """alpha with a 95 % range over resampled units, all NaN where there is nothing to compare; note says why.

    units: things that at least two voters judged; votes: judgments on them; voters: the people who gave those.
    """

    axis: Axis
    unit: Unit
    units: int
    votes: int
    voters: int
    alpha: float
    low: float
    high: float
    note: str = ""


def agreement(votes: pd.DataFrame, axis: Axis, unit: Unit = Unit.TASK, seed: int = 0) -> Agreement:
    """Alpha of one axis over the vote frame; rated votes that are not excluded only. O(votes).

    TASK is the usual unit: the same picture, instruction and pair of models is one thing to judge, from whichever side
    each voter saw them (a judgment says which model is better, not which side). ANSWERS is stricter, and has fewer
    units. "Can't tell" is no value: who cannot tell neither agrees nor disagrees. A voter counts once per unit, with
    the first judgment. Four values: one model, the other, both good, both bad.
    """
    judged = _values(votes, axis, unit)
    table = pd.crosstab(judged["unit"], judged["value"]).reindex(columns=range(len(_VALUES)), fill_value=0)
    table = table[table.sum(axis=1) >= 2]
    counts = table.to_numpy()  # (units, values)
    compared = judged[judged["unit"].isin(table.index)]
    facts = (axis, unit, len(counts), len(compared), compared["voter"].nunique())
    if not len(counts):
        return Agreement(*facts, np.nan, np.nan, np.nan, "nothing has been judged by two people yet")
    if (counts.sum(axis=0) > 0).sum() < 2:
        return Agreement(
            *facts, np.nan, np.nan, np.nan, "all judgments are the same, so chance cannot be told from agreement"
        )
    import krippendorff

    alpha = float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
    if len(counts) < 2:
        return Agreement(*facts, alpha, np.nan, np.nan, "no range: only one thing has been judged by two people")
    low, high = np.nanpercentile(_resampled(counts, _ROUNDS, np.random.default_rng(seed)), [2.5, 97.5])
    return Agreement(*facts, alpha, float(low), float(high))


def _values(votes: pd.DataFrame, axis: Axis, unit: Unit) -> pd.DataFrame:
    """Columns unit (a number), voter, value (an index of _VALUES): each voter's first judgment of each unit."""
    kept = votes[votes["rated"] & ~votes["excluded"] & (votes[axis.value] != Judgment.CANT_TELL.value)]
    if unit is Unit.CHALLENGE:
        kept = kept[kept["challenge"] != ""]
    swapped = (kept["model_a"] > kept["model_b"]).to_numpy()

    def sides(name: str) -> list[np.ndarray]:
        a, b = kept[f"{name}_a"].to_numpy(), kept[f"{name}_b"].to_numpy()
        return [np.where(swapped, b, a), np.where(swapped, a, b)]

    keys = sides("model")
    keys += [kept["challenge"]] if unit is Unit.CHALLENGE else [kept["picture_sha256"], kept["instruction_text"]]
    keys += sides("response") if unit is Unit.ANSWERS else []
    frame = pd.DataFrame({str(position): np.asarray(key) for position, key in enumerate(keys)})
    given = kept[axis.value].to_numpy()
    first = np.where(swapped, Judgment.B.value, Judgment.A.value)
    value = np.select([given == first, given == _VALUES[2], given == _VALUES[3]], [0, 2, 3], default=1)
    judged = pd.DataFrame({
        "unit": frame.groupby(list(frame.columns), sort=False).ngroup(), "voter": kept["voter"].to_numpy(),
        "value": value,
    })  # fmt: skip
    return judged.drop_duplicates(["unit", "voter"])


def _resampled(counts: np.ndarray, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """Alpha of `rounds` resamples of units, shape (rounds,); NaN where a resample has one value only.

    With n_u votes in unit u and n_uc of value c: alpha = 1 - (n - 1) * sum_u (n_u^2 - sum_c n_uc^2) / (n_u - 1)
    / (n^2 - sum_c n_c^2), which needs only sums over units.
    """
    size = counts.sum(axis=1)
    disagreed = (size**2 - (counts**2).sum(axis=1)) / (size - 1)
    units = len(counts)
    alphas = []
    for _ in range(rounds):
        times = np.bincount(rng.integers(units, size=units), minlength=units)
        values = times @ counts
        n = values.sum()
        expected = n**2 - (values**2).sum()
        alphas.append(1 - (n - 1) * (times @ disagreed) / expected if expected else np.nan)
    return np.array(alphas)
