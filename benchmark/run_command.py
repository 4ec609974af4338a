"""`python -m benchmark run`: ask a model a suite's questions, or go on with a run."""

import argparse
import threading
from pathlib import Path
from typing import Any

from benchmark.asking import Request, ask, existing_run, pool_opener, prepare
from benchmark.printing import print_run, say
from benchmark.replay import Progress
from benchmark.results import RunFolder
from benchmark.subtasks import Group, in_group
from benchmark.views import clock_text


def add_command(commands: Any) -> None:
    """Add `run` to the subcommands of an argparse parser."""
    parser = commands.add_parser("run", help="ask a model a suite's questions, or go on with a run")
    parser.add_argument("--model", required=True, help="a name from: python -m models list; or a hub id, owner/name")
    parser.add_argument("--suite", default="embedded", help="embedded, lmms-lab/MME, a parquet file or a folder")
    parser.add_argument("--out", required=True, type=Path, help="the run's folder; one that holds this run is resumed")
    parser.add_argument("--images", type=int, help="at most this many images of each subtask")
    parser.add_argument("--quantization", default="none", help="none, int8 or nf4")
    parser.add_argument("--subtasks", default="", help="names separated by commas; all when left out")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Replay, with a line for each answer, and print the scores."""
    from models.pool import ModelPool

    names = tuple(name.strip() for name in options.subtasks.split(",") if name.strip())
    request = Request(options.model, options.suite, options.quantization, names, options.images)
    prepared = prepare(request)
    folder = existing_run(prepared, options.out)
    if folder is not None:
        answered, total = len(folder.responses()), folder.settings.questions
        say(f"resuming {options.out}: {answered} of {total} questions are answered")
    stop = threading.Event()
    try:
        for progress in ask(prepared, options.out, pool_opener(ModelPool()), stop, say):
            say(_line(progress))
    finally:
        stop.set()
    print_run(RunFolder.open(options.out))
    return 0


def _line(progress: Progress) -> str:
    scores = progress.scores
    totals = ", ".join(
        f"{group.value} {value:.1f}" for group in Group if (value := scores.points(in_group(group))) is not None
    )
    return (
        f"{progress.done}/{progress.total} {progress.pair.image_id}#{progress.question.number}: "
        f"{progress.verdict.value} (true: {progress.question.truth.value}); "
        f"{totals or 'no whole image yet'}; {clock_text(progress.seconds_left)} left"
    )
