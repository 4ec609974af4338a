"""The Benchmark tab (the Boards tab is in boards_ui.py): a thin translation between Gradio, the Runner and the views.

A client can call any event at any time with any value, so nothing here is a check: Runner, RunFolder and the importers
check, and their errors become messages on the page.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from gradio.context import Context

from benchmark import views
from benchmark.asking import Request, limit_from
from benchmark.boards_ui import PRIVATE, boards_tab, explained, html_block
from benchmark.data import EMBEDDED
from benchmark.errors import BenchmarkError, RunError
from benchmark.exports import export_zip
from benchmark.importing import import_recorded, import_upload
from benchmark.parsing import Parser, find_parser
from benchmark.results import RunFolder, list_runs, utc_now
from benchmark.runner import Runner, State, Status
from benchmark.scoring import verdict, whole_pairs
from benchmark.sources import HUB_DATASETS
from benchmark.subtasks import SUBTASKS, find_subtask
from models.errors import ModelError
from models.registry import find, known_as
from models.spec import ModelSpec

__all__ = ["benchmark_tab", "boards_tab"]
BUSY_TICK, IDLE_TICK = 1.0, 4.0  # seconds between two looks at the runner
_PATH = "path"
_ALL_PICTURES, _WRONG_PICTURES = "all", "wrong"


@dataclass(frozen=True)
class _Seen:
    """What this visitor's page shows of the runner, so that nothing is sent twice."""

    state: State = State.IDLE
    key: tuple = ()


