"""What a person says about one battle: one judgment on each of two axes, always both together, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from arena.errors import JudgmentError


class Axis(StrEnum):
    """What is judged."""

    HALLUCINATION = "hallucination"
    INSTRUCTION = "instruction"


class Judgment(StrEnum):
    """The five things a person can say on one axis."""

    A = "a"
    B = "b"
    BOTH_GOOD = "both_good"
    BOTH_BAD = "both_bad"
    CANT_TELL = "cant_tell"


class Outcome(StrEnum):
    """What a judgment means to a rating; `CANT_TELL` means nothing and has no outcome."""

    A_WINS = "a_wins"
    B_WINS = "b_wins"
    TIE = "tie"


OUTCOMES: Mapping[Judgment, Outcome] = MappingProxyType(
    {
        Judgment.A: Outcome.A_WINS,
        Judgment.B: Outcome.B_WINS,
        Judgment.BOTH_GOOD: Outcome.TIE,
        Judgment.BOTH_BAD: Outcome.TIE,
    }
)


class SpanKind(StrEnum):
    """What is wrong with the marked words of an answer (the first six), or that words of the instruction were missed."""

    OBJECT = "object"
    ATTRIBUTE = "attribute"
    NUMBER = "number"
    RELATION = "relation"
    TEXT = "text"
    KNOWLEDGE = "knowledge"
    MISSED = "missed"


@dataclass(frozen=True)
class Span:
    """Marked words: characters `start` to `end` (code points, end excluded) of one text of a battle.

    Of the answer of `side` ("a" or "b") in turn `turn` (0 is the first); with kind MISSED, of the instruction of that
    turn, which that side did not follow. `correction` is what should stand there, empty where none was given.
    """

    side: str
    start: int
    end: int
    kind: SpanKind
    turn: int = 0
    correction: str = ""


@dataclass(frozen=True)
class Remarks:
    """Why a person judged as they did; all of it is optional."""

    spans: tuple[Span, ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class Ballot:
    """Both judgments of one battle, and why."""

    hallucination: Judgment
    instruction: Judgment
    remarks: Remarks = Remarks()

    def on(self, axis: Axis) -> Judgment:
        return self.hallucination if axis is Axis.HALLUCINATION else self.instruction


@dataclass(frozen=True)
class Tally:
    """How often one judgment was given to one ordered pair of models on one axis."""

    model_a: str
    model_b: str
    judgment: Judgment
    count: int


def read_ballot(judgments: Mapping[str, object]) -> Ballot:
    """Checks what a browser sent, e.g. `{"hallucination": "a", "instruction": "both_bad"}`.

    Raises JudgmentError for a missing or unknown axis and for an unknown value.
    """
    if not isinstance(judgments, Mapping):
        raise JudgmentError(f"Judgments came as {type(judgments).__name__}; send one for each of {_names(Axis)}.")
    unknown = [str(axis) for axis in judgments if axis not in list(Axis)]
    if unknown:
        raise JudgmentError(f"Unknown question {unknown[0][:40]!r}; the questions are {_names(Axis)}.")
    return Ballot(**{axis.value: _read(axis, judgments.get(axis)) for axis in Axis})


def _read(axis: Axis, value: object) -> Judgment:
    if value is None or value == "":
        raise JudgmentError(f"The question about {axis.value} has no judgment yet; choose one of {_names(Judgment)}.")
    if not isinstance(value, str) or value not in list(Judgment):
        raise JudgmentError(
            f"Unknown judgment {str(value)[:40]!r} about {axis.value}; choose one of {_names(Judgment)}."
        )
    return Judgment(value)


def _names(values: type[StrEnum]) -> str:
    return ", ".join(value.value for value in values)
