"""Battles beyond the plain one: several turns, skipped, drawn again, by name, marked, offered and checked."""

import json
import random
import threading
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from conftest import GOOD, NAMES, START, speak
from PIL import Image

from arena.answers import Ended
from arena.battle import Contestant, Mark, Source, State, Turn
from arena.cadence import Cadence
from arena.challenges.facts import SceneFacts
from arena.challenges.verdicts import Comparison
from arena.errors import (
    AlreadyVotedError,
    AnswersNotReadyError,
    ArenaError,
    BattleFailedError,
    BattleMoveError,
    InstructionError,
    NamedBattleError,
    NotYourBattleError,
    PictureRefusedError,
    RemarkError,
    TooManyTurnsError,
    TurnsNotPossibleError,
    UnknownBattleError,
)
from arena.votes import Axis, Ballot, Judgment, Span, SpanKind
from models.embedded.scenes import draw_scene
from models.spec import ModelSpec, PromptFormat


def scene(rng, known):
    picture, drawn = draw_scene(np.random.default_rng(rng.getrandbits(32)), 3)
    return picture, SceneFacts.of_scene(drawn)


def write(service, battle_id, voter="visitor"):
    *_, last = service.stream(battle_id, voter)
    assert last.done
    return last


def test_several_turns_on_one_picture(make_service, store, picture, fight):
    asked = []

    def remember(spec, image, instruction, cancelled, *, quantization, earlier):
        asked.append((spec.name, image.getpixel((0, 0)), instruction, quantization, earlier))
        yield f"{spec.name[0]}{len(earlier)}"

    service = make_service(remember)
    assert service.turns_allowed
    battle_id = fight(service)
    names = [store.battle(battle_id).a.name, store.battle(battle_id).b.name]
    service.ask_again(battle_id, "visitor", "  And the left one? ")
    with pytest.raises(AnswersNotReadyError):
        service.vote(battle_id, "visitor", GOOD)
    last = write(service, battle_id)
    assert (last.text_a, last.text_b) == tuple(f"{name[0]}1" for name in names)
    second = {name: rest for name, *rest in asked[2:]}
    for name in names:
        earlier = (("What is this?", f"{name[0]}0"),)
        assert second[name] == [(255, 165, 0), "And the left one?", "", earlier]
    stored = store.battle(battle_id)
    assert stored.earlier == (Turn("What is this?", *(f"{name[0]}0" for name in names)),)
    reveal = service.vote(battle_id, "visitor", GOOD, {"spans": [
        {"side": "a", "turn": 0, "start": 0, "end": 2, "kind": "number"},
        {"side": "b", "turn": 1, "start": 0, "end": 1, "kind": "object"},
    ]})  # fmt: skip
    assert reveal.rated and store.ballot(battle_id).remarks.spans[1] == Span("b", 0, 1, SpanKind.OBJECT, 1)
    assert list(store.votes_frame()["turns"]) == [2]


def test_five_turns_are_the_most(service, fight):
    battle_id = fight(service)
    for number in range(4):
        service.ask_again(battle_id, "visitor", f"question {number}")
        write(service, battle_id)
    with pytest.raises(TooManyTurnsError):
        service.ask_again(battle_id, "visitor", "one more")
    assert service.vote(battle_id, "visitor", GOOD).votes == 1


def test_who_may_not_ask_again(service, picture, fight):
    battle_id, fresh = fight(service), service.new_battle(picture, "x", "other")
    for target, voter, text, refusal in (
        (battle_id, "thief", "x", NotYourBattleError),
        (battle_id, "visitor", " ", InstructionError),
        ("forged", "visitor", "x", UnknownBattleError),
        (fresh, "other", "x", BattleMoveError),
    ):
        with pytest.raises(refusal):
            service.ask_again(target, voter, text)
    service.vote(battle_id, "visitor", GOOD)
    with pytest.raises(AlreadyVotedError):
        service.ask_again(battle_id, "visitor", "x")


def test_one_model_without_turns_forbids_them_to_all(make_service, lineup, fight):
    """Else the refusal would tell which pairs are fighting."""
    mixed = [*lineup[:2], replace(lineup[2], prompt_format=PromptFormat.INSTRUCTION)]
    service = make_service(lineup=mixed)
    assert not service.turns_allowed
    for number in range(6):
        with pytest.raises(TurnsNotPossibleError) as refusal:
            service.ask_again(fight(service, f"voter {number}"), f"voter {number}", "more")
        assert not any(name in str(refusal.value).lower() for name in NAMES)


