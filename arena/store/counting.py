"""A vote into the count tables, or out of them: a fixed number of rows, however many votes there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, and_, delete, update
from sqlalchemy.dialects.sqlite import insert

from arena.battle import Battle
from arena.store import schema
from arena.store.recount import SLICES
from arena.votes import Axis, Ballot, SpanKind


@dataclass(frozen=True)
class Counted:
    """What the counts need of one vote, its marked words too. `day` is its UTC date; `length` and `format` are bins of
    `arena.style`."""

    battle: Battle
    ballot: Ballot
    voter: str
    day: str
    length: int
    format: int

    def rows(self) -> Iterator[tuple[Table, dict[str, str | int]]]:
        """The keys of every row that counts this vote."""
        battle = self.battle
        for axis in Axis:
            judged = {
                "axis": axis.value, "judgment": self.ballot.on(axis).value,
                "model_a": battle.a.name, "model_b": battle.b.name,
            }  # fmt: skip
            yield schema.counts, {**judged, "slice": "all", "value": ""}
            for name in SLICES:
                yield schema.counts, {**judged, "slice": name, "value": str(getattr(battle, name))}
            yield schema.voter_counts, {**judged, "voter": self.voter}
            yield schema.style_counts, {**judged, "length": self.length, "format": self.format}
        for side, model in (("a", battle.a.name), ("b", battle.b.name)):
            if any(span.side == side and span.kind is not SpanKind.MISSED for span in self.ballot.remarks.spans):
                yield schema.mark_counts, {"model": model, "judgment": self.ballot.hallucination.value}
        yield schema.day_counts, {"day": self.day}


def add(connection: Connection, vote: Counted) -> None:
    for table, keys in vote.rows():
        row = insert(table).values(**keys, count=1)
        connection.execute(row.on_conflict_do_update(index_elements=list(keys), set_={"count": table.c["count"] + 1}))


def subtract(connection: Connection, vote: Counted) -> None:
    """Raises sqlalchemy's IntegrityError where a count would fall below zero."""
    for table, keys in vote.rows():
        here = and_(*(table.c[name] == value for name, value in keys.items()))
        connection.execute(update(table).where(here).values(count=table.c["count"] - 1))
        connection.execute(delete(table).where(here, table.c["count"] == 0))
