"""The Boards tab, and what it shares with the Benchmark tab."""

import functools
import html
from collections.abc import Callable

import gradio as gr
from gradio.context import Context

from benchmark import boards, views
from benchmark.errors import BenchmarkError
from benchmark.results import list_runs
from benchmark.runner import Runner
from models.errors import ModelError

PRIVATE = {"show_progress": "hidden", "api_visibility": "private"}


def boards_tab(runner: Runner, tab: gr.Tab | None = None) -> None:
    """Fills the current gr.Tab with the 16 boards; refreshed on load, when another is chosen, and when `tab` opens."""
    html_block(
        '<div class="bench-intro"><h2>The sixteen boards</h2><p>The twelve models with which MME was first published, '
        "and what was run here.</p></div>"
    )
    name = gr.Radio(
        [(board.title, board.name) for board in boards.BOARDS], value=boards.BOARDS[0].name, label="Board",
        show_label=False, elem_id="boards-name",
    )  # fmt: skip
    about = html_block(elem_id="boards-about")
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=300):
            first = html_block(elem_id="boards-table")
        with gr.Column(scale=5, min_width=300):
            bars = gr.Plot(label="Scores", show_label=False, elem_id="boards-plot")
    own = html_block(elem_id="boards-own")

    def show(chosen: str):
        from benchmark.plots import bar_board  # plotly: not needed to start the page

        board = boards.find_board(chosen)
        runs, problems = list_runs(runner.runs)
        published = boards.published()
        table = boards.board_table(chosen, [boards.own_run(run) for run in runs], published)
        sections = {
            group: views.group_heading(group, published.day, published.source, published.link, own=bool(len(
                rows[rows["kind"] == boards.Kind.OWN.value]
            ))) + views.board_section(rows, board.maximum)
            for group, rows in table.groupby("group", sort=False)
        }  # fmt: skip
        others = "".join(section for group, section in sections.items() if group != boards.MME_GROUP)
        left_out = "".join(f'<p class="bench-quiet">Left out: {html.escape(problem)}</p>' for problem in problems)
        return (
            f'<p class="bench-where"><b>{board.title}</b>: {board.explanation}</p>',
            sections[boards.MME_GROUP],
            bar_board(table[table["group"] == boards.MME_GROUP], board.maximum),
            (others or views.NO_OWN_RUNS) + left_out,
        )

    refresh = {"fn": explained(show), "inputs": name, "outputs": [about, first, bars, own], **PRIVATE}
    name.change(**refresh)
    Context.root_block.load(**refresh)
    if tab is not None:
        tab.select(**refresh)


def html_block(value: str = "", **options: object) -> gr.HTML:
    """HTML without the frame that Gradio puts around it."""
    return gr.HTML(value, elem_classes="bench-html", padding=False, **options)


def explained(handler: Callable) -> Callable:
    """The handler with domain errors turned into messages on the page."""

    @functools.wraps(handler)
    def wrapped(*arguments):
        try:
            return handler(*arguments)
        except (BenchmarkError, ModelError) as error:
            raise gr.Error(
                html.escape(str(error)), duration=15, title="That did not work", print_exception=False
            ) from error

    return wrapped
