"""`python -m models list [--json]`: what can be asked here."""

import argparse
import json
import sys
from collections.abc import Sequence

from models.errors import ModelError
from models.registry import describe, lineup


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 when done, 2 for a mistake in what was asked."""
    parser = argparse.ArgumentParser(prog="python -m models", description="The models of MME Arena.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="show every model that can be chosen, the embedded ones first")
    listing.add_argument("--json", action="store_true", help="print a JSON list of objects")
    options = parser.parse_args(arguments)
    try:
        _list(as_json=options.json)
    except ModelError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _list(*, as_json: bool) -> None:
    specs = lineup()
    if as_json:
        print(json.dumps([describe(spec) for spec in specs], indent=2, ensure_ascii=False))
        return
    rows = [("NAME", "TITLE", "SIZE", "FAMILY", "LICENCE", "WHERE")]
    rows += [
        (spec.name, spec.title, spec.size, spec.family, spec.licence, "ships here" if spec.embedded else spec.source)
        for spec in specs
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
