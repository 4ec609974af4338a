"""The boards as HTML: a ranking, the grid of all subtasks, the profile of one model. Whatever comes from outside is
escaped."""

import base64
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from benchmark.board_filters import BoardFilter
from benchmark.boards import MME_GROUP, Board, Kind
from benchmark.data import EMBEDDED
from benchmark.own_runs import OwnRun
from benchmark.profiles import FEWEST_TO_COMPARE, GridRow, Profile, ProfileLine, medians, most_lopsided, peers_of
from benchmark.published import Layer, PublishedBoards
from benchmark.subtasks import SUBTASKS
from benchmark.views import SHORT_TITLES, bar, plus_minus

_MEDAL_WORDS = {1: "gold", 2: "silver", 3: "bronze"}
NO_OWN_RUNS = (
    '<p class="bench-quiet">Nothing was run here yet. A run from the <b>Benchmark</b> tab appears here as soon as '
    "it has "
    "an answer to both questions about a picture.</p>"
)
NOTHING_MATCHES = '<p class="bench-quiet">No model is like that: choose differently under “Show only some models”.</p>'


def layer_note(layer: Layer, boards: PublishedBoards, runs: Sequence[OwnRun]) -> str:
    """Where the figures of a layer are from, and which runs of this installation are elsewhere."""
    if layer is Layer.OWN:
        return (
            "<p>Everything that was run on this installation. The line through the end of a bar is the range in which "
            "the score would lie, 19 times in 20, with other pictures of the same kind.</p>"
        )
    models = boards.rows["model"].nunique()
    first = f"The {models} models with which MME was first published, as of {boards.day}, "
    last = f"The last figures that were made public: {models} models, as of {boards.day}, "
    source = f'<a href="{escape(boards.link)}" target="_blank" rel="noopener">the authors of MME</a>'
    text = f"<p>{first if layer is Layer.FIRST else last}by {source}. They came without error bars."
    names = list(dict.fromkeys(run.model for run in runs if not run.is_mme))
    if names:
        shown = ", ".join(f"<b>{escape(name)}</b>" for name in names[:3])
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        text += f" Under <i>{Layer.OWN.title}</i>, on other pictures and so not comparable: {shown}{more}."
    return text + "</p>"


def ranking(table: pd.DataFrame, shown: pd.DataFrame, board: Board, layer: Layer) -> str:
    """A board: a section for each group of `shown`, the rows of `table` that a filter lets through."""
    if shown.empty:
        return (NO_OWN_RUNS if layer is Layer.OWN else "") if table.empty else NOTHING_MATCHES
    parts = []
    for group, rows in shown.groupby("group", sort=False):
        whole = table[table["group"] == group]
        if layer is Layer.OWN:
            parts.append(_own_heading(group))
        if len(rows) < len(whole):
            parts.append(f'<p class="bench-quiet">{len(rows)} of {len(whole)} models. Ranks are among all of them.</p>')
        parts.append(board_section(rows, board))
    return "".join(parts)


