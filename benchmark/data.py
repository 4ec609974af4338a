"""A suite of image pairs: every picture with one Yes and one No question, checked before any model is loaded."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from benchmark.errors import SuiteError
from benchmark.parsing import Verdict
from benchmark.sources import HUB_DATASETS, ParquetSource, Row, Source, hub_source, local_source
from benchmark.subtasks import SUBTASK_NAMES, SUBTASKS, Subtask, find_subtask, select
from models.errors import PictureError
from models.images import open_picture

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "suite" / "embedded"
_WORDS = re.compile(r"[^\W_]+")
_MME_QUESTIONS = Path(__file__).parent / "data" / "mme_questions.json"


@dataclass(frozen=True)
class Question:
    """One yes/no question. `number` is 1 or 2, its place in the pair; `truth` is YES or NO."""

    number: int
    text: str
    truth: Verdict


@dataclass(frozen=True)
class ImagePair:
    """A picture and its two questions. The picture is read and decoded only when `picture()` is called."""

    subtask: Subtask
    image: str
    questions: tuple[Question, Question]
    source: Source = field(repr=False, compare=False)
    location: Any = field(repr=False, compare=False)

    @property
    def image_id(self) -> str:
        """Unique within a suite, e.g. `existence/0001.png`."""
        return f"{self.subtask.name}/{self.image}"

    def encoded(self) -> bytes:
        """The picture's file as it is in the suite. Raises SuiteError."""
        return self.source.picture(self.location)

    def picture(self) -> Image.Image:
        """The decoded RGB picture. Raises PictureError (too large, truncated, no picture) or SuiteError."""
        data = self.encoded()
        try:
            return open_picture(data)
        except PictureError as error:
            raise PictureError(f"picture {self.image_id}: {error}") from error


@dataclass(frozen=True)
class Suite:
    """An opened and checked set of image pairs, subtasks in the official order.

    `fingerprint` changes whenever a question, an answer, an order or a file's size does. `is_mme` says whether the
    questions are those of the published benchmark, so that figures may stand beside the published ones.
    """

    name: str
    source: str
    fingerprint: str
    is_mme: bool
    pairs: tuple[ImagePair, ...] = field(repr=False)
    revision: str = ""

    @property
    def image_counts(self) -> dict[str, int]:
        """Images per subtask, for the subtasks that are present."""
        counts = {subtask.name: 0 for subtask in SUBTASKS}
        for pair in self.pairs:
            counts[pair.subtask.name] += 1
        return {name: count for name, count in counts.items() if count}

    def images(self, subtasks: Sequence[str] | None = None, limit: int | None = None) -> Iterator[ImagePair]:
        """The pairs of these subtasks (None: all), of each the first `limit` images (None: all).

        Raises SuiteError for a limit below 1 or a subtask that this suite lacks, UnknownNameError for an unknown one.
        """
        wanted = {subtask.name for subtask in self.selected(subtasks)}
        if limit is not None and limit < 1:
            raise SuiteError(f"the image limit is {limit}; give at least 1 image per subtask, or no limit")
        return self._images(wanted, limit)

    def _images(self, wanted: set[str], limit: int | None) -> Iterator[ImagePair]:
        taken: dict[str, int] = {}
        for pair in self.pairs:
            name = pair.subtask.name
            if name in wanted and (limit is None or taken.get(name, 0) < limit):
                taken[name] = taken.get(name, 0) + 1
                yield pair

    def selected(self, subtasks: Sequence[str] | None = None) -> tuple[Subtask, ...]:
        """The named subtasks in the official order; all that the suite has for None or an empty list."""
        present = self.image_counts
        if not subtasks:
            return tuple(subtask for subtask in SUBTASKS if subtask.name in present)
        chosen = select(list(subtasks))
        missing = [subtask.name for subtask in chosen if subtask.name not in present]
        if missing:
            raise SuiteError(f"{self.name} has no {', '.join(missing)}; it has {', '.join(present)}")
        return chosen

    def find(self, image_id: str) -> ImagePair | None:
        """The pair of this image id, or None."""
        return next((pair for pair in self.pairs if pair.image_id == image_id), None)

    def check_pictures(self, subtasks: Sequence[str] | None = None, limit: int | None = None) -> None:
        """Decode every chosen picture once, one at a time. Raises PictureError or SuiteError for the first bad one."""
        for pair in self.images(subtasks, limit):
            pair.picture()


