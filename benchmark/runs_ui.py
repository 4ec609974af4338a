"""Start, watch, stop and resume a run: the upper part of the Benchmark tab."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr
from gradio.context import Context
from gradio.events import Dependency

from benchmark import run_views, views
from benchmark.asking import Request, limit_from
from benchmark.data import EMBEDDED
from benchmark.errors import BenchmarkError
from benchmark.parts_ui import PRIVATE, explained, html_block, run_choices
from benchmark.prompt_styles import PromptStyle
from benchmark.records import FULL_ANSWER, VERDICT_FIXED
from benchmark.runner import Runner, State, Status
from benchmark.sources import HUB_DATASETS
from benchmark.subtasks import SUBTASKS
from benchmark.techniques import Technique
from models.registry import find, known_as
from models.spec import ModelSpec

BUSY_TICK, IDLE_TICK = 1.0, 4.0  # seconds between two looks at the runner
SENT_AGAIN = 2
_PATH = "path"


@dataclass(frozen=True)
class Seen:
    """What this visitor's page shows of the runner, so that little is sent twice.

    `left` times the last panel is sent again: on a slow line an older one may arrive after it.
    """

    state: State = State.IDLE
    key: tuple = ()
    left: int = SENT_AGAIN


@dataclass(frozen=True)
class RunPanel:
    """The controls of a run, laid out; `watch_runs` brings them to life."""

    start: gr.Button
    live: gr.HTML
    stop: gr.Button
    resume: gr.Button
    asked: tuple[gr.Component, ...]  # in the order of `begin`


def run_panel(runner: Runner, models: Sequence[ModelSpec]) -> RunPanel:
    """Lay out what to ask on the left and the running run on the right."""
    with gr.Row(elem_id="bench-setup"):
        with gr.Column(scale=5, min_width=300):
            offered = [(_label(spec), known_as(spec.name, spec.source)) for spec in models]
            model = gr.Dropdown(offered, value=offered[0][1], label="Model", elem_id="bench-model", filterable=False)
            quantization = gr.Dropdown(
                list(models[0].weights), value=models[0].weights[0][1], label="Weights",
                info="Fewer bits per weight: less memory, slightly other answers.", elem_id="bench-weights",
                filterable=False,
            )  # fmt: skip
            suite = gr.Dropdown(
                _suite_choices(runner.allow_paths), value=EMBEDDED, label="Questions", elem_id="bench-suite",
                filterable=False,
            )  # fmt: skip
            path = gr.Textbox(
                label="Parquet file, folder of parquet files, TSV file, or folder of the official MME release",
                visible=False, placeholder="/data/MME_Benchmark_release_version", elem_id="bench-path",
            )  # fmt: skip
            limit = gr.Textbox(
                label="Pictures per subtask, at most", placeholder="all of them", max_length=9, elem_id="bench-limit"
            )
            full = gr.Checkbox(
                label="Let every answer finish", value=False, elem_id="bench-full",
                info="Slower. The score is the same; only so you see how long the answers are.",
            )  # fmt: skip
            with gr.Accordion("How the question is put", open=False, elem_id="bench-manner"):
                technique = gr.Dropdown(
                    [(each.title, each.value) for each in Technique], value=Technique.INSTRUCTION.value,
                    label="Way of asking", elem_id="bench-technique", filterable=False,
                    info="Compare two runs afterwards: what does it change, and could that be chance?",
                )  # fmt: skip
                style = gr.Dropdown(
                    [(each.title, each.value) for each in PromptStyle], value=PromptStyle.OFFICIAL.value,
                    label="Wording", elem_id="bench-style", filterable=False,
                    info="Other tools add their own words to MME's questions.",
                )  # fmt: skip
            with gr.Accordion("Only some subtasks", open=False, elem_id="bench-some"):
                subtasks = gr.CheckboxGroup(
                    [(s.title, s.name) for s in SUBTASKS], label="Subtasks", show_label=False,
                    info="None chosen: all of them.", elem_id="bench-subtasks",
                )  # fmt: skip
            start = gr.Button("Start", variant="primary", size="lg", elem_id="bench-start")
        with gr.Column(scale=7, min_width=300):
            live = html_block(run_views.live_panel(Status()), elem_id="bench-live")
            with gr.Row(elem_id="bench-controls"):
                stop = gr.Button("Stop", variant="stop", visible=False, elem_id="bench-stop")
                resume = gr.Button("Resume", visible=False, elem_id="bench-resume")

    def weights_of(name: str, before: str):
        choices = list(find(name).weights)
        return gr.update(choices=choices, value=before if before in dict(choices).values() else choices[0][1])

    model.input(explained(weights_of), [model, quantization], quantization, **PRIVATE, queue=False)
    suite.change(lambda source: gr.update(visible=source == _PATH), suite, path, **PRIVATE, queue=False)
    return RunPanel(
        start, live, stop, resume, (model, quantization, suite, path, subtasks, limit, full, technique, style)
    )


def watch_runs(
    runner: Runner,
    panel: RunPanel,
    chosen: gr.Dropdown,
    go_on: gr.Button,
    ended: gr.Number,
    started: Sequence[Dependency] = (),
) -> None:
    """Bring a panel to life. `chosen` is the run whose results are shown, `go_on` resumes that one.

    `ended` counts the runs that this page saw end: their results are to be shown anew. `started` are events elsewhere
    that start a run for the one that is looked at, which stays so.
    """
    seen = gr.State(Seen())
    mine = gr.State(False)  # whether this visitor started or resumed the current run
    timer = gr.Timer(IDLE_TICK)

    def begin(
        name: str,
        weights: str,
        source: str,
        where: str,
        some: list[str],
        most: str,
        to_the_end: bool = False,
        technique: str = Technique.INSTRUCTION,
        style: str = PromptStyle.OFFICIAL,
    ):
        source = (where or "").strip() if source == _PATH else source
        stop_rule = FULL_ANSWER if to_the_end else VERDICT_FIXED
        limit = limit_from(most)
        runner.start(Request(name, source, weights, tuple(some or ()), limit, stop_rule, style, technique))
        return True

    def look(before: Seen, current: str | None, started_here: bool, count: int):
        """What changed since this page last looked; a run that was started here is shown when it ends."""
        status = runner.status()
        key = _key(status)
        again = key == before.key
        if again and not before.left:
            return {seen: gr.skip()}
        now = Seen(status.state, key, before.left - 1 if again else SENT_AGAIN)
        busy = status.state.busy
        changes = {
            seen: now,
            panel.live: run_views.live_panel(status, _thumbnail(status)),
            panel.stop: gr.update(visible=busy, interactive=not status.stopping),
            panel.resume: gr.update(visible=_resumable(runner, status)),
            panel.start: gr.update(interactive=not busy),
            timer: gr.Timer(BUSY_TICK if busy else IDLE_TICK),
        }
        if not again and not busy and status.state is not State.IDLE:
            changes |= {
                chosen: run_choices(runner, status.run_id if started_here and status.run_id else current),
                mine: False,
                ended: (count or 0) + 1,
            }
        return changes

    def stop_run():
        runner.stop()
        return gr.skip()

    def resume_last():
        return resume_run(runner.status().run_id)

    def resume_run(run_id: str | None):
        runner.resume(run_id or "")
        return True

    watched = [seen, panel.live, panel.stop, panel.resume, panel.start, timer, chosen, mine, ended]
    looking = {"fn": explained(look), "inputs": [seen, chosen, mine, ended], "outputs": watched, **PRIVATE}
    for button, action, given in (
        (panel.start, begin, list(panel.asked)),
        (panel.stop, stop_run, None),
        (panel.resume, resume_last, None),
        (go_on, resume_run, chosen),
    ):
        button.click(explained(action), given, mine, **PRIVATE, concurrency_limit=None).success(**looking)
    for event in started:
        event.success(**looking)
    timer.tick(**looking, queue=False)
    Context.root_block.load(**looking)


def _label(spec: ModelSpec) -> str:
    return f"{spec.title} ({spec.size} parameters)" if spec.parameters else spec.title


def _suite_choices(allow_paths: bool) -> list[tuple[str, str]]:
    choices = [
        ("Embedded suite, ships with the app", EMBEDDED),
        ("MME itself, from the Hub (864 MB)", HUB_DATASETS[0]),
    ]
    return [*choices, ("A file or folder on this machine", _PATH)] if allow_paths else choices


def _key(status: Status) -> tuple:
    progress = status.progress
    return (status.state, status.message, status.run_id, status.stopping, progress.done if progress else 0)


def _resumable(runner: Runner, status: Status) -> bool:
    if status.state not in (State.STOPPED, State.FAILED) or not status.run_id:
        return False
    try:
        return not runner.find(status.run_id).finished
    except BenchmarkError:
        return False


def _thumbnail(status: Status) -> str:
    if status.progress is None:
        return ""
    pair = status.progress.pair
    return views.picture_tag(status.progress.picture, views.alt_text(pair), 320)
