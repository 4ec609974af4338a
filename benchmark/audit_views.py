"""What a score rests on, as HTML: answers without pictures, baselines, questions that a model may know."""

import shlex
from collections.abc import Mapping
from html import escape

import pandas as pd

from benchmark.audits import ORDER_NOTE, BlankAudit, Consistency
from benchmark.compare_views import (
    CHANCE,
    TITLES,
    TOTALS,
    chance_words,
    change_cell,
    range_words,
    row_head,
    table_of_changes,
    totals_first,
)
from benchmark.data import EMBEDDED
from benchmark.scoring import Scores
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, in_group
from benchmark.views import bar

INTRO = (
    '<p class="bench-quiet">A good score can come from more than seeing: from guessing, from how a question is worded, '
    "from pictures that a model was trained on. These checks tell how much of this run's score they explain.</p>"
)
NOTHING = '<p class="bench-quiet">No picture has both its answers yet.</p>'
NO_PLAIN = (
    '<p class="bench-quiet">This run is one of the checks. The run that it checks, asked without any change, is not '
    "here.</p>"
)
BUSY = '<p class="bench-busy">A run is going on: watch it above. What it finds stands here once it has ended.</p>'
NOT_LOOKED = (
    "<p>Not checked yet: ask the same questions about plain gray pictures of the same size. What a model still gets "
    "right then, it did not see.</p>"
)
NOT_DRAWN = (
    "<p>Not checked yet: the embedded suite can be drawn anew, with other pictures and questions of the same kinds. A "
    "model that knows the shipped ones by heart does worse on those.</p>"
)
NOT_DRAWABLE = (
    "<p>Only the embedded suite can be drawn anew. The pictures of this run have been public for a while, and a model "
    "may have been trained on them; nobody can tell from its answers alone.</p>"
)
RECORDED = "<p>These answers were recorded elsewhere, so the model cannot be asked again here.</p>"
GONE = "The pictures of one of the two runs are not here any more as they were; run it again."


def baselines(scores: Mapping[str, Scores]) -> str:
    """Totals side by side: the run, what is known of it without pictures, and two models that do not think."""
    shown = next(iter(scores.values()))
    groups = [group for group in Group if shown.present(group)]
    head = "".join(
        f'<th scope="col">{group.value.capitalize()} <small>of {shown.present(group) * SUBTASK_MAXIMUM}</small></th>'
        for group in groups
    )
    lines = []
    for name, one in scores.items():
        cells = ""
        for group in groups:
            value, most = one.points(in_group(group)), shown.present(group) * SUBTASK_MAXIMUM
            cells += (
                "<td>–</td>" if value is None else f'<td class="bench-points"><b>{value:.1f}</b>{bar(value, most)}</td>'
            )
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        f'<table class="bench-table bench-base"><thead><tr><th scope="col">Who answers</th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def blank_summary(found: BlankAudit) -> str:
    """How much of the totals is there without a picture, in sentences."""
    parts = [
        f"<p><b>{TITLES[row.name]}</b>: {row.before:.1f} points without the pictures, {row.after:.1f} with "
        f"them. Seeing adds <b>{row.difference:+.1f}</b> ({range_words(row)}): {chance_words(row)}.</p>"
        for row in found.comparison.rows
        if row.name in TOTALS
    ]
    overall = found.same.table().iloc[-1]
    parts.append(
        f"<p>{overall['same']} of {overall['answers']} answers were the same with and without the picture.</p>"
        f'<p class="bench-quiet">{_compared(found)}</p>'
    )
    return "".join(parts)


def blank_table(found: BlankAudit) -> str:
    """Each subtask with and without pictures."""
    same = found.table().set_index("name")["same_answers"]
    lines = (
        f"{row_head(row.name, f'{100 * same[row.name]:.0f} % same answers')}<td>{row.before:.1f}</td>"
        f"<td>{row.after:.1f}</td>{change_cell(row)}</tr>"
        for row in totals_first(found.comparison.rows)
    )
    heads = {
        "Subtask": "",
        "Gray": "points with gray pictures",
        "Seen": "points with the pictures",
        "Seeing adds": "the range holds the true difference 19 times in 20; could shuffling alone give it?",
    }
    return table_of_changes(heads, lines)


def fresh_table(found: pd.DataFrame) -> str:
    """Each subtask on the shipped pictures and on fresh ones. Nothing is paired, so the ranges are wide."""
    lines = []
    for row in totals_first(list(found.itertuples())):
        p = row.p if pd.isna(row.holm) else row.holm
        tone = "" if p >= CHANCE else "bench-up" if row.difference > 0 else "bench-down"
        words = "unlikely to be chance" if p < CHANCE else "could be chance"
        single = row.name not in TOTALS and 1 in (row.images_shipped, row.images_fresh)
        spread = "one picture only" if single else f"{row.low:+.1f} to {row.high:+.1f}"
        lines.append(
            f"{row_head(row.name, f'{row.images_shipped} and {row.images_fresh} pictures')}<td>{row.shipped:.1f}</td>"
            f'<td>{row.fresh:.1f}</td><td class="bench-change {tone}"><b>{row.difference:+.1f}</b>'
            f"<small>{spread}</small><small>{words}</small></td></tr>"
        )
    heads = {
        "Subtask": "",
        "Shipped": "points on the pictures that ship with the app",
        "Fresh": "points on pictures drawn for this check",
        "Shipped − fresh": "the range holds the true difference 19 times in 20; could chance alone give it?",
    }
    return table_of_changes(heads, lines)


def fresh_summary(found: pd.DataFrame) -> str:
    """Whether the model knows the shipped suite, in a sentence."""
    totals = [row for row in found.itertuples() if row.name in TOTALS]
    known = [TITLES[row.name].lower() for row in totals if row.p < CHANCE and row.difference > 0]
    if known:
        return (
            f"<p>On the shipped pictures it does better at {' and '.join(known)} than on fresh ones, by more than "
            "chance explains: it seems to know them.</p>"
        )
    return (
        "<p>No sign that it knows the shipped pictures: on them it does no better than on fresh ones, chance aside.</p>"
    )


def order_text(found: Consistency | None) -> str:
    """That the order cannot matter here, and what a run with the order swapped showed."""
    if found is None:
        return f"<p>{ORDER_NOTE}</p>"
    overall = found.table().iloc[-1]
    return f"<p>{ORDER_NOTE} Checked here: {overall['same']} of {overall['answers']} answers stayed the same.</p>"


def command_text(model: str, quantization: str, suite: str, folder: str, images: int | None = None) -> str:
    """The command that does all of it."""
    command = ["python", "-m", "benchmark", "audit", "--model", model, "--suite", suite]
    if quantization not in ("", "none"):
        command += ["--quantization", quantization]
    if suite != EMBEDDED:
        command += ["--kinds", "blank,swapped"]
    if images is not None:
        command += ["--images", str(images)]
    return command_block("All of these checks in one go; a second call goes on with them:", [*command, "--out", folder])


def command_block(words: str, command: list[str]) -> str:
    """A command to copy."""
    return f'<p>{words}</p><pre class="bench-code">{escape(shlex.join(command))}</pre>'


def _compared(found: BlankAudit) -> str:
    one = found.comparison
    left = [f"{n} asked only {how}" for n, how in ((one.only_a, "with gray"), (one.only_b, "as they are")) if n]
    rest = f" Left out: {' and '.join(left)}." if left else ""
    return f"{'1 picture' if one.shared == 1 else f'{one.shared} pictures'}, compared one by one.{rest}"
