"""`python -m benchmark export`: a run in a form that other tools read."""

import argparse
from pathlib import Path
from typing import Any

from benchmark.exports import Format, default_target, export_run, find_format
from benchmark.results import RunFolder


def add_command(commands: Any) -> None:
    """Add `export` to the subcommands of an argparse parser."""
    parser = commands.add_parser("export", help="write a run in a form that other tools read")
    parser.add_argument("run_folder", type=Path, metavar="RUN")
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        metavar="TARGET",
        help="a folder (official) or a file; named after RUN if left out",
    )
    parser.add_argument("--format", default=Format.OFFICIAL.value, help="official (texts), samples (lmms-eval) or csv")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the export and print where it lies."""
    form = find_format(options.format)
    folder = RunFolder.open(options.run_folder)
    print(export_run(folder, form, options.target or default_target(folder, form, Path())))
    return 0
