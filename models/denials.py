"""Why the pool does not lend a model, each with the way out."""

import threading
from collections.abc import Sequence

from models.errors import LeaseCancelledError, ModelTooLargeError, NotAnsweringHereError
from models.pooled import Needs, amount
from models.spec import ModelSpec, Quantization, Runs


def refuse_absent(spec: ModelSpec) -> None:
    """Raise NotAnsweringHereError for a model that cannot be loaded here and that no server answers for."""
    if not spec.answers:
        raise NotAnsweringHereError(f"{spec.title} cannot be loaded here. {ways_out(spec)}")


def ways_out(spec: ModelSpec) -> str:
    """Why a model does not load here, as the line-up says it, and what can be done about that."""
    why = spec.notes or f"Its entry in the line-up says so (runs: {spec.runs.value})."
    served = "name a server that runs it (`endpoint:` in models.yaml)"
    recorded = "score answers recorded elsewhere (python -m benchmark score FOLDER)"
    first, second = (recorded, served) if spec.runs is Runs.RECORDED else (served, recorded)
    return f"{why} You can {first}, or {second}."


def refuse_cancelled(spec: ModelSpec, event: threading.Event | None) -> None:
    """Raise LeaseCancelledError once `event` is set."""
    if event is not None and event.is_set():
        raise LeaseCancelledError(f"{spec.title} is not wanted any more.")


def too_large(
    spec: ModelSpec,
    quantization: Quantization,
    needs: Needs,
    budget_bytes: int,
    device: str,
    fitting: Sequence[Quantization],
) -> ModelTooLargeError:
    """The error for a model that can never fit; `fitting` are its quantizations that would."""
    remedy = (
        f"{' or '.join(other.value for other in fitting)} would fit."
        if fitting
        else "no quantization of it would fit; choose a smaller model."
    )
    answering = f" ({amount(needs.working_bytes)} of it for answering)" if needs.working_bytes else ""
    return ModelTooLargeError(
        f"{spec.title} with quantization {quantization.value} needs {amount(needs.total_bytes)}{answering}, but models "
        f"may take at most {amount(budget_bytes)} here ({device}); {remedy}"
    )
