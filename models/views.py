"""HTML of the Models tab, made from plain facts: no Gradio, no torch. Whatever comes from outside is escaped here."""

from collections.abc import Sequence
from html import escape

from models.escaping import text_of
from models.pool import PooledModel, PoolStatus
from models.spec import Mission, ModelSpec, Quantization, Runs

INTRO = (
    '<div class="models-intro"><h2>The models</h2><p>Who answers here, how much memory each one takes, and what it may '
    "be used for. Pick one and ask it something.</p></div>"
)
MISSION_WORDS = {
    Mission.BENCHMARK: "yes/no questions",
    Mission.ARENA: "free instructions",
    Mission.IN_CONTEXT: "several pictures at once",
}
_RUNS_WORDS = {
    Runs.HERE: "loaded by this app",
    Runs.ENDPOINT: "needs a server of its own",
    Runs.RECORDED: "recorded answers only",
}


def amount(size_bytes: int) -> str:
    """Bytes in short words: "27 MiB", "3.8 GiB"."""
    return f"{size_bytes / 2**30:.1f} GiB" if size_bytes >= 2**30 else f"{size_bytes / 2**20:.0f} MiB"


def memory_panel(status: PoolStatus) -> str:
    """One bar for the memory that models may take, a segment per model, and a line for each below."""
    budget = status.budget_bytes
    head = f'<header><p class="models-state">{escape(status.doing)}</p>'
    if budget is None:
        quiet = "The memory is measured when the first model is asked for."
        return f'<div class="models-memory">{head}</header><p class="models-quiet">{quiet}</p></div>'
    head += f'<p class="models-quiet">{amount(status.used_bytes)} of {amount(budget)} for models</p></header>'
    segments = "".join(
        f'<i class="models-tone-{tone(index)}{" models-loading" if model.loading else ""}" '
        f'style="width:{_percent(model.footprint_bytes, budget)}" title="{escape(_line(model))}"></i>'
        for index, model in enumerate(status.models)
    )
    bar = f'<div class="models-bar" role="img" aria-label="{escape(_bar_words(status))}">{segments}</div>'
    lines = "".join(_row(index, model) for index, model in enumerate(status.models))
    where = f'<p class="models-quiet">{escape(device_words(status))}</p>'
    return f'<div class="models-memory">{head}{bar}<ul>{lines}</ul>{where}</div>'


def tone(index: int) -> int:
    """Which of the six colours a model's segment has."""
    return index % 6


def device_words(status: PoolStatus) -> str:
    """What answers here: "On NVIDIA H100 80GB HBM3 with 79.1 GiB; models may take 67.2 GiB of it"."""
    if status.budget_bytes is None or not status.device_name:
        return ""
    total = f" with {amount(status.device_bytes)}" if status.device_bytes else ""
    return f"On {status.device_name}{total}; models may take {amount(status.budget_bytes)}, the rest is for answering."


def facts_card(spec: ModelSpec, quantization: Quantization, predicted: int | str) -> str:
    """What is known of one model. `predicted` are bytes, or a sentence that says why they are not known."""
    where = escape(spec.source)
    if not spec.is_local and "/" in spec.source and spec.runs is Runs.HERE:
        where = f'<a href="https://huggingface.co/{where}" target="_blank" rel="noopener">{where}</a>'
    elif spec.embedded:
        where = "ships with this app"
    if spec.endpoint is not None:
        memory = "None here: a server answers for it."
    elif isinstance(predicted, str):
        memory = escape(predicted)
    else:
        memory = f"{amount(predicted)} with {escape(quantization.title)}, predicted from its configuration"
    serves = ", ".join(MISSION_WORDS[mission] for mission in spec.serves) or "nothing here yet"
    rows = (
        ("Size", f"{escape(spec.size)} parameters" if spec.parameters else "unknown"),
        ("Family", escape(spec.family)),
        ("Licence", escape(spec.licence)),
        ("Good for", escape(serves)),
        ("Runs", escape(how_it_runs(spec))),
        ("Memory", memory),
        ("Source", where),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    note = f'<p class="models-quiet">{escape(spec.notes)}</p>' if spec.notes else ""
    return f'<div class="models-facts"><h3>{escape(spec.title)}</h3>{note}<dl>{listed}</dl></div>'


def how_it_runs(spec: ModelSpec) -> str:
    """Plain words for where its answers come from."""
    if spec.endpoint is not None:
        count = len(spec.endpoint.urls)
        return "on a server" if count == 1 else f"on {count} servers"
    return _RUNS_WORDS[spec.runs]


def catalogue(specs: Sequence[ModelSpec]) -> str:
    """Every model of the line-up as one table."""
    rows = "".join(
        f'<tr><th scope="row">{escape(spec.title)}<small>{escape(spec.family)}</small></th>'
        f"<td>{escape(spec.size)}</td><td>{escape(spec.licence)}</td>"
        f"<td>{escape(', '.join(MISSION_WORDS[mission] for mission in spec.serves)) or '–'}</td>"
        f'<td class="{"" if spec.answers else "models-off"}">{escape(how_it_runs(spec))}</td></tr>'
        for spec in specs
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Model", "Size", "Licence", "Good for", "How it runs"))
    return (
        f'<div class="models-scroll"><table class="models-table"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def answer_panel(text: str, state: str, first_seconds: float | None = None, seconds: float | None = None) -> str:
    """The try-it box: what the model wrote so far and how long it took. `state`: waiting, writing, done or stopped."""
    body = f'<p class="models-text">{text_of(text)}</p>' if text.strip() else ""
    if not body:
        body = '<p class="models-quiet">The model wrote nothing.</p>' if state == "done" else ""
    words = {"waiting": "Looking at the picture…", "writing": "Writing…", "done": "Done", "stopped": "Stopped"}[state]
    times = []
    if first_seconds is not None:
        times.append(f"first text after {first_seconds:.1f} s")
    if seconds is not None and state in ("done", "stopped"):
        times.append(f"{seconds:.1f} s in all")
    foot = f'<p class="models-quiet">{words}{" · " if times else ""}{" · ".join(times)}</p>'
    return f'<div class="models-answer models-{state}" aria-live="polite">{body}{foot}</div>'


def note_panel(text: str) -> str:
    """The try-it box while the model is getting ready."""
    return (
        f'<div class="models-answer models-waiting" aria-live="polite"><p class="models-quiet">{escape(text)}</p></div>'
    )


def _percent(part: int, whole: int) -> str:
    return f"{min(100.0, 100 * part / whole):.2f}%" if whole else "0%"


def _line(model: PooledModel) -> str:
    return f"{model.spec.title}, {model.quantization.title}: {amount(model.footprint_bytes)}"


def _bar_words(status: PoolStatus) -> str:
    return "; ".join(_line(model) for model in status.models) or "No model is in memory"


def _row(index: int, model: PooledModel) -> str:
    if model.loading:
        share = "" if model.share is None else f" {model.share:.0%}"
        state, took = f"getting ready{share}", f"{amount(model.predicted_bytes)} predicted"
    else:
        state = "in use" if model.leases else "idle"
        took = f"{amount(model.footprint_bytes)}"
        if model.footprint_bytes == model.predicted_bytes:
            took += ", exactly as predicted"
        else:
            took += f", predicted {amount(model.predicted_bytes)}"
    return (
        f'<li><span class="models-tone-{tone(index)}" aria-hidden="true"></span><b>{escape(model.spec.title)}</b> '
        f"{escape(model.quantization.title)} · {took} · {state}</li>"
    )