def test_a_turn_that_fails_fails_the_battle_and_keeps_the_turn_before(make_service, store, fight):
    def breaks(spec, image, instruction, cancelled, *, quantization, earlier):
        yield "text"
        if earlier:
            raise RuntimeError("boom")

    service = make_service(breaks)
    battle_id = fight(service)
    service.ask_again(battle_id, "visitor", "more")
    with pytest.raises(ArenaError):
        write(service, battle_id)
    stored = store.battle(battle_id)
    assert stored.state is State.FAILED and stored.earlier == (Turn("What is this?", "text", "text"),)


def test_skipping(service, store, picture, fight):
    fresh, whole = service.new_battle(picture, "x", "ann"), fight(service, "bob")
    for battle_id, voter in ((fresh, "ann"), (whole, "bob")):
        with pytest.raises(NotYourBattleError):
            service.skip(battle_id, "thief")
        service.skip(battle_id, voter)
        assert store.battle(battle_id).state is State.SKIPPED
        with pytest.raises(BattleFailedError, match="skipped"):
            service.vote(battle_id, voter, GOOD)
        with pytest.raises(BattleMoveError):
            service.skip(battle_id, voter)
        with pytest.raises(BattleMoveError):
            service.reveal(battle_id, voter)
    assert store.battle(whole).response_a == "An orange rectangle." and service.votes() == 0


@pytest.mark.parametrize("how", ["skip", "regenerate", "same picture"])
def test_giving_up_while_the_answers_are_written_stops_both_models(make_service, store, picture, how):
    stopped = threading.Barrier(3)

    def endless(spec, image, instruction, cancelled, **asked):
        yield "word"
        assert cancelled.wait(20)
        stopped.wait(20)

    service = make_service(endless)
    battle_id = service.new_battle(picture, "x", "visitor")
    writing = service.stream(battle_id, "visitor")
    assert next(writing).text_a == "word"
    if how == "skip":
        service.skip(battle_id, "visitor")
    elif how == "regenerate":
        service.regenerate(battle_id, "visitor")
    else:
        service.same_picture(battle_id, "visitor", "y")
    with pytest.raises(BattleFailedError, match="cancelled"):
        list(writing)
    stopped.wait(20)
    stored = store.battle(battle_id)
    assert (stored.state, stored.response_a) == (State.SKIPPED, "word")


def test_regenerating_draws_another_pair_for_the_same_question(service, store, fight):
    first = fight(service)
    seen, battle_id = {pair(store.battle(first))}, first
    for _ in range(2):  # three models make three pairs
        battle_id, before = service.regenerate(battle_id, "visitor"), battle_id
        battle = store.battle(battle_id)
        assert battle.follows == before and store.battle(before).state is State.SKIPPED
        assert (battle.instruction, battle.picture_sha256) == ("What is this?", store.battle(first).picture_sha256)
        assert pair(battle) not in seen
        seen.add(pair(battle))
        write(service, battle_id)
    assert len(seen) == 3
    with pytest.raises(NotYourBattleError):
        service.regenerate(battle_id, "thief")


def test_regenerating_a_conversation_begins_it_anew(service, store, fight):
    battle_id = fight(service)
    service.ask_again(battle_id, "visitor", "And the left one?")
    write(service, battle_id)
    again = store.battle(service.regenerate(battle_id, "visitor"))
    assert (again.instruction, again.earlier) == ("What is this?", ())


def test_the_same_picture_again_after_a_vote(make_service, store, picture, fight):
    service = make_service(scenes=scene)
    battle_id = service.new_battle(picture, "What is this?", "visitor", publish=False, address="192.0.2.1")
    write(service, battle_id)
    service.vote(battle_id, "visitor", GOOD)
    again = store.battle(service.same_picture(battle_id, "visitor", "这是什么？"))
    old = store.battle(battle_id)
    assert old.state is State.VOTED and again.follows == battle_id and again.instruction == "这是什么？"
    assert (again.picture_sha256, again.publish, again.address) == (old.picture_sha256, False, old.address)
    assert again.language == "zh" and pair(again) != pair(old)
    with pytest.raises(InstructionError):
        service.same_picture(battle_id, "visitor", "")


