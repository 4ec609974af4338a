"""Tallies from the votes themselves, without the count tables: what a bench times, and what checks those tables."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from arena.store import recount
from arena.store.reading import Reading
from arena.votes import Axis, Judgment, Tally

_QUERY = text(f"""
    SELECT battles.a_name, battles.b_name, votes.hallucination, votes.instruction, count(*)
    FROM votes JOIN battles ON battles.id = votes.battle_id
    WHERE votes.id > :after AND votes.id <= :last AND {recount.RATED} AND NOT {recount.EXCLUDED}
    GROUP BY 1, 2, 3, 4""")


def tally_votes(store: Reading, threads: int = 2) -> Mapping[Axis, list[Tally]]:
    """What `Store.tallies` says of each axis, counted anew over every vote in one pass: O(votes).

    Each thread reads its own range of votes (SQLite works outside of Python's lock).
    """
    last = store.vote_version()
    ends = [last * part // threads for part in range(threads + 1)]
    totals: Mapping[Axis, Counter] = {axis: Counter() for axis in Axis}

    def read(after: int, until: int) -> list:
        with store._database.reading("The votes") as connection:
            return connection.execute(_QUERY, {"after": after, "last": until}).all()

    with ThreadPoolExecutor(threads) as pool:
        for rows in pool.map(read, ends[:-1], ends[1:]):
            for a, b, hallucination, instruction, count in rows:
                totals[Axis.HALLUCINATION][a, b, hallucination] += count
                totals[Axis.INSTRUCTION][a, b, instruction] += count
    return {
        axis: [Tally(a, b, Judgment(given), count) for (a, b, given), count in sorted(total.items())]
        for axis, total in totals.items()
    }
