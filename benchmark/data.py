"""A suite of image pairs: every picture with one Yes and one No question, checked before any model is loaded."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from benchmark.errors import SuiteError
from benchmark.parquet_source import ParquetSource
from benchmark.parsing import Verdict
from benchmark.recognition import MME_IMAGES, asks_mme
from benchmark.rows import Row, Source
from benchmark.sources import HUB_DATASETS, hub_source, local_source
from benchmark.subtasks import SUBTASK_NAMES, SUBTASKS, Subtask, find_subtask, select
from models.errors import PictureError
from models.images import open_picture

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "suite" / "embedded"


@dataclass(frozen=True)
class Question:
    """One yes/no question. `number` is 1 or 2, its place in the pair; `truth` is YES or NO."""

    number: int
    text: str
    truth: Verdict


@dataclass(frozen=True)
class ImagePair:
    """A picture and its two questions. The picture is read and decoded only when `picture()` is called.

    `where` and `location` are of the first question's row; `twin` is the second's, where a source stores its own copy.
    """

    subtask: Subtask
    image: str
    questions: tuple[Question, Question]
    source: Source = field(repr=False, compare=False)
    location: Any = field(repr=False, compare=False)
    where: str = field(default="", repr=False, compare=False)
    twin: Row | None = field(default=None, repr=False, compare=False)

    @property
    def image_id(self) -> str:
        """Unique within a suite, e.g. `existence/0001.png`."""
        return f"{self.subtask.name}/{self.image}"

    def encoded(self) -> bytes:
        """The picture's file as it is in the suite. Raises SuiteError."""
        return self.source.picture(self.location)

    def picture(self) -> Image.Image:
        """The decoded RGB picture. Raises PictureError (too large, truncated, no picture) or SuiteError."""
        return self.decoded(self.encoded())

    def check(self) -> None:
        """Decode the picture; raise SuiteError when the second question's row holds another one than the first's."""
        data = self.encoded()
        self.decoded(data)
        if self.twin is not None and self.source.picture(self.twin.location) != data:
            raise SuiteError(
                f"{self.twin.where}: the picture is another one than in {self.where}, and both are {self.image_id}; "
                "the two questions of a pair are about the same picture"
            )

    def decoded(self, data: bytes) -> Image.Image:
        """What `picture` gives, from bytes that `encoded` gave."""
        try:
            return open_picture(data)
        except PictureError as error:
            where = f"{self.where}: " if self.where else ""
            raise PictureError(f"{where}picture {self.image_id}: {error}") from error


@dataclass(frozen=True)
class Suite:
    """An opened and checked set of image pairs, subtasks in the official order.

    `fingerprint` changes whenever a question, an answer, an order or a file's size does. `is_mme` says whether the
    questions are those of the published benchmark or a part of them; figures of whole subtasks may then stand beside
    the published ones.
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

    @property
    def whole_counts(self) -> dict[str, int]:
        """Images that the subtasks of this suite have when nothing is left out: MME's own for MME."""
        return {name: max(count, MME_IMAGES[name] if self.is_mme else 0) for name, count in self.image_counts.items()}

    @property
    def missing(self) -> tuple[str, ...]:
        """The subtasks that this suite has no image of."""
        return tuple(name for name in SUBTASK_NAMES if name not in self.image_counts)

    @property
    def partial(self) -> dict[str, tuple[int, int]]:
        """Subtask -> (images here, images of the whole) where some are left out, e.g. (10, 30)."""
        counts = self.image_counts
        return {name: (counts[name], whole) for name, whole in self.whole_counts.items() if counts[name] < whole}

    @property
    def part_note(self) -> str:
        """What is left out, as "existence 10 of 30 images; without OCR, scene"; empty for a whole suite."""
        parts = [f"{name} {count} of {whole} images" for name, (count, whole) in self.partial.items()]
        missing = [f"without {', '.join(self.missing)}"] if self.missing else []
        return "; ".join([", ".join(parts)] * bool(parts) + missing)

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
            pair.check()


def open_suite(source: str | Path, download: bool = True) -> Suite:
    """Open and check a suite.

    `source` is "embedded", "lmms-lab/MME" (the Hub; downloaded once), or a path: a parquet file, a folder of parquet
    shards, VLMEvalKit's MME.tsv, or the official release folder in either layout. Without `download` a Hub dataset
    must be on this machine already. Raises SuiteError with one sentence saying what is wrong.
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
    if is_mme:
        _check_counts(pairs, source)
    return Suite("MME" if is_mme else name, source, fingerprint, is_mme, tuple(pairs), revision)


def _check_counts(pairs: Sequence[ImagePair], source: str) -> None:
    for name, whole in MME_IMAGES.items():
        count = sum(pair.subtask.name == name for pair in pairs)
        if count > whole:
            raise SuiteError(f"{source} has {count} images of {name}, and MME has {whole}: this is not the real MME")


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
    twin = rows[1] if rows[1].location != first.location else None
    return ImagePair(find_subtask(first.subtask), first.image, questions, source, first.location, first.where, twin)


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
