"""Ratings for the page: from the counts that grow with each vote, fitted once for each state of the votes."""

import threading
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from arena import ratings
from arena.matchmaking import Pair, learning_weights
from arena.store import Store
from arena.store.reading import Version
from arena.votes import Axis


class Boards:
    """May be called from any thread. What is fitted is kept until a vote or a decision changes the counts."""

    def __init__(self, store: Store, models: Sequence[str]) -> None:
        self._store = store
        self._models = tuple(models)
        self._kept: dict[object, tuple[Version, object]] = {}
        self._lock = threading.Lock()  # protects _kept, and lets one thread fit while others wait

    def ratings(self, axis: Axis | None, by: str | None = None, value: str | None = None) -> pd.DataFrame:
        """The table of `ratings.rate` over the line-up and every model with votes; of both axes together where axis is
        None (see `counts.count_overall`)."""

        def fit() -> pd.DataFrame:
            tallies = {each: self._store.tallies(each, by, value) for each in (Axis if axis is None else (axis,))}
            if axis is None:
                return ratings.rate(ratings.count_overall(tallies, self._models))
            return ratings.rate(ratings.count(tallies[axis], self._models))

        return self._once((axis, by, value), fit).copy()

    def points(self, also: Sequence[str]) -> dict[Axis, Mapping[str, float]]:
        """The ratings alone, on each axis, of the line-up, every model with votes, and the models in `also`."""
        models = (*self._models, *also)
        return {axis: ratings.point_ratings(ratings.count(self._store.tallies(axis), models)) for axis in Axis}

    def weights(self, names: Sequence[str]) -> dict[Pair, float]:
        """What one more game of each pair of these models is expected to tell; see `matchmaking.learning_weights`."""

        def weigh() -> dict[Pair, float]:
            games: dict[Pair, int] = {}
            for tally in self._store.tallies(Axis.HALLUCINATION):  # every vote judges both axes
                pair = frozenset((tally.model_a, tally.model_b))
                games[pair] = games.get(pair, 0) + tally.count
            return learning_weights(names, games)

        return dict(self._once(("weights", tuple(names)), weigh))

    def _once(self, key: object, compute: Callable[[], object]) -> object:
        with self._lock:
            version = self._store.version()
            kept = self._kept.get(key)
            if kept is None or kept[0] != version:
                kept = (version, compute())
                self._kept[key] = kept
            return kept[1]
