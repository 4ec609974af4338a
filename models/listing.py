"""`python -m models list [--json]`: every model that can be chosen, what it serves and where its answers come from."""

import argparse
import json
from typing import Any

from models.registry import describe, lineup
from models.spec import ModelSpec

_HEAD = ("NAME", "TITLE", "SIZE", "FAMILY", "LICENCE", "SERVES", "RUNS", "WHERE")


def add_command(commands: Any) -> None:
    """Add `list` to the subcommands of an argparse parser."""
    parser = commands.add_parser("list", help="show every model that can be chosen, the embedded ones first")
    parser.add_argument("--json", action="store_true", help="print a JSON list of objects")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the line-up as a table, or as JSON."""
    specs = lineup()
    if options.json:
        print(json.dumps([describe(spec) for spec in specs], indent=2, ensure_ascii=False))
        return 0
    rows = [_HEAD, *map(_row, specs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _row(spec: ModelSpec) -> tuple[str, ...]:
    return (
        spec.name,
        spec.title,
        spec.size,
        spec.family,
        spec.licence,
        ", ".join(spec.serves),
        "endpoint" if spec.endpoint else spec.runs if spec.answers else f"{spec.runs} only",
        _where(spec),
    )


def _where(spec: ModelSpec) -> str:
    if spec.endpoint is not None:
        return ", ".join(spec.endpoint.urls)
    return "ships here" if spec.embedded else spec.source
