"""Plots of scores: data in, plotly figure out. Colors are readable on light and on dark pages."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from benchmark.subtasks import SUBTASKS

# The page's accent, then Okabe and Ito's palette without what vanishes on a dark or a light page.
PALETTE = ("#6366F1", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
PUBLISHED_COLOR = "#8a97a8"
OWN_COLOR = PALETTE[0]
PARTIAL_COLOR = "#A5B4FC"
_INK = "#7c8594"  # text and lines: at least 3.5:1 on white and on near-black
_GRID = "rgba(125,133,148,0.28)"
_SHORT = {
    "commonsense_reasoning": "Common<br>sense",
    "numerical_calculation": "Sums",
    "text_translation": "Translation",
    "code_reasoning": "Code",
}


def radar(scores: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """Spider chart: name of a run -> subtask -> score (0 to 200). Subtasks without a score are left out.

    Answering yes to everything gives 50 on each, drawn as a dotted ring.
    """
    axes = [s for s in SUBTASKS if any(s.name in values for values in scores.values())]
    labels = [_SHORT.get(s.name, s.title) for s in axes]
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


def bar_board(table: pd.DataFrame, maximum: float) -> go.Figure:
    """Horizontal bars of one group of a board, best on top. `table` has columns model, score, kind, note, rank."""
    names, seen = [], {}
    for model in table["model"]:  # two rows of one name would share a bar
        seen[model] = seen.get(model, 0) + 1
        names.append(model if seen[model] == 1 else f"{model} ({seen[model]})")
    colors = [
        PUBLISHED_COLOR if kind == "published" else OWN_COLOR if pd.notna(rank) else PARTIAL_COLOR
        for kind, rank in zip(table["kind"], table["rank"], strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            x=table["score"],
            y=names,
            orientation="h",
            marker={"color": colors},
            text=[f"{score:.1f}" for score in table["score"]],
            textposition="outside",
            cliponaxis=False,
            textfont={"color": _INK},
            customdata=table["note"],
            hovertemplate="%{y}: %{x:.2f}<br>%{customdata}<extra></extra>",
        )
    )
    figure.update_layout(**_layout(height=max(150, 60 + 30 * len(names))), bargap=0.25)
    figure.update_xaxes(range=[0, maximum * 1.14], gridcolor=_GRID, zeroline=False, tickfont={"color": _INK}, nticks=5)
    figure.update_yaxes(autorange="reversed", automargin=True, tickfont={"color": _INK}, ticksuffix=" ")
    figure.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 32})
    return figure


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
