"""Votes that push one model up or down: by one voter, or by many new ones together.

A vote pushes a model up when it prefers that model's answer on at least one axis and the other answer on none. Two
kinds of rigging are looked for: a voter who judges only battles of the target (and lets all others go), and one who
judges everything but always finds for the target. What honest voters would have done in the same battles is read off
the other voters' votes on the same pairs, in rounds: each round trusts those less who were suspected in the last one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.evidence import EXCLUDE_ABOVE, PRIOR_BANS, Signal, Suspicion, honest, mean_of, rigged
from arena.votes import Judgment

PICKS, PUSHES = 0.9, 0.95  # how often a rigging voter's votes are on the target, and push it
TASTE, EXPOSURE = 8.0, 40.0  # concentrations: tastes differ a lot, what is drawn for a voter little
ROUNDS = 4
NEARBY = 250  # votes before and after that tell how often a model was drawn at that time
NEW_VOTER = 10  # votes at most
WINDOWS = ("1h", "6h", "24h", "168h")
SHARES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.95)  # of a group's voters who may take part in a campaign
CAMPAIGN_BANS = 4.0
_SMOOTHING, _USUAL = 6.0, 0.35  # virtual votes on a pair, and the usual share of pushes among votes


@dataclass(frozen=True)
class Campaign:
    """A group of voters who push one model: who they are, how they were found, and how sure it is (bans)."""

    model: str
    up: bool
    group: str
    voters: tuple[str, ...]
    bans: float
    sentence: str


def pushes(frame: pd.DataFrame) -> np.ndarray:
    """For each vote 1 if it pushes model_a (and so pushes model_b down), -1 if model_b, else 0."""
    on = [
        (frame[axis] == Judgment.A.value).astype(int) - (frame[axis] == Judgment.B.value).astype(int)
        for axis in ("hallucination", "instruction")
    ]
    return np.sign((on[0] + on[1]).to_numpy())


def targeted(frame: pd.DataFrame, trusted: pd.Series) -> tuple[list[Suspicion], list[Campaign]]:
    """Suspicions of TARGETED and CAMPAIGN voters, and the campaigns.

    frame is a vote frame in the order of voting; trusted (voter -> 0 to 1) says whose votes tell what is usual.
    """
    if frame.empty:
        return [], []
    trust = trusted.reindex(frame["voter"].unique()).fillna(1.0)
    groups = list(_groups(frame))
    for _ in range(ROUNDS):
        single, campaigns, odds = _read(_tests(frame, trust), groups)
        suspected = 1 / (1 + 10.0 ** -np.clip(odds, -30, 30))
        trust = (1 - suspected.reindex(trust.index).fillna(0.0)) * trusted.reindex(trust.index).fillna(1.0)
    return single, campaigns


def _tests(frame: pd.DataFrame, trust: pd.Series) -> pd.DataFrame:
    """One row per voter, model and direction: n votes on it of `total`, k of them pushes, bans of both explanations."""
    incidences = _incidences(frame, frame["voter"].map(trust).to_numpy())
    grouped = incidences.groupby(["voter", "model"], sort=False)
    sums = grouped.agg(
        n=("up", "size"), k_up=("up", "sum"), k_down=("down", "sum"), p_up=("p_up", "mean"), p_down=("p_down", "mean"),
        drawn=("drawn", "mean"),
    ).reset_index()  # fmt: skip
    sums["total"] = sums["voter"].map(frame["voter"].value_counts())
    n, total = sums["n"].to_numpy(float), sums["total"].to_numpy(float)
    picked = rigged(n, total, PICKS) - honest(n, total, sums["drawn"].to_numpy(), EXPOSURE)
    rows = []
    for up, k, p in ((True, sums["k_up"], sums["p_up"]), (False, sums["k_down"], sums["p_down"])):
        pushed = rigged(k.to_numpy(float), n, PUSHES) - honest(k.to_numpy(float), n, p.to_numpy(), TASTE)
        kept = sums[["voter", "model", "n", "total", "drawn"]]
        rows.append(kept.assign(up=up, k=k, usual=p, picks=picked + pushed, takes=pushed))
    return pd.concat(rows, ignore_index=True)


def _incidences(frame: pd.DataFrame, trust: np.ndarray) -> pd.DataFrame:
    """Each vote twice, once for each of its models, with what others do on that pair and how often it was drawn."""
    names, coded = np.unique(frame[["model_a", "model_b"]].to_numpy(str), return_inverse=True)
    a, b = coded.reshape(-1, 2).T
    push = pushes(frame)
    voters, voter = np.unique(frame["voter"].to_numpy(str), return_inverse=True)
    models, count = len(names), len(frame)
    first, second, up = np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([push, -push])
    weight, who = np.tile(trust, 2), np.tile(voter, 2)
    pair = first * models + second
    own, own_of = np.unique(who.astype(np.int64) * models * models + pair, return_inverse=True)

    def of_others(event: np.ndarray) -> np.ndarray:
        """Summed trust of the other voters' votes with `event`, on the pair of each incidence."""
        everybody = np.bincount(pair, weight * event, models * models)[pair]
        return everybody - np.bincount(own_of, weight * event, len(own))[own_of]

    votes = of_others(np.ones(2 * count))
    shares = [(of_others(event) + _SMOOTHING * _USUAL) / (votes + _SMOOTHING) for event in (up > 0, up < 0)]
    drawn = _drawn(a, b, trust, models)[first, np.tile(np.arange(count), 2)]
    columns = {"up": up > 0, "down": up < 0, "p_up": shares[0], "p_down": shares[1], "drawn": drawn}
    return pd.DataFrame({"voter": voters[who], "model": names[first], **columns})


