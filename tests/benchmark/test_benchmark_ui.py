"""The handlers behind the page, called as a client could call them: in any order, with any value."""

import gradio as gr
import pytest
from small_suites import NOW
from test_runner import MODEL, Loader

from benchmark.importing import import_recorded
from benchmark.runner import Runner
from benchmark.ui import _Seen, benchmark_tab, boards_tab
from models.registry import lineup


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path / "runs", Loader(), clock=lambda: NOW)


def handlers(*tabs) -> dict:
    """Every event handler of a page with these tabs, by its name."""
    with gr.Blocks() as page:
        for tab, arguments in tabs:
            tab(*arguments)
    return {event.fn.__name__: event.fn for event in page.fns.values() if event.fn is not None}


@pytest.fixture
def page(runner) -> dict:
    return handlers((benchmark_tab, (runner, lineup())))


@pytest.fixture(scope="module")
def idle_page(tmp_path_factory) -> dict:
    """A page on which nothing has run; nothing in the tests that share it may start a run."""
    return handlers((benchmark_tab, (Runner(tmp_path_factory.mktemp("runs"), Loader()), lineup())))


def values(result: dict) -> dict:
    """Updates by element id; of a plain value the value itself."""
    return {part.elem_id: change for part, change in result.items() if part.elem_id}


def test_a_run_from_start_to_drill_down(runner, page, parquet):
    assert page["begin"](MODEL, "none", "path", f" {parquet} ", [], "2") is True
    runner.join(30)
    (part,) = [p for p in runner.runs.iterdir() if p.is_dir()]
    shown = values(page["show"](part.name, "official", None, "all"))
    assert "Partial run: 6 of 9 pictures" in shown["bench-totals"]
    assert shown["bench-subtask"]["value"] == "existence"
    assert "Picture <b>1</b> of 2" in shown["bench-card"] and "data:image/webp" in shown["bench-card"]
    assert shown["bench-export"]["value"].endswith(".zip")
    turned = values(page["turn_page"](part.name, "official", "OCR", "wrong", 1))
    assert "Picture <b>1</b> of 2" in turned["bench-card"]  # around the end, to the first again
    _, first, _, own = handlers((boards_tab, (runner,)))["show"]("OCR")
    assert "partial: 2 of 3 images" in own and "run here" not in first


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("begin", ("nope", "none", "embedded", "", [], ""), "There is no model named"),
        ("begin", (MODEL, "int3", "embedded", "", [], ""), "There is no quantization"),
        ("begin", (MODEL, "none", "embedded", "", [], "many"), "the image limit is"),
        ("begin", (MODEL, "none", "embedded", "", [], "0"), "the image limit is 0"),
        ("resume_run", ("../../etc",), "there is no run"),
        ("resume_run", (None,), "there is no run"),
        ("resume_last", (), "there is no run"),
        ("show", ("..", "official", None, "all"), "there is no run"),
        ("score_recorded", ("x", None, ""), "nothing to replay"),
        ("score_recorded", ("x", None, "/no/where"), "there is no folder"),
    ],
)
def test_forged_and_mistaken_values_become_messages(idle_page, name, arguments, sentence):
    handler = idle_page[name]
    with pytest.raises(gr.Error, match=sentence):
        handler(*arguments)


def test_without_paths_no_folder_of_the_machine_is_read(tmp_path, parquet):
    public = Runner(tmp_path / "runs", Loader(), allow_paths=False)
    page = handlers((benchmark_tab, (public, lineup())))
    with pytest.raises(gr.Error, match="paths are off"):
        page["begin"](MODEL, "none", "path", str(parquet), [], "")
    with pytest.raises(gr.Error, match="folders of this machine are off"):
        page["score_recorded"]("x", None, str(tmp_path))


def test_only_the_visitor_who_started_a_run_is_taken_to_it(runner, page, parquet):
    page["begin"](MODEL, "none", "path", str(parquet), ["OCR"], "")
    runner.join(30)
    run_id = runner.status().run_id
    for started_here, current, shown in ((True, "x", run_id), (False, None, run_id), (False, run_id, run_id)):
        changes = values(page["look"](_Seen(), current, started_here, 0))
        assert changes["bench-run"]["value"] == shown
    import_recorded(run_of_another(runner), runner.runs, "Other", NOW)
    other = next(path.name for path in runner.runs.iterdir() if path.name != run_id)
    assert values(page["look"](_Seen(), other, False, 0))["bench-run"]["value"] == other


def run_of_another(runner):
    return runner.find(runner.status().run_id).export_official(runner.runs.parent / "export")


def test_lavin_by_upload(runner, page, mme_dir):
    files = [str(path) for path in sorted((mme_dir / "recorded" / "LaVIN").glob("*.txt"))]
    page["score_recorded"]("LaVIN 13B", files, "")
    (run,) = list(runner.runs.iterdir())
    shown = values(page["show"](run.name, "official", None, "all"))
    assert "<dd>963.6</dd><dd>of 2000</dd>" in shown["bench-totals"]
    assert "<dd>249.6</dd><dd>of 800</dd>" in shown["bench-totals"]
