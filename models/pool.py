"""The models in memory: who uses which, what leaves when room is needed, and what is happening, in words."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import device as devices
from models.errors import ModelError, ModelTooLargeError, PoolBusyError
from models.progress import Report, Stage, Step, ignore
from models.spec import ModelSpec, Quantization

if TYPE_CHECKING:
    from models.loading import LoadedModel

Load = Callable[[ModelSpec, Quantization, str, Report], "LoadedModel"]
Predict = Callable[[ModelSpec, Quantization, str], int]
GIB = 2**30
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class PooledModel:
    """One model of the pool as seen from outside. `footprint_bytes` is predicted until it has loaded."""

    spec: ModelSpec
    quantization: Quantization
    footprint_bytes: int
    leases: int
    loading: bool


@dataclass(frozen=True)
class PoolStatus:
    """What the pool is doing in plain words, and the numbers behind it.

    `models` comes most recently used first. `budget_bytes` is None until the first model is asked for: measuring it
    needs torch, which a page that only shows a status must not import.
    """

    doing: str
    models: tuple[PooledModel, ...]
    used_bytes: int
    budget_bytes: int | None
    waiting: int


@dataclass(eq=False)
class _Entry:
    """One model: reserved and loading while `loaded` and `error` are None, then loaded or failed."""

    spec: ModelSpec
    quantization: Quantization
    bytes: int
    leases: int = 0
    last_used: int = 0
    activity: Step | None = None
    loaded: "LoadedModel | None" = None
    error: BaseException | None = None

    @property
    def settled(self) -> bool:
        return self.loaded is not None or self.error is not None


class ModelPool:
    """Loads models on demand, keeps what fits, and lends them out.

    The least recently used idle model leaves when room is needed, one in use never does. A lease that must wait for
    room waits until others end, at most `patience_seconds`; a model that could not fit even alone is refused before
    anything is loaded. `load`, `predict` and `release` default to the real ones, imported when first needed.

    Whoever needs two models at once should ask `fits_together` first: two leases taken one after the other that do
    not fit together would wait for each other.
    """

    def __init__(
        self,
        budget_bytes: int | None = None,
        device: str | None = None,
        *,
        load: Load | None = None,
        predict: Predict | None = None,
        release: Callable[[str], None] = devices.release_memory,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._budget_bytes = budget_bytes
        self._device = device
        self._load = load or _load
        self._predict = predict or _predict
        self._release = release
        self._patience_seconds = patience_seconds
        self._changed = threading.Condition()  # protects everything below; notified at every change
        self._entries: dict[tuple[ModelSpec, Quantization], _Entry] = {}
        self._predicted: dict[tuple[ModelSpec, Quantization], int] = {}
        self._ticks = itertools.count(1)
        self._waiting = 0
        self._garbage = False  # whether something was dropped since memory was last released

    @property
    def device(self) -> str:
        """The device models go to; the best one there is unless one was given."""
        if self._device is None:  # not under the lock: it imports torch; two threads find the same
            self._device = devices.default_device()
        return self._device

    @property
    def budget_bytes(self) -> int:
        """Bytes that the models may take together; measured once, when first needed, unless given."""
        if self._budget_bytes is None:
            self._budget_bytes = devices.memory_budget(self.device)
        return self._budget_bytes

    @contextmanager
    def lease(self, spec: ModelSpec, quantization: Quantization, progress: Report = ignore) -> Iterator["LoadedModel"]:
        """Lend the model for the length of a `with` block, loading it first where needed.

        Each step is told to `progress`, from the calling thread. Raises ModelTooLargeError when the
        model can never fit, PoolBusyError when others keep the room for too long, and whatever ModelError loading
        ends with; everyone who waits for the same load gets the same error.
        """
        progress(_preparing(spec))
        needed = self._footprint(spec, quantization)
        self._refuse_too_large(spec, quantization, needed)
        entry, must_load = self._join(spec, quantization, needed, progress)
        try:
            if must_load:
                self._fill(entry, progress)
            yield self._await_loaded(entry, progress)
        finally:
            self._leave(entry)

    def fits_together(self, *wanted: tuple[ModelSpec, Quantization]) -> bool:
        """Whether all of these could be in memory at the same time, nothing else being there."""
        return sum(self._footprint(*pair) for pair in set(wanted)) <= self.budget_bytes

    def evict_idle(self) -> int:
        """Drop every model that nobody uses; returns how many left."""
        with self._changed:
            idle = [entry for entry in self._entries.values() if entry.leases == 0]
            for entry in idle:
                self._drop(entry)
        self._release_dropped()
        return len(idle)

    def status(self) -> PoolStatus:
        """A snapshot for a page."""
        with self._changed:
            entries = list(self._entries.values())
            models = tuple(
                PooledModel(entry.spec, entry.quantization, entry.bytes, entry.leases, not entry.settled)
                for entry in sorted(entries, key=lambda entry: -entry.last_used)
            )
            return PoolStatus(self._doing(entries), models, self._used_bytes(), self._budget_bytes, self._waiting)

    def _doing(self, entries: list[_Entry]) -> str:
        loading = [entry.activity.text for entry in entries if not entry.settled]
        answering = [entry.spec.title for entry in entries if entry.loaded is not None and entry.leases]
        parts = [*loading, *([f"In use: {', '.join(answering)}."] if answering else [])]
        if self._waiting:
            parts.append(f"{self._waiting} waiting for memory.")
        return " ".join(parts) or ("Ready." if entries else "Ready; no model is loaded yet.")

    def _footprint(self, spec: ModelSpec, quantization: Quantization) -> int:
        key = (spec, quantization)
        with self._changed:
            if key in self._predicted:
                return self._predicted[key]
        predicted = self._predict(spec, quantization, self.device)  # not under the lock: it may ask the Hub
        with self._changed:
            return self._predicted.setdefault(key, predicted)

    def _refuse_too_large(self, spec: ModelSpec, quantization: Quantization, needed: int) -> None:
        budget = self.budget_bytes
        if needed <= budget:
            return
        smaller = [
            other
            for other in spec.quantizations
            if other is not quantization and self._footprint(spec, other) <= budget
        ]
        remedy = (
            f"{' or '.join(other.value for other in smaller)} would fit."
            if smaller
            else "no quantization of it would fit; choose a smaller model."
        )
        raise ModelTooLargeError(
            f"{spec.title} with quantization {quantization.value} needs {_amount(needed)}, but models may take "
            f"at most {_amount(budget)} here ({self.device}); {remedy}"
        )

    def _join(self, spec: ModelSpec, quantization: Quantization, needed: int, tell: Report) -> tuple[_Entry, bool]:
        """Take a lease on the model's entry; True when this caller made the entry and so must load it."""
        key = (spec, quantization)
        deadline = time.monotonic() + self._patience_seconds
        told = False
        while True:
            with self._changed:
                entry = self._entries.get(key)
                if entry is not None:
                    entry.leases += 1
                    return entry, False
                if self._make_room(needed):
                    entry = _Entry(spec, quantization, needed, leases=1, activity=_preparing(spec))
                    entry.last_used = next(self._ticks)
                    self._entries[key] = entry
                    self._changed.notify_all()
                    return entry, True
                if told:
                    self._wait_for_change(spec, deadline)
                    continue
            text = f"Waiting for memory: {spec.title} has to wait until other models are done…"
            tell(Step(Stage.WAITING, text))
            told = True

    def _wait_for_change(self, spec: ModelSpec, deadline: float) -> None:
        self._waiting += 1
        try:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self._changed.wait(remaining):
                raise PoolBusyError(
                    f"{spec.title} waited {self._patience_seconds:.0f} seconds for memory that other models are "
                    "using; try again in a moment."
                )
        finally:
            self._waiting -= 1

    def _make_room(self, needed: int) -> bool:
        """Drop idle models until `needed` bytes are free; drop none where that would be in vain."""
        in_use = sum(entry.bytes for entry in self._entries.values() if entry.leases)
        if in_use + needed > self.budget_bytes:
            return False
        self._shrink(self.budget_bytes - needed)
        return True

    def _shrink(self, target_bytes: int) -> None:
        """Drop idle models, the least recently used first, until at most `target_bytes` are used or none is left."""
        idle = [entry for entry in self._entries.values() if entry.leases == 0]
        for entry in sorted(idle, key=lambda entry: entry.last_used):
            if self._used_bytes() <= target_bytes:
                return
            self._drop(entry)

    def _drop(self, entry: _Entry) -> None:
        del self._entries[entry.spec, entry.quantization]
        entry.loaded = None
        self._garbage = True
        self._changed.notify_all()

    def _release_dropped(self) -> None:
        with self._changed:
            garbage, self._garbage = self._garbage, False
        if garbage:  # not under the lock: it takes a tenth of a second and runs finalizers
            self._release(self.device)

    def _used_bytes(self) -> int:
        return sum(entry.bytes for entry in self._entries.values())

    def _fill(self, entry: _Entry, tell: Report) -> None:
        def report(step: Step) -> None:
            with self._changed:
                entry.activity = step
                self._changed.notify_all()
            tell(step)

        self._release_dropped()  # what had to make room is really gone before the new model comes
        try:
            loaded = self._load(entry.spec, entry.quantization, self.device, report)
        except BaseException as error:
            with self._changed:
                interrupted = ModelError(f"Loading {entry.spec.title} was interrupted; try again.")
                entry.error = error if isinstance(error, Exception) else interrupted
                self._drop(entry)
            raise
        with self._changed:
            entry.loaded = loaded
            entry.bytes = self._predicted[entry.spec, entry.quantization] = loaded.footprint_bytes
            self._shrink(self.budget_bytes)  # should it have taken more than predicted, idle ones leave
            self._changed.notify_all()

    def _await_loaded(self, entry: _Entry, tell: Report) -> "LoadedModel":
        told = None
        while True:
            with self._changed:
                if not entry.settled and entry.activity == told:
                    self._changed.wait()
                if entry.error is not None:
                    raise entry.error
                if entry.loaded is not None:
                    return entry.loaded
                activity, changed = entry.activity, entry.activity != told
            if changed:
                tell(activity)
                told = activity

    def _leave(self, entry: _Entry) -> None:
        with self._changed:
            entry.leases -= 1
            entry.last_used = next(self._ticks)
            self._changed.notify_all()


def _preparing(spec: ModelSpec) -> Step:
    return Step(Stage.LOADING, f"Preparing {spec.title}…")


def _amount(size_bytes: int) -> str:
    return f"{size_bytes / GIB:.1f} GiB" if size_bytes >= GIB else f"{size_bytes / 2**20:.1f} MiB"


def _load(spec: ModelSpec, quantization: Quantization, device: str, report: Report) -> "LoadedModel":
    from models.loading import load

    return load(spec, quantization, device, report)


def _predict(spec: ModelSpec, quantization: Quantization, device: str) -> int:
    from models.loading import predict_footprint

    return predict_footprint(spec, quantization, device)
