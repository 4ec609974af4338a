"""What a pool knows of each model: its facts for a page, and the bookkeeping behind them. No torch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.progress import Report, Step
from models.spec import ModelSpec, Quantization

if TYPE_CHECKING:
    from models.loading import LoadedModel

GIB = 2**30
Key = tuple[ModelSpec, Quantization]


@dataclass(frozen=True)
class Needs:
    """Bytes that a model takes: `model_bytes` as long as it is loaded (weights, buffers, quantization state), and
    `working_bytes` while it answers (KV cache and activations)."""

    model_bytes: int
    working_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        return self.model_bytes + self.working_bytes


Load = Callable[[ModelSpec, Quantization, str, Report], "LoadedModel"]
Predict = Callable[[ModelSpec, Quantization, str], Needs]


@dataclass(frozen=True)
class PooledModel:
    """One model of the pool as seen from outside.

    `footprint_bytes` is what it takes once it is loaded, `predicted_bytes` until then; `working_bytes` are kept free
    beside it for answering. `share` says how far loading is, where that is known.
    """

    spec: ModelSpec
    quantization: Quantization
    footprint_bytes: int
    predicted_bytes: int
    working_bytes: int
    leases: int
    loading: bool
    step: Step | None = None

    @property
    def share(self) -> float | None:
        return self.step.share if self.step else None


@dataclass(frozen=True)
class PoolStatus:
    """What the pool is doing in plain words, and the numbers behind it.

    `models` comes most recently used first. `budget_bytes` is None, and the device unnamed, until the first model is
    asked for: measuring them needs torch, which a page that only shows a status must not import. `step` is what is
    being loaded.
    """

    doing: str
    models: tuple[PooledModel, ...]
    used_bytes: int
    budget_bytes: int | None
    waiting: int
    device_name: str = ""
    device_bytes: int = 0
    step: Step | None = None


@dataclass(eq=False)
class Entry:
    """One model: reserved and loading while `loaded` and `error` are None, then loaded or failed."""

    spec: ModelSpec
    quantization: Quantization
    needs: Needs
    step: Step
    leases: int = 0
    last_used: int = 0
    loaded: "LoadedModel | None" = None
    error: BaseException | None = None

    @property
    def settled(self) -> bool:
        return self.loaded is not None or self.error is not None

    @property
    def footprint_bytes(self) -> int:
        return self.needs.model_bytes if self.loaded is None else self.loaded.footprint_bytes

    @property
    def bytes(self) -> int:
        """What the budget is charged: the model, and room for its answer."""
        return self.footprint_bytes + self.needs.working_bytes

    def seen(self) -> PooledModel:
        """The same as facts that do not change any more."""
        return PooledModel(
            self.spec,
            self.quantization,
            self.footprint_bytes,
            self.needs.model_bytes,
            self.needs.working_bytes,
            self.leases,
            not self.settled,
            None if self.settled else self.step,
        )


def amount(size_bytes: int) -> str:
    """Bytes in words: "27.0 MiB", "3.8 GiB"."""
    return f"{size_bytes / GIB:.1f} GiB" if size_bytes >= GIB else f"{size_bytes / 2**20:.1f} MiB"


def load(
    spec: ModelSpec, quantization: Quantization, device: str, report: Report, cache: Path | None = None
) -> "LoadedModel":
    """`models.loading.load`, imported when it is needed: it brings torch."""
    from models.loading import load

    return load(spec, quantization, device, report, cache)


def predict(spec: ModelSpec, quantization: Quantization, device: str) -> Needs:
    """`models.loading.predict`, imported when it is needed."""
    from models.loading import predict

    return predict(spec, quantization, device)


def connect(spec: ModelSpec) -> Any:
    """The server that answers for a spec with an endpoint."""
    from models.remote import RemoteModel

    return RemoteModel(spec)
