"""The view behind a score, called as a client could call it."""

import shutil

import gradio as gr
import pytest
from small_suites import NOW
from test_benchmark_ui import handlers, values
from test_runner import MODEL, Loader

from benchmark.altered import GRAY, Alteration
from benchmark.asking import Request
from benchmark.importing import import_recorded
from benchmark.runner import Runner
from benchmark.runs_ui import Seen
from benchmark.ui import benchmark_tab
from models.registry import lineup


class Sighted(Loader):
    """Says yes to what it sees, and no to gray pictures."""

    def answer(self, picture, instruction):
        super().answer(picture, instruction)
        return "no" if picture.getpixel((0, 0)) == GRAY else "yes"


@pytest.fixture
def loader():
    return Sighted()


@pytest.fixture
def runner(tmp_path, loader):
    return Runner(tmp_path / "runs", loader, clock=lambda: NOW)


@pytest.fixture
def page(runner) -> dict:
    return handlers((benchmark_tab, (runner, lineup())))


def ended(runner) -> str:
    runner.join(30)
    return runner.status().run_id


@pytest.fixture
def plain(runner, parquet) -> str:
    runner.start(Request(MODEL, str(parquet)))
    return ended(runner)


def test_before_anything_is_checked(page, plain):
    shown = values(page["show_audit"](plain, "official"))
    assert shown["bench-audit-parts"]["visible"] is True and shown["bench-audit-busy"] == ""
    table = shown["bench-baselines"]
    assert "Scout 3M" in table and "always yes" in table and "always no" in table and "gray" not in table
    assert "plain gray pictures" in shown["bench-blank"] and shown["bench-blank-plot"] is None
    assert shown["bench-ask-blank"] == gr.update(visible=True, interactive=True)
    assert "Only the embedded suite" in shown["bench-fresh"] and shown["bench-ask-fresh"]["visible"] is False
    assert "Checked here" not in shown["bench-order"] and "benchmark audit" in shown["bench-audit-command"]


def test_gray_pictures_from_the_button_to_the_finding(page, runner, loader, plain):
    loader.hold_at = 20
    shown = values(page["start_blank"](plain, "official"))
    assert loader.reached.wait(30)
    assert "A run is going on" in shown["bench-audit-busy"] and shown["bench-ask-blank"]["interactive"] is False
    loader.go_on.set()
    blank = ended(runner)
    assert len(page["refresh_audit"](plain, "official", "scores")) == 1  # nobody looks
    shown = values(page["refresh_audit"](plain, "official", "audit"))
    assert "A run is going on" not in shown["bench-audit-busy"] and shown["bench-ask-blank"]["visible"] is False
    assert "the same, with gray pictures" in shown["bench-baselines"]
    assert "0 of 18 answers were the same" in shown["bench-blank"] and "Seeing adds <b>+0.0</b>" in shown["bench-blank"]
    assert "0 % same answers" in shown["bench-blank-table"] and len(shown["bench-blank-plot"].data) == 3
    assert values(page["show_audit"](blank, "official"))["bench-blank"] == shown["bench-blank"]  # of the run it checks


def test_a_part_of_the_gray_pictures_leaves_the_button(page, runner, loader, plain):
    loader.breaks_at = 24
    page["start_blank"](plain, "official")
    ended(runner)
    shown = values(page["show_audit"](plain, "official"))
    assert "3 pictures, compared one by one. Left out: 6 asked only as they are." in shown["bench-blank"]
    assert "with gray pictures" not in shown["bench-baselines"]  # other pictures: the totals do not compare
    assert shown["bench-ask-blank"] == gr.update(visible=True, interactive=True)
    loader.breaks_at = None
    page["start_blank"](plain, "official")
    ended(runner)
    shown = values(page["show_audit"](plain, "official"))
    assert "9 pictures, compared one by one.</p>" in shown["bench-blank"]
    assert shown["bench-ask-blank"]["visible"] is False and loader.asked == 36


def test_another_parser_reads_anew(page, runner, plain):
    page["start_blank"](plain, "official")
    ended(runner)
    for run in runner.runs.iterdir():
        file = run / "responses.jsonl"
        file.write_text(file.read_text().replace('"response": "yes"', '"response": "the answer is yes"'))
    official, other = (values(page["show_audit"](plain, rule)) for rule in ("official", "vlmevalkit"))
    assert "100.0 points without the pictures, 0.0 with them" in official["bench-blank"]
    assert "100.0 points without the pictures, 100.0 with them" in other["bench-blank"]


