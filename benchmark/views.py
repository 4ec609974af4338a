"""What the page and the command line show, as text and HTML made from plain facts: no Gradio here.

Whatever comes from outside (questions, responses, names) is escaped.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
from PIL import Image

from benchmark.data import EMBEDDED, ImagePair
from benchmark.parsing import Parser, Verdict
from benchmark.results import RunFolder
from benchmark.runner import State, Status
from benchmark.scoring import Response, Scores, verdict
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, in_group
from models.spec import Quantization

INTRO = (
    '<div class="bench-intro"><h2>Put a model to the test</h2><p>MME asks two questions about every picture: the true '
    "answer to one is <b>yes</b>, to the other <b>no</b>. A model that always says yes gets only half of them right, "
    "and never both of a pair.</p></div>"
)
SCORING_EXPLAINED = """
Each of the 14 subtasks is worth up to **200 points**: the share of questions answered right, in percent (*acc*), plus
the share of pictures with **both** questions answered right (*acc+*). Ten subtasks are about seeing (*perception*, of
2000), four about seeing and then thinking (*cognition*, of 800). Always answering yes gives 50 points on each.

An answer is read by a fixed rule, the *parser*. MME's own tool looks at the first four characters only; two other tools
in use read a little differently. The full answers are kept, so you can switch and see what changes. An answer that is
neither yes nor no counts as wrong, and is counted under *unclear*.
"""
PARSER_TITLES = {
    Parser.OFFICIAL: "MME's own tool",
    Parser.LMMS_EVAL: "lmms-eval",
    Parser.VLMEVALKIT: "VLMEvalKit",
}
_VERDICT_WORDS = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.OTHER: "unclear"}
_SHOWN_VERSIONS = ("torch", "transformers")
_MEDAL_WORDS = {1: "gold", 2: "silver", 3: "bronze"}
_BUSY_WORDS = {State.CHECKING: "Getting ready", State.LOADING: "Loading the model", State.ASKING: "Asking"}


def clock_text(seconds: float) -> str:
    """A duration in short words: "40 s", "3 min 05 s", "2 h 10 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def group_label(scores: Scores, group: Group) -> str:
    """ "perception of 2000", or "perception (3 of 10 subtasks, of 600)" when some are not there."""
    present, whole = scores.present(group), len(in_group(group))
    if present == whole:
        return f"{group.value} of {whole * SUBTASK_MAXIMUM}"
    return f"{group.value} ({present} of {whole} subtasks, of {present * SUBTASK_MAXIMUM})"


def run_title(run: RunFolder) -> str:
    """One line that tells a run from the others: model, questions, how far it is, when."""
    settings = run.settings
    quantization = "" if settings.model.quantization in ("", "none") else f" {settings.model.quantization}"
    done, total = len(run.responses()), settings.questions
    if settings.recorded:
        state = f"{done} recorded answers"
    else:
        state = f"{total} questions" if done >= total else f"{done} of {total} questions"
    return f"{settings.model.title}{quantization} · {settings.suite.name} · {state} · {run.created:%d %b %Y %H:%M}"


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
            f"<div>{_asked(progress.question.text, progress.question.truth, progress.response, progress.verdict)}</div>"
            "</div>"
        )
    return "".join(parts) + "</div>"


def tiles(scores: Scores) -> str:
    """The two totals, the yes-rate and the unclear answers as four small tiles."""
    cells = []
    for group in Group:
        value, present = scores.points(in_group(group)), scores.present(group)
        whole = len(in_group(group))
        of = f"of {present * SUBTASK_MAXIMUM}" if present else "not asked yet"
        part = f" · {present} of {whole} subtasks" if 0 < present < whole else ""
        cells.append((group.value.capitalize(), "–" if value is None else f"{value:.1f}", f"{of}{part}"))
    rate = scores.yes_rate
    cells.append(("Said yes", "–" if rate is None else f"{100 * rate:.0f} %", "half would be balanced"))
    cells.append(("Unclear", str(scores.other), f"of {scores.questions} answers"))
    return (
        '<dl class="bench-tiles">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd><dd>{note}</dd></div>" for name, value, note in cells)
        + "</dl>"
    )


