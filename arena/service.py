"""The arena's one door: everything the page or a test does goes through ArenaService, and is checked here."""

import json
import logging
import random
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
from PIL import Image

from arena import battle as moves
from arena.answers import Progress
from arena.battle import Battle, Contestant, Source, State
from arena.boards import Boards
from arena.cadence import USUAL, Cadence
from arena.challenges.facts import SceneFacts
from arena.errors import (
    ArenaError,
    BattleMoveError,
    NotEnoughModelsError,
    NotYourBattleError,
    StoreError,
    TurnsNotPossibleError,
)
from arena.finishing import Finishing, told
from arena.guard import check_instruction, clean_picture
from arena.limits import Admission, Unlimited
from arena.matchmaking import draw_match, never_again
from arena.moderation import Moderation, NoModeration
from arena.named import Choice, NamedModels, as_specified
from arena.offers import Offer, Offering, Pictures
from arena.pictures import PictureFolder
from arena.reveals import Points, RatingChange, Reveal, Revealed, reveal
from arena.store import Store
from arena.votes import Axis, read_ballot, read_remarks
from arena.writing import AnswerStream, Writing
from models.spec import ModelSpec

__all__ = ["AnswerStream", "ArenaService", "Offer", "RatingChange", "Reveal", "Revealed"]

WaitingNote = Callable[[ModelSpec, ModelSpec], str]

_log = logging.getLogger(__name__)