def board_section(rows: pd.DataFrame, board: Board) -> str:
    """The rows of one group of a board as a table."""
    lines = []
    for row in rows.itertuples():
        rank = "–" if pd.isna(row.rank) else str(row.rank)
        medal = _MEDAL_WORDS.get(row.rank) if row.medal else None  # drawn: not every system has the emoji
        medal = f' class="bench-medal bench-{medal}" title="{medal} medal"' if medal else ""
        error = "" if pd.isna(row.error) else f" <small>{plus_minus(row.error)}</small>"
        within = (None, None) if pd.isna(row.low) else (row.low, row.high)
        lines.append(
            f'<tr class="bench-{row.kind}"><td class="bench-rank"><span{medal}>{rank}</span></td>'
            f'<th scope="row">{_linked(row.model, row.link)}{_small(row)}</th>'
            f'<td class="bench-points"><b>{row.score:.2f}</b>{error}{bar(row.score, board.maximum, *within)}</td></tr>'
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Rank", "Model", f"Score of {board.maximum:.0f}"))
    return (
        f'<table class="bench-table bench-board"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def board_actions(csv: str, name: str, query: str) -> str:
    """The CSV file, carried inside its own link, and a link to this very view."""
    data = base64.b64encode(csv.encode("utf-8")).decode("ascii")
    return (
        f'<p class="bench-actions"><a download="{escape(name)}.csv" href="data:text/csv;charset=utf-8;base64,{data}">'
        f"Download as CSV</a>{view_link(query)}</p>"
    )


def view_link(query: str) -> str:
    """A link to what is seen now, to copy and to keep."""
    return f'<a class="bench-permalink" href="{escape(query)}" target="_blank">Link to this view</a>'


def heat_map(rows: Sequence[GridRow], shown: Sequence[GridRow], layer: Layer, query: str) -> str:
    """Models x subtasks: the more colored, the better; orange is below what always saying yes gets."""
    if not shown:
        return NOTHING_MATCHES if rows else NO_OWN_RUNS
    head = "".join(
        f'<th scope="col" title="{s.explanation}">{SHORT_TITLES.get(s.name, s.title)}</th>' for s in SUBTASKS
    )
    lines, group = [], None
    for row in shown:
        if layer is Layer.OWN and row.group != group:
            group = row.group
            lines.append(f'<tr class="bench-group"><th colspan="{len(SUBTASKS) + 1}">{_suite_words(group)}</th></tr>')
        version = f"<small>{escape(row.version)}</small>" if row.version not in ("", row.model) else ""
        cells = "".join(_cell(row, s.name) for s in SUBTASKS)
        lines.append(f'<tr class="bench-{row.kind}"><th scope="row">{escape(row.model)}{version}</th>{cells}</tr>')
    return (
        '<p class="bench-legend"><span>Each score is of 200.</span><span><span class="bench-heat bench-under">under 50'
        '</span> less than always saying yes gets</span><span><span class="bench-heat" style="--v:0.25">75</span>'
        '<span class="bench-heat" style="--v:0.6">125</span><span class="bench-heat" style="--v:1">200</span> better'
        "</span>"
        f'{view_link(query)}</p><div class="bench-scroll bench-wide" tabindex="0" role="region" '
        f'aria-label="Scores of all models on all subtasks"><table class="bench-table bench-grid"><thead><tr>'
        f'<th scope="col">Model</th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def profile_text(found: Profile, query: str) -> str:
    """Who is lopsided, in sentences, and the model's scores beside the usual ones."""
    return f'<p class="bench-verdict">{profile_sentence(found)} {view_link(query)}</p>{_profile_table(found)}'


def profile_sentence(found: Profile) -> str:
    """As "GPT-4V: strongest in Code reasoning (+110.0 ...), weakest in Celebrity (...)", in plain words."""
    name = f"<b>{escape(found.row.title)}</b>"
    strong, weak = found.strongest, found.weakest
    if strong is None or weak is None:
        return (
            f"{name}: here are its scores. Fewer than {FEWEST_TO_COMPARE} models were asked the same questions, "
            "so nothing "
            "is said about what would be usual."
        )
    text = (
        f"Against the middle of {found.others + 1} models, {name} is strongest in <b>{strong.subtask.title}</b> "
        f"({strong.difference:+.1f} points) and weakest in <b>{weak.subtask.title}</b> ({weak.difference:+.1f})."
    )
    if found.unevenness is None or not found.others:
        return text
    if found.more_even == found.others:
        return f"{text} No other model is as lopsided."
    return f"{text} It is more lopsided than {found.more_even} of the other {found.others}."


def lopsided_note(rows: Sequence[GridRow]) -> str:
    """Which models of a layer are the most and the least lopsided."""
    found = most_lopsided(rows)
    if len(found) < 2 * FEWEST_TO_COMPARE:
        return ""
    most = ", ".join(f"<b>{escape(row.title)}</b>" for row, _ in found[:3])
    least = ", ".join(f"<b>{escape(row.title)}</b>" for row, _ in found[: -FEWEST_TO_COMPARE - 1 : -1])
    return (
        "<p>A sum hides who is lopsided: very good at some things, poor at others. Here the most lopsided are "
        f"{most}, the "
        f"most even {least}.</p>"
    )


def _profile_table(found: Profile) -> str:
    lines = "".join(
        f'<tr><th scope="row">{line.subtask.title}{f"<small>{line.partial}</small>" if line.partial else ""}</th>'
        f'<td class="bench-points"><b>{line.score:.1f}</b>{bar(line.score, 200, mark=line.usual)}</td>'
        f"<td>{'–' if line.usual is None else f'{line.usual:.1f}'}</td>{_difference(line)}</tr>"
        for line in found.lines
    )
    head = "".join(
        f'<th scope="col" title="{hint}">{name}</th>'
        for name, hint in (
            ("Subtask", ""),
            ("Score of 200", "the mark on the bar is the usual score"),
            ("Usual", "the median of the models it is compared with: half of them score more"),
            ("More or less", "points above or below the usual score"),
        )
    )
    return f'<table class="bench-table bench-profile"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'


def usual_of(found: Profile, rows: Sequence[GridRow]) -> Mapping[str, float]:
    """The medians that a profile was compared with."""
    return medians(peers_of(found.row, rows))


def filter_note(wanted: BoardFilter, layer: Layer) -> str:
    """What the filter cannot know."""
    if wanted.shows_all:
        return ""
    size = "of all its weights" if layer is Layer.OWN else "of its language model, as the board names it"
    return (
        f'<p class="bench-quiet">Size is that {size}. What is not known for sure is left blank, and is found under '
        "“Not known here”.</p>"
    )


def _cell(row: GridRow, name: str) -> str:
    if name not in row.scores:
        return '<td class="bench-none" title="not asked">·</td>'
    score = row.scores[name]
    part = row.partial.get(name)
    title = f' title="{part}: counted nowhere"' if part else ""
    kind = "bench-heat" + (" bench-under" if score < 50 else "") + (" bench-some" if part else "")
    return f'<td class="{kind}" style="--v:{max(0.0, (score - 50) / 150):.2f}"{title}>{score:.0f}</td>'


def _difference(line: ProfileLine) -> str:
    if line.difference is None:
        return "<td>–</td>"
    kind = "bench-up" if line.difference > 0 else "bench-down" if line.difference < 0 else ""
    return f'<td class="{kind}">{line.difference:+.1f}</td>'


def _linked(model: str, link: str) -> str:
    name = escape(model)
    return f'<a href="{escape(link)}" target="_blank" rel="noopener">{name}</a>' if link else name


def _small(row: tuple) -> str:
    facts = [escape(row.version)] if row.version not in ("", row.model) else []
    if row.kind == Kind.PUBLISHED and row.open_weights is not None and not pd.isna(row.open_weights):
        facts.append("open weights" if row.open_weights else "a service, weights not public")
    small = f"<small>{' · '.join(facts)}</small>" if facts else ""
    return small + (f'<small class="bench-note">{escape(row.note)}</small>' if row.kind == Kind.OWN else "")


def _suite_words(group: str) -> str:
    if group == MME_GROUP:
        return "On MME's own pictures"
    return "On the embedded suite" if group.startswith(EMBEDDED) else f"On {escape(group)}"


def _own_heading(group: str) -> str:
    if group == MME_GROUP:
        return f"<h3>{_suite_words(group)}</h3>"
    return (
        f"<h3>{_suite_words(group)}</h3><p>Other pictures and questions than MME's: compare these scores with "
        "each other "
        "only.</p>"
    )
