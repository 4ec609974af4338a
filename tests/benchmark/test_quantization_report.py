import json
from dataclasses import replace

import pytest
from answered import of_points
from small_suites import NOW

from benchmark import __main__ as cli
from benchmark.errors import ComparisonError
from benchmark.quantization_report import MEMORY_KEY, quantization_report, run_cost
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RUN_FILE, RunFolder

SUITE = SuiteRecord("some", "", "f" * 64, False, {"OCR": 4, "code_reasoning": 2})
POINTS = {"none": [200, 200, 50, 0], "int8": [200, 200, 50, 50], "nf4": [50, 200, 0, 0]}


@pytest.fixture
def make_run(tmp_path):
    def make(weights, points=None, seconds=None, memory=None, name="", **changes):
        model = ModelRecord("tiny", "Tiny", revision="1", quantization=weights)
        settings = replace(RunSettings(model, SUITE, ("OCR", "code_reasoning")), **changes)
        run = RunFolder.create(tmp_path / (name or weights), settings, NOW)
        with run.writing():
            run.append([replace(r, seconds=seconds) for r in of_points("OCR", points or POINTS[weights])])
        if memory is not None:
            run.add_session(NOW, "cpu", {})
            record = json.loads((run.path / RUN_FILE).read_text())
            record["sessions"][0][MEMORY_KEY] = memory
            (run.path / RUN_FILE).write_text(json.dumps(record))
        return RunFolder.open(run.path)

    return make


def test_changes_and_costs_by_hand(make_run):
    runs = [make_run("nf4", seconds=1.0, memory=300), make_run("none", seconds=0.5, memory=1200), make_run("int8")]
    found = quantization_report(runs, "lmms-eval")
    assert list(found.comparisons) == ["int8", "nf4"] and list(found.costs) == ["none", "int8", "nf4"]
    ocr, perception = found.table().itertuples()
    assert (ocr.name, ocr.images, ocr.none, ocr.int8_score, ocr.nf4_score) == ("OCR", 4, 112.5, 125, 62.5)
    assert (ocr.int8_difference, ocr.nf4_difference, ocr.int8_p, ocr.nf4_p) == (12.5, -50, 1, 0.5)
    assert ocr.nf4_low < -50 < ocr.nf4_high and perception.name == "perception"
    costs = found.cost_table().astype(object).to_dict("records")
    assert [cost["speed"] for cost in costs][::2] == [1, 0.5]
    assert [cost["memory_share"] for cost in costs][::2] == [1, 0.25]
    assert found.costs["int8"].memory_bytes is None and found.costs["int8"].seconds_per_question is None
    told = json.loads(json.dumps(found.as_dict()))
    assert (told["model"], told["parser"], told["comparisons"]["nf4"]["flips"]) == ("Tiny", "lmms-eval", 2)
    assert told["costs"]["none"] == {"memory_bytes": 1200, "seconds_per_question": 0.5}


def test_a_subtask_that_one_run_lacks_stays_empty(make_run):
    runs = [make_run("none"), make_run("int8"), make_run("nf4", [50])]
    with runs[0].writing(), runs[1].writing():
        for run in runs[:2]:
            run.append(of_points("code_reasoning", [50, 200]))
    table = quantization_report(runs).table().set_index("name")
    assert table.loc["code_reasoning", "int8_difference"] == 0
    assert table.isna().loc["code_reasoning", "nf4_difference"]


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([], "got runs with no weights; give one with none"),
        (["none"], "got runs with none weights; give one with none"),
        (["int8", "nf4"], "got runs with int8 and nf4 weights; give one with none"),
        (["none", "int8", "int8"], "both have int8 weights; give one run for each"),
        (["none", "int3"], "has 'int3' weights; allowed are none, int8, nf4"),
    ],
)
def test_runs_that_make_no_report(make_run, weights, sentence):
    runs = [make_run(kind, [50], name=f"{number}") for number, kind in enumerate(weights)]
    with pytest.raises(ComparisonError, match=sentence):
        quantization_report(runs)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": ModelRecord("other", "Other", revision="1", quantization="int8")}, "model tiny and other"),
        ({"model": ModelRecord("tiny", "Tiny", revision="2", quantization="int8")}, "model revision 1 and 2"),
        ({"generation": {"max_new_tokens": 9}}, r"generation \{\} and \{'max_new_tokens': 9\}"),
        ({"prompt_style": "lmms-eval"}, "prompt style official and lmms-eval"),
        ({"technique": "chain-of-thought"}, "technique instruction and chain-of-thought"),
    ],
)
def test_runs_that_differ_in_more_than_the_weights_are_refused(make_run, changes, sentence):
    with pytest.raises(ComparisonError, match=f"differ in more than the weights .*{sentence}"):
        quantization_report([make_run("none"), make_run("int8", **changes)])


def test_a_run_on_another_suite_is_refused(make_run):
    other = make_run("int8", suite=replace(SUITE, name="fresh", fingerprint="e" * 64))
    with pytest.raises(ComparisonError, match=r"run A was asked on some .* run B on fresh"):
        quantization_report([make_run("none"), other])


def test_time_is_of_the_answers_that_have_one(make_run):
    run = make_run("none", seconds=0.25)
    with run.writing():
        run.append(of_points("code_reasoning", [50]))
    assert run_cost(run).seconds_per_question == 0.25


def test_on_the_command_line(make_run, capsys):
    paths = [str(make_run(kind, seconds=0.5, memory=2**20 * size).path) for kind, size in (("none", 8), ("nf4", 2))]
    assert cli.main(["quantization", *paths]) == 0
    printed = capsys.readouterr().out
    assert "Tiny: changes against the full weights" in printed
    assert "nf4    2 MiB (25 % of the full weights), 0.500 s a question (1.00 times the speed" in printed
    assert cli.main(["quantization", *paths, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["comparisons"]["nf4"]["rows"][0]["difference"] == -50
    assert cli.main(["quantization", paths[0]]) == 2
    assert capsys.readouterr().err.startswith("error: got runs with none weights")
