"""`python -m benchmark techniques`: what solved examples, reasoning, tools or another wording change for one model."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmark.compare_command import change_line
from benchmark.parsing import Parser
from benchmark.results import RunFolder
from benchmark.technique_report import Asked, TechniqueReport, technique_report

_HEAD = (
    f"{'':24} {'plain':>8} {'now':>8} {'change':>8}  {'95 % interval':>18}  {'p':>7} {'p, all':>7}  pictures changed"
)
_EXPLAINED = (
    "change is against the plain run on the same pictures; p is how often chance alone would give a change at least "
    "as large, and p, all is that corrected for looking at all subtasks at once"
)


def add_command(commands: Any) -> None:
    """Add `techniques` to the subcommands of an argparse parser."""
    parser = commands.add_parser(
        "techniques", help="one model asked in several ways: what each changes against the plain run"
    )
    parser.add_argument("plain", type=Path, metavar="RUN_PLAIN", help="the run with the technique instruction")
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="runs of the same model, asked otherwise")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a table for each way of asking, or all as JSON."""
    runs = [RunFolder.open(path) for path in options.runs]
    report = technique_report(RunFolder.open(options.plain), runs, options.parser)
    if options.json:
        print(json.dumps(report.as_dict(), indent=2))
    else:
        print_report(report)
    return 0


def print_report(report: TechniqueReport) -> None:
    """One table for each way of asking."""
    print(f"{report.model}, weights {report.quantization}; plain run: {report.plain}")
    for found in report.asked:
        print()
        _print_table(found)
    print(f"\n{_EXPLAINED}")


def _print_table(found: Asked) -> None:
    print(f"{found.label} ({100 * found.unclear:.1f} % of its answers are neither yes nor no)")
    print(_HEAD)
    for row in found.comparison.rows:
        print(change_line(row))
    if found.comparison.note:
        print(f"A is the plain run, B this one: {found.comparison.note}")
