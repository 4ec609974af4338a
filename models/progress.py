"""What loading a model is at, for a page or a terminal: plain facts, no torch."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The stages of getting a model ready, in their order."""

    WAITING = "waiting"  # for memory that other models use, or for their end
    FETCHING = "fetching"  # files from the Hub
    LOADING = "loading"  # weights into memory
    QUANTIZING = "quantizing"  # weights into memory, made smaller on the way
    READY = "ready"


@dataclass(frozen=True)
class Step:
    """One moment: a sentence for people, and how far this stage is (0 to 1; None where nobody can know)."""

    stage: Stage
    text: str
    share: float | None = None

    def __str__(self) -> str:
        return self.text


Report = Callable[[Step], None]


def ignore(_step: Step) -> None:
    """A Report for those who do not look."""
