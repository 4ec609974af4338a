"""`python -m benchmark levels`: how a run did on easy and hard pictures, drawn ones and photographs."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmark.errors import RunError
from benchmark.levels import facts_of_run, level_rows
from benchmark.levels_views import EXPLAINED, as_dicts, text_table
from benchmark.parsing import Parser
from benchmark.printing import say
from benchmark.results import RunFolder
from benchmark.views import partial_note


def add_command(commands: Any) -> None:
    """Add `levels` to the subcommands of an argparse parser."""
    parser = commands.add_parser("levels", help="how a run did on easy, medium and hard pictures and on photographs")
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="a run folder, of the embedded suite")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the table, or JSON. Raises RecordError, SuiteError or RunError where there is none."""
    asked = RunFolder.open(options.run_folder)
    rows = level_rows(asked.responses(), facts_of_run(asked.settings.suite), options.parser)
    if not rows:
        raise RunError(f"the run in {options.run_folder} has no picture with both answers yet; resume it first")
    if options.json:
        print(json.dumps({"run": asked.id, "levels": as_dicts(rows)}, indent=2))
        return 0
    print(text_table(rows))
    say(f"{EXPLAINED} In brackets: pictures.")
    part = partial_note(asked.coverage())
    if part:
        say(f"partial run: {part}")
    return 0
