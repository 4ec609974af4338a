"""Dataclasses to rows and back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from arena.battle import Battle, Contestant, Mark, Source, State, Turn
from arena.records import Decision, Kind, Subject
from arena.votes import Ballot, Judgment, Remarks, Span, SpanKind

_TIMES = ("created_at", "answering_at", "ended_at")
_TRANSLATED = {*_TIMES, "a", "b", "state", "earlier", "mark_a", "mark_b", "blind", "source", "publish"}
_PLAIN = tuple(field.name for field in fields(Battle) if field.name not in _TRANSLATED)


def battle_row(battle: Battle) -> dict[str, Any]:
    row = {name: getattr(battle, name) for name in _PLAIN}
    row |= {name: (at := getattr(battle, name)) and at.isoformat() for name in _TIMES}
    for side, contestant in (("a", battle.a), ("b", battle.b)):
        row |= {f"{side}_{name}": value for name, value in asdict(contestant).items()}
        mark = getattr(battle, f"mark_{side}")
        row[f"mark_{side}"] = mark and mark.value
    return row | {
        "state": battle.state.value,
        "source": battle.source.value,
        "blind": int(battle.blind),
        "publish": int(battle.publish),
        "earlier": json.dumps([astuple(turn) for turn in battle.earlier], ensure_ascii=False),
    }


def battle_of(row: Row | Mapping[str, Any]) -> Battle:
    """row has the columns of the table `battles`, and maybe more."""
    values = row if isinstance(row, Mapping) else row._asdict()
    sides = {
        side: Contestant(**{field.name: values[f"{side}_{field.name}"] for field in fields(Contestant)})
        for side in "ab"
    }
    return Battle(
        **sides,
        **{name: values[name] and datetime.fromisoformat(values[name]) for name in _TIMES},
        **{name: values[name] for name in _PLAIN},
        state=State(values["state"]),
        source=Source(values["source"]),
        blind=bool(values["blind"]),
        publish=bool(values["publish"]),
        earlier=tuple(Turn(*turn) for turn in json.loads(values["earlier"])),
        **{name: values[name] and Mark(values[name]) for name in ("mark_a", "mark_b")},
    )


def ballot_of(hallucination: str, instruction: str, comment: str, spans: Iterable[Row] = ()) -> Ballot:
    """spans are the rows of a vote's marked words, in order."""
    marked = tuple(Span(s.side, s.start, s.end, SpanKind(s.kind), s.turn, s.correction) for s in spans)
    return Ballot(Judgment(hallucination), Judgment(instruction), Remarks(marked, comment))


def span_rows(vote: int, remarks: Remarks) -> list[dict[str, Any]]:
    return [
        {**asdict(span), "kind": span.kind.value, "vote": vote, "position": position}
        for position, span in enumerate(remarks.spans)
    ]


def decision_of(row: Row) -> Decision:
    return Decision(
        row.id, Kind(row.kind), Subject(row.subject), row.subject_id, row.reason, row.evidence, row.decided_by,
        datetime.fromisoformat(row.decided_at),
    )  # fmt: skip
