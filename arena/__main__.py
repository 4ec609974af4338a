"""Commands of the arena: `python -m arena ratings [--json] [--data DIR]`."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from arena import ratings
from arena.errors import ArenaError, StoreError
from arena.store import Store
from arena.votes import Axis
from models.registry import lineup

DATABASE = "arena.sqlite"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, or 2 after a message on stderr."""
    options = _parser().parse_args(arguments)
    try:
        votes, tables = rate_all(options.data)
    except ArenaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(_as_json(votes, tables) if options.json else _as_text(votes, tables))
    return 0


def rate_all(data: Path) -> tuple[int, dict[Axis, pd.DataFrame]]:
    """Number of votes and the ratings of each axis in a data folder; every model of the line-up has its row.

    Without a database there are no votes; nothing is created. Raises StoreError if `data` is no folder or its
    database cannot be read.
    """
    names = [spec.name for spec in lineup()]
    if data.exists() and not data.is_dir():
        raise StoreError(f"{data} is a file; --data takes the folder that holds {DATABASE}.")
    if not (data / DATABASE).exists():
        return 0, {axis: ratings.rate(ratings.count([], names)) for axis in Axis}
    store = Store(data / DATABASE)
    try:
        tables = {axis: ratings.rate(ratings.count(store.tallies(axis), names)) for axis in Axis}
        return store.vote_version(), tables
    finally:
        store.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m arena", description="What people judged in the arena.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("ratings", help="ratings of both axes with 95 %% intervals")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("MME_ARENA_DATA", "data")),
        help="data folder (default: MME_ARENA_DATA, else ./data)",
    )
    return parser


def _as_json(votes: int, tables: dict[Axis, pd.DataFrame]) -> str:
    rows = {axis.value: table.to_dict("records") for axis, table in tables.items()}
    return json.dumps({"votes": votes, **rows}, indent=2)


def _as_text(votes: int, tables: dict[Axis, pd.DataFrame]) -> str:
    parts = [f"{votes} votes"]
    for axis, table in tables.items():
        parts.append(f"\n{axis.value}\n{table.to_string(index=False, float_format='{:.0f}'.format)}")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
