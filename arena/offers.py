"""What the page offers a visitor: a picture and a challenge that fits it, now and then one whose answer is known."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from arena.challenges.drawing import draw
from arena.challenges.errors import ChallengeError
from arena.challenges.facts import SceneFacts
from arena.challenges.pool import FREE, Challenge, find
from arena.reliability import when_to_ask

RECENT = 30  # challenges of a voter that are not offered to them again so soon

Pictures = Callable[[random.Random, bool], tuple[Image.Image, SceneFacts | None]]
"""Draws a picture and tells what is known of it; everything must be known where the second argument is True."""


@dataclass(frozen=True)
class Offer:
    """A picture with an instruction for it. picture is None for a visitor's own one, facts where nothing is known of
    it, challenge where the instruction is of no challenge."""

    picture: Image.Image | None
    instruction: str
    challenge: Challenge | None
    facts: SceneFacts | None
    language: str = "en"
    category: str = FREE


class Offering:
    """Draws offers. May be called from any thread."""

    def __init__(self, pictures: Pictures, rng: random.Random, known_answer_rate: float) -> None:
        """known_answer_rate is the share of a voter's battles whose answer a program knows, 0 to 0.5."""
        self._pictures = pictures
        self._rng = rng
        self._lock = threading.Lock()  # protects _rng
        self._rate = known_answer_rate

    def offer(self, recent: Sequence[str], language: str, known_answer: bool | None = None) -> Offer:
        """A fresh picture with a challenge. recent are the challenges of the voter's battles, newest first, "" for
        none; they decide whether a known answer is due, unless known_answer says so. Raises ChallengeError for a
        language without challenges."""
        rng = self._next()
        known = self._due(rng, recent) if known_answer is None else known_answer
        picture, facts = self._pictures(rng, known)
        return _put(rng, picture, facts, recent, language, known)

    def another(self, recent: Sequence[str], language: str, offer: Offer | None) -> Offer:
        """Another challenge for the picture of an offer, or for a visitor's own picture where there is none."""
        if offer is None:
            return _put(self._next(), None, None, recent, language, False)
        shown = [offer.challenge.id] if offer.challenge else []
        known = bool(offer.challenge and offer.challenge.known_answer)
        return _put(self._next(), offer.picture, offer.facts, [*shown, *recent], language, known)

    def _next(self) -> random.Random:
        with self._lock:
            return random.Random(self._rng.getrandbits(64))

    def _due(self, rng: random.Random, recent: Sequence[str]) -> bool:
        history = [bool(challenge) and _is_known(challenge) for challenge in reversed(recent)]
        return when_to_ask(rng, history, self._rate)


def _put(
    rng: random.Random,
    picture: Image.Image | None,
    facts: SceneFacts | None,
    recent: Sequence[str],
    language: str,
    known: bool,
) -> Offer:
    exclude = frozenset(challenge for challenge in recent[:RECENT] if challenge)
    made = draw(rng, facts, language, known_answer=known, exclude=exclude)
    return Offer(picture, made.instruction, find(made.challenge), facts, made.language, str(made.category))


def _is_known(challenge: str) -> bool:
    try:
        return find(challenge).known_answer
    except ChallengeError:  # it has left the pool
        return False
