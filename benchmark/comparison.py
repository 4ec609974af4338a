"""Two runs on the same pictures: what changed from the first to the second, and whether it could be chance.

Compared image by image, much smaller differences show than between two published figures: what is hard about an image
is hard for both runs and cancels.

Intervals of a change are computed as if two more images had changed by one answer, one up and one down (150 points,
after Agresti and Min, Statistics in Medicine 24, 2005): without them, a subtask of 20 images on which no answer changed
would seem to prove that none ever does. In simulations with 1 to 30 % of the answers changed they cover the true change
in at least 94.5 % of cases, and nearly always where few changed.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd

from benchmark.errors import ComparisonError
from benchmark.parsing import Parser, Verdict, find_parser
from benchmark.permutation import holm, paired_p
from benchmark.recognition import plain_words
from benchmark.results import RunFolder
from benchmark.scoring import Response, verdict, whole_pairs
from benchmark.statistics import IMAGE_POINTS, joined_interval, mean_interval, root_of_squares, standard_error
from benchmark.subtasks import SUBTASK_MAXIMUM, SUBTASKS, Group, find_subtask, in_group

PERMUTATIONS = 10_000
_ONE_ANSWER = IMAGE_POINTS[2] - IMAGE_POINTS[1]
_IMAGINED = 2.0

Pair = tuple[Response, Response]
"""The two answers on one image, the one whose truth is no first."""


@dataclass(frozen=True)
class Row:
    """The change of one subtask, or of a total (`name` perception or cognition), from run A to run B, in points.

    `error` is the paired standard error (None for a single image), `low` and `high` bound a 95 % interval. `p` is how
    often chance alone would give a change at least as large; `holm` is p corrected for looking at all subtasks at
    once (None for the totals). `changed` counts images whose points differ.
    """

    name: str
    before: float
    after: float
    difference: float
    error: float | None
    low: float
    high: float
    p: float
    holm: float | None
    images: int
    changed: int


@dataclass(frozen=True)
class Flip:
    """One question that the two runs answered differently: `before` in run A, `after` in run B."""

    subtask: str
    image: str
    question: str
    truth: Verdict
    before: Verdict
    after: Verdict
    said_before: str
    said_after: str

    @property
    def gained(self) -> bool:
        """Wrong before, right after."""
        return self.after is self.truth

    @property
    def lost(self) -> bool:
        """Right before, wrong after."""
        return self.before is self.truth


@dataclass(frozen=True)
class Comparison:
    """Run B minus run A. `shared` images are compared; `only_a` and `only_b` were answered by one run only."""

    parser: Parser
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    shared: int
    only_a: int
    only_b: int

    @property
    def note(self) -> str:
        """A sentence on what was compared, when it was not everything; else empty."""
        if not self.only_a and not self.only_b:
            return ""
        rest = [f"{n} only in run {run}" for run, n in (("A", self.only_a), ("B", self.only_b)) if n]
        return f"compared on the pictures that both runs answered ({self.shared}); {' and '.join(rest)} left out"

    def row(self, name: str) -> Row | None:
        """The row of this subtask or total, or None."""
        return next((row for row in self.rows if row.name == name), None)

    def table(self) -> pd.DataFrame:
        """A row for each of `rows`, with their fields as columns."""
        return pd.DataFrame([asdict(row) for row in self.rows], columns=[f.name for f in fields(Row)])

    def flip_table(self) -> pd.DataFrame:
        """A row for each of `flips`: subtask, image, question, truth, before, after, said_before, said_after."""
        records = [{k: str(v) for k, v in asdict(flip).items()} for flip in self.flips]
        return pd.DataFrame(records, columns=[f.name for f in fields(Flip)])

    def as_dict(self) -> dict:
        """For JSON: keys parser, shared, only_a, only_b, note, rows, flips."""
        return {
            "parser": self.parser.value,
            "shared": self.shared,
            "only_a": self.only_a,
            "only_b": self.only_b,
            "note": self.note,
            "rows": [asdict(row) for row in self.rows],
            "flips": self.flip_table().to_dict("records"),
        }


def compare(
    responses_a: Iterable[Response],
    responses_b: Iterable[Response],
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
    permutations: int = PERMUTATIONS,
) -> Comparison:
    """Compare on the images that both runs answered. `rng` None: a generator seeded with 0, so figures repeat.

    Raises ComparisonError when the runs share no image, or asked different questions about one.
    """
    parser = find_parser(parser)
    rng = np.random.default_rng(0) if rng is None else rng
    pairs_a, pairs_b = image_pairs(responses_a), image_pairs(responses_b)
    shared = shared_images(pairs_a, pairs_b)
    points: dict[str, tuple[list[int], list[int]]] = {}
    for key in shared:
        before, after = points.setdefault(key[0], ([], []))
        before.append(image_points(pairs_a[key], parser))
        after.append(image_points(pairs_b[key], parser))
    changes = {name: (np.array(before), np.array(after)) for name, (before, after) in points.items()}
    return Comparison(
        parser,
        _rows(changes, rng, permutations),
        tuple(_flip(a, b, parser) for key in shared for a, b in _changed(pairs_a[key], pairs_b[key], parser)),
        len(shared),
        len(pairs_a) - len(shared),
        len(pairs_b) - len(shared),
    )


def compare_runs(
    run_a: RunFolder,
    run_b: RunFolder,
    parser: str | Parser = Parser.OFFICIAL,
    rng: np.random.Generator | None = None,
) -> Comparison:
    """The same for two run folders; also raises ComparisonError when their suites are different ones.

    Answers recorded elsewhere do not say which suite they are from: for them the questions alone decide.
    """
    a, b = run_a.settings, run_b.settings
    same = a.suite.fingerprint == b.suite.fingerprint or (a.suite.is_mme and b.suite.is_mme)
    if not (same or a.recorded or b.recorded):
        raise ComparisonError(
            f"run A was asked on {a.suite.name} ({a.suite.fingerprint[:12]}), run B on {b.suite.name} "
            f"({b.suite.fingerprint[:12]}); only runs on the same suite can be compared picture by picture"
        )
    return compare(run_a.responses(), run_b.responses(), parser, rng)


def image_pairs(responses: Iterable[Response]) -> dict[tuple[str, str], Pair]:
    """(subtask, image) -> its two answers; images with one answer are left out."""
    return {(a.subtask, a.image): tuple(sorted((a, b), key=lambda r: r.truth)) for a, b in whole_pairs(responses)}


def shared_images(a: dict[tuple[str, str], Pair], b: dict[tuple[str, str], Pair]) -> list[tuple[str, str]]:
    """The images of both, by subtask in the official order, then as in `a`. Raises ComparisonError."""
    order = {subtask.name: place for place, subtask in enumerate(SUBTASKS)}
    shared = sorted((key for key in a if key in b), key=lambda key: order[find_subtask(key[0]).name])
    if not shared:
        raise ComparisonError(
            f"the two runs share no picture (run A has {len(a)} with both questions answered, run B {len(b)}); "
            "compare runs on the same suite"
        )
    for key in shared:
        for mine, theirs in zip(a[key], b[key], strict=True):
            if mine.truth != theirs.truth or plain_words(mine.question) != plain_words(theirs.question):
                raise ComparisonError(
                    f"the two runs were asked different questions about {'/'.join(key)}: {mine.question!r} and "
                    f"{theirs.question!r}; compare runs on the same suite"
                )
    return shared


def image_points(pair: Pair, parser: Parser) -> int:
    """0, 50 or 200."""
    return IMAGE_POINTS[sum(verdict(response, parser) is response.truth for response in pair)]


def change_interval(changes: np.ndarray) -> tuple[float, float]:
    """(low, high) of the mean change of a subtask, 95 %, from its images' changes in points."""
    total, squares = float(changes.sum()), float((changes**2).sum())
    low, high = mean_interval(total, squares, len(changes), 0.0, float(_ONE_ANSWER), _IMAGINED)
    return max(-float(SUBTASK_MAXIMUM), low), min(float(SUBTASK_MAXIMUM), high)