def _drawn(a: np.ndarray, b: np.ndarray, trust: np.ndarray, models: int) -> np.ndarray:
    """Share of the trusted votes that are on a model, shape (models, votes): overall or nearby, whichever is larger.

    New models are drawn more often for a while, and that must not look like somebody's choice.
    """
    edges = np.arange(len(a))
    low, high = np.maximum(edges - NEARBY, 0), np.minimum(edges + NEARBY + 1, len(a))
    weights = np.concatenate([[0.0], np.cumsum(trust)])
    around = weights[high] - weights[low]
    drawn = np.empty((models, len(a)))
    for model in range(models):
        summed = np.concatenate([[0.0], np.cumsum(trust * ((a == model) | (b == model)))])
        overall = (summed[-1] + 1) / (weights[-1] + models)
        nearby = (summed[high] - summed[low] + overall * 20) / (around + 20)
        drawn[model] = np.maximum(nearby, overall)
    return drawn


def _read(
    table: pd.DataFrame, groups: list[tuple[str, list[str]]]
) -> tuple[list[Suspicion], list[Campaign], pd.Series]:
    """Suspicions and campaigns of one round of tests, and for each voter the log10 odds that they rig."""
    tests = _Tests.of(table)
    bans = mean_of(table["picks"].to_numpy(), table["takes"].to_numpy()) - np.log10(len(tests.goals))
    best = table.assign(bans=bans).sort_values("bans").groupby("voter", sort=False).tail(1)
    odds = (best.set_index("voter")["bans"] + PRIOR_BANS).reindex(tests.voters)
    single = [_suspicion(row) for row in best[best["bans"] > 1].itertuples()]
    campaigns: list[Campaign] = []
    penalty = float(np.log10(len(tests.goals) * max(len(groups), 1)))
    for name, members in groups:
        for campaign, of_members in tests.campaigns(name, tests.voters.get_indexer(members), penalty):
            campaigns.append(campaign)
            for voter in campaign.voters:
                if odds[voter] < min(EXCLUDE_ABOVE, of_members[voter]):  # else its own votes say enough
                    odds[voter] = of_members[voter]
                    evidence = {"model": campaign.model, "up": campaign.up, "group": name, "voters": len(members)}
                    weight = of_members[voter] - PRIOR_BANS
                    single.append(Suspicion(voter, Signal.CAMPAIGN, weight, campaign.sentence, evidence))
    return single, campaigns, odds


