"""Published scores and what is known of the models behind them: facts that this project carries, with their sources."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import pandas as pd

from benchmark.errors import UnknownNameError

DATA = Path(__file__).parent / "data"
FIRST_BOARDS = "boards_2023-07-04"
LAST_BOARDS = "boards_2024-06-06"


class Layer(StrEnum):
    """Whose figures a board shows."""

    FIRST = "first"  # as MME was first published
    LAST = "last"  # the last public boards
    OWN = "own"  # the runs of this installation

    @property
    def title(self) -> str:
        return {"first": "First boards, 2023", "last": "Last public boards, 2024", "own": "Run here"}[self.value]


@dataclass(frozen=True)
class PublishedBoards:
    """Published scores with where and when they stood. `rows` has the columns board, model, version, link, score."""

    day: str
    source: str
    link: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class ModelFacts:
    """What is known of a model. None and empty mean: not known here, which is not the same as no.

    `billions` is the size: of a published model its language model's, as the board names it; of an own run's model
    all its weights. `weights_at` is where open weights can be had.
    """

    open_weights: bool | None = None
    billions: float | None = None
    weights_at: str = ""


NOTHING_KNOWN = ModelFacts()
NO_BOARDS = PublishedBoards("", "", "", pd.DataFrame(columns=["board", "model", "version", "link", "score"]))


def find_layer(name: str) -> Layer:
    """The layer of this name. Raises UnknownNameError with the three names that are allowed."""
    try:
        return Layer(name)
    except ValueError:
        raise UnknownNameError("layer", str(name), [layer.value for layer in Layer]) from None


@cache
def published(name: str = FIRST_BOARDS) -> PublishedBoards:
    """The published boards that are carried in this project."""
    about = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    rows = pd.read_csv(DATA / f"{name}.csv", keep_default_na=False, dtype={"score": float})
    return PublishedBoards(about["day"], about["source"], about["link"], rows)


def layer_boards(layer: Layer) -> PublishedBoards:
    """The published boards of a layer; none for own runs."""
    return {Layer.FIRST: lambda: published(FIRST_BOARDS), Layer.LAST: lambda: published(LAST_BOARDS)}.get(
        layer, lambda: NO_BOARDS
    )()


@cache
def _all_facts() -> dict[tuple[str, str], ModelFacts]:
    table = pd.read_csv(DATA / "model_facts.csv", keep_default_na=False)
    return {
        (row.model, row.version): ModelFacts(
            {"open": True, "closed": False, "": None}[row.weights],
            float(row.billions) if row.billions else None,
            row.weights_at,
        )
        for row in table.itertuples()
    }


def model_facts(model: str, version: str) -> ModelFacts:
    """What is known of a published model, by its names on the board; nothing for one that is not there."""
    return _all_facts().get((model, version), NOTHING_KNOWN)
