"""From a request in words (model, suite, subtasks, ...) to a running replay. The page and the command line share it."""

import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.cache import ResponseCache
from benchmark.data import Suite, open_suite
from benchmark.errors import RunError
from benchmark.records import FULL_ANSWER, VERDICT_FIXED, ModelRecord, RunSettings, SuiteRecord
from benchmark.replay import SLOWEST, AskPairs, Pace, Progress, recall, replay
from benchmark.results import RUN_FILE, Clock, RunFolder, utc_now
from models.identity import code_version, revision_of
from models.registry import describe, find, known_as
from models.spec import Generation, ModelSpec, Quantization

if TYPE_CHECKING:
    from models.pool import ModelPool

GENERATION = Generation(max_new_tokens=16)
"""Greedy and short, as peers ask MME: the verdict stands in the first word."""

PACE = Pace(pictures=8, under_way=2)
"""Sixteen rows at once keep a large model busy and fit beside its weights; the next eight are prepared meanwhile."""

_PACKAGES = ("torch", "transformers", "tokenizers", "accelerate", "bitsandbytes", "numpy", "pillow")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What a person asks for. `subtasks` empty: all of the suite; `limit` in images per subtask, None: all.

    `stop` is when an answer ends: VERDICT_FIXED, as soon as its verdict is, or FULL_ANSWER.
    """

    model: str
    suite: str = "embedded"
    quantization: str = "none"
    subtasks: tuple[str, ...] = ()
    limit: int | None = None
    stop: str = VERDICT_FIXED


@dataclass(frozen=True)
class OpenModel:
    """A loaded model as the replay needs it."""

    ask: AskPairs
    revision: str
    device: str
    pace: Pace = SLOWEST


CacheOpener = Callable[[RunSettings], ResponseCache]
"""The cache of answers that were asked exactly as these settings say, the model's revision included."""

ModelOpener = Callable[[ModelSpec, Quantization, Say], AbstractContextManager[OpenModel]]
"""Loads a model for the duration of a `with` block and says in words what it is doing."""


def pool_opener(pool: "ModelPool", generation: Generation = GENERATION, pace: Pace = PACE) -> ModelOpener:
    """Lease models from the pool that this installation shares."""

    @contextmanager
    def opened(spec: ModelSpec, quantization: Quantization, say: Say) -> Iterator[OpenModel]:
        from models.pairs import answer_pairs  # the first lease imports torch anyway

        with pool.lease(spec, quantization, progress=lambda step: say(step.text)) as loaded:
            yield OpenModel(
                lambda asked, rule, cancelled: answer_pairs(loaded, asked, generation, rule, cancelled),
                loaded.revision,
                str(loaded.device),
                pace,
            )

    return opened


def cache_opener(folder: Path, device: str) -> CacheOpener:
    """Answers kept under `folder`, given on a device of this kind ("cpu", "cuda")."""

    def opened(settings: RunSettings) -> ResponseCache:
        model = settings.model
        return ResponseCache(
            folder,
            {
                "model": model.source,
                "revision": model.revision,
                "quantization": model.quantization,
                "generation": dict(settings.generation),
                "prompt": [settings.prompt_style, settings.technique, dict(settings.technique_options), settings.seed],
                "stop": settings.stop,
                "device": device.split(":")[0],
                "code": code_version(),
            },
        )

    return opened


@dataclass(frozen=True)
class Prepared:
    """A request that was checked: everything is known but the model's resolved revision."""

    spec: ModelSpec
    quantization: Quantization
    suite: Suite
    settings: RunSettings


def check_request(request: Request) -> tuple[ModelSpec, Quantization]:
    """The quick half of `prepare`, without opening the suite. Raises ModelError or RunError."""
    spec = find(request.model)
    quantization = Quantization.parse(request.quantization)
    if quantization not in spec.quantizations:
        allowed = ", ".join(q.value for q in spec.quantizations)
        raise RunError(f"{spec.name} cannot be loaded with quantization {quantization.value!r}; choose {allowed}")
    if request.stop not in (VERDICT_FIXED, FULL_ANSWER):
        raise RunError(f"there is no stop rule {request.stop!r}; choose {VERDICT_FIXED} or {FULL_ANSWER}")
    if request.limit is not None and request.limit < 1:
        raise RunError(f"the image limit is {request.limit}; give at least 1 image per subtask, or no limit")
    return spec, quantization


