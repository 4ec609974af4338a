"""`python -m models bench MODEL [--json]`: what loading and answering take on this machine, in seconds and bytes."""

import argparse
import importlib.metadata
import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import registry, shapes
from models.errors import ModelError, NotAnsweringHereError, OutOfMemoryError
from models.measuring import PeakMemory, Settings, drawn_pairs, time_first_text, time_questions, time_tokens
from models.progress import Report, Step
from models.spec import Quantization, Runs

if TYPE_CHECKING:
    from models.loading import LoadedModel

_PACKAGES = ("torch", "transformers", "bitsandbytes")
_SIDE_WITHOUT_SIZE = 672  # pixels; a model that takes any size sees 24 x 24 tokens of 28 pixels, as many as LLaVA's
_CPU_FACTS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Subject:
    """What is measured: a published model, or the shape of one with random weights."""

    name: str
    shape: str | None
    quantization: Quantization
    device: str

    def load(self, report: Report) -> "LoadedModel":
        """A new copy of it."""
        if self.shape is not None:
            return shapes.load_random(self.shape, self.quantization, self.device, report=report)
        from models.loading import load

        return load(registry.find(self.name), self.quantization, self.device, report)

    def predicted_bytes(self) -> int:
        """What the pool expects it to take."""
        if self.shape is not None:
            from models import memory

            return memory.predict(shapes.config(self.shape), self.quantization, self.device).total_bytes
        from models.loading import predict_footprint

        return predict_footprint(registry.find(self.name), self.quantization, self.device)