def test_swapped_questions_are_told(page, runner, plain):
    runner.start_audit(plain, Alteration.SWAPPED)
    ended(runner)
    shown = values(page["show_audit"](plain, "official"))
    assert "Checked here: 18 of 18 answers stayed the same." in shown["bench-order"]


def test_fresh_pictures_from_the_button_to_the_finding(page, runner):
    runner.start(Request(MODEL, subtasks=("existence", "count"), limit=1))
    plain = ended(runner)
    shown = values(page["show_audit"](plain, "official"))
    assert "can be drawn anew" in shown["bench-fresh"] and shown["bench-ask-fresh"]["visible"] is True
    page["start_fresh"](plain, "official")
    runner.join(120)
    shown = values(page["show_audit"](plain, "official"))
    assert shown["bench-ask-fresh"]["visible"] is False
    assert "No sign that it knows" in shown["bench-fresh"] and "1 and 1 pictures" in shown["bench-fresh"]
    shutil.rmtree(runner.runs.parent / "drawn-suites")
    public = Runner(runner.runs, Loader(), clock=lambda: NOW, allow_paths=False)
    shown = values(handlers((benchmark_tab, (public, lineup())))["show_audit"](plain, "official"))
    assert "not here any more as they were; run it again" in shown["bench-fresh"]
    assert str(runner.runs) not in str(shown) and "--out FOLDER" in shown["bench-audit-command"]


def test_a_run_without_a_whole_picture_has_nothing_behind_it(page, runner, loader, parquet):
    loader.breaks_at = 0
    runner.start(Request(MODEL, str(parquet)))
    for run in (ended(runner), None):
        shown = values(page["show_audit"](run, "official"))
        assert "No picture has both" in shown["bench-baselines"] and shown["bench-audit-parts"]["visible"] is False


def test_a_check_without_the_run_that_it_checks(page, runner, plain):
    page["start_blank"](plain, "official")
    blank = ended(runner)
    shutil.rmtree(runner.runs / plain)
    shown = values(page["show_audit"](blank, "official"))
    assert "This run is one of the checks" in shown["bench-baselines"]
    assert shown["bench-audit-parts"]["visible"] is False
    with pytest.raises(gr.Error, match="part of an audit itself"):
        page["start_blank"](blank, "official")


def test_recorded_answers_are_not_asked_again(page, runner, plain, tmp_path):
    texts = runner.find(plain).export_official(tmp_path / "texts")
    recorded = runner.name_of(import_recorded(texts, runner.runs, "Recorded", NOW))
    shown = values(page["show_audit"](recorded, "official"))
    assert "always yes" in shown["bench-baselines"] and "recorded elsewhere" in shown["bench-blank"]
    assert not any(
        shown[part]["visible"] for part in ("bench-ask-blank", "bench-ask-fresh", "bench-audit-command-part")
    )
    assert shown["bench-audit-command"] == ""
    with pytest.raises(gr.Error, match="recorded elsewhere"):
        page["start_blank"](recorded, "official")


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("show_audit", ("..", "official"), "there is no run"),
        ("start_blank", (None, "official"), "there is no run"),
        ("start_fresh", ("../../etc", "official"), "there is no run"),
    ],
)
def test_forged_values_become_messages(page, name, arguments, sentence):
    with pytest.raises(gr.Error, match=sentence):
        page[name](*arguments)


def test_an_unknown_parser_and_another_suite_become_messages(page, runner, loader, plain):
    with pytest.raises(gr.Error, match="unknown parser"):
        page["show_audit"](plain, "guess")
    with pytest.raises(gr.Error, match="only the embedded suite can be drawn anew"):
        page["start_fresh"](plain, "official")
    assert loader.opened == 1


def test_a_new_visitor_is_shown_the_run_and_not_its_check(page, runner, plain):
    page["start_blank"](plain, "official")
    blank = ended(runner)
    chosen = page["look"](Seen(), None, False, 0)
    assert values(chosen)["bench-run"]["value"] == plain
    titles = [title for title, _name in values(chosen)["bench-run"]["choices"]]
    assert sum("· gray pictures ·" in title for title in titles) == 1
    shown = values(page["show"](blank, "official", None, "all"))
    assert "a check, asked with gray pictures" in shown["bench-totals"]
