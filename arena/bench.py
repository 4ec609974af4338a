"""How fast votes become ratings, at a million votes, and how that compares with arena-rank on the same votes.

Times are of the clock and, beside them, of the processor (all threads), which depend less on what else a machine does.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import numpy as np
import pandas as pd

from arena import ratings, style
from arena.counts import Counts
from arena.errors import ArenaError
from arena.intervals import SCALE
from arena.store import Store
from arena.store.bulk import build
from arena.store.tallying import tally_votes
from arena.votes import Axis

ARENA_RANK = "0.1.1"
BOOTSTRAPS = 1000

_CHANCES = {"both_good": 0.5, "both_bad": 0.3, "cant_tell": 0.1}  # weights beside e^(d/2) and e^(-d/2)


class BenchError(ArenaError):
    """The bench cannot be run here."""


@dataclass(frozen=True)
class Timed:
    """Seconds of the clock and of the processor."""

    seconds: float
    cpu_seconds: float


def require_arena_rank() -> None:
    """Raises BenchError if arena-rank is not installed here, or in another version."""
    if util.find_spec("arena_rank") is None:
        raise BenchError(
            f"arena-rank is not installed, which the bench compares with: pip install arena-rank=={ARENA_RANK}, in an"
            " environment of its own since it needs other versions of NumPy. Or leave it out: --without-arena-rank."
        )
    if (version := metadata.version("arena-rank")) != ARENA_RANK:
        raise BenchError(f"arena-rank {version} is installed; the bench compares with arena-rank=={ARENA_RANK}.")


def simulate(votes: int, models: int, seed: int, voters: int = 50_000) -> tuple[pd.DataFrame, dict[Axis, np.ndarray]]:
    """Votes as `arena.store.bulk.build` takes them, and the true ratings on each axis, shape (models,).

    Davidson's model with its own strengths on each axis; pairs, sides and voters (64 hexadecimal digits) by chance.
    """
    rng = np.random.default_rng(seed)
    names = np.array([f"model-{number:03}" for number in range(models)])
    a = rng.integers(models, size=votes)
    b = (a + rng.integers(1, models, size=votes)) % models
    people = np.array([f"{number:064x}" for number in rng.integers(1 << 62, size=voters)])
    frame = pd.DataFrame({"voter": people[rng.integers(voters, size=votes)], "model_a": names[a], "model_b": names[b]})
    truth = {}
    for axis in Axis:
        strength = rng.normal(0, 0.6, models)
        truth[axis] = ratings.CENTRE + SCALE * (strength - strength.mean())
        half = (strength[a] - strength[b]) / 2
        weights = np.column_stack([np.exp(half), np.exp(-half), *(np.full(votes, w) for w in _CHANCES.values())])
        bounds = (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)[:, :-1]
        frame[axis.value] = np.array(["a", "b", *_CHANCES])[(rng.random(votes)[:, None] > bounds).sum(axis=1)]
    frame["language"] = np.where(rng.random(votes) < 0.7, "en", "zh")
    frame["category"] = np.array(["free", "absent", "count"])[rng.integers(3, size=votes)]
    frame["response_a"] = frame["response_b"] = "A red ball lies on a wooden table, and a cat sleeps beside it. " * 2
    frame["length"] = np.clip(np.round(rng.normal(0, 1.5, votes)), -style.LENGTH_BINS, style.LENGTH_BINS).astype(int)
    frame["format"] = rng.choice([0, 0, 0, 0, 1, -1, 9, -9], size=votes)
    return frame, truth


def from_votes(frame: pd.DataFrame, truth: dict[Axis, np.ndarray], folder: Path) -> dict:
    """(a): from a store of these votes to the ratings of both axes with 1000 bootstraps each. Making it is not timed.

    seconds: reading and counting every vote of the votes table, then rating. seconds_from_counts: the same from the
    counts that the store keeps up to date with each vote, which is what the page does.
    """
    store = build(folder / "arena.sqlite", frame)
    try:
        _rated(store)  # imports, and the first use of NumPy's threads
        counting, tallies = _timed(lambda: tally_votes(store))
        rating, tables = _timed(lambda: [ratings.rate(ratings.count(tallies[axis]), BOOTSTRAPS) for axis in Axis])
        from_counts, same = _timed(lambda: _rated(store))
        if any(not table.equals(other) for table, other in zip(tables, same, strict=True)):
            raise BenchError("The store's counts are not those of its votes.")
        by_voter, _ = _timed(lambda: [_by_voter(store, axis) for axis in Axis])
        by_style, _ = _timed(lambda: [style.control(store.style_tallies(axis)) for axis in Axis])
    finally:
        store.close()
    covered = [
        ((table["low"] <= true) & (true <= table["high"])).mean()
        for table, true in ((t.sort_values("model"), truth[axis]) for t, axis in zip(tables, Axis, strict=True))
    ]
    return {
        "bootstraps": BOOTSTRAPS,
        "seconds": counting.seconds + rating.seconds,
        "cpu_seconds": counting.cpu_seconds + rating.cpu_seconds,
        "seconds_reading_and_counting": counting.seconds,
        "seconds_rating": rating.seconds,
        "seconds_from_counts": from_counts.seconds,
        "seconds_by_voter": by_voter.seconds,
        "seconds_style": by_style.seconds,
        "true_ratings_in_range": float(np.mean(covered)),
    }


def against_arena_rank(frame: pd.DataFrame, repeats: int = 3) -> dict:
    """(b): one axis with analytic intervals, ours against arena-rank's fit and sandwich, warm, in turns.

    Both start at the same data frame of votes, one row per vote with the names of both models and the outcome, and end
    at ratings with intervals; the medians of `repeats` runs are compared. ratio: arena-rank's seconds by ours. For
    fit_ratio both start at what they count from those votes (`Counts`, `PairDataset`).
    """
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    axis = Axis.HALLUCINATION.value
    decided = frame.loc[frame[axis] != "cant_tell", ["model_a", "model_b", axis]]
    ours_frame = decided.rename(columns={axis: "judgment"})
    winners = {"a": "model_a", "b": "model_b", "both_good": "tie", "both_bad": "both_bad"}
    theirs_frame = decided.assign(winner=decided[axis].map(winners))[["model_a", "model_b", "winner"]]

    def ours(counts: Counts) -> ratings.Ranges:
        return ratings.ranges(counts, rounds=0)

    def theirs(dataset: PairDataset) -> dict[str, np.ndarray]:
        found = BradleyTerry(len(dataset.competitors)).compute_ratings_and_cis(dataset, ci_method="sandwich")
        return {name: np.asarray(value) for name, value in found.items()}  # waits until all is computed

    def count_theirs() -> PairDataset:
        dataset = PairDataset.from_pandas(theirs_frame)
        np.asarray(dataset.opt_weights)
        return dataset

    counts, dataset = ratings.count_frame(ours_frame), count_theirs()
    ours(counts), theirs(dataset)
    times: dict[str, list[Timed]] = {"ours": [], "theirs": [], "our_fit": [], "their_fit": []}
    for _ in range(repeats):
        times["ours"].append(_timed(lambda: ours(ratings.count_frame(ours_frame)))[0])
        times["theirs"].append(_timed(lambda: theirs(count_theirs()))[0])
        times["our_fit"].append(_timed(lambda: ours(counts))[0])
        times["their_fit"].append(_timed(lambda: theirs(dataset))[0])
    wall = {name: statistics.median(timed.seconds for timed in all_of) for name, all_of in times.items()}
    cpu = {name: statistics.median(timed.cpu_seconds for timed in all_of) for name, all_of in times.items()}
    return {
        "ratio": wall["theirs"] / wall["ours"],
        "cpu_ratio": cpu["theirs"] / cpu["ours"],
        "ours_seconds": wall["ours"],
        "arena_rank_seconds": wall["theirs"],
        "fit_ratio": wall["their_fit"] / wall["our_fit"],
        "ours_fit_seconds": wall["our_fit"],
        "arena_rank_fit_seconds": wall["their_fit"],
        **_compared(ours_frame, theirs_frame, lambda rows: theirs(PairDataset.from_pandas(rows))),
    }


def _compared(
    ours_frame: pd.DataFrame, theirs_frame: pd.DataFrame, theirs: Callable[[pd.DataFrame], dict[str, np.ndarray]]
) -> dict:
    """Largest differences in rating points. Without ties both are the Bradley-Terry model and must agree; with ties
    arena-rank takes each for half a win, which pulls ratings together: its spread by ours says how far."""
    kept = ours_frame["judgment"].isin(["a", "b"]).to_numpy()
    differences = {}
    for name, rows in (("without_ties", kept), ("with_ties", np.ones(len(kept), dtype=bool))):
        mine = ratings.ranges(ratings.count_frame(ours_frame[rows]), rounds=0)
        other = theirs(theirs_frame[rows])
        gap = mine.rating - mine.rating.mean() - (other["ratings"] - other["ratings"].mean())
        differences[f"difference_{name}"] = float(np.abs(gap).max())
        differences[f"arena_rank_spread_by_ours_{name}"] = float(other["ratings"].std() / mine.rating.std())
    return differences


def machine() -> dict:
    """Cores that this process may use, and how many processes were waiting for one in the last minute."""
    return {"cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0]}


def _rated(store: Store) -> list[pd.DataFrame]:
    return [ratings.rate(ratings.count(store.tallies(axis)), BOOTSTRAPS) for axis in Axis]


def _by_voter(store: Store, axis: Axis) -> pd.DataFrame:
    voters = ratings.count_voters(store.voter_tallies(axis))
    return ratings.rate(voters.counts, voters=voters)


def _timed(work: Callable[[], object]) -> tuple[Timed, object]:
    cpu, clock = time.process_time(), time.perf_counter()
    done = work()
    return Timed(time.perf_counter() - clock, time.process_time() - cpu), done
