"""What is read back: tallies from the count tables, and votes one by one, as frames or records."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, func, select, text

from arena.battle import Battle, Source
from arena.errors import UnknownBattleError
from arena.records import FRAME_COLUMNS, Decision, Found, Record, Wanted
from arena.store import recount, schema
from arena.store.database import Database
from arena.store.rows import ballot_of, battle_of, decision_of
from arena.votes import Axis, Ballot, Judgment, Tally

Version = tuple[int, int]
BATCH = 500
LOOKED_THROUGH = 5000

_battles, _votes, _spans = schema.battles, schema.votes, schema.spans
_FRAME = f"""
    SELECT votes.id AS vote, votes.battle_id, votes.voter, battles.address, votes.voted_at, battles.ended_at,
        battles.a_name AS model_a, battles.b_name AS model_b,
        battles.a_quantization AS quantization_a, battles.b_quantization AS quantization_b,
        votes.hallucination, votes.instruction, {recount.RATED} AS rated, {recount.EXCLUDED} AS excluded,
        battles.blind, battles.category, battles.language, battles.source,
        coalesce(battles.challenge, '') AS challenge, battles.checker,
        json_array_length(battles.earlier) + 1 AS turns, battles.picture_sha256,
        battles.side_propensity, battles.pair_propensity,
        (SELECT count(*) FROM spans WHERE vote = votes.id AND side = 'a' AND kind <> 'missed') AS spans_a,
        (SELECT count(*) FROM spans WHERE vote = votes.id AND side = 'b' AND kind <> 'missed') AS spans_b,
        battles.instruction AS instruction_text,
        coalesce(battles.response_a, '') AS response_a, coalesce(battles.response_b, '') AS response_b, votes.comment
    FROM votes JOIN battles ON battles.id = votes.battle_id"""
_RECORDS = f"""
    SELECT battles.*, votes.id AS vote, votes.hallucination, votes.comment, votes.voted_at,
        votes.instruction AS following, {recount.EXCLUDED} AS excluded
    FROM votes JOIN battles ON battles.id = votes.battle_id"""


class Reading:
    """The reading half of `arena.store.Store`. Every method may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def battle(self, battle_id: str) -> Battle:
        """Raises UnknownBattleError."""
        with self._database.reading("The battle") as connection:
            return find_battle(connection, battle_id)

    def ballot(self, battle_id: str) -> Ballot | None:
        """The vote of a battle, None if it has none."""
        with self._database.reading("The vote") as connection:
            row = connection.execute(select(_votes).where(_votes.c.battle_id == battle_id)).one_or_none()
            if row is None:
                return None
            spans = connection.execute(select(_spans).where(_spans.c.vote == row.id).order_by(_spans.c.position))
            return ballot_of(row.hallucination, row.instruction, row.comment, spans)

    def vote_version(self) -> int:
        """How many votes there are, the excluded ones too: votes are never deleted, so the last number tells."""
        with self._database.reading("The votes") as connection:
            return connection.execute(select(func.coalesce(func.max(_votes.c.id), 0))).scalar_one()

    def version(self) -> Version:
        """Numbers of the last vote and the last decision: while they are the same, so are all counts."""
        with self._database.reading("The votes") as connection:
            last = [
                connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
                for table in (_votes, schema.decisions)
            ]
        return last[0], last[1]

    def tallies(self, axis: Axis, by: str | None = None, value: str | None = None) -> list[Tally]:
        """How often each judgment was given to each ordered pair of models, in a fixed order; votes that count only.

        by is "category", "language" or "source", and value one of `slices(by)`; without both, all votes.
        """
        table = schema.counts
        chosen = (table.c.axis == axis.value, *_sliced(by, value))
        keys = (table.c.model_a, table.c.model_b, table.c.judgment)
        with self._database.reading("The votes") as connection:
            rows = connection.execute(select(*keys, table.c["count"]).where(*chosen).order_by(*keys))
            return [Tally(a, b, Judgment(given), count) for a, b, given, count in rows]

    def slices(self, by: str) -> list[str]:
        """The values of "category", "language" or "source" that have votes, sorted."""
        table = schema.counts
        _sliced(by, "")
        with self._database.reading("The votes") as connection:
            query = select(table.c.value).distinct().where(table.c.slice == by).order_by(table.c.value)
            return list(connection.execute(query.where(table.c.axis == Axis.HALLUCINATION.value)).scalars())

    def voter_tallies(self, axis: Axis) -> pd.DataFrame:
        """Columns voter, model_a, model_b, judgment, count: as `tallies`, for each voter; grows with their number."""
        return self._table(schema.voter_counts, axis, "voter", "model_a", "model_b", "judgment", "count")

    def style_tallies(self, axis: Axis) -> pd.DataFrame:
        """Columns model_a, model_b, judgment, length, format, count: as `tallies`, by the bins of `arena.style`."""
        return self._table(schema.style_counts, axis, "model_a", "model_b", "judgment", "length", "format", "count")

    def marked_answers(self) -> pd.DataFrame:
        """Columns model, judgment (of the hallucination axis) and count: answers in which words were marked as
        hallucinated, of votes that count. See `arena.rates`."""
        table = schema.mark_counts
        with self._database.reading("The votes") as connection:
            rows = connection.execute(select(table).order_by(table.c.model, table.c.judgment)).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=["model", "judgment", "count"])

    def votes_by_day(self) -> pd.DataFrame:
        """Columns day (UTC date as text) and count: how many votes that count were given on it."""
        table = schema.day_counts
        with self._database.reading("The votes") as connection:
            rows = connection.execute(select(table.c.day, table.c["count"]).order_by(table.c.day)).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=["day", "count"])

    def votes_frame(
        self,
        include_excluded: bool = True,
        voter: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        after: int = 0,
        before: int | None = None,
    ) -> pd.DataFrame:
        """One row per vote with FRAME_COLUMNS, in the order of voting or the newest first, `limit` at most.

        voter is a hash from `voter_hash`; after and before are numbers of votes, themselves left out. With voter, limit
        or after, the time it takes does not grow with the number of other votes.
        """
        wanted = ["votes.id > :after"]
        wanted += ["votes.id < :before"] if before is not None else []
        wanted += ["votes.voter = :voter"] if voter is not None else []
        wanted += [f"NOT {recount.EXCLUDED}"] if not include_excluded else []
        order = "DESC" if newest_first else "ASC"
        query = f"{_FRAME} WHERE {' AND '.join(wanted)} ORDER BY votes.id {order} LIMIT :limit"
        values = {"after": after, "before": before, "voter": voter, "limit": -1 if limit is None else limit}
        with self._database.reading("The votes") as connection:
            result = connection.execute(
                text(query), {key: value for key, value in values.items() if f":{key}" in query}
            )
            return _frame(pd.DataFrame([tuple(row) for row in result], columns=list(result.keys())))

    def records(self, include_excluded: bool = False, after: int = 0) -> Iterator[Record]:
        """Every vote with a number above `after`, with its battle, in the order of voting; read in batches, so votes
        may come in meanwhile."""
        last = after
        while batch := self._records_after(last):
            last = batch[-1].vote
            yield from (record for record in batch if include_excluded or not record.excluded)

    def newest(self, wanted: Wanted, before: int | None = None, limit: int = 10) -> Found:
        """The newest votes that are wanted, numbered below `before`, the newest first and `limit` at most.

        At most LOOKED_THROUGH votes are looked through (all own ones with a voter), so the time it takes does not grow
        with the number of votes; `Found.before` is where to go on.
        """
        conditions, values = _wanted(wanted)
        with self._database.reading("The votes") as connection:
            end = connection.execute(select(func.coalesce(func.max(_votes.c.id), 0))).scalar_one() + 1
            end = end if before is None else min(before, end)
            start = 1 if wanted.voter else max(1, end - LOOKED_THROUGH)
            query = text(
                f"{_RECORDS} WHERE votes.id < :end AND votes.id >= :start {conditions} ORDER BY votes.id DESC LIMIT :n"
            )
            rows = connection.execute(query, {"end": end, "start": start, "n": limit + 1, **values}).all()
            shown = rows[:limit]
            records = _records(connection, shown)
        if len(rows) > limit:
            return Found(records, shown[-1].vote)
        return Found(records, start if start > 1 else None)

    def may_be_published(self, battle: Battle) -> bool:
        """Whether strangers may see the picture of a battle: nobody has asked that it not be published, neither here
        nor, where it was uploaded, with any other battle on the same picture."""
        if not battle.publish:
            return False
        refused = select(_battles.c.id).where(
            _battles.c.picture_sha256 == battle.picture_sha256, text("publish = 0"), text("source = 'own'")
        )
        with self._database.reading("The battle") as connection:
            return battle.source is not Source.OWN or connection.execute(refused.limit(1)).first() is None

    def pairs_seen(self, voter: str, picture_sha256: str) -> set[frozenset[str]]:
        """Which models this voter has been shown together on this picture."""
        query = select(_battles.c.a_name, _battles.c.b_name).where(
            _battles.c.voter == voter, _battles.c.picture_sha256 == picture_sha256
        )
        with self._database.reading("The battles") as connection:
            return {frozenset(pair) for pair in connection.execute(query)}

    def recent_challenges(self, voter: str, limit: int = 50) -> list[str]:
        """The challenges of a voter's battles, newest first; "" for a battle without one."""
        query = (
            select(func.coalesce(_battles.c.challenge, "")).where(_battles.c.voter == voter)
            .order_by(text("battles.rowid DESC")).limit(limit)
        )  # fmt: skip
        with self._database.reading("The battles") as connection:
            return list(connection.execute(query).scalars())

    def decisions(self) -> list[Decision]:
        """The whole audit trail, oldest first."""
        table = schema.decisions
        with self._database.reading("The decisions") as connection:
            return [decision_of(row) for row in connection.execute(select(table).order_by(table.c.id))]

    def excluded(self, subject: str) -> set[str]:
        """The votes (their numbers as text) or the voters that a decision in force leaves out; subject is "vote" or
        "voter"."""
        table = schema.exclusions
        with self._database.reading("The decisions") as connection:
            return set(connection.execute(select(table.c.subject_id).where(table.c.subject == subject)).scalars())

    def count_differences(self) -> list[str]:
        """Where the counts are not what the votes say, in words; empty when all is well. Goes through all votes."""
        with self._database.reading("The votes") as connection:
            return recount.differences(connection)

    def _table(self, table: object, axis: Axis, *columns: str) -> pd.DataFrame:
        with self._database.reading("The votes") as connection:
            query = select(*(table.c[name] for name in columns)).where(table.c.axis == axis.value)
            rows = connection.execute(query).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=list(columns))

    def _records_after(self, last: int) -> list[Record]:
        query = text(f"{_RECORDS} WHERE votes.id > :last ORDER BY votes.id LIMIT :n")
        with self._database.reading("The votes") as connection:
            return _records(connection, connection.execute(query, {"last": last, "n": BATCH}).all())


