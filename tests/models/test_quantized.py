"""Quantized copies: bit for bit the same model, thrown away when damaged, whole or not there at all."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants

from models import quantized
from models.__main__ import main
from models.loading import load
from models.memory import quantization_state_bytes
from models.quantized import Copy, copies, default_cache, is_kept
from models.spec import Composition, Quantization
from tests.models.fake_hub import fake_hub

NONE, INT8, NF4 = Quantization
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub(tiny_spec, tmp_path, monkeypatch):
    """A hub on localhost that has owner/<family> for the families that a test asks for."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with fake_hub({}) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
        template = server.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield server


@pytest.fixture
def published(hub, tiny_spec):
    """`published(family)`: a tiny model's spec, its source on the hub."""

    def publish(family):
        hub.repositories[f"owner/{family}"] = Path(tiny_spec(family).source)
        return replace(tiny_spec(family), source=f"owner/{family}")

    return publish


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def weights(model):
    """Every parameter, buffer and tensor of quantization state, by name."""
    found = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    for name, module in model.named_modules():
        weight = getattr(module, "weight", None)
        if (state := getattr(weight, "quant_state", None)) is not None:
            found |= {f"{name}.{part}": tensor for part, tensor in state.as_dict(packed=True).items()}
        if getattr(weight, "SCB", None) is not None:
            found[f"{name}.SCB"] = weight.SCB
    return {name: tensor.detach() for name, tensor in found.items() if isinstance(tensor, torch.Tensor)}


@pytest.mark.parametrize(
    ("family", "quantization"),
    [("llava", INT8), ("llava", NF4), ("qwen2.5-vl", NF4), ("blip-2", INT8), ("instructblip", NF4)],
)
def test_a_copy_is_the_same_model_bit_for_bit(family, quantization, published, cache, hub):
    spec = published(family)
    first = load(spec, quantization, "cpu", cache=cache)
    assert len(copies(cache)) == 1
    hub.fetched.clear()
    steps = []
    second = load(spec, quantization, "cpu", steps.append, cache)
    assert "from its copy on this disk" in steps[0].text
    assert hub.fetched == set()
    before, after = weights(first.model), weights(second.model)
    assert before.keys() == after.keys()
    assert len(before) > len(list(first.model.named_parameters()))
    for name, tensor in before.items():
        assert tensor.dtype == after[name].dtype, name
        assert torch.equal(tensor, after[name]), name
    assert first.footprint_bytes == second.footprint_bytes
    assert quantization_state_bytes(first.model) == quantization_state_bytes(second.model)
    assert first.model.generation_config.to_dict() == second.model.generation_config.to_dict()
    assert (first.revision, type(first.processor)) == (second.revision, type(second.processor))
    assert {name: type(module) for name, module in first.model.named_modules()} == {
        name: type(module) for name, module in second.model.named_modules()
    }


def test_a_copy_loads_without_the_original(published, cache, tmp_path):
    spec = published("llava")
    load(spec, NF4, "cpu", cache=cache)
    for file in (tmp_path / "hub").rglob("*.safetensors"):
        file.unlink()
    assert load(spec, NF4, "cpu", cache=cache).quantization is NF4


def truncate(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def flip_a_bit(folder):
    file = folder / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))


def lose_a_file(folder):
    (folder / "tokenizer.json").unlink()


def break_the_manifest(folder):
    (folder / "copy.json").write_text("{")


def lie(folder):
    """The manifest is right about a file that is wrong."""
    (folder / "config.json").write_text("{}")
    manifest = json.loads((folder / "copy.json").read_text())
    manifest["files"]["config.json"] = quantized._digest(folder / "config.json")
    (folder / "copy.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("damage", [truncate, flip_a_bit, lose_a_file, break_the_manifest, lie])
def test_a_damaged_copy_is_thrown_away_and_made_again(damage, published, cache):
    spec = published("llava")
    expected = weights(load(spec, NF4, "cpu", cache=cache).model)
    (folder,) = copies(cache)
    damage(folder)
    steps = []
    again = weights(load(spec, NF4, "cpu", steps.append, cache).model)
    assert any("copy of Tiny llava is damaged" in step.text and "made again" in step.text for step in steps)
    assert all(torch.equal(tensor, again[name]) for name, tensor in expected.items())
    assert copies(cache) == [folder]
    steps.clear()
    load(spec, NF4, "cpu", steps.append, cache)
    assert not any("damaged" in step.text for step in steps)


def test_each_quantization_revision_device_and_library_has_a_copy_of_its_own(published, cache, monkeypatch):
    spec = published("llava")
    base = (cache, spec, "c0ffee", NF4, "cuda:0", ["lm_head", "visual"])
    folder = Copy.of(*base).folder
    assert Copy.of(cache, spec, "c0ffee", NF4, "cuda:1", ["visual", "lm_head"]).folder == folder
    others = [
        Copy.of(cache, spec, "decaf", NF4, "cuda", ["lm_head", "visual"]),
        Copy.of(cache, spec, "c0ffee", INT8, "cuda", ["lm_head", "visual"]),
        Copy.of(cache, spec, "c0ffee", NF4, "cpu", ["lm_head", "visual"]),
        Copy.of(cache, spec, "c0ffee", NF4, "cuda", ["lm_head"]),
        Copy.of(cache, replace(spec, source="owner/other"), "c0ffee", NF4, "cuda", ["lm_head", "visual"]),
    ]
    monkeypatch.setattr(quantized, "version", lambda name: "9.9")
    others.append(Copy.of(*base))
    assert len({folder, *(copy.folder for copy in others)}) == 7


def test_what_is_kept(published, tiny_spec):
    spec = published("llava")
    assert is_kept(spec, NF4) and is_kept(spec, INT8)
    assert not is_kept(spec, NONE)
    assert not is_kept(tiny_spec("llava"), NF4)  # a folder
    assert not is_kept(replace(spec, composition=Composition("a/b", "c/d", "e/f::g")), NF4)


def test_nothing_is_kept_without_a_cache(published, cache):
    load(published("llava"), NF4, "cpu")
    load(published("llava"), NONE, "cpu", cache=cache)
    assert copies(cache) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("the library broke")])
