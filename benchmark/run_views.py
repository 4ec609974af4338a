"""The running (or last) run as HTML."""

from html import escape

from benchmark.result_views import asked, tiles
from benchmark.runner import State, Status
from benchmark.views import clock_text

INTRO = (
    '<div class="bench-intro"><h2>Put a model to the test</h2><p>MME asks two questions about every picture: the true '
    "answer to one is <b>yes</b>, to the other <b>no</b>. A model that always says yes gets only half of them right, "
    "and never both of a pair.</p></div>"
)
_BUSY_WORDS = {State.CHECKING: "Getting ready", State.LOADING: "Loading the model", State.ASKING: "Asking"}


def live_panel(status: Status, thumbnail: str = "") -> str:
    """The running (or last) run: progress bar, current question, score so far, time left."""
    progress = status.progress
    if status.state is State.IDLE:
        return (
            '<div class="bench-live bench-idle"><p class="bench-state">Nothing is running</p><p>Choose a model on this '
            "page and press <b>Start</b>. You can close the page meanwhile: the run goes on, and is here when you come "
            "back.</p></div>"
        )
    share = progress.done / progress.total if progress else 0.0
    words = "Stopping" if status.stopping else _BUSY_WORDS.get(status.state, status.state.value.capitalize())
    parts = [
        f'<div class="bench-live bench-{status.state.value}" data-run="{escape(status.run_id)}"><header>'
        f'<p class="bench-state">{words}</p>'
    ]
    if progress and status.state is State.ASKING:
        parts.append(f'<p class="bench-left">{clock_text(progress.seconds_left)} left</p>')
    parts.append("</header>")
    bar = "bench-bar" if progress or not status.state.busy else "bench-bar bench-unknown"
    parts.append(
        f'<div class="{bar}" role="progressbar" aria-label="Questions answered" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * share:.0f}"><i style="width:{100 * share:.1f}%"></i></div>'
    )
    if progress is None or status.state is not State.ASKING:
        parts.append(f"<p>{escape(status.message)}</p>")
    if progress:
        subtask = progress.pair.subtask
        parts.append(
            f'<p class="bench-where">Question <b>{progress.done}</b> of {progress.total} · {escape(subtask.title)}: '
            f"<span>{escape(subtask.explanation)}</span></p>{tiles(progress.scores)}"
            f'<div class="bench-asked">{thumbnail}'
            f"<div>{asked(progress.question.text, progress.question.truth, progress.response, progress.verdict)}</div>"
            "</div>"
        )
    return "".join(parts) + "</div>"
