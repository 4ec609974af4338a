"""The arena's one door: everything the page or a test does goes through ArenaService, and is checked here."""

import json
import logging
import random
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
from PIL import Image

from arena import battle as moves
from arena import ratings
from arena.answers import AnswerPair, Progress
from arena.battle import Battle, Contestant, State
from arena.cadence import USUAL, Cadence
from arena.errors import (
    AnswerFailedError,
    ArenaError,
    BattleFailedError,
    BattleMoveError,
    NotEnoughModelsError,
    NotYourBattleError,
    StoreError,
)
from arena.guard import check_instruction, clean_picture
from arena.matchmaking import draw_match
from arena.pictures import PictureFolder
from arena.store import Store
from arena.votes import Axis, read_ballot
from models.errors import ModelError
from models.spec import Generation, ModelSpec

AnswerStream = Callable[[ModelSpec, Image.Image, str, threading.Event], Iterator[str]]
DescribeContestant = Callable[[ModelSpec], Contestant]
WaitingNote = Callable[[ModelSpec, ModelSpec], str]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RatingChange:
    """One model's rating on one axis, before and after a vote."""

    axis: Axis
    before: float
    after: float


@dataclass(frozen=True)
class Revealed:
    """A model whose name may be seen."""

    name: str
    title: str
    answer: str
    changes: tuple[RatingChange, ...]


@dataclass(frozen=True)
class Reveal:
    """What is shown once a vote is on the disk."""

    a: Revealed
    b: Revealed
    votes: int


def describe_as_specified(spec: ModelSpec) -> Contestant:
    """A contestant when nothing is known about how it was loaded: full precision and the default settings."""
    return Contestant(spec.name, "none", spec.revision, json.dumps(Generation().record()))


