"""`python -m arena ratings`: what people's votes say of each model."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict

import pandas as pd

from arena import agreement, rates, ratings, reliability, style
from arena.data_option import add_data_option, stored
from arena.sensitivity import aggregate, sensitivity
from arena.store import Store
from arena.votes import Axis
from models.registry import lineup

OVERALL = "overall"
SLICES = ("language", "category", "source")

Tables = Mapping[str, pd.DataFrame]


def add_ratings(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "ratings",
        help="ratings of both axes and overall, with 95 %% intervals",
        description="Ratings of both axes and overall. low and high: from votes resampled as if each were independent;"
        " low_by_voter and high_by_voter: clustered by voter; rank_best and rank_worst: the ranks that the latter"
        " allow; note: what a rating cannot rest on.",
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument("--by", choices=SLICES, help="ratings apart for each language, category or source")
    what.add_argument("--style", action="store_true", help="ratings at equal length and formatting of the answers")
    what.add_argument("--sensitivity", action="store_true", help="ratings with voters left out or weighted")
    what.add_argument("--rates", action="store_true", help="how often each model failed outright")
    what.add_argument("--agreement", action="store_true", help="Krippendorff's alpha between voters")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    add_data_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    names = [spec.name for spec in lineup()]
    with stored(options.data) as store:
        votes = store.vote_version() if store else 0
        if options.by:
            shown: dict[str, Tables] = {
                value: tables(store, names, options.by, value) for value in _slices(store, options.by)
            }
            found = {"by": options.by, "slices": {value: _records(part) for value, part in shown.items()}}
            titled = {f"{value}: {name}": table for value, part in shown.items() for name, table in part.items()}
        else:
            titled = _chosen(options)(store, names)
            found = _records(titled)
    print(json.dumps({"votes": votes, **found}, indent=2) if options.json else _as_text(votes, titled))
    return 0


def tables(store: Store | None, names: list[str], by: str | None = None, value: str | None = None) -> Tables:
    """Ratings of each axis and overall, from the counts; every model of `names` has its row. O(models^2) and,
    without a slice, O(rows) of the votes by voter."""
    tallies = {axis: store.tallies(axis, by, value) if store else [] for axis in Axis}
    counts = {axis.value: ratings.count(tallies[axis], names) for axis in Axis}
    counts[OVERALL] = ratings.count_overall(tallies, names)
    found = {name: ratings.rate(of_name) for name, of_name in counts.items()}
    if store and by is None:
        voters = {axis.value: store.voter_tallies(axis) for axis in Axis}
        voters[OVERALL] = pd.concat(list(voters.values()), ignore_index=True)
        found = {name: _by_voter(found[name], counts[name], voters[name]) for name in found}
    return found


def _by_voter(table: pd.DataFrame, counts: ratings.Counts, voters: pd.DataFrame) -> pd.DataFrame:
    clustered = ratings.rate(counts, voters=ratings.count_voters(voters, counts.models, counts.share))
    ranks = ["rank_best", "rank_worst"]
    bounds = clustered[["model", "low", "high", "voters"]].rename(
        columns={"low": "low_by_voter", "high": "high_by_voter"}
    )
    return table.drop(columns=ranks).merge(bounds, on="model").merge(clustered[["model", *ranks]], on="model")


def _chosen(options: argparse.Namespace) -> Callable[[Store | None, list[str]], Tables]:
    for name in ("style", "sensitivity", "rates", "agreement"):
        if getattr(options, name):
            return {"style": _style, "sensitivity": _sensitivity, "rates": _rates, "agreement": _agreement}[name]
    return tables


def _style(store: Store | None, names: list[str]) -> Tables:
    shown = {}
    for axis in Axis:
        columns = ["model_a", "model_b", "judgment", "length", "format", "count"]
        found = style.control(store.style_tallies(axis) if store else pd.DataFrame(columns=columns), names)
        shown |= {axis.value: found.table, f"{axis.value}_effects": found.effects}
    return shown


def _sensitivity(store: Store | None, names: list[str]) -> Tables:
    if store is None:
        return {axis.value: pd.DataFrame() for axis in Axis}
    votes = store.votes_frame(include_excluded=True)
    known = reliability.by_voter(reliability.reliability(votes))
    return {axis.value: sensitivity(aggregate(votes, axis), known, names) for axis in Axis}


def _rates(store: Store | None, names: list[str]) -> Tables:
    marked = store.marked_answers() if store else None
    return {
        axis.value: rates.rates(
            store.tallies(axis) if store else [], marked if axis is Axis.HALLUCINATION else None, names
        )
        for axis in Axis
    }


def _agreement(store: Store | None, names: list[str]) -> Tables:
    if store is None:
        return {"agreement": pd.DataFrame()}
    votes = store.votes_frame(include_excluded=False)
    found = [asdict(agreement.agreement(votes, axis, unit)) for axis in Axis for unit in agreement.Unit]
    return {"agreement": pd.DataFrame(found)}


def _slices(store: Store | None, by: str) -> list[str]:
    return store.slices(by) if store else []


def _records(found: Tables) -> dict[str, list[dict]]:
    """Rows for JSON, which knows no NaN."""
    return {name: table.astype(object).where(table.notna(), None).to_dict("records") for name, table in found.items()}


def _as_text(votes: int, found: Tables) -> str:
    parts = ["1 vote" if votes == 1 else f"{votes:,} votes"]
    for name, table in found.items():
        small = {column: "{:.3f}".format for column in ("rate", "low", "high", "upper_rate", "alpha")}
        shares = {"rate", "alpha"} & set(table.columns)
        text = table.to_string(index=False, float_format="{:.0f}".format, formatters=small if shares else None)
        parts.append(f"\n{name}\n{text if len(table) else 'nothing yet'}")
    return "\n".join(parts)
