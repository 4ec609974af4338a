"""Which voters rig: suspicions with their evidence, a score per voter, and who is to be left out of the ratings.

Pure functions over a vote frame (`Store.votes_frame`). Nothing here deletes or hides anything: a sweep proposes, and a
decision with its reason is written to the audit trail, where it can be undone. Only votes that count in ratings are
looked at (`rated`): whoever chose the models knows their names.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.challenges.verdicts import CheckResult
from arena.evidence import Signal, Suspicion, VoterScore, honest, rigged, score
from arena.targeting import Campaign, pushes, targeted
from arena.votes import Axis, Judgment

FEWEST_VOTES = 5  # of one voter, for what only shows in a row of votes
SHOWN_FROM_BANS = 1.0
READING_SECONDS, CHARACTERS_PER_SECOND, LONGEST_READING = 2.0, 400.0, 6.0
BURST_WINDOW, BURST_VOTES = pd.Timedelta("10min"), 40  # two answers must be written and read before each vote
SAME_TASK = 4  # battles of one voter with one picture and one instruction
_SIDES = 30.0  # concentration: sides are drawn by a coin, so honest voters are nearly alike
_SPEED, _SKILL = 4.0, 20.0
_ONE_SIDED, _CONTRARY, _HASTY = 0.97, 0.15, 0.95
_COMPARED = ["vote", "voter", "axis", "agrees"]
_KNOWN_PAIR = 10  # votes of others on a pair before it says what they prefer


@dataclass(frozen=True)
class Sweep:
    """Every voter with their score, the most suspected first, and the campaigns that were found."""

    scores: tuple[VoterScore, ...]
    campaigns: tuple[Campaign, ...]
    votes: int

    @property
    def to_exclude(self) -> tuple[VoterScore, ...]:
        return tuple(one for one in self.scores if one.exclude)


def sweep(frame: pd.DataFrame) -> Sweep:
    """Looks at all votes together. frame: a vote frame with the excluded votes in it, in the order of voting.

    Voters who are excluded now are judged like all others, but what is usual is not read off their votes.
    """
    frame = frame[frame["rated"].astype(bool)].reset_index(drop=True)
    trusted = 1 - frame.groupby("voter")["excluded"].mean().astype(float)
    found, campaigns = targeted(frame, trusted)
    for detect in (one_side, contrary, too_fast, bursts, repeated):
        found += detect(frame)
    by_voter: dict[str, dict[Signal, Suspicion]] = {}
    for suspicion in found:
        if suspicion.bans >= SHOWN_FROM_BANS:
            kept = by_voter.setdefault(suspicion.voter, {})
            if suspicion.signal not in kept or suspicion.bans > kept[suspicion.signal].bans:
                kept[suspicion.signal] = suspicion
    votes = frame["voter"].value_counts()
    scores = [score(voter, int(n), list(by_voter.get(voter, {}).values())) for voter, n in votes.items()]
    return Sweep(tuple(sorted(scores, key=lambda s: (-s.score, s.voter))), _distinct(campaigns), len(frame))


def one_side(frame: pd.DataFrame) -> list[Suspicion]:
    """Voters who nearly always prefer the answer of one side, which a coin put there."""
    pushed = pushes(frame)
    sides = frame.loc[pushed != 0, ["voter"]].assign(for_a=pushed[pushed != 0] > 0)
    if sides.empty:
        return []
    usual = (sides["for_a"].sum() + 1) / (len(sides) + 2)
    found = []
    for voter, n, k in _counts(sides, "for_a"):
        for side, count, mean in (("A", k, usual), ("B", n - k, 1 - usual)):
            bans = float(rigged(count, n, _ONE_SIDED) - honest(count, n, mean, _SIDES) - np.log10(2))
            sentence = f"prefers side {side} in {count} of {n} judgments (usual {mean:.0%})"
            found.append(Suspicion(voter, Signal.ONE_SIDE, bans, sentence, {"side": side, "count": count, "of": n}))
    return found


def contrary(frame: pd.DataFrame) -> list[Suspicion]:
    """Voters who say the opposite: of what a program knows, and of what nearly all others say of the same pairs."""
    found = []
    for title, compared in (("a program that knows", known_answers(frame)), ("other voters", agreements(frame))):
        if compared.empty:
            continue
        compared = compared.drop_duplicates("vote")  # the two judgments of one vote are no independent evidence
        usual = float(np.clip(compared["agrees"].mean(), 0.5, 0.95))
        against = max(_CONTRARY, 1 - usual)
        for voter, n, k in _counts(compared, "agrees"):
            bans = float(rigged(k, n, against) - honest(k, n, usual, _SKILL))
            sentence = f"agrees with {title} in {k} of {n} judgments (usual {usual:.0%})"
            found.append(Suspicion(voter, Signal.CONTRARY, bans, sentence, {"with": title, "count": k, "of": n}))
    return found


def too_fast(frame: pd.DataFrame) -> list[Suspicion]:
    """Voters who nearly always judge sooner than two answers can be looked over."""
    characters = frame["characters_a"].fillna(0) + frame["characters_b"].fillna(0)
    needed = np.minimum(READING_SECONDS + characters / CHARACTERS_PER_SECOND, LONGEST_READING)
    fast = frame.assign(fast=frame["seconds"] < needed)
    usual = float(np.clip(fast["fast"].mean(), 0.05, 0.5)) if len(fast) else 0.05
    return [
        Suspicion(
            voter, Signal.TOO_FAST, float(rigged(k, n, _HASTY) - honest(k, n, usual, _SPEED)),
            f"{k} of {n} votes came sooner than two answers can be read", {"count": k, "of": n},
        )
        for voter, n, k in _counts(fast, "fast")
    ]  # fmt: skip


def bursts(frame: pd.DataFrame) -> list[Suspicion]:
    """Voters with more votes within ten minutes than battles take."""
    found = []
    for voter, times in frame.groupby("voter", sort=False)["voted_at"]:
        at = np.sort(times.to_numpy("datetime64[us]"))
        within = int((np.searchsorted(at, at + BURST_WINDOW.to_timedelta64(), "right") - np.arange(len(at))).max())
        if within > BURST_VOTES:
            bans = (within - BURST_VOTES) / 20 + SHOWN_FROM_BANS
            found.append(Suspicion(voter, Signal.BURST, bans, f"{within} votes within 10 minutes", {"count": within}))
    return found


def repeated(frame: pd.DataFrame) -> list[Suspicion]:
    """Voters who bring the same picture and instruction again and again, as to know a model by its answer."""
    own = frame[frame["source"] == "own"]
    keys = ["voter", "picture_sha256", "instruction_text"]
    counts = own.groupby(keys, sort=False).size()
    return [
        Suspicion(
            voter, Signal.REPEATED, (count - SAME_TASK) / 4 + SHOWN_FROM_BANS,
            f"{count} votes on one own picture with one instruction", {"count": int(count), "picture": picture},
        )
        for (voter, picture, _), count in counts[counts > SAME_TASK].items()
    ]  # fmt: skip


def known_answers(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per judgment that a known answer speaks on: vote, voter, axis, agrees (bool). Raises ChallengeError."""
    rows = []
    columns = ["vote", "voter", "checker", *(axis.value for axis in Axis)]
    for vote in frame.loc[frame["checker"] != "", columns].to_dict("records"):
        check = CheckResult.from_json(vote["checker"])
        for axis in Axis if check.known_answer else ():
            agrees = check.expected(axis, Judgment(vote[axis.value]))
            if agrees is not None:
                rows.append((vote["vote"], vote["voter"], axis.value, agrees))
    return pd.DataFrame(rows, columns=_COMPARED).astype({"agrees": bool})


