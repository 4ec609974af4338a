"""Drawing a challenge for a picture, and filling its gaps so that what is false of the picture really is false."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from arena.challenges import slots
from arena.challenges.errors import ChallengeError
from arena.challenges.facts import PictureKind, SceneFacts
from arena.challenges.pool import Category, Challenge, pool
from arena.challenges.wording import LANGUAGES
from arena.votes import Axis


@dataclass(frozen=True)
class Instance:
    """A challenge as it is put to two models. parameters: the values of its gaps (words and numbers), fit for JSON."""

    challenge: str
    instruction: str
    parameters: Mapping[str, slots.Value]
    language: str
    category: Category


def draw(
    rng: random.Random,
    facts: SceneFacts | None,
    language: str,
    *,
    category: Category | None = None,
    axis: Axis | None = None,
    known_answer: bool | None = None,
    exclude: Collection[str] = (),
) -> Instance:
    """A random challenge that fits the picture, every category equally likely; the same `rng` state draws the same.

    facts: what is known of the picture, None for a visitor's own. category, axis, known_answer: only such challenges.
    exclude: ids that the visitor has had; they come again only when no other is left. On a drawn scene, challenges
    that need one are preferred (3 to 1) over those for any picture, and likewise on a picture with text.
    Raises ChallengeError if nothing fits.
    """
    if language not in LANGUAGES:
        raise ChallengeError(f"There are no challenges in {language!r}; ask for one of {', '.join(LANGUAGES)}.")
    fitting = [
        challenge
        for challenge in pool().values()
        if challenge.language == language
        and (facts or SceneFacts()).fits(challenge.picture)
        and category in (None, challenge.category)
        and axis in (None, challenge.axis)
        and known_answer in (None, challenge.known_answer)
    ]
    fresh = [challenge for challenge in fitting if challenge.id not in exclude]
    had = [challenge for challenge in fitting if challenge.id in exclude]
    for challenge in [*_shuffled(fresh, rng), *_shuffled(had, rng)]:
        values = slots.choose(challenge.gaps, challenge.slots, facts, rng)
        if values is not None:
            return instance(challenge, values)
    raise ChallengeError("No challenge of the pool fits what was asked for; ask for fewer things at once.")


def instance(challenge: Challenge, values: Mapping[str, slots.Value]) -> Instance:
    """The challenge with these values in its gaps."""
    text = slots.fill_in(challenge.text, challenge.language, values)
    return Instance(challenge.id, text, dict(values), challenge.language, challenge.category)


def _shuffled(challenges: list[Challenge], rng: random.Random) -> list[Challenge]:
    """Random order in which every category is as likely to be first, however many challenges it has."""
    sizes: dict[tuple[Category, bool], int] = {}
    for challenge in challenges:
        key = (challenge.category, challenge.picture is PictureKind.ANY)
        sizes[key] = sizes.get(key, 0) + 1

    def weight(challenge: Challenge) -> float:
        special = challenge.picture is not PictureKind.ANY
        both = (challenge.category, special) in sizes
        share = 1.0 if not both else 0.75 if special else 0.25
        return share / sizes[challenge.category, not special]

    # Efraimidis and Spirakis (2006): the largest u ** (1 / w) first is a draw without replacement by weights w
    return sorted(challenges, key=lambda challenge: rng.random() ** (1 / weight(challenge)), reverse=True)
