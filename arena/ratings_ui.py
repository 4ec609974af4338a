"""The Ratings tab: sub-tabs that are read anew when they are opened; see `arena.insights` for what that costs."""

from collections.abc import Callable, Mapping

import gradio as gr
import pandas as pd

from arena import history, rates
from arena import ratings_views as views
from arena.battle_parts_ui import html
from arena.errors import ArenaError
from arena.insights import Insights
from arena.parts_ui import Part, axis_radio, plot, show_parts
from arena.ratings import rank_spread
from arena.scores_ui import Scores, scores_part
from arena.service import ArenaService
from arena.votes import Axis

SLICES = ("category", "language", "source")


def ratings_tab(service: ArenaService, benchmark_scores: Scores | None = None) -> None:
    """Fills the current gr.Tab. benchmark_scores gives one row for each model and score: the columns model, name (see
    `people.SCORE_NAMES`) and score; without it that part is not shown."""
    insights = Insights(service.store)
    html(views.INTRO)
    builders: dict[str, Callable[[], Part]] = {
        "Ranking": lambda: _ratings(service, insights),
        "Pairs": lambda: _pairs(service),
        "Mistakes": lambda: _mistakes(service),
        "Trust": lambda: _trust(service, insights),
        "Votes": lambda: _votes(service),
    }
    if benchmark_scores is not None:
        builders["Scores"] = lambda: scores_part(service, benchmark_scores)
    show_parts(builders, "ratings")


