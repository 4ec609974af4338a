"""From a request in words (model, suite, subtasks, ...) to a running replay. The page and the command line share it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.book import Progress
from benchmark.cache import CacheOpener, ResponseCache
from benchmark.data import Suite, open_suite
from benchmark.errors import RunError
from benchmark.records import (
    FULL_ANSWER,
    OFFICIAL_PROMPT,
    PLAIN_TECHNIQUE,
    VERDICT_FIXED,
    ModelRecord,
    RunSettings,
    SuiteRecord,
)
from benchmark.replay import SLOWEST, AskPairs, Pace, recall, replay
from benchmark.results import RUN_FILE, Clock, RunFolder, utc_now
from benchmark.techniques import PLAIN_TOKENS, Manner, check_model, check_suite, choose_manner, manner_of
from benchmark.versions import versions
from benchmark.ways import way_of
from models.identity import revision_of
from models.registry import describe, find, known_as
from models.spec import Generation, ModelSpec, Quantization

if TYPE_CHECKING:
    from models.pool import ModelPool

GENERATION = Generation(max_new_tokens=PLAIN_TOKENS)
"""Greedy and short, as peers ask MME: the verdict stands in the first word."""

PACE = Pace(pictures=8, under_way=2)
"""Sixteen rows at once keep a large model busy and fit beside its weights; the next eight are prepared meanwhile."""
PACE_OF_SMALL = Pace(pictures=32, under_way=2)
"""On a card a small model takes about as long for 64 rows as for 16."""
_SMALL_BYTES = 2**31

KNOWN = "answers known from earlier runs"
"""What stands in the place of a device where no model was loaded."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What a person asks for. `subtasks` empty: all of the suite; `limit` in images per subtask, None: all.

    `stop` is when an answer ends: VERDICT_FIXED, as soon as its verdict is, or FULL_ANSWER. `prompt_style` and
    `technique` say how a question is put; `examples` (solved image pairs), `seed` (which ones) and `max_new_tokens`
    are for techniques that have them, None leaves the number to the technique.
    """

    model: str
    suite: str = "embedded"
    quantization: str = "none"
    subtasks: tuple[str, ...] = ()
    limit: int | None = None
    stop: str = VERDICT_FIXED
    prompt_style: str = OFFICIAL_PROMPT
    technique: str = PLAIN_TECHNIQUE
    examples: int | None = None
    seed: int = 0
    max_new_tokens: int | None = None

    @property
    def manner(self) -> Manner:
        """How questions are put. Raises BenchmarkError for choices that are unknown or make no sense together."""
        return choose_manner(self.prompt_style, self.technique, self.examples, self.seed, self.max_new_tokens)


@dataclass(frozen=True)
class OpenModel:
    """A loaded model as the replay needs it.

    `asking_with` asks with other generation settings than `ask`; without it they are always the same.
    """

    ask: AskPairs
    revision: str
    device: str
    pace: Pace = SLOWEST
    footprint_bytes: int | None = None
    asking_with: Callable[[Generation], AskPairs] | None = None

    def asker(self, generation: Generation) -> AskPairs:
        """The model, asked with these settings."""
        return self.ask if self.asking_with is None else self.asking_with(generation)


ModelOpener = Callable[[ModelSpec, Quantization, Say], AbstractContextManager[OpenModel]]
"""Loads a model for the duration of a `with` block and says in words what it is doing."""


def pool_opener(
    pool: "ModelPool",
    generation: Generation = GENERATION,
    pace: Pace | None = None,
    answer_pairs: Callable[..., list[tuple[str, ...]]] | None = None,
) -> ModelOpener:
    """Lease models from the pool that this installation shares. `pace` None: what suits the model's size.

    `answer_pairs` takes the place of `models.pairs.answer_pairs` where models answer in another process (ZeroGPU).
    """

    @contextmanager
    def opened(spec: ModelSpec, quantization: Quantization, say: Say) -> Iterator[OpenModel]:
        from models import pairs  # the first lease imports torch anyway

        answer = answer_pairs or pairs.answer_pairs
        with pool.lease(spec, quantization, progress=lambda step: say(step.text)) as loaded:

            def asking_with(settings: Generation) -> AskPairs:
                return lambda asked, rule, cancelled: answer(loaded, asked, settings, rule, cancelled)

            device, footprint = str(loaded.device), loaded.footprint_bytes
            chosen = pace or pace_for(device, footprint)
            yield OpenModel(asking_with(generation), loaded.revision, device, chosen, footprint, asking_with)

    return opened


def pace_for(device: str, footprint_bytes: int | None) -> Pace:
    """Pictures at once for a model of this size. On a CPU more than a few only take memory."""
    small = bool(footprint_bytes) and footprint_bytes < _SMALL_BYTES  # a served model takes none here: nobody knows
    return PACE_OF_SMALL if small and device != "cpu" else PACE


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
    check_model(request.manner, spec)
    return spec, quantization


def prepare(request: Request, open_source: Callable[[str], Suite] = open_suite) -> Prepared:
    """Check everything that can be checked before a model is loaded, every chosen picture included.

    Raises ModelError for the model, PictureError for a picture, BenchmarkError for the rest.
    """
    spec, quantization = check_request(request)
    suite = open_source(request.suite)
    subtasks = tuple(subtask.name for subtask in suite.selected(request.subtasks))
    manner = request.manner
    check_suite(manner, suite, subtasks)
    suite.check_pictures(subtasks, request.limit)
    settings = RunSettings(
        ModelRecord(spec.name, spec.title, spec.source, "", quantization.value, describe(spec)),
        SuiteRecord.of(suite),
        subtasks,
        request.limit,
        manner.generation.record(),
        manner.style.value,
        technique=manner.technique.value,
        technique_options=manner.options,
        stop=request.stop,
        seed=manner.seed,
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

    A run that is complete, or whose every answer is in the cache, loads no model. What a server answers is not kept:
    nobody can tell when it changes. Errors of the model go to the caller and leave the run resumable.
    """
    if prepared.spec.endpoint is not None:
        open_cache = None
    run = existing_run(prepared, path)
    if run is not None and run.finished:
        return
    if stop is not None and stop.is_set():
        return
    if run is not None:
        run.check_free()  # before a model is loaded for nothing
    if open_cache is not None and (revision := revision_of(prepared.spec)) is not None:
        settings = _with_revision(prepared.settings, revision)
        cache = open_cache(settings)
        if len(cache):
            run = RunFolder.open_or_create(path, settings, clock())
            yield from recall(prepared.suite, run, cache.recall, way_of(settings, prepared.suite, _notes_beside(cache)))
            known = len(run.responses())
            if known == settings.questions:
                run.add_session(clock(), KNOWN, versions())
                say(f"all {known} answers were known; no model was loaded")
                return
    with open_model(prepared.spec, prepared.quantization, say) as model:
        settings = _with_revision(prepared.settings, model.revision)
        run = RunFolder.open_or_create(path, settings, clock())
        run.check_free()
        run.add_session(clock(), model.device, versions(), model.footprint_bytes)
        cache = open_cache(settings, model.device) if open_cache is not None else None
        say(f"Asking {prepared.spec.title}")
        yield from replay(
            prepared.suite,
            model.asker(manner_of(settings).generation),
            run,
            stop,
            pace=model.pace,
            remember=cache.remember if cache is not None else _forget,
            way=way_of(settings, prepared.suite, _notes_beside(cache)),
        )


