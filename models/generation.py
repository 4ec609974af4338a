"""Asking a model, loaded here or served elsewhere: one picture and one instruction in, text out as it is made."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from models.device import ran_out_of_memory
from models.errors import GenerationError, ModelError, OutOfMemoryError
from models.examples import Turns
from models.families import family_of
from models.prompts import build_inputs
from models.remote import RemoteModel
from models.spec import Generation, ModelSpec

if TYPE_CHECKING:
    from PIL import Image

    from models.loading import LoadedModel

REPLACEMENT = "\ufffd"  # what a decoder shows for a character whose last bytes have not come yet
_WAIT_SECONDS = 0.1  # how often a request that waits for its turn looks whether it was cancelled


def stream(
    loaded: "LoadedModel | RemoteModel",
    image: "Image.Image",
    instruction: str,
    generation: Generation,
    cancelled: threading.Event | None = None,
    earlier: Turns = (),
) -> Generator[str, None, bool]:
    """Yield the answer in non-empty pieces while it is generated; together they are what `answer` returns.

    `earlier` are instructions and answers about the same picture that came before; GenerationError for a model whose
    prompts hold one question. Returns whether the token limit ended the answer, so that it is cut off.

    Generation runs in its own thread. Setting `cancelled`, or closing this iterator, ends it within one token; it
    then simply stops yielding. Whatever goes wrong in that thread is raised here, as a ModelError.
    """
    if isinstance(loaded, RemoteModel):
        with closing(loaded.stream(image, instruction, generation, cancelled, earlier=earlier)) as pieces:
            return (yield from pieces)
    closed = threading.Event()
    made: queue.SimpleQueue[str | bool | Exception] = queue.SimpleQueue()

    def stopped() -> bool:
        return closed.is_set() or (cancelled is not None and cancelled.is_set())

    def run() -> None:
        try:
            made.put(_generate(loaded, image, instruction, generation, made.put, stopped, earlier))
        except Exception as error:
            made.put(error)

    worker = threading.Thread(target=run, name=f"generate {loaded.spec.name}", daemon=True)
    worker.start()
    try:
        while not isinstance(piece := made.get(), bool):
            if isinstance(piece, Exception):
                raise piece
            yield piece
        return piece
    finally:
        closed.set()
        worker.join()


def answer(loaded: "LoadedModel | RemoteModel", image: "Image.Image", instruction: str, generation: Generation) -> str:
    """The whole answer, as the model wrote it (not stripped); raises a ModelError when something goes wrong."""
    if isinstance(loaded, RemoteModel):
        return loaded.answer(image, instruction, generation)
    pieces: list[str] = []
    _generate(loaded, image, instruction, generation, pieces.append, lambda: False)
    return "".join(pieces)


def _generate(
    loaded: "LoadedModel",
    image: "Image.Image",
    instruction: str,
    generation: Generation,
    emit: Callable[[str], None],
    stopped: Callable[[], bool],
    earlier: Turns = (),
) -> bool:
    """Whether the token limit ended the answer."""
    import torch

    with readable_errors(loaded.spec):
        inputs = build_inputs(loaded, image, instruction, earlier=earlier)
        with turn(loaded, stopped) as mine:
            if not mine:
                return False
            pieces = TextPieces(loaded.processor.tokenizer, emit, family_of(loaded.model.config).answers_end_at)
            tokens = _Tokens(pieces.put)
            with torch.inference_mode():
                loaded.model.generate(
                    **inputs,
                    **settings(generation),
                    streamer=tokens,
                    stopping_criteria=[_stop_when(lambda: pieces.ended or stopped())],
                )
            pieces.end()
            full = tokens.count >= generation.max_new_tokens
            return full and not pieces.ended and tokens.last not in eos_tokens(loaded.model) and not stopped()


def eos_tokens(model: Any) -> set[int]:
    """The tokens that end an answer of `model`; BLIP-2 generates with its inner model, and by that one's settings."""
    model = model.language_model if hasattr(model, "qformer") else model
    eos = model.generation_config.eos_token_id
    return set() if eos is None else set(eos) if isinstance(eos, list) else {eos}


