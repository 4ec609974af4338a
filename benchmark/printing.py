"""What several commands print: scores as lines, and notes to the person at the terminal."""

import sys
from collections.abc import Mapping

from benchmark.parsing import Parser
from benchmark.results import RunFolder
from benchmark.scoring import Scores
from benchmark.subtasks import Group, in_group
from benchmark.views import group_label, partial_note


def say(message: str) -> None:
    """A note to the person, apart from what a command prints as its result."""
    print(message, file=sys.stderr, flush=True)


def print_run(run: RunFolder, parser: str = Parser.OFFICIAL.value) -> None:
    """The scores of a run, and how much of the suite they cover when it is not all."""
    scores = run.scores(parser)
    coverage = run.coverage(scores)
    print_scores(scores, coverage)
    part = partial_note(coverage)
    if part:
        print(f"partial run: {part}; not comparable with whole runs")


def print_scores(scores: Scores, coverage: Mapping[str, tuple[int, int]] | None = None) -> None:
    """One line for each subtask and each of the two totals. `coverage`: subtask -> (images answered, of how many)."""
    for name, s in scores.subtasks.items():
        done, whole = (coverage or {}).get(name, (s.images, s.images))
        images = f"{done} of {whole}" if done < whole else str(done)
        print(
            f"{name:24} {s.score:7.2f} of 200   acc {100 * s.acc:6.2f} %   acc+ {100 * s.acc_plus:6.2f} %   "
            f"said yes {100 * s.yes_rate:5.1f} %   unparsed {s.other:3}   images {images}"
        )
    for group in Group:
        value = scores.points(in_group(group))
        print(f"{group_label(scores, group):24} {'-' if value is None else value}")
