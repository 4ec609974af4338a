"""`python -m benchmark bench`: how many times faster a run is than asking one question at a time."""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.asking import GENERATION, check_request, pace_for
from benchmark.asking import Request as Asking
from benchmark.bench import Speed, measure
from benchmark.data import open_suite
from benchmark.errors import RunError
from benchmark.printing import say
from benchmark.records import FULL_ANSWER, VERDICT_FIXED
from benchmark.replay import Pace
from benchmark.versions import versions
from models.spec import Quantization

if TYPE_CHECKING:
    from models.loading import LoadedModel

_USUAL_MODEL, _USUAL_IMAGES = "scout-3m", 8
_MIB = 2**20


def add_command(commands: Any) -> None:
    """Add `bench` to the subcommands of an argparse parser."""
    parser = commands.add_parser("bench", help="how many times faster a run is than asking one question at a time")
    parser.add_argument("--model", default=_USUAL_MODEL, help="a name from: python -m models list; or a hub id")
    parser.add_argument("--random-weights", metavar="SHAPE", help="random weights in the shape of a published model")
    parser.add_argument("--suite", default="embedded", help="embedded, lmms-lab/MME, a parquet file, a TSV, a folder")
    parser.add_argument("--images", type=int, default=_USUAL_IMAGES, help="of each subtask; 0 for all")
    parser.add_argument("--quantization", default="none", help="none, int8 or nf4")
    parser.add_argument("--batch", type=int, help="pictures asked about at once; by the model's size when left out")
    parser.add_argument(
        "--stop",
        default=VERDICT_FIXED,
        help=f"{VERDICT_FIXED}: a run's answers end once their verdict is fixed; {FULL_ANSWER}: at their own end, as "
        "those that are asked one by one always do",
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure and print, progress on stderr."""
    request = Asking(options.model, options.suite, options.quantization, (), options.images or None, options.stop)
    if options.batch is not None and options.batch < 1:
        raise RunError(f"the batch is {options.batch}; give at least 1 picture")
    spec, _ = check_request(request)
    if spec.endpoint is not None and options.random_weights is None:
        raise RunError(f"{spec.title} answers from a server; only a model that loads here can be measured")
    suite = open_suite(options.suite)
    suite.check_pictures(None, request.limit)
    from models.device import default_device
    from models.measuring import PeakMemory

    with (
        PeakMemory(default_device()) as peak,
        opened(request, options.random_weights) as loaded,
        tempfile.TemporaryDirectory() as folder,
    ):
        from models.generation import answer
        from models.pairs import answer_pairs

        pace = pace_for(loaded.device, loaded.footprint_bytes)
        speed = measure(
            suite,
            lambda picture, question: answer(loaded, picture, question, GENERATION),
            lambda asked, rule, cancelled: answer_pairs(loaded, asked, GENERATION, rule, cancelled),
            Path(folder),
            pace=Pace(options.batch or pace.pictures, pace.under_way),
            stop=options.stop,
            images=request.limit,
            say=say,
        )
        facts = {
            "model": loaded.spec.name,
            "revision": loaded.revision,
            "quantization": loaded.quantization.value,
            "device": loaded.device,
            "weights_bytes": loaded.footprint_bytes,
            "suite": suite.name,
            "max_new_tokens": GENERATION.max_new_tokens,
        }
    memory = {"peak_memory_bytes": peak.bytes, "peak_measured_as": peak.how}
    found = {**facts, **speed.as_dict(), **memory, "versions": versions()}
    print(json.dumps(found, indent=2) if options.json else as_text(found, speed))
    return 0


@contextmanager
def opened(request: Asking, shape: str | None) -> Iterator["LoadedModel"]:
    """The model that is measured. Raises ModelError."""
    if shape is not None:
        from models.shapes import load_random

        yield load_random(shape, Quantization.parse(request.quantization), report=lambda step: say(step.text))
        return
    from models.pool import ModelPool
    from models.quantized import default_cache

    spec, quantization = check_request(request)
    with ModelPool(cache=default_cache()).lease(spec, quantization, progress=lambda step: say(step.text)) as loaded:
        yield loaded


def as_text(found: dict[str, Any], speed: Speed) -> str:
    """The figures for reading."""
    memory = found["peak_memory_bytes"]
    lines = [
        f"{found['model']} ({found['quantization']}) on {found['device']}: {found['pictures']} pictures, two questions "
        "each",
        f"one question at a time  {found['one_by_one_questions_per_second']:8.2f} questions a second",
        f"a run, {speed.batch} at once {found['ours_questions_per_second']:8.2f} questions a second, "
        f"{found['images_per_minute']:.0f} images a minute",
        f"times faster            {speed.ratio:8.2f}",
        f"processor time          {found['cpu_ratio']:8.2f} times less" if found["device"] == "cpu" else "",
        f"verdicts that differ    {len(speed.differing):8}  {', '.join(speed.differing)}",
        f"peak memory             {'not measured' if memory is None else f'{memory / _MIB:8.0f} MiB'} "
        f"({found['peak_measured_as']})",
    ]
    return "\n".join(line.rstrip() for line in lines if line)
