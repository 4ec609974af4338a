"""Figures of the arena: a data frame goes in, a figure comes out."""

import pandas as pd
import plotly.graph_objects as go

from arena.ratings import CENTRE

ACCENT = "#4f46e5"
INK = "#7c8496"  # readable on a light and on a dark page
GRID = "rgba(124, 132, 150, 0.22)"
ROW_PIXELS = 44


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
        height=110 + ROW_PIXELS * len(table),
        margin={"l": 10, "r": 20, "t": 10, "b": 50},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK, "size": 14},
        showlegend=False,
        dragmode=False,
        xaxis={
            "title": {"text": "rating", "font": {"size": 14}},
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={"autorange": "reversed", "gridcolor": GRID, "automargin": True, "fixedrange": True, "ticksuffix": "  "},
    )
    return figure
