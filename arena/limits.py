"""How often one visitor and one network address may start battles and vote, and how soon after the answers.

Windows move with time (the `limits` package), so there is no full minute or hour to wait for. A refusal says when to
come back and costs nothing: the battle, its answers and the chosen judgments stay as they are. Counts live in memory
and begin anew with the server; what was voted is in the database, where `arena.abuse` looks at it later.
"""

import threading
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from arena.errors import ArenaError

_ALMOST_NO_TIME = 1e-6
_KEYS_BEFORE_TIDYING = 10_000
_WINDOWS = {"minute": RateLimitItemPerMinute, "hour": RateLimitItemPerHour, "day": RateLimitItemPerDay}


class TooManyError(ArenaError):
    """More battles or votes than one visitor or one address may have in a while."""

    def __init__(self, what: str, amount: int, window: str, seconds: float, shared: bool) -> None:
        who = "your network address" if shared else "you"
        kept = "Your judgment is still here" if what == "judgments" else "Your picture and instruction are still here"
        super().__init__(
            f"That was enough for now: {who} may have {amount:,} {what} in one {window}."
            f" {kept}; try again in {in_words(seconds)}."
        )
        self.seconds = seconds


class TooSoonError(ArenaError):
    """A vote came before a person can have looked at two answers."""

    def __init__(self, minimum: float, remaining: float) -> None:
        super().__init__(
            f"Please read both answers first: a judgment counts from {minimum:g} seconds after both are complete."
            f" Yours is still here; send it again in {in_words(remaining)}."
        )
        self.seconds = remaining


@dataclass(frozen=True)
class Limits:
    """What one visitor may do; one address, which many visitors can share, may do `address_factor` times as much.

    minimum_judging_seconds is the time from the moment both answers are complete to the vote: below it nobody can have
    looked at both. A vote after it that is still faster than reading is stored, and is evidence for `arena.abuse`.
    """

    battles_per_minute: int = 10
    battles_per_hour: int = 120
    battles_per_day: int = 500
    votes_per_minute: int = 10
    votes_per_hour: int = 120
    votes_per_day: int = 500
    address_factor: int = 5
    minimum_judging_seconds: float = 2.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0 and field.name != "minimum_judging_seconds":
                raise ValueError(f"{field.name} must be above 0, not {value!r}")

    def of(self, kind: str, factor: int = 1) -> tuple[RateLimitItem, ...]:
        """The windows of "battles" or "votes", shortest first."""
        return tuple(
            item(getattr(self, f"{kind}_per_{window}") * factor, namespace=kind) for window, item in _WINDOWS.items()
        )


class Admission(Protocol):
    """What the service asks before it starts a battle and before it stores a vote.

    voter and address are salted hashes; an unknown address is "". Raises an ArenaError, or nothing.
    """

    def admit_battle(self, voter: str, address: str, now: datetime) -> None: ...

    def admit_vote(self, voter: str, address: str, now: datetime, complete_at: datetime) -> None:
        """complete_at is when both answers (of the last turn) were complete, `Battle.ended_at`."""


class Unlimited:
    """Admits everything: a workstation with one person at it."""

    def admit_battle(self, voter: str, address: str, now: datetime) -> None:
        pass

    def admit_vote(self, voter: str, address: str, now: datetime, complete_at: datetime) -> None:
        pass


class RateLimits:
    """Admits by `Limits`; may be called from any thread. What is refused is not counted."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._storage = _ClockedStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._lock = threading.Lock()  # all windows of one admission are looked at, then counted, at one moment

    def admit_battle(self, voter: str, address: str, now: datetime) -> None:
        """Counts one battle. Raises TooManyError."""
        self._admit("battles", "battles", voter, address, now)

    def admit_vote(self, voter: str, address: str, now: datetime, complete_at: datetime) -> None:
        """Counts one vote. Raises TooSoonError, TooManyError."""
        waited = (now - complete_at).total_seconds()
        if waited < self.limits.minimum_judging_seconds:
            raise TooSoonError(self.limits.minimum_judging_seconds, self.limits.minimum_judging_seconds - waited)
        self._admit("votes", "judgments", voter, address, now)

    def _admit(self, kind: str, name: str, voter: str, address: str, now: datetime) -> None:
        asked = [(item, "voter", voter) for item in self.limits.of(kind)]
        if address:
            asked += [(item, "address", address) for item in self.limits.of(kind, self.limits.address_factor)]
        with self._lock:
            self._storage.now = now.timestamp()
            full = [key for key in asked if not self._window.test(*key)]
            if not full:
                for key in asked:
                    self._window.hit(*key)
                return
            waits = {key: self._window.get_window_stats(*key).reset_time - self._storage.now for key in full}
        key = max(waits, key=waits.__getitem__)  # the one that is open last is the one to wait for
        raise TooManyError(name, key[0].amount, key[0].GRANULARITY.name, max(waits[key], 0.0), key[1] == "address")


class _ClockedStorage(MemoryStorage):
    """The package's storage in memory, at the time it is told: its own reads the clock of the machine."""

    STORAGE_SCHEME = ["arena-memory"]  # noqa: RUF012 (the package's way to register; "memory" stays its own)

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._entries: dict[str, tuple[int, list[float]]] = {}  # key -> seconds of its window, times, oldest first

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        inside = self._inside(key, expiry)
        if len(inside) + amount > limit:
            return False
        self._entries[key] = (expiry, inside + [self.now] * amount)
        if len(self._entries) > _KEYS_BEFORE_TIDYING:
            self._tidy()
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        inside = self._inside(key, expiry)
        return (inside[0] if inside else self.now), len(inside)

    def _inside(self, key: str, expiry: int) -> list[float]:
        _, times = self._entries.get(key, (expiry, []))
        return [time for time in times if time > self.now - expiry]

    def _tidy(self) -> None:
        self._entries = {
            key: (expiry, times) for key, (expiry, times) in self._entries.items() if times[-1] > self.now - expiry
        }


def in_words(seconds: float) -> str:
    """A waiting time for a person, rounded up: "3 seconds", "2 minutes", "5 hours"."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds > size or unit == "second":
            count = max(1, -int(-(seconds - _ALMOST_NO_TIME) // size))
            return f"{count} {unit}{'' if count == 1 else 's'}"
    raise AssertionError("every time is at least counted in seconds")
