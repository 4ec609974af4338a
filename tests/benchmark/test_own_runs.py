from dataclasses import replace

import pytest
from small_suites import NOW
from test_replay import Model, settings_of

from benchmark.data import open_suite
from benchmark.importing import import_recorded
from benchmark.own_runs import OwnRun, RunShelf, scores_of_models
from benchmark.parsing import Verdict
from benchmark.replay import one_by_one, replay
from benchmark.results import RunFolder
from benchmark.scoring import Response, score


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


def run_of(name, suite_id, created, right, total=2, images=None, **more):
    """A run of one subtask, existence, with `right` of two images wholly right."""
    answers = [
        Response("existence", f"{n}.png", place, "Is it?", truth, truth.value if n < right else "maybe")
        for n in range(images or total)
        for place, truth in ((1, Verdict.YES), (2, Verdict.NO))
    ]
    coverage = {"existence": (images or total, total)}
    facts = {"is_mme": False, "recorded": False, **more}
    return OwnRun(
        f"{name}{created}", name.title(), "none", "suite", suite_id, coverage=coverage, scores=score(answers),
        name=name, **facts,
    )  # fmt: skip


def test_one_score_of_each_model_the_newest_on_the_suite_that_most_were_asked():
    runs = [  # newest first
        run_of("a", "one", 3, right=2),
        run_of("c", "other", 3, right=0),
        run_of("a", "one", 2, right=0),
        run_of("b", "one", 1, right=1),
    ]
    table = scores_of_models(runs)
    assert table.values.tolist() == [["a", "existence", 200.0], ["b", "existence", 100.0]]


def test_what_is_partial_recorded_altered_or_asked_in_another_way_is_no_score_of_a_model():
    assert scores_of_models([]).empty and list(scores_of_models([]).columns) == ["model", "name", "score"]
    others = [
        run_of("a", "one", 1, 2, recorded=True),
        run_of("b", "one", 1, 2, alteration="blank"),
        run_of("c", "one", 1, 2, technique="chain-of-thought"),
        run_of("d", "one", 1, 1, total=3, images=2),
    ]
    assert scores_of_models(others).empty


def test_totals_are_there_when_all_their_subtasks_are(lavin):
    (run,), _ = RunShelf(lavin.path.parent).runs()
    table = scores_of_models([replace(run, recorded=False, name="lavin")]).set_index("name")["score"]
    assert len(table) == 14 + 3
    assert table["perception"] == pytest.approx(963.6114445778312) and table["cognition"] == pytest.approx(249.642857)
    assert table["total"] == pytest.approx(table["perception"] + table["cognition"])
