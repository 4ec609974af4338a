"""Battles whose answers are being written: both models at once, stored however it ends."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from PIL import Image

from arena import battle as moves
from arena.answers import AnswerPair, Ended, Progress
from arena.battle import Battle, Contestant, State
from arena.cadence import Cadence
from arena.errors import AnswerFailedError, ArenaError, BattleFailedError, StoreError
from arena.store import Store
from models.errors import ModelError
from models.spec import ModelSpec

Earlier = tuple[tuple[str, str], ...]

_log = logging.getLogger(__name__)


class AnswerStream(Protocol):
    """Lets a model answer: an iterator over the answer's text in pieces, which stops soon after `cancelled` is set.

    quantization is how the model is to be loaded, "" for this installation's usual way. earlier are the instructions
    and this model's responses of the turns before, about the same picture. The iterator may return an
    `arena.answers.Ended` (a generator's return value), which says how the model was loaded and whether the answer is
    whole.
    """

    def __call__(
        self,
        spec: ModelSpec,
        picture: Image.Image,
        instruction: str,
        cancelled: threading.Event,
        *,
        quantization: str = "",
        earlier: Earlier = (),
    ) -> Iterator[str]: ...


Finish = Callable[[Battle, str, str, tuple[Ended, Ended]], Battle]
"""The complete battle, from the one that was answering, both texts, and how each answer ended."""


class Writing:
    """Runs the answers of battles. May be called from any thread."""

    def __init__(
        self, store: Store, answer_stream: AnswerStream, clock: Callable[[], datetime], cadence: Cadence, finish: Finish
    ) -> None:
        self._store = store
        self._answer_stream = answer_stream
        self._clock = clock
        self._cadence = cadence
        self._finish = finish
        self._running: dict[str, tuple[str, AnswerPair]] = {}  # battle id -> voter hash, answers
        self._lock = threading.Lock()  # protects _running

    def stream(
        self, battle: Battle, a: ModelSpec, b: ModelSpec, picture: Image.Image, note: Callable[[], str]
    ) -> Iterator[Progress]:
        """Both answers of the last turn of a created battle; see `ArenaService.stream`."""
        answering = moves.start_answering(battle, self._clock())
        pair = AnswerPair(
            lambda cancelled: self._answer(battle, "a", a, picture, cancelled),
            lambda cancelled: self._answer(battle, "b", b, picture, cancelled),
            self._cadence,
            threading.Event(),
            note,
        )
        self._store.save_battle(answering, was=State.CREATED)
        with self._lock:
            self._running[battle.id] = (battle.voter, pair)
        try:
            yield from self._write(answering, pair)
        finally:
            with self._lock:
                self._running.pop(battle.id, None)

    def abandon(self, voter: str) -> None:
        """Stops the answers that are being written for a voter (a hash)."""
        with self._lock:
            pairs = [pair for owner, pair in self._running.values() if owner == voter]
        for pair in pairs:
            pair.stop()

    def stop(self, battle_id: str) -> None:
        """Stops the answers of one battle, where they are being written."""
        with self._lock:
            running = self._running.get(battle_id)
        if running is not None:
            running[1].stop()

    def _answer(
        self, battle: Battle, side: str, spec: ModelSpec, picture: Image.Image, cancelled: threading.Event
    ) -> Iterator[str]:
        contestant: Contestant = getattr(battle, side)
        return self._answer_stream(
            spec,
            picture,
            battle.instruction,
            cancelled,
            quantization="" if battle.blind else contestant.quantization,
            earlier=tuple((turn.instruction, getattr(turn, f"response_{side}")) for turn in battle.earlier),
        )

    def _write(self, battle: Battle, pair: AnswerPair) -> Iterator[Progress]:
        """Passes progress on; stores how the battle ended, whatever ended it."""
        ended, failure = False, "cancelled"
        try:
            for progress in pair.progress():
                if progress.done:
                    complete = self._finish(battle, progress.text_a, progress.text_b, pair.ended)
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
        text_a, text_b = pair.texts
        try:
            now = self._store.battle(battle.id)
            if now.state is State.SKIPPED:  # what was written until then is kept all the same
                self._store.save_battle(replace(now, response_a=text_a, response_b=text_b), was=State.SKIPPED)
            else:
                self._store.save_battle(moves.fail(battle, failure, self._clock(), text_a, text_b), was=State.ANSWERING)
        except StoreError:
            _log.exception("battle %s ended (%s) and could not be marked as failed", battle.id, failure)
