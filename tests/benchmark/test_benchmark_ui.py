"""The handlers behind the page, called as a client could call them: in any order, with any value."""

from pathlib import Path

import gradio as gr
import pytest
from small_suites import NOW, suite_rows
from test_runner import MODEL, Loader

from benchmark.importing import import_recorded
from benchmark.runner import Runner
from benchmark.runs_ui import Seen
from benchmark.ui import benchmark_tab, boards_tab
from models.registry import lineup


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path / "runs", Loader(), clock=lambda: NOW)


def handlers(*tabs) -> dict:
    """Every event handler of a page with these tabs, by its name."""
    with gr.Blocks() as page:
        for tab, arguments in tabs:
            tab(*arguments)
    named = [event.fn for event in page.fns.values() if hasattr(event.fn, "__name__")]
    return {handler.__name__: handler for handler in named}


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
    boards = handlers((boards_tab, (runner,)))
    first = values(boards["show"]("first", "OCR", "any", "any", "any", None))
    assert "run here" not in first["boards-table"] and "not comparable" in first["boards-layer-about"]
    own = values(boards["show"]("own", "OCR", "any", "any", "any", None))
    assert "partial: 2 of 3 images" in own["boards-table"]


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("begin", ("nope", "none", "embedded", "", [], ""), "There is no model named"),
        ("begin", (MODEL, "int3", "embedded", "", [], ""), "There is no quantization"),
        ("begin", (MODEL, "none", "embedded", "", [], "many"), "the image limit is"),
        ("begin", (MODEL, "none", "embedded", "", [], "0"), "the image limit is 0"),
        ("begin", (MODEL, "none", "embedded", "", [], "", False, "magic"), "unknown technique"),
        ("begin", (MODEL, "none", "embedded", "", [], "", False, "chain-of-thought", "lmms-eval"), "single word"),
        ("resume_run", ("../../etc",), "there is no run"),
        ("resume_run", (None,), "there is no run"),
        ("resume_last", (), "there is no run"),
        ("show", ("..", "official", None, "all"), "there is no run"),
        ("score_recorded", ("x", None, ""), "nothing to replay"),
        ("score_recorded", ("x", None, "/no/where"), "there is no file or folder"),
        ("show_answers", ("..", "official"), "there is no run"),
        ("show_difference", ("..", "x", "official", "all"), "there is no run"),
        ("turn_flip", ("a", "b", "official", "all", 0), "there is no run"),
        ("make_report", (None, "official"), "there is no run"),
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
        changes = values(page["look"](Seen(), current, started_here, 0))
        assert changes["bench-run"]["value"] == shown
    import_recorded(run_of_another(runner), runner.runs, "Other", NOW)
    other = next(path.name for path in runner.runs.iterdir() if path.name != run_id)
    assert values(page["look"](Seen(), other, False, 0))["bench-run"]["value"] == other


def test_the_last_panel_is_sent_again_and_then_no_more(runner, page, parquet):
    page["begin"](MODEL, "none", "path", str(parquet), ["OCR"], "")
    runner.join(30)
    first = page["look"](Seen(), None, True, 0)
    seen = next(change for change in first.values() if isinstance(change, Seen))
    sent = 0
    while sent < 9:
        changes = page["look"](seen, None, True, 1)
        if len(changes) == 1:
            break
        assert "bench-finished" in values(changes)["bench-live"] and "bench-run" not in values(changes)
        seen = next(change for change in changes.values() if isinstance(change, Seen))
        sent += 1
    assert sent == 2


def run_of_another(runner):
    return runner.find(runner.status().run_id).export_official(runner.runs.parent / "export")


