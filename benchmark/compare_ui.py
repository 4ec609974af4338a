"""Two runs side by side: what changed, whether it could be chance, and which answers flipped."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import gradio as gr

from benchmark import compare_views, views
from benchmark.comparison import Comparison, Flip, compare_runs
from benchmark.own_runs import run_state
from benchmark.parts_ui import PRIVATE, explained, html_block, named_runs, picture_of
from benchmark.results import RunFolder
from benchmark.results_ui import Choice
from benchmark.runner import Runner

ALL, RIGHT, WRONG = "all", "right", "wrong"
_COMPARISONS_KEPT = 8


def compare_panel(runner: Runner, choice: Choice, tab: gr.Tab, opened: gr.State) -> None:
    """Fills the current block: two runs to choose, then their differences. `choice` says how answers are read.

    Runs are looked up when `tab` opens; nothing is compared while `opened` is another.
    """
    place = gr.State(0)
    touched = gr.State(False)  # whether the visitor has chosen runs: then they stay
    html_block(compare_views.HINT)
    with gr.Row(elem_id="bench-compare-runs"):
        first = gr.Dropdown(
            [], value=None, label="A: from this run", elem_id="bench-a", filterable=False, min_width=280
        )
        second = gr.Dropdown([], value=None, label="B: to this run", elem_id="bench-b", filterable=False, min_width=280)
    summary = html_block(elem_id="bench-compare-summary")
    with gr.Column(visible=False, elem_id="bench-compare-parts") as parts:
        with gr.Row(equal_height=False):
            with gr.Column(scale=6, min_width=300):
                table = html_block(elem_id="bench-compare-table")
            with gr.Column(scale=5, min_width=300):
                plot = gr.Plot(label="Difference per subtask", show_label=False, elem_id="bench-compare-plot")
        with gr.Accordion("How are they compared, and what is p?", open=False):
            gr.Markdown(compare_views.EXPLAINED)
        html_block('<h3 class="bench-sub">Answers that flipped</h3>')
        which = gr.Radio(
            [("All of them", ALL), ("Now right", RIGHT), ("Now wrong", WRONG)], value=ALL, label="Show",
            show_label=False, elem_id="bench-flips-which", elem_classes="bench-segments",
        )  # fmt: skip
        card = html_block(elem_id="bench-flip")
        with gr.Row(elem_id="bench-flip-turn"):
            back = gr.Button("← Previous", size="md", elem_id="bench-flip-back", min_width=120)
            forth = gr.Button("Next →", size="md", elem_id="bench-flip-forth", min_width=120)
    compared = lru_cache(maxsize=_COMPARISONS_KEPT)(_compared)

    def find(run_a: str, run_b: str, rule: str) -> Comparison:
        a, b = runner.find(run_a), runner.find(run_b)
        return compared(a.path, run_state(a.path), b.path, run_state(b.path), rule)

    def offer(looked_at: str | None, run_a: str | None, run_b: str | None, kept: bool):
        """The runs to choose from; until two are chosen, the run that is looked at and one asked the same."""
        runs = named_runs(runner)
        if not kept or not {run_a, run_b} <= runs.keys():
            run_a, run_b = _likely_pair(runs, looked_at)
        choices = [(views.run_title(run), name) for name, run in runs.items()]
        return gr.update(choices=choices, value=run_a), gr.update(choices=choices, value=run_b)

    def show_difference(run_a: str | None, run_b: str | None, rule: str, shown: str):
        """Everything in this panel for two runs."""
        if not run_a or not run_b or run_a == run_b:
            said = compare_views.SAME_RUN if run_a and run_a == run_b else ""
            return {summary: said, parts: gr.update(visible=False)}
        from benchmark.plots import difference_plot  # plotly: not needed to start the page

        found = find(run_a, run_b, rule)
        before, after = (views.run_title(runner.find(run)) for run in (run_a, run_b))
        return {
            summary: compare_views.summary(found, before, after),
            parts: gr.update(visible=True),
            table: compare_views.comparison_table(found),
            plot: difference_plot(found.rows, compare_views.CHANCE),
            **flip(run_a, run_b, rule, shown, 0),
        }

    def read_anew(run_a: str | None, run_b: str | None, rule: str, shown: str, now_open: str):
        """The same by another tool's rules, unless nobody looks."""
        return show_difference(run_a, run_b, rule, shown) if now_open == tab.id else {summary: gr.skip()}

    def flip(run_a: str | None, run_b: str | None, rule: str, shown: str, position: int):
        """One flipped answer; the position wraps around at both ends."""
        if not run_a or not run_b or run_a == run_b:
            return {card: "", place: 0}
        flips = [flip for flip in find(run_a, run_b, rule).flips if _wanted(flip, shown)]
        if not flips:
            return {card: compare_views.NO_FLIPS, place: 0}
        position %= len(flips)
        one = flips[position]
        picture, note = picture_of(runner, runner.find(run_b), one.subtask, one.image)
        return {card: compare_views.flip_card(one, position + 1, len(flips), picture, note), place: position}

    def turn(step: int) -> Callable:
        def turn_flip(run_a: str | None, run_b: str | None, rule: str, shown: str, position: int):
            return flip(run_a, run_b, rule, shown, position + step)

        return turn_flip

    picked = [first, second, choice.parser, which]
    outputs = [summary, parts, table, plot, card, place]
    comparing = {
        "fn": explained(show_difference), "inputs": picked, "outputs": outputs, "api_visibility": "private",
        "show_progress": "minimal", "show_progress_on": summary,
    }  # fmt: skip
    tab.select(
        explained(offer), [choice.run, first, second, touched], [first, second], **PRIVATE
    ).then(**comparing)  # fmt: skip
    gr.on([first.input, second.input], lambda: True, None, touched, **PRIVATE, queue=False)
    gr.on([first.input, second.input], **comparing)
    choice.parser.input(**{**comparing, "fn": explained(read_anew), "inputs": [*picked, opened]})
    which.input(explained(turn(0)), [*picked, place], [card, place], **PRIVATE)
    back.click(explained(turn(-1)), [*picked, place], [card, place], **PRIVATE)
    forth.click(explained(turn(1)), [*picked, place], [card, place], **PRIVATE)


def _compared(path_a: Path, _state_a: tuple, path_b: Path, _state_b: tuple, rule: str) -> Comparison:
    """The comparison of two runs in these states; a run that grows is another argument."""
    return compare_runs(RunFolder.open(path_a), RunFolder.open(path_b), rule)


def _likely_pair(runs: Mapping[str, RunFolder], looked_at: str | None) -> tuple[str | None, str | None]:
    """Two runs on the same questions, the older one first: the one that is looked at, else the newest that has a peer.

    Runs that planned the same questions go before those that share only some.
    """
    newest_first = sorted(runs, key=lambda name: name != looked_at)  # stable: the others keep their order
    for one in newest_first:
        asked = runs[one].settings
        peers = [
            name
            for name, run in runs.items()
            if name != one and run.settings.suite.fingerprint == asked.suite.fingerprint
        ]
        peers.sort(key=lambda name: runs[name].settings.planned != asked.planned)
        if peers:
            older, newer = sorted((one, peers[0]), key=lambda name: (runs[name].created, name))
            return older, newer
    return None, None


def _wanted(flip: Flip, shown: str) -> bool:
    return shown == ALL or (flip.gained if shown == RIGHT else flip.lost)
