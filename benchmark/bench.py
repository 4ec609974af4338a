"""How fast a replay is against asking one question at a time, on the same model and pictures, in one process.

Both do what a run does: pictures are read from the suite, and answers are synced to the disk. They take turns, a few
batches each, so that a machine that is busy with something else slows both.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmark.data import ImagePair, Suite
from benchmark.errors import RunError
from benchmark.parsing import Parser
from benchmark.records import FULL_ANSWER, VERDICT_FIXED, ModelRecord, RunSettings, SuiteRecord
from benchmark.replay import Answer, AskPairs, Pace, replay
from benchmark.results import RunFolder
from benchmark.scoring import Response, verdict

BATCHES_A_TURN = 8
_STARTED = datetime(2000, 1, 1, tzinfo=UTC)  # of runs that are thrown away


@dataclass(frozen=True)
class Speed:
    """What was measured: `pictures` with two questions each, in seconds for all of them.

    Seconds of the clock, and of the processor (all threads): those depend less on what else the machine does.
    `differing` has the ids of the questions whose verdict is another one, by a parser that the way of stopping keeps;
    `texts_differ` counts whole answers that do, and is None where answers are ended early.
    """

    stop: str
    batch: int
    pictures: int
    one_by_one_seconds: float
    ours_seconds: float
    one_by_one_cpu_seconds: float
    ours_cpu_seconds: float
    differing: tuple[str, ...]
    texts_differ: int | None

    @property
    def ratio(self) -> float:
        return self.one_by_one_seconds / self.ours_seconds

    def as_dict(self) -> dict:
        """For JSON: the figures, and the rates that follow from them."""
        questions = 2 * self.pictures
        return {
            **asdict(self),
            "differing": list(self.differing),
            "questions": questions,
            "one_by_one_questions_per_second": questions / self.one_by_one_seconds,
            "ours_questions_per_second": questions / self.ours_seconds,
            "images_per_minute": 60 * self.pictures / self.ours_seconds,
            "ratio": self.ratio,
            "cpu_ratio": self.one_by_one_cpu_seconds / self.ours_cpu_seconds,
            "verdicts_differ": len(self.differing),
        }


def measure(
    suite: Suite,
    answer: Answer,
    ask: AskPairs,
    folder: Path,
    *,
    pace: Pace,
    stop: str = VERDICT_FIXED,
    images: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
    cpu_clock: Callable[[], float] = time.process_time,
    say: Callable[[str], None] = lambda message: None,
) -> Speed:
    """Ask the first `images` pictures of each subtask (None: all) in both ways; `folder` is for runs to throw away.

    `answer` asks one question and lets it end by itself; `ask` asks several pictures' questions, and ends answers by
    the rule `stop`. Raises BenchmarkError, or ModelError when the model fails.
    """
    turns = list(_turns(list(suite.images(None, images)), pace.pictures * BATCHES_A_TURN))
    say("Warming up")
    warm = turns[0][: pace.pictures]
    _one_by_one(answer, _part(suite, warm, folder / "warm-one", FULL_ANSWER))
    _ours(ask, _part(suite, warm, folder / "warm-ours", stop), pace)
    seconds = [0.0] * 4  # one by one and ours by the clock, then by the processor
    said: tuple[list[Response], list[Response]] = ([], [])
    for number, pairs in enumerate(turns, start=1):
        say(f"Asking {2 * len(pairs)} questions in both ways, part {number} of {len(turns)}")
        one, ours = (
            _part(suite, pairs, folder / f"{number}-{name}", rule)
            for name, rule in (("one", FULL_ANSWER), ("ours", stop))
        )
        moments = [(clock(), cpu_clock())]
        _one_by_one(answer, one)
        moments.append((clock(), cpu_clock()))
        _ours(ask, ours, pace)
        moments.append((clock(), cpu_clock()))
        for kind in range(2):
            for way in range(2):
                seconds[2 * kind + way] += moments[way + 1][kind] - moments[way][kind]
        for found, (_, run) in zip(said, (one, ours), strict=True):
            found.extend(run.responses())
    differing, texts = _differences(*said, stop)
    pictures = sum(map(len, turns))
    return Speed(stop, pace.pictures, pictures, *seconds, differing, texts if stop == FULL_ANSWER else None)


def _turns(pairs: list[ImagePair], size: int) -> Iterator[list[ImagePair]]:
    for start in range(0, len(pairs), size):
        yield pairs[start : start + size]


Part = tuple[Suite, RunFolder]


def _part(suite: Suite, pairs: Sequence[ImagePair], folder: Path, stop: str) -> Part:
    """Some pairs as a suite of their own, and a run of it."""
    part = replace(suite, pairs=tuple(pairs))
    names = tuple(part.image_counts)
    settings = RunSettings(ModelRecord("measured", "Measured"), SuiteRecord.of(part), names, stop=stop)
    return part, RunFolder.create(folder, settings, _STARTED)


def _one_by_one(answer: Answer, part: Part) -> None:
    """Every question for itself: its picture is decoded and read by the model again, its answer goes to its end."""
    suite, run = part
    with run.writing():
        for pair in suite.images():
            said = [(question, answer(pair.picture(), question.text)) for question in pair.questions]
            run.append(
                [Response(pair.subtask.name, pair.image, q.number, q.text, q.truth, text) for q, text in said]
            )  # fmt: skip


def _ours(ask: AskPairs, part: Part, pace: Pace) -> None:
    suite, run = part
    for _progress in replay(suite, ask, run, pace=pace):
        pass


def _differences(one: Sequence[Response], ours: Sequence[Response], stop: str) -> tuple[tuple[str, ...], int]:
    """The questions with another verdict, and how many have another text."""
    parsers = tuple(Parser) if stop == FULL_ANSWER else (Parser.OFFICIAL, Parser.LMMS_EVAL)
    found = {response.question_id: response for response in ours}
    if len(found) != len(one):
        raise RunError(f"{len(one)} questions were asked one by one and {len(found)} together; measure again")
    pairs = [(response, found[response.question_id]) for response in one]
    differing = tuple(a.question_id for a, b in pairs if any(verdict(a, p) is not verdict(b, p) for p in parsers))
    return differing, sum(a.response != b.response for a, b in pairs)
