"""Plans against what loading takes, and the command that prints them."""

import json
from dataclasses import replace

import pytest
import torch
from huggingface_hub import constants

from models import device as devices
from models import shapes
from models.__main__ import main
from models.lengths import Lengths
from models.loading import load
from models.plan import Plan, Size, Target, as_text, gpu, plan, this_machine, together
from models.registry import find
from models.spec import Endpoint, ModelSpec, Quantization, Runs
from tests.models.tiny import FAMILIES

NONE, INT8, NF4 = Quantization
GIB = 2**30


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """No hub, and nothing of it on this machine."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def printed(capsys, *arguments):
    """The exit code and what was printed."""
    code = main(["plan", *arguments])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("quantization", Quantization)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_plan_is_what_loading_takes(family, quantization, tiny_spec, tiny_loaded):
    planned = plan(tiny_spec(family), Target("here", "cpu", GIB, torch.float32))
    size = planned.size(quantization)
    assert size.weights_bytes + size.quantization_state_bytes == tiny_loaded(family, quantization).footprint_bytes
    assert size.total_bytes == sum(
        (size.weights_bytes, size.quantization_state_bytes, size.kv_cache_bytes, size.activation_bytes)
    )
    assert (size.fits, size.fit_together) == (True, GIB // size.total_bytes)


@pytest.mark.parametrize("quantization", Quantization)
@pytest.mark.parametrize("name", ["scout-3m", "pup-3m"])
def test_the_plan_of_an_embedded_model_is_what_loading_takes(name, quantization):
    size = plan(find(name), this_machine(), [quantization]).size(quantization)
    assert size.weights_bytes + size.quantization_state_bytes == load(find(name), quantization).footprint_bytes


def test_a_model_too_large_for_the_card_does_not_fit(tiny_spec):
    sizes = plan(tiny_spec("llava"), Target("a small card", "cuda", 1000, torch.bfloat16)).sizes
    assert [(size.quantization, size.fits, size.fit_together) for size in sizes] == [
        (each, False, 0) for each in Quantization
    ]


def test_a_card_halves_what_a_cpu_takes(tiny_spec):
    card, here = gpu(1.5), Target("here", "cpu", GIB, torch.float32)
    assert (card.budget_bytes, card.dtype_name) == (int(1.5 * GIB * devices.GPU_SHARE), "bfloat16")
    on_card, on_cpu = (plan(tiny_spec("llava"), target).size(NONE) for target in (card, here))
    assert 2 * on_card.kv_cache_bytes == on_cpu.kv_cache_bytes
    assert on_cpu.weights_bytes * 0.5 <= on_card.weights_bytes < on_cpu.weights_bytes * 0.51


def planned(name, none, nf4):
    sizes = tuple(Size(each, total, 0, 0, 0, total, True, 1) for each, total in ((NONE, none), (NF4, nf4)))
    return Plan(ModelSpec(name, name.upper(), f"owner/{name}", "llava", 1, "MIT"), "hub", Lengths(576), sizes)


@pytest.mark.parametrize(
    ("budget", "in_full", "in_nf4"), [(99, 0, 0), (100, 0, 1), (250, 0, 2), (700, 1, 3), (1500, 2, 3), (9999, 3, 3)]
)
def test_how_many_of_the_named_models_fit_at_once(budget, in_full, in_nf4):
    plans = [planned("a", 900, 250), planned("b", 500, 100), planned("c", 700, 150)]
    assert together(plans, NONE, budget) == in_full
    assert together(plans, NF4, budget) == in_nf4
    assert together(plans, INT8, budget) == 0
    assert together([], NF4, budget) == 0


@pytest.mark.parametrize(
    ("budget", "sentence"),
    [
        (2000, "Both of these fit together in bf16 and nf4."),
        (1000, "Both of these fit together in nf4, only one at a time fits in bf16."),
        (200, "Only one at a time fits in nf4, none of these fits in bf16."),
        (50, "None of these fits in bf16 and nf4."),
    ],
)
def test_the_last_sentence_says_which_fit_together(budget, sentence):
    target = Target("a GPU", "cuda", budget, torch.bfloat16)
    text = as_text([planned("a", 900, 250), planned("b", 500, 100)], target, [NONE, NF4])
    assert text.splitlines()[-1] == sentence


@pytest.mark.parametrize(
    ("budget", "sentence"),
    [
        (2000, "A fits in bf16 and nf4."),
        (300, "A fits in nf4, does not fit in bf16."),
        (1, "A does not fit in bf16 and nf4."),
    ],
)
def test_the_last_sentence_about_one_model(budget, sentence):
    target = Target("a GPU", "cuda", budget, torch.bfloat16)
    assert as_text([planned("a", 900, 250)], target, [NONE, NF4]).splitlines()[-1] == sentence


def test_the_json_is_a_list_with_one_object_a_model(capsys):
    code, out = printed(capsys, "scout-3m", "pup-3m", "--gpu-gib", "24", "--json")
    objects = json.loads(out)
    assert code == 0
    assert [entry["name"] for entry in objects] == ["scout-3m", "pup-3m"]
    first = objects[0]
    assert (first["device"], first["dtype"], first["configuration"]) == ("a GPU with 24 GiB", "bfloat16", "folder")
    assert first["tokens"] == {
        "picture": 36, "picture_pixels": [1024, 768], "instruction": 128, "new": 256, "total": 420
    }  # fmt: skip
    assert [size["quantization"] for size in first["quantizations"]] == ["none", "int8", "nf4"]
    assert {key for size in first["quantizations"] for key in size} == {
        "quantization", "weights_bytes", "quantization_state_bytes", "kv_cache_bytes", "activation_bytes",
        "total_bytes", "fits", "fit_together",
    }  # fmt: skip
    assert first["together"] == {"models": 2, "fit": {"none": 2, "int8": 2, "nf4": 2}, "all_fit_in": "none"}


def test_one_quantization_and_this_machine(capsys):
    code, out = printed(capsys, "scout-3m", "--quantization", "nf4", "--json")
    (entry,) = json.loads(out)
    assert code == 0
    assert [size["quantization"] for size in entry["quantizations"]] == ["nf4"]
    assert entry["budget_bytes"] == devices.memory_budget(devices.default_device())


def test_the_table_ends_with_a_plain_sentence(capsys):
    code, out = printed(capsys, "scout-3m", "pup-3m", "--gpu-gib", "24")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["MODEL", "WEIGHTS", "AS", "WEIGHTS"]
    assert lines[1].split()[:2] == ["scout-3m", "bf16"]
    assert lines[-1] == "Both of these fit together in bf16, int8 and nf4."


def test_without_a_hub_there_is_a_sentence_and_no_number(capsys, offline):
    code, out = printed(capsys, "smolvlm-256m", "scout-3m", "--json")
    missing, known = json.loads(out)
    assert code == 0
    assert missing.keys() == {"name", "title", "device", "error"}
    assert "Hub cannot be reached" in missing["error"]
    assert known["together"]["models"] == 1


def test_nothing_that_could_be_planned_is_exit_code_1(capsys, offline):
    assert printed(capsys, "smolvlm-256m") == (1, "None of these models can be planned.\n")


@pytest.mark.parametrize("name", shapes.FULL_SIZE)
def test_without_a_hub_some_configurations_are_kept_with_the_app(name, offline):
    found = plan(find(name), gpu(24), [NF4])
    assert (found.error, found.configuration) == ("", "kept with the app")
    assert 4 * GIB < found.size(NF4).total_bytes < 8 * GIB
    assert found.size(NF4).fit_together >= 2


def test_what_does_not_load_here_says_so(tiny_spec):
    target = Target("here", "cpu", GIB, torch.float32)
    spec = tiny_spec("llava")
    absent = plan(replace(spec, runs=Runs.RECORDED), target)
    assert (absent.sizes, "cannot be loaded here" in absent.error) == ((), True)
    served = plan(replace(spec, endpoint=Endpoint(("http://localhost:1/v1",), "far")), target)
    assert served.error == "Tiny llava takes no memory here: http://localhost:1/v1 answers for it."
    other = plan(replace(spec, quantizations=(NONE,)), target, [NF4])
    assert other.error == "Tiny llava cannot be loaded with this quantization; choose none."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-model"], "There is no model named 'no-such-model'"),
        (["scout-3m", "--quantization", "int3"], "There is no quantization 'int3'"),
        (["./no/such/folder"], "There is no folder './no/such/folder'"),
    ],
)
def test_bad_input_is_exit_code_2(arguments, words, capsys):
    assert main(["plan", *arguments]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("gib", ["0", "-1", "nan", "inf", "lots", ""])
def test_a_card_of_no_size_is_exit_code_2(gib, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["plan", "scout-3m", f"--gpu-gib={gib}"])
    assert caught.value.code == 2
    assert "a number above 0" in capsys.readouterr().err
