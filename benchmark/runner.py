"""One benchmark run at a time, in a background thread: closing the browser does not end it, every visitor sees it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from benchmark.asking import (
    KNOWN,
    ModelOpener,
    Prepared,
    Request,
    ask,
    check_request,
    existing_run,
    prepare,
    request_of,
)
from benchmark.book import Progress
from benchmark.cache import CacheOpener
from benchmark.data import EMBEDDED, Suite, open_suite
from benchmark.errors import BenchmarkError, RunError
from benchmark.results import RUN_FILE, Clock, RunFolder, new_run_path, utc_now
from benchmark.sources import HUB_DATASETS
from models.errors import ModelError

_SUITES_KEPT = 4
_log = logging.getLogger(__name__)


class State(StrEnum):
    """What the runner is doing."""

    IDLE = "idle"
    CHECKING = "checking"  # opening the suite, looking at every picture
    LOADING = "loading"
    ASKING = "asking"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def busy(self) -> bool:
        return self in (State.CHECKING, State.LOADING, State.ASKING)


@dataclass(frozen=True)
class Status:
    """One moment of the runner. `message` is a sentence for people; `progress` is the last stored answer."""

    state: State = State.IDLE
    message: str = "No run is going on."
    request: Request | None = None
    run_id: str = ""
    progress: Progress | None = None
    stopping: bool = False


class Runner:
    """Starts, stops and resumes runs under one folder, and knows how the current one is doing.

    `allow_paths` False (a public Space) refuses suites and recordings by path on this machine. `open_cache` None:
    nothing that was answered before is used again.
    """

    def __init__(
        self,
        runs: Path,
        open_model: ModelOpener,
        allow_paths: bool = True,
        clock: Clock = utc_now,
        open_source: Callable[[str], Suite] = open_suite,
        open_cache: CacheOpener | None = None,
    ) -> None:
        self.runs = Path(runs)
        self.allow_paths = allow_paths
        self._open_model = open_model
        self._clock = clock
        self._open_source = open_source
        self._open_cache = open_cache
        self._lock = threading.Lock()  # protects the four fields below
        self._status = Status()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._suites: dict[str, Suite] = {}

    def status(self) -> Status:
        """How the current or last run is doing; never waits for it."""
        with self._lock:
            return self._status

    def start(self, request: Request) -> None:
        """Start a new run. Raises RunError when one is going on or the request is refused, ModelError for a model."""
        check_request(request)
        self.check_source(request.suite)
        self._begin(request, None)

    def resume(self, run_id: str) -> None:
        """Go on with a run that was stopped or broke off. Raises RunError or RecordError."""
        run = self.find(run_id)
        request = request_of(run)
        self.check_source(request.suite)
        if run.finished:
            raise RunError("this run is complete; there is nothing left to ask")
        self._begin(request, run.path)

    def stop(self) -> bool:
        """Ask the current run to stop after the question it is at; whether there was one."""
        with self._lock:
            if not self._status.state.busy:
                return False
            self._stop.set()
            self._status = replace(self._status, stopping=True, message="Stopping after this question")
            return True

    def join(self, timeout: float | None = None) -> None:
        """Wait for the current run, if any."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def find(self, run_id: str) -> RunFolder:
        """The run of this id under the runner's folder. Raises RunError for an id that is none of them."""
        names = {path.name for path in self.runs.iterdir()} if self.runs.is_dir() else set()
        path = self.runs / run_id
        if run_id not in names or not (path / RUN_FILE).is_file():
            raise RunError(f"there is no run {run_id!r} here; choose one from the list")
        return RunFolder.open(path)

    def check_source(self, source: str) -> None:
        """Raise RunError for a suite by path where paths are not allowed."""
        if not self.allow_paths and source.strip() not in (EMBEDDED, *HUB_DATASETS):
            raise RunError(f"only {EMBEDDED!r} and {HUB_DATASETS[0]!r} can be chosen as the suite here; paths are off")

    def suite_of(self, run: RunFolder) -> Suite | None:
        """The suite that a run was asked on, for its pictures; None when it is not at hand or has changed."""
        wanted = run.settings.suite
        with self._lock:
            if wanted.fingerprint in self._suites:
                return self._suites[wanted.fingerprint]
        try:
            source = wanted.source or EMBEDDED  # an imported export of ours may be of the embedded suite
            self.check_source(source)
            suite = self._open_source(source) if source not in HUB_DATASETS else open_suite(source, download=False)
        except (BenchmarkError, ModelError):
            return None
        self._remember(suite)
        return suite if suite.fingerprint == wanted.fingerprint else None

    def _remember(self, suite: Suite) -> None:
        """Keep the index of a few suites (no pictures): opening one again would read it all again."""
        with self._lock:
            self._suites[suite.fingerprint] = suite
            while len(self._suites) > _SUITES_KEPT:
                del self._suites[next(iter(self._suites))]

    def _begin(self, request: Request, path: Path | None) -> None:
        with self._lock:
            if self._status.state.busy:
                raise RunError("another run is going on; watch it, or stop it before you start the next one")
            self._stop = threading.Event()
            run_id = path.name if path else ""
            self._status = Status(State.CHECKING, "Opening the questions and pictures", request, run_id)
            self._thread = threading.Thread(
                target=self._run, args=(request, path, self._stop), name="benchmark run", daemon=True
            )
            self._thread.start()

    def _run(self, request: Request, path: Path | None, stop: threading.Event) -> None:
        try:
            prepared = prepare(request, self._open_source)
            self._remember(prepared.suite)
            path = path or new_run_path(self.runs, prepared.spec.name, self._clock())
            self._set(state=State.LOADING, run_id=path.name, message=f"Loading {prepared.spec.title}")
            self._ask(prepared, path, stop)
        except (BenchmarkError, ModelError) as error:
            self._set(state=State.FAILED, message=str(error), stopping=False)
        except Exception as error:  # the thread's last stop: the page must hear of it
            _log.exception("the benchmark run broke off")
            self._set(state=State.FAILED, message=f"The run broke off: {error!r}. It can be resumed.", stopping=False)

    def _ask(self, prepared: Prepared, path: Path, stop: threading.Event) -> None:
        def say(text: str) -> None:
            self._set(message=text)

        for progress in ask(prepared, path, self._open_model, stop, say, self._clock, self._open_cache):
            self._set(state=State.ASKING, progress=progress)
        run = existing_run(prepared, path)
        if run is not None and run.finished:
            known = " All answers were known from earlier runs." if run.sessions[-1]["device"] == KNOWN else ""
            self._set(state=State.FINISHED, message=f"The run is complete.{known}", stopping=False)
        else:
            kept = "What was answered is kept." if run is not None else "No question had been asked yet."
            self._set(state=State.STOPPED, message=f"Stopped. {kept}", stopping=False)

    def _set(self, **changes: object) -> None:
        with self._lock:
            if self._status.stopping and self._stop.is_set() and "state" not in changes:
                changes.pop("message", None)  # "Stopping" stays until it has stopped
            self._status = replace(self._status, **changes)