@dataclass(frozen=True)
class _Tests:
    """The same tests as arrays: bans has the shape (explanations, voters, goals), a goal being a model and a way.

    A voter without a vote on a model cannot have pushed it: -inf. terms[s] holds log10 of what each voter adds to the
    likelihood ratio of a group of which the share SHARES[s] takes part.
    """

    voters: pd.Index
    goals: tuple[tuple[str, bool], ...]
    bans: np.ndarray
    terms: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame) -> "_Tests":
        voter, voters = pd.factorize(table["voter"])
        model, models = pd.factorize(table["model"])
        bans = np.full((2, len(voters), 2 * len(models)), -np.inf)
        goal = 2 * model + table["up"].to_numpy(int)
        bans[0, voter, goal], bans[1, voter, goal] = table["picks"], table["takes"]
        ratios = 10.0 ** np.clip(bans, None, 30)
        terms = np.stack([np.log10(1 - share + share * ratios) for share in SHARES])
        return cls(pd.Index(voters), tuple((name, up) for name in models for up in (False, True)), bans, terms)

    def campaigns(self, group: str, members: np.ndarray, penalty: float) -> Iterator[tuple[Campaign, dict[str, float]]]:
        """The campaigns of a group (indices of its voters), each with the log10 odds of those who take part."""
        sums = self.terms[:, :, members].sum(axis=2)  # (shares, explanations, goals)
        weights = mean_of(*sums.reshape(-1, len(self.goals))) - penalty
        for goal in np.flatnonzero(weights >= CAMPAIGN_BANS):
            share, explanation = np.unravel_index(sums[..., goal].argmax(), sums.shape[:2])
            odds = np.log10(SHARES[share] / (1 - SHARES[share])) + self.bans[explanation, members, goal]
            part = {self.voters[member]: float(one) for member, one in zip(members, odds, strict=True)}
            taking_part = tuple(voter for voter, one in part.items() if one >= EXCLUDE_ABOVE)
            if len(taking_part) >= 2:
                model, up = self.goals[goal]
                way = "push" if up else "put down"
                sentence = f"{len(taking_part)} of {len(members)} voters ({group}) together {way} {model}"
                yield Campaign(str(model), up, group, taking_part, float(weights[goal]), sentence), part


def _suspicion(row: object) -> Suspicion:
    way = "preferred" if row.up else "put down"
    sentence = (
        f"{row.n} of {row.total} votes are on {row.model} (usual {row.drawn:.0%}),"
        f" and {row.k} of these {way} it (usual {row.usual:.0%})"
    )
    evidence = {"model": row.model, "up": bool(row.up), "votes": int(row.total), "on_model": int(row.n)}
    evidence |= {"pushes": int(row.k), "usual_on_model": round(row.drawn, 4), "usual_pushes": round(row.usual, 4)}
    return Suspicion(row.voter, Signal.TARGETED, float(row.bans), sentence, evidence)


def _groups(frame: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """Voters who may belong together: of one address, of one own picture, or new within the same hours; and all."""
    for column, title, rows in (
        ("address", "address", frame[frame["address"] != ""]),
        ("picture_sha256", "own picture", frame[frame["source"] == "own"]),
    ):
        pairs = rows[[column, "voter"]].drop_duplicates()
        for value, members in pairs.groupby(column, sort=False)["voter"]:
            if len(members) >= 2:
                yield f"{title} {value[:16]}", members.tolist()
    voters = frame.groupby("voter", sort=False)["voted_at"].agg(["min", "size"])
    yield "all voters", list(voters.index)
    new = voters[voters["size"] <= NEW_VOTER]["min"]
    for window in WINDOWS:
        half = pd.Timedelta(window) / 2
        for shift, name in ((pd.Timedelta(0), ""), (half, " (shifted)")):
            for start, members in new.groupby((new + shift).dt.floor(window)):
                if len(members) >= 3:
                    yield f"new voters in {window} from {start - shift:%Y-%m-%d %H:%M}{name}", list(members.index)
