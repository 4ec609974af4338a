"""What a score rests on: the checks of one run, from the runs that are stored, and buttons for those that are not."""

from functools import lru_cache
from html import escape
from pathlib import Path

import gradio as gr
import pandas as pd
from gradio.events import Dependency

from benchmark import audit_views
from benchmark.altered import Alteration
from benchmark.audits import (
    BlankAudit,
    Consistency,
    always_said,
    blank_audit,
    fresh_suite_audit,
    order_consistency,
)
from benchmark.data import EMBEDDED
from benchmark.errors import BenchmarkError, ComparisonError
from benchmark.levels import drawn_only, known_levels
from benchmark.own_runs import run_state
from benchmark.parsing import Verdict
from benchmark.parts_ui import PRIVATE, STARTED, command_folder, explained, html_block, named_runs
from benchmark.related import altered_of, is_whole, plain_of
from benchmark.results import RunFolder
from benchmark.results_ui import Choice
from benchmark.runner import Runner
from benchmark.scoring import Response, Scores, whole_pairs
from models.registry import known_as

_KEPT = 8


def audit_panel(runner: Runner, choice: Choice, tab: gr.Tab, opened: gr.State, ended: gr.Number) -> list[Dependency]:
    """Fills the current block for the chosen run when `tab` opens, and anew while it is the `opened` one.

    Returns the events that start a run.
    """
    html_block(audit_views.INTRO)
    busy = html_block(elem_id="bench-audit-busy")
    base = html_block(elem_id="bench-baselines")
    with gr.Column(visible=False, elem_id="bench-audit-parts") as parts:
        html_block('<h3 class="bench-sub">Does it look at the pictures?</h3>')
        looked = html_block(elem_id="bench-blank")
        with gr.Row(equal_height=False, visible=False) as looked_parts:
            with gr.Column(scale=6, min_width=300):
                looked_table = html_block(elem_id="bench-blank-table")
            with gr.Column(scale=5, min_width=300):
                plot = gr.Plot(label="What seeing adds", show_label=False, elem_id="bench-blank-plot")
        ask_blank = gr.Button("Ask again with gray pictures", size="md", elem_id="bench-ask-blank")
        html_block('<h3 class="bench-sub">Does it know these pictures already?</h3>')
        drawn = html_block(elem_id="bench-fresh")
        ask_fresh = gr.Button("Draw fresh pictures and ask about them", size="md", elem_id="bench-ask-fresh")
        html_block('<h3 class="bench-sub">Does the order of the two questions matter?</h3>')
        order = html_block(elem_id="bench-order")
        with gr.Accordion("On the command line", open=False, elem_id="bench-audit-command-part") as command_part:
            command = html_block(elem_id="bench-audit-command")
    audited = lru_cache(maxsize=_KEPT)(_audited)
    drawn_anew = lru_cache(maxsize=_KEPT)(_drawn_anew)

    def show_audit(run_id: str | None, rule: str):
        """Everything in this panel for one run, from stored answers."""
        if not run_id:
            return _nothing(audit_views.NOTHING)
        runs = list(named_runs(runner).values())
        run = plain_of(runner.find(run_id), runs)
        if run is None:
            return _nothing(audit_views.NO_PLAIN)
        said = [response for pair in whole_pairs(run.responses()) for response in pair]
        if not said:
            return _nothing(audit_views.NOTHING)
        found = altered_of(run, runs)
        busy_now, can_ask = runner.status().state.busy, not run.settings.recorded
        blank, embedded = found.get(Alteration.BLANK), run.settings.suite.source == EMBEDDED
        seen = audited(run.path, run_state(run.path), blank.path, run_state(blank.path), rule) if blank else None
        rows = {run.settings.model.title: run.scores(rule)}
        if seen and is_whole(blank, run):
            rows["the same, with gray pictures"] = blank.scores(rule)
        return {
            busy: audit_views.BUSY if busy_now else "",
            base: audit_views.baselines(rows | _thoughtless(said, rule)),
            parts: gr.update(visible=True),
            **_looked(seen, can_ask),
            ask_blank: gr.update(visible=can_ask and not is_whole(blank, run), interactive=not busy_now),
            drawn: _fresh(run, found.get(Alteration.FRESH), rule, can_ask),
            ask_fresh: gr.update(
                visible=can_ask and embedded and not is_whole(found.get(Alteration.FRESH), run),
                interactive=not busy_now,
            ),
            order: audit_views.order_text(_order(run, found.get(Alteration.SWAPPED), rule)),
            command_part: gr.update(visible=can_ask),
            command: _command(runner, run) if can_ask else "",
        }

    def _nothing(why: str) -> dict:
        return {busy: "", base: why, parts: gr.update(visible=False)}

    def _looked(seen: BlankAudit | None, can_ask: bool) -> dict:
        if seen is None:
            words = audit_views.NOT_LOOKED if can_ask else audit_views.RECORDED
            return {looked: words, looked_parts: gr.update(visible=False), looked_table: "", plot: None}
        from benchmark.plots import difference_plot  # plotly: not needed to start the page

        return {
            looked: audit_views.blank_summary(seen),
            looked_parts: gr.update(visible=True),
            looked_table: audit_views.blank_table(seen),
            plot: difference_plot(seen.comparison.rows, title="gray  ←  better  →  seen"),
        }

    def _fresh(run: RunFolder, fresh: RunFolder | None, rule: str, can_ask: bool) -> str:
        if run.settings.suite.source != EMBEDDED:
            return audit_views.NOT_DRAWABLE
        if fresh is None or not fresh.responses():
            return audit_views.NOT_DRAWN if can_ask else audit_views.RECORDED
        try:
            found = drawn_anew(runner, run.path, run_state(run.path), fresh.path, run_state(fresh.path), rule)
        except BenchmarkError as error:
            return f"<p>{escape(str(error))}</p>"
        return audit_views.fresh_summary(found) + audit_views.fresh_table(found)

    def refresh_audit(run_id: str | None, rule: str, now_open: str):
        """The same, unless nobody looks: then the work waits until the tab opens."""
        return show_audit(run_id, rule) if now_open == tab.id else {base: gr.skip()}

    def start_audit(kind: Alteration, run_id: str | None, rule: str):
        run = plain_of(runner.find(run_id or ""), named_runs(runner).values())
        runner.start_audit(runner.name_of(run) if run else run_id, kind)
        gr.Info(STARTED, duration=5)
        return show_audit(run_id, rule)

    def start_blank(run_id: str | None, rule: str):
        return start_audit(Alteration.BLANK, run_id, rule)

    def start_fresh(run_id: str | None, rule: str):
        return start_audit(Alteration.FRESH, run_id, rule)

    outputs = [busy, base, parts, looked, looked_parts, looked_table, plot, ask_blank, drawn, ask_fresh, order]
    outputs += [command_part, command]
    inputs = [choice.run, choice.parser]
    waiting = {"api_visibility": "private", "show_progress": "minimal", "show_progress_on": base}
    tab.select(explained(show_audit), inputs, outputs, **waiting)
    gr.on(
        [choice.run.change, choice.parser.change, ended.change], explained(refresh_audit), [*inputs, opened], outputs,
        **waiting,
    )  # fmt: skip
    return [
        ask_blank.click(explained(start_blank), inputs, outputs, **PRIVATE),
        ask_fresh.click(explained(start_fresh), inputs, outputs, **PRIVATE),
    ]


