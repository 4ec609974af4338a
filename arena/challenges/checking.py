"""Checking a battle: what the checkers of its challenge say of both answers."""

from __future__ import annotations

from collections.abc import Mapping

from arena.challenges import replies, slots
from arena.challenges.checkers import CHECKERS, Checker
from arena.challenges.facts import SceneFacts
from arena.challenges.pool import Challenge, Check, find
from arena.challenges.reply import Reply
from arena.challenges.verdicts import AxisResult, CheckResult, Finding, Verdict
from arena.votes import Axis

_ANSWERED_BY_YES_OR_NO = {Checker.YES_NO_FIRST, Checker.REFUSES, Checker.ONLY}
LONGEST = 8_000  # characters; a longer answer is left to people, so that no text can keep a checker busy


def check(
    challenge_id: str,
    instruction: str,
    facts: SceneFacts | None,
    answer_a: str,
    answer_b: str,
    parameters: Mapping[str, slots.Value] | None = None,
) -> CheckResult | None:
    """What a program says of two answers to a challenge, axis by axis.

    instruction: what the models were really told. parameters: those of the Instance; read back from the instruction
    if not given. None where nothing can be checked: the challenge has no checks, the instruction is not the
    challenge's (any more), or it is not about this picture. Raises ChallengeError for an unknown challenge.
    """
    challenge = find(challenge_id)
    values = _values(challenge, instruction, parameters)
    known = facts or SceneFacts()
    if not challenge.checks or values is None or not known.fits(challenge.picture) or not slots.holds(values, known):
        return None
    axes = []
    for axis in Axis:
        checks = [one for one in challenge.checks if one.axis is axis]
        if checks:
            a, b = (judge(checks, values, Reply(answer, challenge.language, known)) for answer in (answer_a, answer_b))
            axes.append(AxisResult(axis, a, b))
    return CheckResult(challenge.id, challenge.language, challenge.known_answer, tuple(axes))


def judge(checks: list[Check], values: Mapping[str, slots.Value], reply: Reply) -> Finding:
    """The verdict on one answer: the first failure, else the first doubt, else what the first check says.

    A bare "Yes" may have one sentence and no forbidden word: it still does not do what was asked, unless that is it.
    """
    if not reply.text.strip():
        return reply.undecided("There is no answer.", "没有回答。")
    if len(reply.text) > LONGEST:
        return reply.undecided("The answer is too long for the checker.", "回答太长，程序不作判断。")
    on_form = checks[0].axis is Axis.INSTRUCTION and not _ANSWERED_BY_YES_OR_NO & {one.checker for one in checks}
    if on_form and replies.only_yes_or_no(reply.text):
        return reply.fails("It only says yes or no.", "只回答了是或否。")
    findings = [
        CHECKERS[one.checker].run(reply, **{name: _filled(value, values) for name, value in one.parameters.items()})
        for one in checks
    ]
    for verdict in (Verdict.FAIL, Verdict.UNDECIDED):
        for finding in findings:
            if finding.verdict is verdict:
                return finding
    return findings[0]


def _values(
    challenge: Challenge, instruction: str, parameters: Mapping[str, slots.Value] | None
) -> Mapping[str, slots.Value] | None:
    written = slots.read_back(challenge.text, challenge.language, challenge.slots, instruction)
    return written if not parameters or written == dict(parameters) else None


def _filled(value: object, values: Mapping[str, slots.Value]) -> object:
    """A parameter with its gaps filled; a parameter that is one gap keeps the type of its value."""
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if not isinstance(value, str) or "{" not in value:
        return value
    if value[1:-1] in values:
        return values[value[1:-1]]
    return value.format(**values)
