from dataclasses import FrozenInstanceError, replace

import pytest

from models.errors import UnknownQuantizationError
from models.spec import Generation, ModelSpec, Quantization

SPEC = ModelSpec("tiny", "Tiny", "owner/tiny", "llava", 1_500_000, "MIT")


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
