"""`python -m models plan [MODEL ...]`: what models will take, and which fit together, before anything is loaded."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from models import denials, pooled, shapes
from models import device as devices
from models.errors import GatedModelError, HubUnreachableError, ModelError, NotAnsweringHereError
from models.lengths import PICTURE, Lengths, battle_lengths
from models.registry import find, lineup
from models.spec import ModelSpec, Quantization

if TYPE_CHECKING:
    import torch

WORDS = {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16"}


@dataclass(frozen=True)
class Target:
    """The device that is planned for: `name` for people, the bytes that models may take on it, its precision."""

    name: str
    device: str
    budget_bytes: int
    dtype: "torch.dtype"

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


@dataclass(frozen=True)
class Size:
    """One quantization of a model: its bytes, and how many of that size fit together."""

    quantization: Quantization
    weights_bytes: int
    quantization_state_bytes: int
    kv_cache_bytes: int
    activation_bytes: int
    total_bytes: int
    fits: bool
    fit_together: int


@dataclass(frozen=True)
class Plan:
    """What is known of one model: its sizes, largest first, or `error`, a sentence that says why there are none."""

    spec: ModelSpec
    configuration: str = ""
    lengths: Lengths | None = None
    sizes: tuple[Size, ...] = ()
    error: str = ""

    def size(self, quantization: Quantization) -> Size | None:
        return next((size for size in self.sizes if size.quantization is quantization), None)


def gpu(gib: float) -> Target:
    """A card with `gib` GiB that need not be here; models are in bfloat16 on it."""
    import torch

    return Target(f"a GPU with {gib:g} GiB", "cuda", int(gib * pooled.GIB * devices.GPU_SHARE), torch.bfloat16)


def this_machine() -> Target:
    """The device that models would be loaded on here."""
    device = devices.default_device()
    return Target(devices.device_name(device), device, devices.memory_budget(device), devices.compute_dtype(device))


def plan(spec: ModelSpec, target: Target, quantizations: Iterable[Quantization] = tuple(Quantization)) -> Plan:
    """The sizes of one model on `target`; never raises a ModelError, but tells it."""
    try:
        if spec.endpoint is not None:
            hosts = ", ".join(spec.endpoint.urls)
            raise NotAnsweringHereError(f"{spec.title} takes no memory here: {hosts} answers for it.")
        denials.refuse_absent(spec)
        wanted = [quantization for quantization in quantizations if quantization in spec.quantizations]
        if not wanted:
            allowed = ", ".join(quantization.value for quantization in spec.quantizations)
            raise ModelError(f"{spec.title} cannot be loaded with this quantization; choose {allowed}.")
        config, origin = _configuration(spec)
        from models.loading import building

        with building(spec):
            lengths = battle_lengths(config)
            return Plan(spec, origin, lengths, tuple(_size(config, lengths, target, each) for each in wanted))
    except ModelError as error:
        return Plan(spec, error=str(error))


def together(plans: Sequence[Plan], quantization: Quantization, budget_bytes: int) -> int:
    """How many of these models fit at the same time at this quantization: the smallest ones first."""
    totals = sorted(size.total_bytes for plan in plans if (size := plan.size(quantization)))
    count = 0
    for total in totals:
        budget_bytes -= total
        if budget_bytes < 0:
            break
        count += 1
    return count


def _configuration(spec: ModelSpec) -> tuple[Any, str]:
    from models.loading import read_config

    try:
        return read_config(spec), "folder" if spec.is_local else "hub"
    except (HubUnreachableError, GatedModelError):
        if spec.name not in shapes.FULL_SIZE:
            raise
        return shapes.config(spec.name), "kept with the app"


def _size(config: Any, lengths: Lengths, target: Target, quantization: Quantization) -> Size:
    from models import memory

    model = memory.predict(config, quantization, target.device, target.dtype)
    cache = memory.kv_bytes(config, lengths.prompt, 1, target.dtype, new_tokens=lengths.new)
    activations = memory.activation_bytes(config, lengths.prompt, 1, target.dtype)
    total = model.total_bytes + cache + activations
    count = target.budget_bytes // total
    return Size(quantization, model.weight_bytes, model.state_bytes, cache, activations, total, count > 0, count)


def add_command(commands: Any) -> None:
    """Add `plan` to the subcommands of an argparse parser."""
    parser = commands.add_parser("plan", help="predict what models take, and which fit together, before loading any")
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names, hub ids or folders (default: the line-up)")
    parser.add_argument("--gpu-gib", type=_gib, metavar="GIB", help="plan for a card of this size, not this machine")
    parser.add_argument("--quantization", metavar="Q", help="only none, int8 or nf4 (default: all three)")
    parser.add_argument("--json", action="store_true", help="print a JSON list, one object a model")
    parser.set_defaults(run=run)


def _gib(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:  # neither nan nor infinite either
        raise argparse.ArgumentTypeError(f"a card's memory in GiB is a number above 0; got {text!r}")
    return value


def run(options: argparse.Namespace) -> int:
    """Print the plan; 0 when at least one model could be planned, 1 when none could. Raises ModelError."""
    specs = list(dict.fromkeys(map(find, options.models))) or [spec for spec in lineup() if spec.answers]
    quantizations = (Quantization.parse(options.quantization),) if options.quantization else tuple(Quantization)
    target = this_machine() if options.gpu_gib is None else gpu(options.gpu_gib)
    plans = [plan(spec, target, quantizations) for spec in specs]
    if options.json:
        print(json.dumps(as_objects(plans, target, quantizations), indent=2, ensure_ascii=False))
    else:
        print(as_text(plans, target, quantizations))
        for failed in (plan for plan in plans if plan.error):
            print(f"{failed.spec.name}: {failed.error}", file=sys.stderr)
    return 0 if any(plan.sizes for plan in plans) else 1


def as_objects(plans: Sequence[Plan], target: Target, quantizations: Sequence[Quantization]) -> list[dict[str, object]]:
    """One JSON-ready object a model. `together`: how many of the models that were named fit at once."""
    planned = [plan for plan in plans if plan.sizes]
    counts = {each.value: together(planned, each, target.budget_bytes) for each in quantizations}
    all_in = next((name for name, count in counts.items() if planned and count == len(planned)), None)
    return [_object(plan, target, {"models": len(planned), "fit": counts, "all_fit_in": all_in}) for plan in plans]


def _object(plan: Plan, target: Target, all_of_them: dict[str, object]) -> dict[str, object]:
    facts: dict[str, object] = {"name": plan.spec.name, "title": plan.spec.title, "device": target.name}
    if plan.lengths is None:
        return facts | {"error": plan.error}
    lengths = plan.lengths
    return facts | {
        "budget_bytes": target.budget_bytes,
        "dtype": target.dtype_name,
        "configuration": plan.configuration,
        "tokens": {
            "picture": lengths.picture,
            "picture_pixels": list(PICTURE),
            "instruction": lengths.instruction,
            "new": lengths.new,
            "total": lengths.total,
        },
        "quantizations": [asdict(size) for size in plan.sizes],
        "together": all_of_them,
    }


def as_text(plans: Sequence[Plan], target: Target, quantizations: Sequence[Quantization]) -> str:
    """A table, and a sentence for each thing to know about it; the last says which models fit together."""
    planned = [plan for plan in plans if plan.sizes]
    if not planned:
        return "None of these models can be planned."
    rows = [("MODEL", "WEIGHTS AS", "WEIGHTS", "STATE", "KV CACHE", "ACTIVATIONS", "TOTAL", "FITS", "TOKENS")]
    rows += [_row(plan, size, target) for plan in planned for size in plan.sizes]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    notes = [f"On {target.name}, models may take {pooled.amount(target.budget_bytes)}."]
    kept = [plan.spec.title for plan in planned if plan.configuration == "kept with the app"]
    if kept:
        notes.append(f"The Hub cannot be reached; the configuration of {', '.join(kept)} is the one kept with the app.")
    return "\n".join([*table, "", *notes, _last_sentence(planned, target, quantizations)])


def _row(plan: Plan, size: Size, target: Target) -> tuple[str, ...]:
    parts = (size.weights_bytes, size.quantization_state_bytes, size.kv_cache_bytes, size.activation_bytes)
    fits = "no" if not size.fits else "yes" if size.fit_together == 1 else f"yes, {size.fit_together} of this size"
    return (
        plan.spec.name,
        _word(size.quantization, target),
        *map(pooled.amount, parts),
        pooled.amount(size.total_bytes),
        fits,
        str(plan.lengths.total) if plan.lengths else "",
    )


def _last_sentence(planned: Sequence[Plan], target: Target, quantizations: Sequence[Quantization]) -> str:
    """Which of the models fit together, in words: "2 of these 2 fit together in nf4 and int8, 1 in bf16."."""
    by_count: dict[int, list[str]] = {}
    for quantization in quantizations:
        if any(plan.size(quantization) for plan in planned):
            count = together(planned, quantization, target.budget_bytes)
            by_count.setdefault(count, []).append(_word(quantization, target))
    if len(planned) == 1:
        yes, no = by_count.get(1, []), by_count.get(0, [])
        parts = ([f"fits in {_and(yes)}"] if yes else []) + ([f"does not fit in {_and(no)}"] if no else [])
        return f"{planned[0].spec.title} {', '.join(parts)}."
    number, parts = len(planned), []
    for count, names in sorted(by_count.items(), reverse=True):
        everyone = "both of these" if number == 2 else f"all {number} of these"
        how_many = {number: everyone, 0: "none of these", 1: "only one at a time"}.get(count, f"{count} of these")
        parts.append(f"{how_many} {'fits' if count <= 1 else 'fit together'} in {_and(names)}")
    sentence = ", ".join(parts) + "."
    return sentence[0].upper() + sentence[1:]


def _word(quantization: Quantization, target: Target) -> str:
    return WORDS[target.dtype_name] if quantization is Quantization.NONE else quantization.value


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
