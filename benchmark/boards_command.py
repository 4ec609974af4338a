"""`python -m benchmark boards`: the 16 leaderboards, with the runs of this installation."""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark import boards
from benchmark.printing import say
from benchmark.results import list_runs


def add_command(commands: Any) -> None:
    """Add `boards` to the subcommands of an argparse parser."""
    parser = commands.add_parser("boards", help="the 16 leaderboards, with the runs of this installation")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("MME_ARENA_DATA", "data")))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the boards as tables, or as JSON."""
    runs, problems = list_runs(options.data / "runs")
    for problem in problems:
        say(f"left out: {problem}")
    own = [boards.own_run(run) for run in runs]
    tables = {board.name: boards.board_table(board.name, own) for board in boards.BOARDS}
    if options.json:
        print(json.dumps({name: json.loads(t.to_json(orient="records")) for name, t in tables.items()}, indent=2))
        return 0
    for board in boards.BOARDS:
        print(f"\n{board.title} (of {board.maximum})")
        for row in tables[board.name].itertuples():
            rank = "-" if pd.isna(row.rank) else str(row.rank)
            where = "" if row.group == "MME" else f" [{row.group}]"
            print(f"{row.medal or rank:>3}  {row.score:8.2f}  {row.model} {row.version}  ({row.note}{where})")
    return 0
