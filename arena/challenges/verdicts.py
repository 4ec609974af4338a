"""What a program says of the two answers of a battle, axis by axis, and whether a vote says the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from arena.challenges.errors import ChallengeError
from arena.votes import Axis, Judgment


class Verdict(StrEnum):
    """What a checker says of one answer; UNDECIDED is not a fault, it is left to people."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"


class Comparison(StrEnum):
    """What follows for a battle on one axis; the first four have the values of `Judgment`."""

    A = "a"
    B = "b"
    BOTH_GOOD = "both_good"
    BOTH_BAD = "both_bad"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """The verdict on one answer, with one sentence of why in the language of the challenge.

    The sentence may quote the answer: escape it before it is shown.
    """

    verdict: Verdict
    why: str


def compare(a: Verdict, b: Verdict) -> Comparison:
    """The comparison of two verdicts; as soon as one is undecided, so is the comparison."""
    if Verdict.UNDECIDED in (a, b):
        return Comparison.UNDECIDED
    if a is b:
        return Comparison.BOTH_GOOD if a is Verdict.PASS else Comparison.BOTH_BAD
    return Comparison.A if a is Verdict.PASS else Comparison.B


@dataclass(frozen=True)
class AxisResult:
    """What the program says on one axis."""

    axis: Axis
    a: Finding
    b: Finding

    @property
    def comparison(self) -> Comparison:
        return compare(self.a.verdict, self.b.verdict)

    def expected(self, judgment: Judgment) -> bool | None:
        """Whether a vote says what the program says; None where the two cannot be held against each other.

        The program knows one thing about an answer, a person may have seen another: where it finds no difference, a
        vote for one side is not wrong. Where it finds one side at fault and the other not, only that vote is right.
        """
        comparison = self.comparison
        if comparison is Comparison.UNDECIDED or judgment is Judgment.CANT_TELL:
            return None
        if comparison.value == judgment.value:
            return True
        ties = (Comparison.BOTH_GOOD, Comparison.BOTH_BAD)
        return None if comparison in ties and judgment in (Judgment.A, Judgment.B) else False


@dataclass(frozen=True)
class CheckResult:
    """What the program says of one battle: at most one result for each axis, in the order of `Axis`.

    known_answer: the checks of this challenge are sure enough to hold votes against them.
    """

    challenge: str
    language: str
    known_answer: bool
    axes: tuple[AxisResult, ...]

    def on(self, axis: Axis) -> AxisResult | None:
        """The result on one axis; None where no check speaks for it."""
        return next((result for result in self.axes if result.axis is axis), None)

    def expected(self, axis: Axis, judgment: Judgment) -> bool | None:
        """Whether a vote on this axis agrees with the program (see `AxisResult.expected`); None: nothing to compare."""
        result = self.on(axis)
        return None if result is None else result.expected(judgment)

    def to_json(self) -> str:
        """One line of JSON for `Battle.checker`; keys: challenge, language, known_answer, axes -> axis -> comparison,
        a, b -> verdict, why."""
        axes = {
            result.axis.value: {
                "comparison": result.comparison.value,
                **{
                    side: {"verdict": finding.verdict.value, "why": finding.why}
                    for side, finding in (("a", result.a), ("b", result.b))
                },
            }
            for result in self.axes
        }
        record = {
            "challenge": self.challenge, "language": self.language, "known_answer": self.known_answer, "axes": axes,
        }  # fmt: skip
        return json.dumps(record, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> CheckResult:
        """What `to_json` wrote; raises ChallengeError for anything else. The comparison follows from the verdicts."""
        try:
            record = json.loads(text)
            axes = tuple(
                AxisResult(Axis(axis), _read(sides["a"]), _read(sides["b"])) for axis, sides in record["axes"].items()
            )
            return cls(str(record["challenge"]), str(record["language"]), bool(record["known_answer"]), axes)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ChallengeError(
                f"A stored check cannot be read ({error}): {text[:60]!r}; pass what CheckResult.to_json() gave."
            ) from error


def _read(side: dict) -> Finding:
    return Finding(Verdict(side["verdict"]), str(side["why"]))
