"""Which rows of a board to show. A rank is given among all rows, so hiding some changes no rank."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import pandas as pd

from benchmark.errors import UnknownNameError
from models.spec import Quantization


class Openness(StrEnum):
    """Whether a model's weights can be had by anyone."""

    ANY = "any"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"

    @property
    def title(self) -> str:
        return {
            "any": "All models",
            "open": "Open weights",
            "closed": "Offered as a service only",
            "unknown": "Not known here",
        }[self.value]


class Size(StrEnum):
    """How large a model is, in billions of weights."""

    ANY = "any"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNKNOWN = "unknown"

    @property
    def title(self) -> str:
        return {
            "any": "Every size",
            "small": "Up to 4 billion",
            "medium": "4 to 10 billion",
            "large": "10 billion and more",
            "unknown": "Not known here",
        }[self.value]


ANY_QUANTIZATION = "any"
QUANTIZATIONS = (ANY_QUANTIZATION, *(quantization.value for quantization in Quantization))


@dataclass(frozen=True)
class BoardFilter:
    """What a row must be to be shown; made from a visitor's choices by `board_filter`."""

    openness: Openness = Openness.ANY
    size: Size = Size.ANY
    quantization: str = ANY_QUANTIZATION

    @property
    def shows_all(self) -> bool:
        return self == BoardFilter()


def board_filter(openness: str = "any", size: str = "any", quantization: str = ANY_QUANTIZATION) -> BoardFilter:
    """The filter of these names. Raises UnknownNameError, with what is allowed, for one that is none."""
    if quantization not in QUANTIZATIONS:
        raise UnknownNameError("quantization", str(quantization), QUANTIZATIONS)
    return BoardFilter(_member(Openness, "openness", openness), _member(Size, "size", size), quantization)


class Filterable(Protocol):
    """What a filter looks at: a row of a board, or of the grid."""

    open_weights: bool | None
    billions: float | None
    quantization: str


def matches(row: Filterable, wanted: BoardFilter) -> bool:
    """Whether the filter lets this row through."""
    return (
        _is_open(row.open_weights, wanted.openness)
        and wanted.size in (Size.ANY, size_of(row.billions))
        and wanted.quantization in (ANY_QUANTIZATION, row.quantization)
    )


def matching(table: pd.DataFrame, wanted: BoardFilter) -> pd.DataFrame:
    """The rows of a board (columns open_weights, billions, quantization) that the filter lets through."""
    keep = [matches(row, wanted) for row in table.itertuples()]
    return table[pd.Series(keep, index=table.index, dtype=bool)]


def size_of(billions: float | None) -> Size:
    """The class of a size; UNKNOWN when there is none."""
    if billions is None or pd.isna(billions):
        return Size.UNKNOWN
    if billions <= 4:
        return Size.SMALL
    return Size.MEDIUM if billions < 10 else Size.LARGE


def _is_open(open_weights: bool | None, wanted: Openness) -> bool:
    if wanted is Openness.ANY:
        return True
    known = open_weights is not None and not pd.isna(open_weights)
    return wanted is (Openness.UNKNOWN if not known else Openness.OPEN if open_weights else Openness.CLOSED)


def _member(kind: type[StrEnum], what: str, name: str) -> StrEnum:
    try:
        return kind(name)
    except ValueError:
        raise UnknownNameError(what, str(name), [member.value for member in kind]) from None
