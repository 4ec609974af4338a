"""How often each model failed outright: shares of its answers, not comparisons, with Wilson's intervals.

Ratings say who does better; a model can lead and still hallucinate in every third answer. What counts, for each answer
that was judged (the axis got anything but "can't tell", or words were marked):

* HALLUCINATION: the answer hallucinated if both answers were judged bad, or if the voter marked words in it as
  hallucinated, whatever the judgment. It was clean if both were judged good and nothing was marked in it.
* INSTRUCTION: the answer failed if both were judged bad, and followed if both were judged good.

Where one answer was judged better and nothing was marked, nothing absolute was said: the loser may be slightly wrong
or all wrong, and the winner may be wrong too. Such answers are `unknown`. So `rate` is a lower bound of the true share
("at least so often"), and `upper_rate`, were all unknown answers bad, an upper one.
"""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from arena.votes import Axis, Judgment, Tally

COLUMNS = ("model", "answers", "bad", "clean", "unknown", "rate", "low", "high", "upper_rate")
_NORMAL_95 = 1.959963984540054


def wilson(successes: np.ndarray, trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % score interval of a share (JASA 22 (1927) 209); 0 to 1 without trials."""
    successes, trials = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    square = _NORMAL_95**2
    some = np.maximum(trials, 1)
    share = successes / some
    centre = (share + square / (2 * some)) / (1 + square / some)
    margin = _NORMAL_95 / (1 + square / some) * np.sqrt(share * (1 - share) / some + square / (4 * some**2))
    low = np.where(trials > 0, np.clip(centre - margin, 0, 1), 0.0)
    high = np.where(trials > 0, np.clip(centre + margin, 0, 1), 1.0)
    return np.where(successes == 0, 0.0, low), np.where((successes == trials) | (trials == 0), 1.0, high)


def marked_answers(votes: pd.DataFrame) -> pd.DataFrame:
    """Answers with hallucinated words marked, as columns model, judgment (of the hallucination axis) and count.

    votes: the vote frame; only rated votes that are not excluded are taken. O(votes).
    """
    kept = votes[votes["rated"] & ~votes["excluded"]]
    sides = [
        kept.loc[kept[f"spans_{side}"] > 0, [f"model_{side}", Axis.HALLUCINATION.value]].set_axis(
            ["model", "judgment"], axis=1
        )
        for side in "ab"
    ]
    return pd.concat(sides).groupby(["model", "judgment"]).size().rename("count").reset_index()


def rates(tallies: Iterable[Tally], marked: pd.DataFrame | None = None, models: Iterable[str] = ()) -> pd.DataFrame:
    """COLUMNS, the least bad first: answers that were bad, clean, or neither said, by model.

    tallies: of one axis. marked: of `marked_answers`, for the hallucination axis only. low and high are Wilson's 95 %
    interval of `rate` = bad / answers, which is NaN for a model without judged answers. O(tallies).
    """
    names = set(models)
    by_model: dict[tuple[str, Judgment], int] = {}
    for tally in tallies:
        for model in (tally.model_a, tally.model_b):
            names.add(model)
            by_model[model, tally.judgment] = by_model.get((model, tally.judgment), 0) + tally.count
    spans = {} if marked is None else {(row.model, Judgment(row.judgment)): row.number for row in _rows(marked)}
    names |= {model for model, _ in spans}
    rows = []
    for model in sorted(names):
        given = {judgment: by_model.get((model, judgment), 0) for judgment in Judgment}
        found = {judgment: spans.get((model, judgment), 0) for judgment in Judgment}
        answers = sum(given.values()) - given[Judgment.CANT_TELL] + found[Judgment.CANT_TELL]
        bad = given[Judgment.BOTH_BAD] + sum(found.values()) - found[Judgment.BOTH_BAD]
        clean = given[Judgment.BOTH_GOOD] - found[Judgment.BOTH_GOOD]
        if clean < 0:
            raise ValueError(f"{model} has more marked answers than answers; give tallies and marks of the same votes")
        rows.append((model, answers, bad, clean, answers - bad - clean))
    table = pd.DataFrame(rows, columns=list(COLUMNS[:5]))
    share = table["answers"].where(table["answers"] > 0, math.nan)
    table["rate"] = table["bad"] / share
    table["low"], table["high"] = wilson(table["bad"].to_numpy(), table["answers"].to_numpy())
    table["upper_rate"] = (table["bad"] + table["unknown"]) / share
    return table.sort_values(["rate", "model"], ignore_index=True)


def _rows(frame: pd.DataFrame) -> Iterable:
    return frame.set_axis(["model", "judgment", "number"], axis=1).itertuples(index=False, name="Marked")
