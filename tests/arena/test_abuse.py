"""500 rigged votes in 5000 honest ones: what they do to the ratings with the defence off, and with it on."""

import numpy as np
import pandas as pd
import pytest
from rigged_votes import (
    DAYS,
    MODELS,
    RIGGERS,
    START,
    STRENGTH,
    TARGET,
    frame_of,
    honest_votes,
    in_order,
    judge,
    rigged_votes,
)

from arena import ratings
from arena.abuse import Signal, bursts, contrary, one_side, repeated, sweep, too_fast
from arena.challenges.verdicts import AxisResult, CheckResult, Finding, Verdict
from arena.evidence import EXCLUDE_ABOVE, PRIOR_BANS, Suspicion, honest, mean_of, rigged, score
from arena.targeting import pushes
from arena.votes import Axis, Judgment, Tally


def rate(frame, axis=Axis.HALLUCINATION):
    counted = frame.groupby(["model_a", "model_b", axis.value]).size()
    tallies = [Tally(a, b, Judgment(judged), int(n)) for (a, b, judged), n in counted.items()]
    return ratings.point_ratings(ratings.count(tallies, MODELS))


def drift(rated, truth):
    return max(abs(rated[model] - truth[model]) for model in MODELS)


def rank(rated, model):
    return sorted(rated, key=lambda name: -rated[name]).index(model) + 1


@pytest.fixture(scope="module", params=[0, 6])
def attacked(request):
    """Honest votes, the same with 500 rigged ones in all styles, and what the sweep says of them."""
    rng = np.random.default_rng(request.param)
    fair = honest_votes(rng)
    frame = in_order([fair, rigged_votes(rng)])
    assert (len(fair), len(frame)) == (5000, 5500)
    found = sweep(frame)
    return fair, frame, found, {one.voter for one in found.to_exclude}


@pytest.mark.parametrize("axis", Axis)
def test_the_defence_bounds_what_500_rigged_votes_do(attacked, axis):
    fair, frame, _, out = attacked
    truth, off, on = rate(fair, axis), rate(frame, axis), rate(frame[~frame["voter"].isin(out)], axis)
    print(
        f"{axis.value}: drift {drift(off, truth):.0f} points with the defence off, {drift(on, truth):.0f} with it on;"
        f" rank of the target {rank(truth, TARGET)}, {rank(off, TARGET)} off, {rank(on, TARGET)} on"
    )
    assert drift(off, truth) > 80 and rank(truth, TARGET) - rank(off, TARGET) >= 2
    assert drift(on, truth) < 20 and [rank(on, m) for m in MODELS] == [rank(truth, m) for m in MODELS]


def test_few_honest_voters_are_lost(attacked):
    fair, frame, _, out = attacked
    people = set(fair["voter"])
    lost_votes = int(fair["voter"].isin(out).sum())
    left = frame[~frame["voter"].isin(out | people)]
    print(f"{len(out & people)} of {len(people)} honest voters excluded, {lost_votes} votes; {len(left)} rigged left")
    assert len(out & people) <= 0.02 * len(people) and lost_votes <= 0.005 * len(fair)
    assert len(left) <= 50  # a contrarian of 50 votes may be left: 50 votes alone do not tell one from odd taste


def test_each_style_is_found_for_what_it_is(attacked):
    _, _, found, _ = attacked
    top = {one.voter: {reason.signal for reason in one.reasons} for one in found.scores if one.exclude}
    assert Signal.TARGETED in top["loud"] and {Signal.ONE_SIDE, Signal.TOO_FAST} <= top["bot"]
    assert all(Signal.CAMPAIGN in top[voter] for voter in ("five-1", "fifty-7"))
    strangers = [voter for voter in top if voter.startswith("stranger")]
    assert len(strangers) >= 95 and all(Signal.CAMPAIGN in top[voter] for voter in strangers)
    assert {(c.model, c.up) for c in found.campaigns} == {(TARGET, True)}
    assert found.scores[0].voter == "loud" and "100 of 100 votes are on model-f" in found.scores[0].reasons[0].sentence


def test_honest_votes_alone_accuse_nobody():
    found = sweep(honest_votes(np.random.default_rng(11)))
    assert found.to_exclude == () and found.campaigns == ()


def test_a_campaign_against_a_model_is_found_too():
    rng = np.random.default_rng(3)
    fair = honest_votes(rng)
    frame = in_order([fair, rigged_votes(rng, RIGGERS[:4], target=MODELS[1], up=False)])
    out = {one.voter for one in sweep(frame).to_exclude}
    truth, off, on = rate(fair), rate(frame), rate(frame[~frame["voter"].isin(out)])
    assert rank(truth, MODELS[1]) == 2 and rank(off, MODELS[1]) >= 4 and rank(on, MODELS[1]) == 2
    assert drift(off, truth) > 80 and drift(on, truth) < 20


