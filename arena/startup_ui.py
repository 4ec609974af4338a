"""Imports Gradio without its editor stubs; app.py imports this first, so that the page is up sooner.

Gradio 6 parses the source of every component at import and rewrites the .pyi stubs beside it, for code editors: over
a second and a half that nobody who visits the page needs. It leaves out classes that have no source file.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_editor_stubs() -> Iterator[None]:
    """While this is open, Gradio's component classes look as if they had been defined without a file."""
    original = inspect.getfile

    def getfile(item: object) -> str:
        if isinstance(item, type) and item.__module__.startswith("gradio."):
            raise OSError("editor stubs are not refreshed while the page starts")
        return original(item)

    inspect.getfile = getfile
    try:
        yield
    finally:
        inspect.getfile = original


with without_editor_stubs():
    import gradio as gradio
