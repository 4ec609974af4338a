import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

from models import loading
from models.errors import (
    MissingPackageError,
    ModelError,
    ModelFilesError,
    ModelNotFoundError,
    NotVisionModelError,
    OutOfMemoryError,
)
from models.loading import load, predict_footprint
from models.progress import Stage, Step
from models.registry import lineup
from models.spec import Quantization
from models.weights import content_hash, parameter_count
from tests.models.tiny import FAMILIES


def copy_of(spec, folder):
    """The same model in a folder that the test may damage."""
    shutil.copytree(spec.source, folder)
    return replace(spec, source=str(folder))


@pytest.mark.parametrize("quantization", Quantization)
@pytest.mark.parametrize("family", FAMILIES)
def test_prediction_from_the_config_equals_what_loading_takes(family, quantization, tiny_spec, tiny_loaded):
    predicted = predict_footprint(tiny_spec(family), quantization, "cpu")
    assert predicted == tiny_loaded(family, quantization).footprint_bytes


@pytest.mark.parametrize("family", FAMILIES)
def test_quantization_shrinks_every_family(family, tiny_loaded):
    sizes = [tiny_loaded(family, quantization).footprint_bytes for quantization in Quantization]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("quantization", [Quantization.INT8, Quantization.NF4])
def test_linear_layers_are_converted_and_the_output_head_is_not(family, quantization, tiny_loaded):
    import bitsandbytes as bnb

    converted = bnb.nn.Linear4bit if quantization is Quantization.NF4 else bnb.nn.Linear8bitLt
    model = tiny_loaded(family, quantization).model
    assert type(model.get_output_embeddings()) is nn.Linear
    assert sum(isinstance(module, converted) for module in model.modules()) >= 10
    assert logging.getLogger("bitsandbytes").level == logging.ERROR


def test_a_loaded_model_says_what_it_is(tiny_spec, tiny_loaded):
    loaded = tiny_loaded("llava")
    assert (loaded.device, loaded.dtype, loaded.quantization) == ("cpu", torch.float32, Quantization.NONE)
    assert loaded.revision == content_hash(Path(tiny_spec("llava").source))
    assert loaded.revision.startswith("sha256:")
    assert not loaded.model.training


def test_progress_tells_the_steps(tiny_spec):
    steps = []
    load(tiny_spec("llava"), Quantization.NF4, "cpu", steps.append)
    assert steps[0] == Step(Stage.QUANTIZING, "Loading Tiny llava (4 bits per weight)…")


def test_loading_twice_gives_the_same_weights(tiny_spec):
    # not the shared model: on some processors bitsandbytes packs 4-bit weights anew once they have answered
    first, again = (load(tiny_spec("llava"), Quantization.NF4, "cpu").model.state_dict() for _ in range(2))
    assert first.keys() == again.keys()
    assert all(torch.equal(first[name], again[name]) for name in first)


def test_published_sampling_settings_are_dropped_but_token_ids_kept(tiny_spec, tmp_path):
    spec = copy_of(tiny_spec("llava"), tmp_path / "copy")
    file = tmp_path / "copy" / "generation_config.json"
    wishes = {"do_sample": True, "num_beams": 5, "repetition_penalty": 1.5, "max_length": 7}
    file.write_text(json.dumps(json.loads(file.read_text()) | wishes))
    settings = load(spec, Quantization.NONE, "cpu").model.generation_config.to_diff_dict()
    assert settings.keys() - {"transformers_version"} == {"bos_token_id", "eos_token_id", "pad_token_id"}


def test_parameters_are_counted_from_the_header(tiny_spec, tmp_path):
    spec = tiny_spec("llava")
    assert parameter_count(Path(spec.source)) == spec.parameters
    assert parameter_count(tmp_path) is None
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 64)
    assert parameter_count(tmp_path) is None


def test_a_missing_folder(tiny_spec, tmp_path):
    with pytest.raises(ModelNotFoundError, match="there is no folder"):
        load(replace(tiny_spec("llava"), source=str(tmp_path / "gone")), Quantization.NONE, "cpu")