def titled(service: ArenaService, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(title=table["model"].map(service.title))


def _ratings(service: ArenaService, insights: Insights) -> Part:
    with gr.Row(elem_classes="arena-controls"):
        by = axis_radio("ratings-axis", overall=True)
        which = gr.Dropdown(
            _choices(service), value="all", label="Which votes", show_label=False, container=False, filterable=False,
            elem_id="ratings-which", min_width=260,
        )  # fmt: skip
    table = html(views.READING, elem_id="ratings-table")
    figure = plot("ratings-plot", "Ratings with their 95 % ranges")
    with gr.Accordion("How are the ratings computed?", open=False, elem_id="ratings-explained"):
        gr.Markdown(views.RATINGS_EXPLAINED)

    def refresh(chosen: object, key: object) -> dict:
        from arena.plots import forest_plot  # plotly: not needed to start the page

        axis, choice = views.read_axis(chosen), views.read_choice(key)
        ratings, notes = _rated(service, insights, axis, choice)
        ratings = titled(service, ratings)
        judged, unjudged = ratings[ratings["battles"] > 0], list(ratings.loc[ratings["battles"] == 0, "title"])
        offered = {which: gr.update(choices=_choices(service))}
        if judged.empty:
            return {**offered, table: views.no_votes(unjudged), figure: gr.update(visible=False)}
        unit = "Judgments" if axis is None else "Battles"
        text = views.ratings_table(judged, unit) + views.unjudged_note(unjudged) + notes
        return {**offered, table: text, figure: gr.update(value=forest_plot(judged), visible=True)}

    return Part([by, which], [which, table, figure], refresh)


def _rated(
    service: ArenaService, insights: Insights, axis: Axis | None, choice: views.Choice
) -> tuple[pd.DataFrame, str]:
    """A table as of `ratings.rate` of the chosen votes, and what has to be said below it."""
    if choice.kind == "voters":
        trust = insights.trust()
        return trust.by_voter[axis], views.reach_note(trust.reach.words(service.votes()))
    table = service.ratings(axis, choice.by, choice.value)
    if choice.kind != "style":
        return table, ""
    styled = insights.styled(axis)
    found = styled.control.table.drop(columns="change").merge(table.drop(columns=["rating", "low", "high"]), on="model")
    spread = rank_spread(found["low"], found["high"], (found["battles"] > 0).to_numpy())
    found["rank_best"], found["rank_worst"] = spread
    said = views.style_words(styled.control.effects) + views.reach_note(styled.reach.words(service.votes()))
    return found, said


def _choices(service: ArenaService) -> list[tuple[str, str]]:
    return views.choices({by: service.store.slices(by) for by in SLICES})


def _pairs(service: ArenaService) -> Part:
    with gr.Row(elem_classes="arena-controls"):
        by = axis_radio("pairs-axis")
        shown = gr.Radio(
            [("Wins", "share"), ("Ties", "tie_share"), ("Battles", "games")], value="share", label="Shown",
            show_label=False, container=False, elem_id="pairs-shown", elem_classes="arena-segments",
        )  # fmt: skip
    text = html(views.READING, elem_id="pairs-text")
    figure = plot("pairs-plot", "How models did against each other")

    def refresh(chosen: object, value: object) -> dict:
        from arena.plots import PAIR_VALUES, pair_heatmap

        axis = views.read_axis(chosen)
        if axis is None or value not in PAIR_VALUES:
            raise ArenaError("Choose one question, and wins, ties or battles.")
        table = history.pair_table(service.store.tallies(axis))
        if table.empty:
            return {text: views.nothing_yet("Pairs appear here once two models have been judged."),
                    figure: gr.update(visible=False)}  # fmt: skip
        order = {name: service.title(name) for name in service.ratings(axis)["model"]}
        return {text: views.PAIRS_EXPLAINED[value],
                figure: gr.update(value=pair_heatmap(table, order, str(value)), visible=True)}  # fmt: skip

    return Part([by, shown], [text, figure], refresh)


def _mistakes(service: ArenaService) -> Part:
    by = axis_radio("mistakes-axis", titles={Axis.HALLUCINATION: "Hallucinated", Axis.INSTRUCTION: "Failed to follow"})
    table = html(views.READING, elem_id="mistakes-table")
    figure = plot("mistakes-plot", "How often each model was wrong")

    def refresh(chosen: object) -> dict:
        from arena.plots import shares_plot

        axis = views.read_axis(chosen) or Axis.HALLUCINATION
        marked = service.store.marked_answers() if axis is Axis.HALLUCINATION else None
        found = titled(service, rates.rates(service.store.tallies(axis), marked))
        found = found[found["answers"] > 0]
        if found.empty:
            return {table: views.nothing_yet("Shares appear here after the first judgment."),
                    figure: gr.update(visible=False)}  # fmt: skip
        text = f'<p class="arena-quiet">{views.MISTAKES_EXPLAINED[axis]}</p>{views.mistakes_table(found)}'
        return {table: text, figure: gr.update(value=shares_plot(found), visible=True)}

    return Part([by], [table, figure], refresh)


def _trust(service: ArenaService, insights: Insights) -> Part:
    said = html(views.READING, elem_id="trust-said")
    by = axis_radio("trust-axis")
    table = html(elem_id="trust-table")

    def refresh(chosen: object) -> dict:
        axis = views.read_axis(chosen) or Axis.HALLUCINATION
        biases = [history.side_bias(each, service.store.tallies(each)) for each in Axis]
        found = insights.trust()
        text = views.agreement_words(found.agreement) + views.bias_words(biases)
        moved = found.sensitivity[axis]
        titles: Mapping[str, str] = {name: service.title(name) for name in moved["model"]}
        reach = views.reach_note(found.reach.words(service.votes()))
        if not moved["votes"].max() > 0:
            return {said: text, table: views.nothing_yet("This table appears after the first judgment.")}
        return {said: text, table: views.sensitivity_table(moved, titles) + reach}

    return Part([by], [said, table], refresh)


def _votes(service: ArenaService) -> Part:
    text = html(views.READING, elem_id="votes-text")
    figure = plot("votes-days", "Votes by day")

    def refresh() -> dict:
        from arena.plots import days_plot

        table = history.per_day(service.store.votes_by_day())
        if table.empty:
            return {text: views.nothing_yet("Votes are counted here by day."), figure: gr.update(visible=False)}
        return {text: views.days_words(table), figure: gr.update(value=days_plot(table), visible=True)}

    return Part([], [text, figure], refresh)
