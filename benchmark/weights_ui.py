"""What fewer bits cost: one model held against itself, from the runs that are stored, and buttons for the others."""

from functools import lru_cache
from pathlib import Path

import gradio as gr
from gradio.events import Dependency

from benchmark import weights_views
from benchmark.audit_views import BUSY, NO_PLAIN
from benchmark.errors import ComparisonError
from benchmark.own_runs import run_state
from benchmark.parts_ui import PRIVATE, STARTED, command_folder, explained, html_block, named_runs
from benchmark.quantization_report import FULL, QUANTIZATIONS, QuantizationReport, quantization_report, run_cost
from benchmark.records import RunSettings
from benchmark.related import by_weights, is_whole, plain_of
from benchmark.results import RunFolder
from benchmark.results_ui import Choice
from benchmark.runner import Runner
from models.errors import ModelError
from models.registry import find, known_as

_KEPT = 8


def weights_panel(runner: Runner, choice: Choice, tab: gr.Tab, opened: gr.State, ended: gr.Number) -> list[Dependency]:
    """Fills the current block for the chosen run when `tab` opens, and anew while it is the `opened` one.

    Returns the events that start a run.
    """
    html_block(weights_views.INTRO)
    busy = html_block(elem_id="bench-weights-busy")
    costs = html_block(elem_id="bench-costs")
    summary = html_block(elem_id="bench-weights-summary")
    with gr.Row(elem_id="bench-weights-ask"):
        ask = {
            weights: gr.Button(
                f"Ask with {weights_views.title(weights)}", size="md", visible=False, min_width=200,
                elem_id=f"bench-ask-{weights}",
            )
            for weights in QUANTIZATIONS
        }  # fmt: skip
    with gr.Column(visible=False, elem_id="bench-weights-parts") as parts:
        table = html_block(elem_id="bench-weights-table")
        with gr.Row(equal_height=False):
            plots = {}
            for weights in QUANTIZATIONS[1:]:
                with gr.Column(min_width=300):  # always there: a plot keeps the width that it was drawn with
                    html_block(f'<h3 class="bench-sub">{weights_views.title(weights)}</h3>')
                    plot = gr.Plot(label="Change", show_label=False, elem_id=f"bench-weights-{weights}")
                    missing = html_block(weights_views.NOT_ASKED)
                plots[weights] = (plot, missing)
    with gr.Accordion("On the command line", open=False, elem_id="bench-weights-command-part") as command_part:
        command = html_block(elem_id="bench-weights-command")
    reported = lru_cache(maxsize=_KEPT)(_reported)

    def show_weights(run_id: str | None, rule: str):
        """Everything in this panel for one run, from stored answers."""
        if not run_id:
            return _nothing(weights_views.NO_RUN)
        runs = list(named_runs(runner).values())
        run = plain_of(runner.find(run_id), runs)
        if run is None:
            return _nothing(NO_PLAIN)
        settings = run.settings
        if settings.recorded:
            return _nothing(weights_views.RECORDED)
        if settings.model.spec.get("endpoint"):
            return _nothing(weights_views.SERVED)
        found = by_weights(run, runs)
        answered = {weights: one for weights, one in found.items() if one.responses()}
        report = reported(tuple((one.path, run_state(one.path)) for one in answered.values()), rule)
        allowed = _allowed(settings)
        busy_now = runner.status().state.busy
        lacking = weights_views.NO_FULL if FULL not in answered else weights_views.NO_FEWER
        shown = {
            busy: BUSY if busy_now else "",
            costs: weights_views.costs_table({weights: run_cost(one) for weights, one in answered.items()}),
            summary: weights_views.summary(report) if report else lacking,
            **{
                button: gr.update(
                    visible=weights in allowed and not is_whole(found.get(weights), run), interactive=not busy_now
                )
                for weights, button in ask.items()
            },
            parts: gr.update(visible=report is not None),
            command_part: gr.update(visible=True),
            command: weights_views.command_text(
                known_as(settings.model.name, settings.model.source),
                settings.suite.source or settings.suite.name,
                command_folder(runner, run, "weights"),
                settings.limit,
            ),
        }
        return shown | _details(report)

    def _nothing(why: str) -> dict:
        hidden = {part: gr.update(visible=False) for part in (*ask.values(), parts, command_part)}
        return {busy: "", costs: "", summary: why, **hidden}

    def _details(report: QuantizationReport | None) -> dict:
        if report is None:
            return {table: ""}
        from benchmark.plots import difference_plot  # plotly: not needed to start the page

        drawn = {table: weights_views.changes_table(report)}
        for weights, (plot, missing) in plots.items():
            one = report.comparisons.get(weights)
            figure = difference_plot(one.rows, title="all bits  ←  better  →  fewer bits") if one else None
            drawn |= {plot: gr.update(value=figure, visible=one is not None), missing: gr.update(visible=one is None)}
        return drawn

    def refresh_weights(run_id: str | None, rule: str, now_open: str):
        """The same, unless nobody looks: then the work waits until the tab opens."""
        return show_weights(run_id, rule) if now_open == tab.id else {costs: gr.skip()}

    def start_with(weights: str):
        def start_with_weights(run_id: str | None, rule: str):
            run = plain_of(runner.find(run_id or ""), named_runs(runner).values())
            runner.start_with_weights(runner.name_of(run) if run else run_id, weights)
            gr.Info(STARTED, duration=5)
            return show_weights(run_id, rule)

        return start_with_weights

    outputs = [busy, costs, summary, parts, table, command_part, command, *ask.values()]
    outputs += [part for pair in plots.values() for part in pair]
    inputs = [choice.run, choice.parser]
    waiting = {"api_visibility": "private", "show_progress": "minimal", "show_progress_on": costs}
    tab.select(explained(show_weights), inputs, outputs, **waiting)
    gr.on(
        [choice.run.change, choice.parser.change, ended.change], explained(refresh_weights), [*inputs, opened], outputs,
        **waiting,
    )  # fmt: skip
    return [button.click(explained(start_with(weights)), inputs, outputs, **PRIVATE) for weights, button in ask.items()]


def _reported(runs: tuple[tuple[Path, tuple], ...], rule: str) -> QuantizationReport | None:
    """The report of runs in these states; None as long as there is nothing to compare."""
    try:
        return quantization_report([RunFolder.open(path) for path, _state in runs], rule)
    except ComparisonError:
        return None


def _allowed(settings: RunSettings) -> tuple[str, ...]:
    """The weights that this model can be loaded with here; none of one that is not in the line-up any more."""
    try:
        spec = find(known_as(settings.model.name, settings.model.source))
    except ModelError:
        return ()
    return tuple(weights.value for weights in spec.quantizations)
