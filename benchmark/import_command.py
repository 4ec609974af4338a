"""`python -m benchmark import`: answers that were recorded elsewhere become a run of this installation."""

import argparse
import os
from pathlib import Path
from typing import Any

from benchmark.importing import import_recorded
from benchmark.printing import print_run
from benchmark.results import utc_now


def add_command(commands: Any) -> None:
    """Add `import` to the subcommands of an argparse parser."""
    parser = commands.add_parser("import", help="make a run of answers that were recorded elsewhere")
    parser.add_argument(
        "path",
        type=Path,
        metavar="FILE_OR_FOLDER",
        help="official texts (folder or zip), lmms-eval samples (.jsonl), VLMEvalKit results (.xlsx, .tsv), .csv",
    )
    parser.add_argument("--name", required=True, help="the model's name, as boards and pages show it")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("MME_ARENA_DATA", "data")))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Copy the answers and print where the run lies and what it scores."""
    folder = import_recorded(options.path, options.data / "runs", options.name, utc_now())
    print(folder.path)
    print_run(folder)
    return 0
