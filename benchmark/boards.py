"""The 16 leaderboards of MME: perception, cognition and the 14 subtasks.

Published figures are facts with a source and a day. Runs of this installation stand beside them only when they
answered the same questions, all of them; everything else is shown apart, and a partial run never gets a rank.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import pandas as pd

from benchmark.errors import UnknownNameError
from benchmark.results import RunFolder
from benchmark.scoring import Scores
from benchmark.subtasks import SUBTASKS, Group, Subtask, in_group

DATA = Path(__file__).parent / "data"
FIRST_BOARDS = "boards_2023-07-04"
MME_GROUP = "MME"
MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
COLUMNS = ["group", "rank", "medal", "model", "version", "score", "kind", "note", "link", "run"]


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


@dataclass(frozen=True)
class PublishedBoards:
    """Published scores with where and when they stood. `rows` has the columns board, model, version, link, score."""

    day: str
    source: str
    link: str
    rows: pd.DataFrame


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


@cache
def published(name: str = FIRST_BOARDS) -> PublishedBoards:
    """The published boards that are carried in this project."""
    about = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return PublishedBoards(about["day"], about["source"], about["link"], pd.read_csv(DATA / f"{name}.csv"))


@dataclass(frozen=True)
class OwnRun:
    """What a board needs of a run of this installation; made by `own_run`.

    `coverage` is subtask -> (images answered, images in the suite); `suite_id` tells suites of one name apart.
    """

    id: str
    model: str
    quantization: str
    suite: str
    suite_id: str
    is_mme: bool
    recorded: bool
    coverage: dict[str, tuple[int, int]]
    scores: Scores


def own_run(run: RunFolder) -> OwnRun:
    """Summarise a run for the boards, scored with the official parser."""
    settings = run.settings
    scores = run.scores()
    return OwnRun(
        run.id,
        settings.model.title,
        settings.model.quantization,
        settings.suite.name,
        settings.suite.fingerprint[:8],
        settings.suite.is_mme,
        settings.recorded,
        run.coverage(scores),
        scores,
    )


def coverage_note(run: OwnRun, board: Board) -> str:
    """Empty when the run answered every image of the board, else what it covers, e.g. "10 of 30 images"."""
    covered = [run.coverage.get(subtask.name, (0, 0)) for subtask in board.subtasks]
    started = [(done, total) for done, total in covered if done]
    notes = []
    if len(started) < len(covered):
        notes.append(f"{len(started)} of {len(covered)} subtasks")
    if any(done < total for done, total in started):
        notes.append(f"{sum(done for done, _ in started)} of {sum(total for _, total in started)} images")
    return ", ".join(notes)


def board_table(name: str, runs: Sequence[OwnRun] = (), boards: PublishedBoards | None = None) -> pd.DataFrame:
    """One board as a table with the columns of `COLUMNS`, ready to show.

    The first group holds the published rows and own whole runs on MME itself, ranked together. Each other suite has
    a group of its own, in which whole runs are ranked among themselves. Equal scores share a rank and the next score
    takes the next one, as on the published boards; the first three ranks have medals. Partial runs come last in
    their group, without a rank (rank is missing). Raises UnknownNameError for an unknown board.
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
        }
        for row in boards.rows[boards.rows["board"] == name].itertuples()
    ]
    rows += [row for run in runs if (row := _own_row(run, board)) is not None]
    table = pd.DataFrame(rows, columns=[*dict.fromkeys([*COLUMNS, "whole"])])
    return _ranked(table)


def _own_row(run: OwnRun, board: Board) -> dict | None:
    score = run.scores.points(board.subtasks)
    if score is None:
        return None
    partial = coverage_note(run, board)
    where = "recorded answers, imported" if run.recorded else "run here"
    return {
        "group": MME_GROUP if run.is_mme else f"{run.suite} ({run.suite_id})",
        "model": run.model,
        "version": "" if run.quantization in ("", "none") else run.quantization,
        "score": score,
        "kind": Kind.OWN.value,
        "note": f"{where}, partial: {partial}" if partial else where,
        "link": "",
        "run": run.id,
        "whole": not partial,
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
