"""Stopwatches for one loaded model: memory, time to first text, tokens and questions a second."""

import statistics
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.device import release_memory
from models.embedded.questions import existence_question
from models.embedded.scenes import draw_scene
from models.generation import answer, stream
from models.pairs import Asked, answer_pairs
from models.spec import Generation

if TYPE_CHECKING:
    from models.loading import LoadedModel

PEERS = Generation(max_new_tokens=16)  # how long other MME runners let a yes/no answer be, at the least
DESCRIBE = "Describe this image in detail."
VERDICT_CHARACTERS = 4  # the official MME parser looks at no more of a response
_STATM = Path("/proc/self/statm")
_SAMPLE_SECONDS = 0.01

Say = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """How much is measured: `pairs` pictures with two questions each, `batch` pictures at once, medians of `repeats`.

    `tokens` is the longest answer that tokens a second are counted on.
    """

    pairs: int = 8
    batch: int = 4
    tokens: int = 64
    repeats: int = 3
    seed: int = 0


class PeakMemory:
    """The most memory between enter and exit, in `bytes`, measured as `how` says; None where nobody can tell."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, name="peak memory", daemon=True)
        self.bytes: int | None = None
        self.how = "torch.cuda.max_memory_allocated"
        if device == "cpu":
            known = _STATM.exists()
            self.how = "growth of resident memory, sampled every 10 ms" if known else "not measured on this system"

    def __enter__(self) -> "PeakMemory":
        if self._device != "cpu":
            import torch

            torch.cuda.reset_peak_memory_stats(self._device)
        elif _STATM.exists():
            release_memory("cpu")  # memory that was freed but kept would hide the growth
            self._start = self._most = _resident_bytes()
            self._sampler.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._device != "cpu":
            import torch

            self.bytes = torch.cuda.max_memory_allocated(self._device)
        elif self._sampler.is_alive():
            self._over.set()
            self._sampler.join()
            self.bytes = max(self._most, _resident_bytes()) - self._start

    def _sample(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self._most = max(self._most, _resident_bytes())


def _resident_bytes() -> int:
    import resource

    return int(_STATM.read_text().split()[1]) * resource.getpagesize()


def drawn_pairs(count: int, side: int, seed: int) -> list[Asked]:
    """`count` drawn scenes of `side` pixels, each with a question whose truth is yes and one whose truth is no."""
    import numpy as np

    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(count):
        picture, scene = draw_scene(rng, 3, side)
        pairs.append((picture, (existence_question(rng, scene, True), existence_question(rng, scene, False))))
    return pairs


def first_four_characters_verdict(text: str) -> str:
    """The official MME rule on a raw response: yes before no, in its first four characters; otherwise "other"."""
    head = text.lower()[:VERDICT_CHARACTERS]
    return next((word for word in ("yes", "no") if word in head), "other")


def verdict_is_fixed(text: str) -> bool:
    """Whether nothing that follows `text` can change its `first_four_characters_verdict`."""
    return len(text) >= VERDICT_CHARACTERS or first_four_characters_verdict(text) != "other"


def time_questions(loaded: "LoadedModel", pairs: Sequence[Asked], settings: Settings, say: Say) -> dict[str, Any]:
    """Seconds a question one by one, from one prefill a picture with the verdict stop, and the same without it.

    The three take turns, so that a machine that is busy with something else slows all of them.
    """
    batches = [pairs[start : start + settings.batch] for start in range(0, len(pairs), settings.batch)]

    def shared(stop: Callable[[str], bool] | None) -> list[str]:
        return [text for batch in batches for texts in answer_pairs(loaded, batch, PEERS, stop) for text in texts]

    ways: dict[str, Callable[[], list[str]]] = {
        "plain": lambda: [answer(loaded, image, question, PEERS) for image, both in pairs for question in both],
        "stopped": lambda: shared(verdict_is_fixed),
        "whole": lambda: shared(None),
    }
    say("Warming up…")
    answer(loaded, pairs[0][0], pairs[0][1][0], PEERS)
    answer_pairs(loaded, batches[0], PEERS)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    texts: dict[str, list[str]] = {}
    for turn in range(settings.repeats):
        say(f"Asking {2 * len(pairs)} questions in three ways, {turn + 1} of {settings.repeats}…")
        for name, ask in ways.items():
            start = time.perf_counter()
            texts[name] = ask()
            seconds[name].append((time.perf_counter() - start) / (2 * len(pairs)))
    plain, stopped, whole = (statistics.median(seconds[name]) for name in ways)
    ratios = [one / other for one, other in zip(seconds["plain"], seconds["stopped"], strict=True)]
    return {
        "plain_seconds_per_question": plain,
        "shared_seconds_per_question": stopped,
        "shared_seconds_per_question_without_stop": whole,
        "pairs_per_second_plain": 1 / (2 * plain),
        "pairs_per_second_shared": 1 / (2 * stopped),
        "ratio": plain / stopped,
        "ratio_range": [min(ratios), max(ratios)],
        "ratio_without_stop": plain / whole,
        "verdicts_differ": _differing(
            *(map(first_four_characters_verdict, texts[way]) for way in ("plain", "stopped"))
        ),
        "texts_differ_without_stop": sum(
            one != other for one, other in zip(texts["plain"], texts["whole"], strict=True)
        ),
    }


def _differing(some: Iterable[str], others: Iterable[str]) -> int:
    return sum(one != other for one, other in zip(some, others, strict=True))


def time_tokens(loaded: "LoadedModel", pairs: Sequence[Asked], settings: Settings) -> dict[str, Any]:
    """Tokens a second after the first one, in a long answer, batch 1; None where the answer is a single token."""
    from models.prefix import generator

    moments: list[float] = []
    hook = generator(loaded.model).register_forward_hook(lambda *_: moments.append(time.perf_counter()))
    rates, length = [], 0
    try:
        for _ in range(settings.repeats):
            moments.clear()
            answer(loaded, pairs[0][0], DESCRIBE, Generation(max_new_tokens=settings.tokens))
            length = len(moments)  # one forward pass a token, the prefill included
            rates += [(length - 1) / (time.perf_counter() - moments[0])] if length > 1 else []
    finally:
        hook.remove()
    return {"tokens": length, "tokens_per_second": statistics.median(rates) if rates else None}


def time_first_text(models: Sequence["LoadedModel"], pairs: Sequence[Asked], settings: Settings) -> dict[str, Any]:
    """Seconds until the first model shows text alone, and until all of `models` do, asked at one moment."""
    alone, together = [], []
    for turn in range(settings.repeats + 1):
        image = pairs[turn % len(pairs)][0]
        seconds = [_first_texts(models[:1], image)] + ([_first_texts(models, image)] if len(models) > 1 else [])
        if turn:  # the first turn warms up
            alone.append(seconds[0])
            together += seconds[1:]
    return {
        "first_text_seconds": _median(alone),
        "first_text_seconds_two_together": _median(together),
    }


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _first_texts(models: Sequence["LoadedModel"], image: Any) -> float | None:
    """Seconds until the last of `models` has shown its first text; None where one shows none."""
    ready = threading.Barrier(len(models))
    found: list[float | None] = [None] * len(models)
    errors: list[Exception] = []

    def ask(index: int) -> None:
        ready.wait()
        start = time.perf_counter()
        try:
            for _piece in stream(models[index], image, DESCRIBE, Generation(max_new_tokens=8)):
                found[index] = found[index] or time.perf_counter() - start
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=ask, args=(index,)) for index in range(len(models))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return None if None in found else max(found)
