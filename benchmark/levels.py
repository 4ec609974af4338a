"""How hard the pictures of an embedded suite are, and how a run did on each level and kind of picture.

The parquet file has the columns of the public dataset and no more; what else is known of its pictures is in the
manifest beside it.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmark.data import EMBEDDED, EMBEDDED_FOLDER, Suite, open_suite
from benchmark.errors import BenchmarkError, SuiteError
from benchmark.parsing import Parser, find_parser
from benchmark.records import SuiteRecord
from benchmark.scoring import Response, verdict, whole_pairs
from benchmark.subtasks import SUBTASK_NAMES

MANIFEST = "manifest.json"
SUITE_NAME = "MME Arena embedded suite"
LEVELS = {1: "easy", 2: "medium", 3: "hard"}
ALL = "all"


class PictureKind(StrEnum):
    """How a picture came about."""

    DRAWN = "drawn"
    PHOTOGRAPH = "photograph"


@dataclass(frozen=True)
class PictureFacts:
    """What the manifest says of a picture: its level, 1 (easy) to 3 (hard), and whether it was drawn."""

    level: int
    kind: PictureKind


@dataclass(frozen=True)
class Cell:
    """The share of questions answered right on some pictures, from 0 to 1; None of no picture.

    `error` is one standard error from the pictures, whose two answers stand or fall together; None below 2 of them.
    """

    images: int = 0
    share: float | None = None
    error: float | None = None


@dataclass(frozen=True)
class LevelRow:
    """A subtask, or `all`: how it did on the drawn pictures of each level and on photographs of each."""

    name: str
    drawn: Mapping[int, Cell]
    photographs: Mapping[int, Cell]
    all_drawn: Cell
    all_photographs: Cell


def known_levels(suite: Suite) -> dict[str, PictureFacts] | None:
    """Image id -> facts, for every picture of a suite that `benchmark.suite.build` drew; None for another suite.

    Raises SuiteError for a manifest of such a suite that is damaged, or not of these pictures.
    """
    folder = EMBEDDED_FOLDER if suite.source == EMBEDDED else Path(suite.source)
    file = (folder if folder.is_dir() else folder.parent) / MANIFEST
    if suite.is_mme or not file.is_file():
        return None
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or manifest.get("name") != SUITE_NAME:
            return None
        entries = manifest["pictures"]
        facts = {entry["file"]: PictureFacts(int(entry["level"]), PictureKind(entry["kind"])) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SuiteError(f"{file} does not say how hard the pictures are ({error!r}); draw the suite again") from None
    levels = {picture.level for picture in facts.values()}
    if facts.keys() != {pair.image_id for pair in suite.pairs} or not levels <= LEVELS.keys():
        raise SuiteError(f"{file} is of other pictures than those beside it; draw the suite again")
    return facts


def no_levels(name: str) -> str:
    """The sentence for a suite whose pictures have no levels."""
    return (
        f"levels are known for the embedded suite and for suites drawn by python -m benchmark.suite.build only, and "
        f"this run asked {name}"
    )


def facts_of_run(asked: SuiteRecord) -> dict[str, PictureFacts]:
    """The facts of the pictures that a run was asked about.

    Raises SuiteError when they have no levels, or when the suite is not at hand as it was.
    """
    if asked.is_mme:
        raise SuiteError(no_levels(asked.name))
    try:
        suite = open_suite(asked.source or EMBEDDED, download=False)
    except BenchmarkError as error:
        raise SuiteError(f"the suite that this run asked, {asked.name}, is not at hand: {error}") from error
    if suite.fingerprint != asked.fingerprint:
        raise SuiteError(
            f"the suite {asked.name} has changed since this run, so the levels of its pictures are not known any more; "
            "run it again"
        )
    facts = known_levels(suite)
    if facts is None:
        raise SuiteError(no_levels(asked.name))
    return facts


def drawn_only(responses: Iterable[Response], facts: Mapping[str, PictureFacts]) -> list[Response]:
    """The responses about drawn pictures."""
    return [r for r in responses if facts[f"{r.subtask}/{r.image}"].kind is PictureKind.DRAWN]


def level_rows(
    responses: Iterable[Response], facts: Mapping[str, PictureFacts], parser: str | Parser = Parser.OFFICIAL
) -> list[LevelRow]:
    """A row for each subtask that has a whole image, in the official order, then `all`."""
    parser = find_parser(parser)
    found: dict[str, list[tuple[PictureFacts, float]]] = {}
    for pair in whole_pairs(responses):
        right = sum(verdict(response, parser) is response.truth for response in pair) / 2
        found.setdefault(pair[0].subtask, []).append((facts[f"{pair[0].subtask}/{pair[0].image}"], right))
    rows = [_row(name, [found[name]]) for name in SUBTASK_NAMES if name in found]
    return [*rows, _row(ALL, list(found.values()))] if rows else []


def _row(name: str, subtasks: Sequence[Sequence[tuple[PictureFacts, float]]]) -> LevelRow:
    def cell(kind: PictureKind, levels: Iterable[int]) -> Cell:
        wanted = set(levels)
        return _cell([[s for f, s in one if f.kind is kind and f.level in wanted] for one in subtasks])

    return LevelRow(
        name,
        {level: cell(PictureKind.DRAWN, [level]) for level in LEVELS},
        {level: cell(PictureKind.PHOTOGRAPH, [level]) for level in LEVELS},
        cell(PictureKind.DRAWN, LEVELS),
        cell(PictureKind.PHOTOGRAPH, LEVELS),
    )


def _cell(subtasks: Sequence[Sequence[float]]) -> Cell:
    """The mean over all pictures; its variance is that of each subtask's mean, weighted by its pictures (strata)."""
    strata = [shares for shares in subtasks if shares]
    images = sum(map(len, strata))
    if not images:
        return Cell()
    mean = sum(map(sum, strata)) / images
    if any(len(shares) < 2 for shares in strata):
        return Cell(images, mean, None)
    variance = 0.0
    for shares in strata:
        n, own = len(shares), sum(shares) / len(shares)
        variance += (n / images) ** 2 * sum((share - own) ** 2 for share in shares) / (n - 1) / n
    return Cell(images, mean, math.sqrt(variance))
