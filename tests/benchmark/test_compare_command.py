import json

import pytest
from answered import of_points
from small_suites import NOW

from benchmark import __main__ as cli
from benchmark.records import ModelRecord, RunSettings, SuiteRecord
from benchmark.results import RunFolder


@pytest.fixture
def make_run(tmp_path):
    def make(name, points, fingerprint="f" * 64):
        suite = SuiteRecord("some", "", fingerprint, False, {"OCR": 4})
        run = RunFolder.create(tmp_path / name, RunSettings(ModelRecord("m", "M"), suite, ("OCR",)), NOW)
        with run.writing():
            run.append(of_points("OCR", points))
        return run

    return make


def compare(*arguments) -> int:
    return cli.main(["compare", *(str(argument) for argument in arguments)])


def test_two_runs_as_table_and_as_json(make_run, capsys):
    a, b = make_run("a", [50, 200, 50, 0]), make_run("b", [200, 200, 0])
    assert compare(a.path, b.path, "--flips") == 0
    printed = capsys.readouterr().out
    assert "OCR                        100.00   133.33   +33.33" in printed
    assert "2 of 3" in printed and "2 answers changed: 1 became right, 1 became wrong" in printed
    assert "compared on the pictures that both runs answered (3); 1 only in run A left out" in printed
    assert "OCR/002.png: yes -> no (true: yes)  Is it?" in printed

    assert compare(a.path, b.path, "--json", "--parser", "vlmevalkit") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["parser"], told["shared"], told["only_a"], told["a"]) == ("vlmevalkit", 3, 1, str(a.path))
    assert [row["name"] for row in told["rows"]] == ["OCR", "perception"]
    assert [flip["after"] for flip in told["flips"]] == ["no", "no"]


def test_a_run_and_its_export(make_run, tmp_path, capsys):
    run = make_run("a", [50, 200])
    assert compare(run.path, run.export_official(tmp_path / "export"), "--json") == 0
    assert {row["p"] for row in json.loads(capsys.readouterr().out)["rows"]} == {1}


def test_refusals_are_one_line_and_exit_2(make_run, tmp_path, capsys):
    a, other = make_run("a", [50]), make_run("other", [50], "e" * 64)
    for arguments, sentence in [
        ([a.path, other.path], "run A was asked on some (ffffffffffff), run B on some (eeeeeeeeeeee)"),
        ([a.path, tmp_path / "nowhere"], "nowhere"),
        ([a.path, a.path, "--parser", "mine"], "unknown parser 'mine'"),
    ]:
        assert compare(*arguments) == 2
        printed = capsys.readouterr()
        assert printed.err.startswith("error: ") and sentence in printed.err
        assert printed.err.count("\n") == 1 and printed.out == ""


def test_lavin_against_itself(mme_dir, capsys):
    recorded = mme_dir / "recorded" / "LaVIN"
    assert compare(recorded, recorded) == 0
    printed = capsys.readouterr().out
    assert "perception                 963.61   963.61    +0.00" in printed
    assert "0 answers changed: 0 became right, 0 became wrong" in printed
