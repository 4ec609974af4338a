"""`python -m benchmark run`: ask a model a suite's questions, or go on with a run."""

import argparse
import os
import shlex
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.asking import ModelOpener, Prepared, Request, ask, existing_run, pool_opener, prepare
from benchmark.cache import CACHE_VARIABLE, CacheOpener, cache_opener, default_folder
from benchmark.errors import BenchmarkError, RunBusyError
from benchmark.live import reporting
from benchmark.printing import print_run, say
from benchmark.records import FULL_ANSWER, VERDICT_FIXED
from benchmark.results import RUN_FILE, RunFolder
from benchmark.technique_options import add_technique_options, technique_choices
from models.errors import ModelError

if TYPE_CHECKING:
    from models.pool import ModelPool

BROKEN_OFF, INTERRUPTED = 3, 130
"""Exit statuses: the run broke off, or was stopped with Ctrl+C; both can be resumed."""


def add_command(commands: Any) -> None:
    """Add `run` to the subcommands of an argparse parser."""
    parser = commands.add_parser("run", help="ask a model a suite's questions, or go on with a run")
    parser.add_argument("--model", required=True, help="a name from: python -m models list; or a hub id, owner/name")
    parser.add_argument("--suite", default="embedded", help="embedded, lmms-lab/MME, a parquet file, a TSV, a folder")
    parser.add_argument("--out", required=True, type=Path, help="the run's folder; one that holds this run is resumed")
    parser.add_argument("--images", type=int, help="at most this many images of each subtask")
    parser.add_argument("--quantization", default="none", help="none, int8 or nf4")
    parser.add_argument("--subtasks", default="", help="names separated by commas; all when left out")
    parser.add_argument(
        "--stop",
        default=VERDICT_FIXED,
        help=f"{VERDICT_FIXED}: an answer ends once nothing could change its verdict; {FULL_ANSWER}: at its own end",
    )
    add_technique_options(parser)
    add_cache_options(parser)
    parser.set_defaults(run=run)


def add_cache_options(parser: argparse.ArgumentParser) -> None:
    """Add where answers are kept between runs."""
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="where answers are kept, so that the same question is not asked twice of the same model and settings "
        f"(default: responses in {CACHE_VARIABLE}, or in ~/.cache/mme-arena)",
    )
    parser.add_argument("--no-cache", action="store_true", help="ask everything anew, and keep nothing beside the run")


def chosen_cache(options: argparse.Namespace, pool: "ModelPool") -> CacheOpener | None:
    """What `add_cache_options` asked for."""
    if options.no_cache:
        return None
    return cache_opener(options.cache or default_folder(os.environ), lambda: pool.device)


def run(options: argparse.Namespace) -> int:
    """Replay, telling how it goes, and print the scores."""
    from models.pool import ModelPool
    from models.quantized import default_cache

    names = tuple(name.strip() for name in options.subtasks.split(",") if name.strip())
    request = Request(
        options.model,
        options.suite,
        options.quantization,
        names,
        options.images,
        options.stop,
        *technique_choices(options),
    )
    prepared = prepare(request)
    if prepared.suite.part_note:
        say(f"{prepared.suite.name} here is not whole: {prepared.suite.part_note}")
    pool = ModelPool(cache=default_cache())
    status = carry_out(prepared, options.out, options.arguments, pool_opener(pool), chosen_cache(options, pool))
    if status == 0:
        print_run(RunFolder.open(options.out))
    return status


def carry_out(
    prepared: Prepared,
    path: Path,
    arguments: Sequence[str],
    open_model: ModelOpener,
    open_cache: CacheOpener | None = None,
) -> int:
    """Begin the run in `path` or go on with it, telling how it goes; gives the exit status.

    `arguments` are the words of the command that goes on with it when it broke off. What happens before the model is
    asked (a model that cannot be loaded, a run that another process is at) is raised.
    """
    folder = existing_run(prepared, path)
    if folder is not None:
        say(f"resuming {path}: {_answered(folder)}")
    sessions = len(folder.sessions) if folder is not None else 0
    stop = threading.Event()
    try:
        with reporting(sys.stderr) as report:
            for progress in ask(prepared, path, open_model, stop, report.say, open_cache=open_cache):
                report.answered(progress)
    except KeyboardInterrupt:
        return _broken_off(path, arguments, "stopped", INTERRUPTED)
    except Exception as error:
        if isinstance(error, RunBusyError) or not _has_begun(path, sessions):
            raise
        if not isinstance(error, BenchmarkError | ModelError):
            traceback.print_exc()
        return _broken_off(path, arguments, f"error: {error}", BROKEN_OFF)
    finally:
        stop.set()
    return 0


def _has_begun(path: Path, sessions_before: int) -> bool:
    """Whether this session came so far that the model was asked."""
    return (path / RUN_FILE).exists() and len(RunFolder.open(path).sessions) > sessions_before


def _broken_off(path: Path, arguments: Sequence[str], message: str, status: int) -> int:
    """Say why the run ended, what is kept, and the command that goes on with it."""
    say(message)
    if (path / RUN_FILE).exists():
        command = shlex.join(["python", "-m", "benchmark", *arguments])
        say(f"{_answered(RunFolder.open(path))} and kept; go on with: {command}")
    return status


def _answered(folder: RunFolder) -> str:
    return f"{len(folder.responses())} of {folder.settings.questions} questions are answered"