def add_command(commands: Any) -> None:
    """Add `bench` to the subcommands of an argparse parser."""
    usual = Settings()
    parser = commands.add_parser("bench", help="measure load time, memory and speed of a model on this machine")
    parser.add_argument("model", nargs="?", metavar="MODEL", help="a name of the line-up, a hub id or a folder")
    parser.add_argument("--random-weights", metavar="SHAPE", help=f"random weights in the shape of: {_listed()}")
    parser.add_argument("--quantization", default="none", metavar="Q", help="none (the default), int8 or nf4")
    parser.add_argument("--device", help='"cpu", "cuda", "cuda:1"; the best one by default')
    parser.add_argument("--pairs", type=_positive, default=usual.pairs, help="pictures with two questions each")
    parser.add_argument("--batch", type=_positive, default=usual.batch, help="pictures that are asked about at once")
    parser.add_argument("--tokens", type=_positive, default=usual.tokens, help="length of the long answer")
    parser.add_argument("--repeats", type=_positive, default=usual.repeats, help="times that each is measured")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure and print, progress on stderr."""
    subject = subject_of(options.model, options.random_weights, options.quantization, options.device)
    settings = Settings(options.pairs, options.batch, options.tokens, options.repeats)
    found = measure(subject, settings, _Progress())
    print(json.dumps(found, indent=2, ensure_ascii=False) if options.json else as_table(found))
    return 0


def subject_of(model: str | None, shape: str | None, quantization: str, device: str | None) -> Subject:
    """What these words mean; a ModelError says what is wrong with them before anything is loaded."""
    chosen = Quantization.parse(quantization)
    if model is None and shape is None:
        raise ModelError(f"Nothing to measure: name a model, or a shape with --random-weights ({_listed()}).")
    if shape is not None:
        shapes.read(shape)
    if model is not None:
        spec = registry.find(model)
        if shape is None and (spec.runs is not Runs.HERE or spec.endpoint is not None):
            raise NotAnsweringHereError(f"{spec.title} does not load on this machine, so nothing can be measured here.")
    return Subject(model or f"random-{shape}", shape, chosen, _checked(device))


def _checked(device: str | None) -> str:
    from models.device import default_device

    best = default_device()
    if device is None or device == "cpu":
        return device or best
    import torch

    cards = torch.cuda.device_count() if best != "cpu" else 0
    known = ["cuda", *(f"cuda:{number}" for number in range(cards))] if cards else []
    if device not in known:
        raise ModelError(f"There is no device {device!r} here; choose one of {', '.join(['cpu', *known])}.")
    return device


def measure(subject: Subject, settings: Settings, say: Callable[[str], None]) -> dict[str, Any]:
    """Every figure of one model, from one run."""

    def report(step: Step) -> None:
        say(step.text)

    predicted = subject.predicted_bytes()
    with PeakMemory(subject.device) as peak:
        start = time.perf_counter()
        loaded = subject.load(report)
        load_seconds = time.perf_counter() - start
        side = _side(loaded.model.config)
        pairs = drawn_pairs(settings.pairs, side, settings.seed)
        questions = time_questions(loaded, pairs, settings, say)
        say("A long answer…")
        tokens = time_tokens(loaded, pairs, settings)
    second, note = _second_copy(subject, loaded, report)
    say("Time to first text…")
    first = time_first_text([loaded, second] if second else [loaded], pairs, settings)
    return {
        "model": subject.name,
        "shape": subject.shape,
        "weights": "random" if subject.shape else "published",
        "quantization": subject.quantization.value,
        **_machine(subject.device),
        "dtype": str(loaded.dtype).removeprefix("torch."),
        "pairs": settings.pairs,
        "batch": settings.batch,
        "repeats": settings.repeats,
        "image_pixels": side,
        "image_tokens": _image_tokens(loaded, pairs[0]),
        "load_seconds": load_seconds,
        "weights_bytes": loaded.footprint_bytes,
        "predicted_bytes": predicted,
        "peak_bytes": peak.bytes,
        "peak_measured_as": peak.how,
        **first,
        "two_together": note,
        **tokens,
        **questions,
    }


def _side(config: Any) -> int:
    """The side of the square pictures that a model of this configuration is shown, in pixels."""
    side = getattr(config.vision_config, "image_size", None) or _SIDE_WITHOUT_SIZE
    return side if isinstance(side, int) else max(side)


def _second_copy(subject: Subject, loaded: "LoadedModel", report: Report) -> tuple["LoadedModel | None", str]:
    """Another copy of the same model to answer beside it, where there is room; and what to say about that."""
    from models.device import memory_budget, release_memory

    release_memory(subject.device)  # what answering left in CUDA's cache counts as taken
    # What is free on a card no longer holds the first copy; a machine's whole memory does.
    needed = loaded.footprint_bytes * (2 if subject.device == "cpu" else 1)
    if needed > memory_budget(subject.device):
        return None, "not measured: a second copy does not fit beside the first"
    try:
        return subject.load(report), "the same model twice, both asked at one moment; until the later one shows text"
    except OutOfMemoryError:
        return None, "not measured: memory ran out while loading a second copy"


def _machine(device: str) -> dict[str, Any]:
    import torch

    return {
        "device": torch.cuda.get_device_name(device) if device != "cpu" else _cpu_name(),
        "device_type": device.partition(":")[0],
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            **{package: importlib.metadata.version(package) for package in _PACKAGES},
        },
        "date": datetime.now(UTC).date().isoformat(),
    }


def _cpu_name() -> str:
    if _CPU_FACTS.exists():
        for line in _CPU_FACTS.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _image_tokens(loaded: "LoadedModel", pair: tuple[Any, tuple[str, ...]]) -> int:
    from models.prompts import build_inputs

    inputs = build_inputs(loaded, pair[0], pair[1][0])
    return int((inputs["input_ids"] == loaded.model.config.image_token_id).sum())


def as_table(found: dict[str, Any]) -> str:
    """The figures for reading."""
    lowest, highest = found["ratio_range"]
    rows = [
        ("model", f"{found['model']}, {found['weights']} weights, {found['quantization']}, {found['dtype']}"),
        ("device", f"{found['device']} (CPU threads: {found['threads']}), {found['date']}"),
        ("load", _seconds(found["load_seconds"])),
        ("weights", f"{_gib(found['weights_bytes'])} (predicted {_gib(found['predicted_bytes'])})"),
        ("peak memory", f"{_gib(found['peak_bytes'])} ({found['peak_measured_as']})"),
        ("first text, alone", _seconds(found["first_text_seconds"])),
        ("first text, two at once", f"{_seconds(found['first_text_seconds_two_together'])} ({found['two_together']})"),
        ("tokens a second", f"{_number(found['tokens_per_second'])} (over {found['tokens']} tokens)"),
        ("a question, one by one", _seconds(found["plain_seconds_per_question"])),
        ("a question, shared prefill", f"{_seconds(found['shared_seconds_per_question'])}, with the verdict stop"),
        ("", f"{_seconds(found['shared_seconds_per_question_without_stop'])}, without"),
        (
            "pairs a second",
            f"{found['pairs_per_second_plain']:.3g} plain, {found['pairs_per_second_shared']:.3g} shared",
        ),
        ("times faster", f"{found['ratio']:.2f} ({lowest:.2f} to {highest:.2f} in {found['repeats']} turns)"),
        ("", f"{found['ratio_without_stop']:.2f} without the stop"),
        ("verdicts that differ", f"{found['verdicts_differ']} of {2 * found['pairs']}"),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}".rstrip() for name, value in rows)


class _Progress:
    """Prints what is going on to stderr; a text that comes again and again (with another share) only once."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, text: str) -> None:
        if text != self._last:
            print(text, file=sys.stderr, flush=True)
        self._last = text


def _seconds(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3g} s"


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3g}"


def _gib(value: int | None) -> str:
    return "not measured" if value is None else f"{value / 2**30:.3g} GiB"


def _listed() -> str:
    return ", ".join(shapes.SHAPES)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r}")
    return int(text)