def pair(battle):
    return frozenset((battle.a.name, battle.b.name))


def test_never_the_same_picture_and_pair_twice_until_all_were_seen(service, store, picture, caplog):
    caplog.set_level("INFO", "arena.service")
    drawn = [store.battle(service.new_battle(picture, "x", "visitor")) for _ in range(3)]
    assert len({pair(battle) for battle in drawn}) == 3
    assert [battle.pair_propensity for battle in drawn] == pytest.approx([1 / 3, 1 / 2, 1.0])
    assert "all are drawn from again" not in caplog.text
    fourth = store.battle(service.new_battle(picture, "x", "visitor"))
    assert fourth.pair_propensity == pytest.approx(1 / 3) and "all are drawn from again" in caplog.text
    other = Image.new("RGB", (64, 48), "blue")
    assert store.battle(service.new_battle(other, "x", "visitor")).pair_propensity == pytest.approx(1 / 3)
    assert store.battle(service.new_battle(picture, "x", "somebody else")).pair_propensity == pytest.approx(1 / 3)


def test_pairs_with_fewer_votes_are_drawn_more(service, store, picture, completed):
    for number in range(60):
        completed(f"b{number}", "alpha", "beta")
        store.cast_vote(f"b{number}", store.voter_hash("mine"), Ballot(Judgment.A, Judgment.B), START)
    drawn = Counter()
    logged = {}
    for number in range(120):
        battle = store.battle(service.new_battle(picture, "x", f"visitor {number}"))
        drawn[pair(battle)] += 1
        logged[pair(battle)] = battle.pair_propensity
    assert drawn[frozenset(("alpha", "beta"))] == min(drawn.values())
    assert sum(logged.values()) == pytest.approx(1) and logged[frozenset(("alpha", "beta"))] < 0.1


def both(spec_a, weights_a, spec_b, weights_b):
    return (spec_a, spec_b), (weights_a, weights_b)


def test_two_models_by_name(make_service, store, lineup, picture):
    loaded = []

    def load(spec, image, instruction, cancelled, *, quantization, earlier):
        loaded.append((spec.name, quantization))
        yield "ok"
        return Ended(Contestant(spec.name, quantization, "c0ffee"))

    service = make_service(load, named=lineup)
    assert service.named_allowed and list(service.named_models()) == list(NAMES)
    battle_id = service.new_battle(picture, "x", "visitor", models=both("beta", "none", "beta", "nf4"))
    write(service, battle_id)
    assert sorted(loaded) == [("beta", "nf4"), ("beta", "none")]
    stored = store.battle(battle_id)
    assert (stored.a.quantization, stored.b.quantization, stored.blind) == ("none", "nf4", False)
    assert (stored.pair_propensity, stored.side_propensity) == (1, 1)
    reveal = service.vote(battle_id, "visitor", GOOD)
    assert not reveal.rated and reveal.votes == 1
    assert all(change.before == change.after for change in reveal.a.changes)
    assert store.tallies(Axis.HALLUCINATION) == [] and list(store.votes_frame()["rated"]) == [False]
    assert service.ratings(Axis.HALLUCINATION)["battles"].sum() == 0
    again = store.battle(service.regenerate(battle_id, "visitor"))
    assert (again.a.quantization, again.b.quantization, again.blind) == ("none", "nf4", False)


def test_a_named_model_outside_the_lineup_fights_too(make_service, store, lineup, picture):
    extra = ModelSpec("delta", "Delta", "someone/delta", "llava", 1, "MIT")
    service = make_service(named=[*lineup, extra])
    battle_id = service.new_battle(picture, "x", "visitor", models=both("delta", "", "alpha", ""))
    write(service, battle_id)
    assert service.vote(battle_id, "visitor", GOOD).a.title == "Delta"
    blind = {store.battle(service.new_battle(picture, f"q{n}", f"v{n}")).a.name for n in range(30)}
    assert "delta" not in blind


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (both("alpha", "none", "alpha", "none"), "Both sides are Alpha, loaded alike"),
        (both("alpha", "none", "gpt", "none"), "no model 'gpt'; choose one of alpha, beta, gamma"),
        (both("alpha", "int2", "beta", "none"), "Alpha cannot be loaded as 'int2'; choose one of none, int8, nf4"),
        (both("alpha", "none", 7, "none"), "no model '7'"),
        (("alpha", "beta"), "Choose two models"),
        ((("alpha", "beta", "gamma"), ("none",) * 3), "Choose two models"),
        (7, "Choose two models"),
    ],
)
def test_named_battles_that_cannot_be_meant(make_service, store, lineup, picture, models, said):
    service = make_service(named=lineup)
    with pytest.raises(NamedBattleError) as refusal:
        service.new_battle(picture, "x", "visitor", models=models)
    assert said in str(refusal.value)


