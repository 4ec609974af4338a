"""A tab of the arena without a server or a browser: its events are called as Gradio calls them."""

from types import SimpleNamespace

import gradio as gr


def opened(service, tab):
    """call(elem_id, *values, session="visitor"): all text that an event of a page with this tab alone gives.

    The tab itself has the id "tab". What the server keeps for a visitor (gr.State) is kept from call to call.
    """
    with gr.Blocks() as page, gr.Tabs(), gr.Tab("Tab", id="tab"):
        tab(service)
    kept = {}

    def call(name, *values, session="visitor"):
        handler = event(page, name)
        states = [kept.get(block._id, block.value) for block in handler.inputs if isinstance(block, gr.State)]
        updates = handler.fn(SimpleNamespace(session_hash=session, request=None), *states, *values)
        kept.update({block._id: value for block, value in updates.items() if isinstance(block, gr.State)})
        return texts(updates)

    return call


def event(page, name):
    """The first event of the component with this elem_id, or of the tab with this id."""
    for handler in page.fns.values():
        for target, _ in handler.targets:
            block = page.blocks[target]
            if name in (block.elem_id, getattr(block, "id", None)):
                return handler
    raise LookupError(f"no event of {name}")


def texts(updates):
    return " ".join(value for value in updates.values() if isinstance(value, str))


def battles_in(page):
    """The numbers of the battles that a page lists, in its order."""
    return [int(part.split('"')[0]) for part in page.split('aria-label="Battle ')[1:]]
