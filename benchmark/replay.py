"""Asking a suite's questions and keeping the answers; stops, crashes and resumes without asking twice."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PIL import Image

from benchmark.data import ImagePair, Question, Suite
from benchmark.errors import RunError
from benchmark.parsing import Parser, Verdict
from benchmark.records import SuiteRecord
from benchmark.results import RunFolder
from benchmark.scoring import Response, Scores, Tally, verdict

Answer = Callable[[Image.Image, str], str]
"""A model as the replay sees it: picture and instruction in, the whole response out."""


@dataclass(frozen=True)
class Progress:
    """Where a replay stands after an answer was stored.

    `done` of `total` questions are answered, those of earlier sessions included. `seconds_left` is estimated from
    this session's pace.
    """

    done: int
    total: int
    pair: ImagePair
    picture: Image.Image = field(repr=False, compare=False)
    question: Question
    response: str
    verdict: Verdict
    scores: Scores
    seconds_left: float


def replay(
    suite: Suite,
    answer: Answer,
    run: RunFolder,
    stop: threading.Event | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Progress]:
    """Ask what `run` still lacks, in the order of the suite; yields after each answer is on disk.

    What to ask (subtasks, image limit) stands in the run's settings. Ends early when `stop` is set. An exception of
    `answer` or of a picture goes to the caller; the run keeps what it has and can be resumed. Raises RunError when
    the suite is not the one that the run was started with, or another process is writing into the run.
    """
    settings = run.settings
    if SuiteRecord.of(suite).fingerprint != settings.suite.fingerprint:
        raise RunError(
            f"the run in {run.path} was asked on {settings.suite.name} ({settings.suite.fingerprint[:12]}), and this "
            f"is {suite.name} ({suite.fingerprint[:12]}); open the same suite to resume it"
        )
    with run.writing() as responses:
        tally = Tally(Parser.OFFICIAL)
        for response in responses:
            tally.add(response)
        answered = {response.question_id for response in responses}
        done, total, asked, began = len(answered), settings.questions, 0, clock()
        shown: ImagePair | None = None
        for pair, question in _questions(suite, run):
            if stop is not None and stop.is_set():
                return
            if _id(pair, question) in answered:
                continue
            if shown is not pair:
                shown, picture = pair, pair.picture()
            before = clock()
            said = answer(picture, question.text)
            now = clock()
            response = Response(
                pair.subtask.name,
                pair.image,
                question.number,
                question.text,
                question.truth,
                said,
                now - before,
            )
            run.append([response])
            tally.add(response)
            done, asked = done + 1, asked + 1
            left = (now - began) / asked * (total - done)
            yield Progress(done, total, pair, picture, question, said, verdict(response), tally.scores(), left)


def _questions(suite: Suite, run: RunFolder) -> Iterator[tuple[ImagePair, Question]]:
    for pair in suite.images(run.settings.subtasks, run.settings.limit):
        for question in pair.questions:
            yield pair, question


def _id(pair: ImagePair, question: Question) -> str:
    return f"{pair.image_id}#{question.number}"
