"""HTML of the page about one's own votes."""

from collections.abc import Mapping, Sequence

import pandas as pd

from arena.history import Agreement
from arena.ratings_views import percent, span
from arena.views import AXIS_TITLES
from arena.votes import Axis
from models.escaping import text_of

EMPTY = (
    '<div class="arena-empty" role="status"><h3>You have not judged a battle yet</h3>'
    "<p>Once you have, this page shows how often you agree with others, your own ranking of the models, and every"
    " battle you judged. Start in the Arena tab.</p></div>"
)


KNOWN_BY_TAB = "They are known by this browser tab alone, so a reload starts anew."
KNOWN_BY_ACCOUNT = "They belong to the account that you are signed in with."
SIGN_IN = '<p class="arena-quiet">Sign in, if you like, and your votes stay yours after a reload. No name is kept.</p>'


def summary(votes: int, agreements: Sequence[Agreement], signed_in: bool = False) -> str:
    """How many votes there are and how often they say what others say."""
    count = f"You have judged {votes:,} battle{'s' if votes != 1 else ''}."
    tiles = "".join(f"<div><dt>{AXIS_TITLES[found.axis]}</dt><dd>{_share(found)}</dd></div>" for found in agreements)
    return (
        f'<div class="arena-intro"><h2>Your votes</h2><p>{count} {KNOWN_BY_ACCOUNT if signed_in else KNOWN_BY_TAB}</p>'
        f'</div><dl class="arena-tiles">{tiles}</dl>'
    )


def rankings(tables: Mapping[Axis, pd.DataFrame]) -> str:
    """Both rankings side by side; tables: of `arena.ratings.rate` over own votes, with title."""
    parts = "".join(
        f"<section><h4>{AXIS_TITLES[axis]}</h4>{_ranking(table) if len(table) else _NO_RANKING}</section>"
        for axis, table in tables.items()
    )
    return (
        '<h3 class="arena-heading">Your own ranking</h3><p class="arena-quiet">From your votes alone. With few of them'
        f' the ranges are wide.</p><div class="arena-pair arena-rankings">{parts}</div>'
    )


HEADING = '<h3 class="arena-heading">Your battles</h3>'
_NO_RANKING = '<p class="arena-quiet">None of your votes on this question compares two models yet.</p>'


def _share(found: Agreement) -> str:
    if found.share is None:
        return "<b>–</b><span>nobody else has judged these models yet</span>"
    return (
        f"<b>{percent(found.share)}</b><span>of your {found.judged:,} choice{'s' if found.judged != 1 else ''} between"
        " two models are what most others prefer</span>"
    )


def _ranking(table: pd.DataFrame) -> str:
    rows = "".join(
        f"<tr><td>{span(row.rank_best, row.rank_worst)}</td><th scope='row'>{text_of(row.title)}</th>"
        f"<td class='arena-rating'>{row.rating:.0f}</td><td>{row.low:.0f}–{row.high:.0f}</td></tr>"
        for row in table.itertuples()
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in ("Rank", "Model", "Rating", "95 % range"))
    return (
        f'<div class="arena-scroll"><table class="arena-ratings"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )
