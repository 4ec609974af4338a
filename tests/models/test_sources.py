import errno
import json
import shutil
from dataclasses import replace

import pytest
from huggingface_hub import constants
from huggingface_hub.errors import DryRunError
from transformers import LlamaConfig

from models import sources
from models.__main__ import main
from models.errors import (
    GatedModelError,
    HubUnreachableError,
    ModelError,
    ModelFilesError,
    ModelNotFoundError,
    ModelTooLargeError,
    NotVisionModelError,
)
from models.loading import load, predict_footprint
from models.pool import ModelPool
from models.progress import Stage
from models.spec import Quantization
from tests.models.fake_hub import COMMIT, LICENSED, fake_hub


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
    with fake_hub({"owner/tiny": folder, LICENSED: folder}) as server:
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
    assert [step.stage for step in steps[:1] + steps[-1:]] == [Stage.FETCHING, Stage.LOADING]
    assert steps[0].text == "Fetching Tiny llava: 0 of 1 MB"
    shares = [step.share for step in steps if step.stage is Stage.FETCHING]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


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
        (LICENSED, GatedModelError, f"accept it at https://huggingface.co/{LICENSED}"),
        ("owner/broken", HubUnreachableError, "cannot be reached"),
    ],
)
def test_refusals_of_the_hub(source, error, words, hub, hub_spec):
    for ask in (load, predict_footprint):
        with pytest.raises(error, match=words) as caught:
            ask(replace(hub_spec, source=source), Quantization.NONE, "cpu")
        assert "\n" not in str(caught.value)


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


def test_what_is_here_is_not_fetched_again(hub, hub_spec):
    load(hub_spec, Quantization.NONE, "cpu")
    hub.fetched.clear()
    steps = []
    load(hub_spec, Quantization.NONE, "cpu", steps.append)
    assert Stage.FETCHING not in [step.stage for step in steps]
    assert hub.fetched == set()


def test_a_download_ends_when_nobody_wants_it_any_more(hub, hub_spec):
    def give_up(_step):
        raise InterruptedError("the page was closed")

    with pytest.raises(InterruptedError):
        sources.fetch(hub_spec, sources.find(hub_spec), give_up)
    assert "model.safetensors" not in hub.fetched


def test_the_hub_goes_away_between_two_requests(hub, hub_spec, monkeypatch):
    def away(**_options):
        raise DryRunError("cannot be performed")  # the client's word for it, after half a minute of tries

    found = sources.find(hub_spec)
    monkeypatch.setattr("huggingface_hub.snapshot_download", away)
    with pytest.raises(HubUnreachableError, match="not on this machine yet"):
        sources.fetch(hub_spec, found)


def test_a_text_only_model_is_refused_before_its_weights_are_fetched(hub, hub_spec):
    config = LlamaConfig(hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, vocab_size=9)
    config.save_pretrained(hub.repositories["owner/tiny"])
    with pytest.raises(NotVisionModelError, match=r"Tiny llava \(llama\) reads text only; choose a model that reads"):
        load(hub_spec, Quantization.NONE, "cpu")
    assert hub.fetched == {"config.json"}


def test_a_damaged_download_says_how_to_get_rid_of_it(hub, hub_spec):
    weights = hub.repositories["owner/tiny"] / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelFilesError, match=r"damaged or cut off.*delete it from the Hub's cache and load it again"):
        load(hub_spec, Quantization.NF4, "cpu")


def test_a_hub_model_that_is_too_large_is_refused_before_its_weights_are_fetched(hub, hub_spec):
    pool = ModelPool(1000, "cpu")
    with pytest.raises(ModelTooLargeError, match="Tiny llava with quantization none needs"):
        pool.lease(hub_spec, Quantization.NONE).__enter__()
    assert hub.fetched == {"config.json"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("owner/missing", "no model 'owner/missing'"), (LICENSED, "accept it at"), ("owner/broken", "reached")],
)
def test_a_plan_tells_what_the_hub_refused(name, words, hub, capsys):
    assert main(["plan", name, "owner/tiny", "--json"]) == 0
    refused, planned = json.loads(capsys.readouterr().out)
    assert words in refused["error"]
    assert "quantizations" not in refused
    assert (planned["configuration"], len(planned["quantizations"])) == ("hub", 3)


def test_a_full_disk_says_so(hub, hub_spec, monkeypatch):
    def fail(**_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    found = sources.find(hub_spec)
    monkeypatch.setattr("huggingface_hub.snapshot_download", fail)
    with pytest.raises(ModelError, match="The disk is full: Tiny llava could not be downloaded; free some space"):
        sources.fetch(hub_spec, found)
