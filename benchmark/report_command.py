"""`python -m benchmark report`: a run as one HTML page that opens offline."""

import argparse
from pathlib import Path
from typing import Any

from benchmark.errors import RunError
from benchmark.exports import write_new
from benchmark.parsing import Parser, find_parser
from benchmark.report import PICTURES, report_html, suite_of
from benchmark.results import RunFolder


def add_command(commands: Any) -> None:
    """Add `report` to the subcommands of an argparse parser."""
    parser = commands.add_parser("report", help="write a run as one HTML page that opens offline")
    parser.add_argument("run_folder", type=Path, metavar="RUN")
    parser.add_argument("-o", "--out", required=True, type=Path, metavar="FILE.html")
    parser.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    parser.add_argument("--pictures", type=int, default=PICTURES, help="pictures with wrong answers of each subtask")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page and print where it lies."""
    if options.pictures < 0:
        raise RunError(f"--pictures is {options.pictures}; give 0 or more")
    folder, parser = RunFolder.open(options.run_folder), find_parser(options.parser)
    if not folder.scores(parser).subtasks:
        raise RunError(f"the run in {folder.path} has no image with both answers yet; there is nothing to report")
    write_new(options.out, report_html(folder, suite_of(folder), parser, options.pictures))
    print(options.out)
    return 0
