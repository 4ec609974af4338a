"""One benchmark run at a time, in a background thread: closing the browser does not end it, every visitor sees it."""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from benchmark.altered import Alteration, Build, altered, as_asked, check_drawable, draw, fresh_suite
from benchmark.asking import (
    KNOWN,
    ModelOpener,
    Prepared,
    Request,
    ask,
    check_request,
    existing_run,
    prepare,
)
from benchmark.book import Progress
from benchmark.cache import CacheOpener
from benchmark.data import EMBEDDED, Suite, open_suite
from benchmark.errors import BenchmarkError, RunError
from benchmark.related import (
    altered_of,
    by_weights,
    can_go_on,
    request_again,
    request_altered,
    request_with_weights,
)
from benchmark.results import Clock, RunFolder, list_runs, new_run_path, run_paths, utc_now
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
    nothing that was answered before is used again. `draw_suite` draws the fresh suites of audits, beside the runs.
    """

    def __init__(
        self,
        runs: Path,
        open_model: ModelOpener,
        allow_paths: bool = True,
        clock: Clock = utc_now,
        open_source: Callable[[str], Suite] = open_suite,
        open_cache: CacheOpener | None = None,
        draw_suite: Build = draw,
    ) -> None:
        self.runs = Path(runs)
        self.allow_paths = allow_paths
        self._open_model = open_model
        self._clock = clock
        self._open_source = open_source
        self._open_cache = open_cache
        self._draw_suite = draw_suite
        self._drawn = self.runs.parent / "drawn-suites"
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
        request, kind = request_again(run)
        self._check_stored(request.suite)
        if run.finished:
            raise RunError("this run is complete; there is nothing left to ask")
        self._begin(request, run.path, kind)

    def start_audit(self, run_id: str, kind: Alteration) -> None:
        """Ask what this run asked, on a changed suite; goes on with a run that does so already.

        Raises RunError as `start` does, and for a run of an audit.
        """
        run = self.find(run_id)
        request = request_altered(run, kind)
        if self._goes_on(altered_of(run, list_runs(self.runs)[0]).get(kind), run):
            return
        if kind is Alteration.FRESH:
            check_drawable(run.settings.suite.source)
            request = replace(request, suite=str(self._drawn / str(secrets.randbelow(2**31))))
        check_request(request)
        self._check_stored(request.suite)
        self._begin(request, None, kind)

    def start_with_weights(self, run_id: str, weights: str) -> None:
        """Ask what this run asked with other weights; goes on with a run that does so already.

        Raises RunError as `start` does, and for a run of an audit.
        """
        run = self.find(run_id)
        request = request_with_weights(run, weights)
        if not self._goes_on(by_weights(run, list_runs(self.runs)[0]).get(weights), run):
            self.start(request)

    def _goes_on(self, begun: RunFolder | None, run: RunFolder) -> bool:
        """Resumes what was begun beside `run`; False where there is nothing to go on with."""
        if begun is None or not can_go_on(begun, run):
            return False
        self.resume(self.name_of(begun))
        return True

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
        path = run_paths(self.runs).get(run_id)
        if path is None:
            raise RunError(f"there is no run {run_id!r} here; choose one from the list")
        return RunFolder.open(path)

    def name_of(self, run: RunFolder) -> str:
        """The id that `find` takes for a run under the runner's folder."""
        return run.path.relative_to(self.runs).as_posix()

    def check_source(self, source: str) -> None:
        """Raise RunError for a suite by path where paths are not allowed."""
        if not self.allow_paths and source.strip() not in (EMBEDDED, *HUB_DATASETS):
            raise RunError(f"only {EMBEDDED!r} and {HUB_DATASETS[0]!r} can be chosen as the suite here; paths are off")

    def suite_of(self, run: RunFolder) -> Suite | None:
        """The suite that a run was asked on, for its pictures; None when it is not at hand or has changed."""
        wanted = run.settings.suite
        with self._lock:
            known = self._suites.get(wanted.fingerprint)
        if known is not None:
            return _shown(known, run)
        try:
            source = wanted.source or EMBEDDED  # an imported export of ours may be of the embedded suite
            self._check_stored(source)
            suite = self._open_source(source) if source not in HUB_DATASETS else open_suite(source, download=False)
        except (BenchmarkError, ModelError):
            return None
        self._remember(suite)
        return _shown(suite, run) if suite.fingerprint == wanted.fingerprint else None

    def _check_stored(self, source: str) -> None:
        """`check_source` for what stands in a run here: suites that were drawn for an audit are this page's own."""
        if not self._is_drawn_here(source):
            self.check_source(source)

    def _is_drawn_here(self, source: str) -> bool:
        """Whether this is a suite of `start_audit`: its folder is named after its seed."""
        return Path(source).parent == self._drawn

    def _remember(self, suite: Suite) -> None:
        """Keep the index of a few suites (no pictures): opening one again would read it all again."""
        with self._lock:
            self._suites[suite.fingerprint] = suite
            while len(self._suites) > _SUITES_KEPT:
                del self._suites[next(iter(self._suites))]

    def _begin(self, request: Request, path: Path | None, kind: Alteration | None = None) -> None:
        with self._lock:
            if self._status.state.busy:
                raise RunError("another run is going on; watch it, or stop it before you start the next one")
            self._stop = threading.Event()
            run_id = path.relative_to(self.runs).as_posix() if path else ""
            self._status = Status(State.CHECKING, "Opening the questions and pictures", request, run_id)
            self._thread = threading.Thread(
                target=self._run, args=(request, path, kind, self._stop), name="benchmark run", daemon=True
            )
            self._thread.start()

    def _run(self, request: Request, path: Path | None, kind: Alteration | None, stop: threading.Event) -> None:
        try:
            if kind is Alteration.FRESH and self._is_drawn_here(request.suite):
                self._draw(Path(request.suite), request.limit)
            prepared = prepare(request, self._open_source)
            self._remember(prepared.suite)
            prepared = altered(prepared, kind) if kind else prepared
            path = path or new_run_path(self.runs, prepared.spec.name, self._clock())
            name = path.relative_to(self.runs).as_posix()
            self._set(state=State.LOADING, run_id=name, message=f"Loading {prepared.spec.title}")
            self._ask(prepared, path, stop)
        except (BenchmarkError, ModelError) as error:
            self._set(state=State.FAILED, message=str(error), stopping=False)
        except Exception as error:  # the thread's last stop: the page must hear of it
            _log.exception("the benchmark run broke off")
            self._set(state=State.FAILED, message=f"The run broke off: {error!r}. It can be resumed.", stopping=False)

    def _draw(self, folder: Path, images: int | None) -> None:
        self._set(message="Drawing pictures and questions that no model has seen; for a whole suite this takes minutes")
        fresh_suite(folder, self._open_source(EMBEDDED), int(folder.name), images, self._draw_suite)

    def _ask(self, prepared: Prepared, path: Path, stop: threading.Event) -> None:
        def say(text: str) -> None:
            self._set(message=text)

        # The order of a pair is no part of what is kept: asked from there, every answer would be the same.
        cache = None if prepared.settings.alteration == Alteration.SWAPPED else self._open_cache
        for progress in ask(prepared, path, self._open_model, stop, say, self._clock, cache):
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


def _shown(suite: Suite, run: RunFolder) -> Suite | None:
    """The suite as the run's model saw it; None when this version does not know what was changed about it."""
    name = run.settings.alteration
    if not name:
        return suite
    return as_asked(suite, Alteration(name)) if name in list(Alteration) else None
