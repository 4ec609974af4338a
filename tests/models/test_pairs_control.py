"""Pairs when they are stopped, cancelled, malformed, or asked of a model that fails."""

import copy
import threading
from dataclasses import replace
from functools import cache

import pytest
import torch

from models import families
from models.errors import GenerationError, OutOfMemoryError
from models.families import SharedPrefix, family_of
from models.generation import answer, stream
from models.pairs import answer_batch, answer_pairs
from models.spec import Generation
from tests.models.asked import PAIRS, SHORT, SINGLE, flat, vision_tower

ENDLESS = Generation(max_new_tokens=1000)


@pytest.fixture(scope="session")
def alone(tiny_loaded):
    """`alone(family)`: what `answer` says to each of SINGLE."""
    return cache(lambda family: [answer(tiny_loaded(family), *request, SHORT) for request in SINGLE])


def test_other_numbers_of_questions_and_none_at_all(tiny_loaded, alone):
    loaded = tiny_loaded("qwen2.5-vl")
    texts = alone("qwen2.5-vl")
    (first, (one, _two)), (second, _), (third, several) = PAIRS
    asked = [(first, (one,)), (second, ()), (third, (*several, several[0]))]
    assert answer_pairs(loaded, asked, SHORT) == [(texts[0],), (), (texts[4], texts[5], texts[4])]
    assert answer_pairs(loaded, [(first, ())], SHORT) == [()]
    assert answer_pairs(loaded, [], SHORT) == []
    assert answer_batch(loaded, [], SHORT) == []


def test_an_empty_question_is_a_question(tiny_loaded):
    loaded = tiny_loaded("llava")
    image = PAIRS[0][0]
    expected = (answer(loaded, image, "", SHORT), answer(loaded, image, "yes", SHORT))
    assert answer_pairs(loaded, [(image, ("", "yes"))], SHORT) == [expected]


def test_questions_that_come_before_the_picture_share_nothing(tiny_loaded, alone):
    loaded = tiny_loaded("llava")
    processor = copy.copy(loaded.processor)
    processor.chat_template = "{{ messages[0]['content'][1]['text'] }} <image> ASSISTANT:"
    backwards = replace(loaded, processor=processor, busy=threading.Lock())
    expected = [tuple(answer(backwards, image, text, SHORT) for text in texts) for image, texts in PAIRS]
    assert answer_pairs(backwards, PAIRS, SHORT) == expected
    assert flat(expected) != alone("llava")


def test_a_penalty_for_repetition_reads_each_prompt_alone(tiny_loaded):
    loaded = tiny_loaded("smolvlm")
    penalized = replace(SHORT, repetition_penalty=1.5)
    expected = [tuple(answer(loaded, image, text, penalized) for text in texts) for image, texts in PAIRS]
    assert answer_pairs(loaded, PAIRS, penalized) == expected


def test_an_unknown_family_is_asked_one_by_one(tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded("llava")
    monkeypatch.setattr(families, "FAMILIES", ())
    assert family_of(loaded.model.config).shared_prefix is SharedPrefix.NONE
    assert flat(answer_pairs(loaded, PAIRS, SHORT)) == alone("llava")
    assert answer_batch(loaded, SINGLE, SHORT) == alone("llava")


def test_rows_end_one_by_one(tiny_loaded, alone, monkeypatch):
    loaded = tiny_loaded("llava")
    texts = alone("llava")
    asked_about = []

    def stop(text):
        asked_about.append(text)
        return text.startswith(texts[0][:1])

    got = flat(answer_pairs(loaded, PAIRS, SHORT, stop=stop))
    for whole, stopped in zip(texts, got, strict=True):
        early = whole.startswith(texts[0][:1])
        assert whole.startswith(stopped) and stopped if early else stopped == whole
    assert all(
        asked_about.count(text) == 1 for text in asked_about if text.startswith(texts[0][:1]) and texts.count(text) == 1
    )


@pytest.fixture
def counted(tiny_loaded):
    """A model that never ends by itself, and the list that grows by one with each forward of its decoder."""
    loaded = tiny_loaded("qwen2.5-vl")
    forwards, eos = [], loaded.model.generation_config.eos_token_id
    loaded.model.generation_config.eos_token_id = None
    hook = loaded.model.model.language_model.register_forward_hook(lambda *_: forwards.append(1))
    yield loaded, forwards
    hook.remove()
    loaded.model.generation_config.eos_token_id = eos


def test_all_rows_are_read_in_two_forwards_and_go_on_together(counted):
    loaded, forwards = counted
    answer_pairs(loaded, PAIRS, Generation(max_new_tokens=5))
    assert len(forwards) == 1 + 5  # the shared beginning, then one per token: the first with the questions


def test_once_every_row_is_stopped_the_work_ends(counted):
    loaded, forwards = counted
    answer_pairs(loaded, PAIRS, ENDLESS, stop=lambda text: True)
    assert len(forwards) == 2


def test_cancelling_ends_the_work_within_one_token(counted):
    loaded, forwards = counted
    cancelled = threading.Event()
    hook = loaded.model.register_forward_hook(lambda *_: cancelled.set() if len(forwards) == 4 else None)
    assert answer_pairs(loaded, PAIRS, ENDLESS, cancelled=cancelled) == []
    hook.remove()
    assert len(forwards) == 4
    assert not loaded.busy.locked()


def test_cancelled_while_the_beginning_is_read_goes_no_further(counted):
    loaded, forwards = counted
    cancelled = threading.Event()
    hook = loaded.model.register_forward_hook(lambda *_: cancelled.set())
    assert answer_pairs(loaded, PAIRS, ENDLESS, cancelled=cancelled) == []
    hook.remove()
    assert len(forwards) == 1


def test_cancelled_before_it_starts_touches_nothing(tiny_loaded):
    cancelled = threading.Event()
    cancelled.set()
    untouchable = replace(tiny_loaded("llava"), model=None, processor=None)
    assert answer_pairs(untouchable, PAIRS, ENDLESS, cancelled=cancelled) == []
    assert answer_batch(untouchable, SINGLE, ENDLESS, cancelled=cancelled) == []


@pytest.mark.parametrize("family", ["llava", "instructblip", "qwen2.5-vl"])
def test_cancelled_while_waiting_for_its_turn_it_leaves_the_model_alone(family, tiny_loaded):
    loaded = tiny_loaded(family)
    cancelled, touched = threading.Event(), []
    with loaded.busy:
        hooked = vision_tower(loaded.model).register_forward_hook
        vision_tower(loaded.model).register_forward_hook = lambda *hook: touched.append(hook) or hooked(*hook)
        threading.Timer(0.01, cancelled.set).start()
        assert answer_pairs(loaded, PAIRS, ENDLESS, cancelled=cancelled) == []
        del vision_tower(loaded.model).register_forward_hook
    assert not touched


@pytest.mark.parametrize("family", ["llava", "qwen2.5-vl", "instructblip"])
def test_streams_and_pairs_take_turns_on_one_model(family, tiny_loaded, alone):
    loaded = tiny_loaded(family)
    texts = alone(family)
    streamed = {}

    def listen(nth):
        streamed[nth] = "".join(stream(loaded, *SINGLE[nth], SHORT))

    listeners = [threading.Thread(target=listen, args=(nth,)) for nth in range(3)]
    for listener in listeners:
        listener.start()
    paired = [flat(answer_pairs(loaded, PAIRS, SHORT)) for _ in range(2)]
    for listener in listeners:
        listener.join()
    assert paired == [texts, texts]
    assert streamed == dict(enumerate(texts[:3]))


@pytest.mark.parametrize("family", ["llava", "qwen2.5-vl", "instructblip", "paligemma"])
@pytest.mark.parametrize(
    ("raised", "told", "words"),
    [
        (RuntimeError("kernel exploded"), GenerationError, "failed while answering: kernel exploded"),
        (torch.OutOfMemoryError("2 GiB"), OutOfMemoryError, "Memory ran out while Tiny"),
    ],
)
def test_a_model_that_raises_is_a_model_error_and_leaves_the_model_usable(
    family, raised, told, words, tiny_loaded, alone
):
    loaded = tiny_loaded(family)

    def fail(*_arguments):
        raise raised

    hook = vision_tower(loaded.model).register_forward_hook(fail)
    with pytest.raises(told, match=words) as caught:
        answer_pairs(loaded, PAIRS, SHORT)
    hook.remove()
    assert caught.value.__cause__ is raised
    assert not loaded.busy.locked()
    assert flat(answer_pairs(loaded, PAIRS, SHORT)) == alone(family)


def test_what_stop_raises_is_told_too(tiny_loaded):
    def stop(text):
        raise ZeroDivisionError("a slip")

    with pytest.raises(GenerationError, match="a slip"):
        answer_pairs(tiny_loaded("llava"), PAIRS, SHORT, stop=stop)
