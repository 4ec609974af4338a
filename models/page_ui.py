"""What the tabs of every room share: errors as messages on the page, and the tab that is being filled."""

import functools
import html
from collections.abc import Callable

import gradio as gr
from gradio.context import Context

PRIVATE = {"show_progress": "hidden", "api_visibility": "private"}


def shown(error: Exception) -> gr.Error:
    """A domain error as a message; its text may hold what a stranger wrote."""
    return gr.Error(html.escape(str(error)), duration=15, title="That did not work", print_exception=False)


def explaining(*errors: type[Exception]) -> Callable[[Callable], Callable]:
    """A decorator for event handlers: these errors become messages on the page, all others stay what they are."""

    def decorate(handler: Callable) -> Callable:
        @functools.wraps(handler)
        def explained(*arguments):
            try:
                return handler(*arguments)
            except errors as error:
                raise shown(error) from error

        return explained

    return decorate


def enclosing_tab() -> gr.Tab:
    """The gr.Tab that is being filled. Raises ValueError outside of one."""
    block = Context.block
    while block is not None and not isinstance(block, gr.Tab):
        block = block.parent
    if block is None:
        raise ValueError("this part of the page must be built inside a gr.Tab")
    return block