def test_careful_riggers_who_judge_honestly_except_for_one_model_are_found_together():
    """Five voters of 100 votes each over two weeks, each of another address; one vote in four is on the target."""
    rng = np.random.default_rng(50)
    fair, rows, goal = honest_votes(rng), [], MODELS.index(TARGET)
    for number in range(500):
        a, b = rng.choice(len(MODELS), 2, replace=False)
        wins = "a" if a == goal else "b"
        honestly = tuple(judge(rng, STRENGTH[a] - STRENGTH[b], 0.8) for _ in range(2))
        at = START + pd.Timedelta(hours=24 * DAYS * rng.random())
        judged = (wins, wins) if goal in (a, b) else honestly
        rows.append((f"careful-{number % 5}", f"flat-{number % 5}", at, a, b, *judged, 9.0))
    frame = in_order([fair, frame_of(rows, rng)])
    out = {one.voter for one in sweep(frame).to_exclude}
    truth, off, on = rate(fair), rate(frame), rate(frame[~frame["voter"].isin(out)])
    print(
        f"careful riggers: drift {drift(off, truth):.0f} points with the defence off, {drift(on, truth):.0f} with it on"
    )
    assert {f"careful-{number}" for number in range(5)} <= out and len(out) <= 8
    assert drift(off, truth) > 40 and drift(on, truth) < 10


def test_fans_who_are_honest_otherwise_and_a_new_model_drawn_often_are_no_campaign():
    """For a day every battle has the new model, and half the people like it better than others do."""
    rng = np.random.default_rng(5)
    fair, rows = honest_votes(rng, 1000), []
    for person in range(40):
        for vote in range(6):
            other = int(rng.integers(0, 7))
            liking = 0.8 if person % 2 else 0.0
            rows.append((f"newcomer-{person}", f"address-{person}", START + pd.Timedelta(minutes=vote + 9 * person),
                         7, other, *(judge(rng, liking, 0.9) for _ in range(2)), 9.0))  # fmt: skip
    found = sweep(in_order([fair, frame_of(rows, rng)]))
    assert not [one.voter for one in found.to_exclude if one.voter.startswith("newcomer")]


def test_a_class_behind_one_address_is_no_campaign():
    frame = honest_votes(np.random.default_rng(2), 700)
    frame.loc[frame["voter"].str.endswith(("1", "2", "3")), "address"] = "school"
    assert sweep(frame).to_exclude == ()


def test_excluded_voters_are_judged_again_but_do_not_say_what_is_usual():
    rng = np.random.default_rng(8)
    frame = in_order([honest_votes(rng, 700), rigged_votes(rng, RIGGERS[:1])])
    first = {one.voter for one in sweep(frame).to_exclude}
    frame["excluded"] = frame["voter"].isin(first)
    assert "loud" in first and {one.voter for one in sweep(frame).to_exclude} == first


def test_battles_that_do_not_count_are_not_looked_at():
    rng = np.random.default_rng(8)
    frame = in_order([honest_votes(rng, 300), rigged_votes(rng, RIGGERS[:1])])
    frame.loc[frame["voter"] == "loud", "rated"] = False
    found = sweep(frame)
    assert "loud" not in {one.voter for one in found.scores} and found.votes == 300


def test_no_votes_no_suspicions():
    empty = honest_votes(np.random.default_rng(0), 10).iloc[:0]
    assert sweep(empty).scores == () and sweep(empty).campaigns == ()


# One detector at a time


def votes(rows, **columns):
    """(voter, a, b, hallucination, instruction, seconds since the one before)"""
    at, stamped = START, []
    for voter, a, b, hallucination, instruction, seconds in rows:
        at += pd.Timedelta(seconds=seconds)
        stamped.append((voter, "", at, a, b, hallucination, instruction, float(seconds)))
    return frame_of(stamped, np.random.default_rng(0)).assign(**columns)


def bans_of(suspicions, voter):
    """The heaviest suspicion of a voter; 0 where nothing speaks for rigging."""
    return max([0.0, *(s.bans for s in suspicions if s.voter == voter)])


def test_a_vote_pushes_a_model_it_prefers_once_and_never_holds_against():
    frame = votes([("v", 0, 1, *judged, 9) for judged in [
        ("a", "a"), ("a", "both_good"), ("cant_tell", "b"), ("a", "b"), ("both_bad", "both_bad")
    ]])  # fmt: skip
    assert pushes(frame).tolist() == [1, 1, -1, 0, 0]


