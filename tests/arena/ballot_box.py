"""Votes of every kind in a real store, for tests that read them back."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from PIL import Image

from arena.battle import Battle, Contestant, Turn, complete, start_answering
from arena.guard import clean_picture
from arena.pictures import PictureFolder
from arena.store import Store
from arena.votes import Ballot, Judgment, Remarks

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LICENCES = {"alpha": "MIT", "beta": "Apache-2.0"}


class BallotBox:
    """A data folder. `cast` stores one battle with its vote and returns the battle's id; votes are a minute apart."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.store = Store(data / "arena.sqlite")
        self.pictures = PictureFolder(data / "pictures")
        self._numbers = count(1)

    def cast(
        self,
        hallucination="a",
        instruction="a",
        *,
        voter="ann",
        question="What is this?",
        a="A dog.",
        b="A cat and a hat.",
        earlier=(),
        spans=(),
        comment="",
        colour="orange",
        models=("alpha", "beta"),
        marks=(None, None),
        **facts,
    ) -> str:
        """earlier: (instruction, answer a, answer b) of each turn before. colour: of the picture; None saves none."""
        number = next(self._numbers)
        at = BEGIN + timedelta(minutes=number)
        battle_id = f"battle-{number:04}"
        battle = Battle(
            battle_id,
            self.store.voter_hash(voter),
            self.save_picture(colour) if colour else "0" * 64,
            question,
            Contestant(models[0], "none", "rev-a"),
            Contestant(models[1], "nf4", "rev-b"),
            pair_propensity=0.25,
            side_propensity=0.5,
            created_at=at,
            earlier=tuple(Turn(*turn) for turn in earlier),
            address="5" * 64,
        )
        battle = replace(battle, **facts)
        answering = start_answering(battle, at + timedelta(seconds=1))
        done = complete(answering, battle.a, battle.b, a, b, at + timedelta(seconds=5), *marks)
        self.store.add_battle(done)
        ballot = Ballot(Judgment(hallucination), Judgment(instruction), Remarks(tuple(spans), comment))
        self.store.cast_vote(battle_id, battle.voter, ballot, at + timedelta(seconds=12.5))
        return battle_id

    def save_picture(self, colour) -> str:
        clean = clean_picture(Image.new("RGB", (8, 6), colour))
        self.pictures.save(clean)
        return clean.sha256

    def exclude(self, vote: int) -> None:
        self.store.decide("exclude", "vote", vote, "a burst", {}, "test", BEGIN)

    def close(self) -> None:
        self.store.close()


def picture_bytes(colour) -> bytes:
    return clean_picture(Image.new("RGB", (8, 6), colour)).data


def pixel(image) -> tuple[int, int, int]:
    """The colour of a picture that `datasets` decoded, or of encoded bytes."""
    if isinstance(image, bytes):
        image = Image.open(io.BytesIO(image))
    return image.convert("RGB").getpixel((0, 0))