def prepare(request: Request, open_source: Callable[[str], Suite] = open_suite) -> Prepared:
    """Check everything that can be checked before a model is loaded, every chosen picture included.

    Raises ModelError for the model, PictureError for a picture, BenchmarkError for the rest.
    """
    spec, quantization = check_request(request)
    suite = open_source(request.suite)
    subtasks = tuple(subtask.name for subtask in suite.selected(request.subtasks))
    suite.check_pictures(subtasks, request.limit)
    settings = RunSettings(
        ModelRecord(spec.name, spec.title, spec.source, "", quantization.value, describe(spec)),
        SuiteRecord.of(suite),
        subtasks,
        request.limit,
        GENERATION.record(),
        stop=request.stop,
    )
    return Prepared(spec, quantization, suite, settings)


def existing_run(prepared: Prepared, path: Path) -> RunFolder | None:
    """The run in this folder when it has the same settings, or None when there is none.

    The model's revision is compared later, when it is loaded. Raises RunError for a run with other settings.
    """
    if not (path / RUN_FILE).exists():
        return None
    run = RunFolder.open(path)
    run.check_settings(_with_revision(prepared.settings, run.settings.model.revision))
    return run


def ask(
    prepared: Prepared,
    path: Path,
    open_model: ModelOpener,
    stop: threading.Event | None = None,
    say: Say = lambda message: None,
    clock: Clock = utc_now,
    open_cache: CacheOpener | None = None,
) -> Iterator[Progress]:
    """Load the model and replay into `path`, a new folder or one with a run of the same settings.

    A run that is complete, or whose every answer is in the cache, loads no model. Errors of the model go to the caller
    and leave the run resumable.
    """
    run = existing_run(prepared, path)
    if run is not None and run.finished:
        return
    if stop is not None and stop.is_set():
        return
    if open_cache is not None and (revision := revision_of(prepared.spec)) is not None:
        settings = _with_revision(prepared.settings, revision)
        run = RunFolder.open_or_create(path, settings, clock())
        yield from recall(prepared.suite, run, open_cache(settings).recall)
        if run.finished:
            run.add_session(clock(), "answers known from earlier runs", versions())
            return
    with open_model(prepared.spec, prepared.quantization, say) as model:
        settings = _with_revision(prepared.settings, model.revision)
        run = RunFolder.open_or_create(path, settings, clock())
        run.add_session(clock(), model.device, versions())
        remember = open_cache(settings).remember if open_cache is not None else _forget
        say(f"Asking {prepared.spec.title}")
        yield from replay(prepared.suite, model.ask, run, stop, pace=model.pace, remember=remember)


def _forget(*_answer: object) -> None:
    """Keeps nothing."""


def request_of(run: RunFolder) -> Request:
    """The request that goes on with a run. Raises RunError when its answers were recorded elsewhere."""
    settings = run.settings
    if settings.recorded:
        raise RunError(f"the answers of {settings.model.title} were recorded elsewhere; there is nothing to resume")
    return Request(
        known_as(settings.model.name, settings.model.source),
        settings.suite.source,
        settings.model.quantization,
        settings.subtasks,
        settings.limit,
        settings.stop,
    )


def limit_from(text: str | None) -> int | None:
    """The image limit that a person typed; nothing means no limit. Raises RunError for what is no whole number."""
    text = (text or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise RunError(f"the image limit is {text!r}; give a whole number, at least 1, or leave it empty for all")
    return int(text)


def versions() -> dict[str, str]:
    """The versions of Python and of what decides an answer, read without importing it, and the system they run on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "system": platform.platform()}


def _with_revision(settings: RunSettings, revision: str) -> RunSettings:
    return replace(settings, model=replace(settings.model, revision=revision))
