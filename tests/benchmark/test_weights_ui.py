"""The view of fewer bits, called as a client could call it."""

import json
import shutil

import gradio as gr
import pytest
from small_suites import NOW
from test_benchmark_ui import handlers, values
from test_runner import MODEL, Loader

from benchmark.altered import Alteration
from benchmark.asking import Request
from benchmark.importing import import_recorded
from benchmark.results import RUN_FILE
from benchmark.runner import Runner
from benchmark.ui import benchmark_tab
from models.registry import lineup

BUTTONS = ("bench-ask-none", "bench-ask-int8", "bench-ask-nf4")


class Rounded(Loader):
    """Says no to everything once its weights have 4 bits."""

    def __call__(self, spec, quantization, say):
        self.said = "no" if quantization.value == "nf4" else "yes"
        return super().__call__(spec, quantization, say)

    def answer(self, picture, instruction):
        super().answer(picture, instruction)
        return self.said


@pytest.fixture
def loader():
    return Rounded()


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


def offered(shown: dict) -> list[str]:
    return [button.removeprefix("bench-ask-") for button in BUTTONS if shown[button]["visible"]]


def changed_record(runner, name: str, change) -> None:
    file = runner.runs / name / RUN_FILE
    record = json.loads(file.read_text())
    change(record["settings"])
    file.write_text(json.dumps(record))


def test_before_fewer_bits_were_asked(page, plain):
    shown = values(page["show_weights"](plain, "official"))
    assert "full precision" in shown["bench-costs"] and "8 bits" not in shown["bench-costs"]
    assert "not asked the same with fewer bits yet" in shown["bench-weights-summary"]
    assert offered(shown) == ["int8", "nf4"] and shown["bench-weights-parts"]["visible"] is False
    assert "benchmark quantization --model scout-3m" in shown["bench-weights-command"]


def test_four_bits_from_the_button_to_the_finding(page, runner, loader, plain):
    loader.hold_at = 20
    shown = values(page["start_with_weights"](plain, "official"))  # the last of the three buttons
    assert loader.reached.wait(30)
    assert "A run is going on" in shown["bench-weights-busy"] and shown["bench-ask-int8"]["interactive"] is False
    loader.go_on.set()
    nf4 = ended(runner)
    assert len(page["refresh_weights"](plain, "official", "scores")) == 1  # nobody looks
    shown = values(page["refresh_weights"](plain, "official", "weights"))
    assert "A run is going on" not in shown["bench-weights-busy"] and offered(shown) == ["int8"]
    assert "perception: 100.0, the same points on every picture" in shown["bench-weights-summary"]
    assert "18 answers changed: 9 became right, 9 became wrong." in shown["bench-weights-summary"]
    assert "4 bits per weight</th>" in shown["bench-weights-table"]
    assert shown["bench-weights-nf4"]["visible"] is True and len(shown["bench-weights-nf4"]["value"].data) == 3
    assert shown["bench-weights-int8"]["visible"] is False
    assert values(page["show_weights"](nf4, "official"))["bench-weights-summary"] == shown["bench-weights-summary"]


def test_a_part_leaves_the_button(page, runner, loader, plain):
    loader.breaks_at = 24
    page["start_with_weights"](plain, "official")
    ended(runner)
    shown = values(page["show_weights"](plain, "official"))
    assert "Compared on 3 pictures; left out: 6 asked only with full weights" in shown["bench-weights-summary"]
    assert offered(shown) == ["int8", "nf4"]
    loader.breaks_at = None
    page["start_with_weights"](plain, "official")
    ended(runner)
    assert offered(values(page["show_weights"](plain, "official"))) == ["int8"] and loader.asked == 36


def test_without_the_full_weights_they_are_offered(page, runner, plain):
    page["start_with_weights"](plain, "official")
    nf4 = ended(runner)
    shutil.rmtree(runner.runs / plain)
    shown = values(page["show_weights"](nf4, "official"))
    assert "run with full weights" in shown["bench-weights-summary"] and offered(shown) == ["none", "int8"]
    assert "4 bits per weight" in shown["bench-costs"] and shown["bench-weights-parts"]["visible"] is False


def test_a_check_is_shown_as_the_run_that_it_checks(page, runner, plain):
    runner.start_audit(plain, Alteration.BLANK)
    blank = ended(runner)
    assert values(page["show_weights"](blank, "official")) == values(page["show_weights"](plain, "official"))
    shutil.rmtree(runner.runs / plain)
    shown = values(page["show_weights"](blank, "official"))
    assert "This run is one of the checks" in shown["bench-weights-summary"] and offered(shown) == []


def test_what_cannot_be_asked_says_why(page, runner, plain, tmp_path):
    texts = runner.find(plain).export_official(tmp_path / "texts")
    recorded = runner.name_of(import_recorded(texts, runner.runs, "Recorded", NOW))
    changed_record(runner, plain, lambda settings: settings["model"]["spec"].update(endpoint={"model": "served"}))
    for run, sentence in ((recorded, "recorded elsewhere"), (plain, "A server answers"), (None, "No run yet")):
        shown = values(page["show_weights"](run, "official"))
        assert sentence in shown["bench-weights-summary"] and shown["bench-costs"] == "" and offered(shown) == []
        assert shown["bench-weights-command-part"]["visible"] is False


def test_a_model_that_left_the_line_up_is_offered_no_weights(page, runner, plain):
    changed_record(runner, plain, lambda settings: settings["model"].update(name="gone", source="embedded:gone"))
    shown = values(page["show_weights"](plain, "official"))
    assert offered(shown) == [] and "full precision" in shown["bench-costs"]


@pytest.mark.parametrize("name", ["..", "nothing", "../../etc/passwd"])
def test_forged_runs_become_messages(page, name):
    for handler in ("show_weights", "start_with_weights"):
        with pytest.raises(gr.Error, match="there is no run"):
            page[handler](name, "official")
    with pytest.raises(gr.Error, match="there is no run"):
        page["start_with_weights"](None, "official")
