"""What the votes tell beside ratings: who agrees, how much looks matter, what other rules would change.

Some of that needs single votes. It is computed from the newest WINDOW of them and kept until the votes have grown by
GROWTH, so that neither the page nor a vote costs more as votes come in; what is shown says how far it reaches.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from arena import agreement, ratings, reliability, sensitivity, style
from arena.store import Store
from arena.store.reading import Version
from arena.votes import Axis

WINDOW = 20_000
GROWTH = 0.01


@dataclass(frozen=True)
class Reach:
    """Which votes something was computed from: `votes` of them, the newest of which is number `last`."""

    last: int
    votes: int

    def words(self, now: int) -> str:
        """One sentence where not all of the `now` votes are meant, else nothing."""
        if self.votes < self.last:
            return f"From the {self.votes:,} judgments up to number {self.last:,}."
        return f"As of judgment number {self.last:,}." if self.last < now else ""


@dataclass(frozen=True)
class Trust:
    """How far the ratings can be trusted. by_voter: the table of `ratings.rate` with ranges clustered by voter, for
    each axis and (None) both together; sensitivity: of `sensitivity.sensitivity`."""

    reach: Reach
    agreement: Mapping[Axis, agreement.Agreement]
    sensitivity: Mapping[Axis, pd.DataFrame]
    by_voter: Mapping[Axis | None, pd.DataFrame]


@dataclass(frozen=True)
class Styled:
    """Ratings at equal length and formatting, and what these are worth."""

    reach: Reach
    control: style.StyleControl


class Insights:
    """May be called from any thread; one computes while others wait."""

    def __init__(self, store: Store, window: int = WINDOW) -> None:
        self._store = store
        self._window = window
        self._kept: dict[object, tuple[Version, object]] = {}
        self._lock = threading.Lock()  # protects _kept

    def trust(self) -> Trust:
        return self._once("trust", self._trust)

    def styled(self, axis: Axis | None) -> Styled:
        """Of one axis or, each judgment for half a game, of both. O(models^2), with a large factor."""

        def compute(last: int) -> Styled:
            frame = pd.concat([self._store.style_tallies(each) for each in _axes(axis)], ignore_index=True)
            if axis is None:
                frame["count"] /= len(Axis)
            return Styled(Reach(last, last), style.control(frame))

        return self._once(("style", axis), compute)

    def _trust(self, last: int) -> Trust:
        votes = self._store.votes_frame(limit=self._window, newest_first=True).iloc[::-1].reset_index(drop=True)
        tallies = {axis: sensitivity.aggregate(votes, axis) for axis in Axis}
        known = reliability.by_voter(reliability.reliability(votes)) if len(votes) else {}
        return Trust(
            Reach(last, len(votes)),
            {axis: agreement.agreement(votes, axis) for axis in Axis},
            {axis: sensitivity.sensitivity(tallies[axis], known) for axis in Axis},
            {axis: self._by_voter(tallies, axis) for axis in (*Axis, None)},
        )

    def _by_voter(self, tallies: Mapping[Axis, pd.DataFrame], axis: Axis | None) -> pd.DataFrame:
        axes = _axes(axis)
        frame = pd.concat([tallies[each] for each in axes], ignore_index=True)
        voters = ratings.count_voters(frame[~frame["excluded"].astype(bool)], share=1 / len(axes))
        return ratings.rate(voters.counts, voters=voters)

    def _once(self, key: object, compute: Callable[[int], object]) -> object:
        with self._lock:
            last, decided = self._store.version()
            kept = self._kept.get(key)
            if kept is None or kept[0][1] != decided or last - kept[0][0] > GROWTH * kept[0][0]:
                kept = ((last, decided), compute(last))
                self._kept[key] = kept
            return kept[1]


def _axes(axis: Axis | None) -> tuple[Axis, ...]:
    return tuple(Axis) if axis is None else (axis,)
