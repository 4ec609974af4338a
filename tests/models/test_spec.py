import json
from dataclasses import FrozenInstanceError, replace

import pytest

from models.errors import UnknownModelError, UnknownQuantizationError
from models.registry import describe, find, lineup
from models.spec import Generation, ModelSpec, PromptFormat, Quantization

SPEC = ModelSpec("tiny", "Tiny", "owner/tiny", "llava", 1_500_000, "MIT")


def test_embedded_models_come_first_and_names_are_unique():
    names = [spec.name for spec in lineup()]
    assert names[:2] == ["scout-3m", "pup-3m"]
    assert [spec.embedded for spec in lineup()].count(True) == 2
    assert len(set(names)) == len(names)


def test_every_hub_model_has_an_id_a_licence_and_a_branch():
    for spec in lineup()[2:]:
        assert spec.source.count("/") == 1
        assert not spec.is_local
        assert spec.licence
        assert spec.revision == "main"


def test_the_blip_families_have_no_chat_template():
    formats = {spec.name: spec.prompt_format for spec in lineup()}
    assert formats["blip2-opt-2.7b"] is PromptFormat.QUESTION_ANSWER
    assert formats["instructblip-vicuna-7b"] is PromptFormat.INSTRUCTION
    assert formats["llava-1.5-7b"] is PromptFormat.CHAT


def test_find_returns_the_spec_of_that_name():
    assert find("smolvlm-256m").source == "HuggingFaceTB/SmolVLM-256M-Instruct"


@pytest.mark.parametrize(
    ("name", "guess"), [("scout3m", "Did you mean 'scout-3m'?"), ("xyz", "Known models:"), ("", "''")]
)
def test_an_unknown_name_is_told_with_those_allowed(name, guess):
    with pytest.raises(UnknownModelError) as caught:
        find(name)
    assert repr(name) in str(caught.value)
    assert guess in str(caught.value)
    assert "pup-3m" in str(caught.value)


def test_a_description_is_json_with_the_promised_keys():
    entry = json.loads(json.dumps(describe(find("scout-3m"))))
    assert entry["name"] == "scout-3m"
    assert entry["embedded"] is True
    assert entry["quantizations"] == ["none", "int8", "nf4"]
    assert {"title", "family", "parameters", "source", "licence"} <= entry.keys()


@pytest.mark.parametrize("value", ["none", "int8", "nf4"])
def test_quantizations_parse(value):
    assert Quantization.parse(value).value == value


@pytest.mark.parametrize("value", ["", "NF4", "int4", "fp16"])
def test_an_unknown_quantization_is_told_with_those_allowed(value):
    with pytest.raises(UnknownQuantizationError, match=f"{value!r}; choose one of none, int8, nf4"):
        Quantization.parse(value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "Tiny Model"}, "lower-case"),
        ({"name": ""}, "lower-case"),
        ({"parameters": -1}, "positive"),
        ({"source": ""}, "empty"),
    ],
)
def test_a_malformed_spec_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        replace(SPEC, **change)


@pytest.mark.parametrize(("parameters", "words"), [(1_500_000, "1.5M"), (507_000_000, "507M"), (7_063_000_000, "7.1B")])
def test_sizes_in_words(parameters, words):
    assert replace(SPEC, parameters=parameters).size == words


@pytest.mark.parametrize(
    ("source", "local"), [("owner/name", False), ("/data/model", True), ("./model", True), ("~/model", True)]
)
def test_a_folder_is_told_from_a_hub_id(source, local):
    assert replace(SPEC, source=source).is_local is local


def test_generation_settings_are_fixed_and_recorded():
    assert Generation().record() == {
        "max_new_tokens": 256,
        "temperature": 0.0,
        "top_p": 1.0,
        "repetition_penalty": 1.0,
    }
    with pytest.raises(FrozenInstanceError):
        Generation().max_new_tokens = 3


@pytest.mark.parametrize(
    "change",
    [{"max_new_tokens": 0}, {"temperature": -0.1}, {"top_p": 0.0}, {"top_p": 1.1}, {"repetition_penalty": 0.0}],
)
def test_impossible_generation_settings_are_refused(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        Generation(**change)
