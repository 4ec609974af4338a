"""What becomes of a vote in the RLHF-V form (arXiv 2312.00849): an answer with marked words, and a better text.

One row per answer that a person marked words in on the exported axis. On *hallucination* those are the words of the
answer that are not true; on *instruction following* those words of the instruction that the answer did not follow.

The better text is, in this order:
- `corrected`: the same answer with every marked place replaced by the person's correction. Only on hallucination, and
  only where each marked place has a correction that differs from it and no two places overlap: an answer that is put
  right in part would teach the rest of its faults. What was said before is the same for both texts (`history`).
- `other_answer`: the other model's answer, where the person judged it better on this axis and the battle has one turn.
  In a longer battle the two answers rest on different earlier ones, and the judgment is on the whole.
An answer that has neither gives no row.
"""

import json
from collections.abc import Sequence

from arena.export.entries import Entry, answer, conversation
from arena.export.formats import LeftOut
from arena.export.rows import Row, without_picture
from arena.votes import Axis, Judgment, Span, SpanKind

DATASET = "mme-arena"


def rlhf_v_rows(entry: Entry, axis: Axis) -> list[Row] | LeftOut:
    """At most one row per answer (side and turn), in the order of turns, side a first."""
    marks: dict[tuple[int, str], list[Span]] = {}
    for span in entry.record.ballot.remarks.spans:
        if (span.kind is SpanKind.MISSED) == (axis is Axis.INSTRUCTION):
            marks.setdefault((span.turn, span.side), []).append(span)
    if not marks:
        return LeftOut.NO_MARKS
    better = {place: found for place in sorted(marks) if (found := _better(entry, axis, *place, marks[place]))}
    if not better:
        return LeftOut.NO_BETTER_TEXT
    if entry.picture.image is None:
        return without_picture(entry.picture)
    return [_row(entry, axis, *place, *found) for place, found in better.items()]


def corrected(text: str, spans: Sequence[Span]) -> tuple[str, list[tuple[int, int]]] | None:
    """`text` with each marked place replaced by its correction, and where the corrections stand in the new text.

    The places are in the order of their start. None where that cannot be done: a correction is missing or is what
    stands there already, two places overlap, or a place lies outside the text.
    """
    pieces, places, end, length = [], [], 0, 0
    for span in sorted(spans, key=_order):
        wrong = text[span.start : span.end]
        if not end <= span.start < span.end <= len(text) or span.correction in ("", wrong):
            return None
        pieces += [text[end : span.start], span.correction]
        start = length + span.start - end
        length = start + len(span.correction)
        places.append((start, length))
        end = span.end
    return "".join([*pieces, text[end:]]), places


def _better(
    entry: Entry, axis: Axis, turn: int, side: str, spans: Sequence[Span]
) -> tuple[Sequence[Span], str, str, list[tuple[int, int]] | None] | None:
    """The marks in the order of their start, the kind of better text, the text, and where the corrections stand."""
    record, ordered = entry.record, sorted(spans, key=_order)
    rejected = answer(entry, side, turn)
    if axis is Axis.HALLUCINATION and (done := corrected(rejected, ordered)):
        return ordered, "corrected", *done
    other = "b" if side == "a" else "a"
    if record.ballot.on(axis) is Judgment(other) and len(record.battle.turns) == 1:
        chosen = answer(entry, other, turn)
        if chosen != rejected:
            return ordered, "other_answer", chosen, None
    return None


def _row(
    entry: Entry,
    axis: Axis,
    turn: int,
    side: str,
    spans: Sequence[Span],
    kind: str,
    chosen: str,
    places: list[tuple[int, int]] | None,
) -> Row:
    battle = entry.record.battle
    history = conversation(entry, side)[: 2 * turn]
    question, rejected = battle.turns[turn].instruction, answer(entry, side, turn)
    marked, where = (question, "question") if axis is Axis.INSTRUCTION else (rejected, "rejected")
    models = {"a": battle.a.name, "b": battle.b.name}
    other = models["b" if side == "a" else "a"]
    origin = {"model": models[side], "type": "question answering", "axis": axis.value}
    return {
        "ds_name": DATASET,
        "image": entry.picture.image,
        "text": json.dumps({"question": question, "chosen": chosen, "rejected": rejected}, ensure_ascii=False),
        "origin_dataset": DATASET,
        "origin_split": json.dumps(origin, ensure_ascii=False),
        "idx": entry.record.vote,
        "image_path": entry.picture.image["path"],
        "question": question,
        "chosen": chosen,
        "rejected": rejected,
        "chosen_is": kind,
        "segments": [
            {
                "of": where,
                "start": span.start,
                "end": span.end,
                "text": marked[span.start : span.end],
                "kind": span.kind.value,
                "correction": span.correction,
                "chosen_start": place and place[0],
                "chosen_end": place and place[1],
            }
            for span, place in zip(spans, places or [None] * len(spans), strict=True)
        ],
        "history": history,
        "model": models[side],
        "chosen_model": other if kind == "other_answer" else models[side],
        "question_id": battle.id,
        "side": side,
        "turn": turn,
        "axis": axis.value,
        "language": battle.language,
        "category": battle.category,
        "judge": entry.voter,
    }


def _order(span: Span) -> tuple[int, int, str, str]:
    return span.start, span.end, span.kind.value, span.correction
