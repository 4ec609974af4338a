"""A world for arena tests: three made-up models, a clock that counts, scripted answers, a database in a folder."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import event

from arena.battle import Battle, Contestant, complete, start_answering
from arena.cadence import Cadence
from arena.service import ArenaService
from arena.store import Store
from models.spec import ModelSpec

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = ("alpha", "beta", "gamma")
GOOD = {"hallucination": "a", "instruction": "both_bad"}


@pytest.fixture
def clock():
    """Each call is one second later."""
    seconds = itertools.count()
    return lambda: START + timedelta(seconds=next(seconds))


@pytest.fixture
def lineup():
    return [ModelSpec(name, name.title(), f"someone/{name}", "llava", 1_000, "MIT") for name in NAMES]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "arena.sqlite")
    yield store
    store.close()


@pytest.fixture
def picture():
    return Image.new("RGB", (64, 48), "orange")


@pytest.fixture
def make_service(store, lineup, clock):
    """make_service(answer_stream, **options) -> ArenaService without waiting between ticks, nor for the disk."""
    event.listen(store.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA synchronous=OFF"))

    def make(answer_stream=speak, **options):
        options = {"cadence": Cadence(seconds=0, characters=1000), **options}
        return ArenaService(store, options.pop("lineup", lineup), answer_stream, random.Random(7), clock, **options)

    return make


@pytest.fixture
def service(make_service):
    return make_service()


@pytest.fixture
def fight(picture):
    """fight(service, voter) -> id of a battle with both answers complete."""

    def run(service, voter="visitor"):
        battle_id = service.new_battle(picture, "What is this?", voter)
        *_, last = service.stream(battle_id, voter)
        assert last.done
        return battle_id

    return run


@pytest.fixture
def completed(store):
    """completed(id) -> a battle that is stored as complete, belonging to the voter `mine`."""

    def make(battle_id, a="alpha", b="beta", voter="mine"):
        battle = new_battle(battle_id, a, b, store.voter_hash(voter))
        answering = start_answering(battle, START)
        battle = complete(answering, battle.a, battle.b, "one", "two", START)
        store.add_battle(battle)
        return battle

    return make


def speak(spec, image, instruction, cancelled, **asked):
    """An answer that does not tell who speaks, in two pieces."""
    yield "An orange "
    yield "rectangle."


def new_battle(battle_id="battle", a="alpha", b="beta", voter="hash") -> Battle:
    return Battle(
        battle_id, voter, "0" * 64, "What is this?", Contestant(a, "none", "main"), Contestant(b, "nf4", "main"),
        pair_propensity=1 / 3, side_propensity=0.5, created_at=START,
    )  # fmt: skip
