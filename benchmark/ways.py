"""How each technique asks: from questions to what the model is given, and from what it said to an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmark.ahead import Todo
from benchmark.data import Suite
from benchmark.final_answer import REASON, final_answer, is_answered
from benchmark.picture_notes import NoteTaker
from benchmark.prompt_styles import PromptStyle, styled, without_demand
from benchmark.records import RunSettings
from benchmark.solved_examples import SolvedExamples
from benchmark.techniques import Manner, Technique, manner_of
from models.examples import Example


@dataclass(frozen=True)
class Put:
    """A picture's questions as the model gets them.

    `examples` come before them; `notes` tell a reader what the model was told beside the question.
    """

    questions: tuple[str, ...]
    examples: tuple[Example, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class Reading:
    """What was made of a raw response: the answer that is scored, and the whole text where that is more."""

    answer: str
    reasoning: str = ""


class Way(Protocol):
    """One technique at work on one suite."""

    is_over: Callable[[str], bool] | None
    """Whether what was said so far settles the answer; None: as for a plain answer, by its first word."""

    def put(self, todo: Todo) -> Put:
        """What the model is asked about a decoded picture. Raises BenchmarkError or ModelError."""
        ...

    def read(self, raw: str) -> Reading:
        """The answer in a raw response."""
        ...


def way_of(settings: RunSettings, suite: Suite, notes_folder: Path | None = None) -> Way:
    """The way that a run's settings name. `notes_folder` keeps what tools found in pictures."""
    return way(manner_of(settings), suite, NoteTaker(notes_folder))


def way(manner: Manner, suite: Suite, taker: NoteTaker) -> Way:
    """The way of this manner."""
    match manner.technique:
        case Technique.INSTRUCTION:
            return Plain(manner.style)
        case Technique.CHAIN_OF_THOUGHT:
            return Reasoned()
        case Technique.TOOL_AIDED:
            return Noted(manner.style, taker)
        case Technique.IN_CONTEXT:
            return Shown(manner.style, SolvedExamples(suite, manner.examples, manner.seed, manner.style))


class Plain:
    """The question alone, in the words of the prompt style."""

    is_over = None

    def __init__(self, style: PromptStyle = PromptStyle.OFFICIAL) -> None:
        self._style = style

    def put(self, todo: Todo) -> Put:
        return Put(tuple(styled(question.text, self._style) for question in todo.questions))

    def read(self, raw: str) -> Reading:
        return Reading(raw)


class Reasoned:
    """Reasoning first. An answer without a final line is an empty one, which is neither yes nor no."""

    is_over = staticmethod(is_answered)

    def put(self, todo: Todo) -> Put:
        return Put(tuple(f"{without_demand(question.text)}\n{REASON}" for question in todo.questions))

    def read(self, raw: str) -> Reading:
        return Reading(final_answer(raw), raw)


class Noted(Plain):
    """Notes on the picture, then the question."""

    def __init__(self, style: PromptStyle, taker: NoteTaker) -> None:
        super().__init__(style)
        self._taker = taker

    def put(self, todo: Todo) -> Put:
        notes = self._taker.notes(todo.digest, todo.picture)
        plain = super().put(todo).questions
        return Put(tuple(f"{notes}\n\n{question}" for question in plain), notes=notes)


class Shown(Plain):
    """Solved examples, then the question."""

    def __init__(self, style: PromptStyle, solved: SolvedExamples) -> None:
        super().__init__(style)
        self._solved = solved

    def put(self, todo: Todo) -> Put:
        shown = self._solved.drawn(todo.pair)
        names = ", ".join(other.image for other in shown)
        plain = super().put(todo).questions
        return Put(plain, self._solved.examples(todo.pair, shown), f"Solved examples: {names}")
