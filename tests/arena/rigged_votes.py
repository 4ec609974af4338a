"""Votes of honest people and of riggers, drawn from a seed: vote frames as `Store.votes_frame` gives them.

Honest people differ: in how often they vote, in taste, in care, in speed, in a liking for one side; some share an
address. Riggers come in six styles (see RIGGERS). 8 models, the first the strongest.
"""

import numpy as np
import pandas as pd

from arena.records import FRAME_COLUMNS

MODELS = tuple(f"model-{letter}" for letter in "abcdefgh")
STRENGTH = np.linspace(1.2, -1.2, len(MODELS))  # log strength: about 420 Elo points from first to last
TARGET = MODELS[5]
START = pd.Timestamp("2026-03-01", tz="UTC")
DAYS = 14
RIGGERS = ("one loud voter", "five behind one address", "fifty of five addresses", "a hundred strangers in two hours",
           "a bot for one side", "a contrarian")  # fmt: skip


def honest_votes(rng, count=5000):
    """`count` votes of some 260 people, most with few votes; every tenth person shares an address with others."""
    people = []
    while sum(size for size, _ in people) < count:
        people.append((int(rng.geometric(1 / 20)) if rng.random() < 0.8 else 1, len(people)))
    rows = []
    for size, person in people:
        taste = rng.normal(0, 0.4, len(MODELS))
        side, care, pace = rng.normal(0, 0.25), rng.beta(8, 1.5), rng.lognormal(2.3, 0.4)
        address = f"house-{person % 4}" if person % 10 == 0 else f"home-{person}"
        first = START + pd.Timedelta(days=rng.random() * DAYS)
        gaps = np.cumsum(rng.exponential(90, size))
        for gap in gaps:
            a, b = rng.choice(len(MODELS), 2, replace=False)
            skill = STRENGTH + taste
            judged = [judge(rng, (skill[a] - skill[b] + side), care) for _ in range(2)]
            judged[1] = judged[0] if rng.random() < 0.5 else judged[1]  # the axes go together
            rows.append((f"person-{person}", address, first + pd.Timedelta(seconds=gap), a, b, *judged,
                         2 + rng.lognormal(np.log(pace), 0.5)))  # fmt: skip
    return frame_of(rows[:count], rng)


def judge(rng, difference, care):
    """One honest judgment: a careless one is random; three of ten are ties or "can't tell"."""
    if rng.random() > care:
        return str(rng.choice(["a", "b", "both_good", "both_bad", "cant_tell"]))
    if rng.random() < 0.3:
        return str(rng.choice(["both_good", "both_bad", "cant_tell"]))
    return "a" if rng.random() < 1 / (1 + np.exp(-difference)) else "b"


def rigged_votes(rng, styles=RIGGERS, target=TARGET, up=True):
    """500 votes with all styles: 100 each of the first four, 50 each of the other two."""
    goal, rows = MODELS.index(target), []

    def add(voter, address, at, picks, honestly=False):
        a, b = rng.choice(len(MODELS), 2, replace=False)
        if picks and goal not in (a, b):
            a, b = (goal, b) if rng.random() < 0.5 else (a, goal)
        wins = "a" if (a == goal) == up else "b"
        judged = (wins, wins) if goal in (a, b) else tuple(judge(rng, STRENGTH[a] - STRENGTH[b], 0.7) for _ in range(2))
        rows.append((voter, address, at, a, b, *judged, 2 + rng.lognormal(2.0, 0.5)))

    def moment(hours=24 * DAYS):
        return START + pd.Timedelta(hours=hours * rng.random())

    begin = moment(24 * 10)
    for index in range(100):
        minute = pd.Timedelta(minutes=1)
        if "one loud voter" in styles:
            add("loud", "loud-address", begin + index * minute, picks=True)
        if "five behind one address" in styles:
            add(f"five-{index % 5}", "five-address", begin + index * 3 * minute, picks=False)
        if "fifty of five addresses" in styles:
            add(f"fifty-{index % 50}", f"fifty-address-{index % 5}", moment(), picks=True)
        if "a hundred strangers in two hours" in styles:
            add(f"stranger-{index}", f"stranger-address-{index}", begin + rng.random() * 120 * minute, picks=True)
        if "a bot for one side" in styles and index < 50:
            a, b = rng.choice(len(MODELS), 2, replace=False)
            rows.append(("bot", "bot-address", begin + index * minute / 10, a, b, "a", "a", 2.1))
        if "a contrarian" in styles and index < 50:
            a, b = rng.choice(len(MODELS), 2, replace=False)
            worse = "b" if STRENGTH[a] > STRENGTH[b] else "a"
            rows.append(("contrarian", "contrarian-address", begin + index * minute, a, b, worse, worse, 9.0))
    return frame_of(rows, rng)


def frame_of(rows, rng):
    """A vote frame of (voter, address, at, a, b, hallucination, instruction, seconds), in the order of voting."""
    names = ["voter", "address", "voted_at", "a", "b", "hallucination", "instruction", "seconds"]
    frame = pd.DataFrame(rows, columns=names)
    frame["model_a"] = [MODELS[a] for a in frame.pop("a")]
    frame["model_b"] = [MODELS[b] for b in frame.pop("b")]
    count = len(frame)
    constants = {
        "quantization_a": "none", "quantization_b": "none", "rated": True, "excluded": False, "blind": True,
        "category": "free", "language": "en", "source": "offered", "challenge": "", "checker": "", "turns": 1,
        "side_propensity": 0.5, "pair_propensity": 1 / 28, "spans_a": 0, "spans_b": 0,
        "instruction_text": "Describe the picture.", "response_a": "one", "response_b": "two", "comment": "",
    }  # fmt: skip
    frame = frame.assign(**constants)
    frame["characters_a"], frame["characters_b"] = (rng.integers(100, 900, count) for _ in range(2))
    frame["picture_sha256"] = [f"{number:064x}" for number in rng.integers(0, 2**60, count)]
    return in_order([frame])


def in_order(frames):
    """One frame of several, numbered in the order of voting."""
    frame = pd.concat(frames, ignore_index=True).sort_values("voted_at", kind="stable", ignore_index=True)
    frame["vote"] = np.arange(1, len(frame) + 1)
    frame["battle_id"] = [f"battle-{vote}" for vote in frame["vote"]]
    return frame[list(FRAME_COLUMNS)]
