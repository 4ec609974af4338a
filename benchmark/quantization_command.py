"""`python -m benchmark quantization`: what smaller weights cost one model, from runs that are there or made now."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmark.asking import Request, pool_opener, prepare
from benchmark.errors import RunError
from benchmark.parsing import Parser
from benchmark.printing import say
from benchmark.quantization_report import QUANTIZATIONS, QuantizationReport, quantization_report
from benchmark.results import RunFolder
from benchmark.run_command import carry_out


def add_command(commands: Any) -> None:
    """Add `quantization` to the subcommands of an argparse parser."""
    parser = commands.add_parser(
        "quantization", help="one model with full, int8 and nf4 weights: what changed, memory and speed"
    )
    parser.add_argument("runs", type=Path, nargs="*", metavar="RUN", help="run folders, one of them with full weights")
    parser.add_argument("--model", help="instead of run folders: the model to ask with each kind of weights")
    parser.add_argument("--suite", default="embedded", help="with --model: what to ask, as for run")
    parser.add_argument("--out", type=Path, help="with --model: a folder for the runs; those in it are gone on with")
    parser.add_argument("--images", type=int, help="with --model: at most this many images of each subtask")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report as tables, or as JSON, after asking what is lacking."""
    if bool(options.runs) == (options.model is not None) or (options.model is not None and options.out is None):
        raise RunError("give either run folders, or --model and --out, with which the runs are made")
    paths = options.runs
    if options.model is not None:
        status = _ask(options)
        if status:
            return status
        paths = [options.out / weights for weights in QUANTIZATIONS]
    report = quantization_report([RunFolder.open(path) for path in paths], options.parser)
    if options.json:
        print(json.dumps(report.as_dict(), indent=2))
    else:
        print_report(report)
    return 0


def _ask(options: argparse.Namespace) -> int:
    """A run with each kind of weights; gives the exit status. Everything is checked before the first is loaded."""
    from models.pool import ModelPool
    from models.quantized import default_cache

    plans = {
        weights: prepare(Request(options.model, options.suite, weights, limit=options.images))
        for weights in QUANTIZATIONS
    }
    for weights, prepared in plans.items():
        say(f"{weights}: {options.out / weights}")
        pool = ModelPool(cache=default_cache())  # one for each, so that it is alone in memory
        # Nothing is taken from earlier runs: an answer that was known tells of no time and no memory.
        status = carry_out(prepared, options.out / weights, options.arguments, pool_opener(pool))
        if status:
            return status
    return 0


def print_report(report: QuantizationReport) -> None:
    """Changes against the full weights with 95 % intervals and p, then memory and time."""
    kinds = list(report.comparisons)
    print(f"{report.model}: changes against the full weights, with 95 % intervals\n")
    print(f"{'':24} {'none':>8}" + "".join(f"  {kind:>8}  {'':>20}  {'p':>7}" for kind in kinds))
    for name in dict.fromkeys(row.name for found in report.comparisons.values() for row in found.rows):
        found = {kind: report.comparisons[kind].row(name) for kind in kinds}
        before = next(row.before for row in found.values() if row is not None)
        cells = []
        for row in found.values():
            interval = "" if row is None else f"({row.low:+.1f} to {row.high:+.1f})"
            change, p = ("-", "") if row is None else (f"{row.difference:+.2f}", f"{row.p:.4f}")
            cells.append(f"  {change:>8}  {interval:>20}  {p:>7}")
        print(f"{name:24} {before:8.2f}{''.join(cells)}")
    print()
    for cost in report.cost_table().astype(object).to_dict("records"):
        print(f"{cost['quantization']:6} {_memory(cost)}, {_time(cost)}")
    for kind, found in report.comparisons.items():
        if found.note:
            print(f"{kind} (B) against none (A): {found.note}")


def _memory(cost: dict[str, Any]) -> str:
    if _missing(cost["memory_bytes"]):
        return "memory not recorded"
    share = "" if _missing(cost["memory_share"]) else f" ({100 * cost['memory_share']:.0f} % of the full weights)"
    return f"{cost['memory_bytes'] / 2**20:.0f} MiB{share}"


def _time(cost: dict[str, Any]) -> str:
    if _missing(cost["seconds_per_question"]):
        return "time not recorded"
    speed = "" if _missing(cost["speed"]) else f" ({cost['speed']:.2f} times the speed of the full weights)"
    return f"{cost['seconds_per_question']:.3f} s a question{speed}"


def _missing(value: float | None) -> bool:
    return value is None or value != value  # data frames turn None into NaN, which equals nothing
