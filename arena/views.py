"""HTML of the arena's tabs. Everything that a person or a model wrote is escaped here, and nowhere trusted."""

import html

import pandas as pd

from arena.answers import Progress
from arena.service import Reveal, Revealed
from arena.votes import Axis
from models.escaping import text_of

AXIS_TITLES = {Axis.HALLUCINATION: "Fewer hallucinations", Axis.INSTRUCTION: "Follows the instruction"}

INTRO = """<div class="arena-intro"><h2>Which answer would you trust?</h2>
<p>Two models look at the same picture. You do not know which is which: read both answers, judge them,
and only then see their names.</p></div>"""

RATINGS_EXPLAINED = """
**Where a rating comes from.** Every judged battle is one game between two models on each question: the better answer
wins, *both good* and *both bad* are ties, and *can't tell* does not count. From all games together we work out how
strong each model must be to explain the results (Davidson's model of wins and ties, fitted with Newman's method).

**How to read it.** The models that have been judged average 1000 points. A model 100 points ahead of another wins
about 64 % of their games that are not ties; 200 points ahead, about 76 %.

**The 95 % range** says how sure we are. Few votes make a wide range; where two ranges overlap much, nobody can say yet
which model is better. So that a first lucky win does not send a model to the top, every model starts with two
imaginary games against an average opponent: one won, one lost. They matter less with every real vote.

**Blind and fair.** Pair and sides are drawn by chance, both answers appear at the same pace, the names are shown only
after the vote is stored, and each battle can be judged once, by the person who started it.
"""


def step(number: int, title: str) -> str:
    return f'<h3 class="arena-step"><span aria-hidden="true">{number}</span> {html.escape(title)}</h3>'


def waiting_card(side: str) -> str:
    return _card(side, '<p class="arena-quiet">Looking at the picture</p>', "thinking…", "writing")


def answer_card(side: str, text: str, done: bool, note: str = "") -> str:
    """The card of answer A or B before its model may be named; `note` says what both models wait for."""
    body = f'<p class="arena-quiet">{text_of(note)}</p>' if note and not text else _body(text, done)
    return _card(side, body, "complete" if done else "writing…", "done" if done else "writing")


def revealed_card(side: str, model: Revealed) -> str:
    return _card(side, _body(model.answer, True), model.title, "revealed")


def cards(progress: Progress) -> tuple[str, str]:
    return (
        answer_card("A", progress.text_a, progress.done_a, progress.note),
        answer_card("B", progress.text_b, progress.done_b, progress.note),
    )


def revealed(reveal: Reveal) -> str:
    """Thanks, who was who, and what the vote changed."""
    rows = "".join(
        f'<tr><th scope="row"><b>{side}</b> {text_of(model.title)}</th>'
        + "".join(f"<td>{_change(change.before, change.after)}</td>" for change in model.changes)
        + "</tr>"
        for side, model in (("A", reveal.a), ("B", reveal.b))
    )
    heads = "".join(f'<th scope="col">{AXIS_TITLES[change.axis]}</th>' for change in reveal.a.changes)
    count = f"It is judgment number {reveal.votes:,} in this arena." if reveal.votes else ""
    return (
        '<div class="arena-reveal" role="status"><h3>Thank you! Your judgment is saved.</h3>'
        f"<p>A was <b>{text_of(reveal.a.title)}</b>, B was <b>{text_of(reveal.b.title)}</b>. {count}</p>"
        f'<div class="arena-scroll"><table><thead><tr><th scope="col">New rating</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></div>"
    )


def ratings_table(table: pd.DataFrame) -> str:
    """table: the columns of `arena.ratings.rate` and title, best first."""
    rows = "".join(
        f"<tr><td>{rank}</td><th scope='row'>{text_of(row.title)}</th><td class='arena-rating'>{row.rating:.0f}</td>"
        f"<td>{row.low:.0f} to {row.high:.0f}</td><td>{row.battles:,}</td><td>{row.wins:,}</td><td>{row.ties:,}</td>"
        f"<td>{row.losses:,}</td></tr>"
        for rank, row in enumerate(table.itertuples(), start=1)
    )
    heads = "".join(
        f'<th scope="col">{head}</th>'
        for head in ("", "Model", "Rating", "95 % range", "Battles", "Wins", "Ties", "Losses")
    )
    return (
        '<div class="arena-scroll"><table class="arena-ratings">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def no_votes(unjudged: list[str]) -> str:
    names = ", ".join(text_of(title) for title in unjudged)
    return (
        '<div class="arena-empty" role="status"><h3>No votes yet: fight a battle</h3>'
        f"<p>Ratings appear here after the first judgment. Waiting to be judged: {names}.</p></div>"
    )


def unjudged_note(titles: list[str]) -> str:
    if not titles:
        return ""
    return f'<p class="arena-quiet">Not judged yet: {", ".join(text_of(title) for title in titles)}.</p>'


def _body(text: str, done: bool) -> str:
    if text.strip():
        return f'<p class="arena-text">{text_of(text)}</p>'
    return f'<p class="arena-quiet">{"This model wrote nothing." if done else "Looking at the picture"}</p>'


def _card(side: str, body: str, state: str, kind: str) -> str:
    busy = str(kind == "writing").lower()
    return (
        f'<section class="arena-card arena-{kind}" aria-label="Answer {side}" aria-busy="{busy}">'
        f'<header><h4>Answer {side}</h4><span class="arena-state">{text_of(state)}</span></header>'
        f'<div aria-live="off">{body}</div></section>'
    )


def _change(before: float, after: float) -> str:
    difference = round(after) - round(before)
    kind = "up" if difference > 0 else "down" if difference < 0 else "same"
    sign = f"{difference:+d}".replace("-", "\N{MINUS SIGN}") if difference else "no change"
    return f'{after:.0f} <span class="arena-{kind}">{sign}</span>'
