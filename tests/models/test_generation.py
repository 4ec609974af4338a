import itertools
import threading
from dataclasses import replace

import pytest
import torch

from models.errors import GenerationError, OutOfMemoryError
from models.generation import REPLACEMENT, TextPieces, answer, stream
from models.prompts import build_inputs
from models.spec import Generation, Quantization
from tests.models.tiny import FAMILIES

QUESTION = "Is there a dog in the image? Please answer yes or no."
SHORT = Generation(max_new_tokens=12)
ENDLESS = Generation(max_new_tokens=1500)


def endless(loaded):
    """The same model, never choosing to stop by itself."""
    never = 1_000_000  # no token has this id
    return replace(loaded, model=_Wrapped(loaded.model, eos_token_id=never), busy=threading.Lock())


class _Wrapped:
    """A model whose `generate` is called with something changed; everything else is the model's own."""

    def __init__(self, model, *, before=lambda: None, **options):
        self._model, self._before, self._options = model, before, options

    def __getattr__(self, name):
        return getattr(self._model, name)

    def generate(self, **options):
        self._before()
        return self._model.generate(**options, **self._options)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("quantization", Quantization)
def test_the_stream_joined_is_the_answer(family, quantization, tiny_loaded, picture):
    loaded = tiny_loaded(family, quantization)
    pieces = list(stream(loaded, picture, QUESTION, SHORT))
    assert "".join(pieces) == answer(loaded, picture, QUESTION, SHORT)
    assert all(pieces)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_answer_is_what_generate_returns_without_the_prompt(family, tiny_loaded, picture):
    loaded = tiny_loaded(family)
    inputs = build_inputs(loaded, picture, QUESTION)
    with torch.inference_mode():
        ids = loaded.model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=12)[0]
    if not loaded.model.config.get_text_config().is_encoder_decoder:  # those return no prompt
        ids = ids[inputs["input_ids"].shape[1] :]
    expected = loaded.processor.tokenizer.decode(ids, skip_special_tokens=True).rstrip(REPLACEMENT)
    assert answer(loaded, picture, QUESTION, SHORT) == expected


def test_greedy_answers_repeat_and_sampled_ones_differ(tiny_loaded, picture):
    loaded = tiny_loaded("qwen2.5-vl")
    assert answer(loaded, picture, QUESTION, SHORT) == answer(loaded, picture, QUESTION, SHORT)
    sampled = Generation(max_new_tokens=12, temperature=1.0)
    assert len({answer(loaded, picture, QUESTION, sampled) for _ in range(4)}) > 1


def worker_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("generate")]


@pytest.fixture
def counted(tiny_loaded):
    """A model that never ends by itself, and the list that grows by one with each forward of its decoder."""
    loaded = endless(tiny_loaded("qwen2.5-vl"))
    forwards = []
    hook = loaded.model.model.language_model.register_forward_hook(lambda *_: forwards.append(1))
    yield loaded, forwards
    hook.remove()


@pytest.mark.parametrize("limit", [1, 10])
def test_token_limits_are_kept(limit, counted, picture):
    loaded, forwards = counted
    answer(loaded, picture, QUESTION, Generation(max_new_tokens=limit))
    assert len(forwards) == limit


def test_cancelling_ends_the_answer_within_one_token(counted, picture):
    loaded, forwards = counted
    cancelled = threading.Event()
    pieces = stream(loaded, picture, QUESTION, ENDLESS, cancelled)
    next(pieces)
    cancelled.set()
    done_when_cancelled = len(forwards)
    list(pieces)
    assert len(forwards) <= done_when_cancelled + 1
    assert not worker_threads()
    assert not loaded.busy.locked()


def test_closing_the_stream_ends_its_thread(counted, picture):
    loaded, forwards = counted
    pieces = stream(loaded, picture, QUESTION, ENDLESS)
    next(pieces)
    pieces.close()
    assert len(forwards) < ENDLESS.max_new_tokens
    assert not worker_threads()
    assert not loaded.busy.locked()


