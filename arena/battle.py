"""One battle as a pure state machine: created -> answering -> complete -> voted, or failed on the way.

A move returns the battle after it, or raises; nothing here knows of a database, a clock or a model. The names of
the two models are facts of the battle from the start; who may see them is decided by `names_may_be_shown`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from arena.errors import AlreadyVotedError, AnswersNotReadyError, BattleFailedError, BattleMoveError


class State(StrEnum):
    CREATED = "created"
    ANSWERING = "answering"
    COMPLETE = "complete"
    VOTED = "voted"
    FAILED = "failed"


@dataclass(frozen=True)
class Contestant:
    """A model as it fought, with what is needed to repeat its answer.

    quantization and revision are those really loaded; generation is a JSON object of the generation settings.
    """

    name: str
    quantization: str
    revision: str
    generation: str = "{}"


@dataclass(frozen=True)
class Battle:
    """Everything that is recorded of one battle; the vote itself lies beside it.

    voter is a salted hash, never a session id. The propensities are the probabilities with which this pair and this
    order of sides were drawn. Times are UTC.
    """

    id: str
    voter: str
    picture_sha256: str
    instruction: str
    a: Contestant
    b: Contestant
    pair_propensity: float
    side_propensity: float
    created_at: datetime
    state: State = State.CREATED
    answering_at: datetime | None = None
    response_a: str | None = None
    response_b: str | None = None
    ended_at: datetime | None = None
    failure: str | None = None


def start_answering(battle: Battle, at: datetime) -> Battle:
    _require(battle, "answered", State.CREATED)
    return replace(battle, state=State.ANSWERING, answering_at=at)


def complete(battle: Battle, a: Contestant, b: Contestant, response_a: str, response_b: str, at: datetime) -> Battle:
    """Both answers are whole. a and b are the contestants as they were really loaded (revision, quantization)."""
    _require(battle, "completed", State.ANSWERING)
    if (a.name, b.name) != (battle.a.name, battle.b.name):
        raise ValueError(f"battle between {battle.a.name} and {battle.b.name} completed by {a.name} and {b.name}")
    return replace(battle, state=State.COMPLETE, a=a, b=b, response_a=response_a, response_b=response_b, ended_at=at)


def fail(battle: Battle, failure: str, at: datetime, response_a: str = "", response_b: str = "") -> Battle:
    """The answers broke off, with the text that was written until then."""
    _require(battle, "ended", State.CREATED, State.ANSWERING)
    return replace(
        battle, state=State.FAILED, failure=failure, ended_at=at, response_a=response_a, response_b=response_b
    )


def vote(battle: Battle) -> Battle:
    """The battle after its one vote; raises the refusal that a person understands."""
    if battle.state in (State.CREATED, State.ANSWERING):
        raise AnswersNotReadyError
    if battle.state is State.VOTED:
        raise AlreadyVotedError
    if battle.state is State.FAILED:
        raise BattleFailedError("its answers were broken off")
    return replace(battle, state=State.VOTED)


def names_may_be_shown(battle: Battle) -> bool:
    """True only for a battle whose vote is stored."""
    return battle.state is State.VOTED


def _require(battle: Battle, move: str, *allowed: State) -> None:
    if battle.state not in allowed:
        raise BattleMoveError(move, battle.state.value, [state.value for state in allowed])