def _thoughtless(said: list[Response], rule: str) -> dict[str, Scores]:
    return {f"always {word}": always_said(said, word, rule) for word in (Verdict.YES, Verdict.NO)}


def _audited(seen: Path, _seen_state: tuple, blank: Path, _blank_state: tuple, rule: str) -> BlankAudit | None:
    """The audit of two runs in these states; a run that grows is another argument. None while they share nothing."""
    try:
        return blank_audit(RunFolder.open(seen).responses(), RunFolder.open(blank).responses(), rule)
    except ComparisonError:
        return None


def _drawn_anew(
    runner: Runner, plain: Path, _plain_state: tuple, fresh: Path, _fresh_state: tuple, rule: str
) -> pd.DataFrame:
    """The shipped suite held against a fresh one, from two runs in these states."""
    plain_said, fresh_said = (_drawn_only(runner, RunFolder.open(path)) for path in (plain, fresh))
    return fresh_suite_audit(plain_said, fresh_said, rule)


def _drawn_only(runner: Runner, run: RunFolder) -> list[Response]:
    """Without the photographs, which are the same in every drawing. Raises ComparisonError when that cannot be told."""
    suite = runner.suite_of(run)
    if suite is None:
        raise ComparisonError(audit_views.GONE)
    facts = known_levels(suite)
    return drawn_only(run.responses(), facts) if facts else run.responses()


def _order(plain: RunFolder, swapped: RunFolder | None, rule: str) -> Consistency | None:
    try:
        return order_consistency(plain.responses(), swapped.responses(), rule) if swapped else None
    except ComparisonError:
        return None  # nothing is shared yet


def _command(runner: Runner, run: RunFolder) -> str:
    settings = run.settings
    return audit_views.command_text(
        known_as(settings.model.name, settings.model.source),
        settings.model.quantization,
        settings.suite.source or settings.suite.name,
        command_folder(runner, run, "audit"),
        settings.limit,
    )
