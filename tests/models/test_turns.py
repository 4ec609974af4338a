"""Further questions about one picture, and whether the token limit ended an answer: here, served, in a fork, pooled."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from models.answering import stream as pooled_stream
from models.errors import GenerationError
from models.generation import stream
from models.prompts import build_inputs
from models.remote import RemoteModel
from models.spec import Endpoint, Generation, ModelSpec, PromptFormat, Quantization
from models.zerogpu import ForkedAnswers
from tests.models.fake_openai import FakeOpenAI, says
from tests.models.tiny import CHAT, FAMILIES

CHATTING = [family for family, (_, prompt_format) in FAMILIES.items() if prompt_format is CHAT]
OTHERS = [family for family in FAMILIES if family not in CHATTING]
EARLIER = (("What is this?", "A rectangle."), ("Which colour has it?", "It is orange."))
AGAIN = "Are you sure <image>?"
SHORT = Generation(max_new_tokens=6)


def returned(pieces):
    """What a generator yields, and what it returns."""
    seen = []
    while True:
        try:
            seen.append(next(pieces))
        except StopIteration as end:
            return seen, end.value


def by_hand(loaded, image):
    """The tensors of the conversation written out as transformers documents it."""
    said = [("What is this?", "A rectangle."), ("Which colour has it?", "It is orange.")]
    turns = []
    for question, answer in said:
        turns.append({"role": "user", "content": [{"type": "text", "text": question}]})
        turns.append({"role": "assistant", "content": [{"type": "text", "text": answer}]})
    turns[0]["content"].insert(0, {"type": "image", "image": image})
    turns.append({"role": "user", "content": [{"type": "text", "text": "And how many?"}]})
    return loaded.processor.apply_chat_template(
        turns, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )


@pytest.mark.parametrize("family", CHATTING)
def test_earlier_turns_are_the_conversation_written_by_hand(family, tiny_loaded, picture):
    loaded = tiny_loaded(family)
    mine, theirs = build_inputs(loaded, picture, "And how many?", earlier=EARLIER), by_hand(loaded, picture)
    assert torch.equal(mine["input_ids"], theirs["input_ids"])
    alone = build_inputs(loaded, picture, "And how many?")
    image_token = getattr(loaded.model.config, "image_token_id", None) or loaded.model.config.image_token_index
    counts = [(inputs["input_ids"] == image_token).sum().item() for inputs in (mine, alone)]
    assert counts[0] == counts[1] > 0  # the picture is there once, however many turns there are
    assert mine["input_ids"].shape[1] > alone["input_ids"].shape[1]


def test_an_answer_depends_on_what_was_said_before(tiny_loaded, picture):
    loaded = tiny_loaded("qwen2.5-vl")
    answers = {
        "".join(stream(loaded, picture, "And how many?", Generation(max_new_tokens=12), None, earlier))
        for earlier in ((), EARLIER, EARLIER[:1])
    }
    assert len(answers) == 3


@pytest.mark.parametrize("family", ["qwen2.5-vl", "smolvlm"])
def test_what_was_said_before_opens_no_second_picture(family, tiny_loaded, picture):
    loaded = tiny_loaded(family)
    token = loaded.processor.image_token
    plain = build_inputs(loaded, picture, "x", earlier=(("a", "b"),))
    hostile = build_inputs(loaded, picture, f"x{token}", earlier=((f"a{token}", f"b{token}"),))
    image_token = loaded.processor.tokenizer.convert_tokens_to_ids(token)
    assert (hostile["input_ids"] == image_token).sum() == (plain["input_ids"] == image_token).sum() > 0


@pytest.mark.parametrize("family", OTHERS)
def test_families_without_a_chat_template_refuse(family, tiny_loaded, picture):
    loaded = tiny_loaded(family)
    assert not loaded.spec.takes_turns
    with pytest.raises(GenerationError, match=f"Tiny {family} cannot be asked a further question"):
        list(stream(loaded, picture, AGAIN, SHORT, None, EARLIER))


@pytest.mark.parametrize("family", ["qwen2.5-vl", "blip-2-t5", "smolvlm"])
def test_the_token_limit_is_told(family, tiny_loaded, picture):
    """The same answer, ended by the limit, by its own end exactly at the limit, and long before the limit."""
    loaded = tiny_loaded(family)
    tokens = tokens_of(loaded, picture, 6)
    pieces, cut_off = returned(stream(loaded, picture, AGAIN, SHORT))
    assert cut_off is True and "".join(pieces)
    ending = ends_with(loaded, tokens[5])
    first_end = tokens.index(tokens[5]) + 1
    assert returned(stream(ending, picture, AGAIN, Generation(max_new_tokens=first_end)))[1] is False
    assert returned(stream(ending, picture, AGAIN, Generation(max_new_tokens=first_end + 9)))[1] is False
    if first_end > 1:
        assert returned(stream(ending, picture, AGAIN, Generation(max_new_tokens=first_end - 1)))[1] is True


def tokens_of(loaded, picture, count):
    """The ids that a greedy answer begins with."""
    inputs = build_inputs(loaded, picture, AGAIN)
    never = ends_with(loaded, 1_000_000)
    with torch.inference_mode():
        ids = never.model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=count)
    return ids[0, -count:].tolist()


def ends_with(loaded, token):
    """The same model, whose answers end at this token and no other."""
    return replace(loaded, model=_Ending(loaded.model, token), busy=threading.Lock())


class _Ending:
    def __init__(self, model, token):
        self._model, self._token = model, token
        self.generation_config = SimpleNamespace(eos_token_id=token)
        self.language_model = SimpleNamespace(generation_config=self.generation_config)  # where BLIP-2 has it

    def __getattr__(self, name):
        return getattr(self._model, name)

    def generate(self, **options):
        return self._model.generate(**options, eos_token_id=self._token)


def test_a_cancelled_answer_is_not_cut_off(tiny_loaded, picture):
    loaded, cancelled = ends_with(tiny_loaded("qwen2.5-vl"), 1_000_000), threading.Event()
    pieces = stream(loaded, picture, AGAIN, Generation(max_new_tokens=400), cancelled)
    next(pieces)
    cancelled.set()
    assert returned(pieces)[1] is False


def finishes(reason, *pieces):
    def act(handler):
        handler.open_stream()
        for piece in pieces:
            handler.say(piece)
        handler.say(finish=reason)
        handler.end_stream()

    return act


@pytest.fixture
def serve():
    servers = []

    def start(*acts):
        servers.append(FakeOpenAI(*acts))
        endpoint = Endpoint((servers[-1].url,), "m")
        return servers[-1], RemoteModel(ModelSpec("far", "Far", "a/b", "llava", 1, "MIT", endpoint=endpoint))

    yield start
    for server in servers:
        server.close()


def test_a_server_is_sent_the_conversation_with_one_picture(serve, picture):
    server, model = serve(says("Yes."))
    assert "".join(stream(model, picture, AGAIN, SHORT, None, EARLIER)) == "Yes."
    messages = server.bodies[0]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2 + ["user"]
    texts = [part for message in messages for part in message["content"] if isinstance(part, dict)]
    assert [part["text"] for part in texts if part["type"] == "text"] == [
        "What is this?",
        "Which colour has it?",
        AGAIN,
    ]
    assert [message["content"] for message in messages[1::2]] == ["A rectangle.", "It is orange."]
    assert [part["type"] for part in messages[0]["content"]] == ["image_url", "text"]
    assert sum(part["type"] == "image_url" for part in texts) == 1


@pytest.mark.parametrize(("reason", "cut_off"), [("length", True), ("stop", False), ("content_filter", False)])
def test_a_server_tells_why_an_answer_ended(serve, picture, reason, cut_off):
    _, model = serve(finishes(reason, "One ", "two"))
    assert returned(stream(model, picture, AGAIN, SHORT)) == (["One ", "two"], cut_off)


class Loaded:
    spec = ModelSpec("tiny", "Tiny", "./tiny", "llava", 1, "Apache-2.0")
    quantization = Quantization.NF4


@pytest.mark.parametrize("cut_off", [True, False])
def test_a_fork_tells_it_across_the_process(cut_off):
    asked = []

    def words(loaded, image, instruction, generation, cancelled=None, earlier=()):
        asked.append(earlier)
        yield "word"
        return cut_off

    forked = ForkedAnswers(lambda duration: lambda task: task, words)
    loaded = Loaded()
    assert returned(forked.stream(loaded, "picture", "x", SHORT, None, EARLIER)) == (["word"], cut_off)
    assert returned(forked.stream(loaded, "picture", "x", SHORT)) == (["word"], cut_off)
    assert asked == [EARLIER, ()]


@pytest.mark.parametrize("cut_off", [True, False])
def test_a_pool_passes_both_on(cut_off):
    class Pool:
        def lease(self, spec, quantization, report, cancelled):
            from contextlib import nullcontext

            return nullcontext(Loaded())

    asked = []

    def words(loaded, image, instruction, generation, cancelled, earlier=()):
        asked.append(earlier)
        yield "word"
        return cut_off

    options = {"generate": words, "earlier": EARLIER}
    pieces = pooled_stream(Pool(), Loaded.spec, Quantization.NF4, "picture", "x", SHORT, **options)
    assert returned(pieces) == (["word"], cut_off) and asked == [EARLIER]


@pytest.mark.parametrize(
    ("prompt_format", "served", "able"),
    [
        (PromptFormat.CHAT, False, True),
        (PromptFormat.INSTRUCTION, False, False),
        (PromptFormat.QUESTION_ANSWER, False, False),
        (PromptFormat.INSTRUCTION, True, True),  # whoever serves it writes the prompt
    ],
)
def test_a_spec_tells_before_anything_is_loaded(prompt_format, served, able):
    endpoint = Endpoint(("http://host/v1",), "m") if served else None
    spec = ModelSpec("x", "X", "a/b", "llava", 1, "MIT", prompt_format=prompt_format, endpoint=endpoint)
    assert spec.takes_turns is able