def agreements(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per decisive judgment on a pair that other voters prefer one model of: vote, voter, axis, agrees (bool).

    What others prefer is the majority of their decisive judgments on that pair and axis, the voter's own left out.
    """
    parts = []
    for axis in Axis:
        votes = frame[frame[axis.value].isin([Judgment.A.value, Judgment.B.value])]
        swapped = (votes["model_a"] > votes["model_b"]).to_numpy()
        pair = np.where(swapped, votes["model_b"] + "\n" + votes["model_a"], votes["model_a"] + "\n" + votes["model_b"])
        first = (votes[axis.value] == Judgment.A.value).to_numpy() != swapped
        counted = pd.DataFrame({"voter": votes["voter"].to_numpy(), "pair": pair, "first": first})
        counts = counted["first"] * ~votes["excluded"].to_numpy(bool)
        kept = pd.Series(~votes["excluded"].to_numpy(bool), dtype=float)
        wins = _others(counts.astype(float), counted)
        games = _others(kept, counted)
        share = np.divide(wins, games, out=np.full(len(wins), 0.5), where=games > 0)
        clear = (games >= _KNOWN_PAIR) & (np.abs(share - 0.5) > 0.05)
        agrees = (share > 0.5) == first
        compared = {"vote": votes["vote"].to_numpy(), "voter": counted["voter"], "axis": axis.value, "agrees": agrees}
        parts.append(pd.DataFrame(compared)[clear])
    return pd.concat(parts, ignore_index=True)


def _others(values: pd.Series, counted: pd.DataFrame) -> np.ndarray:
    """Sum of `values` over the pair of each row, without those of the row's own voter."""
    of_pair = values.groupby(counted["pair"], sort=False).transform("sum")
    own = values.groupby([counted["pair"], counted["voter"]], sort=False).transform("sum")
    return (of_pair - own).to_numpy()


def _counts(rows: pd.DataFrame, column: str) -> Iterable[tuple[str, int, int]]:
    """voter, number of rows, number of true ones; for voters with FEWEST_VOTES rows at least."""
    counts = rows.groupby("voter", sort=False)[column].agg(["size", "sum"])
    counts = counts[counts["size"] >= FEWEST_VOTES]
    return zip(counts.index, counts["size"].tolist(), counts["sum"].astype(int).tolist(), strict=True)


def _distinct(campaigns: list[Campaign]) -> tuple[Campaign, ...]:
    """The strongest first, without those whose voters stronger ones on the same model already have."""
    kept: list[Campaign] = []
    seen: dict[tuple[str, bool], set[str]] = {}
    for campaign in sorted(campaigns, key=lambda c: -c.bans):
        known = seen.setdefault((campaign.model, campaign.up), set())
        if set(campaign.voters) - known:
            kept.append(campaign)
            known |= set(campaign.voters)
    return tuple(kept)
