from dataclasses import replace

import pytest
from small_suites import NOW
from test_replay import Model, settings_of

from benchmark.data import open_suite
from benchmark.importing import import_recorded
from benchmark.own_runs import RunShelf
from benchmark.replay import one_by_one, replay
from benchmark.results import RunFolder


@pytest.fixture
def lavin(mme_dir, tmp_path):
    return import_recorded(mme_dir / "recorded" / "LaVIN", tmp_path, "LaVIN", NOW)


def test_a_run_is_summarised_with_its_errors(lavin):
    (run,), problems = RunShelf(lavin.path.parent).runs()
    assert problems == []
    assert (run.model, run.is_mme, run.recorded, run.origin) == ("LaVIN", True, True, "recorded answers, imported")
    assert f"{run.estimates['perception'].value:.1f} +- {run.estimates['perception'].error:.1f}" == "963.6 +- 29.0"
    assert f"{run.estimates['cognition'].value:.1f} +- {run.estimates['cognition'].error:.1f}" == "249.6 +- 13.8"
    assert run.facts.open_weights is None  # of a recorded model nothing is known


def test_a_run_that_did_not_change_is_not_read_again(lavin):
    shelf = RunShelf(lavin.path.parent)
    (first,), _ = shelf.runs()
    (again,), _ = shelf.runs()
    assert again is first
    lines = (lavin.path / "responses.jsonl").read_bytes().splitlines(keepends=True)
    (lavin.path / "responses.jsonl").write_bytes(b"".join(lines[:120]))
    (shorter,), _ = shelf.runs()
    assert sum(score.images for score in shorter.scores.subtasks.values()) == 60


def test_a_damaged_run_is_a_sentence_and_not_the_end(lavin):
    broken = lavin.path.parent / "broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    runs, problems = RunShelf(lavin.path.parent).runs()
    assert [run.model for run in runs] == ["LaVIN"]
    assert len(problems) == 1 and "run.json is damaged" in problems[0]


def test_no_folder_is_no_run(tmp_path):
    assert RunShelf(tmp_path / "nowhere").runs() == ([], [])


def test_a_run_of_an_audit_is_on_no_board(parquet, tmp_path):
    suite = open_suite(parquet)
    for alteration in ("", "blank"):
        settings = replace(settings_of(suite), alteration=alteration)
        run = RunFolder.create(tmp_path / "runs" / f"run{alteration}", settings, NOW)
        list(replay(suite, one_by_one(Model()), run))
    runs, problems = RunShelf(tmp_path / "runs").runs()
    assert [run.id for run in runs] == ["run"] and problems == []
