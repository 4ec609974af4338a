"""The pool's bookkeeping: which models are in memory, what they are charged, which one leaves next. Plain logic."""

import itertools
from collections.abc import Iterator

from models.pooled import Entry, Key, Needs
from models.progress import Step
from models.spec import ModelSpec, Quantization


class Shelf:
    """Models in memory. It has no lock of its own: whoever holds it sees to that.

    `garbage` tells that something was dropped, so that its memory can be given back.
    """

    def __init__(self) -> None:
        self.garbage = False
        self._entries: dict[Key, Entry] = {}
        self._ticks = itertools.count(1)

    def __iter__(self) -> Iterator[Entry]:
        """Entries, the most recently used first."""
        return iter(sorted(self._entries.values(), key=lambda entry: -entry.last_used))

    @property
    def used_bytes(self) -> int:
        return sum(entry.bytes for entry in self._entries.values())

    def get(self, spec: ModelSpec, quantization: Quantization) -> Entry | None:
        return self._entries.get((spec, quantization))

    def reserve(
        self, spec: ModelSpec, quantization: Quantization, needs: Needs, step: Step, budget_bytes: int
    ) -> Entry | None:
        """A new entry with one lease, idle models having left for it; None, and none left, where room is lacking."""
        in_use = sum(entry.bytes for entry in self._entries.values() if entry.leases)
        if in_use + needs.total_bytes > budget_bytes:
            return None
        self.shrink(budget_bytes - needs.total_bytes)
        entry = Entry(spec, quantization, needs, step, leases=1, last_used=next(self._ticks))
        self._entries[spec, quantization] = entry
        return entry

    def shrink(self, target_bytes: int) -> None:
        """Drop idle models, the least recently used first, until at most `target_bytes` are used or none is left."""
        for entry in self.idle():
            if self.used_bytes <= target_bytes:
                return
            self.drop(entry)

    def idle(self) -> list[Entry]:
        """Entries that nobody uses, the least recently used first."""
        return [entry for entry in reversed(list(self)) if entry.leases == 0]

    def drop(self, entry: Entry) -> None:
        """Forget the model; whoever still holds it keeps it alive."""
        del self._entries[entry.spec, entry.quantization]
        entry.loaded = None
        self.garbage = True

    def give_back(self, entry: Entry) -> None:
        """End one lease."""
        entry.leases -= 1
        entry.last_used = next(self._ticks)
