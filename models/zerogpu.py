"""Answering on Hugging Face ZeroGPU, where a GPU exists only inside functions wrapped by `spaces.GPU`.

There the wrapped function runs in a forked process that is given the GPU for the length of one call. Models are put on
"cuda" beforehand, in the main process, and are moved when the fork begins, so a call names its model instead of
passing it. Everywhere else nothing here is used: `answers_in_a_fork` is False.
https://huggingface.co/docs/hub/spaces-zerogpu
"""

import os
import threading
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.errors import GenerationError
from models.examples import Turns
from models.spec import Generation, Quantization

if TYPE_CHECKING:
    from PIL import Image

    from models.loading import LoadedModel

SECONDS = 60  # of GPU time one answer may take; ZeroGPU charges and queues by what is asked for
_SWITCH = "SPACES_ZERO_GPU"  # set by Hugging Face on such a Space

Key = tuple[str, Quantization]


def answers_in_a_fork(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process runs on ZeroGPU."""
    return environment.get(_SWITCH, "").lower() in ("1", "t", "true")


class ForkedAnswers:
    """Streams answers of loaded models through one function that `spaces.GPU` wrapped.

    `decorate` is `spaces.GPU`; it must be called before the page is launched, which the constructor does. `generate`
    is `models.generation.stream`, `generate_pairs` is `models.pairs.answer_pairs`.
    """

    def __init__(
        self,
        decorate: Callable[..., Callable[..., Any]],
        generate: Callable[..., Iterator[str]] | None = None,
        generate_pairs: Callable[..., list[tuple[str, ...]]] | None = None,
        seconds: int = SECONDS,
    ) -> None:
        self._generate = generate or _generate
        self._generate_pairs = generate_pairs or _generate_pairs
        # what a fork will find; weak, so that a model which the pool drops is gone
        self._models: weakref.WeakValueDictionary[Key, LoadedModel] = weakref.WeakValueDictionary()

        def answer_on_gpu(
            name: str,
            quantization: str,
            image: "Image.Image",
            instruction: str,
            generation: Generation,
            earlier: Turns = (),
        ) -> Iterator[str | bool]:
            """The pieces, then whether the token limit ended the answer: a return value stays in the fork."""
            asked = (self._found(name, quantization), image, instruction, generation)
            yield bool((yield from self._generate(*asked, None, earlier) if earlier else self._generate(*asked)))

        def answer_pairs_on_gpu(name: str, quantization: str, *asked: Any) -> list[tuple[str, ...]]:
            return self._generate_pairs(self._found(name, quantization), *asked)

        self._call = decorate(duration=seconds)(answer_on_gpu)
        self._call_pairs = decorate(duration=seconds)(answer_pairs_on_gpu)

    def stream(
        self,
        loaded: "LoadedModel",
        image: "Image.Image",
        instruction: str,
        generation: Generation,
        cancelled: threading.Event | None = None,
        earlier: Turns = (),
    ) -> Generator[str, None, bool]:
        """As `models.generation.stream`; `cancelled` takes effect at the next piece of text."""
        self._models[loaded.spec.name, loaded.quantization] = loaded  # before the fork that will look for it
        asked = (loaded.spec.name, loaded.quantization.value, image, instruction, generation)
        pieces = self._call(*asked, *([earlier] if earlier else []))
        try:
            for piece in pieces:
                if cancelled is not None and cancelled.is_set():
                    return False
                if isinstance(piece, bool):
                    return piece
                yield piece
            return False
        finally:
            pieces.close()

    def answer_pairs(
        self,
        loaded: "LoadedModel",
        pairs: Sequence[tuple["Image.Image", tuple[str, ...]]],
        generation: Generation,
        stop: Callable[[str], bool] | None = None,
        cancelled: threading.Event | None = None,
    ) -> list[tuple[str, ...]]:
        """As `models.pairs.answer_pairs`; `stop` must be picklable, `cancelled` is looked at before and after."""
        self._models[loaded.spec.name, loaded.quantization] = loaded
        if cancelled is not None and cancelled.is_set():
            return []
        texts = self._call_pairs(loaded.spec.name, loaded.quantization.value, pairs, generation, stop)
        return [] if cancelled is not None and cancelled.is_set() else texts

    def _found(self, name: str, quantization: str) -> "LoadedModel":
        loaded = self._models.get((name, Quantization(quantization)))
        if loaded is None:  # the fork is older than the model
            raise GenerationError(f"{name} is not ready on this GPU yet; start again.")
        return loaded


def forked_answers() -> ForkedAnswers | None:
    """What answers on ZeroGPU, None elsewhere. Call it before torch is imported: `spaces` patches torch."""
    if not answers_in_a_fork():
        return None
    import spaces  # every ZeroGPU Space has it

    return ForkedAnswers(spaces.GPU)


def _generate(*arguments: Any) -> Iterator[str]:
    from models.generation import stream

    return stream(*arguments)


def _generate_pairs(*arguments: Any) -> list[tuple[str, ...]]:
    from models.pairs import answer_pairs

    return answer_pairs(*arguments)
