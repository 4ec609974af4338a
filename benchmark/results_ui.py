"""The results of one run: totals, table and radar, files to keep, and a look at single pictures."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from benchmark import result_views
from benchmark.exports import export_zip
from benchmark.levels import known_levels, level_rows
from benchmark.levels_views import html_table
from benchmark.parsing import Parser, find_parser
from benchmark.parts_ui import PRIVATE, explained, html_block, picture_of
from benchmark.report import report_html
from benchmark.results import RunFolder
from benchmark.runner import Runner
from benchmark.scoring import verdict, whole_pairs
from benchmark.statistics import score_estimates
from benchmark.subtasks import find_subtask
from benchmark.views import PARSER_TITLES

_ALL_PICTURES, _WRONG_PICTURES = "all", "wrong"


@dataclass(frozen=True)
class Choice:
    """Which run is looked at, and by whose rules its answers are read."""

    run: gr.Dropdown
    parser: gr.Dropdown


def choice_of_run() -> Choice:
    """Lay out the two choices that all results below them depend on."""
    with gr.Row(elem_id="bench-choose"):
        chosen = gr.Dropdown(
            [], value=None, label="Run", scale=3, min_width=280, elem_id="bench-run", filterable=False,
            info="Every run of this installation, newest first.",
        )  # fmt: skip
        parser = gr.Dropdown(
            [(title, parser.value) for parser, title in PARSER_TITLES.items()], value=Parser.OFFICIAL.value,
            label="Answers read as by", info="Switch and see what changes; nothing is asked again.", scale=2,
            min_width=240, elem_id="bench-parser", filterable=False,
        )  # fmt: skip
    return Choice(chosen, parser)


def results_panel(runner: Runner, choice: Choice, ended: gr.Number) -> gr.Button:
    """Fills the current block with the scores of the chosen run, shown anew when `ended` changes.

    Returns the button that resumes this run.
    """
    downloads = tempfile.TemporaryDirectory(prefix="mme-arena-exports-")
    place = gr.State(0)
    nothing = html_block('<p class="bench-quiet">No run yet: start one above, or replay a recorded one below.</p>')
    with gr.Column(visible=False, elem_id="bench-results") as results:
        totals = html_block(elem_id="bench-totals")
        with gr.Row(equal_height=False):
            with gr.Column(scale=7, min_width=300):
                table = html_block(elem_id="bench-table")
            with gr.Column(scale=5, min_width=300):
                radar = gr.Plot(label="Score per subtask", show_label=False, elem_id="bench-radar")
        about_levels = "Easy and hard pictures, drawn and photographed"
        with gr.Accordion(about_levels, open=False, visible=False, elem_id="bench-levels-part") as levels_part:
            levels = html_block(elem_id="bench-levels")
        with gr.Row(elem_id="bench-actions"):
            export = gr.DownloadButton("Download in MME's text format", size="md", elem_id="bench-export")
            make = gr.Button("Make a report to keep", size="md", elem_id="bench-make-report")
            report = gr.DownloadButton(
                "Download the report", size="md", variant="primary", visible=False, elem_id="bench-report"
            )
            go_on = gr.Button("Resume this run", size="md", visible=False, elem_id="bench-go-on")
        with gr.Accordion("How is this scored, and what does ± mean?", open=False):
            gr.Markdown(result_views.SCORING_EXPLAINED)
        html_block('<h2 class="bench-heading">Picture by picture</h2>')
        with gr.Row(elem_id="bench-pick"):
            subtask = gr.Dropdown([], label="Subtask", min_width=200, elem_id="bench-subtask", filterable=False)
            which = gr.Radio(
                [("All pictures", _ALL_PICTURES), ("Those with a wrong answer", _WRONG_PICTURES)],
                value=_ALL_PICTURES, label="Show", min_width=280, elem_id="bench-which",
            )  # fmt: skip
        card = html_block(elem_id="bench-card")
        with gr.Row(elem_id="bench-turn"):
            back = gr.Button("← Previous", size="md", elem_id="bench-back", min_width=120)
            forth = gr.Button("Next →", size="md", elem_id="bench-forth", min_width=120)

    def own_folder(run: RunFolder) -> Path:
        """Where the files of this run are written to be downloaded: two audits both have a run named `plain`."""
        folder = Path(downloads.name) / runner.name_of(run)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def show(run_id: str | None, rule: str, kind: str | None, shown: str):
        """Everything in this panel for one run."""
        if not run_id:
            return {results: gr.update(visible=False), nothing: gr.update(visible=True)}
        from benchmark.plots import radar as radar_plot  # plotly: not needed to start the page

        run = runner.find(run_id)
        scores = run.scores(rule)
        estimates = score_estimates(scores)
        names = list(scores.subtasks)
        kind = kind if kind in names else (names[0] if names else None)
        values = {run.settings.model.title: {name: s.score for name, s in scores.subtasks.items()}}
        suite = runner.suite_of(run)
        facts = known_levels(suite) if suite and names else None
        return {
            results: gr.update(visible=True),
            nothing: gr.update(visible=False),
            totals: result_views.tiles(scores, estimates) + result_views.run_details(run, scores),
            table: result_views.results_table(scores, run.coverage(scores), estimates),
            radar: gr.update(value=radar_plot(values) if names else None, visible=len(names) > 2),
            levels_part: gr.update(visible=facts is not None),
            levels: html_table(level_rows(run.responses(), facts, rule)) if facts else "",
            export: gr.update(value=str(export_zip(run, own_folder(run))) if names else None, visible=bool(names)),
            make: gr.update(visible=bool(names)),
            report: gr.update(visible=False),
            go_on: gr.update(visible=not run.settings.recorded and not run.finished),
            subtask: gr.update(choices=[(find_subtask(n).title, n) for n in names], value=kind),
            **page(run_id, rule, kind, shown, 0),
        }

    def page(run_id: str | None, rule: str, kind: str | None, shown: str, position: int):
        """One picture of the drill-down; the position wraps around at both ends."""
        if not run_id or not kind:
            return {card: "", place: 0}
        run, rule = runner.find(run_id), find_parser(rule)
        pairs = [pair for pair in whole_pairs(run.responses()) if pair[0].subtask == kind]
        if shown == _WRONG_PICTURES:
            pairs = [pair for pair in pairs if any(verdict(r, rule) != r.truth for r in pair)]
        if not pairs:
            return {card: result_views.NO_SUCH_PICTURE, place: 0}
        position %= len(pairs)
        picture, note = picture_of(runner, run, pairs[position][0].subtask, pairs[position][0].image)
        return {
            card: result_views.image_card(pairs[position], rule, position + 1, len(pairs), picture, note),
            place: position,
        }

    def turn(step: int) -> Callable:
        def turn_page(run_id: str | None, rule: str, kind: str | None, shown: str, position: int):
            return page(run_id, rule, kind, shown, position + step)

        return turn_page

    def make_report(run_id: str | None, rule: str):
        run = runner.find(run_id or "")
        file = _report_file(runner, run, find_parser(rule), own_folder(run))
        return gr.update(value=str(file), visible=True), gr.update(visible=False)

    picked = [choice.run, choice.parser, subtask, which]
    parts = [results, nothing, totals, table, radar, levels_part, levels, export, make, report, go_on]
    parts += [subtask, card, place]
    gr.on([choice.run.change, choice.parser.change, ended.change], explained(show), picked, parts, **PRIVATE)
    gr.on([subtask.input, which.input], explained(turn(0)), [*picked, place], [card, place], **PRIVATE)
    back.click(explained(turn(-1)), [*picked, place], [card, place], **PRIVATE)
    forth.click(explained(turn(1)), [*picked, place], [card, place], **PRIVATE)
    make.click(
        explained(make_report), [choice.run, choice.parser], [report, make], show_progress="full",
        show_progress_on=make, api_visibility="private",
    )  # fmt: skip
    return go_on


def _report_file(runner: Runner, run: RunFolder, parser: Parser, folder: Path) -> Path:
    target = folder / f"{run.path.name}-{parser.value}.html"
    target.write_text(report_html(run, runner.suite_of(run), parser), encoding="utf-8")
    return target