def test_a_copy_that_cannot_be_written_leaves_a_loaded_model_and_no_litter(error, published, cache, monkeypatch):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr(quantized.shutil, "copyfile", fail)
    steps = []
    loaded = load(published("llava"), NF4, "cpu", steps.append, cache)
    assert loaded.quantization is NF4
    reason = "No space left on device" if isinstance(error, OSError) else "the library broke"
    assert steps[-1].text == (
        f"The quantized copy of Tiny llava could not be kept ({reason}); it will be quantized again."
    )
    assert copies(cache) == []
    assert not list((cache / "quantized").glob("*.part"))


def test_a_disk_that_is_nearly_full_is_not_filled(published, cache, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(quantized.shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    steps = []
    load(published("llava"), NF4, "cpu", steps.append, cache)
    assert "the disk has 0.0 MiB free, 1.0 GiB are needed" in steps[-1].text
    assert copies(cache) == []


def test_what_a_killed_process_left_is_cleared_away(published, cache):
    spec = published("llava")
    load(spec, NF4, "cpu", cache=cache)
    (folder,) = copies(cache)
    unfinished = folder.with_name(f".{folder.name}.part")
    folder.rename(unfinished)
    load(spec, NF4, "cpu", cache=cache)
    assert (folder.is_dir(), unfinished.exists()) == (True, False)


RACE = """
import sys
from pathlib import Path
from models.quantized import Copy
from models.spec import ModelSpec, Quantization

class Model:
    def get_memory_footprint(self):
        return 1000

    def save_pretrained(self, folder):
        for number in range(5):
            (folder / f"{number}.safetensors").write_bytes(bytes(10_000))

original, cache = map(Path, sys.argv[1:])
spec = ModelSpec("a", "A", "owner/a", "llava", 1, "MIT")
print("ready", flush=True)
sys.stdin.readline()
for revision in range(20):
    told = []
    copy = Copy.of(cache, spec, str(revision), Quantization.NF4, "cpu", [])
    copy.save(spec, Model(), original, told.append)
    assert len(told) == 1, told[-1].text
    assert not copy.exists or copy.problem() == "", copy.problem()
"""


def test_two_processes_at_once_leave_whole_copies(cache, tiny_spec):
    """Both want to write the same 20 copies; whatever is there is whole at every moment."""
    command = [sys.executable, "-c", RACE, tiny_spec("llava").source, str(cache)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(copies(cache)) == 20
    assert [Copy(folder, {}).problem() for folder in copies(cache)] == [""] * 20
    assert not list((cache / "quantized").glob("*.part"))


def test_the_cache_folder_comes_from_the_environment():
    assert default_cache({"MME_ARENA_CACHE": "/big/disk"}) == Path("/big/disk")
    assert default_cache({}) == Path.home() / ".cache" / "mme-arena"
    assert default_cache({"MME_ARENA_CACHE": ""}) == Path.home() / ".cache" / "mme-arena"


def test_the_command_lists_and_clears(published, cache, capsys):
    load(published("llava"), NF4, "cpu", cache=cache)
    (folder,) = copies(cache)
    capsys.readouterr()
    assert main(["cache", "--folder", str(cache)]) == 0
    assert folder.name in capsys.readouterr().out
    assert main(["cache", "--folder", str(cache), "--clear"]) == 0
    assert f"removed  {folder.name}" in capsys.readouterr().out
    assert copies(cache) == []
    assert main(["cache", "--folder", str(cache / "none")]) == 0