def open_suite(source: str | Path, download: bool = True) -> Suite:
    """Open and check a suite.

    `source` is "embedded", "lmms-lab/MME" (the Hub; downloaded once), or a path: a parquet file, a folder of parquet
    shards, or the official release folder in either layout. Without `download` a Hub dataset must be on this machine
    already. Raises SuiteError with one sentence saying what is wrong.
    """
    text = str(source).strip()
    if not text:
        raise SuiteError(f"no suite was named; give {EMBEDDED!r}, {HUB_DATASETS[0]!r} or a path")
    if text == EMBEDDED:
        files = sorted(EMBEDDED_FOLDER.glob("*.parquet"))
        if not files:
            raise SuiteError(
                "the embedded suite is missing from this installation; run python -m benchmark.suite.build"
            )
        return _build(EMBEDDED, EMBEDDED, ParquetSource(files))
    if text in HUB_DATASETS:
        opened, revision = hub_source(text, download)
        return _build("MME", text, opened, revision, is_mme=True)
    path = Path(text).expanduser()
    opened = local_source(path)
    return _build(path.name or str(path), str(path), opened)


def _build(name: str, source: str, opened: Source, revision: str = "", is_mme: bool | None = None) -> Suite:
    pairs = _pair_up(opened)
    texts = {(pair.subtask.name, pair.image): pair.questions for pair in pairs}
    facts = [[*key, *((q.text, q.truth.value) for q in questions)] for key, questions in texts.items()]
    fingerprint = hashlib.sha256(json.dumps([facts, opened.sizes()]).encode()).hexdigest()
    if is_mme is None:
        is_mme = asks_mme((p.subtask.name, tuple((q.text, q.truth) for q in p.questions)) for p in pairs)
    return Suite("MME" if is_mme else name, source, fingerprint, is_mme, tuple(pairs), revision)


def _pair_up(source: Source) -> list[ImagePair]:
    """Rows -> checked pairs, by subtask in the official order and then in the order of the source."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in source.rows():
        if row.subtask not in SUBTASK_NAMES:
            raise SuiteError(f"{row.where}: unknown subtask {row.subtask!r}; allowed: {', '.join(SUBTASK_NAMES)}")
        found.setdefault((row.subtask, row.image), []).append(row)
    if not found:
        raise SuiteError("this suite holds no questions")
    pairs = [_pair(rows, source) for rows in found.values()]
    order = {name: index for index, name in enumerate(SUBTASK_NAMES)}
    return sorted(pairs, key=lambda pair: order[pair.subtask.name])  # stable


def _pair(rows: list[Row], source: Source) -> ImagePair:
    first = rows[0]
    named = f"{first.subtask}/{first.image} ({first.where})"
    if len(rows) != 2:
        count = "only one question" if len(rows) == 1 else f"{len(rows)} questions"
        raise SuiteError(f"image {named} has {count}; every image has exactly two, one answered Yes and one No")
    questions = tuple(
        Question(number, question_text(row.question, row.where), truth_of(row.answer, row.where))
        for number, row in enumerate(rows, start=1)
    )
    if questions[0].truth == questions[1].truth:
        answer = questions[0].truth.value.capitalize()
        raise SuiteError(f"both questions on image {named} are answered {answer}; one must be Yes and one No")
    if questions[0].text == questions[1].text:
        raise SuiteError(f"image {named} is asked the same question twice, with different true answers")
    return ImagePair(find_subtask(first.subtask), first.image, questions, source, first.location)


def question_text(text: str, where: str) -> str:
    """A question as it is asked: outer spaces removed, not empty. Raises SuiteError."""
    if not text.strip():
        raise SuiteError(f"{where}: the question is empty")
    return text.strip()


def truth_of(answer: str, where: str) -> Verdict:
    """The true answer. Raises SuiteError when it is neither Yes nor No."""
    lowered = answer.strip().lower()
    if lowered not in ("yes", "no"):
        raise SuiteError(f"{where}: the true answer is {answer!r}; allowed are Yes and No")
    return Verdict(lowered)


def asks_mme(pairs: Iterable[tuple[str, tuple[tuple[str, Verdict], ...]]]) -> bool:
    """Whether the questions of every subtask in `pairs` are exactly those of the published MME.

    Compared by hash and without punctuation: the questions themselves are not part of this project.
    """
    official = _official_hashes()
    found = question_hashes(pairs)
    return bool(found) and all(official.get(name) == value for name, value in found.items())


def question_hashes(pairs: Iterable[tuple[str, tuple[tuple[str, Verdict], ...]]]) -> dict[str, str]:
    """Subtask -> hash of its set of question pairs, whatever their order and their pictures' names."""
    texts: dict[str, list[str]] = {}
    for subtask, questions in pairs:
        plain = sorted(f"{' '.join(_WORDS.findall(text.casefold()))}|{truth}" for text, truth in questions)
        texts.setdefault(subtask, []).append("|".join(plain))
    return {name: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest() for name, lines in texts.items()}


@cache
def _official_hashes() -> dict[str, str]:
    return json.loads(_MME_QUESTIONS.read_text(encoding="utf-8"))["sha256"]
