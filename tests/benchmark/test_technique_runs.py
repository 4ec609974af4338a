"""Whole runs by technique, with a scripted model: what is stored, exported, resumed, cached and shown."""

import json
import threading
from contextlib import contextmanager

import pytest
from small_suites import suite_rows, write_parquet

from benchmark import __main__ as cli
from benchmark import picture_notes, run_command, text_reader
from benchmark.asking import OpenModel, Request, ask, existing_run, prepare, request_from
from benchmark.cache import cache_opener
from benchmark.errors import RunError
from benchmark.exports import Format, export_run
from benchmark.official import load_official
from benchmark.parsing import Verdict
from benchmark.replay import Pace
from benchmark.report import repeat_command, report_html
from benchmark.results import RunFolder
from benchmark.scoring import verdict
from models.errors import ModelError
from models.registry import lineup
from models.spec import Mission

MODEL = next(spec.name for spec in lineup() if Mission.IN_CONTEXT in spec.serves)
REASONED = "There is one.\nAnswer: yes\nAnd more that nobody asked for."


class Scripted:
    """Says `text` to everything as far as `stop` lets it, one character after the other; keeps what it was asked."""

    def __init__(self, text, breaks_after=None):
        self.text, self.left = text, breaks_after
        self.asked, self.settings, self.opened = [], [], 0
        self.lock = threading.Lock()

    @contextmanager
    def __call__(self, spec, quantization, say):
        self.opened += 1
        yield OpenModel(self._ask, "r1", "cpu", Pace(2, 2), asking_with=self._asking_with)

    def _asking_with(self, generation):
        self.settings.append(generation)
        return self._ask

    def _ask(self, asked, stop, cancelled):
        with self.lock:
            if self.left == 0:
                raise ModelError("the power went out")
            self.left = None if self.left is None else self.left - 1
            self.asked += asked
        return [tuple(self._said(stop) for _ in each[1]) for each in asked]

    def _said(self, stop):
        ends = (n for n in range(1, len(self.text)) if stop is not None and stop(self.text[:n]))
        return self.text[: next(ends, len(self.text))]


@pytest.fixture
def suite(tmp_path):
    return write_parquet(tmp_path / "suite.parquet", suite_rows(images=3))


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """Text is read by a script, so that no package is needed."""
    monkeypatch.setattr(text_reader, "find_spec", lambda name: object())
    monkeypatch.setattr(picture_notes, "TextReader", lambda: lambda picture: (f"gray {picture.getpixel((0, 0))[0]}",))


def go(suite, path, model, **choices):
    prepared = prepare(Request(MODEL, str(suite), **choices))
    list(ask(prepared, path, model))
    return existing_run(prepared, path)


@pytest.mark.parametrize(("stop", "said"), [("verdict", "There is one.\nAnswer: yes\n"), ("full", REASONED)])
def test_reasoning_ends_with_its_last_line_and_is_kept(suite, tmp_path, stop, said):
    model = Scripted(REASONED)
    run = go(suite, tmp_path / "run", model, technique="chain-of-thought", stop=stop)
    assert {(r.response, r.reasoning, r.notes) for r in run.responses()} == {("yes", said, "")}
    assert [generation.max_new_tokens for generation in model.settings] == [256]
    assert run.scores().perception == 100 and run.settings.generation["max_new_tokens"] == 256
    loaded = load_official(export_run(run, Format.OFFICIAL, tmp_path / "export"))
    assert {r.response for r in loaded.responses} == {"yes"}


def test_reasoning_without_a_final_line_is_neither_yes_nor_no(suite, tmp_path):
    run = go(suite, tmp_path / "run", Scripted("No idea, really."), technique="chain-of-thought")
    assert {verdict(r) for r in run.responses()} == {Verdict.OTHER}
    assert run.scores().other == 18 and run.responses()[0].reasoning == "No idea, really."


def test_solved_examples_reach_the_model(suite, tmp_path):
    model = Scripted("Yes")
    run = go(suite, tmp_path / "run", model, technique="in-context", examples=1, subtasks=("OCR",))
    assert [len(examples) for _, _, examples in model.asked] == [2, 2, 2]
    for picture, questions, (first, second) in model.asked:
        assert first.picture.getpixel((0, 0)) != picture.getpixel((0, 0)) and second.picture is None
        assert questions[0].split()[1] != first.question.split()[1] == second.question.split()[1]
    assert all(r.notes.startswith("Solved examples: 000") for r in run.responses())
    assert run.settings.technique_options == {"examples": 1}