@contextmanager
def readable_errors(spec: ModelSpec) -> Iterator[None]:
    """Whatever goes wrong while answering becomes a ModelError that names the model."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        if ran_out_of_memory(error):
            raise OutOfMemoryError(
                f"Memory ran out while {spec.title} was answering; choose a smaller quantization or picture."
            ) from error
        raise GenerationError(f"{spec.title} failed while answering: {error}") from error


@contextmanager
def turn(loaded: "LoadedModel", stopped: Callable[[], bool]) -> Iterator[bool]:
    """Wait until the model is free and keep it; False when `stopped` came first, and the model is not kept then."""
    while not (free := loaded.busy.acquire(timeout=_WAIT_SECONDS)) and not stopped():
        pass
    try:
        yield free and not stopped()
    finally:
        if free:
            loaded.busy.release()


def settings(generation: Generation) -> dict[str, Any]:
    """`generation` as arguments of transformers' generate."""
    wanted: dict[str, Any] = {
        "max_new_tokens": generation.max_new_tokens,
        "num_beams": 1,
        "do_sample": generation.temperature > 0,
        "repetition_penalty": generation.repetition_penalty,
    }
    if generation.temperature > 0:
        wanted |= {"temperature": generation.temperature, "top_p": generation.top_p, "top_k": 0}
    return wanted


def _stop_when(stopped: Callable[[], bool]) -> Callable[..., Any]:
    """A stopping criterion (asked after every token; answers one flag per row)."""
    import torch

    def criterion(input_ids: torch.Tensor, _scores: Any, **_options: Any) -> torch.Tensor:
        return torch.full((input_ids.shape[0],), stopped(), dtype=torch.bool, device=input_ids.device)

    return criterion


class _Tokens:
    """transformers' streamer interface: `generate` puts the prompt first, then each new token id.

    `count` and `last` are the number of new tokens and the id of the last one.
    """

    def __init__(self, put: Callable[[list[int]], None]) -> None:
        self.count, self.last = 0, -1
        self._put = put
        self._prompt_seen = False

    def put(self, ids: Any) -> None:
        if self._prompt_seen:
            new = ids.flatten().tolist()
            self.count, self.last = self.count + len(new), new[-1]
            self._put(new)
        self._prompt_seen = True

    def end(self) -> None:
        """Nothing is kept back here."""


class TextPieces:
    """Token ids in, text out as soon as it is sure.

    Everything so far is decoded again at each token, since a token's text depends on its neighbours. A trailing
    replacement character is kept back: the rest of its bytes may come with the next token. So is the beginning of
    `last`, a text that ends the answer and is not part of it; `ended` tells that it came.
    """

    def __init__(self, tokenizer: Any, emit: Callable[[str], None], last: str = "") -> None:
        self.ended = False
        self._tokenizer = tokenizer
        self._emit = emit
        self._last = last
        self._ids: list[int] = []
        self._emitted = ""

    @property
    def text(self) -> str:
        """All that was emitted so far."""
        return self._emitted

    def put(self, ids: list[int]) -> None:
        self._ids += ids
        text = self._decode()
        if text.startswith(self._emitted):
            self._send(text if self.ended else self._sure(text))

    def end(self) -> None:
        """Send what is left; half a character at the very end is dropped."""
        text = self._decode()
        if not text.startswith(self._emitted):  # the decoder changed its mind about text that is already out
            text = self._emitted + text[_common_prefix(text, self._emitted) :]
        self._send(text)

    def _decode(self) -> str:
        text = self._tokenizer.decode(self._ids, skip_special_tokens=True)
        if self._last and self._last in text:
            self.ended = True
            text = text.partition(self._last)[0]
        return text.rstrip(REPLACEMENT)

    def _sure(self, text: str) -> str:
        """`text` without what may be the beginning of the last text."""
        lengths = range(len(self._last) - 1, 0, -1)
        unsure = next((length for length in lengths if text.endswith(self._last[:length])), 0)
        return text[: len(text) - unsure]

    def _send(self, text: str) -> None:
        if len(text) > len(self._emitted):
            self._emit(text[len(self._emitted) :])
            self._emitted = text


def _common_prefix(first: str, second: str) -> int:
    pairs = zip(first, second, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))
