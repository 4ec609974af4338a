"""Answers kept between runs, on the command line and on the page; memory that stays flat; what a batch costs."""

import gc
import json
import threading
import weakref
from contextlib import contextmanager

import pytest
from small_suites import NOW, suite_rows, write_parquet
from test_audit_command import MODEL, Sighted
from test_replay import settings_of
from test_replay_batches import TWO, Asker

from benchmark import __main__ as cli
from benchmark import quantization_command, run_command
from benchmark.ahead import WINDOW
from benchmark.asking import PACE, PACE_OF_SMALL, OpenModel, Request, ask, pace_for, prepare
from benchmark.cache import cache_opener, default_folder
from benchmark.data import open_suite
from benchmark.replay import Pace, replay
from benchmark.results import RunFolder
from benchmark.runner import Runner
from models.errors import ModelError
from models.identity import code_version, revision_of


@pytest.fixture
def model(monkeypatch):
    made = Sighted()
    for module in (run_command, quantization_command):
        monkeypatch.setattr(module, "pool_opener", lambda pool: made)
    return made


def test_a_second_run_loads_no_model_and_says_so(model, parquet, tmp_path, capsys):
    command = ["run", "--model", MODEL, "--suite", str(parquet)]
    assert cli.main([*command, "--out", str(tmp_path / "1")]) == 0 and (model.asked, model.loads) == (18, 1)
    first = capsys.readouterr()
    assert cli.main([*command, "--out", str(tmp_path / "2")]) == 0 and (model.asked, model.loads) == (18, 1)
    second = capsys.readouterr()
    assert "all 18 answers were known; no model was loaded" in second.err and second.out == first.out
    assert RunFolder.open(tmp_path / "2").sessions[0]["device"] == "answers known from earlier runs"
    assert cli.main([*command, "--out", str(tmp_path / "3"), "--no-cache"]) == 0 and model.loads == 2
    assert cli.main([*command, "--out", str(tmp_path / "4"), "--cache", str(tmp_path / "other")]) == 0
    assert model.loads == 3 and len(list((tmp_path / "other").glob("*.jsonl"))) == 1
    assert len(list((tmp_path / "cached" / "responses").glob("*.jsonl"))) == 1


def test_a_part_that_is_known_is_not_asked_again(model, parquet, tmp_path):
    command = ["run", "--model", MODEL, "--suite", str(parquet), "--out"]
    assert cli.main([*command, str(tmp_path / "1"), "--images", "1"]) == 0 and model.asked == 6
    assert cli.main([*command, str(tmp_path / "2")]) == 0 and model.asked == 18


def test_a_model_that_cannot_be_loaded_leaves_no_folder(parquet, tmp_path, monkeypatch):
    @contextmanager
    def broken(spec, quantization, say):
        raise ModelError("the weights are damaged")
        yield

    caches = cache_opener(tmp_path / "cache", lambda: "cpu")
    with pytest.raises(ModelError):
        list(ask(prepare(Request(MODEL, str(parquet))), tmp_path / "1", broken, open_cache=caches))
    assert not (tmp_path / "1").exists()


def test_answers_of_another_kind_of_device_are_not_shared(parquet, tmp_path):
    prepared, model = prepare(Request(MODEL, str(parquet))), Sighted()

    @contextmanager
    def on_card(spec, quantization, say):
        yield OpenModel(model.ask, revision_of(spec), "cuda:1", TWO)

    for name, device in (("a", "cuda:0"), ("b", "cuda"), ("c", "cpu")):
        list(ask(prepared, tmp_path / name, on_card, open_cache=cache_opener(tmp_path / "cache", lambda d=device: d)))
    assert model.asked == 36  # of the three, the second found the answers of the first


def test_the_page_uses_a_cache_when_it_has_one(parquet, tmp_path):
    model = Sighted()
    caches = cache_opener(tmp_path / "cache", lambda: "cpu")
    for known in (False, True):
        runner = Runner(tmp_path / "runs", model, clock=lambda: NOW, open_cache=caches)
        runner.start(Request(MODEL, str(parquet)))
        runner.join(30)
        told = runner.status().message
        assert told == "The run is complete." + " All answers were known from earlier runs." * known
    assert model.loads == 1


