"""Asking a suite's questions and keeping the answers; stops, crashes and resumes without asking twice."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

from PIL import Image

from benchmark.ahead import Todo, batches
from benchmark.batch_size import BatchSize
from benchmark.book import Book, Progress, Said
from benchmark.data import Question, Suite
from benchmark.errors import RunError
from benchmark.parsing import Parser, verdict_is_fixed
from benchmark.records import FULL_ANSWER, SuiteRecord
from benchmark.results import RunFolder
from benchmark.ways import Way, way_of
from models.errors import GenerationError, ModelError, OutOfMemoryError
from models.examples import Example

Answer = Callable[[Image.Image, str], str]
"""A model asked one question: picture and instruction in, the whole response out."""

Stop = Callable[[str], bool]
Asked = tuple[Image.Image, tuple[str, ...]] | tuple[Image.Image, tuple[str, ...], tuple[Example, ...]]
AskPairs = Callable[[Sequence[Asked], Stop | None, threading.Event], list[tuple[str, ...]]]
"""A model asked several pictures' questions at once, each after its solved examples, if any. `Stop` sees an answer so
far and ends it by returning True; setting the event ends all work soon, and the list is then empty."""

Recall = Callable[[str, Question], str | None]
"""What is known already: the SHA-256 of a picture's file and a question in, the raw response out, or None."""
Remember = Callable[[Sequence[tuple[str, Question, str]]], None]
"""Keeps raw responses for later, each with the SHA-256 of its picture's file and its question."""

KNOWN_AT_ONCE = 16  # pictures whose known answers are put on the disk together
FAILURES_IN_A_ROW = 3  # pictures asked alone; after that it is the model that is broken, not a picture


@dataclass(frozen=True)
class Pace:
    """How many pictures a model is asked about at once, and how many such batches are under way.

    With two under way, the processor prepares the next batch while the model works on this one.
    """

    pictures: int = 1
    under_way: int = 1

    def __post_init__(self) -> None:
        if self.pictures < 1 or self.under_way < 1:
            raise ValueError(f"a pace needs at least one picture and one batch under way, got {self}")


SLOWEST = Pace()


def one_by_one(answer: Answer) -> AskPairs:
    """Asks each question on its own, the whole answer each time: how other tools replay MME."""

    def ask(asked: Sequence[Asked], _stop: Stop | None, cancelled: threading.Event) -> list[tuple[str, ...]]:
        texts = []
        for picture, questions, *examples in asked:
            if any(examples):
                raise GenerationError("This model is asked one question at a time and cannot be shown solved examples.")
            if cancelled.is_set():
                return []
            texts.append(tuple(answer(picture, question) for question in questions))
        return texts

    return ask


def stop_rule(name: str) -> Stop | None:
    """`verdict`: an answer ends once MME's own tool and lmms-eval can read it whatever follows; `full`: at its end."""
    if name == FULL_ANSWER:
        return None
    return _readable


def _readable(text: str) -> bool:  # a function with a name: it can be handed to another process
    return verdict_is_fixed(text, Parser.OFFICIAL) and verdict_is_fixed(text, Parser.LMMS_EVAL)


def replay(
    suite: Suite,
    ask: AskPairs,
    run: RunFolder,
    stop: threading.Event | None = None,
    clock: Callable[[], float] = time.monotonic,
    *,
    pace: Pace = SLOWEST,
    remember: Remember = lambda said: None,
    way: Way | None = None,
) -> Iterator[Progress]:
    """Ask what `run` still lacks; yields for each answer once its whole batch is on disk.

    What to ask (subtasks, image limit, technique, when an answer ends) stands in the run's settings, `way` is None
    or made of them; `remember` gets the raw responses. Ends early when `stop` is set; the batches under way are then
    asked again next time. A batch that does not fit into memory is asked in halves, and those after it are smaller
    until some of them did fit; a picture that fails alone is written to the run's errors, never scored, and asked
    again when the run is resumed. Raises RunError when such pictures are left at the end, when the suite is not the
    one that the run was started with, or another process is writing into the run; other errors of the model or a
    picture go to the caller.
    """
    _check_suite(suite, run)
    with run.writing() as responses:
        way = way or way_of(run.settings, suite)
        yield from _Replay(suite, ask, run, stop or threading.Event(), clock, pace, remember, responses, way).steps()


def recall(suite: Suite, run: RunFolder, known: Recall, way: Way | None = None) -> Iterator[Progress]:
    """Fill `run` with what is known already, asking no model; yields for each answer that was found."""
    _check_suite(suite, run)
    way = way or way_of(run.settings, suite)
    with run.writing() as responses:
        book = Book(run, responses, way)
        for batch in batches(book.todo(suite), KNOWN_AT_ONCE):
            said: list[Said] = []
            for todo in batch:
                found = [(q, text) for q in todo.questions if (text := known(todo.digest, q)) is not None]
                if found:
                    notes = way.put(replace(todo, questions=tuple(question for question, _ in found))).notes
                    said += [(todo.pair, todo.picture, question, text, None, notes) for question, text in found]
            yield from book.store(said, 0.0)