def _forget(*_answer: object) -> None:
    """Keeps nothing."""


def _notes_beside(cache: ResponseCache | None) -> Path | None:
    """Where notes on pictures are kept: beside the answers, whatever the model."""
    return None if cache is None else cache.path.parent / "notes"


def request_from(settings: RunSettings) -> Request:
    """What asks as these settings say, on the suite as it is. Raises RunError for answers recorded elsewhere."""
    if settings.recorded:
        raise RunError(f"the answers of {settings.model.title} were recorded elsewhere; nothing can be asked again")
    manner = manner_of(settings)
    return Request(
        known_as(settings.model.name, settings.model.source),
        settings.suite.source,
        settings.model.quantization,
        settings.subtasks,
        settings.limit,
        settings.stop,
        manner.style.value,
        manner.technique.value,
        manner.examples or None,
        manner.seed,
        manner.max_new_tokens,
    )


def limit_from(text: str | None) -> int | None:
    """The image limit that a person typed; nothing means no limit. Raises RunError for what is no whole number."""
    text = (text or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise RunError(f"the image limit is {text!r}; give a whole number, at least 1, or leave it empty for all")
    return int(text)


def _with_revision(settings: RunSettings, revision: str) -> RunSettings:
    return replace(settings, model=replace(settings.model, revision=revision))
