"""The Boards tab: three layers of figures, each as a ranking, as a grid of all subtasks and as a profile of one model.

A link to it says which: `?board=count&layer=last` (see board_address.py).
"""

import html

import gradio as gr
from gradio.context import Context

from benchmark import board_views, boards, profiles
from benchmark.board_address import Address, View, address_from
from benchmark.board_filters import ANY_QUANTIZATION, Openness, Size, board_filter, matches, matching
from benchmark.errors import BenchmarkError
from benchmark.own_runs import RunShelf
from benchmark.parts_ui import PRIVATE, explained, html_block
from benchmark.published import Layer, find_layer, layer_boards
from benchmark.runner import Runner
from models.spec import Quantization


def boards_tab(runner: Runner, tab: gr.Tab | None = None) -> None:
    """Fills the current gr.Tab with the boards; refreshed on load, on every choice, and when `tab` opens.

    With `tab`, a link to the boards also opens it.
    """
    shelf = RunShelf(runner.runs)
    followed = gr.State("")  # the model that the visitor chose: kept from layer to layer
    opens = [tab.parent] if tab is not None else []  # taken now: Gradio forgets it once the page is served
    html_block(
        '<div class="bench-intro"><h2>The sixteen boards</h2><p>One for everything about seeing, one for thinking '
        "about "
        "what is seen, and one for each of the fourteen kinds of question.</p></div>"
    )
    layer = gr.Radio(
        [(each.title, each.value) for each in Layer], value=Layer.FIRST.value, label="Whose figures", show_label=False,
        elem_id="boards-layer", elem_classes="bench-segments",
    )  # fmt: skip
    about_layer = html_block(elem_id="boards-layer-about")
    with (
        gr.Accordion("Show only some models", open=False, elem_id="boards-filter") as filters,
        gr.Row(elem_id="boards-filters"),
    ):
        openness = gr.Dropdown(
            [(each.title, each.value) for each in Openness], value=Openness.ANY.value, label="Weights",
            elem_id="boards-open", min_width=160, filterable=False,
        )  # fmt: skip
        size = gr.Dropdown(
            [(each.title, each.value) for each in Size], value=Size.ANY.value, label="Size", elem_id="boards-size",
            min_width=160, filterable=False,
        )  # fmt: skip
        quantization = gr.Dropdown(
            [("As published or with fewer bits", ANY_QUANTIZATION), *((q.title, q.value) for q in Quantization)],
            value=ANY_QUANTIZATION, label="Bits per weight", elem_id="boards-quantization", min_width=160,
            filterable=False, visible=False,
        )  # fmt: skip
    about_filter = html_block(elem_id="boards-filter-about")
    with gr.Tabs(elem_id="boards-views", selected=View.RANKING.value, overflow_behavior="wrap") as views:
        with gr.Tab("Ranking", id=View.RANKING.value):
            name = gr.Radio(
                [(board.title, board.name) for board in boards.BOARDS], value=boards.BOARDS[0].name, label="Board",
                show_label=False, elem_id="boards-name", elem_classes="bench-pills",
            )  # fmt: skip
            table = html_block('<p class="bench-quiet">Opening the boards …</p>', elem_id="boards-table")
        with gr.Tab("All subtasks", id=View.GRID.value):
            grid = html_block(elem_id="boards-grid")
        with gr.Tab("One model", id=View.PROFILE.value):
            lopsided = html_block(elem_id="boards-lopsided")
            model = gr.Dropdown([], value=None, label="Model", elem_id="boards-model", filterable=True)
            with gr.Row(equal_height=False):
                with gr.Column(scale=7, min_width=300):
                    profile = html_block(elem_id="boards-profile")
                with gr.Column(scale=5, min_width=300):
                    radar = gr.Plot(label="Score per subtask", show_label=False, elem_id="boards-radar")
    left_out = html_block(elem_id="boards-left-out")

    def show(where: str, board: str, is_open: str, of_size: str, bits: str, key: str | None):
        """Everything on the tab, for one layer and filter."""
        address = _address(where, board, is_open, of_size, bits, key)
        runs, problems = shelf.runs()
        return {
            about_layer: board_views.layer_note(address.layer, layer_boards(address.layer), runs),
            about_filter: board_views.filter_note(address.wanted, address.layer),
            quantization: gr.update(visible=address.layer is Layer.OWN, value=address.wanted.quantization),
            filters: gr.update(open=True) if not address.wanted.shows_all else gr.skip(),
            left_out: "".join(f'<p class="bench-quiet">Left out: {html.escape(problem)}</p>' for problem in problems),
            table: _ranking(address, runs),
            grid: _grid(address, runs),
            **_profile(address, runs),
        }

    def rank(where: str, board: str, is_open: str, of_size: str, bits: str):
        return _ranking(_address(where, board, is_open, of_size, bits), shelf.runs()[0])

    def look_at(where: str, is_open: str, of_size: str, bits: str, key: str | None):
        address = _address(where, boards.BOARD_NAMES[0], is_open, of_size, bits, key)
        return {followed: address.model, **_profile(address, shelf.runs()[0])}

    def arrive(request: gr.Request):
        """What the page's address asks for; without a wish the boards are filled when their tab opens."""
        try:
            address = address_from(request.query_params)
        except BenchmarkError as error:
            gr.Warning(html.escape(str(error)), title="That link leads nowhere")
            address = None
        if address is None and tab is not None:
            return {left_out: gr.skip()}
        wanted = address or Address()
        filter_ = wanted.wanted
        picked = (wanted.layer.value, wanted.board, filter_.openness.value, filter_.size.value, filter_.quantization)
        shown = show(*picked, wanted.model)
        opened = {tabs: gr.update(selected=tab.id) for tabs in opens}
        values = dict(zip((layer, name, openness, size), picked, strict=False))
        return {**shown, **opened, **values, views: gr.update(selected=wanted.view.value), followed: wanted.model}

    def _profile(address: Address, runs: list) -> dict:
        rows = profiles.grid(address.layer, runs)
        if not rows:
            empty = gr.update(choices=[], value=None, visible=False)
            return {lopsided: board_views.NO_OWN_RUNS, model: empty, profile: "", radar: gr.update(visible=False)}
        from benchmark.plots import radar as radar_plot  # plotly: not needed to start the page

        key = address.model if address.model in {row.key for row in rows} else _most_telling(rows)
        found = profiles.profile(key, rows)
        usual = profiles.medians(profiles.peers_of(found.row, rows))
        lines = {found.row.model: found.row.scores} | ({"the usual score": usual} if usual else {})
        choices = sorted(((row.title, row.key) for row in rows), key=lambda choice: choice[0].lower())
        query = Address(address.layer, address.board, View.PROFILE, key).query
        return {
            lopsided: board_views.lopsided_note(rows),
            model: gr.update(choices=choices, value=key, visible=True),
            profile: board_views.profile_text(found, query),
            radar: gr.update(value=radar_plot(lines), visible=len(found.lines) > 2),
        }

    choices = [layer, name, openness, size, quantization]
    everything = [
        about_layer,
        about_filter,
        quantization,
        filters,
        left_out,
        table,
        grid,
        lopsided,
        model,
        profile,
        radar,
    ]
    shown = {"fn": explained(show), "inputs": [*choices, followed], "outputs": everything, **PRIVATE}
    gr.on([layer.input, openness.input, size.input, quantization.input], **shown)
    name.input(explained(rank), choices, table, **PRIVATE)
    model.input(
        explained(look_at),
        [layer, openness, size, quantization, model],
        [followed, lopsided, model, profile, radar],
        **PRIVATE,
    )
    if tab is not None:
        tab.select(**shown)
    Context.root_block.load(
        explained(arrive), None, [*everything, *opens, views, layer, name, openness, size, followed], **PRIVATE
    )


