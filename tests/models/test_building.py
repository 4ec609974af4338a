"""What is quantized and what is not, on every family; copies that reload bit for bit; progress; missing weights."""

import re
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import nn

from models import minigpt4, parts
from models.building import build
from models.families import family_of
from models.progress import Stage
from models.spec import Quantization
from tests.models import tiny

QUANTIZED = (Quantization.INT8, Quantization.NF4)
TOWERS = re.compile(r"(model\.)?(vision_tower|vision_model|visual)\.")
CONNECTORS = re.compile(r"(model\.)?(multi_modal_projector|connector|qformer|language_projection)(\.|$)")
HEADS = re.compile(r"(language_model\.)?lm_head$")
FLOAT_IN_T5 = re.compile(r"language_model\..*\.wo$")  # transformers keeps these for their range


@pytest.fixture(scope="module")
def built(tiny_spec):
    """`built(family, quantization)`: the model alone, and the steps that were told while it was built."""

    @cache
    def make(family, quantization):
        spec, steps = tiny_spec(family), []
        if spec.composition is not None:
            together = parts.fetch(spec, parts.find(spec))
            return minigpt4.build(spec, together, quantization, "cpu", steps.append), steps
        return build(spec, Path(spec.source), quantization, "cpu", steps.append), steps

    return make


def linears(model):
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}


@pytest.mark.parametrize("family", tiny.FAMILIES)
@pytest.mark.parametrize("quantization", QUANTIZED)
def test_the_language_model_is_quantized_and_its_eyes_and_head_are_not(family, quantization, built):
    import bitsandbytes as bnb

    wanted = bnb.nn.Linear8bitLt if quantization is Quantization.INT8 else bnb.nn.Linear4bit
    model, _ = built(family, quantization)
    counts = {"tower": 0, "head": 0, "quantized": 0}
    for name, module in linears(model).items():
        part = "tower" if TOWERS.match(name) else "head" if HEADS.match(name) else "quantized"
        if part == "quantized" and (CONNECTORS.match(name) or FLOAT_IN_T5.match(name)):
            assert type(module) is nn.Linear, name
            continue
        counts[part] += 1
        assert type(module) is (wanted if part == "quantized" else nn.Linear), name
    assert counts["tower"] >= 4
    assert counts["head"] == 1
    assert counts["quantized"] >= 8  # two blocks of attention and feed-forward at the least


@pytest.mark.parametrize("family", tiny.FAMILIES)
def test_every_module_that_a_family_names_is_there(family, built):
    model, _ = built(family, Quantization.NONE)
    names = {name for name, _module in model.named_modules()}
    assert set(family_of(model.config).unquantized) <= names


@pytest.mark.parametrize("family", tiny.FAMILIES)
@pytest.mark.parametrize("quantization", QUANTIZED)
def test_a_saved_quantized_copy_reloads_bit_for_bit(family, quantization, built, tiny_spec, tmp_path):
    model, _ = built(family, quantization)
    model.save_pretrained(tmp_path)
    again = build(tiny_spec(family), tmp_path, quantization, "cpu")
    first, second = model.state_dict(), again.state_dict()
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert tensor.dtype == second[name].dtype and torch.equal(tensor, second[name]), name
    kinds = [{name: type(module) for name, module in linears(each).items()} for each in (model, again)]
    assert kinds[0] == kinds[1]


def test_nf4_is_doubly_quantized_and_computes_in_the_devices_precision(built):
    import bitsandbytes as bnb

    model, _ = built("llava", Quantization.NF4)
    layers = [module for module in model.modules() if isinstance(module, bnb.nn.Linear4bit)]
    assert {layer.weight.quant_state.quant_type for layer in layers} == {"nf4"}
    assert all(layer.weight.quant_state.nested for layer in layers)
    assert {layer.compute_dtype for layer in layers} == {torch.float32}


@pytest.mark.parametrize("quantization", Quantization)
def test_steps_tell_the_share_of_the_weights_from_none_to_all(quantization, built):
    _, steps = built("qwen2.5-vl", quantization)
    shares = [step.share for step in steps]
    assert shares[0] == 0 and shares[-1] == 1 and shares == sorted(shares)
    assert 3 < len(shares) <= 102
    stage = Stage.LOADING if quantization is Quantization.NONE else Stage.QUANTIZING
    assert {step.stage for step in steps} == {stage}
    assert {step.text for step in steps} == {f"Loading Tiny qwen2.5-vl ({quantization.title})…"}


def test_what_a_report_raises_ends_the_loading_and_leaves_transformers_as_it_was(tiny_spec):
    from transformers import logging

    def cancel(step):
        if step.share > 0.2:
            raise InterruptedError("nobody waits for it any more")

    spec = tiny_spec("llava")
    with pytest.raises(InterruptedError, match="nobody waits"):
        build(spec, Path(spec.source), Quantization.NONE, "cpu", cancel)
    assert logging.set_tqdm_hook(None) is None