def benchmark_tab(runner: Runner, models: Sequence[ModelSpec]) -> None:
    """Fills the current gr.Tab: start and watch a run, read the results, look at single pictures."""
    downloads = tempfile.TemporaryDirectory(prefix="mme-arena-exports-")
    seen = gr.State(_Seen())
    mine = gr.State(False)  # whether this visitor started or resumed the current run
    ended = gr.State(0)  # how many runs this page saw end: their results are shown anew
    place = gr.State(0)
    html_block(views.INTRO)
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
                label="Parquet file, folder of parquet files, or folder of the official MME release", visible=False,
                placeholder="/data/MME_Benchmark_release_version", elem_id="bench-path",
            )  # fmt: skip
            limit = gr.Textbox(
                label="Pictures per subtask, at most", placeholder="all of them", max_length=9, elem_id="bench-limit"
            )
            with gr.Accordion("Only some subtasks", open=False, elem_id="bench-some"):
                subtasks = gr.CheckboxGroup(
                    [(s.title, s.name) for s in SUBTASKS], label="Subtasks", show_label=False,
                    info="None chosen: all of them.", elem_id="bench-subtasks",
                )  # fmt: skip
            start = gr.Button("Start", variant="primary", size="lg", elem_id="bench-start")
        with gr.Column(scale=7, min_width=300):
            live = html_block(views.live_panel(Status()), elem_id="bench-live")
            with gr.Row(elem_id="bench-controls"):
                stop = gr.Button("Stop", variant="stop", visible=False, elem_id="bench-stop")
                resume = gr.Button("Resume", visible=False, elem_id="bench-resume")
    html_block('<h2 class="bench-heading">Results</h2>')
    with gr.Row(elem_id="bench-choose"):
        chosen = gr.Dropdown(
            [], value=None, label="Run", scale=3, min_width=280, elem_id="bench-run", filterable=False,
            info="Every run of this installation, newest first.",
        )  # fmt: skip
        parser = gr.Dropdown(
            [(title, parser.value) for parser, title in views.PARSER_TITLES.items()], value=Parser.OFFICIAL.value,
            label="Answers read as by", info="Switch and see what changes; nothing is asked again.", scale=2,
            min_width=240, elem_id="bench-parser", filterable=False,
        )  # fmt: skip
    nothing = html_block('<p class="bench-quiet">No run yet: start one above, or replay a recorded one below.</p>')
    with gr.Column(visible=False, elem_id="bench-results") as results:
        totals = html_block(elem_id="bench-totals")
        with gr.Row(equal_height=False):
            with gr.Column(scale=7, min_width=300):
                table = html_block(elem_id="bench-table")
            with gr.Column(scale=5, min_width=300):
                radar = gr.Plot(label="Score per subtask", show_label=False, elem_id="bench-radar")
        with gr.Row(elem_id="bench-actions"):
            export = gr.DownloadButton("Download in MME's text format", size="md", elem_id="bench-export")
            go_on = gr.Button("Resume this run", size="md", visible=False, elem_id="bench-go-on")
        with gr.Accordion("How is this scored?", open=False):
            gr.Markdown(views.SCORING_EXPLAINED)
        html_block('<h2 class="bench-heading">Picture by picture</h2>')
        with gr.Row(elem_id="bench-pick"):
            subtask = gr.Dropdown([], label="Subtask", min_width=200, elem_id="bench-subtask", filterable=False)
            which = gr.Radio(
                [("All pictures", _ALL_PICTURES), ("Those with a wrong answer", _WRONG_PICTURES)],
                value=_ALL_PICTURES, label="Show", min_width=280, elem_id="bench-which",
            )  # fmt: skip
        card = html_block(elem_id="bench-card")
        with gr.Row(elem_id="bench-turn"):
            back = gr.Button("← Previous", size="md", elem_id="bench-back", min_width=120)
            forth = gr.Button("Next →", size="md", elem_id="bench-forth", min_width=120)
    with gr.Accordion("Replay a recorded run, without a model", open=False, elem_id="bench-recorded"):
        gr.Markdown(
            "Answers that were recorded in MME's text format (14 files, four columns: image, question, true answer, "
            "response) are scored like a run of this installation. Give one zip, or the text files."
        )
        title = gr.Textbox(label="Name of the model that answered", max_length=80, elem_id="bench-recorded-name")
        files = gr.File(
            label="Zip or text files", file_count="multiple", file_types=[".zip", ".txt", ".json"], height=140,
            elem_id="bench-recorded-files",
        )  # fmt: skip
        folder = gr.Textbox(
            label="Or a folder on this machine", visible=runner.allow_paths, elem_id="bench-recorded-folder"
        )
        replay = gr.Button("Score the recorded answers", elem_id="bench-recorded-start")

    def weights_of(name: str, before: str):
        choices = list(find(name).weights)
        return gr.update(choices=choices, value=before if before in dict(choices).values() else choices[0][1])

    def begin(name: str, weights: str, source: str, where: str, some: list[str], most: str):
        source = (where or "").strip() if source == _PATH else source
        runner.start(Request(name, source, weights, tuple(some or ()), limit_from(most)))
        return True

    def look(before: _Seen, current: str | None, started_here: bool, count: int):
        """What changed since this page last looked; a run that was started here is shown when it ends."""
        status = runner.status()
        now = _Seen(status.state, _key(status))
        if now == before:
            return {seen: gr.skip()}
        busy = status.state.busy
        changes = {
            seen: now,
            live: views.live_panel(status, _thumbnail(status)),
            stop: gr.update(visible=busy, interactive=not status.stopping),
            resume: gr.update(visible=_resumable(runner, status)),
            start: gr.update(interactive=not busy),
            timer: gr.Timer(BUSY_TICK if busy else IDLE_TICK),
        }
        if not busy and status.state is not State.IDLE:
            follow = started_here or not current
            changes |= {
                chosen: _run_choices(runner, status.run_id if follow and status.run_id else current),
                mine: False,
                ended: count + 1,
            }
        return changes

    def show(run_id: str | None, rule: str, kind: str | None, shown: str):
        """Everything under Results for one run."""
        if not run_id:
            return {results: gr.update(visible=False), nothing: gr.update(visible=True)}
        from benchmark.plots import radar as radar_plot  # plotly: not needed to start the page

        run = runner.find(run_id)
        scores = run.scores(rule)
        names = list(scores.subtasks)
        kind = kind if kind in names else (names[0] if names else None)
        values = {run.settings.model.title: {name: s.score for name, s in scores.subtasks.items()}}
        return {
            results: gr.update(visible=True),
            nothing: gr.update(visible=False),
            totals: views.tiles(scores) + views.run_details(run, scores),
            table: views.results_table(scores, run.coverage(scores)),
            radar: gr.update(value=radar_plot(values) if names else None, visible=len(names) > 2),
            export: gr.update(value=str(export_zip(run, Path(downloads.name))) if names else None, visible=bool(names)),
            go_on: gr.update(visible=not run.settings.recorded and not run.finished),
            subtask: gr.update(choices=[(find_subtask(n).title, n) for n in names], value=kind),
            **page(run_id, rule, kind, shown, 0),
        }

    def page(run_id: str | None, rule: str, kind: str | None, shown: str, position: int):
        """One picture of the drill-down; the position wraps around at both ends."""
        if not run_id or not kind:
            return {card: "", place: 0}
        run, rule = runner.find(run_id), find_parser(rule)
        pairs = [pair for pair in whole_pairs(run.responses()) if pair[0].subtask == kind]
        if shown == _WRONG_PICTURES:
            pairs = [pair for pair in pairs if any(verdict(r, rule) != r.truth for r in pair)]
        if not pairs:
            return {card: views.NO_SUCH_PICTURE, place: 0}
        position %= len(pairs)
        picture, note = _picture(runner, run, pairs[position][0].subtask, pairs[position][0].image)
        return {card: views.image_card(pairs[position], rule, position + 1, len(pairs), picture, note), place: position}

    def turn(step: int) -> Callable:
        def turn_page(run_id: str | None, rule: str, kind: str | None, shown: str, position: int):
            return page(run_id, rule, kind, shown, position + step)

        return turn_page

    def score_recorded(name: str, uploaded: list[str] | None, where: str):
        where = (where or "").strip()
        if where and not runner.allow_paths:
            raise RunError("folders of this machine are off on this page; upload the files instead")
        if not where and not uploaded:
            raise RunError("nothing to replay: upload a zip or the text files with the answers")
        if where:
            run = import_recorded(Path(where).expanduser(), runner.runs, name, utc_now())
        else:
            run = import_upload([Path(file) for file in uploaded], runner.runs, name, utc_now())
        gr.Info("Scored; it is in the list of runs.")
        return _run_choices(runner, run.path.name), None

    def stop_run():
        runner.stop()
        return gr.skip()

    def resume_last():
        return resume_run(runner.status().run_id)

    def resume_run(run_id: str | None):
        runner.resume(run_id or "")
        return True

    timer = gr.Timer(IDLE_TICK)
    watched = [seen, live, stop, resume, start, timer, chosen, mine, ended]
    shown_parts = [results, nothing, totals, table, radar, export, go_on, subtask, card, place]
    looking = {"fn": explained(look), "inputs": [seen, chosen, mine, ended], "outputs": watched, **PRIVATE}
    picked = [chosen, parser, subtask, which]
    for button, action, given in (
        (start, begin, [model, quantization, suite, path, subtasks, limit]),
        (stop, stop_run, None),
        (resume, resume_last, None),
        (go_on, resume_run, chosen),
    ):
        button.click(explained(action), given, mine, **PRIVATE, concurrency_limit=None).success(**looking)
    timer.tick(**looking, queue=False)
    model.input(explained(weights_of), [model, quantization], quantization, **PRIVATE, queue=False)
    suite.change(lambda source: gr.update(visible=source == _PATH), suite, path, **PRIVATE, queue=False)
    gr.on([chosen.change, parser.change, ended.change], explained(show), picked, shown_parts, **PRIVATE)
    gr.on([subtask.input, which.input], explained(turn(0)), [*picked, place], [card, place], **PRIVATE)
    back.click(explained(turn(-1)), [*picked, place], [card, place], **PRIVATE)
    forth.click(explained(turn(1)), [*picked, place], [card, place], **PRIVATE)
    replay.click(explained(score_recorded), [title, files, folder], [chosen, files], **PRIVATE)
    page_load = Context.root_block.load
    page_load(lambda: _run_choices(runner, None), None, chosen, **PRIVATE)
    page_load(**looking)


