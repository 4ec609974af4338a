"""What becomes of a vote in the arena, DPO and raw forms. (RLHF-V has its own file, `corrections`.)"""

from datetime import datetime

from arena.export.entries import Entry, answer, conversation
from arena.export.formats import LeftOut
from arena.export.pictures import Picture, PictureState
from arena.votes import Axis, Judgment, Span, SpanKind

Row = dict[str, object]

WINNERS = {
    Judgment.A: "model_a",
    Judgment.B: "model_b",
    Judgment.BOTH_GOOD: "tie",
    Judgment.BOTH_BAD: "tie (bothbad)",
}
"""The words of the public arena datasets (lmsys/chatbot_arena_conversations, WildVision)."""

LANGUAGES = {"en": "English", "zh": "Chinese", "other": "unknown"}
"""The public arena datasets write languages out."""


def arena_rows(entry: Entry, axis: Axis) -> list[Row] | LeftOut:
    """One row per battle with a winner or a tie; the picture is null where it may not be shown or is gone."""
    battle, judgment = entry.record.battle, entry.record.ballot.on(axis)
    if judgment not in WINNERS:
        return LeftOut.CANT_TELL
    return [
        {
            "question_id": battle.id,
            "model_a": battle.a.name,
            "model_b": battle.b.name,
            "winner": WINNERS[judgment],
            "judge": entry.voter,
            "conversation_a": conversation(entry, "a"),
            "conversation_b": conversation(entry, "b"),
            "turn": len(battle.turns),
            "anony": battle.blind,
            "language": LANGUAGES.get(battle.language, battle.language),
            "tstamp": entry.record.voted_at.timestamp(),
            "image": entry.picture.image,
            "axis": axis.value,
            "category": battle.category,
        }
    ]


def dpo_rows(entry: Entry, axis: Axis) -> list[Row] | LeftOut:
    """One row per battle with a winner whose picture may be shown.

    The prompt is what both sides saw: the picture and the first instruction. chosen and rejected are everything after
    it, because the answers of later turns rest on each side's own earlier ones, and the person judged the whole.
    """
    battle, judgment = entry.record.battle, entry.record.ballot.on(axis)
    if judgment is Judgment.CANT_TELL:
        return LeftOut.CANT_TELL
    if judgment not in (Judgment.A, Judgment.B):
        return LeftOut.TIE
    first, *chosen = conversation(entry, judgment.value)
    _, *rejected = conversation(entry, "b" if judgment is Judgment.A else "a")
    if chosen == rejected:
        return LeftOut.SAME_ANSWER
    if entry.picture.image is None:
        return without_picture(entry.picture)
    better, worse = (battle.a, battle.b) if judgment is Judgment.A else (battle.b, battle.a)
    return [
        {
            "images": [entry.picture.image],
            "prompt": [{"role": "user", "content": [_part("image"), _part("text", first["content"])]}],
            "chosen": [_structured(message) for message in chosen],
            "rejected": [_structured(message) for message in rejected],
            "question_id": battle.id,
            "chosen_model": better.name,
            "rejected_model": worse.name,
            "turn": len(battle.turns),
            "axis": axis.value,
            "language": battle.language,
            "category": battle.category,
            "judge": entry.voter,
        }
    ]


def raw_rows(entry: Entry) -> list[Row]:
    """The vote with every field that is stored, but for the voter's stored hash and the address hash."""
    record, battle, ballot = entry.record, entry.record.battle, entry.record.ballot
    sides = {}
    for side, contestant, mark in (("a", battle.a, battle.mark_a), ("b", battle.b, battle.mark_b)):
        sides |= {
            f"model_{side}": contestant.name,
            f"quantization_{side}": contestant.quantization,
            f"revision_{side}": contestant.revision,
            f"generation_{side}": contestant.generation,
            f"mark_{side}": mark and mark.value,
        }
    shown = entry.picture.state is not PictureState.NOT_PUBLISHED
    return [
        {
            "vote": record.vote,
            "battle_id": battle.id,
            "follows": battle.follows,
            "voter": entry.voter,
            "created_at": battle.created_at,
            "answering_at": battle.answering_at,
            "ended_at": battle.ended_at,
            "voted_at": record.voted_at,
            "seconds": _seconds(battle.ended_at, record.voted_at),
            **sides,
            "hallucination": ballot.hallucination.value,
            "instruction": ballot.instruction.value,
            "rated": battle.rated,
            "excluded": record.excluded,
            "blind": battle.blind,
            "category": battle.category,
            "language": battle.language,
            "source": battle.source.value,
            "challenge": battle.challenge,
            "checker": battle.checker or None,
            "facts": battle.facts or None,
            "turns": len(battle.turns),
            "earlier": [
                {"instruction": turn.instruction, "response_a": turn.response_a, "response_b": turn.response_b}
                for turn in battle.earlier
            ],
            "instruction_text": battle.instruction,
            "response_a": battle.response_a or "",
            "response_b": battle.response_b or "",
            "pair_propensity": battle.pair_propensity,
            "side_propensity": battle.side_propensity,
            "spans": [
                {
                    "side": span.side,
                    "turn": span.turn,
                    "start": span.start,
                    "end": span.end,
                    "kind": span.kind.value,
                    "text": marked_text(entry, span)[span.start : span.end],
                    "correction": span.correction,
                }
                for span in ballot.remarks.spans
            ],
            "comment": ballot.remarks.comment,
            "publish": battle.publish,
            "picture_state": entry.picture.state.value,
            "picture_sha256": battle.picture_sha256 if shown else None,
            "image": entry.picture.image,
        }
    ]


def marked_text(entry: Entry, span: Span) -> str:
    """The whole text that a span's characters count in."""
    if span.kind is SpanKind.MISSED:
        return entry.record.battle.turns[span.turn].instruction
    return answer(entry, span.side, span.turn)


def without_picture(picture: Picture) -> LeftOut:
    """The reason for leaving out a row that is of no use without its picture."""
    return LeftOut.GONE if picture.state is PictureState.GONE else LeftOut.NOT_PUBLISHED


def _structured(message: dict[str, str]) -> Row:
    return {"role": message["role"], "content": [_part("text", message["content"])]}


def _part(kind: str, text: str | None = None) -> Row:
    return {"type": kind, "text": text}


def _seconds(begin: datetime | None, end: datetime) -> float | None:
    return None if begin is None else (end - begin).total_seconds()
