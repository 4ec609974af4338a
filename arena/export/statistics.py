"""What a card says in figures, counted while the votes go by. Memory grows with voters, models and pictures only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arena.export.entries import Entry
from arena.export.formats import LeftOut
from arena.export.pictures import PictureState
from arena.export.rows import Row
from arena.votes import Axis, Judgment


@dataclass
class Statistics:
    """Counts over the votes that gave rows, and of those that gave none."""

    rows: int = 0
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    voters: Counter[str] = field(default_factory=Counter)  # published name -> votes
    battles: Counter[str] = field(default_factory=Counter)  # model -> votes with it
    sides: Counter[str] = field(default_factory=Counter)  # model -> votes with it on the left
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)  # sorted names -> votes
    judgments: Counter[tuple[Axis, Judgment]] = field(default_factory=Counter)
    wins: Counter[tuple[Axis, Judgment]] = field(default_factory=Counter)  # A or B; only votes that count in ratings
    longer: Counter[tuple[Axis, bool]] = field(default_factory=Counter)  # of these, whether the longer answer won
    languages: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    turns: Counter[int] = field(default_factory=Counter)
    spans: Counter[str] = field(default_factory=Counter)  # kind -> marked places
    corrections: int = 0
    comments: int = 0
    checked: int = 0
    not_rated: int = 0
    excluded: int = 0
    picture_states: Counter[PictureState] = field(default_factory=Counter)  # votes
    pictures: set[bytes] = field(default_factory=set)  # SHA-256 of each published picture
    kinds: Counter[str] = field(default_factory=Counter)  # `chosen_is` -> rows
    first: datetime | None = None
    last: datetime | None = None

    @property
    def votes(self) -> int:
        """Votes that gave at least one row."""
        return sum(self.turns.values())

    @property
    def votes_read(self) -> int:
        return self.votes + self.left_out.total()

    @property
    def reasons(self) -> list[str]:
        """E.g. `3: the voter could not tell`, for each reason that left a vote out."""
        return [f"{self.left_out[reason]:,}: {reason.value}" for reason in LeftOut if self.left_out[reason]]

    def leave_out(self, reason: LeftOut) -> None:
        self.left_out[reason] += 1

    def add(self, entry: Entry, rows: Sequence[Row]) -> None:
        """One vote and the rows that it gave, at least one."""
        record, battle, ballot = entry.record, entry.record.battle, entry.record.ballot
        self.rows += len(rows)
        self.kinds.update(row["chosen_is"] for row in rows if "chosen_is" in row)
        self.voters[entry.voter] += 1
        self.battles.update((battle.a.name, battle.b.name))
        self.sides[battle.a.name] += 1
        self.pairs[tuple(sorted((battle.a.name, battle.b.name)))] += 1
        self.languages[battle.language] += 1
        self.categories[battle.category] += 1
        self.sources[battle.source.value] += 1
        self.turns[len(battle.turns)] += 1
        self.spans.update(span.kind.value for span in ballot.remarks.spans)
        self.corrections += sum(bool(span.correction) for span in ballot.remarks.spans)
        self.comments += bool(ballot.remarks.comment)
        self.checked += bool(battle.checker)
        self.not_rated += not battle.rated
        self.excluded += record.excluded
        self.picture_states[entry.picture.state] += 1
        if entry.picture.image is not None:
            self.pictures.add(bytes.fromhex(battle.picture_sha256))
        for axis in Axis:
            self.judgments[axis, ballot.on(axis)] += 1
            if battle.rated and not record.excluded and ballot.on(axis) in (Judgment.A, Judgment.B):
                self._won(axis, ballot.on(axis), len(battle.response_a or "") - len(battle.response_b or ""))
        self.first = min(self.first or record.voted_at, record.voted_at)
        self.last = max(self.last or record.voted_at, record.voted_at)

    def _won(self, axis: Axis, winner: Judgment, a_longer_by: int) -> None:
        self.wins[axis, winner] += 1
        if a_longer_by:
            self.longer[axis, (a_longer_by > 0) == (winner is Judgment.A)] += 1
