"""Two runs side by side as HTML: what changed, whether it could be chance, and the answers that flipped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TypeVar

from benchmark.comparison import Comparison, Flip, Row
from benchmark.parsing import Verdict
from benchmark.subtasks import SUBTASKS, Group
from benchmark.views import VERDICT_WORDS

CHANCE = 0.05  # p below this: unlikely to be chance
HINT = (
    '<p class="bench-quiet">Choose two runs that were asked the same pictures: the same model with fewer bits, another '
    "model, another way of asking. They are compared picture by picture, which shows differences that two totals "
    "beside each other cannot.</p>"
)
SAME_RUN = '<p class="bench-quiet">That is the same run twice: choose another one to compare it with.</p>'
NO_FLIPS = '<p class="bench-quiet">No answer like that.</p>'
EXPLAINED = """
For every picture that both runs were asked about, the points (0, 50 or 200) of the first run are taken from those of
the second. The *difference* is their mean, and its range holds the true difference 19 times in 20.

*Could it be chance?* The two runs' points are swapped at random, picture by picture, thousands of times. **p** is the
share of those shuffles that give a difference at least as large as the real one. Below 0.05 the difference is called
unlikely to be chance. Whoever looks at 14 subtasks at once finds something by luck: for a subtask, p is corrected for
that (Holm's method).
"""
TOTALS = tuple(group.value for group in Group)
Named = TypeVar("Named")
TITLES = {subtask.name: subtask.title for subtask in SUBTASKS} | {name: name.capitalize() for name in TOTALS}


def chance_words(row: Row) -> str:
    """As "could be chance (p = 0.31)"; a subtask is judged by its corrected p."""
    p = row.p if row.holm is None else row.holm
    if row.changed == 0:
        return "the same points on every picture"
    return f"{'unlikely to be chance' if p < CHANCE else 'could be chance'} ({_p_text(p)})"


def summary(found: Comparison, before: str, after: str) -> str:
    """What changed in all, in sentences."""
    parts = [
        f'<p class="bench-verdict"><span class="bench-a-run">A</span> {escape(before)}<br>'
        f'<span class="bench-b-run">B</span> {escape(after)}</p>'
    ]
    for row in found.rows:
        if row.name not in TOTALS:
            continue
        if row.changed == 0:
            parts.append(f"<p><b>{TITLES[row.name]}</b>: the same points on every picture.</p>")
            continue
        direction = "more" if row.difference > 0 else "fewer"
        size = f"{abs(row.difference):.1f} points {direction}" if row.difference else "no difference in all"
        parts.append(
            f"<p><b>{TITLES[row.name]}</b>: B has {size} than A ({range_words(row)}): <b>{chance_words(row)}</b>.</p>"
            if row.difference
            else f"<p><b>{TITLES[row.name]}</b>: {size} ({range_words(row)}); {row.changed} pictures changed.</p>"
        )
    gained, lost = sum(flip.gained for flip in found.flips), sum(flip.lost for flip in found.flips)
    parts.append(
        f"<p>{_count(found.shared, 'picture was', 'pictures were')} asked in both runs. "
        f"{_count(len(found.flips), 'answer', 'answers')} flipped: {gained} became right, {lost} became wrong.</p>"
    )
    if found.note:
        note = found.note[:1].upper() + found.note[1:].rstrip(".")
        parts.append(f'<p class="bench-part">{escape(note)}.</p>')
    return "".join(parts)


def comparison_table(found: Comparison) -> str:
    """The difference of each subtask, with its range and whether it could be chance."""
    lines = (
        f"{row_head(row.name, f'{row.changed} of {row.images} pictures changed')}<td>{row.before:.1f}</td>"
        f"<td>{row.after:.1f}</td>{change_cell(row)}</tr>"
        for row in totals_first(found.rows)
    )
    heads = {
        "Subtask": "",
        "A": "points of the first run",
        "B": "points of the second run",
        "B − A": "the range holds the true difference 19 times in 20; could shuffling alone give it?",
    }
    return table_of_changes(heads, lines)


def table_of_changes(heads: Mapping[str, str], lines: Iterable[str]) -> str:
    """A table of subtasks and totals: the heads with a hint each, then lines from `row_head` to `</tr>`."""
    head = "".join(f'<th scope="col" title="{hint}">{name}</th>' for name, hint in heads.items())
    body = "".join(lines)
    return f'<table class="bench-table bench-compare"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def row_head(name: str, below: str = "") -> str:
    """The start of a line: the subtask or total, with a few small words."""
    total = " class=bench-total" if name in TOTALS else ""
    small = f"<small>{below}</small>" if below else ""
    return f'<tr{total}><th scope="row">{TITLES[name]}{small}</th>'


def totals_first(rows: Sequence[Named]) -> list[Named]:
    """Anything with a `name`, the totals before the subtasks."""
    return sorted(rows, key=lambda row: row.name not in TOTALS)


def change_cell(row: Row) -> str:
    """A change with its range and whether it could be chance, as a cell of a table."""
    p = row.p if row.holm is None else row.holm
    tone = ("bench-up" if row.difference > 0 else "bench-down") if row.changed and p < CHANCE else ""
    return (
        f'<td class="bench-change {tone}"><b>{row.difference:+.1f}</b><small>{range_words(row)}</small>'
        f"<small>{chance_words(row)}</small></td>"
    )


def range_words(row: Row) -> str:
    """The range that holds the true change 19 times in 20, as "-3.0 to +12.5"."""
    return "one picture only" if row.images == 1 else f"{row.low:+.1f} to {row.high:+.1f}"


def flip_card(flip: Flip, position: int, total: int, picture: str, note: str = "") -> str:
    """One question that the two runs answered differently, with its picture."""
    change = "now right" if flip.gained else "now wrong" if flip.lost else "wrong both times"
    return (
        f'<article class="bench-card"><figure>{picture or f"<p>{escape(note)}</p>"}<figcaption>'
        f"{TITLES[flip.subtask]} · {escape(flip.image)}</figcaption></figure><div>"
        f'<p class="bench-where">Answer <b>{position}</b> of {total} that flipped · {change}</p>'
        f'<p class="bench-q">{escape(flip.question)} True answer: <b>{flip.truth.value}</b></p>'
        f"{_side('A', flip.said_before, flip.before, flip.truth)}{_side('B', flip.said_after, flip.after, flip.truth)}"
        "</div></article>"
    )


def _side(name: str, text: str, said: Verdict, truth: Verdict) -> str:
    right = said is truth
    return (
        f'<div class="bench-qa bench-{"right" if right else "wrong"}"><p class="bench-a"><span '
        f'class="bench-{name.lower()}-run">'
        f'{name}</span> {escape(text.strip()) or "<i>(empty)</i>"}</p><p class="bench-v"><span>'
        f"{'✓ right' if right else '✗ wrong'}</span> read as <b>{VERDICT_WORDS[said]}</b></p></div>"
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _p_text(p: float) -> str:
    text = "p &lt; 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
    return text.replace(" ", "\N{NO-BREAK SPACE}")