def test_a_public_page_has_no_named_battles(service, picture):
    assert not service.named_allowed
    with pytest.raises(NamedBattleError, match="cannot be chosen by name here"):
        service.new_battle(picture, "x", "visitor", models=both("alpha", "none", "beta", "none"))


@pytest.mark.parametrize(
    ("text", "cut_off", "mark"),
    [("", False, Mark.EMPTY), ("A dog and", True, Mark.CUT_OFF), ("I am Gamma.", False, Mark.NAMES_ITSELF)],
)
def test_marked_answers_are_voted_on_but_not_rated(make_service, store, picture, text, cut_off, mark):
    """The mark is stored with the answer and shows nowhere before the vote."""

    def says(spec, image, instruction, cancelled, **asked):
        if spec.name == marked:
            yield text
            return Ended(None, cut_off)
        yield "fine"
        return Ended()

    service = make_service(says)
    marked = None
    battle_id = service.new_battle(picture, "x", "visitor")
    marked = store.battle(battle_id).b.name
    seen = list(service.stream(battle_id, "visitor"))
    assert seen[-1] == replace(seen[-1], text_a="fine", text_b=text, done_a=True, done_b=True, note="")
    stored = store.battle(battle_id)
    assert (stored.mark_a, stored.mark_b, stored.rated) == (None, mark, False)
    assert not service.vote(battle_id, "visitor", GOOD).rated
    assert store.tallies(Axis.HALLUCINATION) == [] and service.votes() == 1


def test_offers_are_checked_and_the_result_is_shown_after_the_vote(make_service, store):
    def sees(spec, image, instruction, cancelled, **asked):
        yield "There is nothing at all here, nothing." if spec.name == wrong else right

    service = make_service(sees, scenes=scene, known_answer_rate=0.5)
    for number in range(40):
        offer = service.offer(f"voter {number}", known_answer=True)
        if offer.challenge.right and "{" not in offer.challenge.text:
            break
    assert offer.challenge.known_answer and offer.facts.complete and offer.category != "free"
    right, wrong = offer.challenge.right[0], None
    battle_id = service.new_battle(
        offer.picture, offer.instruction, "visitor", challenge=offer, facts=offer.facts, source=Source.OFFERED
    )
    seen = repr(list(service.stream(battle_id, "visitor")))
    assert "pass" not in seen and offer.challenge.id not in seen
    stored = store.battle(battle_id)
    assert (stored.challenge, stored.category) == (offer.challenge.id, offer.category)
    assert SceneFacts.read(json.loads(stored.facts)) == offer.facts and stored.source is Source.OFFERED
    reveal = service.vote(battle_id, "visitor", GOOD)
    assert reveal.checked is not None and reveal.checked.to_json() == stored.checker
    axis = reveal.checked.axes[0]
    assert axis.comparison in (Comparison.BOTH_GOOD, Comparison.BOTH_BAD, Comparison.UNDECIDED)
    assert list(store.votes_frame()["checker"]) == [stored.checker]
    assert store.slices("category") == [offer.category]


def test_a_changed_instruction_is_no_challenge(make_service, store):
    service = make_service(scenes=scene)
    offer = service.offer("visitor", "zh")
    assert offer.language == "zh" and not offer.challenge.known_answer
    same = service.new_battle(offer.picture, offer.instruction, "visitor", challenge=offer)
    changed = service.new_battle(offer.picture, "Tell me a story.", "visitor", challenge=offer)
    by_id = service.new_battle(offer.picture, offer.instruction, "visitor", challenge=offer.challenge.id)
    assert [store.battle(one).challenge for one in (same, changed, by_id)] == [
        offer.challenge.id, None, offer.challenge.id,
    ]  # fmt: skip
    assert (store.battle(changed).category, store.battle(changed).language) == ("free", "en")
    assert store.battle(same).language == "zh"
    with pytest.raises(ArenaError):
        service.new_battle(offer.picture, "x", "visitor", challenge="no such challenge")