def _changed(before: Pair, after: Pair, parser: Parser) -> list[tuple[Response, Response]]:
    pairs = sorted(zip(before, after, strict=True), key=lambda pair: pair[0].number)
    return [(a, b) for a, b in pairs if verdict(a, parser) is not verdict(b, parser)]


def _flip(a: Response, b: Response, parser: Parser) -> Flip:
    said = (verdict(a, parser), verdict(b, parser))
    return Flip(a.subtask, a.image, a.question, a.truth, *said, a.response, b.response)


def _rows(
    points: dict[str, tuple[np.ndarray, np.ndarray]], rng: np.random.Generator, permutations: int
) -> tuple[Row, ...]:
    """Subtasks, then totals, from the images' points before and after."""
    changes = {name: after - before for name, (before, after) in points.items()}
    tests = {name: paired_p([change], rng, permutations) for name, change in changes.items()}
    corrected = dict(zip(tests, holm(list(tests.values())), strict=True))
    rows = {name: _row(name, before, after, tests[name], corrected[name]) for name, (before, after) in points.items()}
    totals = []
    for group in Group:
        parts = [rows[subtask.name] for subtask in in_group(group) if subtask.name in rows]
        if parts:
            p = paired_p([changes[part.name] for part in parts], rng, permutations)
            totals.append(_total(group.value, parts, p))
    return (*rows.values(), *totals)


def _row(name: str, before: np.ndarray, after: np.ndarray, p: float, corrected: float) -> Row:
    change, images = after - before, len(before)
    total, squares = float(change.sum()), float((change**2).sum())
    return Row(
        name,
        float(before.mean()),
        float(after.mean()),
        total / images,
        standard_error(total, squares, images),
        *change_interval(change),
        p,
        corrected,
        images,
        int(np.count_nonzero(change)),
    )


def _total(name: str, parts: list[Row], p: float) -> Row:
    difference = sum(part.difference for part in parts)
    low, high = joined_interval(difference, [(part.difference, part.low, part.high) for part in parts])
    return Row(
        name,
        sum(part.before for part in parts),
        sum(part.after for part in parts),
        difference,
        root_of_squares([part.error for part in parts]),
        low,
        high,
        p,
        None,
        sum(part.images for part in parts),
        sum(part.changed for part in parts),
    )
