"""`python -m benchmark audit`: what a model's score rests on, from runs on suites that were changed on purpose."""

import argparse
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.altered import Alteration, blank, fresh, fresh_suite, swapped
from benchmark.asking import Prepared, Request, pool_opener, prepare
from benchmark.audits import always, blank_audit, confusion, fresh_suite_audit, order_consistency
from benchmark.levels import drawn_only, facts_of_run
from benchmark.parsing import Parser, Verdict
from benchmark.printing import group_label, say
from benchmark.results import RunFolder
from benchmark.run_command import add_cache_options, carry_out, chosen_cache
from benchmark.scoring import Scores
from benchmark.subtasks import Group, in_group

PLAIN = "plain"
FRESH_SUITE = "fresh-suite"
_TITLES = {
    PLAIN: "What was said, and when it was true",
    Alteration.BLANK: "Gray pictures in place of the real ones: what seeing added, with 95 % intervals",
    Alteration.SWAPPED: "The two questions of each picture in the other order: how many answers stayed the same",
    Alteration.FRESH: "Shipped drawn pictures against ones drawn anew, which no model can know: the difference",
}


def add_command(commands: Any) -> None:
    """Add `audit` to the subcommands of an argparse parser."""
    kinds = [kind.value for kind in Alteration]
    parser = commands.add_parser("audit", help="what a score rests on: pictures, order of the questions, a known suite")
    parser.add_argument("--model", required=True, help="a name from: python -m models list; or a hub id, owner/name")
    parser.add_argument("--suite", default="embedded", help="embedded, lmms-lab/MME, a parquet file, a TSV, a folder")
    parser.add_argument("--out", required=True, type=Path, help="a folder for the runs; those in it are gone on with")
    parser.add_argument("--kinds", default=",".join(kinds), help=f"some of {', '.join(kinds)}; all when left out")
    parser.add_argument("--images", type=int, help="at most this many images of each subtask")
    parser.add_argument("--quantization", default="none", help="none, int8 or nf4")
    parser.add_argument("--seed", type=int, help="which fresh suite to draw; by chance when left out")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.add_argument("--json", action="store_true")
    add_cache_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Ask as it is and with each change, a run each, and print what the runs tell."""
    from models.pool import ModelPool
    from models.quantized import default_cache

    plans = planned(options)
    pool = ModelPool(cache=default_cache())
    opener, cache = pool_opener(pool), chosen_cache(options, pool)
    for name, prepared in plans.items():
        say(f"{name}: {options.out / name}")
        # The order of a pair is no part of what is kept: asked from there, every answer would be the same.
        kept = None if name == Alteration.SWAPPED else cache
        status = carry_out(prepared, options.out / name, options.arguments, opener, kept)
        if status:
            return status
    report(plans[PLAIN], {name: RunFolder.open(options.out / name) for name in plans}, options)
    return 0


def planned(options: argparse.Namespace) -> dict[str, Prepared]:
    """The runs by the names of their folders, everything checked. Raises BenchmarkError or ModelError."""
    from benchmark.suite.build import build

    kinds = [Alteration.parse(name.strip()) for name in options.kinds.split(",") if name.strip()]
    request = Request(options.model, options.suite, options.quantization, limit=options.images)
    plain = prepare(request)
    plans = {PLAIN: plain}
    if Alteration.BLANK in kinds:
        plans[Alteration.BLANK.value] = blank(plain)
    if Alteration.SWAPPED in kinds:
        plans[Alteration.SWAPPED.value] = swapped(plain)
    if Alteration.FRESH in kinds:
        seed = secrets.randbelow(2**31) if options.seed is None else options.seed

        def draw(seed: int, folder: Path, images: int | None) -> None:
            say(f"drawing a fresh suite with seed {seed} into {folder}")
            build(seed, folder, images, say=lambda text: None)

        folder = options.out / FRESH_SUITE
        drawn = fresh_suite(folder, plain.suite, seed, options.images, draw)
        subtasks = tuple(subtask.name for subtask in drawn.selected())
        again = Request(options.model, str(folder), options.quantization, subtasks, options.images)
        plans[Alteration.FRESH.value] = fresh(prepare(again))
    return plans


def report(plain: Prepared, runs: Mapping[str, RunFolder], options: argparse.Namespace) -> None:
    """Print the baselines and a table for each audit."""
    said = {name: run.responses() for name, run in runs.items()}
    tables: dict[str, pd.DataFrame] = {PLAIN: confusion(said[PLAIN], options.parser)}
    if Alteration.BLANK in said:
        tables[Alteration.BLANK] = blank_audit(said[PLAIN], said[Alteration.BLANK], options.parser).table()
    if Alteration.SWAPPED in said:
        found = order_consistency(said[PLAIN], said[Alteration.SWAPPED], options.parser)
        tables[Alteration.SWAPPED] = found.table()
    if Alteration.FRESH in said:
        drawn = [
            drawn_only(said[name], facts_of_run(runs[name].settings.suite)) for name in (PLAIN, Alteration.FRESH)
        ]  # the photographs are the same in both suites
        tables[Alteration.FRESH] = fresh_suite_audit(*drawn, options.parser)
    pairs = list(plain.suite.images(plain.settings.subtasks, plain.settings.limit))
    scores = {
        plain.spec.title: runs[PLAIN].scores(options.parser),
        "always yes": always(pairs, Verdict.YES, options.parser),
        "always no": always(pairs, Verdict.NO, options.parser),
    }
    if options.json:
        print(json.dumps(as_dict(plain, scores, tables), indent=2))
        return
    for name, one in scores.items():
        print(f"{name:32} " + "   ".join(_total(one, group) for group in Group))
    for name, table in tables.items():
        print(f"\n{_TITLES[name]}")
        print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


def as_dict(plain: Prepared, scores: Mapping[str, Scores], tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """For JSON: the model, the totals of it and of the two baselines, and each table as a list of rows."""
    return {
        "model": plain.spec.name,
        "quantization": plain.quantization.value,
        "suite": plain.suite.name,
        "scores": {name: {group.value: s.points(in_group(group)) for group in Group} for name, s in scores.items()},
        "audits": {str(name): json.loads(table.to_json(orient="records")) for name, table in tables.items()},
    }


def _total(scores: Scores, group: Group) -> str:
    value = scores.points(in_group(group))
    return f"{group_label(scores, group)} {'-' if value is None else f'{value:.1f}'}"
