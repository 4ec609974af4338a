import shutil
from dataclasses import replace

import pytest
from huggingface_hub import constants

from models import sources
from models.errors import GatedModelError, HubUnreachableError, ModelFilesError, ModelNotFoundError
from models.loading import load, predict_footprint
from models.spec import Quantization
from tests.models.fake_hub import COMMIT, fake_hub


@pytest.fixture
def hub(tiny_spec, tmp_path, monkeypatch):
    """A hub on localhost that has owner/tiny, with files beside it that must never be fetched."""
    folder = tmp_path / "published"
    shutil.copytree(tiny_spec("llava").source, folder)
    (folder / "modeling_evil.py").write_text("raise SystemExit")
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.json").write_text("{}")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    with fake_hub({"owner/tiny": folder}) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
        template = server.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield server


@pytest.fixture
def hub_spec(tiny_spec):
    return replace(tiny_spec("llava"), source="owner/tiny")


def test_a_hub_model_loads_and_its_commit_is_recorded(hub, hub_spec):
    steps = []
    loaded = load(hub_spec, Quantization.NONE, "cpu", steps.append)
    assert loaded.revision == COMMIT
    assert [step.split()[0] for step in steps] == ["Fetching", "Loading"]


def test_no_code_and_no_pickle_is_fetched(hub, hub_spec):
    load(hub_spec, Quantization.NONE, "cpu")
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= hub.fetched
    assert not {name for name in hub.fetched if name.endswith((".py", ".bin")) or "/" in name}


def test_prediction_fetches_the_config_only(hub, hub_spec, tiny_loaded):
    assert predict_footprint(hub_spec, Quantization.NONE, "cpu") == tiny_loaded("llava").footprint_bytes
    assert hub.fetched == {"config.json"}


def test_a_fetched_model_loads_without_network(hub, hub_spec):
    load(hub_spec, Quantization.NONE, "cpu")
    hub.shutdown()
    hub.server_close()
    assert load(hub_spec, Quantization.NONE, "cpu").revision == COMMIT


def test_no_network_and_nothing_fetched(hub, hub_spec):
    hub.shutdown()
    hub.server_close()
    with pytest.raises(HubUnreachableError, match="choose an embedded model"):
        load(hub_spec, Quantization.NONE, "cpu")


def test_no_network_and_only_the_config_fetched(hub, hub_spec):
    sources.find(hub_spec)
    hub.shutdown()
    hub.server_close()
    with pytest.raises(HubUnreachableError, match="not on this machine yet"):
        load(hub_spec, Quantization.NONE, "cpu")


def test_offline_mode_is_no_network(hub, hub_spec, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubUnreachableError, match="HF_HUB_OFFLINE"):
        load(hub_spec, Quantization.NONE, "cpu")


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("owner/missing", ModelNotFoundError, "no model 'owner/missing'"),
        ("nobody/nothing", ModelNotFoundError, "no model 'nobody/nothing'"),
        ("not an id", ModelNotFoundError, "owner/name"),
        ("a/b/c", ModelNotFoundError, "owner/name"),
        ("owner/gated", GatedModelError, "accept it at https://huggingface.co/owner/gated"),
        ("owner/broken", HubUnreachableError, "cannot be reached"),
    ],
)
def test_refusals_of_the_hub(source, error, words, hub, hub_spec):
    with pytest.raises(error, match=words):
        load(replace(hub_spec, source=source), Quantization.NONE, "cpu")


def test_an_unknown_revision(hub, hub_spec):
    with pytest.raises(ModelNotFoundError, match="no revision 'v9'"):
        load(replace(hub_spec, revision="v9"), Quantization.NONE, "cpu")


def test_a_repository_that_is_no_model(hub, hub_spec):
    (hub.repositories["owner/tiny"] / "config.json").unlink()
    with pytest.raises(ModelFilesError, match=r"has no config\.json"):
        load(hub_spec, Quantization.NONE, "cpu")


def test_a_repository_with_pickled_weights_only(hub, hub_spec):
    (hub.repositories["owner/tiny"] / "model.safetensors").unlink()
    with pytest.raises(ModelFilesError, match="the only kind that is read"):
        load(hub_spec, Quantization.NONE, "cpu")
