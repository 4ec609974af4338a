"""A vote as an export shows it: the voter under another name, the picture only where it may be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from arena.export.pictures import Picture, PublicPictures
from arena.records import Record

Message = dict[str, str]


@dataclass(frozen=True)
class Entry:
    """`voter` is the name under which exports know the voter. The picture is read when it is first asked for."""

    record: Record
    voter: str
    pictures: PublicPictures

    @cached_property
    def picture(self) -> Picture:
        return self.pictures.of(self.record.battle)


def conversation(entry: Entry, side: str) -> list[Message]:
    """What was said with one side ("a" or "b"): user and assistant in turn, from the first instruction on."""
    messages = []
    for turn in entry.record.battle.turns:
        answer = turn.response_a if side == "a" else turn.response_b
        messages += [{"role": "user", "content": turn.instruction}, {"role": "assistant", "content": answer}]
    return messages


def answer(entry: Entry, side: str, turn: int) -> str:
    """The answer of one side in one turn."""
    exchange = entry.record.battle.turns[turn]
    return exchange.response_a if side == "a" else exchange.response_b


def published_voter(voter_hash: Callable[[str], str], voter: str) -> str:
    """The name of a voter in exports, from the hash in the store.

    `voter_hash` is the store's own: HMAC-SHA-256 under a secret that never leaves the database. Applied once more to
    the stored hash, it gives a name that is the same in every export of one installation, and that nobody without the
    secret can bring together with a stored hash, a session or another installation.
    """
    return voter_hash(f"published:{voter}")
