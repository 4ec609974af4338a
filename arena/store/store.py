"""The arena's memory: what is written, each in one transaction that is on the disk when the method returns.

A vote, its marked words, its battle's state and all counts change together, in a fixed number of rows; a UNIQUE
constraint allows one vote per battle, whatever the code above does. Votes are never changed or deleted: a decision
leaves them out of the counts, another one counts them again.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from arena.battle import Battle, State, vote
from arena.errors import AlreadyVotedError, DecisionError, NotYourBattleError, StoreError
from arena.records import Decision, Kind, Subject
from arena.store import schema
from arena.store.counting import Counted, add, subtract
from arena.store.database import Database
from arena.store.reading import Reading, find_battle
from arena.store.rows import ballot_of, battle_row, decision_of, span_rows
from arena.style import format_bin, length_bin
from arena.votes import Ballot

_battles, _votes, _spans = schema.battles, schema.votes, schema.spans
_decisions, _exclusions = schema.decisions, schema.exclusions


class Store(Reading):
    """One SQLite file. Every method may be called from any thread; each is one transaction."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file and brings its schema up to date.

        Raises StoreError if it is not a database, cannot be opened, or was written by a newer version.
        """
        super().__init__(Database(path, schema.migrate))
        self.path = self._database.path
        self.engine = self._database.engine
        self._salt = self._load_salt()

    def close(self) -> None:
        self._database.close()

    def voter_hash(self, session: str) -> str:
        """The name under which a session's votes are stored; without this file's salt it tells nothing."""
        return hmac.new(self._salt, session.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def address_hash(self, address: str) -> str:
        """What is kept of a network address: a salted hash that differs from any voter's; empty for none."""
        if not address:
            return ""
        return hmac.new(self._salt, b"address\0" + address.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def add_battle(self, battle: Battle) -> None:
        with self._database.writing("The battle") as connection:
            connection.execute(insert(_battles).values(battle_row(battle)))

    def save_battle(self, battle: Battle, was: State) -> None:
        """Replaces a battle's row; raises StoreError if the stored state is no longer `was`."""
        with self._database.writing("The battle") as connection:
            found = connection.execute(
                update(_battles)
                .where(_battles.c.id == battle.id, _battles.c.state == was.value)
                .values(battle_row(battle))
            )
            if found.rowcount != 1:
                raise StoreError("This battle has moved on in the meantime. Start a new battle.")

    def cast_vote(self, battle_id: str, voter: str, ballot: Ballot, at: datetime) -> Battle:
        """Stores the one vote of a complete battle and returns the battle as voted. On the disk when this returns.

        voter is a hash from `voter_hash`. Raises UnknownBattleError, NotYourBattleError, AnswersNotReadyError,
        AlreadyVotedError, BattleFailedError; StorageFullError or StoreError leave the battle as it was.
        """
        try:
            with self._database.writing("Your judgment") as connection:
                battle = find_battle(connection, battle_id)
                if not hmac.compare_digest(battle.voter, voter):
                    raise NotYourBattleError
                voted = vote(battle)
                self._insert_vote(connection, battle, ballot, at)
                connection.execute(update(_battles).where(_battles.c.id == battle_id).values(state=voted.state.value))
        except IntegrityError as error:
            raise AlreadyVotedError from error
        return voted

    def fail_unfinished(self, failure: str, at: datetime) -> int:
        """Marks the battles that a stopped server left behind; returns how many."""
        unfinished = _battles.c.state.in_([State.CREATED.value, State.ANSWERING.value])
        with self._database.writing("The battles") as connection:
            return connection.execute(
                update(_battles).where(unfinished)
                .values(state=State.FAILED.value, failure=failure, ended_at=at.isoformat())
            ).rowcount  # fmt: skip

    def decide(
        self,
        kind: Kind | str,
        subject: Subject | str,
        subject_id: str | int,
        reason: str,
        evidence: object,
        by: str,
        at: datetime,
    ) -> Decision | None:
        """Leaves a vote, or all votes of a voter (also later ones), out of every count; or counts them again.

        The decision and the counts change in one transaction. None, and nothing is written, where that is in force
        already. evidence is text, or anything that JSON can hold. Raises DecisionError for an unknown kind, subject,
        vote or voter, and for an empty reason.
        """
        kind, subject, subject_id = _read_decision(kind, subject, subject_id, reason)
        with self._database.writing("The decision") as connection:
            affected = _votes_of(connection, subject, subject_id)
            there = select(_exclusions).where(
                _exclusions.c.subject == subject.value, _exclusions.c.subject_id == subject_id
            )
            in_force = connection.execute(there).first() is not None
            if in_force == (kind is Kind.EXCLUDE):
                return None
            row = connection.execute(
                insert(_decisions).values(
                    kind=kind.value, subject=subject.value, subject_id=subject_id, reason=reason,
                    evidence=evidence if isinstance(evidence, str) else json.dumps(evidence, ensure_ascii=False),
                    decided_by=by, decided_at=at.isoformat(),
                ).returning(_decisions)
            ).one()  # fmt: skip
            counted_before = {vote: self._is_excluded(connection, vote, voter) for vote, voter in affected}
            if kind is Kind.EXCLUDE:
                connection.execute(
                    insert(_exclusions).values(subject=subject.value, subject_id=subject_id, decision=row.id)
                )
            else:
                connection.execute(
                    _exclusions.delete().where(
                        _exclusions.c.subject == subject.value, _exclusions.c.subject_id == subject_id
                    )
                )
            for vote_id, voter in affected:
                after = self._is_excluded(connection, vote_id, voter)
                if after != counted_before[vote_id]:
                    self._count(connection, vote_id, subtract if after else add)
            return decision_of(row)

    def _insert_vote(self, connection: Connection, battle: Battle, ballot: Ballot, at: datetime) -> None:
        answers = (battle.response_a or "", battle.response_b or "")
        length, form = length_bin(*answers), format_bin(*answers)
        result = connection.execute(insert(_votes).values(
            battle_id=battle.id, voter=battle.voter, voted_at=at.isoformat(), comment=ballot.remarks.comment,
            hallucination=ballot.hallucination.value, instruction=ballot.instruction.value,
            length=length, format=form,
        ))  # fmt: skip
        vote_id = result.inserted_primary_key[0]
        if ballot.remarks.spans:
            connection.execute(insert(_spans), span_rows(vote_id, ballot.remarks))
        if battle.rated and not self._is_excluded(connection, vote_id, battle.voter):
            add(connection, Counted(battle, ballot, battle.voter, _day(at.isoformat()), length, form))

    def _count(self, connection: Connection, vote_id: int, change: object) -> None:
        row = connection.execute(select(_votes).where(_votes.c.id == vote_id)).one()
        battle = find_battle(connection, row.battle_id)
        if battle.rated:
            spans = connection.execute(select(_spans).where(_spans.c.vote == vote_id).order_by(_spans.c.position))
            ballot = ballot_of(row.hallucination, row.instruction, row.comment, spans)
            change(connection, Counted(battle, ballot, row.voter, _day(row.voted_at), row.length, row.format))

    @staticmethod
    def _is_excluded(connection: Connection, vote_id: int, voter: str) -> bool:
        found = select(_exclusions.c.decision).where(
            ((_exclusions.c.subject == "vote") & (_exclusions.c.subject_id == str(vote_id)))
            | ((_exclusions.c.subject == "voter") & (_exclusions.c.subject_id == voter))
        )
        return connection.execute(found).first() is not None

    def _load_salt(self) -> bytes:
        table = schema.secrets_table
        with self._database.writing("The vote database") as connection:
            salt = connection.execute(select(table.c.value).where(table.c.name == "voter_salt")).scalar()
            if salt is None:
                salt = secrets.token_hex(32)
                connection.execute(insert(table).values(name="voter_salt", value=salt))
        return bytes.fromhex(salt)


def _read_decision(kind: object, subject: object, subject_id: object, reason: object) -> tuple[Kind, Subject, str]:
    if kind not in list(Kind) or subject not in list(Subject):
        raise DecisionError(
            f"Cannot {str(kind)[:40]!r} a {str(subject)[:40]!r}; the decisions are {', '.join(Kind)}, about"
            f" {' or '.join(Subject)}."
        )
    if not isinstance(reason, str) or not reason.strip():
        raise DecisionError("A decision needs a reason in words; give one.")
    return Kind(kind), Subject(subject), str(subject_id)


def _votes_of(connection: Connection, subject: Subject, subject_id: str) -> list[tuple[int, str]]:
    """Number and voter of each vote that a decision is about; raises DecisionError if there is none."""
    if subject is Subject.VOTER:
        chosen = _votes.c.voter == subject_id
    elif subject_id.isascii() and subject_id.isdigit() and len(subject_id) < 19:
        chosen = _votes.c.id == int(subject_id)
    else:
        raise DecisionError(f"{subject_id[:40]!r} is no number of a vote; votes are numbered from 1.")
    found = [(row.id, row.voter) for row in connection.execute(select(_votes.c.id, _votes.c.voter).where(chosen))]
    if not found:
        raise DecisionError(f"There is no {subject.value} {subject_id[:70]!r}; look at the log of votes.")
    return found


def _day(at: str) -> str:
    return at[:10]