def _check_suite(suite: Suite, run: RunFolder) -> None:
    settings = run.settings
    if SuiteRecord.of(suite).fingerprint != settings.suite.fingerprint:
        raise RunError(
            f"the run in {run.path} was asked on {settings.suite.name} ({settings.suite.fingerprint[:12]}), and this "
            f"is {suite.name} ({suite.fingerprint[:12]}); open the same suite to resume it"
        )


class _Answers(NamedTuple):
    """What a model said to a batch: a row of texts and what it was told beside the questions for each picture."""

    texts: list[tuple[str, ...]]
    notes: list[str]
    began: float
    ended: float


class _Replay:
    """One session of a replay."""

    def __init__(self, suite, ask, run, stop, clock, pace, remember, responses, way) -> None:
        self._ask, self._run, self._stop, self._clock, self._pace = ask, run, stop, clock, pace
        self._remember, self._way = remember, way
        self._book = Book(run, responses, way)
        self._rule = stop_rule(run.settings.stop)
        if self._rule is not None and way.is_over is not None:
            self._rule = way.is_over
        self._todo = self._book.todo(suite)
        self._size = BatchSize(pace.pictures)
        self._began, self._asked = clock(), 0
        self._free_since = self._began  # when the model was done with the batch before
        self._failures, self._failed = 0, 0
        self._last_error: ModelError | None = None

    def steps(self) -> Iterator[Progress]:
        waiting: deque[tuple[list[Todo], Future]] = deque()
        with ThreadPoolExecutor(self._pace.under_way, "ask") as workers:
            try:
                for batch in self._batches():
                    waiting.append((batch, workers.submit(self._answers, batch)))
                    if len(waiting) >= self._pace.under_way:
                        yield from self._settle(*waiting.popleft())
                    if self._stop.is_set():
                        return
                while waiting:
                    yield from self._settle(*waiting.popleft())
            finally:
                if waiting:  # broken off: nobody waits for these any more
                    self._stop.set()
        if self._failed and not self._stop.is_set():
            raise RunError(
                f"{self._failed} questions could not be answered ({self._last_error}); they are in errors.jsonl, "
                "count nowhere, and are asked again when the run is resumed"
            )

    def _batches(self) -> Iterator[list[Todo]]:
        for batch in batches(self._todo, self._pace.pictures):
            while batch:
                part, batch = batch[: self._size.now], batch[self._size.now :]
                yield part

    def _answers(self, batch: list[Todo]) -> _Answers:
        began = self._clock()
        puts = [self._way.put(todo) for todo in batch]
        asked = [
            (todo.picture, put.questions, put.examples) if put.examples else (todo.picture, put.questions)
            for todo, put in zip(batch, puts, strict=True)
        ]
        texts = self._ask(asked, self._rule, self._stop)
        return _Answers(texts, [put.notes for put in puts], began, self._clock())

    def _settle(self, batch: list[Todo], answers: Future) -> Iterator[Progress]:
        """Store what came back; ask again in smaller batches what did not come."""
        try:
            got: _Answers = answers.result()
        except (OutOfMemoryError, GenerationError) as error:
            yield from self._retry(batch, error)
            return
        if not got.texts:
            return  # stopped in the middle: half a batch is none
        self._failures = 0
        self._size.fitted(len(batch))
        # Of two batches under way the later one waits for the earlier: that time is not its own.
        seconds = got.ended - max(got.began, self._free_since)
        self._free_since = got.ended
        count = sum(len(todo.questions) for todo in batch)
        self._asked += count
        said = [
            (todo.pair, todo.picture, question, text, seconds / count, notes)
            for todo, row, notes in zip(batch, got.texts, got.notes, strict=True)
            for question, text in zip(todo.questions, row, strict=True)
        ]
        yield from self._book.store(said, (self._clock() - self._began) / self._asked)
        digests = [todo.digest for todo in batch for _ in todo.questions]
        self._remember(
            [(digest, question, text) for digest, (_, _, question, text, *_) in zip(digests, said, strict=True)]
        )

    def _retry(self, batch: list[Todo], error: ModelError) -> Iterator[Progress]:
        if len(batch) > 1:
            middle = len(batch) // 2
            if isinstance(error, OutOfMemoryError):
                self._size.too_large(len(batch))
            for half in (batch[:middle], batch[middle:]):
                if self._stop.is_set():
                    return
                done: Future = Future()
                try:
                    done.set_result(self._answers(half))
                except (OutOfMemoryError, GenerationError) as smaller:
                    done.set_exception(smaller)
                yield from self._settle(half, done)
            return
        self._failures, self._last_error = self._failures + 1, error
        self._failed += len(batch[0].questions)
        self._run.add_error(batch[0].pair.image_id, [q.number for q in batch[0].questions], error)
        if self._failures >= FAILURES_IN_A_ROW:
            raise error
