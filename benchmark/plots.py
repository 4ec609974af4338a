"""Plots of scores: data in, plotly figure out. Colors are readable on light and on dark pages."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from benchmark.comparison import Row
from benchmark.subtasks import SUBTASKS
from benchmark.views import SHORT_TITLES

# The page's accent, then Okabe and Ito's palette without what vanishes on a dark or a light page.
PALETTE = ("#6366F1", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
PUBLISHED_COLOR = "#8a97a8"
OWN_COLOR = PALETTE[0]
_INK = "#7c8594"  # text and lines: at least 3.5:1 on white and on near-black
_GRID = "rgba(125,133,148,0.28)"
_AXIS = {"gridcolor": _GRID, "tickfont": {"color": _INK}}
_SUBTASK_NAMES = {subtask.name: subtask.title for subtask in SUBTASKS}


def radar(scores: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """Spider chart: name of a run -> subtask -> score (0 to 200). Subtasks without a score are left out.

    Answering yes to everything gives 50 on each, drawn as a dotted ring.
    """
    axes = [s for s in SUBTASKS if any(s.name in values for values in scores.values())]
    labels = [_label(s.name).replace(" ", "<br>") for s in axes]
    between = 90 + 180 / max(1, len(labels))  # degrees: between two spokes, clear of their labels
    figure = go.Figure()
    for index, (name, values) in enumerate(scores.items()):
        color = PALETTE[index % len(PALETTE)]
        points = [values.get(s.name) for s in axes]
        figure.add_trace(
            go.Scatterpolar(
                r=[*points, *points[:1]],
                theta=[*labels, *labels[:1]],
                name=name,
                line={"color": color, "width": 2.5},
                marker={"color": color, "size": 6},
                fill="toself",
                fillcolor=_translucent(color),
                hovertemplate="%{theta}: %{r:.1f} of 200<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatterpolar(
            r=[50] * (len(labels) + 1),
            theta=[*labels, *labels[:1]],
            name="always saying yes",
            mode="lines",
            line={"color": _INK, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        **_layout(height=400),
        showlegend=True,
        legend={"orientation": "h", "y": -0.12, "x": 0.5, "xanchor": "center"},
        polar={
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {
                "range": [0, 200],
                "tickvals": [50, 100, 150, 200],
                "gridcolor": _GRID,
                "linecolor": _GRID,
                "tickfont": {"size": 10, "color": _INK},
                "angle": between,
                "tickangle": between,
            },
            "angularaxis": {
                "gridcolor": _GRID,
                "linecolor": _GRID,
                "tickfont": {"size": 11, "color": _INK},
                "direction": "clockwise",
                "rotation": 90,
            },
        },
    )
    figure.update_layout(margin={"l": 62, "r": 62, "t": 28, "b": 28})
    return figure


def difference_plot(
    rows: Sequence[Row], chance: float = 0.05, title: str = "A better  ←  points  →  B better"
) -> go.Figure:
    """What changed from run A to run B, in points per subtask, each with its 95 % interval; colored when p is small.

    `title` says below the plot what left and right mean.
    """
    shown = [row for row in rows if row.holm is not None or row.name in _SUBTASK_NAMES]
    solid = [(row.p if row.holm is None else row.holm) < chance and row.changed > 0 for row in shown]
    colors = [OWN_COLOR if sure else PUBLISHED_COLOR for sure in solid]
    reach = max([10.0, *(abs(end) for row in shown for end in (row.low, row.high, row.difference))])
    figure = go.Figure()
    for row, color in zip(shown, colors, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[row.difference],
                y=[_label(row.name)],
                mode="markers",
                marker={"color": color, "size": 10},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [row.high - row.difference],
                    "arrayminus": [row.difference - row.low],
                    "color": color,
                    "thickness": 2.5,
                    "width": 0,
                },
                hovertemplate=f"%{{y}}: {row.difference:+.1f}, from {row.low:+.1f} to {row.high:+.1f}<extra></extra>",
            )
        )
    figure.add_vline(x=0, line={"color": _INK, "width": 1.5})
    figure.update_layout(**_layout(height=80 + 28 * max(1, len(shown))), showlegend=False)
    figure.update_xaxes(range=[-1.08 * reach, 1.08 * reach], title=title, **_AXIS, zeroline=False, nticks=7)
    figure.update_yaxes(
        autorange="reversed", automargin=True, tickfont={"color": _INK}, ticksuffix=" ", gridcolor=_GRID
    )
    figure.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 44}, dragmode=False)
    return figure


def answer_shares(confusion: pd.DataFrame) -> go.Figure:
    """Per subtask the shares of yes, no and unclear answers; balanced is half yes, where the line is.

    `confusion` has columns name, yes_rate, no_rate, other_rate (0 to 1).
    """
    rows = confusion[confusion["name"].isin(_SUBTASK_NAMES)]
    labels = [_label(name) for name in rows["name"]]
    figure = go.Figure()
    for column, name, color in (
        ("yes_rate", "yes", PALETTE[0]),
        ("no_rate", "no", PALETTE[1]),
        ("other_rate", "unclear", PUBLISHED_COLOR),
    ):
        figure.add_trace(
            go.Bar(
                x=100 * rows[column],
                y=labels,
                name=name,
                orientation="h",
                marker={"color": color},
                hovertemplate=f"%{{y}}: %{{x:.0f}} % {name}<extra></extra>",
            )
        )
    figure.add_vline(x=50, line={"color": _INK, "width": 1.5, "dash": "dot"})
    figure.update_layout(**_layout(height=110 + 26 * max(1, len(labels))), barmode="stack", bargap=0.3)
    figure.update_xaxes(range=[0, 100], ticksuffix=" %", **_AXIS, zeroline=False, tickvals=[0, 25, 50, 75, 100])
    figure.update_yaxes(autorange="reversed", automargin=True, tickfont={"color": _INK}, ticksuffix=" ")
    figure.update_layout(
        margin={"l": 8, "r": 16, "t": 8, "b": 32},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        dragmode=False,
    )
    return figure


def _label(name: str) -> str:
    return SHORT_TITLES.get(name, _SUBTASK_NAMES[name])


def _layout(height: int) -> dict:
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": _INK, "size": 12},
    }


def _translucent(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"
