"""`python -m arena sweep`: who seems to rig votes and why, and the decisions to leave voters out, made or undone."""

import argparse
import getpass
import json
from datetime import UTC, datetime

import pandas as pd

from arena.abuse import Sweep, VoterScore, sweep
from arena.data_option import add_data_option, stored
from arena.errors import DecisionError
from arena.records import Decision, Kind, Subject
from arena.store import Store

BY_SWEEP = "sweep"
_SHOWN_SCORE = 0.0  # even odds


def add_sweep(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "sweep",
        help="who seems to rig votes, and why; leave their votes out of the ratings, or count them again",
        description="Prints suspicions and the audit trail. Votes are never deleted: a decision leaves all votes of a"
        " voter out of the ratings, and can be undone.",
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="exclude the voters that the sweep finds to rig")
    what.add_argument("--exclude", metavar="VOTER", help="exclude one voter (the hash, or its beginning)")
    what.add_argument("--include", metavar="VOTER", help="count the votes of an excluded voter again")
    what.add_argument("--undo", metavar="ID", type=int, help="do the opposite of a decision of the audit trail")
    command.add_argument("--reason", default="", metavar="TEXT", help="why; goes into the audit trail")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    add_data_option(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with stored(options.data) as store:
        if store is None:
            if options.exclude or options.include or options.undo is not None:
                raise DecisionError(f"There are no votes in {options.data}, so nothing can be decided about them.")
            print(json.dumps(_record(Sweep((), (), 0), [], [])) if options.json else "0 votes")
            return 0
        made = _decide(store, options, now)
        found = Sweep((), (), store.vote_version()) if made else sweep(store.votes_frame(include_excluded=True))
        made += apply(store, found, now) if options.apply else []
        trail, excluded = store.decisions(), store.excluded(Subject.VOTER.value)
    text = json.dumps(_record(found, made, trail)) if options.json else _as_text(found, made, trail, excluded)
    print(text)
    return 0


def apply(store: Store, found: Sweep, at: datetime) -> list[Decision]:
    """Excludes whom a sweep found, except those whom a person has included since; returns the decisions made."""
    latest = {one.subject_id: one for one in store.decisions() if one.subject is Subject.VOTER}
    made = []
    for one in found.to_exclude:
        last = latest.get(one.voter)
        if last is not None and last.kind is Kind.INCLUDE and last.by != BY_SWEEP:
            continue  # a person has looked at this voter and decided otherwise
        reason = f"sweep: {one.reasons[0].sentence}"
        made.append(store.decide(Kind.EXCLUDE, Subject.VOTER, one.voter, reason, evidence(one), BY_SWEEP, at))
    return [decision for decision in made if decision is not None]


def undo(store: Store, decision_id: int, reason: str, by: str, at: datetime) -> Decision:
    """Writes the opposite of a decision. Raises DecisionError for an unknown one, or one that is not in force."""
    known = {one.id: one for one in store.decisions()}
    if decision_id not in known:
        ids = f"1 to {max(known)}" if known else "none yet"
        raise DecisionError(f"There is no decision {decision_id}; the decisions are {ids}.")
    old = known[decision_id]
    kind = Kind.INCLUDE if old.kind is Kind.EXCLUDE else Kind.EXCLUDE
    why = f"undoes decision {old.id}" + (f": {reason}" if reason else "")
    made = store.decide(kind, old.subject, old.subject_id, why, {"undoes": old.id}, by, at)
    if made is None:
        raise DecisionError(
            f"Decision {old.id} ({old.kind.value} {old.subject.value} {old.subject_id[:16]}) is not in force any more;"
            " there is nothing to undo."
        )
    return made


def evidence(one: VoterScore) -> dict[str, object]:
    """What the audit trail keeps of a voter's score."""
    reasons = [
        {"signal": reason.signal.value, "bans": round(reason.bans, 2), "sentence": reason.sentence, **reason.evidence}
        for reason in one.reasons
    ]
    return {"score": round(one.score, 2), "votes": one.votes, "reasons": reasons}


def _decide(store: Store, options: argparse.Namespace, at: datetime) -> list[Decision]:
    """Makes the one decision that a person asked for, if any. Nothing is swept then: it takes minutes on many votes."""
    by = getpass.getuser()
    if options.undo is not None:
        return [undo(store, options.undo, options.reason, by, at)]
    if not options.include and not options.exclude:
        return []
    kind = Kind.INCLUDE if options.include else Kind.EXCLUDE
    voter = _voter(store.votes_frame(include_excluded=True), options.include or options.exclude)
    reason = options.reason or f"{kind.value}d by hand"
    made = store.decide(kind, Subject.VOTER, voter, reason, "", by, at)
    if made is None:
        raise DecisionError(f"Voter {voter[:16]} is {kind.value}d already; nothing was changed.")
    return [made]


def _voter(frame: pd.DataFrame, beginning: str) -> str:
    found = [voter for voter in frame["voter"].unique() if voter.startswith(beginning)]
    if len(found) != 1:
        raise DecisionError(
            f"{len(found)} voters have a hash that begins with {beginning[:64]!r}; give enough of it to mean one voter."
        )
    return found[0]


def _record(found: Sweep, made: list[Decision], trail: list[Decision]) -> dict[str, object]:
    return {
        "votes": found.votes,
        "voters": len(found.scores),
        "suspected": [
            {"voter": one.voter, "exclude": one.exclude, **evidence(one)}
            for one in found.scores
            if one.score > _SHOWN_SCORE or one.exclude
        ],
        "campaigns": [
            {"model": c.model, "up": c.up, "voters": list(c.voters), "bans": round(c.bans, 1), "sentence": c.sentence}
            for c in found.campaigns
        ],
        "made": [_line(decision) for decision in made],
        "decisions": [_line(decision) for decision in trail],
    }


def _line(decision: Decision) -> dict[str, object]:
    return {
        "id": decision.id, "kind": decision.kind.value, "subject": decision.subject.value,
        "subject_id": decision.subject_id, "reason": decision.reason, "by": decision.by, "at": decision.at.isoformat(),
    }  # fmt: skip


def _as_text(found: Sweep, made: list[Decision], trail: list[Decision], excluded: set[str]) -> str:
    suspected = [one for one in found.scores if one.score > _SHOWN_SCORE]
    lines = (
        []
        if made and not found.scores
        else [
            f"{found.votes} votes by {len(found.scores)} voters; {len(found.to_exclude)} seem to rig,"
            f" {len(suspected) - len(found.to_exclude)} more are suspected"
        ]
    )
    for campaign in found.campaigns:
        lines.append(f"campaign: {campaign.sentence}")
    for one in suspected:
        state = "excluded" if one.voter in excluded else "to exclude" if one.exclude else "suspected"
        lines.append(f"{one.voter[:16]}  {one.votes:>5} votes  odds 10^{one.score:.1f}  {state}")
        lines += [f"    {reason.signal.value}: {reason.sentence}" for reason in one.reasons]
    lines += [f"{len(made)} decision{'' if len(made) == 1 else 's'} made"] if made else []
    lines.append("audit trail" if trail else "no decisions yet")
    lines += [
        f"{decision.id:>5}  {decision.at:%Y-%m-%d %H:%M}  {decision.kind.value} {decision.subject.value}"
        f" {decision.subject_id[:16]}  by {decision.by}: {decision.reason}"
        for decision in trail
    ]
    if not made and any(one.voter not in excluded for one in found.to_exclude):
        lines.append("nothing was changed; --apply excludes those marked 'to exclude', --undo ID takes one back")
    return "\n".join(lines)
