"""A model that a server answers for: any that speaks OpenAI's chat completions (vLLM, SGLang, Ollama, a router).

One event loop in a thread of its own does all the talking, so that a request can be cancelled at every moment: while it
waits for its turn, connects, is retried or streams.
"""

import asyncio
import base64
import io
import os
import queue
import threading
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from models.errors import ModelError, RemoteError
from models.examples import Example, Turns
from models.refusals import FailedTry, explain
from models.replicas import Replica, Replicas, host_of
from models.spec import Endpoint, Generation, ModelSpec, Quantization

if TYPE_CHECKING:
    from PIL import Image

AS_SERVED = "as served"
"""The revision of a model whose server does not say which one it has."""

ATTEMPTS = 4
BACKOFF_SECONDS = 0.5  # the longest first pause; it doubles with every try
LONGEST_PAUSE_SECONDS = 8.0
REST_SECONDS = 20.0  # for a server that failed, while another one can be asked
BUSY_SECONDS = 1.0  # for one that said it has too much to do
CONNECT_SECONDS = 10.0
LISTING_SECONDS = 5.0
MAX_SIDE = 2048  # pixels; no model of the line-up looks closer
MAX_PNG_BYTES = 4_000_000
_WAIT_SECONDS = 0.05  # how often a reader looks whether it was cancelled


@dataclass(eq=False)
class _Request:
    body: dict[str, Any]
    emit: Callable[[str], None]
    stopped: Callable[[], bool]
    tried: list[Replica] = field(default_factory=list)
    cut_off: bool = False


