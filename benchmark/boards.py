"""The 16 leaderboards of MME: perception, cognition and the 14 subtasks.

Published figures are facts with a source and a day. Runs of this installation stand beside them only when they
answered the same questions, all of them; everything else is shown apart, and a partial run never gets a rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from benchmark.errors import UnknownNameError
from benchmark.own_runs import OwnRun, coverage_note
from benchmark.published import NO_BOARDS, Layer, PublishedBoards, layer_boards, model_facts, published
from benchmark.subtasks import SUBTASKS, Group, Subtask, in_group

MME_GROUP = "MME"
MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
COLUMNS = [
    "group", "rank", "medal", "model", "version", "score", "error", "low", "high", "kind", "note", "link", "run",
    "open_weights", "billions", "quantization",
]  # fmt: skip


class Kind(StrEnum):
    """Where a row comes from."""

    PUBLISHED = "published"
    OWN = "own"


@dataclass(frozen=True)
class Board:
    """One leaderboard: a sum over a group of subtasks, or one subtask. `maximum` is in points."""

    name: str
    title: str
    explanation: str
    subtasks: tuple[Subtask, ...]

    @property
    def maximum(self) -> int:
        return sum(subtask.maximum for subtask in self.subtasks)

    @property
    def always_yes(self) -> int:
        """Points for saying yes to everything: half of the questions right, and never both of an image."""
        return 50 * len(self.subtasks)


BOARDS: tuple[Board, ...] = (
    Board(
        "perception",
        "Perception",
        "Everything about seeing: ten subtasks of 200 points.",
        in_group(Group.PERCEPTION),
    ),
    Board(
        "cognition",
        "Cognition",
        "Seeing and then thinking: four subtasks of 200 points.",
        in_group(Group.COGNITION),
    ),
    *(Board(s.name, s.title, s.explanation, (s,)) for s in SUBTASKS),
)
BOARD_NAMES = tuple(board.name for board in BOARDS)


def find_board(name: str) -> Board:
    """The board of this name. Raises UnknownNameError with the 16 names that are allowed."""
    for board in BOARDS:
        if board.name == name:
            return board
    raise UnknownNameError("board", str(name), BOARD_NAMES)


def layer_table(name: str, layer: Layer, runs: Sequence[OwnRun] = ()) -> pd.DataFrame:
    """One board of one layer, with the columns of `COLUMNS`.

    Among published figures stand only own runs that answered the same questions, all of them. The layer of own runs
    has them all, each suite in a group of its own.
    """
    if layer is Layer.OWN:
        return board_table(name, runs, NO_BOARDS)
    board = find_board(name)
    equals = [run for run in runs if run.is_mme and not coverage_note(run, board.subtasks)]
    return board_table(name, equals, layer_boards(layer))


def board_table(name: str, runs: Sequence[OwnRun] = (), boards: PublishedBoards | None = None) -> pd.DataFrame:
    """One board as a table with the columns of `COLUMNS`, ready to show.

    The first group holds the published rows and own whole runs on MME itself, ranked together. Each other suite has
    a group of its own, in which whole runs are ranked among themselves. Equal scores share a rank and the next score
    takes the next one; the first three ranks have medals. Partial runs come last in their group, without a rank
    (rank is missing). Raises UnknownNameError for an unknown board.
    """
    board = find_board(name)
    boards = boards or published()
    rows = [
        {
            "group": MME_GROUP,
            "model": row.model,
            "version": row.version,
            "score": row.score,
            "kind": Kind.PUBLISHED.value,
            "note": f"published {boards.day}",
            "link": row.link,
            "run": "",
            "whole": True,
            "open_weights": (facts := model_facts(row.model, row.version)).open_weights,
            "billions": facts.billions,
            "quantization": "",
        }
        for row in boards.rows[boards.rows["board"] == name].itertuples()
    ]
    rows += [row for run in runs if (row := _own_row(run, board)) is not None]
    return _ranked(pd.DataFrame(rows, columns=[*COLUMNS, "whole"]))


def _own_row(run: OwnRun, board: Board) -> dict | None:
    score = run.scores.points(board.subtasks)
    if score is None:
        return None
    partial = coverage_note(run, board.subtasks)
    estimate = run.estimates.get(board.name)
    return {
        "group": MME_GROUP if run.is_mme else f"{run.suite} ({run.suite_id})",
        "model": run.model,
        "version": run.version,
        "score": score,
        "error": estimate.error if estimate else None,
        "low": estimate.low if estimate else None,
        "high": estimate.high if estimate else None,
        "kind": Kind.OWN.value,
        "note": f"{run.origin}, partial: {partial}" if partial else run.origin,
        "link": "",
        "run": run.id,
        "whole": not partial,
        "open_weights": run.facts.open_weights,
        "billions": run.facts.billions,
        "quantization": "" if run.recorded else (run.quantization or "none"),
    }


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    shown = table["score"].astype(float).round(2)  # as published; 963.611 and 963.61 are the same score
    ranks = shown.where(table["whole"].astype(bool)).groupby(table["group"]).rank("dense", ascending=False)
    table["rank"] = ranks.astype("Int64")
    table["medal"] = [MEDALS.get(rank, "") if pd.notna(rank) else "" for rank in table["rank"]]
    order = {group: (group != MME_GROUP, group) for group in table["group"].unique()}
    places = table["group"].map({group: place for place, group in enumerate(sorted(order, key=order.get))})
    table = table.assign(_place=places, _partial=~table["whole"].astype(bool), _shown=-shown)
    table = table.sort_values(["_place", "_partial", "_shown", "kind", "model"], kind="stable")
    return table[COLUMNS].reset_index(drop=True)


def board_csv(table: pd.DataFrame) -> str:
    """A board as CSV text: what is shown, and the error of own scores. A spreadsheet takes no cell for a formula."""
    names = {"group": "questions", "error": "standard_error", "low": "low_95", "high": "high_95", "kind": "origin"}
    shown = table.drop(columns=["medal"]).rename(columns=names)
    for column in ("questions", "model", "version", "note", "run"):
        shown[column] = [f"'{text}" if str(text).startswith(("=", "+", "-", "@")) else text for text in shown[column]]
    return shown.to_csv(index=False, lineterminator="\n")
