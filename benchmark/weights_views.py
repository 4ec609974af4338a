"""What smaller weights cost, as HTML: memory, time, and the change of each subtask."""

from collections.abc import Mapping

from benchmark.audit_views import command_block
from benchmark.compare_views import (
    TITLES,
    TOTALS,
    chance_words,
    change_cell,
    range_words,
    row_head,
    table_of_changes,
)
from benchmark.comparison import Comparison, Row
from benchmark.quantization_report import FULL, Cost, QuantizationReport
from models.spec import Quantization

_MIB = 2**20
INTRO = (
    '<p class="bench-quiet">A model can be kept with fewer bits for each of its numbers. It then needs less memory and '
    "answers a little differently. Here the same model is asked the same with all its bits, with 8 and with 4, and "
    "held against itself picture by picture.</p>"
)
NO_RUN = '<p class="bench-quiet">No run yet: start one above.</p>'
RECORDED = "<p>These answers were recorded elsewhere: nothing is known of the weights they came from.</p>"
SERVED = "<p>A server answers for this model, with the weights that it has; nothing can be changed from here.</p>"
NO_FULL = "<p>The run with full weights, against which the others are held, is not there yet.</p>"
NOT_ASKED = '<p class="bench-quiet">Not asked yet.</p>'
NO_FEWER = "<p>This model was not asked the same with fewer bits yet.</p>"


def title(weights: str) -> str:
    """As "4 bits per weight"."""
    return Quantization.parse(weights).title


def costs_table(costs: Mapping[str, Cost]) -> str:
    """Memory and time, and how they compare with the full weights."""
    if not costs:
        return ""
    none = Cost(None, None)
    lines = ""
    for weights, cost in costs.items():
        full = none if weights == FULL else costs.get(FULL, none)
        lines += (
            f'<tr><th scope="row">{title(weights)}</th><td>{_memory(cost, full)}</td><td>{_time(cost, full)}</td></tr>'
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Weights", "Memory", "Time for a question"))
    return f'<table class="bench-table bench-costs"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'


def summary(report: QuantizationReport) -> str:
    """What changed in all, in sentences."""
    parts = []
    for weights, found in report.comparisons.items():
        parts += [f"<p><b>{title(weights)}</b>, {_total(row)}</p>" for row in found.rows if row.name in TOTALS]
        parts.append(f'<p class="bench-quiet">{_flips(found)}{_left_out(found)}</p>')
    return "".join(parts)


def changes_table(report: QuantizationReport) -> str:
    """Each subtask: the points with full weights, and the change with fewer bits."""
    names = dict.fromkeys(row.name for found in report.comparisons.values() for row in found.rows)
    lines = []
    for name in sorted(names, key=lambda name: name not in TOTALS):
        found = [comparison.row(name) for comparison in report.comparisons.values()]
        cells = "".join("<td>–</td>" if row is None else change_cell(row) for row in found)
        before = next(row.before for row in found if row is not None)
        lines.append(f"{row_head(name)}<td>{before:.1f}</td>{cells}</tr>")
    heads = {"Subtask": "", "Full weights": "points with all bits"}
    heads |= {title(weights): "change against the full weights" for weights in report.comparisons}
    return table_of_changes(heads, lines)


def command_text(model: str, suite: str, folder: str, images: int | None = None) -> str:
    """The command that asks with all three kinds of weights."""
    command = ["python", "-m", "benchmark", "quantization", "--model", model, "--suite", suite]
    if images is not None:
        command += ["--images", str(images)]
    return command_block("All three, each alone in memory, and the whole report:", [*command, "--out", folder])


def _total(row: Row) -> str:
    if row.changed == 0:
        return f"{TITLES[row.name].lower()}: {row.before:.1f}, {chance_words(row)}."
    return (
        f"{TITLES[row.name].lower()}: {row.after:.1f} against {row.before:.1f} with full weights, "
        f"<b>{row.difference:+.1f}</b> ({range_words(row)}): {chance_words(row)}."
    )


def _flips(found: Comparison) -> str:
    if not found.flips:
        return "No answer changed."
    changed = "1 answer" if len(found.flips) == 1 else f"{len(found.flips)} answers"
    gained, lost = sum(flip.gained for flip in found.flips), sum(flip.lost for flip in found.flips)
    return f"{changed} changed: {gained} became right, {lost} became wrong."


def _left_out(found: Comparison) -> str:
    left = [f"{n} asked only with {how}" for n, how in ((found.only_a, "full weights"), (found.only_b, "these")) if n]
    pictures = "1 picture" if found.shared == 1 else f"{found.shared} pictures"
    return f" Compared on {pictures}; left out: {' and '.join(left)}." if left else ""


def _memory(cost: Cost, full: Cost) -> str:
    if cost.memory_bytes is None:
        return "not recorded"
    share = f"<small>{100 * cost.memory_bytes / full.memory_bytes:.0f} %</small>" if full.memory_bytes else ""
    return f"{cost.memory_bytes / _MIB:,.0f} MiB{share}"


def _time(cost: Cost, full: Cost) -> str:
    if not cost.seconds_per_question:
        return "not recorded"
    speed = (
        f"<small>{full.seconds_per_question / cost.seconds_per_question:.2f} times the speed</small>"
        if full.seconds_per_question
        else ""
    )
    return f"{1000 * cost.seconds_per_question:,.0f} ms{speed}"
