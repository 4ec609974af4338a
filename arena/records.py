"""What is read back of the arena's memory: a vote with its battle, and a decision about a vote or a voter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.battle import Battle
from arena.votes import Axis, Ballot, Judgment

FRAME_COLUMNS = (
    "vote", "battle_id", "voter", "address", "voted_at", "seconds", "model_a", "model_b", "quantization_a",
    "quantization_b", "hallucination", "instruction", "rated", "excluded", "blind", "category", "language", "source",
    "challenge", "checker", "turns", "characters_a", "characters_b", "picture_sha256", "side_propensity",
    "pair_propensity", "spans_a", "spans_b", "instruction_text", "response_a", "response_b", "comment",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One vote with everything that belongs to it. `vote` numbers the votes from 1 in the order of voting;
    `excluded` tells that it is left out of the counts now (see `Decision`)."""

    vote: int
    battle: Battle
    ballot: Ballot
    voted_at: datetime
    excluded: bool


@dataclass(frozen=True)
class Wanted:
    """Which votes are looked for; what is left empty takes all.

    model: on either side. axis with judgments: what was said on it. voter is a hash: that person's votes, excluded or
    not; without one, votes that are excluded are left out.
    """

    model: str = ""
    language: str = ""
    axis: Axis | None = None
    judgments: tuple[Judgment, ...] = ()
    voter: str = ""


@dataclass(frozen=True)
class Found:
    """Records, the newest first, and the number below which to look further (None: there are no older votes)."""

    records: list[Record]
    before: int | None


class Kind(StrEnum):
    """What a decision does: leave votes out of all counts, or count them again."""

    EXCLUDE = "exclude"
    INCLUDE = "include"


class Subject(StrEnum):
    """What a decision is about."""

    VOTE = "vote"
    VOTER = "voter"


@dataclass(frozen=True)
class Decision:
    """One line of the audit trail; it is never changed, only followed by another one.

    `subject_id` is the number of a vote or the hash of a voter; `evidence` is JSON or words.
    """

    id: int
    kind: Kind
    subject: Subject
    subject_id: str
    reason: str
    evidence: str
    by: str
    at: datetime
