"""HTML of the Ratings tab. Titles of models and everything else that came from outside is escaped here."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from arena.agreement import Agreement
from arena.errors import ArenaError
from arena.history import SideBias, chance_words
from arena.ratings import PROVISIONAL_BELOW
from arena.sensitivity import RELIABLE_FROM, Filter
from arena.views import AXIS_TITLES
from arena.votes import Axis
from models.escaping import text_of

OVERALL = "overall"
INTRO = (
    '<div class="arena-intro"><h2>Which model do people trust?</h2>'
    "<p>Every judgment in the arena counts here, separately for each question.</p></div>"
)
RATINGS_EXPLAINED = """
**Where a rating comes from.** Every judged battle is one game between two models on each question: the better answer
wins, *both good* and *both bad* are ties, and *can't tell* does not count. From all games together we work out how
strong each model must be to explain the results (Davidson's model of wins and ties). *Both together* counts each of the
two judgments of a battle as half a game.

**How to read it.** The models that have been judged average 1000 points. A model 100 points ahead of another wins
about 64 % of their games that are not ties; 200 points ahead, about 76 %.

**The 95 % range** says how sure we are. Few votes make a wide range. The *rank* says which places the ranges leave
open: *1–3* means that nobody can say yet whether the model is first, second or third. *Ranges by voter* are wider where
a few people judged much, because people differ in what they like. So that a first lucky win does not send a model to
the top, every model starts with two imaginary games against an average opponent: one won, one lost.

**Adjusted for length and formatting** asks how the models would stand if all answers were equally long and equally
plain.

**Blind and fair.** Pair and sides are drawn by chance, both answers appear at the same pace, the names are shown only
after the vote is stored, and each battle can be judged once, by the person who started it. Battles in which an answer
was cut off, was empty or told its model's name are left out, and so are those in which the models were chosen by name.
"""
MISTAKES_EXPLAINED = {
    Axis.HALLUCINATION: (
        "How often a model hallucinated, whoever it fought. <b>At least</b> counts answers where both were judged bad"
        " or somebody marked wrong words. <b>At most</b> adds those that nobody called good or bad."
    ),
    Axis.INSTRUCTION: (
        "How often a model failed the instruction, whoever it fought. <b>At least</b> counts answers where both were"
        " judged bad. <b>At most</b> adds those that nobody called good or bad."
    ),
}
READING = '<p class="arena-quiet" role="status">Reading the votes…</p>'
PAIRS_EXPLAINED = {
    "share": '<p class="arena-quiet">How often the model of a row beat the model of a column, ties left out.</p>',
    "tie_share": '<p class="arena-quiet">How often both were judged alike, both good or both bad.</p>',
    "games": '<p class="arena-quiet">How many battles were judged on this question.</p>',
}
SLICE_TITLES = {"category": "Kind of task", "language": "Language", "source": "Picture"}
VALUE_TITLES = {
    "category": {
        "free": "own questions", "count": "counting", "existence": "what is there", "attribute": "colours and shapes",
        "format": "formats", "length": "lengths", "order": "orders", "language": "languages",
        "position": "where things are", "false_premise": "wrong premises", "leading": "leading questions",
        "unanswerable": "cannot be answered", "ocr": "text in the picture", "dense": "crowded scenes",
    },
    "language": {"en": "English", "zh": "Chinese", "other": "other"},
    "source": {"offered": "offered by the arena", "own": "visitors' own"},
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Which votes a rating is of: all, all with ranges by voter, all at equal style, or one slice (by, value)."""

    kind: str
    by: str | None = None
    value: str | None = None


def choices(slices: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Title and key of everything that can be chosen; slices: the values with votes of each way to slice."""
    found = [
        ("All votes", "all"), ("All votes, ranges by voter", "voters"),
        ("All votes, adjusted for length and formatting", "style"),
    ]  # fmt: skip
    for by, values in slices.items():
        found += [(f"{SLICE_TITLES[by]}: {value_title(by, value)}", f"{by}={value}") for value in values]
    return found


def read_choice(key: object) -> Choice:
    """What a browser sent; raises ArenaError for what cannot be chosen."""
    if key in ("all", "voters", "style"):
        return Choice(str(key))
    by, separator, value = key.partition("=") if isinstance(key, str) else ("", "", "")
    if not separator or by not in SLICE_TITLES:
        raise ArenaError(f"There is no view {str(key)[:40]!r} of the ratings; choose one from the list.")
    return Choice("slice", by, value)


def read_axis(key: object) -> Axis | None:
    """An axis, or None for both together; raises ArenaError for anything else."""
    if key == OVERALL:
        return None
    if not isinstance(key, str) or key not in list(Axis):
        raise ArenaError(f"There is no question {str(key)[:40]!r}; the questions are {', '.join(Axis)}.")
    return Axis(key)


def value_title(by: str, value: str) -> str:
    return VALUE_TITLES.get(by, {}).get(value, value.replace("_", " "))


def ratings_table(table: pd.DataFrame, unit: str = "Battles") -> str:
    """table: the columns of `arena.ratings.rate` and title, best first; and maybe plain_rating, unadjusted."""
    plain = "plain_rating" in table
    wide = " class='arena-wide'" if plain else ""  # a phone has room for one of both
    rows = "".join(
        f"<tr><td>{span(row.rank_best, row.rank_worst)}</td><th scope='row'>{_model(row)}</th>"
        f"<td class='arena-rating'>{row.rating:.0f}</td><td>{row.low:.0f}–{row.high:.0f}</td>"
        + (f"<td>{row.plain_rating:.0f}</td>" if plain else "")
        + f"<td{wide}>{row.battles:,}</td>"
        + "".join(f"<td class='arena-wide'>{number:,}</td>" for number in (row.wins, row.ties, row.losses))
        + "</tr>"
        for row in table.itertuples()
    )
    head = _heads(("Rank", "Model", "Rating", "95 % range", "Before" if plain else unit))
    head += _heads((*([unit] if plain else []), "Won", "Tied", "Lost"), "arena-wide")
    note = ""
    if (table["note"] != "").any():
        note = _quiet("Where a note stands, the rating is held by the imaginary games, not by votes alone.")
    if table["provisional"].any():
        note += _quiet(f"<b>Few votes</b>: fewer than {PROVISIONAL_BELOW} battles, so expect the rating to move.")
    return _table(head, rows, "arena-ratings") + note


def no_votes(unjudged: Sequence[str]) -> str:
    names = ", ".join(text_of(title) for title in unjudged)
    return (
        '<div class="arena-empty" role="status"><h3>No votes yet: fight a battle</h3>'
        f"<p>Ratings appear here after the first judgment. Waiting to be judged: {names}.</p></div>"
    )


def nothing_yet(what: str) -> str:
    return f'<div class="arena-empty" role="status"><h3>Nothing to see yet</h3><p>{text_of(what)}</p></div>'


def unjudged_note(titles: Sequence[str]) -> str:
    return _quiet(f"Not judged yet: {', '.join(text_of(title) for title in titles)}.") if titles else ""


def reach_note(words: str) -> str:
    return _quiet(text_of(words)) if words else ""


def style_words(effects: pd.DataFrame) -> str:
    """Sentences of what length and formatting are worth; effects: of `arena.style.control`."""
    said = []
    for row in effects.itertuples():
        if not row.votes:
            continue
        # a share of one third of both texts is the longer one's lead when it is twice as long
        share, what = (1 / 3, "that is twice as long") if row.style == "length" else (1, f"with more {row.style}")
        points, low, high = (share * number for number in (row.effect, row.low, row.high))
        chance = "" if low > 0 or high < 0 else "; this can be chance"
        verb = "gains" if points >= 0 else "loses"
        said.append(
            f"<li>An answer {what} {verb} about {abs(points):.0f} point{'s' * (round(abs(points)) != 1)}"
            f" ({signed(low)} to {signed(high)}){chance}.</li>"
        )
    if not said:
        return ""
    return f'<section class="arena-said"><h4>What looks are worth</h4><ul>{"".join(said)}</ul></section>'


def days_words(table: pd.DataFrame) -> str:
    """table: of `history.per_day`."""
    total, days = int(table["total"].iloc[-1]), len(table)
    since = table["day"].iloc[0]
    return (
        f'<p class="arena-quiet">{total:,} votes count since {since.day} {since:%B %Y}, {total / days:,.0f} a day.</p>'
    )


def mistakes_table(table: pd.DataFrame) -> str:
    """table: of `arena.rates.rates` with title, models with judged answers only."""
    rows = "".join(
        f"<tr><th scope='row'>{text_of(row.title)}</th><td class='arena-rating'>{percent(row.rate)}</td>"
        f"<td>{100 * row.low:.0f}–{percent(row.high)}</td><td>{percent(row.upper_rate)}</td><td>{row.answers:,}</td>"
        f"<td class='arena-wide'>{row.bad:,}</td><td class='arena-wide'>{row.clean:,}</td></tr>"
        for row in table.itertuples()
    )
    head = _heads(("Model", "At least", "95 % range", "At most", "Answers"))
    return _table(head + _heads(("Bad", "Good"), "arena-wide"), rows, "arena-ratings arena-names")


def agreement_words(found: Mapping[Axis, Agreement]) -> str:
    """One sentence per axis of how far two people agree on the same answers."""
    said = []
    for axis, agreement in found.items():
        if math.isnan(agreement.alpha):
            said.append(f"<li><b>{AXIS_TITLES[axis]}:</b> {text_of(agreement.note)}.</li>")
            continue
        if math.isnan(agreement.low):
            bounds = f" ({text_of(agreement.note)})"
        else:
            bounds = f" ({agreement.low:.2f} to {agreement.high:.2f})"
        said.append(
            f"<li><b>{AXIS_TITLES[axis]}:</b> {agreement.alpha:.2f}{bounds}, from {agreement.units:,} tasks that"
            f" {agreement.voters:,} people judged {agreement.votes:,} times.</li>"
        )
    return (
        '<section class="arena-said"><h4>Do people agree with each other?</h4>'
        "<p>Krippendorff’s alpha is 1 where people who saw the same picture, question and models always judge alike,"
        f" and 0 where they agree no more than chance would have it.</p><ul>{''.join(said)}</ul></section>"
    )


def bias_words(found: Sequence[SideBias]) -> str:
    """One sentence per axis of whether people prefer the answer on one side."""
    said = []
    for bias in found:
        title = AXIS_TITLES[bias.axis]
        if bias.share is None:
            said.append(f"<li><b>{title}:</b> no side has been preferred yet.</li>")
            continue
        p = "p&nbsp;&lt;&nbsp;0.001" if bias.p < 0.001 else f"p&nbsp;=&nbsp;{bias.p:.2g}"
        said.append(
            f"<li><b>{title}:</b> answer A was preferred in {percent(bias.share, 1)} of {bias.decided:,} decided"
            f" judgments ({percent(bias.low, 1)} to {percent(bias.high, 1)}). The difference from one half"
            f" {chance_words(bias)} ({p}).</li>"
        )
    return (
        '<section class="arena-said"><h4>Does it matter which side an answer stands on?</h4>'
        "<p>A fair coin decides who is A, so without a liking for one side both are preferred equally often.</p>"
        f"<ul>{''.join(said)}</ul></section>"
    )


def sensitivity_table(table: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """A row for each model, a column for each filter; table: of `arena.sensitivity.sensitivity`."""
    by_filter = {name: table[table["filter"] == name.value].set_index("model") for name in Filter}
    head = _heads(("Model",)) + "".join(
        f'<th scope="col">{name.value.capitalize()}<small>{part["votes"].max():,.0f} votes,'
        f" {_people(part['voters'].max())}</small></th>"
        for name, part in by_filter.items()
    )
    rows = ""
    for model in by_filter[Filter.NONE].index:
        cells = (_filtered(name, part.loc[model]) for name, part in by_filter.items())
        rows += f"<tr><th scope='row'>{text_of(titles.get(model, model))}</th>{''.join(cells)}</tr>"
    explained = (
        "How ratings and ranks move when votes are left out or weighted. The ratings count every vote alike,"
        " except the excluded ones: those look rigged, and the reason for each is on record. How reliable somebody is"
        " follows from battles whose answer a program knows and from agreement with others;"
        f" <b>reliable</b> means {percent(RELIABLE_FROM)} or more."
    )
    return (
        f'<section class="arena-said"><h4>Would other rules change the ranking?</h4><p>{explained}</p></section>'
        + _table(head, rows, "arena-ratings arena-names")
    )


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"


def span(best: int, worst: int) -> str:
    return f"{best}" if best == worst else f"{best}–{worst}"


def signed(number: float) -> str:
    return f"{round(number):+d}".replace("-", "\N{MINUS SIGN}") if round(number) else "0"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _filtered(name: Filter, row: pd.Series) -> str:
    if name is Filter.NONE:
        return f"<td>{row['rating']:.0f}<small>rank {row['rank']}</small></td>"
    before = f"{row['rank'] - row['rank_change']} → " if row["rank_change"] else ""
    moved = f"rank {before}{row['rank']}"
    return f"<td>{row['rating']:.0f}<small>{signed(row['change'])}, {moved}</small></td>"


def _model(row: object) -> str:
    few = ' <span class="arena-few">few votes</span>' if row.provisional else ""
    note = f"<small>{text_of(row.note[0].upper() + row.note[1:])}</small>" if row.note else ""
    return f"{text_of(row.title)}{few}{note}"


def _heads(titles: Sequence[str], kind: str = "") -> str:
    return "".join(f'<th scope="col"{f" class={kind}" if kind else ""}>{title}</th>' for title in titles)


def _table(head: str, rows: str, kind: str) -> str:
    return (
        f'<div class="arena-scroll"><table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _quiet(text: str) -> str:
    return f'<p class="arena-quiet arena-small">{text}</p>'
