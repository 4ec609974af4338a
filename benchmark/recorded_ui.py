"""Scoring answers that were recorded elsewhere: the last part of the Benchmark tab."""

from pathlib import Path

import gradio as gr

from benchmark.errors import RunError
from benchmark.importing import IMPORT_ENDINGS, import_recorded, import_upload
from benchmark.parts_ui import PRIVATE, explained, run_choices
from benchmark.results import utc_now
from benchmark.runner import Runner


def recorded_panel(runner: Runner, chosen: gr.Dropdown) -> None:
    """Fills the current block; what is scored becomes the run in `chosen`."""
    with gr.Accordion("Replay a recorded run, without a model", open=False, elem_id="bench-recorded"):
        gr.Markdown(
            "Answers to MME that were recorded elsewhere are scored like a run of this installation: MME's own text "
            "files (or one zip of them), the samples file of lmms-eval (.jsonl), or the result file of VLMEvalKit "
            "(.xlsx, .tsv)."
        )
        title = gr.Textbox(label="Name of the model that answered", max_length=80, elem_id="bench-recorded-name")
        files = gr.File(
            label="Recorded answers", file_count="multiple", file_types=list(IMPORT_ENDINGS), height=140,
            elem_id="bench-recorded-files",
        )  # fmt: skip
        folder = gr.Textbox(
            label="Or a file or folder on this machine", visible=runner.allow_paths, elem_id="bench-recorded-folder"
        )
        replay = gr.Button("Score the recorded answers", elem_id="bench-recorded-start")

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
        return run_choices(runner, run.path.name), None

    replay.click(explained(score_recorded), [title, files, folder], [chosen, files], **PRIVATE)
