"""The arena's one door, used rightly and wrongly."""

import json
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import GOOD, NAMES, speak

from arena.answers import Ended
from arena.battle import Contestant, State
from arena.cadence import Cadence
from arena.errors import (
    AlreadyVotedError,
    AnswerFailedError,
    AnswersNotReadyError,
    ArenaError,
    BattleFailedError,
    BattleMoveError,
    InstructionError,
    JudgmentError,
    NotEnoughModelsError,
    NotYourBattleError,
    PictureRefusedError,
    StorageFullError,
    StoreError,
    UnknownBattleError,
)
from arena.pictures import PictureFolder
from arena.service import ArenaService
from arena.votes import Axis


def test_a_whole_battle(service, store, picture, fight):
    battle_id = fight(service)
    stored = store.battle(battle_id)
    assert stored.state is State.COMPLETE
    assert stored.response_a == stored.response_b == "An orange rectangle."
    assert stored.instruction == "What is this?" and stored.pair_propensity == pytest.approx(1 / 3)
    assert json.loads(stored.a.generation)["max_new_tokens"] > 0
    assert stored.created_at < stored.answering_at < stored.ended_at

    reveal = service.vote(battle_id, "visitor", GOOD)
    assert (reveal.a.name, reveal.b.name) == (stored.a.name, stored.b.name)
    assert reveal.a.title == stored.a.name.title() and reveal.a.answer == "An orange rectangle." and reveal.votes == 1
    hallucination, instruction = reveal.a.changes
    assert hallucination.before == 1000 < hallucination.after and instruction.before == instruction.after == 1000
    assert service.reveal(battle_id, "visitor").b.name == stored.b.name

    table = service.ratings(Axis.HALLUCINATION).set_index("model")
    assert table.loc[stored.a.name, "wins"] == table.loc[stored.b.name, "losses"] == 1
    assert set(table.index) == set(NAMES)


def test_nothing_that_streams_names_a_model(service, store, picture):
    battle_id = service.new_battle(picture, "What is this?", "visitor")
    seen = repr([battle_id, *service.stream(battle_id, "visitor")])
    assert not any(name in seen.lower() for name in NAMES)


def test_both_models_get_the_stored_picture_and_the_instruction(make_service, picture):
    got = []

    def remember(spec, image, instruction, cancelled, **asked):
        got.append((spec.name, image.mode, image.size, image.getpixel((0, 0)), instruction))
        yield "ok"

    service = make_service(remember)
    battle_id = service.new_battle(picture, "  Look! ", "visitor")
    list(service.stream(battle_id, "visitor"))
    assert len({name for name, *_ in got}) == 2
    assert {tuple(rest) for _, *rest in got} == {("RGB", (64, 48), (255, 165, 0), "Look!")}


def test_what_was_really_loaded_is_recorded(make_service, store, fight):
    def tell(spec, image, instruction, cancelled, **asked):
        yield "ok"
        return Ended(Contestant(spec.name, "nf4", "c0ffee", '{"temperature": 0}'))

    service = make_service(tell)
    stored = store.battle(fight(service))
    assert {stored.a.quantization, stored.b.quantization} == {"nf4"} and stored.a.revision == "c0ffee"


def test_seeded_draws_repeat_but_ids_do_not(make_service, store, picture):
    def play(voter):
        service = make_service()
        ids = [service.new_battle(picture, "x", voter) for _ in range(12)]
        battles = [store.battle(battle_id) for battle_id in ids]
        return ids, [(battle.a.name, battle.b.name) for battle in battles]

    (ids, pairs), (other_ids, other_pairs) = play("ann"), play("bob")
    assert pairs == other_pairs and len(set(pairs)) > 3
    assert not set(ids) & set(other_ids) and all(len(battle_id) >= 32 for battle_id in ids)


@pytest.mark.parametrize(
    ("judgments", "refusal"),
    [
        ({"hallucination": "a"}, JudgmentError),
        ({"hallucination": "a", "instruction": "best"}, JudgmentError),
        ({"hallucination": "a", "instruction": "b", "model": "alpha"}, JudgmentError),
        (None, JudgmentError),
    ],
)
def test_a_bad_ballot_is_refused_and_the_battle_stays_votable(service, fight, judgments, refusal):
    battle_id = fight(service)
    with pytest.raises(refusal):
        service.vote(battle_id, "visitor", judgments)
    assert service.vote(battle_id, "visitor", GOOD).votes == 1