def _address(
    where: str, board: str, is_open: str = "any", of_size: str = "any", bits: str = "any", key: str | None = None
) -> Address:
    layer = find_layer(where)
    bits = bits if layer is Layer.OWN else ANY_QUANTIZATION  # published figures do not say
    wanted = board_filter(is_open, of_size, bits)
    return Address(layer, boards.find_board(board).name, View.RANKING, key or "", wanted)


def _ranking(address: Address, runs: list) -> str:
    board = boards.find_board(address.board)
    table = boards.layer_table(board.name, address.layer, runs)
    shown = matching(table, address.wanted)
    file = f"mme-{board.name}-{address.layer.value}"
    actions = board_views.board_actions(boards.board_csv(shown), file, address.query) if len(table) else ""
    where = f'<p class="bench-where"><b>{board.title}</b>: {board.explanation}</p>'
    return where + actions + board_views.ranking(table, shown, board, address.layer)


def _grid(address: Address, runs: list) -> str:
    rows = profiles.grid(address.layer, runs)
    shown = [row for row in rows if matches(row, address.wanted)]
    query = Address(address.layer, address.board, View.GRID, "", address.wanted).query
    return board_views.heat_map(rows, shown, address.layer, query)


def _most_telling(rows: list[profiles.GridRow]) -> str:
    """The most lopsided model, or the first one where nobody can be compared."""
    found = profiles.most_lopsided(rows)
    return found[0][0].key if found else rows[0].key