class ArenaService:
    """Battles, votes and ratings. Every method may be called from any thread, by anyone, at any time.

    voter is a session id that the browser's owner cannot choose for others; only its salted hash is stored, as of
    address. battle_id is what `new_battle` returned. Every method that takes both raises UnknownBattleError and
    NotYourBattleError. See `arena.writing.AnswerStream` for how models are asked.
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
        waiting_note: WaitingNote = lambda a, b: "",
        cadence: Cadence = USUAL,
        admission: Admission | None = None,
        moderation: Moderation | None = None,
        named: Sequence[ModelSpec] = (),
        scenes: Pictures | None = None,
        known_answer_rate: float = 0.0,
    ) -> None:
        """pictures is the folder for battle pictures, beside the database unless given. waiting_note says what both
        models of a battle wait for, without naming one. named are the models that a visitor may choose by name, none
        where only blind battles are allowed. scenes draws the pictures that are offered; known_answer_rate is the
        share of a voter's battles whose answer a program knows, 0 to 0.5.

        Raises NotEnoughModelsError, and StoreError if the database cannot be written.
        """
        self._specs = {spec.name: spec for spec in lineup}
        if len(self._specs) < 2:
            raise NotEnoughModelsError(len(self._specs))
        self._named = NamedModels(named)
        self.store = store
        self._rng = rng
        self._rng_lock = threading.Lock()  # one draw at a time, or a seed would not repeat its draws
        self._clock = clock
        self._pictures = PictureFolder(pictures or store.path.parent / "pictures")
        self._waiting_note = waiting_note
        self._admission = admission or Unlimited()
        self._moderation = moderation or NoModeration()
        self._offering = scenes and Offering(scenes, random.Random(rng.getrandbits(64)), known_answer_rate)
        self._boards = Boards(store, list(self._specs))
        self._finishing = Finishing((*lineup, *named), clock)
        self._writing = Writing(store, answer_stream, clock, cadence, self._finishing.completed)
        store.fail_unfinished("the server stopped before both answers were complete", clock())

    # What the page shows before a battle

    def title(self, name: str) -> str:
        """The name to show for a model; models that left the line-up keep their short name."""
        spec = self._spec(name)
        return spec.title if spec else name

    @property
    def named_allowed(self) -> bool:
        """Whether a visitor may choose two models by name."""
        return bool(self._named.specs)

    def named_models(self) -> dict[str, ModelSpec]:
        """The models that may be chosen, by name."""
        return dict(self._named.specs)

    def uploads_note(self) -> str:
        """One sentence about how own pictures are checked, and whether they can be taken now."""
        return self._moderation.state.sentence

    @property
    def turns_allowed(self) -> bool:
        """Whether a blind battle may have several turns: only where every model of the line-up can read earlier ones,
        or the refusal would tell which models are fighting."""
        return all(spec.takes_turns for spec in self._specs.values())

    def offer(self, voter: str, language: str = "en", known_answer: bool | None = None) -> Offer:
        """A picture with an instruction; whether one with a known answer is due is decided here unless given."""
        return self._offers().offer(self._recent(voter), language, known_answer)

    def another(self, voter: str, language: str = "en", offer: Offer | None = None) -> Offer:
        """Another instruction for the picture of `offer`, or for a visitor's own picture where that is None."""
        return self._offers().another(self._recent(voter), language, offer)

    # Battles

    def new_battle(
        self,
        picture: object,
        instruction: object,
        voter: str,
        *,
        address: str = "",
        challenge: Offer | str | None = None,
        facts: SceneFacts | None = None,
        source: Source = Source.OWN,
        publish: bool = True,
        models: Choice | None = None,
    ) -> str:
        """Checks picture and instruction, draws two models, stores the battle and returns its opaque id.

        picture is what `guard.clean_picture` takes; own ones are moderated. challenge is the offer that the
        instruction comes from, or a challenge's id; it is left aside where the instruction was changed. models chooses
        both contestants by name: the battle is then not blind and never rated. A battle of this voter that is still
        being written is cancelled. Raises PictureRefusedError, InstructionError, StorageFullError, StoreError,
        NamedBattleError, and what admission and moderation refuse with.
        """
        instruction = check_instruction(instruction)
        chosen = None if models is None else self._named.choose(models)
        who, where = self.store.voter_hash(voter), self.store.address_hash(address)
        self._admission.admit_battle(who, where, self._clock())
        clean = clean_picture(picture)
        if source is Source.OWN:
            self._moderation.check(clean.image)
        self._writing.abandon(who)
        self._pictures.save(clean)
        return self._start(
            clean.sha256, instruction, who, chosen, address=where, source=source, publish=publish,
            facts=json.dumps(facts.record(), ensure_ascii=False) if facts else "",
            **told(challenge, instruction),
        )  # fmt: skip

    def stream(self, battle_id: str, voter: str) -> Iterator[Progress]:
        """Lets both models answer the last turn and yields what may be seen of both; the battle is stored as complete
        before the last item. Closing the iterator cancels both models and the battle.

        Raises BattleMoveError (already answered), AnswerFailedError, BattleFailedError (cancelled or skipped).
        """
        battle = self._owned(battle_id, voter)
        with Image.open(self._pictures.find(battle.picture_sha256)) as file:
            image = file.convert("RGB")
        a, b = self._spec_of(battle.a), self._spec_of(battle.b)
        yield from self._writing.stream(battle, a, b, image, lambda: self._waiting_note(a, b))

    def ask_again(self, battle_id: str, voter: str, instruction: object) -> None:
        """A further question about the same picture to both models; `stream` writes its answers.

        Raises InstructionError, TurnsNotPossibleError, TooManyTurnsError, AlreadyVotedError, BattleMoveError.
        """
        instruction = check_instruction(instruction)
        battle = self._owned(battle_id, voter)
        both = (self._spec_of(contestant).takes_turns for contestant in (battle.a, battle.b))
        if not (self.turns_allowed if battle.blind else all(both)):
            raise TurnsNotPossibleError
        self.store.save_battle(moves.ask_again(battle, instruction), was=State.COMPLETE)

    def skip(self, battle_id: str, voter: str) -> None:
        """Gives a battle up without a vote, also while it is written. Raises BattleMoveError once it has ended."""
        self._skip(self._owned(battle_id, voter))

    def regenerate(self, battle_id: str, voter: str) -> str:
        """A new battle with the picture and the first instruction of this one, which is given up unless it is voted on;
        two models are drawn anew, unless a person chose them. Returns its id."""
        return self._again(self._owned(battle_id, voter), None)

    def same_picture(
        self, battle_id: str, voter: str, instruction: object, challenge: Offer | str | None = None
    ) -> str:
        """A new blind battle with the picture of this one, which is given up unless it is voted on. Returns its id."""
        return self._again(self._owned(battle_id, voter), check_instruction(instruction), challenge)

    def abandon(self, voter: str) -> None:
        """Cancels the answers that are being written for a voter, e.g. because the tab was closed."""
        self._writing.abandon(self.store.voter_hash(voter))

    # Votes

    def vote(self, battle_id: str, voter: str, judgments: Mapping[str, object], remarks: object = None) -> Reveal:
        """Stores the vote (see `Store.cast_vote` for the refusals) and only then tells the names.

        judgments maps both axes to a judgment: `{"hallucination": "a", "instruction": "cant_tell"}`; anything else
        raises JudgmentError. remarks: see `votes.read_remarks`, which raises RemarkError.
        """
        ballot = read_ballot(judgments)
        battle = self._owned(battle_id, voter)
        moves.vote(battle)  # refuses what cannot be voted on, before it counts against the voter's rate
        ballot = replace(ballot, remarks=read_remarks(remarks, battle.turns))
        now = self._clock()
        self._admission.admit_vote(battle.voter, battle.address, now, battle.ended_at)
        before = self._boards.points((battle.a.name, battle.b.name))
        return self._reveal(self.store.cast_vote(battle_id, battle.voter, ballot, now), before)

    def reveal(self, battle_id: str, voter: str) -> Reveal:
        """The names of a battle that this voter has voted on, e.g. after a lost connection."""
        battle = self._owned(battle_id, voter)
        if not moves.names_may_be_shown(battle):
            raise BattleMoveError("revealed", battle.state.value, [State.VOTED.value])
        return self._reveal(battle, self._boards.points((battle.a.name, battle.b.name)))

    @property
    def pictures(self) -> PictureFolder:
        """Where the pictures of battles lie; see `Store.may_be_published` for who may see one."""
        return self._pictures

    def votes(self) -> int:
        """How many battles have been judged."""
        return self.store.vote_version()

    # Boards

    def ratings(self, axis: Axis | None, by: str | None = None, value: str | None = None) -> pd.DataFrame:
        """The table of `ratings.rate` over the line-up and every model with votes, of one axis or (None) both, of all
        votes or of one slice (see `Store.tallies`); computed once for each state of the votes."""
        return self._boards.ratings(axis, by, value)

    def personal(self, voter: str) -> pd.DataFrame:
        """A voter's own votes as a frame (see `Store.votes_frame`), oldest first, excluded or not."""
        return self.store.votes_frame(voter=self.store.voter_hash(voter))

    # Helpers

    def _owned(self, battle_id: str, voter: str) -> Battle:
        battle = self.store.battle(battle_id)
        if not secrets.compare_digest(battle.voter, self.store.voter_hash(voter)):
            raise NotYourBattleError
        return battle

    def _spec(self, name: str) -> ModelSpec | None:
        return self._specs.get(name) or self._named.specs.get(name)

    def _spec_of(self, contestant: Contestant) -> ModelSpec:
        spec = self._spec(contestant.name)
        if spec is None:
            raise ArenaError("A model of this battle is not here any more. Start a new battle.")
        return spec

    def _offers(self) -> Offering:
        if self._offering is None:
            raise ArenaError("No pictures are offered here. Upload your own.")
        return self._offering

    def _recent(self, voter: str) -> list[str]:
        return self.store.recent_challenges(self.store.voter_hash(voter))

    def _start(
        self, sha256: str, instruction: str, voter: str, chosen: tuple[Contestant, Contestant] | None, **facts: object
    ) -> str:
        if chosen is None:
            seen = self.store.pairs_seen(voter, sha256)
            weights = self._boards.weights(sorted(self._specs))
            left = never_again(weights, seen)
            if left == weights and seen:
                _log.info("a voter has seen every pair of models on picture %s; all are drawn from again", sha256)
            with self._rng_lock:
                match = draw_match(list(self._specs), self._rng, lambda first, second: left[frozenset((first, second))])
            a, b = as_specified(self._specs[match.model_a]), as_specified(self._specs[match.model_b])
            propensities = match.pair_propensity, match.side_propensity
        else:
            (a, b), propensities = chosen, (1.0, 1.0)
        battle = Battle(
            secrets.token_urlsafe(24), voter, sha256, instruction, a, b, *propensities, self._clock(),
            blind=chosen is None, **facts,
        )  # fmt: skip
        self.store.add_battle(battle)
        return battle.id

    def _again(self, old: Battle, instruction: str | None, challenge: Offer | str | None = None) -> str:
        """A battle with the picture of an old one; the same question and, where they were chosen, models if no
        instruction is given."""
        self._admission.admit_battle(old.voter, old.address, self._clock())
        self._writing.abandon(old.voter)
        if instruction is None:
            chosen = None if old.blind else (old.a, old.b)
            about = {"challenge": old.challenge, "category": old.category, "language": old.language}
            instruction = old.turns[0].instruction
        else:
            chosen, about = None, told(challenge, instruction)
        if old.state not in (State.VOTED, State.FAILED, State.SKIPPED):
            self._skip(self.store.battle(old.id), missing_ok=True)
        return self._start(
            old.picture_sha256, instruction, old.voter, chosen, address=old.address, source=old.source,
            publish=old.publish, facts=old.facts, follows=old.id, **about,
        )  # fmt: skip

    def _skip(self, battle: Battle, missing_ok: bool = False) -> None:
        try:
            self.store.save_battle(moves.skip(battle, self._clock()), was=battle.state)
        except (StoreError, BattleMoveError):
            if not missing_ok:
                raise
        self._writing.stop(battle.id)

    def _reveal(self, battle: Battle, before: Points) -> Reveal:
        try:
            after, votes = self._boards.points((battle.a.name, battle.b.name)), self.votes()
        except StoreError:  # the vote is on the disk: its owner sees the names whatever happens to the ratings
            _log.exception("battle %s: ratings after the vote", battle.id)
            after, votes = before, 0
        return reveal(battle, self.title, before, after, votes)
