"""The app's settings, and what a page for strangers may not do."""

import random
import socket
from pathlib import Path

import pytest

import app
from benchmark.data import EMBEDDED, open_suite
from benchmark.levels import PictureKind, known_levels
from models.spec import Quantization


def test_the_demo_listens_on_this_machine_only():
    settings = app.parse_settings([], {})
    assert (settings.host, settings.port, settings.public) == ("127.0.0.1", 7860, False)
    assert settings.data == Path("data") and settings.votes_survive_restart
    assert [spec.name for spec in settings.battlers] == ["scout-3m", "pup-3m"]


def test_a_space_listens_where_it_is_told_and_warns_of_lost_votes(tmp_path, monkeypatch):
    environment = {"SPACE_ID": "someone/mme-arena", "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "7861"}
    monkeypatch.setattr(app.os, "access", lambda path, _mode: False)
    settings = app.parse_settings([], environment)
    assert (settings.host, settings.port, settings.public) == ("0.0.0.0", 7861, True)
    assert settings.data == Path("data") and not settings.votes_survive_restart
    monkeypatch.setattr(app.os, "access", lambda path, _mode: path == Path("/data"))
    kept = app.parse_settings([], environment)
    assert kept.data == Path("/data") and kept.votes_survive_restart


def test_options_win_over_the_environment(tmp_path):
    arguments = ["--data", str(tmp_path), "--port", "9", "--lineup", "pup-3m, smolvlm-256m", "--quantization", "nf4"]
    settings = app.parse_settings(arguments, {"MME_ARENA_DATA": "elsewhere", "GRADIO_SERVER_PORT": "1"})
    assert (settings.data, settings.port, settings.quantization) == (tmp_path, 9, Quantization.NF4)
    assert [spec.name for spec in settings.battlers] == ["pup-3m", "smolvlm-256m"]


def test_more_models_can_join_by_name_or_hub_id():
    settings = app.parse_settings(["--model", "smolvlm-256m", "--model", "me/mine", "--model", "scout-3m"], {})
    assert [spec.name for spec in settings.battlers] == ["scout-3m", "pup-3m", "smolvlm-256m", "me-mine"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lineup", "scout-3m,gpt-9"], ["gpt-9", "scout-3m"]),
        (["--model", "lavin-13b"], ["LaVIN 13B does not run on this machine", "models.yaml"]),
        (["--model", "blip2-opt-2.7b"], ["BLIP-2 OPT 2.7B serves benchmark, not arena"]),
        (["--quantization", "int2"], ["int2", "nf4"]),
        (["--lineup", "scout-3m"], ["at least 2"]),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_sentence(arguments, words, tmp_path, capsys):
    assert app.main([*arguments, "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1
    assert all(word in said for word in words)


def test_a_taken_port_is_told(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port), "--data", str(tmp_path)]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err


def test_offered_scenes_differ_repeat_with_their_seed_and_are_known():
    offered = app.OfferedPictures(0)
    first, second, again = (offered(random.Random(seed), False) for seed in (1, 2, 1))
    assert first[0].size == (512, 512)
    assert first[0].tobytes() != second[0].tobytes()
    assert first[0].tobytes() == again[0].tobytes() and first[1] == again[1]
    assert first[1].complete and 2 <= len(first[1].objects) <= 5


def test_pictures_of_the_suite_are_offered_too_but_no_photograph_and_none_where_all_must_be_known():
    offered = app.OfferedPictures(1)
    found = [offered(random.Random(seed), False) for seed in range(40)]
    assert len({facts.category for _, facts in found}) > 5 and not any(facts.complete for _, facts in found)
    levels = known_levels(open_suite(EMBEDDED))
    photographs = {
        pair.image_id for pair in open_suite(EMBEDDED).pairs if levels[pair.image_id].kind is PictureKind.PHOTOGRAPH
    }
    assert photographs and not photographs & {pair.image_id for pair in offered._pairs}
    assert all(offered(random.Random(seed), True)[1].complete for seed in range(5))