class ArenaService:
    """Battles, votes and ratings. Every method may be called from any thread, by anyone, at any time.

    voter is a session id that the browser's owner cannot choose for others; only its salted hash is stored.
    answer_stream yields an answer's text in pieces and stops soon after its event is set.
    describe tells how a model was really loaded (quantization, revision, generation settings); it is called when both
    answers are complete, and recorded with the battle.
    """

    def __init__(
        self,
        store: Store,
        lineup: Sequence[ModelSpec],
        answer_stream: AnswerStream,
        rng: random.Random,
        clock: Callable[[], datetime],
        *,
        pictures: Path | None = None,
        describe: DescribeContestant = describe_as_specified,
        waiting_note: WaitingNote = lambda a, b: "",
        cadence: Cadence = USUAL,
    ) -> None:
        """pictures is the folder for battle pictures, beside the database unless given.

        Raises NotEnoughModelsError, and StoreError if the database cannot be written.
        """
        self._specs = {spec.name: spec for spec in lineup}
        if len(self._specs) < 2:
            raise NotEnoughModelsError(len(self._specs))
        self._store = store
        self._answer_stream = answer_stream
        self._rng = rng
        self._rng_lock = threading.Lock()  # one draw at a time, or a seed would not repeat its draws
        self._clock = clock
        self._pictures = PictureFolder(pictures or store.path.parent / "pictures")
        self._describe = describe
        self._waiting_note = waiting_note
        self._cadence = cadence
        self._writing: dict[str, tuple[str, AnswerPair]] = {}  # battle id -> voter hash, answers
        self._writing_lock = threading.Lock()  # protects _writing
        self._tables: dict[Axis, tuple[int, pd.DataFrame]] = {}  # axis -> vote version, ratings of it
        self._tables_lock = threading.Lock()  # protects _tables, and lets one thread fit while others wait
        store.fail_unfinished("the server stopped before both answers were complete", clock())

    def title(self, name: str) -> str:
        """The name to show for a model; models that left the line-up keep their short name."""
        return self._specs[name].title if name in self._specs else name

    def new_battle(self, picture: object, instruction: object, voter: str) -> str:
        """Checks both, draws two models, stores the battle and returns its opaque id.

        picture is what `guard.clean_picture` takes. A battle of this voter that is still being written is cancelled.
        Raises PictureRefusedError, InstructionError, StorageFullError, StoreError.
        """
        instruction = check_instruction(instruction)
        clean = clean_picture(picture)
        self.abandon(voter)
        self._pictures.save(clean)
        with self._rng_lock:
            match = draw_match(list(self._specs), self._rng)
        battle = Battle(
            id=secrets.token_urlsafe(24),
            voter=self._store.voter_hash(voter),
            picture_sha256=clean.sha256,
            instruction=instruction,
            a=describe_as_specified(self._specs[match.model_a]),
            b=describe_as_specified(self._specs[match.model_b]),
            pair_propensity=match.pair_propensity,
            side_propensity=match.side_propensity,
            created_at=self._clock(),
        )
        self._store.add_battle(battle)
        return battle.id

    def stream(self, battle_id: str, voter: str) -> Iterator[Progress]:
        """Lets both models answer and yields what may be seen of both; the battle is stored as complete before the
        last item. Closing the iterator cancels both models and the battle.

        Raises UnknownBattleError, NotYourBattleError, BattleMoveError (already answered), AnswerFailedError.
        """
        battle = self._owned(battle_id, voter)
        answering = moves.start_answering(battle, self._clock())
        with Image.open(self._pictures.find(battle.picture_sha256)) as file:
            image = file.convert("RGB")
        a, b = self._specs[battle.a.name], self._specs[battle.b.name]
        pair = AnswerPair(
            lambda cancelled: self._answer_stream(a, image, battle.instruction, cancelled),
            lambda cancelled: self._answer_stream(b, image, battle.instruction, cancelled),
            self._cadence,
            threading.Event(),
            lambda: self._waiting_note(a, b),
        )
        self._store.save_battle(answering, was=State.CREATED)
        with self._writing_lock:
            self._writing[battle_id] = (battle.voter, pair)
        try:
            yield from self._write(answering, pair)
        finally:
            with self._writing_lock:
                self._writing.pop(battle_id, None)

    def abandon(self, voter: str) -> None:
        """Cancels the answers that are being written for a voter, e.g. because the tab was closed."""
        name = self._store.voter_hash(voter)
        with self._writing_lock:
            pairs = [pair for owner, pair in self._writing.values() if owner == name]
        for pair in pairs:
            pair.stop()

    def vote(self, battle_id: str, voter: str, judgments: Mapping[str, object]) -> Reveal:
        """Stores the vote (see `Store.cast_vote` for the refusals) and only then tells the names.

        judgments maps both axes to a judgment: `{"hallucination": "a", "instruction": "cant_tell"}`; anything else
        raises JudgmentError.
        """
        ballot = read_ballot(judgments)
        battle = self._owned(battle_id, voter)
        before = self._point_ratings(battle.a.name, battle.b.name)
        battle = self._store.cast_vote(battle_id, self._store.voter_hash(voter), ballot, self._clock())
        return self._reveal(battle, before)

    def reveal(self, battle_id: str, voter: str) -> Reveal:
        """The names of a battle that this voter has voted on, e.g. after a lost connection."""
        battle = self._owned(battle_id, voter)
        if not moves.names_may_be_shown(battle):
            raise BattleMoveError("revealed", battle.state.value, [State.VOTED.value])
        return self._reveal(battle, self._point_ratings(battle.a.name, battle.b.name))

    def votes(self) -> int:
        """How many battles have been judged."""
        return self._store.vote_version()

    def ratings(self, axis: Axis) -> pd.DataFrame:
        """The table of `ratings.rate` over the line-up and every model with votes; computed once per vote count."""
        with self._tables_lock:
            version = self._store.vote_version()
            cached = self._tables.get(axis)
            if cached is None or cached[0] != version:
                cached = (version, ratings.rate(ratings.count(self._store.tallies(axis), self._specs)))
                self._tables[axis] = cached
            return cached[1].copy()

    def _owned(self, battle_id: str, voter: str) -> Battle:
        battle = self._store.battle(battle_id)
        if not secrets.compare_digest(battle.voter, self._store.voter_hash(voter)):
            raise NotYourBattleError
        return battle

    def _write(self, battle: Battle, pair: AnswerPair) -> Iterator[Progress]:
        """Passes progress on; stores how the battle ended, whatever ended it."""
        ended, failure = False, "cancelled"
        try:
            for progress in pair.progress():
                if progress.done:
                    a, b = (self._as_loaded(contestant) for contestant in (battle.a, battle.b))
                    complete = moves.complete(battle, a, b, progress.text_a, progress.text_b, self._clock())
                    self._store.save_battle(complete, was=State.ANSWERING)
                    ended = True
                yield progress
            if not ended:
                raise BattleFailedError("it was cancelled before both answers were complete")
        except BattleFailedError:
            raise
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            if isinstance(error, ArenaError):
                raise
            if isinstance(error, ModelError):
                _log.warning("battle %s: an answer failed: %s", battle.id, error)
            else:
                _log.exception("battle %s: an answer failed", battle.id)
            raise AnswerFailedError from error
        finally:
            if not ended:
                self._end(battle, pair, failure)

    def _end(self, battle: Battle, pair: AnswerPair, failure: str) -> None:
        pair.stop()
        try:
            self._store.save_battle(moves.fail(battle, failure, self._clock(), *pair.texts), was=State.ANSWERING)
        except StoreError:
            _log.exception("battle %s ended (%s) and could not be marked as failed", battle.id, failure)

    def _as_loaded(self, contestant: Contestant) -> Contestant:
        loaded = self._describe(self._specs[contestant.name])
        return replace(loaded, name=contestant.name)

    def _point_ratings(self, *also: str) -> dict[Axis, dict[str, float]]:
        models = {*self._specs, *also}
        return {axis: ratings.point_ratings(ratings.count(self._store.tallies(axis), models)) for axis in Axis}

    def _reveal(self, battle: Battle, before: Mapping[Axis, Mapping[str, float]]) -> Reveal:
        try:
            after, votes = self._point_ratings(battle.a.name, battle.b.name), self.votes()
        except StoreError:  # the vote is on the disk: its owner sees the names whatever happens to the ratings
            _log.exception("battle %s: ratings after the vote", battle.id)
            after, votes = before, 0
        a, b = (
            Revealed(
                name,
                self.title(name),
                answer or "",
                tuple(RatingChange(axis, before[axis][name], after[axis][name]) for axis in Axis),
            )
            for name, answer in ((battle.a.name, battle.response_a), (battle.b.name, battle.response_b))
        )
        return Reveal(a, b, votes)
