"""How a model answers, beside how well: what it leans to, whether it keeps to yes or no, where tools read it
differently."""

from collections.abc import Mapping
from html import escape

import pandas as pd

from benchmark.following import OVERALL, Following
from benchmark.parsing import Parser, Verdict
from benchmark.records import FULL_ANSWER, RunSettings
from benchmark.subtasks import SUBTASKS
from benchmark.views import PARSER_TITLES, VERDICT_WORDS

ROWS_SHOWN = 40
_TITLES = {subtask.name: subtask.title for subtask in SUBTASKS} | {OVERALL: "All together"}
INTRO = (
    "<p>A score does not say <i>how</i> a model answers. Half of all true answers are <b>yes</b>: a model that "
    "leans to one "
    "side is guessing. And it was asked for yes or no: what it says beyond that, or instead, is instruction "
    "following.</p>"
)


def cut_note(settings: RunSettings) -> str:
    """A warning for answers that were ended early: their length says nothing."""
    if settings.recorded or settings.stop == FULL_ANSWER:
        return ""
    return (
        '<p class="bench-part">This run ended each answer as soon as it could be read as yes or no. How long '
        "answers get, "
        "and how VLMEvalKit reads them, shows only in a run that lets every answer finish.</p>"
    )


def answer_tiles(following: Mapping[str, Following], yes_rate: float, disagreements: int) -> str:
    """Four figures on how the model answers."""
    found = following[OVERALL]
    cells = (
        ("Said yes", f"{100 * yes_rate:.0f} %", "half would be balanced"),
        ("Begins with yes or no", f"{100 * found.begins.value:.0f} %", _between(found.begins.low, found.begins.high)),
        ("Declined to answer", str(found.refused.count), f"of {found.answers} answers"),
        ("Length", _words(found.words.median), f"typical; 95 of 100 up to {_words(found.words.long)}"),
        ("Read differently", str(disagreements), f"of {found.answers} answers, by the three tools"),
    )
    return (
        '<dl class="bench-tiles bench-five">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd><dd>{note}</dd></div>" for name, value, note in cells)
        + "</dl>"
    )


def confusion_table(confusion: pd.DataFrame) -> str:
    """What was said when yes was true, and when no was true, in counts."""
    lines = []
    for row in confusion.itertuples():
        total = ' class="bench-total"' if row.name == OVERALL else ""
        cells = (
            row.yes_when_yes,
            row.no_when_yes,
            row.other_when_yes,
            row.yes_when_no,
            row.no_when_no,
            row.other_when_no,
        )
        kinds = ("bench-up", "", "", "", "bench-up", "")
        shown = "".join(f'<td class="{kind}">{count}</td>' for kind, count in zip(kinds, cells, strict=True))
        lines.append(
            f'<tr{total}><th scope="row">{_TITLES[row.name]}</th><td>{100 * row.yes_rate:.0f}</td>{shown}</tr>'
        )
    names = (
        '<th scope="col">yes</th><th scope="col">no</th><th scope="col" title="unclear: neither yes nor no">?</th>' * 2
    )
    return (
        '<div class="bench-scroll"><table class="bench-table bench-confusion"><thead><tr><th rowspan="2" '
        'scope="col">Subtask</th>'
        '<th rowspan="2" scope="col" title="share of answers read as yes">Yes, %</th><th colspan="3" '
        'scope="colgroup">said '
        'when <b>yes</b> is true</th><th colspan="3" scope="colgroup">said when <b>no</b> is true</th></tr>'
        f"<tr>{names}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def following_table(following: Mapping[str, Following]) -> str:
    """Per subtask, how the answers keep to what was asked for."""
    lines = "".join(
        f'<tr{" class=bench-total" if name == OVERALL else ""}><th scope="row">{_TITLES[name]}</th>'
        f"<td>{100 * f.begins.value:.0f}<small>{_between(f.begins.low, f.begins.high).removesuffix(' %')}</small></td>"
        f"<td>{f.refused.count}</td><td>{f.empty.count}</td><td>{f.words.median:g}</td><td>{f.words.long:g}</td></tr>"
        for name, f in following.items()
    )
    head = "".join(
        f'<th scope="col" title="{hint}">{name}</th>'
        for name, hint in (
            ("Subtask", ""),
            ("Begin with yes or no, %", "and the range that holds the true share 19 times in 20"),
            ("Declined", "answers that say they cannot or will not answer"),
            ("Empty", "answers without a word"),
            ("Words, typical", "half of the answers are at most this long"),
            ("Words, long", "95 of 100 answers are at most this long"),
        )
    )
    return (
        '<div class="bench-scroll"><table '
        f'class="bench-table bench-keeping"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def disagreement_table(rows: pd.DataFrame) -> str:
    """The answers that the three tools read differently."""
    if rows.empty:
        return '<p class="bench-quiet">All three tools read every answer the same way.</p>'
    parts = []
    for _, row in rows.head(ROWS_SHOWN).iterrows():
        read = " · ".join(
            f"{PARSER_TITLES[parser]}: <b>{VERDICT_WORDS[Verdict(row[parser.value])]}</b>" for parser in Parser
        )
        parts.append(
            f'<div class="bench-qa"><p class="bench-q">{escape(row["question"])} <small>({_TITLES[row["subtask"]]}, '
            f"{escape(row['image'])})</small></p><p "
            f'class="bench-a">{escape(row["response"].strip()) or "<i>(empty)</i>"}'
            f'</p><p class="bench-v">{read} · true answer: <b>{Verdict(row["truth"]).value}</b></p></div>'
        )
    more = f'<p class="bench-quiet">The first {ROWS_SHOWN} of {len(rows)}.</p>' if len(rows) > ROWS_SHOWN else ""
    return "".join(parts) + more


def _between(low: float, high: float) -> str:
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _words(count: float) -> str:
    return f"{count:g} word" + ("" if count == 1 else "s")
