"""The page about one's own votes: nothing on it takes longer for the votes of others."""

import time

import gradio as gr
import pandas as pd

from arena import history, log_views, ratings
from arena import personal_views as views
from arena.battle_parts_ui import account_of, html, voter_of
from arena.errors import ArenaError
from arena.pager_ui import PAGE, Pager
from arena.records import Wanted
from arena.service import ArenaService
from arena.thumbnails import Thumbnails
from arena.votes import Axis
from models.page_ui import PRIVATE, enclosing_tab, explaining


def personal_tab(service: ArenaService, sign_in: bool = False) -> None:
    """Fills the current gr.Tab; it is read anew whenever that tab is opened.

    `sign_in` offers to sign in with Hugging Face, where the page runs as a Space that was set up for it.
    """
    if sign_in:
        with gr.Row(elem_id="personal-sign-in"):
            html(views.SIGN_IN)
            gr.LoginButton(size="md", min_width=220)
    thumbnails = Thumbnails(service.store, service.pictures)
    head = html(views.EMPTY, elem_id="personal-summary")
    rankings = html(elem_id="personal-rankings")
    heading = html()
    battles = html(elem_id="personal-battles")
    pager = Pager("personal")

    def read(request: gr.Request, starts: tuple[int, ...]) -> dict:
        wanted = Wanted(voter=service.store.voter_hash(voter_of(request)))
        found = service.store.newest(wanted, starts[-1] if starts else None, PAGE)
        return {battles: log_views.entries(found.records, service.title, thumbnails.own), **pager.shown(starts, found)}

    def refresh(request: gr.Request) -> dict:
        own = service.personal(voter_of(request))
        if own.empty:
            return {head: views.EMPTY, rankings: "", heading: "", battles: "", **pager.hidden()}
        return {
            head: views.summary(
                len(own), [agreement(service, own, axis) for axis in Axis], bool(account_of(request, time.time()))
            ),
            rankings: views.rankings({axis: own_ratings(service, own, axis) for axis in Axis}),
            heading: views.HEADING, **read(request, ()),
        }  # fmt: skip

    outputs = [head, rankings, heading, battles, *pager.outputs]
    enclosing_tab().select(explaining(ArenaError)(refresh), None, outputs, **PRIVATE)
    pager.on_turn(read, [], [battles, *pager.outputs])


def agreement(service: ArenaService, own: pd.DataFrame, axis: Axis) -> history.Agreement:
    """How often a person says what others say; their votes that do not count are held against the others as well."""
    mine = history.own_tallies(own, axis)
    left_out = history.own_tallies(own[own["excluded"]], axis)
    return history.agreement_with_others(axis, mine, [*service.store.tallies(axis), *left_out])


def own_ratings(service: ArenaService, own: pd.DataFrame, axis: Axis) -> pd.DataFrame:
    """The table of `ratings.rate` over own votes alone, with the analytic ranges."""
    table = ratings.rate(ratings.count(history.own_tallies(own, axis)), rounds=0)
    table = table[table["battles"] > 0]
    return table.assign(title=table["model"].map(service.title))
