"""Marks on answers: which words tell a name, and which only look like it."""

import pytest

from arena.battle import Mark
from arena.marks import mark_of, names_a_model
from models.registry import lineup
from models.spec import ModelSpec

LINEUP = lineup()


@pytest.mark.parametrize(
    "answer",
    [
        "I am Scout.",
        "I'm Scout, and I see a red circle.",
        'My name is "Pup".',
        "As Scout, I cannot see faces.",
        "I am a model called Scout.",
        "This is the answer of scout-3m.",
        "Scout 3M: a circle",
        "SCOUT_3M",
        "Qwen sees a dog.",
        "as QwenVL I see a dog",
        "(Qwen2.5-VL)",
        "I am Qwen, created by Alibaba Cloud.",
        "我是Qwen，你好",
        "我是通义千问。",
        "我由谷歌开发。",
        "我叫Scout",
        "LLaVA says it is a cat",
        "This was written by SmolVLM.",
        "I was trained by Google.",
        "I am a language model developed by the OpenGVLab team.",
        "GLM-4.1V",
        "I am LLaMA.",
    ],
)
def test_answers_that_tell_a_name(answer):
    assert names_a_model(answer, "What is this?", LINEUP)
    assert mark_of(answer, False, "What is this?", LINEUP) is Mark.NAMES_ITSELF


@pytest.mark.parametrize(
    "answer",
    [
        "An orange rectangle.",
        "A boy scout with a scarf waves.",
        "I am a scout of the scouting movement, says the poster.",
        "The Scout stands beside a pup.",
        "A llama stands on a hill.",
        "The Google logo is on the wall.",
        "The laptop is made by Apple.",
        "An apple, from Apple.",
        "There is a Gemma stone.",
        "A blip on a radar screen.",
        "The girl is called Scout.",
        "a 3m wide gap for a scout",
        "这是一只苹果。",
        "我是说，这是一只狗。",
        "There are 7 birds and 2 VL signs.",
        "",
    ],
)
def test_answers_that_tell_none(answer):
    assert not names_a_model(answer, "What is this?", LINEUP)


def test_a_name_that_was_asked_for_is_no_disclosure():
    instruction = "Is there a Qwen logo here? Answer as if you were Scout 3M."
    assert not names_a_model("Yes, the Qwen logo. Scout 3M says so.", instruction, LINEUP)
    assert names_a_model("Yes, Qwen and LLaVA.", instruction, LINEUP)


def test_models_of_the_line_up_are_meant_and_no_others():
    alone = [ModelSpec("scout-3m", "Scout 3M", "./scout", "llava", 1, "MIT")]
    assert not names_a_model("I am Qwen.", "?", alone) and names_a_model("I am Scout.", "?", alone)
    hub = [ModelSpec("me-vision-model", "vision-model", "me/vision-model", "llava", 1, "MIT")]
    assert not names_a_model("A vision model sees a fashion model.", "?", hub)


@pytest.mark.parametrize(
    ("answer", "cut_off", "mark"),
    [
        ("", False, Mark.EMPTY),
        (" \n ", True, Mark.EMPTY),
        ("A dog and", True, Mark.CUT_OFF),
        ("A dog.", False, None),
        ("I am Scout and", True, Mark.NAMES_ITSELF),
    ],
)
def test_one_mark_at_most(answer, cut_off, mark):
    assert mark_of(answer, cut_off, "?", LINEUP) is mark
