"""What the tabs of this room share: quiet HTML blocks, errors as messages, the list of runs, single pictures."""

import gradio as gr

from benchmark import views
from benchmark.errors import BenchmarkError
from benchmark.results import RunFolder, list_runs
from benchmark.runner import Runner
from models.errors import ModelError
from models.page_ui import PRIVATE, explaining

__all__ = ["PRIVATE", "explained", "html_block", "picture_of", "run_choices"]

explained = explaining(BenchmarkError, ModelError)
"""Domain errors of an event handler become messages on the page."""


def html_block(value: str = "", **options: object) -> gr.HTML:
    """HTML without the frame that Gradio puts around it."""
    return gr.HTML(value, elem_classes="bench-html", padding=False, **options)


def run_choices(runner: Runner, run_id: str | None):
    """The list of runs, with this one (or the newest that has an answer) chosen."""
    runs, _ = list_runs(runner.runs)
    names = [run.path.name for run in runs]
    chosen = run_id if run_id in names else (names[0] if names else None)
    return gr.update(choices=[(views.run_title(run), run.path.name) for run in runs], value=chosen)


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