def results_table(scores: Scores, coverage: Mapping[str, tuple[int, int]]) -> str:
    """The figures of each subtask as a table; a subtask that is not whole says how much of it was asked."""
    rows = []
    for group in Group:
        rows.append(f'<tr class="bench-group"><th colspan="6" scope="rowgroup">{group.value.capitalize()}</th></tr>')
        for subtask in in_group(group):
            s = scores.subtasks.get(subtask.name)
            if s is None:
                continue
            done, total = coverage.get(subtask.name, (s.images, s.images))
            part = f"<small>{done} of {total} images</small>" if done < total else ""
            rows.append(
                f'<tr><th scope="row">{escape(subtask.title)}{part}</th><td class="bench-points">'
                f'<b>{s.score:.1f}</b><i style="width:{s.score / 2:.1f}%"></i></td><td>{100 * s.acc:.1f}</td>'
                f"<td>{100 * s.acc_plus:.1f}</td><td>{100 * s.yes_rate:.0f}</td><td>{s.other}</td></tr>"
            )
        if rows[-1].startswith('<tr class="bench-group">'):
            rows.pop()
    head = "".join(
        f'<th scope="col" title="{hint}">{name}</th>'
        for name, hint in (
            ("Subtask", ""),
            ("Score", "acc + acc+, of 200 points"),
            ("acc, %", "questions answered right"),
            ("acc+, %", "pictures with both questions answered right"),
            ("Yes, %", "share of answers read as yes"),
            ("Unclear", "answers that are neither yes nor no"),
        )
    )
    return (
        f'<div class="bench-scroll"><table class="bench-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def run_details(run: RunFolder, scores: Scores) -> str:
    """How the run was made, in one line, and a notice when it covers only a part."""
    settings, sessions = run.settings, run.sessions
    facts = [settings.model.title]
    if settings.recorded:
        facts.append("answers recorded elsewhere")
    else:
        facts.append(Quantization.parse(settings.model.quantization).title)
    facts.append("MME itself" if settings.suite.is_mme else f"suite {settings.suite.name}")
    if settings.model.revision:
        facts.append(f"model version {settings.model.revision[:12]}")
    if sessions:
        facts.append(f"on {sessions[-1]['device']}")
        facts += [f"{name} {number}" for name, number in sessions[-1]["versions"].items() if name in _SHOWN_VERSIONS]
    if "max_new_tokens" in settings.generation:
        facts.append(f"up to {settings.generation['max_new_tokens']} tokens an answer")
    part = partial_note(run.coverage(scores))
    if part:
        part = f'<p class="bench-part">Partial run: {part}. Its figures do not compare with those of whole runs.</p>'
    return f'{part}<p class="bench-quiet bench-facts">{escape(" · ".join(facts))}</p>'


def partial_note(coverage: Mapping[str, tuple[int, int]]) -> str:
    """As "28 of 600 pictures" when some of the chosen subtasks' pictures were not asked about, else nothing."""
    done, total = (sum(values) for values in zip(*coverage.values(), strict=True))
    return f"{done} of {total} pictures" if done < total else ""


def image_card(
    pair: Sequence[Response], parser: Parser, position: int, total: int, picture: str, note: str = ""
) -> str:
    """One picture with both questions, the model's answers word for word, and the verdicts."""
    right = sum(verdict(response, parser) == response.truth for response in pair)
    points = ("0 points", "50 points", "200 points")[right] if len(pair) == 2 else "one question open"
    questions = "".join(_asked(r.question, r.truth, r.response, verdict(r, parser)) for r in pair)
    return (
        f'<article class="bench-card"><figure>{picture or f"<p>{escape(note)}</p>"}<figcaption>{escape(pair[0].image)}'
        f"</figcaption></figure><div><p class='bench-where'>Picture <b>{position}</b> of {total} · {points}</p>"
        f"{questions}</div></article>"
    )


def _asked(question: str, truth: Verdict, response: str, said: Verdict) -> str:
    right = said == truth
    mark = "right" if right else "wrong"
    shown = escape(response.strip()) or "<i>(empty)</i>"
    return (
        f'<div class="bench-qa bench-{mark}"><p class="bench-q">{escape(question)}</p><p class="bench-a">{shown}</p>'
        f'<p class="bench-v"><span>{"✓ right" if right else "✗ wrong"}</span> read as <b>{_VERDICT_WORDS[said]}</b>, '
        f"true answer <b>{truth.value}</b></p></div>"
    )


def picture_tag(picture: Image.Image, alt: str, side: int) -> str:
    """An <img> with the picture inside, at most `side` pixels wide and high."""
    small = picture.copy()
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=85)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{escape(alt)}" src="data:image/webp;base64,{data}">'


def alt_text(pair: ImagePair) -> str:
    return f"{pair.subtask.title}, picture {pair.image}"


def board_section(rows: pd.DataFrame, maximum: float) -> str:
    """The rows of one group of a board as a table."""
    lines = []
    for row in rows.itertuples():
        rank = "–" if pd.isna(row.rank) else str(row.rank)
        medal = _MEDAL_WORDS.get(row.rank) if row.medal else None  # drawn: not every system has the emoji
        medal = f' class="bench-medal bench-{medal}" title="{medal} medal"' if medal else ""
        name = f'<a href="{escape(row.link)}" target="_blank" rel="noopener">{escape(row.model)}</a>'
        name = name if row.link else escape(row.model)
        note = f'<small class="bench-note">{escape(row.note)}</small>' if row.kind == "own" else ""
        lines.append(
            f'<tr class="bench-{row.kind}"><td class="bench-rank"><span{medal}>{rank}</span></td><th scope="row">{name}'
            f"<small>{escape(row.version)}</small>{note}</th>"
            f'<td class="bench-points"><b>{row.score:.2f}</b><i style="width:{100 * row.score / maximum:.1f}%"></i>'
            "</td></tr>"
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Rank", "Model", f"Score of {maximum:.0f}"))
    return (
        f'<table class="bench-table bench-board"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def group_heading(group: str, day: str, source: str, link: str, own: bool) -> str:
    """What a group of a board's rows is, in words."""
    if group == "MME":
        beside = " Runs of this installation on the same questions stand among them, in color." if own else ""
        return (
            f"<h3>On MME's own pictures</h3><p>As first published on {day} by "
            f'<a href="{escape(link)}" target="_blank" rel="noopener">the authors of MME</a>.{beside}</p>'
        )
    name = "the embedded suite" if group.startswith(EMBEDDED) else escape(group)
    return (
        f"<h3>Run here, on {name}</h3><p>Other pictures and questions than MME's: compare these scores with each "
        "other, not with those above.</p>"
    )


NO_SUCH_PICTURE = '<p class="bench-quiet">No such picture: both answers are right on all of them.</p>'
NO_OWN_RUNS = (
    "<h3>Run here</h3><p>Nothing yet. A run from the <b>Benchmark</b> tab appears here as soon as it has an answer to "
    "both questions about a picture of this board.</p>"
)
