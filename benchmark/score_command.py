"""`python -m benchmark score`: the scores of a run, or of a folder of recorded answers."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmark.importing import responses_at
from benchmark.parsing import Parser
from benchmark.printing import print_run, print_scores
from benchmark.results import RUN_FILE, RunFolder
from benchmark.scoring import score


def add_command(commands: Any) -> None:
    """Add `score` to the subcommands of an argparse parser."""
    parser = commands.add_parser("score", help="score a run, or a folder of recorded answers")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the scores as a table, or as JSON."""
    scores = score(responses_at(options.folder), options.parser)
    if options.json:
        print(json.dumps(scores.as_dict(), indent=2))
    elif (options.folder / RUN_FILE).exists():
        print_run(RunFolder.open(options.folder), options.parser)
    else:
        print_scores(scores)
    return 0
