"""MME's score from raw responses: acc + acc+ per subtask, in percent, and their sums.

The sums are added in the order of the official tool, so that its figures come out to the last digit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmark.parsing import Parser, Verdict, find_parser, one_line, parse
from benchmark.subtasks import SUBTASKS, Group, Subtask, find_subtask, in_group


@dataclass(frozen=True)
class Response:
    """One asked question and what the model said, word for word.

    `image` is the picture's file name; `number` is 1 or 2, the place of the question in its pair. Where a technique
    makes the model say more than its answer, `reasoning` is the whole of it and `response` the answer read from it;
    `notes` say what the model was told beside the question.
    """

    subtask: str
    image: str
    number: int
    question: str
    truth: Verdict
    response: str
    seconds: float | None = None  # how long the model took; None when the answer was recorded elsewhere
    reasoning: str = ""
    notes: str = ""

    @property
    def question_id(self) -> str:
        """Unique within a suite, e.g. `existence/0001.png#1`."""
        return f"{self.subtask}/{self.image}#{self.number}"


@dataclass(frozen=True)
class SubtaskScore:
    """The figures of one subtask. `acc`, `acc_plus` and `yes_rate` are shares from 0 to 1, `score` is of 200."""

    subtask: Subtask
    images: int
    correct: int
    both_correct: int
    yes: int
    other: int

    @property
    def questions(self) -> int:
        return 2 * self.images

    @property
    def acc(self) -> float:
        """Share of questions answered right."""
        return self.correct / self.questions

    @property
    def acc_plus(self) -> float:
        """Share of images with both questions answered right."""
        return self.both_correct / self.images

    @property
    def score(self) -> float:
        return self.acc * 100 + self.acc_plus * 100

    @property
    def yes_rate(self) -> float:
        """Share of all answers that were read as yes; 0.5 would be balanced."""
        return self.yes / self.questions


@dataclass(frozen=True)
class Scores:
    """What a set of responses is worth under one parser.

    `subtasks` holds only subtasks with at least one whole image. `unpaired` counts answers whose image still lacks
    its other answer (a run in progress): they are in no figure.
    """

    parser: Parser
    subtasks: dict[str, SubtaskScore] = field(default_factory=dict)
    unpaired: int = 0

    def points(self, subtasks: Sequence[Subtask]) -> float | None:
        """Sum over those of the subtasks that are present; None when none is."""
        present = [self.subtasks[subtask.name].score for subtask in subtasks if subtask.name in self.subtasks]
        if not present:
            return None
        total = 0.0
        for score in present:  # not sum(): from Python 3.12 on it rounds differently from the official tool
            total += score
        return total

    def present(self, group: Group) -> int:
        """How many of the group's subtasks have a score."""
        return sum(subtask.name in self.subtasks for subtask in in_group(group))

    @property
    def perception(self) -> float | None:
        """Of 2000 when all 10 subtasks are present."""
        return self.points(in_group(Group.PERCEPTION))

    @property
    def cognition(self) -> float | None:
        """Of 800 when all 4 subtasks are present."""
        return self.points(in_group(Group.COGNITION))

    @property
    def questions(self) -> int:
        return sum(score.questions for score in self.subtasks.values())

    @property
    def yes_rate(self) -> float | None:
        """Share of all answers read as yes; None without answers."""
        return sum(s.yes for s in self.subtasks.values()) / self.questions if self.questions else None

    @property
    def other(self) -> int:
        """Answers that were neither yes nor no."""
        return sum(score.other for score in self.subtasks.values())

    def as_dict(self) -> dict:
        """For JSON: keys parser, perception, cognition, partial, yes_rate, other, unpaired, subtasks."""
        return {
            "parser": self.parser.value,
            "perception": self.perception,
            "cognition": self.cognition,
            "partial": [group.value for group in Group if self.present(group) < len(in_group(group))],
            "yes_rate": self.yes_rate,
            "other": self.other,
            "unpaired": self.unpaired,
            "subtasks": {
                name: {
                    "score": s.score,
                    "acc": s.acc,
                    "acc_plus": s.acc_plus,
                    "yes_rate": s.yes_rate,
                    "other": s.other,
                    "images": s.images,
                    "questions": s.questions,
                }
                for name, s in self.subtasks.items()
            },
        }


def verdict(response: Response, parser: str | Parser = Parser.OFFICIAL) -> Verdict:
    """The verdict that counts: read from the response as the export writes it, so a run and its export agree."""
    return parse(one_line(response.response), parser)


class Tally:
    """Scores that grow with each response; the same figures as `score` over all of them."""

    def __init__(self, parser: str | Parser = Parser.OFFICIAL) -> None:
        self.parser = find_parser(parser)
        self._waiting: dict[tuple[str, str], list[tuple[Verdict, Verdict]]] = {}
        self._counts: dict[str, list[int]] = {}  # subtask -> [images, correct, both correct, yes, other]

    def add(self, response: Response) -> None:
        """Count one more response; an image counts when both its answers are there."""
        find_subtask(response.subtask)
        key = (response.subtask, response.image)
        pair = [*self._waiting.pop(key, []), (response.truth, verdict(response, self.parser))]
        if len(pair) < 2:
            self._waiting[key] = pair
            return
        right = sum(truth == said for truth, said in pair)
        counts = self._counts.setdefault(response.subtask, [0, 0, 0, 0, 0])
        counts[0] += 1
        counts[1] += right
        counts[2] += right == 2
        counts[3] += sum(said is Verdict.YES for _, said in pair)
        counts[4] += sum(said is Verdict.OTHER for _, said in pair)

    def scores(self) -> Scores:
        """The figures so far, subtasks in the official order."""
        subtasks = {s.name: SubtaskScore(s, *self._counts[s.name]) for s in SUBTASKS if s.name in self._counts}
        return Scores(self.parser, subtasks, len(self._waiting))


def score(responses: Iterable[Response], parser: str | Parser = Parser.OFFICIAL) -> Scores:
    """Score responses under one parser. The order of responses does not matter.

    Raises UnknownNameError for an unknown parser or subtask.
    """
    tally = Tally(parser)
    for response in responses:
        tally.add(response)
    return tally.scores()


def whole_pairs(responses: Iterable[Response]) -> Iterator[tuple[Response, Response]]:
    """The images with both answers, question 1 first, in the order in which they were completed."""
    waiting: dict[tuple[str, str], Response] = {}
    for response in responses:
        key = (response.subtask, response.image)
        other = waiting.pop(key, None)
        if other is None:
            waiting[key] = response
        else:
            yield (other, response) if other.number < response.number else (response, other)