def test_refused_votes_and_reveals(service, store, picture, fight):
    fresh = service.new_battle(picture, "x", "visitor")
    whole = fight(service, "other")
    for battle_id, voter, refusal in (
        ("forged", "visitor", UnknownBattleError),
        (None, "visitor", UnknownBattleError),
        (7, "visitor", UnknownBattleError),
        (fresh, "visitor", AnswersNotReadyError),
        (whole, "visitor", NotYourBattleError),
    ):
        with pytest.raises(refusal):
            service.vote(battle_id, voter, GOOD)
    for battle_id, voter, refusal in (
        (fresh, "visitor", BattleMoveError),
        (whole, "other", BattleMoveError),
        (whole, "visitor", NotYourBattleError),
    ):
        with pytest.raises(refusal) as refused:
            service.reveal(battle_id, voter)
        assert not any(name in str(refused.value) for name in NAMES)
    assert service.votes() == 0
    service.vote(whole, "other", GOOD)
    with pytest.raises(AlreadyVotedError):
        service.vote(whole, "other", GOOD)
    with pytest.raises(NotYourBattleError):
        service.reveal(whole, "visitor")
    assert service.votes() == 1


def test_no_vote_while_the_answers_are_written(make_service, store, picture):
    service = make_service(cadence=Cadence(seconds=0, characters=3))
    battle_id = service.new_battle(picture, "x", "visitor")
    writing = service.stream(battle_id, "visitor")
    assert next(writing).text_a == "An "
    assert store.battle(battle_id).state is State.ANSWERING
    with pytest.raises(AnswersNotReadyError):
        service.vote(battle_id, "visitor", GOOD)
    *_, last = writing
    assert last.done and service.vote(battle_id, "visitor", GOOD).votes == 1


def test_answers_are_written_once_and_for_their_owner(service, picture, fight):
    battle_id = fight(service)
    with pytest.raises(BattleMoveError):
        list(service.stream(battle_id, "visitor"))
    other = service.new_battle(picture, "x", "visitor")
    with pytest.raises(NotYourBattleError):
        list(service.stream(other, "thief"))
    with pytest.raises(UnknownBattleError):
        list(service.stream("forged", "visitor"))


def test_fifty_concurrent_votes_leave_one(service, fight):
    battle_id = fight(service)

    def attempt(_):
        try:
            service.vote(battle_id, "visitor", GOOD)
        except AlreadyVotedError:
            return "refused"
        return "stored"

    with ThreadPoolExecutor(50) as pool:
        assert Counter(pool.map(attempt, range(50))) == {"stored": 1, "refused": 49}
    assert service.votes() == 1


def test_a_failing_model_fails_the_battle_without_naming_it(make_service, store, picture):
    def breaks(spec, image, instruction, cancelled, **asked):
        yield "so far"
        raise RuntimeError(f"{spec.name} ran out of memory")

    service = make_service(breaks)
    battle_id = service.new_battle(picture, "x", "visitor")
    with pytest.raises(AnswerFailedError) as failure:
        list(service.stream(battle_id, "visitor"))
    assert not any(name in str(failure.value) for name in NAMES)
    stored = store.battle(battle_id)
    assert stored.state is State.FAILED and "ran out of memory" in stored.failure
    with pytest.raises(BattleFailedError):
        service.vote(battle_id, "visitor", GOOD)


@pytest.mark.parametrize("how", ["closed tab", "new battle", "abandon"])
def test_leaving_stops_both_models_and_fails_the_battle(make_service, store, picture, how):
    stopped = threading.Barrier(3)

    def endless(spec, image, instruction, cancelled, **asked):
        yield "word"
        assert cancelled.wait(20)
        stopped.wait(20)

    service = make_service(endless)
    battle_id = service.new_battle(picture, "x", "visitor")
    writing = service.stream(battle_id, "visitor")
    assert next(writing).text_a == "word"
    service.abandon("somebody else")
    assert store.battle(battle_id).state is State.ANSWERING
    if how == "closed tab":
        writing.close()
    else:
        service.abandon("visitor") if how == "abandon" else service.new_battle(picture, "y", "visitor")
        with pytest.raises(BattleFailedError, match="cancelled"):
            list(writing)
    stopped.wait(20)
    stored = store.battle(battle_id)
    assert (stored.state, stored.failure, stored.response_a) == (State.FAILED, "cancelled", "word")


def test_bad_input_stores_nothing(service, store, picture, tmp_path):
    for image, text, refusal in (
        (picture, "", InstructionError),
        (picture, "x" * 10_000, InstructionError),
        (None, "x", PictureRefusedError),
        (b"junk", "x", PictureRefusedError),
    ):
        with pytest.raises(refusal):
            service.new_battle(image, text, "visitor")
    assert not (tmp_path / "pictures").exists()


def test_a_full_disk_for_the_picture_is_said(service, picture, monkeypatch):
    def full(self, clean):
        raise StorageFullError("The picture")

    monkeypatch.setattr(PictureFolder, "save", full)
    with pytest.raises(StorageFullError, match="The picture could not be saved"):
        service.new_battle(picture, "x", "visitor")


