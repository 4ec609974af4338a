"""`python -m arena ratings`: what people's votes say of each model."""

import argparse
import json
from pathlib import Path

import pandas as pd

from arena import ratings
from arena.data_option import add_data_option, stored
from arena.votes import Axis
from models.registry import lineup


def add_ratings(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("ratings", help="ratings of both axes with 95 %% intervals")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    add_data_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    votes, tables = rate_all(options.data)
    print(_as_json(votes, tables) if options.json else _as_text(votes, tables))
    return 0


def rate_all(data: Path) -> tuple[int, dict[Axis, pd.DataFrame]]:
    """Number of votes and the ratings of each axis in a data folder; every model of the line-up has its row.

    Without a database there are no votes; nothing is created. Raises StoreError as `stored` does.
    """
    names = [spec.name for spec in lineup()]
    with stored(data) as store:
        tallies = {axis: store.tallies(axis) if store else [] for axis in Axis}
        votes = store.vote_version() if store else 0
    return votes, {axis: ratings.rate(ratings.count(tallies[axis], names)) for axis in Axis}


def _as_json(votes: int, tables: dict[Axis, pd.DataFrame]) -> str:
    rows = {axis.value: table.to_dict("records") for axis, table in tables.items()}
    return json.dumps({"votes": votes, **rows}, indent=2)


def _as_text(votes: int, tables: dict[Axis, pd.DataFrame]) -> str:
    parts = [f"{votes} votes"]
    for axis, table in tables.items():
        parts.append(f"\n{axis.value}\n{table.to_string(index=False, float_format='{:.0f}'.format)}")
    return "\n".join(parts)