def test_notes_reach_the_model_and_the_record(suite, tmp_path):
    model = Scripted("Yes")
    run = go(suite, tmp_path / "run", model, technique="tool-aided", prompt_style="lmms-eval", limit=1)
    picture, questions = model.asked[0]
    shade = picture.getpixel((0, 0))[0]
    assert f'Text in it: "gray {shade}".\n\n' in questions[0] and questions[0].endswith("single word or phrase.")
    assert 'Text in it: "gray 0".' in run.responses()[0].notes and run.responses()[0].reasoning == ""
    assert run.settings.technique_options["reader"].startswith("rapidocr")
    record = json.loads((run.path / "responses.jsonl").read_text().splitlines()[0])
    assert "notes" in record and "reasoning" not in record


@pytest.mark.parametrize("technique", ["in-context", "chain-of-thought", "tool-aided"])
def test_broken_off_and_resumed_is_the_uninterrupted_run(suite, tmp_path, technique):
    whole = go(suite, tmp_path / "whole", Scripted(REASONED), technique=technique)
    with pytest.raises(ModelError, match="power"):
        go(suite, tmp_path / "run", Scripted(REASONED, breaks_after=2), technique=technique)
    broken = RunFolder.open(tmp_path / "run")
    assert 0 < len(broken.responses()) < 18
    prepared = prepare(request_from(broken.settings))
    list(ask(prepared, broken.path, Scripted(REASONED)))
    told = [{(r.question_id, r.response, r.reasoning, r.notes) for r in run.responses()} for run in (whole, broken)]
    assert told[0] == told[1] and len(told[0]) == 18


def test_another_technique_does_not_go_on_with_a_run(suite, tmp_path):
    go(suite, tmp_path / "run", Scripted("Yes"))
    with pytest.raises(RunError, match="prompt style official there, lmms-eval now"):
        go(suite, tmp_path / "run", Scripted("Yes"), prompt_style="lmms-eval")
    with pytest.raises(RunError, match="technique instruction there, chain-of-thought now"):
        go(suite, tmp_path / "run", Scripted("Yes"), technique="chain-of-thought")


@pytest.mark.parametrize("technique", ["in-context", "chain-of-thought", "tool-aided"])
def test_answers_known_from_earlier_are_read_again(suite, tmp_path, technique, monkeypatch):
    monkeypatch.setattr("benchmark.asking.revision_of", lambda spec: "r1")
    cache, model = cache_opener(tmp_path / "cache", lambda: "cpu"), Scripted(REASONED)
    prepared = prepare(Request(MODEL, str(suite), technique=technique))
    for name in ("first", "second"):
        list(ask(prepared, tmp_path / name, model, open_cache=cache))
    first, second = (RunFolder.open(tmp_path / name).responses() for name in ("first", "second"))
    assert model.opened == 1
    assert {(r.question_id, r.response, r.reasoning, r.notes) for r in first} == {
        (r.question_id, r.response, r.reasoning, r.notes) for r in second
    }
    plain = prepare(Request(MODEL, str(suite)))
    list(ask(plain, tmp_path / "plain", model, open_cache=cache))
    assert model.opened == 2


def test_a_report_shows_notes_and_reasoning_and_how_to_repeat(suite, tmp_path):
    run = go(suite, tmp_path / "run", Scripted("<b>\nAnswer: no\n"), technique="chain-of-thought", max_new_tokens=64)
    page = report_html(run, None)
    assert "<summary>Its reasoning</summary><pre>&lt;b&gt;\nAnswer: no\n</pre>" in page
    assert "chain-of-thought" in page and "What it was told" not in page
    assert repeat_command(run.settings).endswith("--technique chain-of-thought --max-new-tokens 64 --out again")
    shown = go(suite, tmp_path / "shown", Scripted("Yes"), technique="in-context", seed=3, prompt_style="lmms-eval")
    assert "--prompt-style lmms-eval --technique in-context --examples 2 --seed 3 --out" in repeat_command(
        shown.settings
    )


def test_run_on_the_command_line(suite, tmp_path, monkeypatch, capsys):
    model = Scripted(REASONED)
    monkeypatch.setattr(run_command, "pool_opener", lambda *_arguments, **_options: model)
    monkeypatch.setenv("MME_ARENA_CACHE", str(tmp_path / "cache"))
    command = ["run", "--model", MODEL, "--suite", str(suite), "--out", str(tmp_path / "run"), "--images", "1"]
    assert cli.main([*command, "--technique", "chain-of-thought", "--prompt-style", "vlmevalkit"]) == 2
    assert "asks for a single word" in capsys.readouterr().err and model.opened == 0
    assert cli.main([*command, "--technique", "chain-of-thought"]) == 0
    assert RunFolder.open(tmp_path / "run").settings.technique == "chain-of-thought"
