"""The benchmark on the command line: run, score, export, boards. `python -m benchmark --help` says how."""

import argparse
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmark import boards
from benchmark.asking import Request, ask, existing_run, pool_opener, prepare
from benchmark.errors import BenchmarkError
from benchmark.importing import responses_at
from benchmark.parsing import Parser
from benchmark.replay import Progress
from benchmark.results import RUN_FILE, RunFolder, list_runs
from benchmark.scoring import Scores, score
from benchmark.subtasks import Group, in_group
from benchmark.views import clock_text, group_label, partial_note
from models.errors import ModelError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 2 for anything that was refused, with `error: ...` on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except (BenchmarkError, ModelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; what was answered is kept", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmark", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("run", help="ask a model a suite's questions, or go on with a run")
    run.add_argument("--model", required=True, help="a name from: python -m models list; or a hub id, owner/name")
    run.add_argument("--suite", default="embedded", help="embedded, lmms-lab/MME, a parquet file or a folder")
    run.add_argument("--out", required=True, type=Path, help="the run's folder; one that holds this run is resumed")
    run.add_argument("--images", type=int, help="at most this many images of each subtask")
    run.add_argument("--quantization", default="none", help="none, int8 or nf4")
    run.add_argument("--subtasks", default="", help="names separated by commas; all when left out")
    run.set_defaults(command=_run)

    scored = commands.add_parser("score", help="score a run, or a folder of recorded answers")
    scored.add_argument("folder", type=Path)
    scored.add_argument("--json", action="store_true")
    scored.add_argument("--parser", default=Parser.OFFICIAL.value, help=", ".join(p.value for p in Parser))
    scored.set_defaults(command=_score)

    export = commands.add_parser("export", help="write a run in the official text format")
    export.add_argument("run", type=Path)
    export.add_argument("folder", type=Path)
    export.set_defaults(command=lambda o: print(RunFolder.open(o.run).export_official(o.folder)))

    shown = commands.add_parser("boards", help="the 16 leaderboards, with the runs of this installation")
    shown.add_argument("--json", action="store_true")
    shown.add_argument("--data", type=Path, default=Path(os.environ.get("MME_ARENA_DATA", "data")))
    shown.set_defaults(command=_boards)
    return parser


def _run(options: argparse.Namespace) -> None:
    from models.pool import ModelPool
    from models.quantized import default_cache

    names = tuple(name.strip() for name in options.subtasks.split(",") if name.strip())
    request = Request(options.model, options.suite, options.quantization, names, options.images)
    prepared = prepare(request)
    run = existing_run(prepared, options.out)
    if run is not None:
        _say(f"resuming {options.out}: {len(run.responses())} of {run.settings.questions} questions are answered")
    stop = threading.Event()
    try:
        for progress in ask(prepared, options.out, pool_opener(ModelPool(cache=default_cache())), stop, _say):
            _say(_line(progress))
    finally:
        stop.set()
    _print_run(RunFolder.open(options.out))


def _score(options: argparse.Namespace) -> None:
    scores = score(responses_at(options.folder), options.parser)
    if options.json:
        print(json.dumps(scores.as_dict(), indent=2))
    elif (options.folder / RUN_FILE).exists():
        _print_run(RunFolder.open(options.folder), options.parser)
    else:
        _print_scores(scores)


def _boards(options: argparse.Namespace) -> None:
    runs, problems = list_runs(options.data / "runs")
    for problem in problems:
        _say(f"left out: {problem}")
    own = [boards.own_run(run) for run in runs]
    tables = {board.name: boards.board_table(board.name, own) for board in boards.BOARDS}
    if options.json:
        print(json.dumps({name: json.loads(t.to_json(orient="records")) for name, t in tables.items()}, indent=2))
        return
    for board in boards.BOARDS:
        print(f"\n{board.title} (of {board.maximum})")
        for row in tables[board.name].itertuples():
            rank = "-" if pd.isna(row.rank) else str(row.rank)
            where = "" if row.group == "MME" else f" [{row.group}]"
            print(f"{row.medal or rank:>3}  {row.score:8.2f}  {row.model} {row.version}  ({row.note}{where})")


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


def _print_run(run: RunFolder, parser: str = Parser.OFFICIAL.value) -> None:
    scores = run.scores(parser)
    _print_scores(scores)
    part = partial_note(run.coverage(scores))
    if part:
        print(f"partial run: {part}; not comparable with whole runs")


def _print_scores(scores: Scores) -> None:
    for name, s in scores.subtasks.items():
        print(
            f"{name:24} {s.score:7.2f} of 200   acc {100 * s.acc:6.2f} %   acc+ {100 * s.acc_plus:6.2f} %   "
            f"said yes {100 * s.yes_rate:5.1f} %   unparsed {s.other:3}   images {s.images}"
        )
    for group in Group:
        value = scores.points(in_group(group))
        print(f"{group_label(scores, group):24} {'-' if value is None else value}")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