def test_one_side_is_seen_and_a_mixed_voter_is_not():
    fair = [("mixed", 0, 1, side, side, 9) for side in "ab" * 200]
    found = one_side(votes([*fair, *[("left", 0, 1, "a", "a", 9)] * 40]))
    assert bans_of(found, "left") > 4 and bans_of(found, "mixed") == 0
    assert one_side(votes([("x", 0, 1, "both_bad", "both_bad", 9)] * 9)) == []


def test_a_contrarian_needs_clear_majorities_or_many_votes():
    def crowd(every):
        return [(f"other-{n % 40}", 0, 1, "b" if n % every == 0 else "a", "both_bad", 9) for n in range(399)]

    odd = ("odd", 0, 1, "b", "b", 9)
    assert bans_of(contrary(votes([*crowd(3), *[odd] * 8])), "odd") < 2  # two of three say otherwise
    assert bans_of(contrary(votes([*crowd(8), *[odd] * 8])), "odd") > 3.3  # seven of eight do
    assert bans_of(contrary(votes([*crowd(8), *[odd] * 4])), "odd") == 0


def test_a_contrarian_against_known_answers():
    check = AxisResult(Axis.INSTRUCTION, Finding(Verdict.PASS, ""), Finding(Verdict.FAIL, ""))
    rows = [(f"other-{n % 10}", 0, 1, "a", "a", 9) for n in range(100)] + [("odd", 0, 1, "b", "b", 9)] * 8
    frame = votes(rows, checker=CheckResult("c", "en", True, (check,)).to_json())
    (of_odd, _) = [s for s in contrary(frame) if s.voter == "odd"]
    assert of_odd.bans > 3.3 and of_odd.sentence.startswith("agrees with a program that knows in 0 of 8")


def test_haste_counts_by_what_there_was_to_read():
    long = {"characters_a": 1000, "characters_b": 1000}  # 2 + 2000 / 400 s, at most 6
    rows = [("hasty", 0, 1, "a", "a", 5)] * 30 + [("calm", 0, 1, "a", "a", 7)] * 300
    found = too_fast(votes(rows, **long))
    assert bans_of(found, "hasty") > 2.5 and bans_of(found, "calm") == 0
    assert bans_of(too_fast(votes(rows, characters_a=100, characters_b=None)), "hasty") == 0
    assert too_fast(votes([("new", 0, 1, "a", "a", 1)] * 4, **long)) == []


def test_a_burst_is_more_than_battles_can_give():
    quick, slow = [("quick", 0, 1, "a", "b", 9)] * 60, [("slow", 0, 1, "a", "b", 20)] * 60
    (suspicion,) = bursts(votes([*quick, *slow]))
    assert suspicion.voter == "quick" and "60 votes within 10 minutes" in suspicion.sentence


def test_the_same_own_picture_again_and_again_is_seen():
    frame = votes([("fisher", 0, 1, "a", "b", 9)] * 9, picture_sha256="f" * 64, source="own")
    (suspicion,) = repeated(frame)
    assert suspicion.evidence["count"] == 9 and repeated(frame.assign(source="offered")) == []


def test_haste_alone_excludes_nobody_and_with_a_burst_it_does():
    fast, burst = (Suspicion("v", signal, 9.0, "", {}) for signal in (Signal.TOO_FAST, Signal.BURST))
    assert not score("v", 50, [fast]).exclude and score("v", 50, [fast, burst]).exclude


def test_signals_about_the_same_judgments_are_not_added_up():
    sides, targets = (Suspicion("v", signal, 2.5, "", {}) for signal in (Signal.ONE_SIDE, Signal.TARGETED))
    assert score("v", 9, [sides, targets]).score == pytest.approx(PRIOR_BANS + 2.5)
    assert score("v", 9, []).score == PRIOR_BANS < EXCLUDE_ABOVE


def test_weights_by_hand():
    one, two = np.array([1.0]), np.array([2.0])
    # one success in two trials, mean 1/2: a b / ((a + b)(a + b + 1)) with a = b = 1 is 1/6
    assert 10 ** honest(one, two, np.array([0.5]), 2.0)[0] == pytest.approx(1 / 6)
    assert 10 ** rigged(one, two, 0.9) == pytest.approx(0.09)
    assert 10 ** mean_of(np.array([0.0]), np.array([2.0]))[0] == pytest.approx(50.5)


def test_honest_voters_seldom_reach_high_weights():
    """The bound that thresholds stand on: 10^-b of honest voters at most reach b bans."""
    rng = np.random.default_rng(0)
    k = rng.binomial(40, rng.beta(15, 15, 20_000)).astype(float)
    bans = rigged(k, np.full_like(k, 40), 0.97) - honest(k, np.full_like(k, 40), np.full_like(k, 0.5), 30.0)
    for b in (0, 1, 2):
        assert (bans >= b).mean() <= 10.0**-b
