"""One battle as a pure state machine: created -> answering -> complete -> voted, failed or skipped on the way.

A complete battle may be asked a further question about its picture: it is then created again, with the turn before kept
in `earlier`, until it is voted on. A move returns the battle after it, or raises; nothing here knows of a database, a
clock or a model. The names of the two models are facts of the battle from the start; who may see them is decided by
`names_may_be_shown`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from arena.errors import AlreadyVotedError, AnswersNotReadyError, BattleFailedError, BattleMoveError, TooManyTurnsError

MAX_TURNS = 5


class State(StrEnum):
    CREATED = "created"
    ANSWERING = "answering"
    COMPLETE = "complete"
    VOTED = "voted"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Contestant:
    """A model as it fought, with what is needed to repeat its answer.

    quantization and revision are those really loaded; generation is a JSON object of the generation settings.
    """

    name: str
    quantization: str
    revision: str
    generation: str = "{}"


class Mark(StrEnum):
    """Why an answer keeps its battle out of the ratings; found when the answer is stored, never later."""

    EMPTY = "empty"
    CUT_OFF = "cut_off"
    NAMES_ITSELF = "names_itself"


class Source(StrEnum):
    """Where a battle's picture comes from."""

    OFFERED = "offered"
    OWN = "own"


@dataclass(frozen=True)
class Turn:
    """One exchange about the picture of a battle."""

    instruction: str
    response_a: str
    response_b: str


@dataclass(frozen=True)
class Battle:
    """Everything that is recorded of one battle; the vote itself lies beside it.

    voter and address are salted hashes, never a session id or a network address; address is empty where none is known.
    The propensities are the probabilities with which this pair and this order of sides were drawn; both are 1 where a
    person chose them, and such a battle is not blind. instruction and the responses are those of the last turn,
    `earlier` holds the turns before it. category and challenge are those of `arena.challenges`, category "free" and
    challenge None for an instruction of the visitor's own. language is "en", "zh" or "other". publish is False where
    the person does not want the picture published. follows is the battle whose picture (and, when both were
    regenerated, whose instruction) this one took over. checker is what a program says of both answers, as JSON
    (see `arena.challenges`), empty where no program can. facts is what is drawn in the picture where a program drew it,
    as JSON of `arena.challenges`, else empty. Times are UTC.
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
    earlier: tuple[Turn, ...] = ()
    mark_a: Mark | None = None
    mark_b: Mark | None = None
    blind: bool = True
    source: Source = Source.OFFERED
    language: str = "en"
    category: str = "free"
    challenge: str | None = None
    publish: bool = True
    follows: str | None = None
    address: str = ""
    checker: str = ""
    facts: str = ""

    @property
    def rated(self) -> bool:
        """Whether a vote on it counts in ratings: both answers are whole and no name was known."""
        return self.blind and self.mark_a is None and self.mark_b is None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every exchange, the last one too; what is not yet written is empty."""
        return (*self.earlier, Turn(self.instruction, self.response_a or "", self.response_b or ""))


def start_answering(battle: Battle, at: datetime) -> Battle:
    _require(battle, "answered", State.CREATED)
    return replace(battle, state=State.ANSWERING, answering_at=at)


def complete(
    battle: Battle,
    a: Contestant,
    b: Contestant,
    response_a: str,
    response_b: str,
    at: datetime,
    mark_a: Mark | None = None,
    mark_b: Mark | None = None,
    checker: str = "",
) -> Battle:
    """Both answers of this turn are whole. a and b are the contestants as they were really loaded (revision,
    quantization). A mark of an earlier turn stays."""
    _require(battle, "completed", State.ANSWERING)
    if (a.name, b.name) != (battle.a.name, battle.b.name):
        raise ValueError(f"battle between {battle.a.name} and {battle.b.name} completed by {a.name} and {b.name}")
    return replace(
        battle,
        state=State.COMPLETE,
        a=a,
        b=b,
        response_a=response_a,
        response_b=response_b,
        ended_at=at,
        mark_a=battle.mark_a or mark_a,
        mark_b=battle.mark_b or mark_b,
        checker=checker or battle.checker,
    )


def ask_again(battle: Battle, instruction: str) -> Battle:
    """The battle with a further question about its picture, waiting to be answered; raises TooManyTurnsError."""
    if battle.state is State.VOTED:
        raise AlreadyVotedError
    _require(battle, "asked again", State.COMPLETE)
    if len(battle.turns) >= MAX_TURNS:
        raise TooManyTurnsError(MAX_TURNS)
    return replace(
        battle,
        state=State.CREATED,
        earlier=battle.turns,
        instruction=instruction,
        answering_at=None,
        response_a=None,
        response_b=None,
        ended_at=None,
    )


def fail(battle: Battle, failure: str, at: datetime, response_a: str = "", response_b: str = "") -> Battle:
    """The answers broke off, with the text that was written until then."""
    _require(battle, "ended", State.CREATED, State.ANSWERING)
    return replace(
        battle, state=State.FAILED, failure=failure, ended_at=at, response_a=response_a, response_b=response_b
    )


def skip(battle: Battle, at: datetime) -> Battle:
    """The person does not want to judge it; what was written until now is kept."""
    _require(battle, "skipped", State.CREATED, State.ANSWERING, State.COMPLETE)
    return replace(battle, state=State.SKIPPED, ended_at=battle.ended_at or at)


def vote(battle: Battle) -> Battle:
    """The battle after its one vote; raises the refusal that a person understands."""
    if battle.state in (State.CREATED, State.ANSWERING):
        raise AnswersNotReadyError
    if battle.state is State.VOTED:
        raise AlreadyVotedError
    if battle.state is State.FAILED:
        raise BattleFailedError("its answers were broken off")
    if battle.state is State.SKIPPED:
        raise BattleFailedError("it was skipped")
    return replace(battle, state=State.VOTED)


def names_may_be_shown(battle: Battle) -> bool:
    """True only for a battle whose vote is stored."""
    return battle.state is State.VOTED


def _require(battle: Battle, move: str, *allowed: State) -> None:
    if battle.state not in allowed:
        raise BattleMoveError(move, battle.state.value, [state.value for state in allowed])
