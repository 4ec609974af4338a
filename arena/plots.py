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
DIVERGING = ((0.0, "#d99a3c"), (0.5, "rgba(124, 132, 150, 0.18)"), (1.0, ACCENT))
SEQUENTIAL = ((0.0, "rgba(124, 132, 150, 0.12)"), (1.0, "#0f9f8f"))


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


def pair_heatmap(table: pd.DataFrame, titles: Mapping[str, str], value: str = "share") -> go.Figure:
    """Models x models in the order of `titles`; `value` is "share" (how often the row's model won) or "tie_share".

    table: `history.pair_table`. Pairs without a game, and shares of ties only, stay empty.
    """
    if value not in ("share", "tie_share"):
        raise ValueError(f"value must be share or tie_share, got {value!r}")
    names = [name for name in titles if name in set(table["model"])]
    cells = table.set_index(["model", "opponent"])
    shown, hover = [], []
    for model in names:
        row = [cells.loc[(model, other)] if (model, other) in cells.index else None for other in names]
        shown.append([None if cell is None or pd.isna(cell[value]) else 100 * cell[value] for cell in row])
        hover.append(
            [
                "no battle yet"
                if cell is None
                else f"{cell['wins']:.0f} won, {cell['ties']:.0f} tied, {cell['losses']:.0f} lost"
                for cell in row
            ]
        )
    labels = [titles[name] for name in names]
    wins = value == "share"
    figure = go.Figure(
        go.Heatmap(
            z=shown,
            x=labels,
            y=labels,
            zmin=0,
            zmax=100,
            xgap=2,
            ygap=2,
            colorscale=DIVERGING if wins else SEQUENTIAL,
            texttemplate="%{z:.0f} %",
            customdata=hover,
            hovertemplate="<b>%{y}</b> against <b>%{x}</b><br>%{customdata}<extra></extra>",
            colorbar={"title": {"text": "won, %" if wins else "tied, %"}, "tickfont": {"color": INK}, "thickness": 12},
            hoverongaps=False,
        )
    )
    figure.update_layout(**_layout(height=150 + 46 * len(names)))
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


def pairs_plot(table: pd.DataFrame, titles: Mapping[str, str], most: int = 30) -> go.Figure:
    """Battles of each pair of models as bars, most first; table: `history.battles_per_pair`."""
    shown = table.head(most)
    labels = [
        f"{titles.get(row.model, row.model)} – {titles.get(row.opponent, row.opponent)}" for row in shown.itertuples()
    ]
    figure = go.Figure(
        go.Bar(
            x=shown["battles"],
            y=labels,
            orientation="h",
            marker={"color": ACCENT},
            text=shown["battles"],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:,} battles<extra></extra>",
        )
    )
    figure.update_layout(**_layout(height=90 + 30 * len(shown)), showlegend=False)
    figure.update_xaxes(fixedrange=True, gridcolor=GRID, rangemode="tozero", tickformat=",d")
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True, ticksuffix="  ")
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
            textposition="top center",
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
    figure.update_xaxes(title="benchmark score", gridcolor=GRID, fixedrange=True)
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
