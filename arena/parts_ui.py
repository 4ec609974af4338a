"""Sub-tabs of a tab that are read anew when they are seen: a plot that is drawn in a hidden tab keeps a wrong width."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import gradio as gr

from arena import ratings_views as views
from arena.errors import ArenaError
from arena.views import AXIS_TITLES
from arena.votes import Axis
from models.page_ui import PRIVATE, enclosing_tab, explaining


@dataclass(frozen=True)
class Part:
    """What a sub-tab shows. refresh takes the values of `inputs`, the controls whose change makes it anew, and gives
    updates of `outputs`."""

    inputs: Sequence[gr.components.Component]
    outputs: Sequence[gr.components.Component]
    refresh: Callable[..., dict]


def show_parts(builders: Mapping[str, Callable[[], Part]], elem_id: str) -> None:
    """Sub-tabs in the current gr.Tab by title; each builder fills its own."""
    whole = enclosing_tab()
    opened = gr.State(0)
    tabs, parts = [], []
    with gr.Tabs(elem_id=f"{elem_id}-parts", elem_classes="arena-parts"):
        for title, build in builders.items():
            with gr.Tab(title, id=f"{elem_id}-{title.lower()}") as tab:
                parts.append(build())
            tabs.append(tab)

    def read(number: int) -> Callable[..., dict]:
        return lambda *values: {opened: number, **parts[number].refresh(*values)}

    for number, (tab, part) in enumerate(zip(tabs, parts, strict=True)):
        events = [tab.select, *(control.input for control in part.inputs)]
        outputs = [opened, *part.outputs]
        gr.on(events, explaining(ArenaError)(read(number)), list(part.inputs), outputs, **PRIVATE)

    def reopen(number: int, *values: object) -> dict:
        """The sub-tab that was open when the whole tab was left."""
        first = sum(len(part.inputs) for part in parts[:number])
        return parts[number].refresh(*values[first : first + len(parts[number].inputs)])

    inputs = [control for part in parts for control in part.inputs]
    outputs = [component for part in parts for component in part.outputs]
    whole.select(explaining(ArenaError)(reopen), [opened, *inputs], outputs, **PRIVATE)


def axis_radio(elem_id: str, overall: bool = False, titles: Mapping[Axis, str] = AXIS_TITLES) -> gr.Radio:
    """Which question is meant; with `overall` also both together."""
    chosen = [(title, axis.value) for axis, title in titles.items()]
    chosen += [("Both together", views.OVERALL)] if overall else []
    return gr.Radio(
        chosen, value=Axis.HALLUCINATION.value, label="Question", show_label=False, container=False, elem_id=elem_id,
        elem_classes="arena-segments",
    )  # fmt: skip


def plot(elem_id: str, label: str) -> gr.Plot:
    return gr.Plot(label=label, show_label=False, elem_id=elem_id, visible=False)
