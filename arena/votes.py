"""What a person says about one battle: one judgment on each of two axes, always both together, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from arena.battle import Turn
from arena.errors import JudgmentError, RemarkError

MAX_SPANS = 100
MAX_CORRECTION_CHARACTERS = 300
MAX_COMMENT_CHARACTERS = 2000


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
    """What is wrong with marked words of an answer (the first six), or that words of the instruction were missed."""

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


def read_remarks(sent: object, turns: Sequence[Turn]) -> Remarks:
    """Checks what a browser sent about a battle with these turns; None means that nothing was said.

    `{"spans": [{"side": "a", "turn": 0, "start": 3, "end": 8, "kind": "object", "correction": "dog"}], "comment": ""}`;
    turn, correction, spans and comment may be left out. Raises RemarkError for anything else.
    """
    if sent is None:
        return Remarks()
    if not isinstance(sent, Mapping):
        raise RemarkError(f"Remarks came as {type(sent).__name__}; send marked words and a comment, or nothing.")
    _known("remark", sent, ("spans", "comment"))
    spans = sent.get("spans") or []
    if not isinstance(spans, Sequence) or isinstance(spans, str):
        raise RemarkError(f"Marked words came as {type(spans).__name__}; send a list of them.")
    if len(spans) > MAX_SPANS:
        raise RemarkError(f"{len(spans)} places are marked; at most {MAX_SPANS} are allowed. Remove some of them.")
    comment = _text("The comment", sent.get("comment"), MAX_COMMENT_CHARACTERS)
    return Remarks(tuple(_span(span, turns) for span in spans), comment)


def _span(sent: object, turns: Sequence[Turn]) -> Span:
    if not isinstance(sent, Mapping):
        raise RemarkError(f"Marked words came as {type(sent).__name__}; each needs side, start, end and kind.")
    _known("part of marked words", sent, ("side", "turn", "start", "end", "kind", "correction"))
    side, kind, turn = sent.get("side"), sent.get("kind"), sent.get("turn", 0)
    if side not in ("a", "b"):
        raise RemarkError(f"Words are marked in answer {str(side)[:40]!r}; the answers are 'a' and 'b'.")
    if not isinstance(kind, str) or kind not in list(SpanKind):
        raise RemarkError(f"Words are marked as {str(kind)[:40]!r}; choose one of {_names(SpanKind)}.")
    if type(turn) is not int or not 0 <= turn < len(turns):
        raise RemarkError(f"Words are marked in turn {str(turn)[:40]}; this battle has {len(turns)}, from 0 on.")
    exchange = turns[turn]
    answer = exchange.response_a if side == "a" else exchange.response_b
    marked = exchange.instruction if kind == SpanKind.MISSED else answer
    start, end = sent.get("start"), sent.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(marked):
        raise RemarkError(
            f"Characters {str(start)[:40]} to {str(end)[:40]} are marked in a text of {len(marked)}."
            " Mark the words again, or remove the mark."
        )
    correction = _text("A correction", sent.get("correction"), MAX_CORRECTION_CHARACTERS)
    return Span(side, start, end, SpanKind(kind), turn, correction)


def _known(what: str, sent: Mapping, allowed: Sequence[str]) -> None:
    unknown = [str(key) for key in sent if key not in allowed]
    if unknown:
        raise RemarkError(f"Unknown {what} {unknown[0][:40]!r}; allowed are {', '.join(allowed)}.")


def _text(what: str, value: object, limit: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RemarkError(f"{what} came as {type(value).__name__}; write it as text.")
    text = value.replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise RemarkError(f"{what} has {len(text):,} characters; at most {limit:,} are allowed. Shorten it.")
    bad = next((c for c in text if (ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF), None)
    if bad is not None:
        raise RemarkError(f"{what} contains the character U+{ord(bad):04X}, which is not text. Remove it.")
    return text


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
