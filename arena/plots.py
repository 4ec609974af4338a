"""Figures of the arena: a data frame goes in, a figure comes out."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from arena.ratings import CENTRE

ACCENT = "#4f46e5"
INK = "#7c8496"  # readable on a light and on a dark page
GRID = "rgba(124, 132, 150, 0.22)"
ROW_PIXELS = 44
SECOND = "#E69F00"  # of Okabe and Ito's palette: told from the accent by everybody
# opaque, so that the numbers on them are as legible on a dark page
DIVERGING = ((0.0, "#d99a3c"), (0.5, "#eceef4"), (1.0, ACCENT))
PAIR_VALUES = ("share", "tie_share", "games")
SEQUENTIAL = ((0.0, "#eceef4"), (1.0, "#0f9f8f"))


def forest_plot(table: pd.DataFrame) -> go.Figure:
    """Ratings as dots with their 95 % intervals as bars, best on top.

    table has the columns title, rating, low, high and battles, best first; see `arena.ratings.rate`.
    """
    figure = go.Figure(
        go.Scatter(
            x=table["rating"],
            y=table["title"],
            mode="markers",
            marker={"size": 13, "color": ACCENT},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": table["high"] - table["rating"],
                "arrayminus": table["rating"] - table["low"],
                "color": ACCENT,
                "thickness": 2.5,
                "width": 7,
            },
            customdata=table[["low", "high", "battles"]],
            hovertemplate="<b>%{y}</b><br>rating %{x:.0f}, between %{customdata[0]:.0f} and %{customdata[1]:.0f}"
            "<br>%{customdata[2]} judged battles<extra></extra>",
        )
    )
    figure.add_vline(x=CENTRE, line={"dash": "dot", "width": 1.5, "color": INK})
    figure.update_layout(
        **_layout(height=110 + ROW_PIXELS * len(table)),
        showlegend=False,
        xaxis={
            "title": {"text": "rating", "font": {"size": 14}},
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={"autorange": "reversed", "gridcolor": GRID, "automargin": True, "fixedrange": True, "ticksuffix": "  "},
    )
    return figure


def shares_plot(table: pd.DataFrame) -> go.Figure:
    """How often each model was wrong at least, with the 95 % range; table: of `rates.rates` with title."""
    share, low, high = (100 * table[name] for name in ("rate", "low", "high"))
    figure = go.Figure(
        go.Scatter(
            x=share,
            y=table["title"],
            mode="markers",
            marker={"size": 13, "color": ACCENT},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": high - share,
                "arrayminus": share - low,
                "color": ACCENT,
                "thickness": 2.5,
                "width": 7,
            },
            customdata=pd.DataFrame({"low": low, "high": high, "answers": table["answers"]}),
            hovertemplate="<b>%{y}</b><br>at least %{x:.0f} %, between %{customdata[0]:.0f} and %{customdata[1]:.0f} %"
            "<br>%{customdata[2]} judged answers<extra></extra>",
        )
    )
    figure.update_layout(**_layout(height=110 + ROW_PIXELS * len(table)), showlegend=False)
    figure.update_xaxes(title="wrong at least, %", gridcolor=GRID, zeroline=False, fixedrange=True, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", gridcolor=GRID, automargin=True, fixedrange=True, ticksuffix="  ")
    return figure


def pair_heatmap(table: pd.DataFrame, titles: Mapping[str, str], value: str = "share") -> go.Figure:
    """Models x models in the order of `titles`; `value` is "share" (how often the row's model won), "tie_share" or
    "games".

    table: `history.pair_table`. Pairs without a game, and shares of ties only, stay empty.
    """
    if value not in PAIR_VALUES:
        raise ValueError(f"value must be one of {', '.join(PAIR_VALUES)}, got {value!r}")
    names = [name for name in titles if name in set(table["model"])]
    cells = table.set_index(["model", "opponent"])
    factor, unit = (1, "") if value == "games" else (100, " %")
    shown, hover, written = [], [], []
    for model in names:
        row = [cells.loc[(model, other)] if (model, other) in cells.index else None for other in names]
        shown.append([None if cell is None or pd.isna(cell[value]) else factor * cell[value] for cell in row])
        written.append(["" if number is None else f"{number:,.0f}{unit}" for number in shown[-1]])
        hover.append(
            [
                "no battle yet"
                if cell is None
                else f"{cell['wins']:.0f} won, {cell['ties']:.0f} tied, {cell['losses']:.0f} lost"
                for cell in row
            ]
        )
    labels = [titles[name] for name in names]
    figure = go.Figure(
        go.Heatmap(
            z=shown,
            x=labels,
            y=labels,
            zmin=0,
            zmax=max(1, table["games"].max()) if value == "games" else 100,
            xgap=2,
            ygap=2,
            colorscale=DIVERGING if value == "share" else SEQUENTIAL,
            text=written,
            texttemplate="%{text}",
            customdata=hover,
            hovertemplate="<b>%{y}</b> against <b>%{x}</b><br>%{customdata}<extra></extra>",
            showscale=False,
            hoverongaps=False,
        )
    )
    figure.update_layout(**{**_layout(height=130 + 46 * len(names)), "margin": {"l": 10, "r": 50, "t": 20, "b": 10}})
    figure.update_xaxes(side="top", fixedrange=True, showgrid=False, tickangle=-35 if len(names) > 4 else 0)
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False, automargin=True, ticksuffix="  ")
    return figure


def days_plot(table: pd.DataFrame) -> go.Figure:
    """Votes per day as bars, all votes so far as a line; table: `history.per_day`."""
    figure = go.Figure(
        [
            go.Bar(
                x=table["day"],
                y=table["votes"],
                marker={"color": ACCENT},
                name="on that day",
                hovertemplate="%{x|%d %b %Y}: %{y:,} votes<extra></extra>",
            ),
            go.Scatter(
                x=table["day"],
                y=table["total"],
                yaxis="y2",
                mode="lines+markers" if len(table) < 40 else "lines",
                line={"color": SECOND, "width": 2.5},
                name="all until then",
                hovertemplate="%{x|%d %b %Y}: %{y:,} votes in all<extra></extra>",
            ),
        ]
    )
    figure.update_layout(
        **_layout(height=300),
        showlegend=True,
        legend={"orientation": "h", "y": 1.14, "x": 0},
        yaxis2={"overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False, "fixedrange": True},
        bargap=0.35,
    )
    figure.update_xaxes(fixedrange=True, showgrid=False)
    figure.update_yaxes(rangemode="tozero", fixedrange=True, gridcolor=GRID, tickformat=",d")
    return figure


def scores_against_ratings(table: pd.DataFrame) -> go.Figure:
    """One dot per model: its score in the benchmark across, its rating by people up, with its 95 % interval.

    table: columns title, score, rating, low, high.
    """
    figure = go.Figure(
        go.Scatter(
            x=table["score"],
            y=table["rating"],
            mode="markers+text",
            text=table["title"],
            textposition="middle right",
            cliponaxis=False,
            marker={"size": 12, "color": ACCENT},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": table["high"] - table["rating"],
                "arrayminus": table["rating"] - table["low"],
                "color": INK,
                "thickness": 1.5,
                "width": 5,
            },
            hovertemplate="<b>%{text}</b><br>score %{x:.1f}, rating %{y:.0f}<extra></extra>",
        )
    )
    figure.update_layout(**_layout(height=380), showlegend=False)
    # names stand right of their dots: leave room for the last one
    low, high = table["score"].min(), table["score"].max()
    width = (high - low) or 1
    figure.update_xaxes(
        title="benchmark score", gridcolor=GRID, fixedrange=True, range=[low - 0.08 * width, high + 0.3 * width]
    )
    figure.update_yaxes(title="rating by people", gridcolor=GRID, fixedrange=True)
    return figure


def _layout(height: int) -> dict:
    return {
        "height": height,
        "margin": {"l": 10, "r": 20, "t": 20, "b": 50},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": INK, "size": 14},
        "dragmode": False,
    }
