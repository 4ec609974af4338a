"""`python -m arena bench`: times a million simulated votes, from the store to ratings, and against arena-rank."""

import argparse
import json
import tempfile
from pathlib import Path

from arena import bench


def add_bench(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "bench",
        help="time ratings of 1,000,000 simulated votes, and compare with arena-rank",
        description="(a) seconds: both axes with 1000 bootstraps each, from stored votes to ratings; (b) ratio: one"
        " axis with analytic intervals, how many times faster than arena-rank's fit and sandwich on the same votes."
        " Takes some minutes, most of them to make the store, and about 1 GB in the folder for temporary files.",
    )
    command.add_argument("--votes", type=int, default=1_000_000, metavar="N")
    command.add_argument("--models", type=int, default=20, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    command.add_argument("--without-arena-rank", action="store_true", help="leave out (b), which needs arena-rank")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.votes < 1 or options.models < 2:
        raise bench.BenchError(f"A bench needs votes and 2 models, got {options.votes} and {options.models}.")
    if not options.without_arena_rank:
        bench.require_arena_rank()
    found = {"votes": options.votes, "models": options.models, "seed": options.seed, **bench.machine()}
    frame, truth = bench.simulate(options.votes, options.models, options.seed)
    with tempfile.TemporaryDirectory(prefix="arena-bench-") as folder:
        found |= bench.from_votes(frame, truth, Path(folder))
    if not options.without_arena_rank:
        found |= bench.against_arena_rank(frame)
    print(json.dumps(found, indent=2) if options.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return 0
