"""The Battles tab: every judged battle, ten a page, from the newest on. Battles without a vote are never read here."""

import gradio as gr

from arena import log_views as views
from arena.battle_parts_ui import html
from arena.errors import ArenaError
from arena.pager_ui import PAGE, Pager
from arena.ratings_views import READING
from arena.service import ArenaService
from arena.thumbnails import Thumbnails
from models.page_ui import PRIVATE, enclosing_tab, explaining


def log_tab(service: ArenaService) -> None:
    """Fills the current gr.Tab; the log is read anew whenever that tab is opened or a filter is changed."""
    thumbnails = Thumbnails(service.store, service.pictures)
    html(views.INTRO)
    with gr.Row(elem_id="log-filters"):
        model = gr.Dropdown(views.MODELS, value="", label="Model", elem_id="log-model", min_width=180)
        result = gr.Dropdown(
            views.RESULTS, value="", label="Judgment", elem_id="log-result", min_width=180, filterable=False
        )
        language = gr.Dropdown(
            views.LANGUAGES, value="", label="Language", elem_id="log-language", min_width=180, filterable=False
        )
    shown = html(READING, elem_id="log-battles")
    pager = Pager("log")

    def read(request: gr.Request, starts: tuple[int, ...], *chosen: object) -> dict:
        found = service.store.newest(views.wanted(*chosen), starts[-1] if starts else None, PAGE)
        text = views.entries(found.records, service.title, thumbnails.public)
        return {
            shown: text or views.nothing_found(found.before is not None), **pager.shown(starts, found),
            model: gr.update(choices=_models(service)),
        }  # fmt: skip

    def first(request: gr.Request, *chosen: object) -> dict:
        return read(request, (), *chosen)

    filters = [model, result, language]
    outputs = [shown, model, *pager.outputs]
    opened = [enclosing_tab().select, *(box.input for box in filters)]
    gr.on(opened, explaining(ArenaError)(first), filters, outputs, **PRIVATE)
    pager.on_turn(read, filters, outputs)


def _models(service: ArenaService) -> list[tuple[str, str]]:
    names = service.ratings(None)["model"]
    return [*views.MODELS, *sorted((service.title(name), name) for name in names)]
