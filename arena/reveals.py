"""What is shown once a vote is on the disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from arena.battle import Battle
from arena.challenges.verdicts import CheckResult
from arena.finishing import stored_check
from arena.votes import Axis


@dataclass(frozen=True)
class RatingChange:
    """One model's rating on one axis, before and after a vote."""

    axis: Axis
    before: float
    after: float


@dataclass(frozen=True)
class Revealed:
    """A model whose name may be seen. quantization is how it was really loaded."""

    name: str
    title: str
    answer: str
    changes: tuple[RatingChange, ...]
    quantization: str = ""


@dataclass(frozen=True)
class Reveal:
    """Who was who. checked is what a program says of the answers, None where it cannot; rated is False for a battle
    that the ratings leave out (see `arena.battle.Battle.rated`)."""

    a: Revealed
    b: Revealed
    votes: int
    checked: CheckResult | None = None
    rated: bool = True


Points = Mapping[Axis, Mapping[str, float]]


def reveal(battle: Battle, title: Callable[[str], str], before: Points, after: Points, votes: int) -> Reveal:
    """What is shown of a voted battle; votes is 0 where the ratings after the vote could not be read."""
    a, b = (
        Revealed(
            contestant.name,
            title(contestant.name),
            answer or "",
            tuple(RatingChange(axis, before[axis][contestant.name], after[axis][contestant.name]) for axis in Axis),
            contestant.quantization,
        )
        for contestant, answer in ((battle.a, battle.response_a), (battle.b, battle.response_b))
    )
    return Reveal(a, b, votes, stored_check(battle), battle.rated)
