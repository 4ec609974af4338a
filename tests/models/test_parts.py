"""Finding and fetching the parts of a composed model: folders here, repositories of a hub on localhost."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from models import parts
from models.errors import ModelFilesError, ModelNotFoundError, SpecificationError
from models.generation import answer
from models.loading import load, predict_footprint
from models.spec import Generation, Quantization
from tests.models.fake_hub import COMMIT, fake_hub

QUESTION = "Is there a dog in the image?"
SHORT = Generation(max_new_tokens=12)


def reload(spec):
    return load(spec, Quantization.NONE, "cpu")


@pytest.mark.parametrize(
    ("missing", "error", "words"),
    [
        ("projection.pth", ModelNotFoundError, "there is no file"),
        ("vision/config.json", ModelFilesError, r"\(vision part\) cannot be loaded: .* has no config.json"),
        ("vision/model.safetensors", ModelFilesError, r"\(vision part\) cannot be loaded: .* has no weights"),
        ("language/model.safetensors", ModelFilesError, r"\(language part\).*\*.safetensors or pytorch_model\*.bin"),
    ],
)
def test_a_missing_file(missing, error, words, minigpt4_copy):
    spec, folder = minigpt4_copy
    (folder / missing).unlink()
    with pytest.raises(error, match=words):
        reload(spec)


def test_every_parts_version_is_recorded(minigpt4_copy):
    spec, folder = minigpt4_copy
    versions = reload(spec).revision.split("+")
    assert len(set(versions)) == 3
    assert all(version.startswith("sha256:") for version in versions)
    config = folder / "language" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"comment": "changed"}))
    again = reload(spec).revision.split("+")
    assert [old == new for old, new in zip(versions, again, strict=True)] == [True, False, True]


@pytest.fixture
def hub(minigpt4_copy, tmp_path, monkeypatch):
    """The parts in repositories of a hub on localhost, the projection in a Space's; the server and the spec."""
    spec, folder = minigpt4_copy
    space = tmp_path / "space"
    space.mkdir()
    (folder / "projection.pth").rename(space / "projection.pth")
    split_vision(folder / "vision")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    repositories = {"owner/blip": folder / "vision", "owner/vicuna": folder / "language", "owner/demo": space}
    with fake_hub(repositories) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
        template = server.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        places = replace(
            spec.composition,
            vision="owner/blip",
            language="owner/vicuna",
            projection="spaces/owner/demo::projection.pth",
        )
        yield server, replace(spec, source="owner/demo", composition=places)


def split_vision(folder: Path) -> None:
    """The checkpoint in two files, as large ones are: what is used in one, BLIP-2's own language model in the other."""
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    used = {name: tensor for name, tensor in tensors.items() if name.startswith(parts.VISION_KEYS)}
    files = {"model-00001-of-00002.safetensors": used}
    files["model-00002-of-00002.safetensors"] = {n: t.clone() for n, t in tensors.items() if n not in used}
    for name, content in files.items():
        save_file(content, folder / name, metadata={"format": "pt"})
    places = {tensor: name for name, content in files.items() for tensor in content}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))


def test_parts_from_the_hub_and_only_what_is_used(hub, tiny_loaded, picture):
    server, spec = hub
    loaded = reload(spec)
    assert loaded.revision == f"{COMMIT}+{COMMIT}+{COMMIT}"
    assert {"model-00001-of-00002.safetensors", "model.safetensors", "projection.pth"} <= server.fetched
    assert "model-00002-of-00002.safetensors" not in server.fetched
    assert answer(loaded, picture, QUESTION, SHORT) == answer(tiny_loaded("minigpt-4"), picture, QUESTION, SHORT)


def test_prediction_fetches_configurations_only(hub, tiny_loaded):
    server, spec = hub
    assert (
        predict_footprint(spec, Quantization.NF4, "cpu") == tiny_loaded("minigpt-4", Quantization.NF4).footprint_bytes
    )
    assert server.fetched == {"config.json"}


@pytest.mark.parametrize(
    ("projection", "error", "words"),
    [
        ("owner/missing::file.pth", ModelNotFoundError, "owner/missing"),
        ("owner/demo::gone.pth", ModelFilesError, "owner/demo has no file gone.pth"),
        ("::file.pth", SpecificationError, 'or "owner/name::file"'),
        ("owner/demo::", SpecificationError, 'or "owner/name::file"'),
    ],
)
def test_a_projection_that_is_not_on_the_hub(projection, error, words, hub):
    _, spec = hub
    with pytest.raises(error, match=words):
        reload(replace(spec, composition=replace(spec.composition, projection=projection)))
