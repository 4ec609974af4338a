"""What a run has answered so far, and what that is worth: answers go to the disk here, and are told of from here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL import Image

from benchmark.ahead import Todo
from benchmark.data import ImagePair, Question, Suite
from benchmark.parsing import Parser, Verdict
from benchmark.results import RunFolder
from benchmark.scoring import Response, Scores, Tally, verdict
from benchmark.ways import Way


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


Said = tuple[ImagePair, Image.Image, Question, str, float | None, str]
"""A picture, a question, the raw response, its seconds, and what the model was told beside the question."""


class Book:
    """What a run has, and what it is worth so far."""

    def __init__(self, run: RunFolder, responses: Sequence[Response], way: Way) -> None:
        self._run, self._way = run, way
        self._tally = Tally(Parser.OFFICIAL)
        for response in responses:
            self._tally.add(response)
        self._answered = {response.question_id for response in responses}
        self.total = run.settings.questions

    @property
    def lacking(self) -> int:
        return self.total - len(self._answered)

    def todo(self, suite: Suite) -> Iterator[Todo]:
        """What the run still lacks of what its settings say."""
        settings = self._run.settings
        for pair in suite.images(settings.subtasks, settings.limit):
            lacking = tuple(q for q in pair.questions if f"{pair.image_id}#{q.number}" not in self._answered)
            if lacking:
                yield Todo(pair, lacking)

    def store(self, said: Sequence[Said], seconds_each: float) -> Iterator[Progress]:
        """Put answers on the disk together, then tell of each. `seconds_each`: what a question takes at this pace."""
        responses = [self._response(*one) for one in said]
        if responses:
            self._run.append(responses)
        for (pair, picture, question, *_), response in zip(said, responses, strict=True):
            self._answered.add(response.question_id)
            self._tally.add(response)
            left = seconds_each * self.lacking
            yield Progress(
                len(self._answered), self.total, pair, picture, question, response.response, verdict(response),
                self._tally.scores(), left,
            )  # fmt: skip

    def _response(self, pair, _picture, question, raw: str, seconds: float | None, notes: str) -> Response:
        read = self._way.read(raw)
        return Response(
            pair.subtask.name, pair.image, question.number, question.text, question.truth, read.answer, seconds,
            read.reasoning, notes,
        )  # fmt: skip