def test_another_challenge_for_the_picture_on_the_page(make_service):
    service = make_service(scenes=scene)
    offer = service.offer("visitor")
    another = service.another("visitor", "en", offer)
    assert another.picture is offer.picture and another.facts == offer.facts
    assert another.challenge.id != offer.challenge.id
    own = service.another("visitor", "en")
    assert own.picture is None and own.facts is None and own.instruction


def test_known_answers_come_at_the_set_rate_and_never_twice_in_a_row(make_service, picture):
    service = make_service(scenes=scene, known_answer_rate=0.25)
    known = []
    for _ in range(120):
        offer = service.offer("visitor")
        known.append(offer.challenge.known_answer)
        service.new_battle(picture, offer.instruction, "visitor", challenge=offer)
    assert not any(first and second for first, second in pairwise(known))
    assert 15 <= sum(known) <= 45  # 30 expected, 5 standard errors of independent draws are 24


def test_a_mistake_in_a_check_costs_no_battle(make_service, store, monkeypatch):
    from arena import finishing

    service = make_service(scenes=scene)
    offer = service.offer("visitor", known_answer=True)
    monkeypatch.setattr(finishing, "check", lambda *asked: 1 / 0)
    battle_id = service.new_battle(offer.picture, offer.instruction, "visitor", challenge=offer)
    write(service, battle_id)
    assert service.vote(battle_id, "visitor", GOOD).checked is None


def test_without_pictures_nothing_is_offered(service):
    with pytest.raises(ArenaError, match="No pictures are offered here"):
        service.offer("visitor")


class Asked:
    """An admission and a moderation that write down what they are asked, and refuse what they are told to."""

    def __init__(self, refuse=()):
        self.refuse, self.calls = refuse, []

    def _ask(self, name, *what):
        self.calls.append((name, *what))
        if name in self.refuse:
            raise PictureRefusedError(f"no {name}")

    def admit_battle(self, voter, address, now):
        self._ask("battle", voter, address)

    def admit_vote(self, voter, address, now, complete_at):
        self._ask("vote", voter, address, (now - complete_at).total_seconds())

    def check(self, picture):
        self._ask("picture", picture.size)


def test_everything_is_admitted_first_by_hashes(make_service, store, picture):
    asked = Asked()
    service = make_service(admission=asked, moderation=asked)
    battle_id = service.new_battle(picture, "x", "ann", address="192.0.2.7")
    write(service, battle_id, "ann")
    service.vote(battle_id, "ann", GOOD)
    service.new_battle(picture, "x", "ann", source=Source.OFFERED)
    voter, address = store.voter_hash("ann"), store.address_hash("192.0.2.7")
    names = [call[0] for call in asked.calls]
    assert names == ["battle", "picture", "vote", "battle"]  # an offered picture is not looked at
    assert asked.calls[0][1:] == (voter, address) and asked.calls[2][1:3] == (voter, address)
    assert asked.calls[2][3] > 0 and asked.calls[3][2] == "" != address != voter
    files = [path.read_bytes() for path in store.path.parent.glob("arena.sqlite*")]
    assert files and not any(b"192.0.2.7" in data for data in files)


def test_what_is_not_admitted_leaves_nothing(make_service, store, picture, tmp_path, fight):
    for refuse in ("battle", "picture"):
        service = make_service(admission=Asked({refuse}), moderation=Asked({refuse}))
        with pytest.raises(PictureRefusedError, match=f"no {refuse}"):
            service.new_battle(picture, "x", "ann")
    assert not (tmp_path / "pictures").exists() and store.recent_challenges(store.voter_hash("ann")) == []
    service = make_service(admission=Asked({"vote"}))
    battle_id = fight(service)
    with pytest.raises(PictureRefusedError, match="no vote"):
        service.vote(battle_id, "visitor", GOOD)
    assert store.battle(battle_id).state is State.COMPLETE and service.votes() == 0
    with pytest.raises(PictureRefusedError):
        make_service(admission=Asked({"battle"})).regenerate(battle_id, "visitor")
    assert store.battle(battle_id).state is State.COMPLETE


