"""Which choices make sense together, and what each technique gives the model and reads."""

import pytest
from small_suites import suite_rows, write_parquet

from benchmark import text_reader
from benchmark.ahead import Todo
from benchmark.asking import Request, check_request, prepare, request_from
from benchmark.data import open_suite
from benchmark.errors import RunError, UnknownNameError
from benchmark.picture_notes import NoteTaker
from benchmark.prompt_styles import PromptStyle
from benchmark.techniques import Manner, Technique, check_suite, choose_manner, manner_of
from benchmark.ways import Reading, way
from models.registry import lineup
from models.spec import Mission

SHOWN = next(spec.name for spec in lineup() if Mission.IN_CONTEXT in spec.serves)
ALONE = next(spec for spec in lineup() if Mission.IN_CONTEXT not in spec.serves)


@pytest.fixture
def suite(tmp_path):
    return open_suite(write_parquet(tmp_path / "s.parquet", suite_rows(images=4)))


def put(manner, suite, number=0):
    pair = suite.pairs[number]
    taker = NoteTaker(None, lambda picture: ("EXIT",))
    return way(manner, suite, taker).put(Todo(pair, pair.questions, pair.picture(), pair.image_id))


def test_defaults_of_each_technique():
    assert choose_manner() == Manner(PromptStyle.OFFICIAL, Technique.INSTRUCTION, 0, 0, 16)
    assert choose_manner(technique="in-context", seed=7) == Manner(technique=Technique.IN_CONTEXT, examples=2, seed=7)
    assert choose_manner(technique="chain-of-thought").generation.max_new_tokens == 256
    assert choose_manner("lmms-eval", "tool-aided", max_new_tokens=5).max_new_tokens == 5


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"examples": 2}, "the technique instruction shows no solved examples; leave their number out, or choose in-"),
        ({"technique": "tool-aided", "seed": 1}, "nothing is drawn by chance with the technique tool-aided; leave the"),
        ({"technique": "in-context", "examples": 0}, "0 solved examples were asked for; choose 1 to 8 pictures"),
        ({"technique": "in-context", "examples": 9}, "9 solved examples were asked for; choose 1 to 8 pictures"),
        (
            {"technique": "chain-of-thought", "style": "lmms-eval"},
            "the prompt style lmms-eval asks for a single word and the technique chain-of-thought for reasoning; ",
        ),
        (
            {"technique": "chain-of-thought", "max_new_tokens": 16},
            "16 tokens was asked for; with chain-of-thought choo",
        ),
        ({"max_new_tokens": 0}, "an answer of 0 tokens was asked for; with instruction choose 1 to 4096"),
        (
            {"technique": "magic"},
            "unknown technique 'magic'; choose one of: instruction, in-context, chain-of-thought,",
        ),
        ({"style": "mine"}, "unknown prompt style 'mine'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(choices, sentence):
    with pytest.raises((RunError, UnknownNameError)) as refused:
        choose_manner(**choices)
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


def test_a_model_for_one_picture_is_refused_before_loading():
    with pytest.raises(RunError) as refused:
        check_request(Request(ALONE.name, technique="in-context"))
    assert str(refused.value) == (
        f"{ALONE.title} cannot be shown solved examples, because its prompts hold one picture; choose a model that "
        "takes several pictures, or another technique than in-context"
    )
    check_request(Request(SHOWN, technique="in-context"))


def test_tools_that_are_missing_are_told_before_loading(monkeypatch):
    monkeypatch.setattr(text_reader, "find_spec", lambda name: None)
    with pytest.raises(RunError, match="run: pip install rapidocr=="):
        check_request(Request(SHOWN, technique="tool-aided"))


def test_too_few_other_pictures_are_told(suite):
    manner = choose_manner(technique="in-context", examples=4)
    with pytest.raises(
        RunError, match="existence has 4 pictures here, so at most 3 others can be shown solved, and 4 "
    ):
        check_suite(manner, suite, ("existence", "OCR"))
    check_suite(choose_manner(technique="in-context", examples=3), suite, ("existence", "OCR"))


def test_plain_and_reasoned_prompts_to_the_letter(suite):
    assert put(choose_manner(), suite).questions == tuple(q.text for q in suite.pairs[0].questions)
    assert put(choose_manner(technique="chain-of-thought"), suite).questions[1] == (
        "existence 0 1?\nLook closely and think it through one step after the other. Then finish with one more line "
        'that reads "Answer: yes" or "Answer: no".'
    )


def test_the_tool_aided_prompt_to_the_letter(suite):
    found = put(choose_manner("lmms-eval", "tool-aided"), suite)
    assert found.notes == (
        "Notes about the picture, made by other programs; they may be wrong.\nSize: 24 x 24 pixels.\n"
        'Main colors: black 100 %.\nText in it: "EXIT".'
    )
    assert found.questions[0] == (
        f"{found.notes}\n\nexistence 0 0?\nAnswer the question using a single word or phrase."
    )


def test_solved_examples_come_apart_and_are_named(suite):
    found = put(choose_manner(technique="in-context"), suite, 5)
    assert found.questions == tuple(q.text for q in suite.pairs[5].questions)
    assert [example.picture is None for example in found.examples] == [False, True, False, True]
    assert {example.answer for example in found.examples} == {"Yes", "No"}
    assert found.notes.startswith("Solved examples: 000") and "0001.png" not in found.notes


def test_reasoning_is_read_and_kept(suite):
    reasoned = way(choose_manner(technique="chain-of-thought"), suite, NoteTaker())
    text = "No, wait.\nAnswer: Yes\n"
    assert reasoned.read(text) == Reading("yes", text) and reasoned.is_over(text)
    assert reasoned.read("No, there is none") == Reading("", "No, there is none")
    plain = way(choose_manner(), suite, NoteTaker())
    assert plain.read(text) == Reading(text) and plain.is_over is None


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"prompt_style": "vlmevalkit"},
        {"technique": "in-context", "examples": 3, "seed": 9},
        {"technique": "chain-of-thought", "max_new_tokens": 99},
        {"technique": "tool-aided", "prompt_style": "lmms-eval"},
    ],
)
def test_settings_hold_what_was_chosen(suite, choices, monkeypatch):
    monkeypatch.setattr(text_reader, "find_spec", lambda name: object())
    request = Request(SHOWN, suite.source, **choices)
    settings = prepare(request).settings
    assert manner_of(settings) == request.manner
    assert request_from(settings).manner == request.manner
    assert (settings.prompt_style, settings.technique) == (request.prompt_style, request.technique)
    assert settings.generation["max_new_tokens"] == request.manner.max_new_tokens
