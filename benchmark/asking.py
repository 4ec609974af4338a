"""From a request in words (model, suite, subtasks, ...) to a running replay. The page and the command line share it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.data import Suite, open_suite
from benchmark.errors import RunError
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.replay import Answer, Progress, replay
from benchmark.results import RUN_FILE, Clock, RunFolder, utc_now
from models.registry import find, known_as
from models.spec import Generation, ModelSpec, Quantization

if TYPE_CHECKING:
    from models.pool import ModelPool

GENERATION = Generation(max_new_tokens=16)
"""Greedy and short, as peers ask MME: the verdict stands in the first word."""

_PACKAGES = ("torch", "transformers", "accelerate", "bitsandbytes", "pillow")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What a person asks for. `subtasks` empty: all of the suite; `limit` in images per subtask, None: all."""

    model: str
    suite: str = "embedded"
    quantization: str = "none"
    subtasks: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class OpenModel:
    """A loaded model as the replay needs it."""

    answer: Answer
    revision: str
    device: str


ModelOpener = Callable[[ModelSpec, Quantization, Say], AbstractContextManager[OpenModel]]
"""Loads a model for the duration of a `with` block and says in words what it is doing."""


def pool_opener(pool: "ModelPool", generation: Generation = GENERATION) -> ModelOpener:
    """Lease models from the pool that this installation shares."""

    @contextmanager
    def opened(spec: ModelSpec, quantization: Quantization, say: Say) -> Iterator[OpenModel]:
        from models.generation import answer  # the first lease imports torch anyway

        with pool.lease(spec, quantization, lambda step: say(step.text)) as loaded:
            yield OpenModel(
                lambda picture, instruction: answer(loaded, picture, instruction, generation),
                loaded.revision,
                str(loaded.device),
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
        ModelRecord(spec.name, spec.title, spec.source, "", quantization.value),
        SuiteRecord.of(suite),
        subtasks,
        request.limit,
        GENERATION.record(),
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
) -> Iterator[Progress]:
    """Load the model and replay into `path`, a new folder or one with a run of the same settings.

    A run that is complete loads no model. Errors of the model go to the caller and leave the run resumable.
    """
    run = existing_run(prepared, path)
    if run is not None and run.finished:
        return
    if stop is not None and stop.is_set():
        return
    with open_model(prepared.spec, prepared.quantization, say) as model:
        run = RunFolder.open_or_create(path, _with_revision(prepared.settings, model.revision), clock())
        run.add_session(clock(), model.device, versions())
        say(f"Asking {prepared.spec.title}")
        yield from replay(prepared.suite, model.answer, run, stop)


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
    """The installed versions of what decides an answer, read without importing it."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _with_revision(settings: RunSettings, revision: str) -> RunSettings:
    return replace(settings, model=replace(settings.model, revision=revision))
