"""All subtasks at once: the models of a layer as a grid, and the profile of one against the median of the others.

A sum hides who is lopsided: two models of equal perception can be good at opposite things.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median, pstdev

from benchmark.boards import MME_GROUP, Kind
from benchmark.errors import UnknownNameError
from benchmark.own_runs import OwnRun, coverage_note
from benchmark.published import Layer, ModelFacts, layer_boards, model_facts
from benchmark.subtasks import SUBTASKS, Subtask

FEWEST_TO_COMPARE = 3
"""A median of fewer models says nothing about what is usual."""


@dataclass(frozen=True)
class GridRow:
    """One model (or own run) with its score on each subtask, of 200.

    `key` names it in a link. `partial` has the subtasks that were asked in part, as "10 of 30 images": their scores are
    shown, and counted nowhere.
    """

    key: str
    model: str
    version: str
    group: str
    kind: Kind
    scores: Mapping[str, float]
    partial: Mapping[str, str]
    facts: ModelFacts
    quantization: str = ""

    @property
    def title(self) -> str:
        return f"{self.model} ({self.version})" if self.version else self.model

    @property
    def open_weights(self) -> bool | None:
        return self.facts.open_weights

    @property
    def billions(self) -> float | None:
        return self.facts.billions

    @property
    def whole(self) -> dict[str, float]:
        """The scores of the subtasks that were asked as a whole."""
        return {name: score for name, score in self.scores.items() if name not in self.partial}


@dataclass(frozen=True)
class ProfileLine:
    """A subtask of a profile; `usual` and `difference` are missing where there is nothing to compare with."""

    subtask: Subtask
    score: float
    usual: float | None
    difference: float | None
    partial: str = ""


@dataclass(frozen=True)
class Profile:
    """One model against the median of its layer.

    `unevenness` is the standard deviation of the differences, in points: 0 for a model that is as good or bad as usual
    by the same amount everywhere. `more_even` counts the `others` that are less uneven.
    """

    row: GridRow
    lines: tuple[ProfileLine, ...]
    unevenness: float | None
    more_even: int
    others: int

    @property
    def strongest(self) -> ProfileLine | None:
        return max(self._compared, key=lambda line: line.difference, default=None)

    @property
    def weakest(self) -> ProfileLine | None:
        return min(self._compared, key=lambda line: line.difference, default=None)

    @property
    def _compared(self) -> list[ProfileLine]:
        return [line for line in self.lines if line.difference is not None and not line.partial]


def grid(layer: Layer, runs: Sequence[OwnRun] = ()) -> list[GridRow]:
    """Every model of a layer, best sum over its subtasks first; own runs of another suite in groups after them.

    Beside published models stand own runs on MME itself, with the subtasks that they answered as a whole.
    """
    rows = list(_published_rows(layer))
    for run in runs:
        row = _own_row(run)
        if layer is not Layer.OWN:
            row = GridRow(**{**vars(row), "scores": row.whole, "partial": {}}) if run.is_mme else None
        if row is not None and row.scores:
            rows.append(row)
    return sorted(rows, key=lambda row: (row.group != MME_GROUP, row.group, -sum(row.whole.values()), row.model))


def medians(rows: Iterable[GridRow]) -> dict[str, float]:
    """Subtask -> median of the whole scores; a subtask that fewer than three models have is left out."""
    rows = list(rows)
    scores = {s.name: [row.whole[s.name] for row in rows if s.name in row.whole] for s in SUBTASKS}
    return {name: median(values) for name, values in scores.items() if len(values) >= FEWEST_TO_COMPARE}


def profile(key: str, rows: Sequence[GridRow]) -> Profile:
    """The profile of one row of a grid. Raises UnknownNameError for a key that is none of its rows'."""
    row = find_row(key, rows)
    peers = peers_of(row, rows)
    usual = medians(peers)
    lines = tuple(
        ProfileLine(
            subtask,
            row.scores[subtask.name],
            usual.get(subtask.name),
            row.scores[subtask.name] - usual[subtask.name] if subtask.name in usual else None,
            row.partial.get(subtask.name, ""),
        )
        for subtask in SUBTASKS
        if subtask.name in row.scores
    )
    mine = unevenness(row, usual)
    others = [other for other in (unevenness(peer, usual) for peer in peers if peer is not row) if other is not None]
    more_even = sum(other < mine for other in others) if mine is not None else 0
    return Profile(row, lines, mine, more_even, len(others))


def most_lopsided(rows: Sequence[GridRow]) -> list[tuple[GridRow, float]]:
    """The rows with their unevenness, most uneven first, each against the median of its own peers."""
    found = [(row, unevenness(row, medians(peers_of(row, rows)))) for row in rows]
    return sorted([(row, value) for row, value in found if value is not None], key=lambda pair: -pair[1])


def unevenness(row: GridRow, usual: Mapping[str, float]) -> float | None:
    """Standard deviation of the row's differences from `usual`; None when fewer than three subtasks can be compared."""
    differences = [score - usual[name] for name, score in row.whole.items() if name in usual]
    return pstdev(differences) if len(differences) >= 3 else None


def peers_of(row: GridRow, rows: Iterable[GridRow]) -> list[GridRow]:
    """Whom a row is compared with: the published models of its layer, or the own runs on the same suite."""
    group = [other for other in rows if other.group == row.group]
    return [other for other in group if other.kind is Kind.PUBLISHED] or group


def find_row(key: str, rows: Iterable[GridRow]) -> GridRow:
    """The row with this key. Raises UnknownNameError with the keys that are allowed."""
    keys = []
    for row in rows:
        if row.key == key:
            return row
        keys.append(row.key)
    raise UnknownNameError("model", str(key), keys)


@cache
def _published_rows(layer: Layer) -> tuple[GridRow, ...]:
    names = {subtask.name for subtask in SUBTASKS}
    table = layer_boards(layer).rows
    scores: dict[tuple[str, str], dict[str, float]] = {}
    for row in table[table["board"].isin(names)].itertuples():
        scores.setdefault((row.model, row.version), {})[row.board] = row.score
    return tuple(
        GridRow(model, model, version, MME_GROUP, Kind.PUBLISHED, values, {}, model_facts(model, version))
        for (model, version), values in scores.items()
    )


def _own_row(run: OwnRun) -> GridRow:
    partial = {name: coverage_note(run, (score.subtask,)) for name, score in run.scores.subtasks.items()}
    return GridRow(
        run.id,
        run.model,
        run.version,
        MME_GROUP if run.is_mme else f"{run.suite} ({run.suite_id})",
        Kind.OWN,
        {name: score.score for name, score in run.scores.subtasks.items()},
        {name: note for name, note in partial.items() if note},
        run.facts,
        "" if run.recorded else (run.quantization or "none"),
    )