def test_a_missing_embedded_folder_names_the_command_that_makes_it(tmp_path):
    spec = replace(lineup()[0], source=str(tmp_path / "gone"))
    with pytest.raises(ModelNotFoundError, match=r"Scout 3M .*`python -m models\.embedded\.train`"):
        load(spec, Quantization.NONE, "cpu")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("config.json", "has no config.json"),
        ("model.safetensors", r"no \*\.safetensors weights"),
        ("tokenizer.json", "cannot be loaded"),
    ],
)
def test_a_missing_file(file, words, tiny_spec, tmp_path):
    spec = copy_of(tiny_spec("llava"), tmp_path / "copy")
    (tmp_path / "copy" / file).unlink()
    with pytest.raises(ModelFilesError, match=words):
        load(spec, Quantization.NONE, "cpu")


@pytest.mark.parametrize("quantization", Quantization)
@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"\xff" * 99, lambda data: b""])
def test_damaged_weights(damage, quantization, tiny_spec, tmp_path):
    spec = copy_of(tiny_spec("llava"), tmp_path / "copy")
    weights = tmp_path / "copy" / "model.safetensors"
    weights.write_bytes(damage(weights.read_bytes()))
    with pytest.raises(ModelFilesError, match="damaged or cut off"):
        load(spec, quantization, "cpu")


def test_a_missing_tensor_is_an_error_and_not_a_random_weight(tiny_spec, tmp_path):
    spec = copy_of(tiny_spec("llava"), tmp_path / "copy")
    file = tmp_path / "copy" / "model.safetensors"
    tensors = load_file(file)
    dropped = next(name for name in sorted(tensors) if "q_proj" in name)
    del tensors[dropped]
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(ModelFilesError, match="1 of its weights are missing"):
        load(spec, Quantization.NONE, "cpu")


def test_a_tensor_of_the_wrong_shape_is_an_error(tiny_spec, tmp_path):
    spec = copy_of(tiny_spec("llava"), tmp_path / "copy")
    config = tmp_path / "copy" / "config.json"
    changed = json.loads(config.read_text())
    changed["text_config"]["intermediate_size"] += 8
    config.write_text(json.dumps(changed))
    with pytest.raises(ModelFilesError, match="of the wrong shape"):
        load(spec, Quantization.NONE, "cpu")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model_type": "no-such-model"}'])
def test_a_damaged_config(text, tiny_spec, tmp_path):
    spec = copy_of(tiny_spec("llava"), tmp_path / "copy")
    (tmp_path / "copy" / "config.json").write_text(text)
    with pytest.raises(ModelFilesError, match="Tiny llava cannot be loaded"):
        predict_footprint(spec, Quantization.NONE, "cpu")


def test_a_text_only_model_is_refused_before_its_weights_are_read(tiny_spec, tmp_path):
    config = LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, vocab_size=99
    )
    LlamaForCausalLM(config).save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"never read")
    spec = replace(tiny_spec("llava"), source=str(tmp_path), title="Texter")
    with pytest.raises(NotVisionModelError, match=r"Texter \(llama\) reads text only"):
        load(spec, Quantization.NONE, "cpu")


def test_a_missing_package_is_named(tiny_spec, monkeypatch):
    import transformers.models.smolvlm.processing_smolvlm as smolvlm

    spec = tiny_spec("smolvlm")
    monkeypatch.setattr(smolvlm, "num2words", None)
    with pytest.raises(MissingPackageError, match="num2words"):
        load(spec, Quantization.NONE, "cpu")


def test_a_processor_without_its_video_part_needs_no_torchvision(tiny_loaded):
    from transformers.utils import is_torchvision_available

    assert not is_torchvision_available()
    assert tiny_loaded("smolvlm").processor.video_processor is None
    assert type(tiny_loaded("qwen2.5-vl").processor).__name__ == "Qwen2_5_VLProcessor"


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried to"),
    ],
)
def test_running_out_of_memory_names_the_way_out(error, tiny_spec, monkeypatch):
    def full(*_arguments, **_options):
        raise error

    monkeypatch.setattr(loading, "build", full)
    with pytest.raises(OutOfMemoryError, match=r"while loading Tiny llava; choose a smaller quantization"):
        load(tiny_spec("llava"), Quantization.NONE, "cpu")


def test_a_device_that_fails_is_not_called_a_damaged_file(tiny_spec, monkeypatch):
    def fail(*_arguments, **_options):
        raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(loading, "build", fail)
    with pytest.raises(ModelError, match="Tiny llava cannot be loaded: CUDA error") as caught:
        load(tiny_spec("llava"), Quantization.NONE, "cpu")
    assert type(caught.value) is ModelError