def test_a_full_disk_while_the_answers_are_stored_fails_the_battle(service, store, picture, monkeypatch):
    battle_id = service.new_battle(picture, "x", "visitor")
    save = store.save_battle

    def full_when_complete(battle, was):
        if battle.state is State.COMPLETE:
            raise StorageFullError("The battle")
        save(battle, was)

    monkeypatch.setattr(store, "save_battle", full_when_complete)
    with pytest.raises(StorageFullError):
        list(service.stream(battle_id, "visitor"))
    assert store.battle(battle_id).state is State.FAILED


def test_names_are_told_even_if_the_ratings_cannot_be_read_after_the_vote(service, store, fight, monkeypatch):
    battle_id = fight(service)
    read, calls = store.tallies, []

    def breaks_after_the_vote(axis):
        calls.append(axis)
        if len(calls) > 2:
            raise StoreError("busy")
        return read(axis)

    monkeypatch.setattr(store, "tallies", breaks_after_the_vote)
    assert service.vote(battle_id, "visitor", GOOD).a.name in NAMES


def test_ratings_are_computed_once_per_vote(service, store, fight, monkeypatch):
    read, calls = store.tallies, []
    monkeypatch.setattr(store, "tallies", lambda axis, *slice_: calls.append(axis) or read(axis, *slice_))
    mine = service.ratings(Axis.INSTRUCTION)
    mine.loc[:, "rating"] = 0.0  # a caller's own copy
    assert (service.ratings(Axis.INSTRUCTION)["rating"] == 1000).all() and len(calls) == 1
    service.vote(fight(service), "visitor", GOOD)
    calls.clear()
    service.ratings(Axis.INSTRUCTION)
    service.ratings(Axis.HALLUCINATION)
    service.ratings(Axis.INSTRUCTION)
    assert len(calls) == 2


def test_a_restart_keeps_votes_and_marks_what_it_cut_off(make_service, store, picture, fight):
    service = make_service()
    whole, voted = fight(service), fight(service)
    service.vote(voted, "visitor", GOOD)
    cut = service.new_battle(picture, "x", "visitor")
    again = make_service()
    assert store.battle(cut).state is State.FAILED and "server stopped" in store.battle(cut).failure
    assert again.vote(whole, "visitor", GOOD).votes == 2


def test_a_model_that_left_the_lineup_keeps_its_rating(make_service, store, lineup, fight, completed):
    completed("old", a="retired", b="alpha")
    service = make_service()
    reveal = service.vote("old", "mine", GOOD)
    assert reveal.a.title == "retired" and "retired" in set(service.ratings(Axis.HALLUCINATION)["model"])


def test_one_model_is_no_lineup(make_service, lineup):
    with pytest.raises(NotEnoughModelsError, match="the line-up has 1"):
        make_service(lineup=lineup[:1])


def test_voters_are_stored_as_salted_hashes_only(service, store, fight):
    battle_id = fight(service, "session-abc123")
    service.vote(battle_id, "session-abc123", GOOD)
    files = [path.read_bytes() for path in store.path.parent.glob("arena.sqlite*")]
    assert files and not any(b"session-abc123" in data for data in files)
    assert len(store.battle(battle_id).voter) == 64


def test_random_calls_of_anyone_at_any_time_never_break_the_rules(make_service, store, picture):
    """500 calls of three visitors in a seeded random order: refusals are ArenaErrors, a battle has at most one vote."""
    rng, service = random.Random(3), make_service(speak, cadence=Cadence(seconds=0, characters=4))
    ids, stored = ["forged"], Counter()
    for _ in range(500):
        voter, battle_id = rng.choice(["ann", "bob", "eve"]), rng.choice(ids)
        try:
            match rng.randrange(4):
                case 0:
                    ids.append(service.new_battle(picture, rng.choice(["x", ""]), voter))
                case 1:
                    list(service.stream(battle_id, voter))
                case 2:
                    service.vote(battle_id, voter, {"hallucination": rng.choice("abz"), "instruction": "a"})
                    stored[battle_id] += 1
                case 3:
                    service.reveal(battle_id, voter)
        except ArenaError:
            pass
    assert stored and set(stored.values()) == {1} and service.votes() == len(stored)
    assert all(store.battle(battle_id).state is State.VOTED for battle_id in stored)


def test_pictures_may_lie_elsewhere(store, lineup, clock, picture, tmp_path):
    service = ArenaService(store, lineup, speak, random.Random(0), clock, pictures=tmp_path / "elsewhere")
    service.new_battle(picture, "x", "visitor")
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1
