"""A link to what a visitor sees of the boards: which layer, which board or model, which filter, as a query string."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from benchmark.board_filters import BoardFilter, board_filter
from benchmark.boards import BOARD_NAMES, find_board
from benchmark.errors import UnknownNameError
from benchmark.published import Layer, find_layer


class View(StrEnum):
    """How the boards are looked at."""

    RANKING = "ranking"
    GRID = "grid"
    PROFILE = "profile"


KEYS = ("board", "layer", "look", "model", "open", "size", "quantization")
"""A page asked for with one of these in its address is asked for the boards. (Gradio keeps "view" for itself.)"""


@dataclass(frozen=True)
class Address:
    """What a link to the boards says; `model` is a key of the layer's grid, empty for the default one."""

    layer: Layer = Layer.FIRST
    board: str = BOARD_NAMES[0]
    view: View = View.RANKING
    model: str = ""
    wanted: BoardFilter = field(default_factory=BoardFilter)

    @property
    def query(self) -> str:
        """As "?board=count&layer=last": the layer and what is looked at, and of the rest what is not as usual."""
        values = {"board": self.board} if self.view is View.RANKING else {"look": self.view.value}
        values["layer"] = self.layer.value
        if self.view is View.PROFILE and self.model:
            values["model"] = self.model
        chosen = {
            "open": self.wanted.openness.value,
            "size": self.wanted.size.value,
            "quantization": self.wanted.quantization,
        }
        return "?" + urlencode(values | {name: value for name, value in chosen.items() if value != "any"})


def address_from(parameters: Mapping[str, str]) -> Address | None:
    """What a page's query parameters ask of the boards; None when they ask nothing of them.

    Raises UnknownNameError for a layer, board, view or filter that does not exist, with those that do.
    """
    if not any(key in parameters for key in KEYS):
        return None
    view = parameters.get("look") or ("profile" if parameters.get("model") else "ranking")
    if view not in list(View):
        raise UnknownNameError("look", view, list(View))
    return Address(
        find_layer(parameters.get("layer", Layer.FIRST)),
        find_board(parameters.get("board", BOARD_NAMES[0])).name,
        View(view),
        parameters.get("model", ""),
        board_filter(
            parameters.get("open", "any"), parameters.get("size", "any"), parameters.get("quantization", "any")
        ),
    )
