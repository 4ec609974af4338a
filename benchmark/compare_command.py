"""`python -m benchmark compare`: what changed from one run to another, and whether it could be chance."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmark.comparison import Comparison, Row, compare, compare_runs
from benchmark.importing import responses_at
from benchmark.parsing import Parser
from benchmark.results import RUN_FILE, RunFolder

_HEAD = f"{'':24} {'A':>8} {'B':>8} {'change':>8}  {'95 % interval':>18}  {'p':>7} {'p, all':>7}  pictures changed"
_EXPLAINED = (
    "change is B minus A; p is how often chance alone would give a change at least as large, and p, all is that "
    "corrected for looking at all subtasks at once"
)


def add_command(commands: Any) -> None:
    """Add `compare` to the subcommands of an argparse parser."""
    parser = commands.add_parser(
        "compare", help="two runs on the same pictures: what changed, and whether it could be chance"
    )
    parser.add_argument("a", type=Path, metavar="A", help="a run folder, or recorded answers")
    parser.add_argument("b", type=Path, metavar="B", help="another one on the same suite")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.add_argument("--flips", action="store_true", help="also list every answer that changed")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the comparison as a table, or as JSON."""
    found = compare_paths(options.a, options.b, options.parser)
    if options.json:
        print(json.dumps({"a": str(options.a), "b": str(options.b), **found.as_dict()}, indent=2))
        return 0
    print(f"A  {options.a}\nB  {options.b}\n\n{_HEAD}")
    for row in found.rows:
        print(change_line(row))
    gained, lost = sum(flip.gained for flip in found.flips), sum(flip.lost for flip in found.flips)
    print(f"\n{len(found.flips)} answers changed: {gained} became right, {lost} became wrong")
    print(_EXPLAINED)
    if found.note:
        print(found.note)
    if options.flips:
        print()
        for flip in found.flips:
            print(f"{flip.subtask}/{flip.image}: {flip.before} -> {flip.after} (true: {flip.truth})  {flip.question}")
    return 0


def compare_paths(a: Path, b: Path, parser: str) -> Comparison:
    """Compare what lies at two paths. Raises RecordError or ComparisonError."""
    if all((path / RUN_FILE).exists() for path in (a, b)):
        return compare_runs(RunFolder.open(a), RunFolder.open(b), parser)
    return compare(responses_at(a), responses_at(b), parser)


def change_line(row: Row) -> str:
    """The cells of one subtask or total, as wide as those of the heading."""
    interval = f"{row.low:+.1f} to {row.high:+.1f}"
    holm = "" if row.holm is None else f"{row.holm:.4f}"
    return (
        f"{row.name:24} {row.before:8.2f} {row.after:8.2f} {row.difference:+8.2f}  {interval:>18}  {row.p:7.4f} "
        f"{holm:>7}  {row.changed} of {row.images}"
    )