class RemoteModel:
    """Asks the servers of `spec.endpoint`; it takes no memory here and can be shared by threads.

    Failures before the first piece of text are retried with growing pauses, on another replica where there is one.
    """

    quantization = Quantization.NONE
    footprint_bytes = 0

    def __init__(self, spec: ModelSpec, *, backoff_seconds: float = BACKOFF_SECONDS) -> None:
        if spec.endpoint is None:
            raise ValueError(f"{spec.name} has no endpoint")
        self.spec = spec
        self._endpoint: Endpoint = spec.endpoint
        self.device = f"endpoint {', '.join(host_of(url) for url in spec.endpoint.urls)}"
        self._backoff_seconds = backoff_seconds
        self._replicas = Replicas(spec.endpoint.urls, spec.endpoint.max_requests)
        self._clients: dict[Replica, Any] = {}
        self._revision = ""

    def __repr__(self) -> str:
        return f"RemoteModel({self.spec.name!r}, {self.device!r})"

    @property
    def revision(self) -> str:
        """What the server says it has under this name; "as served" when it does not say. Asks once.

        The time stamps of a listing are left out: vLLM makes a new one for every listing.
        """
        if not self._revision:
            try:
                listed = _run(self._listed(self._replicas.all[0])).result(2 * LISTING_SECONDS)
            except Exception:
                return AS_SERVED
            self._revision = next((text for name, text in listed if name == self._endpoint.model), AS_SERVED)
        return self._revision

    def stream(
        self,
        image: "Image.Image",
        instruction: str,
        generation: Generation,
        cancelled: threading.Event | None = None,
        examples: tuple[Example, ...] = (),
        earlier: Turns = (),
    ) -> Generator[str, None, bool]:
        """Yield the answer in non-empty pieces as they come; solved `examples` are shown before it is asked, and the
        `earlier` turns about the same picture. Returns whether the server says that the token limit ended the answer.

        Setting `cancelled`, or closing this iterator, hangs up at once. Whatever goes wrong is a RemoteError.
        """
        import openai  # noqa: F401 (a second of work that must not block the loop)

        key = self._key()
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()

        def stopped() -> bool:
            return cancelled is not None and cancelled.is_set()

        request = _Request(self._body(image, instruction, generation, examples, earlier), pieces.put, stopped)

        async def work() -> None:
            try:
                await self._ask(request)
            except ModelError as error:
                pieces.put(error)
            except Exception as error:
                pieces.put(RemoteError(f"Asking {self.spec.title} failed: {_first_line(error, key)}."))
            else:
                pieces.put(None)

        working = _run(work())
        try:
            while not stopped():
                try:
                    piece = pieces.get(timeout=_WAIT_SECONDS)
                except queue.Empty:
                    continue
                if piece is None:
                    return request.cut_off
                if isinstance(piece, Exception):
                    raise piece
                yield piece
            return False
        finally:
            working.cancel()

    def answer(self, image: "Image.Image", instruction: str, generation: Generation) -> str:
        """The whole answer, as the server sent it."""
        return "".join(self.stream(image, instruction, generation))

    def _key(self) -> str:
        variable = self._endpoint.key_variable
        key = os.environ.get(variable, "") if variable else "none"
        if not key:
            raise RemoteError(
                f"{self.spec.title} cannot be asked: the environment variable {variable}, which should hold the key "
                f"for {host_of(self._endpoint.urls[0])}, is not set; set it and start the app again."
            )
        return key

    def _body(
        self,
        image: "Image.Image",
        instruction: str,
        generation: Generation,
        examples: tuple[Example, ...],
        earlier: Turns,
    ) -> dict[str, Any]:
        said = [Example(None, *turn) for turn in earlier]
        if said:  # the picture stands in the first turn only
            said[0] = said[0]._replace(picture=image)
        solved = [
            turn
            for picture, question, answer in (*examples, *said)
            for turn in (_asking(picture, question), {"role": "assistant", "content": answer})
        ]
        body = {
            "model": self._endpoint.model,
            "messages": [*solved, _asking(None if said else image, instruction)],
            "max_tokens": generation.max_new_tokens,
            "temperature": generation.temperature,
            "top_p": generation.top_p,
            "stream": True,
        }
        if generation.repetition_penalty != 1:  # not OpenAI's own: strict servers refuse to see it at all
            body["extra_body"] = {"repetition_penalty": generation.repetition_penalty}
        return body

    async def _ask(self, request: _Request) -> None:
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

        attempts = max(ATTEMPTS, len(self._replicas.all))
        retrying = AsyncRetrying(
            stop=stop_after_attempt(attempts),
            wait=lambda state: self._pause(state, request),
            retry=retry_if_exception(lambda error: self._again(error, request)),
            reraise=True,
        )
        try:
            await retrying(self._attempt, request)
        except FailedTry as failed:
            text = await explain(failed, self.spec, len(request.tried), self._listed)
            raise RemoteError(text.replace(self._key(), "…") if self._endpoint.key_variable else text) from failed.cause

    async def _attempt(self, request: _Request) -> None:
        import openai

        async with self._replicas.take(request.tried) as replica:
            request.tried.append(replica)
            characters, finished = 0, False
            try:
                chunks = await self._client(replica).chat.completions.create(**request.body)
                async with chunks:
                    async for chunk in chunks:
                        if request.stopped():
                            return
                        for choice in chunk.choices[:1]:
                            if choice.delta.content:
                                characters += len(choice.delta.content)
                                request.emit(choice.delta.content)
                            finished = finished or choice.finish_reason is not None
                            request.cut_off = request.cut_off or choice.finish_reason == "length"
                if not finished:
                    raise EOFError
            except (openai.OpenAIError, ValueError, EOFError, AttributeError) as error:
                self._note(replica, error)
                raise FailedTry(replica, error, characters) from error
            self._replicas.wake(replica)

    def _client(self, replica: Replica) -> Any:
        from openai import AsyncOpenAI, Timeout

        if replica not in self._clients:
            silence = self._endpoint.timeout_seconds
            self._clients[replica] = AsyncOpenAI(
                base_url=replica.url,
                api_key=self._key(),
                max_retries=0,
                timeout=Timeout(silence, connect=min(CONNECT_SECONDS, silence)),
            )
        return self._clients[replica]

    def _note(self, replica: Replica, error: Exception) -> None:
        status = getattr(error, "status_code", None)
        if status == 429:
            self._replicas.rest(replica, BUSY_SECONDS)
        elif status is None or status >= 500:
            self._replicas.rest(replica, REST_SECONDS)

    def _again(self, error: BaseException, request: _Request) -> bool:
        """Whether another try may help; never once text has come, and silence is not waited for twice."""
        import openai

        if not isinstance(error, FailedTry) or error.characters or request.stopped():
            return False
        if isinstance(error.cause, openai.APITimeoutError):
            return self._replicas.another(request.tried)
        if isinstance(error.cause, openai.APIStatusError):
            return error.cause.status_code in (408, 429) or error.cause.status_code >= 500
        return isinstance(error.cause, openai.APIConnectionError)

    def _pause(self, state: Any, request: _Request) -> float:
        from tenacity import wait_random_exponential

        if self._replicas.another(request.tried):
            return 0.0
        return wait_random_exponential(multiplier=self._backoff_seconds, max=LONGEST_PAUSE_SECONDS)(state)

    async def _listed(self, replica: Replica) -> list[tuple[str, str]]:
        """The models of a server: the name of each, and what the server says of it."""
        models = []
        async for model in self._client(replica).with_options(timeout=LISTING_SECONDS).models.list():
            said = [getattr(model, "root", None) or model.id, getattr(model, "owned_by", None)]
            models.append((model.id, ", served by ".join(part for part in said if part)))
        return models


def _asking(image: "Image.Image | None", text: str) -> dict[str, Any]:
    pictures = [] if image is None else [{"type": "image_url", "image_url": {"url": data_url(image)}}]
    return {"role": "user", "content": [*pictures, {"type": "text", "text": text}]}


def data_url(image: "Image.Image") -> str:
    """The picture as text: lossless where that stays small, never larger than MAX_SIDE pixels on a side."""
    if max(image.size) > MAX_SIDE:
        image = image.copy()
        image.thumbnail((MAX_SIDE, MAX_SIDE))
    kind, data = "png", _encoded(image, "PNG")
    if len(data) > MAX_PNG_BYTES:
        kind, data = "jpeg", _encoded(image.convert("RGB"), "JPEG", quality=95)
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _encoded(image: "Image.Image", form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def _first_line(error: BaseException, secret: str = "") -> str:
    text = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return (text.replace(secret, "…") if len(secret) > 4 else text)[:300] or type(error).__name__


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(coroutine, _loop())


_starting = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:
        return _started_loop()


@cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="remote models", daemon=True).start()
    return loop
