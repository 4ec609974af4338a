"""What the tabs of this room share: quiet HTML blocks, errors as messages, the list of runs, single pictures."""

import gradio as gr

from benchmark import views
from benchmark.errors import BenchmarkError
from benchmark.results import RunFolder, list_runs
from benchmark.runner import Runner
from models.errors import ModelError
from models.page_ui import PRIVATE, explaining

__all__ = [
    "PRIVATE", "STARTED", "command_folder", "explained", "html_block", "named_runs", "picture_of", "run_choices"
]  # fmt: skip

STARTED = "It has been started: watch it above. What it finds will stand here."

explained = explaining(BenchmarkError, ModelError)
"""Domain errors of an event handler become messages on the page."""


def html_block(value: str = "", **options: object) -> gr.HTML:
    """HTML without the frame that Gradio puts around it."""
    return gr.HTML(value, elem_classes="bench-html", padding=False, **options)


def named_runs(runner: Runner) -> dict[str, RunFolder]:
    """The runs of this installation by name, newest first."""
    runs, _ = list_runs(runner.runs)
    return {runner.name_of(run): run for run in runs}


def run_choices(runner: Runner, run_id: str | None):
    """The list of runs, with this one (or the newest that is no part of an audit) chosen."""
    runs = named_runs(runner)
    newest = [*(name for name, run in runs.items() if not run.settings.alteration), *runs]
    chosen = run_id if run_id in runs else next(iter(newest), None)
    return gr.update(choices=[(views.run_title(run), name) for name, run in runs.items()], value=chosen)


def command_folder(runner: Runner, run: RunFolder, what: str) -> str:
    """Where a command that is shown for a run puts its own; strangers learn nothing of this machine's folders."""
    return f"{runner.runs}/{run.settings.model.name}-{what}" if runner.allow_paths else "FOLDER"


def picture_of(runner: Runner, run: RunFolder, subtask: str, image: str) -> tuple[str, str]:
    """A picture that a run was asked about as an <img>, or nothing and why."""
    suite = runner.suite_of(run)
    pair = suite.find(f"{subtask}/{image}") if suite else None
    if pair is None:
        return "", "The picture is not on this machine: only answers were recorded, or the suite has changed."
    try:
        return views.picture_tag(pair.picture(), views.alt_text(pair), 640), ""
    except (BenchmarkError, ModelError) as error:
        return "", str(error)
