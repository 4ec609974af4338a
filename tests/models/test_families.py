"""What families are known to be, against transformers' own classes and configurations."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    Blip2Config,
    FastVlmConfig,
    InstructBlipConfig,
    LlamaConfig,
    Mistral3Config,
    OPTConfig,
    T5Config,
)
from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

from models.errors import MissingPackageError
from models.families import FAMILIES, SharedPrefix, family_of, missing_packages, skip_modules
from models.loading import load, predict_footprint, read_config
from models.spec import Quantization
from tests.models import tiny

NAMES = {  # of the tiny models, where they differ from their families'
    "instructblip": "instructblip-t5",
    "instructblip-vicuna": "instructblip",
}


@pytest.mark.parametrize("tiny_name", tiny.FAMILIES)
def test_a_saved_model_is_known_as_its_family(tiny_name, tiny_spec):
    assert family_of(read_config(tiny_spec(tiny_name))).name == NAMES.get(tiny_name, tiny_name)


def test_every_family_stands_for_a_model_that_transformers_has():
    kinds = [kind for family in FAMILIES for kind in family.model_types]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= set(CONFIG_MAPPING_NAMES)
    for kind in kinds:
        assert type(AutoConfig.for_model(kind)) in AutoModelForImageTextToText._model_mapping


@pytest.mark.parametrize(
    ("config", "text", "name", "padding", "shared"),
    [
        (Blip2Config, OPTConfig(), "blip-2", "left", SharedPrefix.CACHE),
        (Blip2Config, T5Config(), "blip-2-t5", "right", SharedPrefix.FEATURES),
        (Blip2Config, LlamaConfig(), "minigpt-4", "left", SharedPrefix.CACHE),
        (InstructBlipConfig, T5Config(), "instructblip-t5", "right", SharedPrefix.FEATURES),
        (InstructBlipConfig, LlamaConfig(), "instructblip", "left", SharedPrefix.FEATURES),
    ],
)
def test_the_blip_families_differ_by_their_language_model(config, text, name, padding, shared):
    family = family_of(config(text_config=text))
    assert (family.name, family.padding_side, family.shared_prefix) == (name, padding, shared)


@pytest.fixture(scope="module")
def mistral():
    """A family that is not listed: its configuration, and its model without weights."""
    small = {"num_hidden_layers": 1, "hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 2}
    text = small | {"model_type": "mistral", "num_key_value_heads": 2, "head_dim": 32, "vocab_size": 99}
    config = Mistral3Config(text_config=text, vision_config=small | {"model_type": "pixtral", "head_dim": 32})
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(config)
    model.tie_weights()
    return config, model


def test_an_unknown_family_is_asked_one_by_one_and_keeps_its_eyes_and_head(mistral):
    config, model = mistral
    family = family_of(config)
    assert (family.name, family.shared_prefix, family.padding_side) == ("mistral3", SharedPrefix.NONE, "left")
    skipped = skip_modules(model, config)
    assert {"model.vision_tower", "model.multi_modal_projector", "lm_head"} <= set(skipped)
    assert not any(name.startswith("model.language_model.layers") for name in skipped)


@pytest.mark.parametrize("family", ["gemma3", "blip-2", "instructblip"])
def test_an_explicit_list_keeps_all_that_transformers_keeps_by_itself(family, tiny_loaded):
    from transformers.quantizers.base import get_keys_to_not_convert

    model = tiny_loaded(family).model
    by_itself = {*get_keys_to_not_convert(model), *(model._keep_in_fp32_modules or ())}
    assert by_itself <= set(skip_modules(model, model.config))


def test_a_family_that_needs_another_package_says_so_before_its_weights_are_read(tiny_spec, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"never read")
    FastVlmConfig().save_pretrained(tmp_path)
    spec = replace(tiny_spec("llava"), source=str(tmp_path), title="Faster")
    assert missing_packages(read_config(spec)) == ["timm"]
    with pytest.raises(MissingPackageError, match=r"Faster needs a package .* `pip install timm`"):
        load(spec, Quantization.NONE, "cpu")
    with pytest.raises(MissingPackageError, match=r"Faster needs a package .*timm"):
        predict_footprint(spec, Quantization.NONE, "cpu")


def test_families_are_known_without_torch():
    code = "import sys, models.families; print('torch' in sys.modules or 'transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
