"""The models in memory: who uses which, what leaves when room is needed, and what is happening, in words."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import answering, denials, pooled
from models import device as devices
from models.errors import ModelError, PoolBusyError
from models.pooled import Entry, Key, Load, Needs, PooledModel, PoolStatus, Predict
from models.progress import Report, Stage, Step, ignore
from models.shelf import Shelf
from models.spec import ModelSpec, Quantization

if TYPE_CHECKING:
    from models.loading import LoadedModel

__all__ = ["ModelPool", "PoolStatus", "PooledModel"]
PATIENCE_SECONDS = 600.0
_LOOK_SECONDS = 0.2  # how often a lease that waits looks whether it was cancelled


class SystemClock:
    """Seconds, and waiting for a change; a test passes one of its own."""

    def now(self) -> float:
        return time.monotonic()

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        """Block until `changed` is notified, `seconds` at most."""
        changed.wait(seconds)


class ModelPool:
    """Loads models on demand, keeps what fits, and lends them out.

    The budget is charged what a model's weights are predicted to take (measured, once it has loaded) and what it needs
    while it answers. The least recently used idle model leaves when room is needed, one in use never does. A lease that
    must wait for room waits until others end, at most `patience_seconds`; a model that could not fit even alone is
    refused before anything is loaded. `cache` is a folder for quantized copies (see models.quantized). `load`,
    `predict` and `remote` default to the real ones, imported when first needed. A model that a server answers for
    takes no memory and is always there.

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
        cache: Path | None = None,
        remote: Callable[[ModelSpec], Any] | None = None,
        release: Callable[[str], None] = devices.release_memory,
        generate: Callable[..., Iterator[str]] | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
        clock: SystemClock | None = None,
    ) -> None:
        self._budget_bytes = budget_bytes
        self._device = device
        self._device_name, self._device_bytes = "", 0
        self._load = load or partial(pooled.load, cache=cache)
        self._predict = predict or pooled.predict
        self._connect = remote or pooled.connect
        self._release = release
        self._generate = generate
        self._patience_seconds = patience_seconds
        self._clock = clock or SystemClock()
        self._changed = threading.Condition()  # protects everything below; notified at every change
        self._shelf = Shelf()
        self._needs: dict[Key, Needs] = {}
        self._remotes: dict[ModelSpec, Any] = {}
        self._waiting = 0

    @property
    def device(self) -> str:
        """The device models go to; the best one there is unless one was given."""
        if self._device is None:  # not under the lock: it imports torch; two threads find the same
            self._device = devices.default_device()
        return self._device

    @property
    def budget_bytes(self) -> int:
        """Bytes that the models may take together; measured once, when first needed, unless given."""
        if not self._device_name:
            self._device_bytes = devices.device_memory(self.device)
            self._device_name = devices.device_name(self.device)
        if self._budget_bytes is None:
            self._budget_bytes = devices.memory_budget(self.device)
        return self._budget_bytes

    @contextmanager
    def lease(
        self,
        spec: ModelSpec,
        quantization: Quantization,
        progress: Report = ignore,
        *,
        cancelled: threading.Event | None = None,
    ) -> Iterator["LoadedModel"]:
        """Lend the model for the length of a `with` block, loading it first where needed.

        Each step is told to `progress`, from the calling thread. Raises ModelTooLargeError when the model can never
        fit, PoolBusyError when others keep the room for too long, LeaseCancelledError once `cancelled` is set while it
        waits, NotAnsweringHereError when this machine cannot load it and no server answers for it, and whatever
        ModelError loading ends with; everyone who waits for the same load gets the same error.
        """
        if spec.endpoint is not None:
            yield self._remote(spec)
            return
        denials.refuse_absent(spec)
        progress(_preparing(spec))
        needs = self._predicted(spec, quantization)
        self._refuse_too_large(spec, quantization, needs)
        entry, must_load = self._join(spec, quantization, needs, progress, cancelled)
        try:
            if must_load:
                self._fill(entry, progress)
            loaded = self._await_loaded(entry, progress, cancelled)
            progress(Step(Stage.READY, f"{spec.title} is ready.", 1.0))
            yield loaded
        finally:
            loaded = None  # the model may leave while an error that went through here is still looked at
            self._leave(entry)

    def stream(self, *arguments: Any, **options: Any) -> Iterator[str]:
        """Lease and answer in one: see `models.answering.stream`, which takes the pool as its first argument."""
        return answering.stream(self, *arguments, generate=self._generate, **options)

    def predicted_bytes(self, spec: ModelSpec, quantization: Quantization) -> int:
        """What the model itself would take, known before it is loaded; a ModelError where its files cannot be had."""
        if spec.endpoint is not None:
            return 0
        denials.refuse_absent(spec)
        return self._predicted(spec, quantization).model_bytes

    def fits_together(self, *wanted: Key) -> bool:
        """Whether all of these could be in memory and answer at the same time, nothing else being there."""
        needed = [self._predicted(*key).total_bytes for key in set(wanted) if key[0].endpoint is None]
        return sum(needed) <= self.budget_bytes

    def unload(self, spec: ModelSpec, quantization: Quantization) -> bool:
        """Drop this model where it is in memory and nobody uses it; whether it was dropped."""
        return self._evict(lambda entry: (entry.spec, entry.quantization) == (spec, quantization)) == 1

    def evict_idle(self) -> int:
        """Drop every model that nobody uses; returns how many left."""
        return self._evict(lambda entry: True)

    def _evict(self, chosen: Callable[[Entry], bool]) -> int:
        with self._changed:
            leaving = [entry for entry in self._shelf.idle() if chosen(entry)]
            for entry in leaving:
                self._shelf.drop(entry)
            self._changed.notify_all()
        self._release_dropped()
        return len(leaving)

    def status(self) -> PoolStatus:
        """A snapshot for a page."""
        with self._changed:
            entries = list(self._shelf)
            loading = [entry.step for entry in entries if not entry.settled]
            return PoolStatus(
                self._doing(entries, loading),
                tuple(entry.seen() for entry in entries),
                self._shelf.used_bytes,
                self._budget_bytes,
                self._waiting,
                self._device_name,
                self._device_bytes,
                loading[0] if loading else None,
            )

    def _doing(self, entries: list[Entry], loading: list[Step]) -> str:
        answering = sorted(entry.spec.title for entry in entries if entry.loaded is not None and entry.leases)
        parts = [step.text for step in loading] + ([f"In use: {', '.join(answering)}."] if answering else [])
        if self._waiting:
            parts.append(f"{self._waiting} waiting for memory.")
        return " ".join(parts) or ("Ready." if entries else "Ready; no model is loaded yet.")

    def _remote(self, spec: ModelSpec) -> Any:
        with self._changed:
            if spec not in self._remotes:
                self._remotes[spec] = self._connect(spec)
            return self._remotes[spec]

    def _predicted(self, spec: ModelSpec, quantization: Quantization) -> Needs:
        key = (spec, quantization)
        with self._changed:
            if key in self._needs:
                return self._needs[key]
        needs = self._predict(spec, quantization, self.device)  # not under the lock: it may ask the Hub
        with self._changed:
            return self._needs.setdefault(key, needs)

    def _refuse_too_large(self, spec: ModelSpec, quantization: Quantization, needs: Needs) -> None:
        budget = self.budget_bytes
        if needs.total_bytes > budget:
            others = {other: self._predicted(spec, other) for other in spec.quantizations if other is not quantization}
            fitting = [other for other, smaller in others.items() if smaller.total_bytes <= budget]
            raise denials.too_large(spec, quantization, needs, budget, self.device, fitting)

    def _join(
        self,
        spec: ModelSpec,
        quantization: Quantization,
        needs: Needs,
        tell: Report,
        cancelled: threading.Event | None,
    ) -> tuple[Entry, bool]:
        """Take a lease on the model's entry; True when this caller made the entry and so must load it."""
        deadline = self._clock.now() + self._patience_seconds
        told = False
        while True:
            denials.refuse_cancelled(spec, cancelled)
            with self._changed:
                entry = self._shelf.get(spec, quantization)
                if entry is not None:
                    entry.leases += 1
                    return entry, False
                entry = self._shelf.reserve(spec, quantization, needs, _preparing(spec), self.budget_bytes)
                if entry is not None:
                    self._changed.notify_all()
                    return entry, True
                if told:
                    self._wait_for_change(spec, deadline)
                    continue
            tell(Step(Stage.WAITING, f"Waiting for memory: {spec.title} has to wait until other models are done…"))
            told = True

    def _wait_for_change(self, spec: ModelSpec, deadline: float) -> None:
        remaining = deadline - self._clock.now()
        if remaining <= 0:
            raise PoolBusyError(
                f"{spec.title} waited {self._patience_seconds:.0f} seconds for memory that other models are using; try "
                "again in a moment."
            )
        self._waiting += 1
        try:
            self._clock.wait(self._changed, min(remaining, _LOOK_SECONDS))
        finally:
            self._waiting -= 1

    def _release_dropped(self) -> None:
        with self._changed:
            garbage, self._shelf.garbage = self._shelf.garbage, False
        if garbage:  # not under the lock: it takes a tenth of a second and runs finalizers
            self._release(self.device)

    def _fill(self, entry: Entry, tell: Report) -> None:
        def report(step: Step) -> None:
            with self._changed:
                entry.step = step
                self._changed.notify_all()
            tell(step)

        self._release_dropped()  # what had to make room is really gone before the new model comes
        try:
            loaded = self._load(entry.spec, entry.quantization, self.device, report)
        except BaseException as error:
            devices.drop_frames(error)  # half a model may hang on them
            with self._changed:
                interrupted = ModelError(f"Loading {entry.spec.title} was interrupted; try again.")
                entry.error = error if isinstance(error, Exception) else interrupted
                self._shelf.drop(entry)
                self._changed.notify_all()
            self._release_dropped()
            raise
        with self._changed:
            entry.loaded = loaded
            if loaded.footprint_bytes != entry.needs.model_bytes:
                actual = Needs(loaded.footprint_bytes, entry.needs.working_bytes)
                self._needs[entry.spec, entry.quantization] = actual
            self._shelf.shrink(self.budget_bytes)  # should it have taken more than predicted, idle ones leave
            self._changed.notify_all()

    def _await_loaded(self, entry: Entry, tell: Report, cancelled: threading.Event | None) -> "LoadedModel":
        told = None
        while True:
            with self._changed:
                if not entry.settled and entry.step == told:
                    self._clock.wait(self._changed, _LOOK_SECONDS)
                if entry.error is not None:
                    raise entry.error
                if entry.loaded is not None:
                    return entry.loaded
                step, changed = entry.step, entry.step != told
            denials.refuse_cancelled(entry.spec, cancelled)
            if changed:
                tell(step)
                told = step

    def _leave(self, entry: Entry) -> None:
        with self._changed:
            self._shelf.give_back(entry)
            self._changed.notify_all()


def _preparing(spec: ModelSpec) -> Step:
    return Step(Stage.LOADING, f"Preparing {spec.title}…")
