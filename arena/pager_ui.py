"""Pages of judged battles, from the newest on: where each began is remembered on the server."""

from collections.abc import Callable

import gradio as gr

from arena.errors import ArenaError
from arena.records import Found
from models.page_ui import PRIVATE, explaining

PAGE = 10


class Pager:
    """Two buttons. `starts` holds below which vote each page up to the shown one began (the first has no bound),
    `following` where the next one would."""

    def __init__(self, elem_id: str) -> None:
        self.starts, self.following = gr.State(()), gr.State(None)
        with gr.Row(elem_classes="arena-pager", visible=False) as self.row:
            self.newer = gr.Button("Newer", elem_id=f"{elem_id}-newer", size="md", min_width=120)
            self.older = gr.Button("Older", elem_id=f"{elem_id}-older", size="md", min_width=120)

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        return [self.starts, self.following, self.row, self.newer, self.older]

    def shown(self, starts: tuple[int, ...], found: Found) -> dict:
        """Updates for a page that was found below the last of `starts`."""
        return {
            self.starts: starts, self.following: found.before,
            self.row: gr.update(visible=bool(starts) or found.before is not None),
            self.newer: gr.update(interactive=bool(starts)),
            self.older: gr.update(interactive=found.before is not None),
        }  # fmt: skip

    def hidden(self) -> dict:
        return {self.row: gr.update(visible=False)}

    def on_turn(self, read: Callable[..., dict], inputs: list, outputs: list) -> None:
        """read takes the request, the starts and the values of `inputs`, and gives updates of `outputs`."""

        def back(request: gr.Request, starts: tuple[int, ...], following: int | None, *values: object) -> dict:
            return read(request, starts[:-1], *values)

        def on(request: gr.Request, starts: tuple[int, ...], following: int | None, *values: object) -> dict:
            return read(request, starts if following is None else (*starts, following), *values)

        for button, turn in ((self.newer, back), (self.older, on)):
            button.click(explaining(ArenaError)(turn), [self.starts, self.following, *inputs], outputs, **PRIVATE)
