"""What a run shows in a terminal while it goes on: a bar that moves where there is a person, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from benchmark.book import Progress
from benchmark.scoring import Scores
from benchmark.subtasks import Group, in_group
from benchmark.views import clock_text


class Reporter(Protocol):
    """Tells a person how a run is doing."""

    def say(self, message: str) -> None:
        """A step, in words."""

    def answered(self, progress: Progress) -> None:
        """One more answer is on the disk."""


@contextmanager
def reporting(stream: TextIO) -> Iterator[Reporter]:
    """A reporter that writes to `stream` for the duration of the block."""
    if not stream.isatty():
        yield Lines(stream)
        return
    from rich.console import Console  # only where there is a terminal

    with bar(Console(file=stream)) as shown:
        yield shown


def score_text(scores: Scores) -> str:
    """The totals so far, as "perception 100.0, cognition 50.0"."""
    totals = [(group.value, scores.points(in_group(group))) for group in Group]
    return ", ".join(f"{name} {value:.1f}" for name, value in totals if value is not None) or "no whole image yet"


class Lines:
    """One line for each step and each answer: for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, message: str) -> None:
        print(message, file=self._stream, flush=True)

    def answered(self, progress: Progress) -> None:
        self.say(
            f"{progress.done}/{progress.total} {progress.pair.image_id}#{progress.question.number}: "
            f"{progress.verdict.value} (true: {progress.question.truth.value}); "
            f"{score_text(progress.scores)}; {clock_text(progress.seconds_left)} left"
        )


@contextmanager
def bar(console) -> Iterator[Reporter]:
    """A reporter that draws one bar on a rich console; what is said stands above it."""
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Drawn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("question {task.completed} of {task.total}", markup=False),
        TextColumn("· {task.fields[score]} ·", markup=False),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Drawn(*columns, console=console) as drawn:
        yield _Bar(drawn)


class _Bar:
    def __init__(self, drawn) -> None:
        self._drawn = drawn
        self._task = None

    def say(self, message: str) -> None:
        self._drawn.console.print(message, markup=False, highlight=False)

    def answered(self, progress: Progress) -> None:
        facts = {
            "description": progress.pair.subtask.title,
            "score": score_text(progress.scores),
            "left": f"{clock_text(progress.seconds_left)} left" if progress.done < progress.total else "done",
        }
        if self._task is None:  # no bar before there is something to count
            self._task = self._drawn.add_task(total=progress.total, completed=progress.done, **facts)
        else:
            self._drawn.update(self._task, completed=progress.done, **facts)