def test_where_answers_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert default_folder({}) == tmp_path / ".cache" / "mme-arena" / "responses"
    assert default_folder({"MME_ARENA_CACHE": "/big"}).as_posix() == "/big/responses"


def test_more_code_is_another_version(tmp_path):
    file = tmp_path / "asking.py"
    file.write_text("one")
    one = code_version(file)
    code_version.cache_clear()
    file.write_text("two")
    assert len({one, code_version(file), code_version()}) == 3


@pytest.mark.parametrize("images", [30, 120])
def test_memory_holds_so_many_pictures_and_no_more(tmp_path, images, monkeypatch):
    """However long the suite is: two windows, the batches under way, and the one that is told of."""
    suite = open_suite(write_parquet(tmp_path / "s.parquet", suite_rows(["OCR"], images)))
    made, most, lock = [], 0, threading.Lock()
    decoded = type(suite.pairs[0]).decoded

    def counted(pair, data):
        nonlocal most
        picture = decoded(pair, data)
        with lock:
            made.append(weakref.ref(picture))
            most = max(most, sum(one() is not None for one in made))
        return picture

    monkeypatch.setattr(type(suite.pairs[0]), "decoded", counted)
    run = RunFolder.create(tmp_path / "run", settings_of(suite), NOW)
    gc.collect()
    assert sum(1 for _ in replay(suite, Asker(), run, pace=Pace(4, 2))) == 2 * images
    assert most <= 2 * WINDOW + 3 * 4


def test_batches_stay_small_after_memory_ran_out(tmp_path):
    suite = open_suite(write_parquet(tmp_path / "s.parquet", suite_rows(["OCR"], 24)))
    run = RunFolder.create(tmp_path / "run", settings_of(suite), NOW)
    asker = Asker(most=2)
    list(replay(suite, asker, run, pace=Pace(8, 1)))
    assert run.finished and [len(batch) for batch in asker.batches] == [8, 4, 2, 2, 4, 2, 2, *[2] * 8]


def test_a_batch_that_waited_for_another_is_not_charged_for_it(tmp_path, parquet):
    suite = open_suite(parquet)
    run = RunFolder.create(tmp_path / "run", settings_of(suite), NOW)
    busy, seconds = threading.Lock(), iter(range(1000))

    def ask_alone(asked, rule, cancelled):
        with busy:
            return [tuple("Yes" for _ in questions) for _, questions in asked]

    list(replay(suite, ask_alone, run, clock=seconds.__next__, pace=Pace(3, 2)))
    assert sum(response.seconds for response in run.responses()) <= next(seconds)  # no second was counted twice


def test_small_models_are_asked_more_at_once_on_a_card():
    assert pace_for("cuda", 10**9) is PACE_OF_SMALL
    assert {pace_for("cpu", 10**7), pace_for("cuda", 10**10), pace_for("cuda", None)} == {PACE}


def test_a_quantization_report_in_one_command(model, parquet, tmp_path, capsys):
    command = ["quantization", "--model", MODEL, "--suite", str(parquet), "--out", str(tmp_path / "q"), "--json"]
    assert cli.main(command) == 0 and (model.asked, model.loads) == (54, 3)
    found = json.loads(capsys.readouterr().out)
    assert {weights: cost["memory_bytes"] for weights, cost in found["costs"].items()} == {
        "none": 4000, "int8": 4000, "nf4": 4000,
    }  # fmt: skip
    assert all(cost["seconds_per_question"] >= 0 for cost in found["costs"].values())
    assert cli.main(command) == 0 and model.loads == 3
    runs = [str(tmp_path / "q" / weights) for weights in ("none", "nf4")]
    assert cli.main(["quantization", *runs]) == 0
    for wrong in (["--model", MODEL], [], [*runs, "--model", MODEL, "--out", "x"]):
        assert cli.main(["quantization", *wrong]) == 2
        assert "give either run folders, or --model and --out" in capsys.readouterr().err