def test_cancelled_before_it_starts_yields_nothing(tiny_loaded, picture):
    cancelled = threading.Event()
    cancelled.set()
    assert list(stream(tiny_loaded("llava"), picture, QUESTION, ENDLESS, cancelled)) == []


def test_a_stream_that_waits_for_its_turn_can_be_cancelled(tiny_loaded, picture):
    loaded = endless(tiny_loaded("qwen2.5-vl"))
    cancelled = threading.Event()
    with loaded.busy:
        threading.Timer(0.01, cancelled.set).start()
        assert list(stream(loaded, picture, QUESTION, ENDLESS, cancelled)) == []


def test_two_streams_on_one_model_take_turns_and_agree(tiny_loaded, picture):
    loaded = tiny_loaded("qwen2.5-vl")
    expected = answer(loaded, picture, QUESTION, SHORT)
    both = [stream(loaded, picture, QUESTION, SHORT) for _ in range(2)]
    texts = ["", ""]
    for pair in itertools.zip_longest(*both, fillvalue=""):
        texts = [text + piece for text, piece in zip(texts, pair, strict=True)]
    assert texts == [expected, expected]


@pytest.mark.parametrize(
    ("raised", "told", "words"),
    [
        (RuntimeError("kernel exploded"), GenerationError, "Tiny llava failed while answering: kernel exploded"),
        (torch.OutOfMemoryError("2 GiB"), OutOfMemoryError, "Memory ran out while Tiny llava was answering"),
    ],
)
def test_what_fails_in_the_thread_reaches_the_consumer(raised, told, words, tiny_loaded, picture):
    def fail():
        raise raised

    real = tiny_loaded("llava")
    loaded = replace(real, model=_Wrapped(real.model, before=fail), busy=threading.Lock())
    with pytest.raises(told, match=words) as caught:
        list(stream(loaded, picture, QUESTION, SHORT))
    assert caught.value.__cause__ is raised
    assert not loaded.busy.locked()
    with pytest.raises(told, match=words):
        answer(loaded, picture, QUESTION, SHORT)


def test_a_failure_after_some_text_comes_after_that_text(counted, picture):
    loaded, forwards = counted

    def fail_late(*_arguments):
        if len(forwards) == 5:
            raise RuntimeError("late")

    hook = loaded.model.model.language_model.register_forward_hook(fail_late)
    received = []
    with pytest.raises(GenerationError, match="late"):
        received.extend(stream(loaded, picture, QUESTION, ENDLESS))
    hook.remove()
    assert len("".join(received)) > 1


class Bytes:
    """A tokenizer whose tokens are bytes."""

    def decode(self, ids, skip_special_tokens):
        assert skip_special_tokens
        return bytes(ids).decode("utf-8", errors="replace")


class Words:
    """A tokenizer that joins words and contracts them afterwards, as WordPiece clean-up does."""

    def decode(self, ids, skip_special_tokens):
        return " ".join(ids).replace(" ,", ",").replace(" n't", "n't").replace("do not", "don't")


def pieces_of(tokenizer, tokens):
    emitted = []
    pieces = TextPieces(tokenizer, emitted.append)
    for token in tokens:
        pieces.put([token])
    pieces.end()
    return emitted


@pytest.mark.parametrize("text", ["yes", "naïve", "多少個？", "🐕 a dog", "a�b"])
def test_characters_are_sent_whole(text):
    emitted = pieces_of(Bytes(), text.encode())
    assert "".join(emitted) == text
    assert len(emitted) == len(text) - text.count(REPLACEMENT)  # a real one comes out with what follows it


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_half_a_character_at_the_end_is_dropped(cut):
    assert pieces_of(Bytes(), ("ok" + "🐕").encode()[: 2 + cut]) == ["o", "k"]


def test_broken_bytes_in_the_middle_are_kept():
    assert "".join(pieces_of(Bytes(), [0x61, 0xFF, 0x62])) == "a�b"


def test_word_tokens_come_at_once_and_contractions_do_not_repeat():
    assert pieces_of(Words(), ["a", "dog", ",", "is"]) == ["a", " dog", ",", " is"]
    assert "".join(pieces_of(Words(), ["I", "do", "not", "see"])) == "I don't see"
