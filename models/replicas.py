"""The servers behind one endpoint: who gets the next request, and who rests after a failure.

Everything here belongs to one event loop: no locks.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host and port of an address."""
    return urlsplit(url).netloc


@dataclass(eq=False)
class Replica:
    """One server: how many requests it works on, and until when it is left alone."""

    url: str
    active: int = 0
    resting_until: float = 0.0

    @property
    def host(self) -> str:
        return host_of(self.url)


class Replicas:
    """Servers that answer for the same model; each works on at most `limit` requests at once."""

    def __init__(self, urls: Sequence[str], limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.all = tuple(Replica(url) for url in urls)
        self._limit = limit
        self._clock = clock
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def take(self, tried: Collection[Replica] = ()) -> AsyncIterator[Replica]:
        """A free server for one request: awake before resting, untried before tried, the least busy one first.

        Waits while all that are awake are full.
        """
        async with self._freed:
            while (replica := self._free(tried)) is None:
                await self._freed.wait()
            replica.active += 1
        try:
            yield replica
        finally:
            replica.active -= 1
            await asyncio.shield(self._tell())

    def rest(self, replica: Replica, seconds: float) -> None:
        """Leave it alone for a while, as long as another one is awake."""
        replica.resting_until = self._clock() + seconds

    def wake(self, replica: Replica) -> None:
        """It answered: it takes requests again."""
        replica.resting_until = 0.0

    def another(self, tried: Collection[Replica]) -> bool:
        """Whether there is one awake that was not tried yet."""
        return any(replica not in tried and self._awake(replica) for replica in self.all)

    def _free(self, tried: Collection[Replica]) -> Replica | None:
        awake = [replica for replica in self.all if self._awake(replica)] or list(self.all)
        free = [replica for replica in awake if replica.active < self._limit]
        return min(free, key=lambda one: (one in tried, one.active, one.resting_until), default=None)

    def _awake(self, replica: Replica) -> bool:
        return replica.resting_until <= self._clock()

    async def _tell(self) -> None:
        async with self._freed:
            self._freed.notify_all()
