"""The Benchmark tab, put together from its parts (the Boards tab is in boards_ui.py): a thin translation.

A client can call any event at any time with any value, so nothing here is a check: Runner, RunFolder and the importers
check, and their errors become messages on the page.
"""

from collections.abc import Sequence
from functools import partial

import gradio as gr
from gradio.context import Context

from benchmark.answers_ui import answers_panel
from benchmark.audit_ui import audit_panel
from benchmark.boards_ui import boards_tab
from benchmark.compare_ui import compare_panel
from benchmark.parts_ui import PRIVATE, html_block, run_choices
from benchmark.recorded_ui import recorded_panel
from benchmark.results_ui import choice_of_run, results_panel
from benchmark.run_views import INTRO
from benchmark.runner import Runner
from benchmark.runs_ui import run_panel, watch_runs
from benchmark.weights_ui import weights_panel
from models.spec import ModelSpec

__all__ = ["benchmark_tab", "boards_tab"]


def benchmark_tab(runner: Runner, models: Sequence[ModelSpec]) -> None:
    """Fills the current gr.Tab: start and watch a run, read its results, compare it with another."""
    # How many runs this page saw end: their results are shown anew. No gr.State, as its changes are not noticed where
    # an event passes by the queue, as a look at the runner does.
    ended = gr.Number(0, precision=0, visible="hidden")
    opened = gr.State("scores")  # which view of the results is looked at: the others wait
    html_block(INTRO)
    panel = run_panel(runner, models)
    html_block('<h2 class="bench-heading">Results</h2>')
    choice = choice_of_run()
    with gr.Tabs(elem_id="bench-views", overflow_behavior="wrap"):
        with gr.Tab("Scores", id="scores") as scores:
            go_on = results_panel(runner, choice, ended)
        with gr.Tab("How does it answer?", id="answers") as answers:
            answers_panel(runner, choice, answers, opened, ended)
        with gr.Tab("Compare two runs", id="compare") as compare:
            compare_panel(runner, choice, compare, opened)
        with gr.Tab("Behind the score", id="audit") as audit:
            started = audit_panel(runner, choice, audit, opened, ended)
        with gr.Tab("Fewer bits", id="weights") as weights:
            started += weights_panel(runner, choice, weights, opened, ended)
    for view in (scores, answers, compare, audit, weights):
        view.select(partial(str, view.id), None, opened, **PRIVATE, queue=False)
    recorded_panel(runner, choice.run)
    watch_runs(runner, panel, choice.run, go_on, ended, started)
    Context.root_block.load(lambda: run_choices(runner, None), None, choice.run, **PRIVATE)