def find_battle(connection: Connection, battle_id: str) -> Battle:
    """Raises UnknownBattleError for whatever is no battle's id."""
    row = None
    if isinstance(battle_id, str) and battle_id.isascii():
        row = connection.execute(select(_battles).where(_battles.c.id == battle_id)).one_or_none()
    if row is None:
        raise UnknownBattleError
    return battle_of(row)


def _records(connection: Connection, rows: Sequence[object]) -> list[Record]:
    """Rows of _RECORDS, in their order, each with its marked words."""
    spans: dict[int, list] = {row.vote: [] for row in rows}
    marked = select(_spans).where(_spans.c.vote.in_(list(spans))).order_by(_spans.c.vote, _spans.c.position)
    for span in connection.execute(marked) if rows else ():
        spans[span.vote].append(span)
    return [_record(row, spans[row.vote]) for row in rows]


def _record(row: object, spans: list) -> Record:
    values = row._asdict()
    ballot = ballot_of(values["hallucination"], values["following"], values["comment"], spans)
    at = datetime.fromisoformat(values["voted_at"])
    return Record(values["vote"], battle_of(values), ballot, at, bool(values["excluded"]))


def _wanted(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """SQL that follows other conditions, and its values."""
    conditions, values = [], {}
    if not wanted.voter:
        conditions.append(f"NOT {recount.EXCLUDED}")
    if wanted.model:
        conditions.append(":model IN (battles.a_name, battles.b_name)")
        values["model"] = wanted.model
    if wanted.language:
        conditions.append("battles.language = :language")
        values["language"] = wanted.language
    if wanted.voter:
        conditions.append("votes.voter = :voter")
        values["voter"] = wanted.voter
    if wanted.axis is not None and wanted.judgments:
        given = ", ".join(f"'{judgment.value}'" for judgment in wanted.judgments)
        conditions.append(f"votes.{wanted.axis.value} IN ({given})")
    return "".join(f" AND {condition}" for condition in conditions), values


def _sliced(by: str | None, value: str | None) -> tuple:
    """Which rows of `counts` are meant."""
    table = schema.counts
    if by is None and value is None:
        return (table.c.slice == "all", table.c.value == "")
    if by not in recount.SLICES or value is None:
        raise ValueError(f"votes are counted by {', '.join(recount.SLICES)}, each with a value; got {by!r}, {value!r}")
    return (table.c.slice == by, table.c.value == value)


_COMPUTED = ("voted_at", "seconds", "characters_a", "characters_b")


def _frame(read: pd.DataFrame) -> pd.DataFrame:
    voted, ended = (
        pd.to_datetime(read[name], utc=True, format="ISO8601").astype("datetime64[us, UTC]")
        for name in ("voted_at", "ended_at")
    )
    read["voted_at"], read["seconds"] = voted, (voted - ended).dt.total_seconds().astype(float)
    for side in "ab":
        read[f"characters_{side}"] = read[f"response_{side}"].map(len).astype("int64")
    kinds = {name: "int64" for name in ("vote", "turns", "spans_a", "spans_b")}
    kinds |= {name: "bool" for name in ("rated", "excluded", "blind")}
    kinds |= {name: "float64" for name in ("side_propensity", "pair_propensity")}
    texts = {name: "str" for name in FRAME_COLUMNS if name not in kinds and name not in _COMPUTED}
    return read.astype(kinds | texts)[list(FRAME_COLUMNS)]
