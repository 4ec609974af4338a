"""Run folders: what run.json tells, and that folders written by earlier versions still open."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from small_suites import NOW, suite_rows
from test_runner import MODEL, Loader

from benchmark.asking import Request, ask, prepare, versions
from benchmark.boards import board_table
from benchmark.data import open_suite
from benchmark.own_runs import own_run
from benchmark.parsing import Verdict
from benchmark.records import ModelRecord, RunSettings, SuiteRecord, settings_from
from benchmark.results import RESPONSES_FILE, RUN_FILE, RunFolder
from benchmark.scoring import Response

FIRST_FORMAT = {
    "format": 1,
    "id": "first",
    "created": "2026-01-02T03:04:05+00:00",
    "settings": {
        "model": {"name": "m", "title": "Model M", "source": "o/m", "revision": "abc", "quantization": "none"},
        "suite": {
            "name": "some",
            "source": "some.parquet",
            "fingerprint": "f0",
            "is_mme": False,
            "images": {"OCR": 1},
            "revision": "",
        },
        "subtasks": ["OCR"],
        "limit": None,
        "generation": {"max_new_tokens": 16, "temperature": 0.0, "top_p": 1.0, "repetition_penalty": 1.0},
        "prompt_style": "official",
        "recorded": False,
    },
    "sessions": [{"started": "2026-01-02T03:04:05+00:00", "device": "cpu", "versions": {"torch": "2.13.0"}}],
}
FIRST_LINES = (
    '{"subtask": "OCR", "image": "1.png", "number": 1, "question": "Is it?", "truth": "yes", "response": "Yes", '
    '"seconds": 0.5}\n'
    '{"subtask": "OCR", "image": "1.png", "number": 2, "question": "Or?", "truth": "no", "response": "no", '
    '"seconds": null}\n'
)


@pytest.fixture
def first(tmp_path):
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / RUN_FILE).write_text(json.dumps(FIRST_FORMAT))
    (folder / RESPONSES_FILE).write_text(FIRST_LINES)
    return folder


def test_a_run_of_the_first_format_opens_scores_and_resumes(first):
    run = RunFolder.open(first)
    assert run.responses()[0] == Response("OCR", "1.png", 1, "Is it?", Verdict.YES, "Yes", 0.5)
    assert run.finished and run.scores().perception == 200 and run.coverage() == {"OCR": (1, 1)}
    settings = run.settings
    assert (settings.technique, settings.technique_options, settings.stop, settings.seed) == (
        "instruction",
        {},
        "full",
        0,
    )
    assert settings.suite.whole == {} and settings.model.spec == {}
    run.check_settings(settings)
    assert settings.differences(replace(settings, stop="verdict", seed=3)) == [
        "stop rule full there, verdict now",
        "seed 0 there, 3 now",
    ]


def test_what_is_written_is_read_back(tmp_path):
    suite = SuiteRecord("MME", "a.tsv", "f1", True, {"OCR": 3}, "r", {"OCR": 20})
    settings = RunSettings(
        ModelRecord("m", "M", "o/m", "r", "nf4", {"family": "llava"}),
        suite,
        ("OCR",),
        2,
        {"max_new_tokens": 9},
        "lmms-eval",
        technique="in-context",
        technique_options={"examples": 2},
        stop="verdict",
        seed=7,
    )
    RunFolder.create(tmp_path / "run", settings, NOW)
    assert RunFolder.open(tmp_path / "run").settings == settings


def test_run_json_tells_all_that_a_repetition_needs(tmp_path, make_parquet):
    prepared = prepare(Request(MODEL, str(make_parquet(suite_rows()))))
    list(ask(prepared, tmp_path / "run", Loader(), clock=lambda: NOW))
    told = json.loads((tmp_path / "run" / RUN_FILE).read_text())
    settings, (session,) = told["settings"], told["sessions"]
    assert settings["model"]["revision"] == "r1" and settings["model"]["spec"]["family"] == "llava"
    assert settings["model"]["spec"]["name"] == MODEL
    assert len(settings["suite"]["fingerprint"]) == 64 and settings["suite"]["source"].endswith("made.parquet")
    assert settings["generation"]["max_new_tokens"] == 16
    assert {"prompt_style", "technique", "technique_options", "stop", "seed"} <= settings.keys()
    assert session["device"] == "cpu" and session["versions"] == versions()
    assert {"python", "torch", "transformers", "tokenizers", "system"} <= session["versions"].keys()
    assert settings_from(settings) == RunFolder.open(tmp_path / "run").settings


def test_a_run_on_a_part_of_mme_is_labelled_and_not_ranked(mme_dir, tmp_path, make_parquet):
    lines = (mme_dir / "questions" / "OCR.txt").read_text(encoding="utf-8").splitlines()
    (row, *_) = suite_rows(["OCR"], 1)
    rows = []
    for line in lines[:8]:
        image, question, answer = line.split("\t")
        rows.append({**row, "question_id": f"OCR/{image}", "question": question, "answer": answer})
    suite = open_suite(make_parquet(rows))
    settings = RunSettings(ModelRecord("m", "Mine"), SuiteRecord.of(suite), ("OCR",))
    run = RunFolder.create(tmp_path / "run", settings, NOW)
    with run.writing():
        for pair in suite.pairs:
            run.append([Response("OCR", pair.image, q.number, q.text, q.truth, q.truth.value) for q in pair.questions])
    assert run.finished and run.coverage() == {"OCR": (4, 20)}
    shown = board_table("OCR", [own_run(run)]).set_index("model").loc["Mine"]
    assert (shown["group"], shown["note"], shown["medal"]) == ("MME", "run here, partial: 4 of 20 images", "")
    assert pd.isna(shown["rank"])
