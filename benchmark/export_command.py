"""`python -m benchmark export`: a run in a format that other tools read."""

import argparse
from pathlib import Path
from typing import Any

from benchmark.results import RunFolder


def add_command(commands: Any) -> None:
    """Add `export` to the subcommands of an argparse parser."""
    parser = commands.add_parser("export", help="write a run in the official text format")
    parser.add_argument("run_folder", type=Path, metavar="RUN")
    parser.add_argument("folder", type=Path)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the export and print where it lies."""
    print(RunFolder.open(options.run_folder).export_official(options.folder))
    return 0