def test_a_vote_that_cannot_count_costs_no_admission(make_service, fight):
    asked = Asked()
    service = make_service(admission=asked)
    battle_id = fight(service)
    with pytest.raises(RemarkError):
        service.vote(battle_id, "visitor", GOOD, {"spans": "x"})
    service.vote(battle_id, "visitor", GOOD, {"comment": "well"})
    with pytest.raises(AlreadyVotedError):
        service.vote(battle_id, "visitor", GOOD)
    assert [call[0] for call in asked.calls].count("vote") == 1


def test_ratings_by_slice_and_pages_of_votes(make_service, store, fight):
    service = make_service()
    for number in range(5):
        service.vote(fight(service, f"v{number}"), f"v{number}", GOOD)
    store.decide("exclude", "vote", 4, "a reason", "", "a test", START)
    assert service.ratings(Axis.HALLUCINATION)["battles"].sum() == 8
    assert service.ratings(Axis.HALLUCINATION, "language", "en")["battles"].sum() == 8
    assert service.ratings(Axis.HALLUCINATION, "language", "zh")["battles"].sum() == 0
    newest = store.votes_frame(include_excluded=False, limit=2, newest_first=True)
    older = store.votes_frame(include_excluded=False, limit=2, newest_first=True, before=3)
    assert list(newest["vote"]) == [5, 3] and list(older["vote"]) == [2, 1]
    own = service.personal("v3")
    assert list(own["vote"]) == [4] and list(own["excluded"]) == [True]


def test_two_battles_of_all_kinds_look_alike_before_the_vote(make_service, lineup, picture):
    """Marked, cut off, differently loaded: what leaves the service is the text and nothing else."""
    endings = {"alpha": Ended(Contestant("alpha", "nf4", "x"), True), "beta": Ended(), "gamma": None}

    def says(spec, image, instruction, cancelled, **asked):
        yield "same "
        yield "text"
        return endings[spec.name]

    service = make_service(says, cadence=Cadence(seconds=0, characters=3))
    payloads = set()
    for number in range(12):
        battle_id = service.new_battle(picture, "x", f"v{number}")
        payloads.add(tuple(sorted({repr(progress) for progress in service.stream(battle_id, f"v{number}")}))[-1])
    assert len(payloads) == 1


def test_random_calls_of_anyone_never_break_the_rules(make_service, store, lineup, picture):
    """700 calls of three visitors in a seeded random order: refusals are ArenaErrors, votes are votes for ever."""
    rng = random.Random(5)
    service = make_service(speak, cadence=Cadence(seconds=0, characters=40), named=lineup, scenes=scene)
    ids, owners, voted = ["forged"], {}, Counter()
    for _ in range(700):
        battle_id = rng.choice(ids[-3:])
        voter = rng.choice(["ann", "bob", "eve", *[owners.get(battle_id, "ann")] * 6])
        made = None
        try:
            match rng.randrange(16):
                case 0:
                    made = service.new_battle(picture, rng.choice(["x", ""]), voter)
                case 1:
                    models = both("alpha", "none", "beta", "nf4")
                    made = service.new_battle(picture, "x", voter, models=models)
                case 2 | 3 | 10 | 11 | 12:
                    list(service.stream(battle_id, voter))
                case 4:
                    service.ask_again(battle_id, voter, "more")
                case 5:
                    service.skip(battle_id, voter)
                case 6:
                    made = service.regenerate(battle_id, voter)
                case 7 | 8 | 13 | 14 | 15:
                    service.vote(battle_id, voter, {"hallucination": rng.choice("abz"), "instruction": "a"})
                    voted[battle_id] += 1
                case 9:
                    service.reveal(battle_id, voter)
        except ArenaError:
            continue
        if made:
            ids.append(made)
            owners[made] = voter
    assert len(voted) > 20 and set(voted.values()) == {1} and service.votes() == len(voted)
    assert all(store.battle(battle_id).state is State.VOTED for battle_id in voted)
    assert store.count_differences() == []
    rated = sum(store.battle(battle_id).rated for battle_id in voted)
    assert 0 < rated < len(voted)
    assert sum(tally.count for tally in store.tallies(Axis.INSTRUCTION)) == rated
