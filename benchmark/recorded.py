"""Answers that were recorded elsewhere, whatever the file they came in: checked, and brought into pairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.data import truth_of
from benchmark.errors import BenchmarkError, RecordError
from benchmark.recognition import asks_mme
from benchmark.rows import image_name
from benchmark.scoring import Response, whole_pairs
from benchmark.subtasks import SUBTASK_NAMES, find_subtask


@dataclass(frozen=True)
class Recorded:
    """Answers read from `path`. `about` is what the companion file of our own export says, or None.

    `is_mme` says whether the questions are those of the published benchmark or a part of them.
    """

    path: Path
    responses: tuple[Response, ...]
    about: Mapping[str, Any] | None
    is_mme: bool

    @classmethod
    def of(cls, path: Path, responses: Iterable[Response], about: Mapping[str, Any] | None = None) -> "Recorded":
        kept = tuple(responses)
        pairs = whole_pairs(kept)
        is_mme = asks_mme((a.subtask, ((a.question, a.truth), (b.question, b.truth))) for a, b in pairs)
        return cls(path, kept, about, is_mme)


@dataclass(frozen=True)
class AnswerRow:
    """One recorded answer as a file tells it, unchecked. `image` may have folders before it; `where` is the place."""

    subtask: str
    image: str
    question: str
    truth: str
    response: str
    where: str


def pair_up(rows: Iterable[AnswerRow]) -> tuple[Response, ...]:
    """Rows in the order of a file -> responses, pair by pair in the official order of subtasks.

    Raises RecordError naming the place: an unknown subtask, no answer word, an image without exactly one Yes and
    one No question.
    """
    found: dict[tuple[str, str], list[Response]] = {}
    wheres: dict[tuple[str, str], str] = {}
    for row in rows:
        try:
            subtask = find_subtask(row.subtask).name
            key = subtask, image_name(row.image, row.where)
            pair = found.setdefault(key, [])
            truth = truth_of(row.truth, row.where)
        except BenchmarkError as error:
            text = str(error)
            raise RecordError(text if row.where in text else f"{row.where}: {text}") from None
        wheres.setdefault(key, row.where)
        pair.append(Response(*key, len(pair) + 1, row.question.strip(), truth, row.response))
    for key, pair in found.items():
        named = f"image {key[0]}/{key[1]} ({wheres[key]})"
        if len(pair) != 2:
            count = "only one answer" if len(pair) == 1 else f"{len(pair)} answers"
            raise RecordError(f"{named} has {count}; every image has two questions, so an even number was recorded")
        if pair[0].truth == pair[1].truth:
            raise RecordError(f"{named}: both true answers are {pair[0].truth.capitalize()}; one is Yes and one is No")
    places = {name: place for place, name in enumerate(SUBTASK_NAMES)}
    return tuple(r for key in sorted(found, key=lambda key: places[key[0]]) for r in found[key])
