"""Do scores agree with people? The part of the Ratings tab that holds one against the other."""

from collections.abc import Callable

import gradio as gr
import pandas as pd

from arena import people
from arena import scores_views as views
from arena.battle_parts_ui import html
from arena.parts_ui import Part, axis_radio, plot
from arena.ratings_views import read_axis
from arena.service import ArenaService
from arena.views import AXIS_TITLES
from arena.votes import Axis

Scores = Callable[[], pd.DataFrame]


def scores_part(service: ArenaService, benchmark_scores: Scores) -> Part:
    """Fills a sub-tab; see `arena.ratings_ui.ratings_tab` for benchmark_scores."""
    text = html(views.EXPLAINED)
    by = axis_radio("scores-axis")
    which = gr.Radio(
        [(name.capitalize(), name) for name in people.SCORE_NAMES], value="perception", label="Score", show_label=False,
        container=False, elem_id="scores-which", elem_classes="arena-segments",
    )  # fmt: skip
    said = html(elem_id="scores-said")
    figure = plot("scores-plot", "Benchmark scores against ratings by people")
    table = html(elem_id="scores-table")

    def refresh(chosen: object, name: object) -> dict:
        from arena.plots import scores_against_ratings

        axis = read_axis(chosen) or Axis.HALLUCINATION
        scores = benchmark_scores().rename(columns={"name": "subtask"})
        joined = people.join(scores, {each: service.ratings(each) for each in Axis})
        if joined.empty:
            return {text: "", said: views.no_scores(), figure: gr.update(visible=False), table: ""}
        found = people.correlations(joined)
        row = found[(found["axis"] == axis.value) & (found["score_name"] == name)]
        points = joined[(joined["axis"] == axis.value) & (joined["score_name"] == name)]
        points = points.assign(title=points["model"].map(service.title))
        words = views.rho_words(None if row.empty else row.iloc[0])
        drawn = {"visible": not points.empty, "value": None if points.empty else scores_against_ratings(points)}
        return {
            text: views.EXPLAINED, said: f'<p class="arena-verdict">{words}</p>', figure: gr.update(**drawn),
            table: views.rho_table(found, AXIS_TITLES),
        }  # fmt: skip

    return Part([by, which], [text, said, figure, table], refresh)
