"""What is found out about a battle from its texts: its category and language, marks on answers, what a program says."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from arena import battle as moves
from arena.answers import Ended
from arena.battle import Battle
from arena.challenges.checking import check
from arena.challenges.errors import ChallengeError
from arena.challenges.facts import SceneFacts
from arena.challenges.pool import FREE, find
from arena.challenges.slots import read_back
from arena.challenges.verdicts import CheckResult
from arena.language import language_of
from arena.marks import mark_of
from arena.offers import Offer
from models.spec import ModelSpec

_log = logging.getLogger(__name__)


class Finishing:
    """May be called from any thread."""

    def __init__(self, specs: Sequence[ModelSpec], clock: Callable[[], datetime]) -> None:
        """specs are all models whose names an answer must not tell."""
        self._specs = tuple(specs)
        self._clock = clock

    def completed(self, battle: Battle, text_a: str, text_b: str, ended: tuple[Ended, Ended]) -> Battle:
        """The battle with both answers of its last turn: how the models were loaded, marks, what a program says."""
        a, b = (
            replace(end.contestant, name=contestant.name) if end.contestant else contestant
            for contestant, end in zip((battle.a, battle.b), ended, strict=True)
        )
        asked = " ".join(turn.instruction for turn in battle.turns)
        mark_a, mark_b = (
            mark_of(text, end.cut_off, asked, self._specs) for text, end in zip((text_a, text_b), ended, strict=True)
        )
        checker = "" if battle.earlier else _checked(battle, text_a, text_b)
        return moves.complete(battle, a, b, text_a, text_b, self._clock(), mark_a, mark_b, checker)


def stored_check(battle: Battle) -> CheckResult | None:
    """What a program said of a battle's answers, None where it said nothing."""
    if not battle.checker:
        return None
    try:
        return CheckResult.from_json(battle.checker)
    except ChallengeError:  # written by another version of the program: the vote is not lost for it
        _log.exception("battle %s: its check cannot be read", battle.id)
        return None


def told(challenge: Offer | str | None, instruction: str) -> dict[str, str | None]:
    """Challenge, category and language of an instruction, as `Battle` has them. challenge is the offer it comes from,
    or a challenge's id (ChallengeError if there is none); where its instruction was changed, it is none."""
    free = {"challenge": None, "category": FREE, "language": language_of(instruction)}
    found = challenge.challenge if isinstance(challenge, Offer) else challenge and find(challenge)
    if not found or read_back(found.text, found.language, found.slots, instruction) is None:
        return free
    return {"challenge": found.id, "category": str(found.category), "language": found.language}


def _checked(battle: Battle, text_a: str, text_b: str) -> str:
    """What a program says of the first turn, whose instruction is the challenge's; empty where it cannot."""
    if battle.challenge is None:
        return ""
    try:
        facts = SceneFacts.read(json.loads(battle.facts)) if battle.facts else None
        result = check(battle.challenge, battle.instruction, facts, text_a, text_b)
    except Exception:  # a mistake in a check must not cost a visitor their battle
        _log.exception("battle %s: the check of challenge %s", battle.id, battle.challenge)
        return ""
    return result.to_json() if result else ""
