import json
from dataclasses import replace

import pytest
from answered import image, of_points
from small_suites import NOW

from benchmark import __main__ as cli
from benchmark.errors import ComparisonError
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder
from benchmark.technique_report import technique_report

SUITE = SuiteRecord("some", "", "f" * 64, False, {"OCR": 4})
PLAIN = RunSettings(ModelRecord("tiny", "Tiny", revision="1"), SUITE, ("OCR",))


@pytest.fixture
def make_run(tmp_path):
    def make(name, points, more=(), **changes):
        run = RunFolder.create(tmp_path / name, replace(PLAIN, **changes), NOW)
        with run.writing():
            run.append([*of_points("OCR", points), *more])
        return run

    return make


def test_changes_against_the_plain_run_by_hand(make_run):
    plain = make_run("plain", [50, 200, 50, 0])
    reasoned = make_run("cot", [200, 200, 50], image("OCR", "003.png", "", "No"), technique="chain-of-thought")
    shown = make_run("shown", [0, 200], technique="in-context", technique_options={"examples": 2}, seed=1)
    worded = make_run("worded", [50, 200, 50, 0], prompt_style="lmms-eval")
    found = technique_report(plain, [reasoned, shown, worded])
    assert [way.label for way in found.asked] == [
        "chain-of-thought",
        "in-context (2 examples, seed 1)",
        "instruction, worded as lmms-eval",
    ]
    assert (found.plain, found.model) == ("instruction", "Tiny")
    assert [way.unclear for way in found.asked] == [1 / 8, 0, 0]
    rows = [way.comparison.row("OCR") for way in found.asked]
    assert [(row.before, row.after, row.difference, row.images, row.changed) for row in rows] == [
        (75, 125, 50, 4, 2),
        (125, 100, -25, 2, 1),
        (75, 75, 0, 4, 0),
    ]
    assert all(row.low < row.difference < row.high for row in rows) and rows[2].p == 1
    table = found.table()
    assert list(table.columns[:2]) == ["way", "name"] and len(table) == 6
    told = json.loads(json.dumps(found.as_dict()))
    assert told["asked"][1]["shared"] == 2 and told["asked"][1]["note"].startswith("compared on the pictures that both")
    assert told["asked"][0]["rows"][0]["difference"] == 50


def test_as_a_command(make_run, capsys):
    plain, other = make_run("plain", [50, 200, 0, 0]), make_run("noted", [200, 200, 0], technique="tool-aided")
    assert cli.main(["techniques", str(plain.path), str(other.path)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Tiny, weights none; plain run: instruction\n\ntool-aided (0.0 % of its answers are nei")
    assert "OCR                         83.33   133.33   +50.00" in printed and "1 of 3" in printed
    assert "1 only in run A left out" in printed
    assert cli.main(["techniques", str(plain.path), str(other.path), "--json", "--parser", "vlmevalkit"]) == 0
    assert json.loads(capsys.readouterr().out)["parser"] == "vlmevalkit"
    assert cli.main(["techniques", str(other.path), str(plain.path)]) == 2
    assert capsys.readouterr().err.endswith("noted was asked with tool-aided\n")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"technique": "tool-aided", "model": ModelRecord("other", "O", revision="1")}, "model tiny and other"),
        ({"technique": "tool-aided", "model": replace(PLAIN.model, quantization="nf4")}, "quantization none and nf4"),
        ({}, "were asked in the same way \\(instruction\\)"),
        ({"technique": "tool-aided", "suite": replace(SUITE, fingerprint="e" * 64)}, "only runs on the same suite"),
        ({"recorded": True}, "recorded elsewhere False and True"),
    ],
)
def test_runs_that_say_nothing_about_a_technique_are_refused(make_run, changes, sentence):
    plain = make_run("plain", [50])
    with pytest.raises(ComparisonError, match=sentence):
        technique_report(plain, [make_run("other", [200], **changes)])


def test_a_plain_run_and_another_are_needed(make_run):
    plain, other = make_run("plain", [50]), make_run("other", [200], technique="in-context")
    with pytest.raises(
        ComparisonError, match=r"first run must be the plain one \(instruction\), and .*other was asked"
    ):
        technique_report(other, [plain])
    with pytest.raises(ComparisonError, match="only the plain run was given"):
        technique_report(plain, [])
    recorded = make_run("recorded", [50], recorded=True)
    with pytest.raises(ComparisonError, match="recorded was recorded elsewhere"):
        technique_report(recorded, [other])
