"""What the count tables must hold, computed from all votes: what a migration fills in, and what a check compares.

A vote counts when its battle is rated (blind, no mark) and neither it nor its voter is excluded.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, text

AXES = ("hallucination", "instruction")
SLICES = ("category", "language", "source")

EXCLUDED = """(
    EXISTS (SELECT 1 FROM exclusions WHERE subject = 'voter' AND subject_id = votes.voter)
    OR EXISTS (SELECT 1 FROM exclusions WHERE subject = 'vote' AND subject_id = CAST(votes.id AS TEXT)))"""
RATED = "(battles.blind = 1 AND battles.mark_a IS NULL AND battles.mark_b IS NULL)"
_COUNTED = f"FROM votes JOIN battles ON battles.id = votes.battle_id WHERE {RATED} AND NOT {EXCLUDED}"
_PAIR = "battles.a_name, battles.b_name"


def _grouped(*keys: str) -> str:
    named = ", ".join(f"{key} AS k{position}" for position, key in enumerate(keys))
    groups = ", ".join(f"k{position}" for position in range(len(keys)))
    return f"SELECT {named}, count(*) {_COUNTED} GROUP BY {groups}"


def _per_axis(*keys: str) -> list[str]:
    return [_grouped(f"'{axis}'", *(key.format(axis=axis) for key in keys)) for axis in AXES]


def _marked(side: str) -> str:
    """One row for each counted vote that marks hallucinated words in the answer of one side."""
    return (
        f"SELECT battles.{side}_name AS k0, votes.hallucination AS k1 {_COUNTED}"
        f" AND EXISTS (SELECT 1 FROM spans WHERE vote = votes.id AND side = '{side}' AND kind <> 'missed')"
    )


_JUDGED = "votes.{axis}"
RECOUNT: Mapping[str, str] = MappingProxyType(
    {
        "counts": " UNION ALL ".join(
            select
            for slice_, value in (("all", "''"), *((name, f"battles.{name}") for name in SLICES))
            for select in _per_axis(f"'{slice_}'", value, *_PAIR.split(", "), _JUDGED)
        ),
        "voter_counts": " UNION ALL ".join(_per_axis("votes.voter", *_PAIR.split(", "), _JUDGED)),
        "style_counts": " UNION ALL ".join(_per_axis(*_PAIR.split(", "), _JUDGED, "votes.length", "votes.format")),
        "mark_counts": f"SELECT k0, k1, count(*) FROM ({_marked('a')} UNION ALL {_marked('b')}) GROUP BY k0, k1",
        "day_counts": _grouped("substr(votes.voted_at, 1, 10)"),
    }
)


def fill(connection: Connection) -> None:
    """Writes the count tables anew."""
    for table, select in RECOUNT.items():
        connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text(f"INSERT INTO {table} {select}"))


def differences(connection: Connection) -> list[str]:
    """Every row of a count table that is not what the votes say, in words; empty when all is well. O(votes)."""
    found = []
    for table, select in RECOUNT.items():
        kept = {tuple(row[:-1]): row[-1] for row in connection.execute(text(f"SELECT * FROM {table}"))}
        right = {tuple(row[:-1]): row[-1] for row in connection.execute(text(select))}
        for key in sorted(kept.keys() | right.keys(), key=str):
            if kept.get(key) != right.get(key):
                found.append(f"{table} {key}: {kept.get(key, 0)} kept, {right.get(key, 0)} voted")
    return found