def test_lavin_by_upload(runner, page, mme_dir):
    files = [str(path) for path in sorted((mme_dir / "recorded" / "LaVIN").glob("*.txt"))]
    page["score_recorded"]("LaVIN 13B", files, "")
    (run,) = list(runner.runs.iterdir())
    shown = values(page["show"](run.name, "official", None, "all"))
    for value, error in (("963.6", "29.0"), ("249.6", "13.8")):
        assert f"<dd>{value} <small>" in shown["bench-totals"] and f"± {error}" in shown["bench-totals"]
    assert len(page["refresh_answers"](run.name, "official", "scores")) == 1  # nobody looks
    answers = values(page["refresh_answers"](run.name, "official", "answers"))
    assert "<dd>46 %</dd>" in answers["bench-answers"] and "of 2374 answers" in answers["bench-answers"]


@pytest.fixture
def two_runs(runner, page, parquet):
    """The same questions asked twice: of one subtask, then of all."""
    names = []
    for some in (["OCR"], []):
        page["begin"](MODEL, "none", "path", str(parquet), some, "")
        runner.join(30)
        names.append(runner.status().run_id)
    return names


def test_two_runs_are_compared_on_what_both_were_asked(page, two_runs):
    first, second = two_runs
    a, b = page["offer"](second, None, None, False)
    assert [a["value"], b["value"]] == [first, second]
    shown = values(page["show_difference"](first, second, "official", "all"))
    assert "3 pictures were asked in both runs. 0 answers flipped" in shown["bench-compare-summary"]
    assert shown["bench-flip"] == "" or "No answer like that" in shown["bench-flip"]
    same = values(page["show_difference"](first, first, "official", "all"))
    assert "same run twice" in same["bench-compare-summary"] and same["bench-compare-parts"]["visible"] is False


def test_what_a_visitor_chose_to_compare_stays(page, two_runs):
    first, second = two_runs
    a, b = page["offer"](first, second, first, True)
    assert [a["value"], b["value"]] == [second, first]
    a, b = page["offer"](first, "gone", first, True)
    assert [a["value"], b["value"]] == [first, second]


def test_runs_of_different_suites_are_not_compared(runner, page, two_runs, make_parquet):
    page["begin"](MODEL, "none", "path", str(make_parquet(suite_rows(("count",)))), [], "")
    runner.join(30)
    with pytest.raises(gr.Error, match=r"suite|question|picture"):
        page["show_difference"](two_runs[0], runner.status().run_id, "official", "all")


def test_a_report_is_made_on_demand(page, two_runs):
    report, make = page["make_report"](two_runs[1], "official")
    text = Path(report["value"]).read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and make["visible"] is False


class Asked:
    """A page request with these query parameters."""

    def __init__(self, **parameters):
        self.query_params = parameters


def test_a_link_opens_the_boards_on_what_it_says(runner):
    with gr.Blocks() as page, gr.Tabs() as tabs, gr.Tab("Boards", id="boards") as tab:
        boards_tab(runner, tab)
    arrive = next(event.fn for event in page.fns.values() if getattr(event.fn, "__name__", "") == "arrive")
    plain = arrive(Asked())
    assert list(values(plain)) == ["boards-left-out"]  # nothing to do until the tab opens
    linked = arrive(Asked(layer="last", board="celebrity", open="closed"))
    assert linked[tabs]["selected"] == "boards"
    assert values(linked)["boards-name"] == "celebrity" and values(linked)["boards-layer"] == "last"
    assert "GPT-4V" in values(linked)["boards-table"] and "Otter" not in values(linked)["boards-table"]
    profile = values(arrive(Asked(layer="last", model="Otter")))
    assert profile["boards-model"]["value"] == "Otter" and "<b>Otter" in profile["boards-profile"]
    with pytest.warns(UserWarning, match="unknown board"):  # shown on the page
        assert list(values(arrive(Asked(board="nope")))) == ["boards-left-out"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("second", "OCR", "any", "any", "any", None), "unknown layer"),
        (("first", "Poster", "any", "any", "any", None), "unknown board"),
        (("first", "OCR", "maybe", "any", "any", None), "unknown openness"),
        (("own", "OCR", "any", "any", "int3", None), "unknown quantization"),
    ],
)
def test_forged_choices_on_the_boards_become_messages(runner, arguments, sentence):
    with pytest.raises(gr.Error, match=sentence):
        handlers((boards_tab, (runner,)))["show"](*arguments)
