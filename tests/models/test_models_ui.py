"""The handlers of the Models tab, called as a client could call them: in any order, with any value."""

from contextlib import contextmanager
from types import SimpleNamespace

import gradio as gr
import pytest
from PIL import Image

from models.errors import GenerationError, ModelTooLargeError
from models.pooled import PoolStatus
from models.progress import Stage, Step
from models.registry import lineup
from models.spec import Endpoint, ModelSpec, Quantization
from models.ui import models_tab

SERVED = ModelSpec("served", "Served", "x", "y", 0, "none", endpoint=Endpoint(("http://localhost/v1",), "m"))


class Pool:
    """A pool that notes what it is asked."""

    def __init__(self):
        self.leased, self.unloaded, self.loaded = [], [], True

    def status(self):
        return PoolStatus("Ready.", (), 0, None, 0)

    def predicted_bytes(self, spec, quantization):
        if spec.name == "smolvlm-256m":
            raise ModelTooLargeError("Too large for this card.")
        return {Quantization.NONE: 3, Quantization.INT8: 2, Quantization.NF4: 1}[quantization] * 2**30

    @contextmanager
    def lease(self, spec, quantization):
        self.leased.append((spec.name, quantization))
        yield

    def unload(self, spec, quantization):
        self.unloaded.append((spec.name, quantization))
        return self.loaded


class Answers:
    """Scripted answers in the shape of `ModelPool.stream`."""

    def __init__(self, *pieces, error=None):
        self.pieces, self.error, self.asked, self.cancelled = pieces, error, [], None

    def __call__(self, spec, quantization, image, instruction, generation, cancelled, report):
        self.asked.append((spec.name, quantization, image.size, instruction, generation.max_new_tokens))
        self.cancelled = cancelled
        report(Step(Stage.LOADING, "Loading: 50 %", 0.5))
        yield from self.pieces
        if self.error:
            raise self.error


def page(pool, answers, manage=True):
    specs = (*lineup(), SERVED)
    with gr.Blocks() as blocks, gr.Tab("Models"):
        models_tab(pool, specs, lambda: Image.new("RGB", (8, 8)), answers, manage=manage)
    return {event.fn.__name__: event.fn for event in blocks.fns.values() if event.fn is not None}


@pytest.fixture
def upload(tmp_path):
    Image.new("RGB", (40, 30), "orange").save(tmp_path / "picture.png")
    return {"path": str(tmp_path / "picture.png")}


VISITOR = SimpleNamespace(session_hash="visitor")


def shown(steps):
    """The text of the answer box after each step."""
    return [
        value
        for step in steps
        for part, value in step.items()
        if getattr(part, "elem_id", None) == "models-answer"
    ]  # fmt: skip


def test_choosing_a_model_offers_its_weights_and_predicts_its_memory():
    handlers = page(Pool(), Answers())
    weights, facts = handlers["choose"]("pup-3m", "int8")
    assert weights["value"] == "int8" and "2.0 GiB" in facts and "Pup 3M" in facts
    weights, facts = handlers["choose"]("served", "int8")
    assert weights["value"] == "none" and "a server answers for it" in facts
    assert "Too large for this card." in handlers["describe"]("smolvlm-256m", "none")


def test_load_and_unload_go_to_the_pool():
    pool = Pool()
    handlers = page(pool, Answers())
    handlers["load_now"]("scout-3m", "nf4")
    handlers["unload_now"]("scout-3m", "nf4")
    assert pool.leased == pool.unloaded == [("scout-3m", Quantization.NF4)]
    pool.loaded = False
    with pytest.raises(gr.Error, match="nothing was unloaded"):
        handlers["unload_now"]("scout-3m", "nf4")


def test_an_answer_is_streamed_with_what_it_waits_for_and_its_time(upload):
    answers = Answers("A ", "cat")
    steps = list(page(Pool(), answers)["answer_now"]("scout-3m", "none", upload, "What is it?", VISITOR))
    waiting, loading, first, second, last = shown(steps)
    assert "Looking at the picture" in waiting and "Loading: 50 %" in loading
    assert ">A </p>" in first and ">A cat</p>" in second and "Done · first text after" in last
    assert answers.asked == [("scout-3m", Quantization.NONE, (40, 30), "What is it?", 256)]
    assert answers.cancelled.is_set()  # nothing goes on behind a finished answer


def test_stop_cancels_only_the_visitors_own_answer(upload):
    answers = Answers("one", "two")
    handlers = page(Pool(), answers)
    steps = handlers["answer_now"]("scout-3m", "none", upload, "Describe it.", VISITOR)
    for _ in range(3):
        next(steps)
    handlers["stop_now"](SimpleNamespace(session_hash="somebody else"))
    assert not answers.cancelled.is_set()
    handlers["stop_now"](VISITOR)
    assert "Stopped" in shown(list(steps))[-1]


@pytest.mark.parametrize(
    ("name", "weights", "words", "sentence"),
    [
        ("nobody", "none", "Describe it.", "no model 'nobody' on this page"),
        ("scout-3m", "int2", "Describe it.", "no quantization 'int2'"),
        ("scout-3m", "none", "   ", "instruction is empty"),
        ("scout-3m", "none", None, "instruction is empty"),
        ("scout-3m", "none", "x" * 2001, "2,001 characters; 2,000 are allowed"),
    ],
)
def test_forged_and_mistaken_values_become_messages(name, weights, words, sentence, upload):
    answers = Answers("never")
    with pytest.raises(gr.Error) as error:
        list(page(Pool(), answers)["answer_now"](name, weights, upload, words, VISITOR))
    assert sentence in error.value.message.replace("&#x27;", "'")
    assert answers.asked == []


def test_no_picture_and_a_failing_model_are_told(upload):
    answers = Answers("half", error=GenerationError("It broke."))
    handlers = page(Pool(), answers)
    with pytest.raises(gr.Error, match="picture"):
        list(handlers["answer_now"]("scout-3m", "none", None, "Describe it.", VISITOR))
    with pytest.raises(gr.Error, match="It broke"):
        list(handlers["answer_now"]("scout-3m", "none", upload, "Describe it.", VISITOR))


def test_a_page_for_strangers_has_no_way_to_unload():
    assert {"load_now", "unload_now"} & set(page(Pool(), Answers(), manage=False)) == set()
