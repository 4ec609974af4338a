"""The Models tab: a thin translation between Gradio and the ModelPool.

A client can call any event at any time with any value, so nothing here is a check: the pool, the registry and
open_picture check, and their errors become messages on the page.
"""

import html
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import gradio as gr
from gradio.context import Context
from PIL import Image

from models import views
from models.errors import ModelError, NotAnsweringHereError
from models.images import open_picture
from models.page_ui import PRIVATE, enclosing_tab, explaining, shown
from models.pool import ModelPool
from models.progress import Report, Step
from models.spec import Generation, ModelSpec, Quantization

TICK = 2.0  # seconds between two looks at the pool
INSTRUCTION = "Describe everything you see."
INSTRUCTION_CHARACTERS = 2000
CONCURRENT_TRIES = 2
_explained = explaining(ModelError)
_ANSWER = Generation(max_new_tokens=256)

Answer = Callable[..., Iterator[str]]
"""`ModelPool.stream`: spec, quantization, picture, instruction, generation, cancelled and report; text in pieces."""


def models_tab(
    pool: ModelPool,
    specs: Sequence[ModelSpec],
    pictures: Callable[[], Image.Image],
    answer: Answer,
    *,
    manage: bool,
) -> None:
    """Fills the current gr.Tab. `pictures` returns a random picture; `answer` streams a model's text.

    With `manage` False (a page for strangers) models are loaded by being asked, and nobody can unload them.
    """
    by_name = {spec.name: spec for spec in specs}
    asking: dict[str, threading.Event] = {}  # a visitor's session -> stops their answer
    seen = gr.State(None)
    _html(views.INTRO)
    memory = _html(views.memory_panel(pool.status()), elem_id="models-memory")
    answering = [spec for spec in specs if spec.answers]
    with gr.Row(elem_id="models-pick"):
        with gr.Column(scale=5, min_width=300):
            model = gr.Dropdown(
                [(f"{spec.title} ({spec.size})", spec.name) for spec in answering], value=answering[0].name,
                label="Model", elem_id="models-model",
            )  # fmt: skip
            weights = gr.Dropdown(
                list(answering[0].weights), value=answering[0].weights[0][1], label="Weights",
                info="Fewer bits per weight: less memory, slightly other answers.", filterable=False,
                elem_id="models-weights",
            )  # fmt: skip
            facts = _html(elem_id="models-facts")
            with gr.Row(visible=manage):
                load = gr.Button("Load", min_width=100, elem_id="models-load")
                unload = gr.Button("Unload", min_width=100, elem_id="models-unload")
        with gr.Column(scale=7, min_width=300):
            _html('<h3 class="models-heading">Try it</h3>')
            picture = gr.Image(
                label="Picture", type="filepath", image_mode=None, format="png", sources=["upload", "clipboard"],
                height=260, show_label=False, elem_id="models-picture", alt_text="The picture that the model is shown",
                placeholder="Drop a picture here, or click to upload one\n(JPEG, PNG, WebP, GIF or BMP, up to 20 MB)",
            )  # fmt: skip
            instruction = gr.Textbox(
                INSTRUCTION, label="Instruction", lines=2, max_lines=6, elem_id="models-instruction",
            )  # fmt: skip
            with gr.Row():
                ask = gr.Button("Ask", variant="primary", min_width=100, elem_id="models-ask")
                stop = gr.Button("Stop", variant="stop", visible=False, min_width=100, elem_id="models-stop")
                another = gr.Button("Another picture", min_width=100, elem_id="models-another")
            text = _html(elem_id="models-answer")
    with gr.Accordion(f"The whole line-up: {len(specs)} models", open=False, elem_id="models-lineup"):
        _html(views.catalogue(specs), elem_id="models-catalogue")

    def chosen(name: str) -> ModelSpec:
        if name not in by_name:
            raise NotAnsweringHereError(f"There is no model {name!r} on this page; choose one from the list.")
        return by_name[name]

    def describe(name: str, kind: str):
        spec, quantization = chosen(name), Quantization.parse(kind)
        predicted: int | str = 0
        if spec.endpoint is None:
            try:
                predicted = pool.predicted_bytes(spec, quantization)
            except ModelError as error:
                predicted = str(error)
        return views.facts_card(spec, quantization, predicted)

    def choose(name: str, kind: str):
        spec = chosen(name)
        values = [value for _, value in spec.weights]
        kind = kind if kind in values else values[0]
        return gr.update(choices=list(spec.weights), value=kind), describe(name, kind)

    def look(before: object):
        now = pool.status()
        return (now, views.memory_panel(now)) if now != before else (gr.skip(), gr.skip())

    def load_now(name: str, kind: str):
        spec = chosen(name)
        with pool.lease(spec, Quantization.parse(kind)):
            gr.Info(html.escape(f"{spec.title} is ready."))

    def unload_now(name: str, kind: str):
        spec = chosen(name)
        if not pool.unload(spec, Quantization.parse(kind)):
            raise NotAnsweringHereError(
                f"{spec.title} with these weights is not in memory, or is answering right now; nothing was unloaded."
            )

    def answer_now(name: str, kind: str, upload: object, words: str, request: gr.Request) -> Iterator[dict]:
        session = request.session_hash or ""
        cancelled = threading.Event()
        if session in asking:
            asking[session].set()
        asking[session] = cancelled
        try:
            yield from _answers(chosen(name), Quantization.parse(kind), upload, words, cancelled)
        except ModelError as error:
            yield {ask: gr.update(visible=True), stop: gr.update(visible=False), text: ""}
            raise shown(error) from error
        finally:
            cancelled.set()
            if asking.get(session) is cancelled:
                del asking[session]

    def _answers(spec: ModelSpec, kind: Quantization, upload: object, words: str, cancelled: threading.Event):
        image, words = _picture(upload), _instruction(words)
        yield {ask: gr.update(visible=False), stop: gr.update(visible=True), text: views.answer_panel("", "waiting")}
        begun, first, written = time.monotonic(), None, ""
        for piece in _events(lambda tell: answer(spec, kind, image, words, _ANSWER, cancelled, report=tell)):
            if isinstance(piece, Step):
                yield {text: views.note_panel(piece.text)}
                continue
            first = first if first is not None else time.monotonic() - begun
            written += piece
            yield {text: views.answer_panel(written, "writing", first)}
        state = "stopped" if cancelled.is_set() else "done"
        yield {
            ask: gr.update(visible=True), stop: gr.update(visible=False),
            text: views.answer_panel(written, state, first, time.monotonic() - begun),
        }  # fmt: skip

    def stop_now(request: gr.Request) -> None:
        if (cancelled := asking.get(request.session_hash or "")) is not None:
            cancelled.set()

    free = {**PRIVATE, "concurrency_limit": None}
    looking = {"fn": look, "inputs": seen, "outputs": [seen, memory], **free}
    model.change(_explained(choose), [model, weights], [weights, facts], **free)
    weights.input(_explained(describe), [model, weights], facts, **free)
    if manage:  # a hidden button's event could still be called
        load.click(_explained(load_now), [model, weights], None, **free).then(**looking)
        unload.click(_explained(unload_now), [model, weights], None, **free).then(**looking)
    ask.click(
        answer_now, [model, weights, picture, instruction], [ask, stop, text], **PRIVATE, preprocess=False,
        concurrency_limit=CONCURRENT_TRIES, concurrency_id="models-tries",
    )  # fmt: skip
    stop.click(stop_now, None, None, **free)
    another.click(pictures, None, picture, **free)
    gr.Timer(TICK).tick(**looking, queue=False)
    page = Context.root_block
    page.load(pictures, None, picture, **free)
    page.load(**looking)
    # only once it is seen: predicting imports torch
    enclosing_tab().select(_explained(describe), [model, weights], facts, **free).then(**looking)
    page.unload(stop_now)


def _events(source: Callable[[Report], Iterator[str]]) -> Iterator[Step | str]:
    """What a model says and, until then, what it is waiting for, in one stream; its errors are raised here."""
    events: queue.SimpleQueue[Step | str | Exception | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            for piece in source(events.put):
                events.put(piece)
        except Exception as error:
            events.put(error)
        else:
            events.put(None)

    threading.Thread(target=run, name="try a model", daemon=True).start()
    while (event := events.get()) is not None:
        if isinstance(event, Exception):
            raise event
        yield event


def _picture(upload: object) -> Image.Image:
    """An uploaded file, whose path Gradio has checked to lie in its upload folder."""
    return open_picture(upload.get("path") if isinstance(upload, dict) else None)


def _instruction(words: object) -> str:
    if not isinstance(words, str) or not words.strip():
        raise ModelError("The instruction is empty; write what the model should do with the picture.")
    if len(words) > INSTRUCTION_CHARACTERS:
        raise ModelError(
            f"The instruction has {len(words):,} characters; {INSTRUCTION_CHARACTERS:,} are allowed. Shorten it."
        )
    return words


def _html(value: str = "", **options: object) -> gr.HTML:
    return gr.HTML(value, elem_classes="models-html", padding=False, **options)