def _label(spec: ModelSpec) -> str:
    return f"{spec.title} ({spec.size} parameters)" if spec.parameters else spec.title


def _suite_choices(allow_paths: bool) -> list[tuple[str, str]]:
    choices = [
        ("Embedded suite, ships with the app", EMBEDDED),
        ("MME itself, from the Hub (864 MB)", HUB_DATASETS[0]),
    ]
    return [*choices, ("A file or folder on this machine", _PATH)] if allow_paths else choices


def _run_choices(runner: Runner, run_id: str | None):
    """The list of runs, with this one (or the newest that has an answer) chosen."""
    runs, _ = list_runs(runner.runs)
    names = [run.path.name for run in runs]
    chosen = run_id if run_id in names else (names[0] if names else None)
    return gr.update(choices=[(views.run_title(run), run.path.name) for run in runs], value=chosen)


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


def _picture(runner: Runner, run: RunFolder, subtask: str, image: str) -> tuple[str, str]:
    """The picture of a drill-down card, or why there is none."""
    suite = runner.suite_of(run)
    pair = suite.find(f"{subtask}/{image}") if suite else None
    if pair is None:
        return "", "The picture is not on this machine: only answers were recorded, or the suite has changed."
    try:
        return views.picture_tag(pair.picture(), views.alt_text(pair), 640), ""
    except (BenchmarkError, ModelError) as error:
        return "", str(error)
