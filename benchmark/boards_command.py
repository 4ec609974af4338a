"""`python -m benchmark boards`: the 16 leaderboards, with the runs of this installation."""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import boards
from benchmark.own_runs import RunShelf
from benchmark.printing import say
from benchmark.published import Layer, find_layer, layer_boards


def add_command(commands: Any) -> None:
    """Add `boards` to the subcommands of an argparse parser."""
    parser = commands.add_parser("boards", help="the 16 leaderboards, with the runs of this installation")
    parser.add_argument(
        "--layer", default=Layer.FIRST.value, help="first (2023), last (2024) or own; own runs on MME stand beside both"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("MME_ARENA_DATA", "data")))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the boards as tables, or as JSON."""
    layer = find_layer(options.layer)
    own, problems = RunShelf(options.data / "runs").runs()
    for problem in problems:
        say(f"left out: {problem}")
    published = layer_boards(layer)
    tables = {board.name: boards.board_table(board.name, own, published) for board in boards.BOARDS}
    if options.json:
        print(json.dumps({name: json.loads(t.to_json(orient="records")) for name, t in tables.items()}, indent=2))
        return 0
    for board in boards.BOARDS:
        print(f"\n{board.title} (of {board.maximum})")
        for row in tables[board.name].itertuples():
            rank = "-" if pd.isna(row.rank) else str(row.rank)
            where = "" if row.group == "MME" else f" [{row.group}]"
            error = "" if pd.isna(row.error) else f" +- {row.error:.1f}"
            print(f"{row.medal or rank:>3}  {row.score:8.2f}{error}  {row.model} {row.version}  ({row.note}{where})")
    return 0
