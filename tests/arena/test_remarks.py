"""Marked words and comments: what a browser may send, and that it comes back from the disk to the letter."""

from dataclasses import replace

import pytest
from conftest import START, new_battle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.battle import Turn, ask_again, complete, start_answering
from arena.errors import JudgmentError, RemarkError
from arena.votes import MAX_SPANS, Ballot, Judgment, Remarks, Span, SpanKind, read_ballot, read_remarks

TURNS = (Turn("Name it 😀", "A dog 🐕 runs", "一只狗"), Turn("More?", "Yes", ""))


def mark(**changes):
    return {"side": "a", "turn": 0, "start": 2, "end": 5, "kind": "object", **changes}


def test_reads_marks_and_a_comment():
    sent = {
        "spans": [mark(correction=" cat "), mark(side="b", start=0, end=3, kind="text"), mark(kind="missed", end=7)],
        "comment": " so so\r\nindeed ",
    }
    assert read_remarks(sent, TURNS) == Remarks(
        (
            Span("a", 2, 5, SpanKind.OBJECT, 0, "cat"),
            Span("b", 0, 3, SpanKind.TEXT),
            Span("a", 2, 7, SpanKind.MISSED),
        ),
        "so so\nindeed",
    )
    assert TURNS[0].response_a[2:5] == "dog" and TURNS[0].response_b[0:3] == "一只狗"


@pytest.mark.parametrize("nothing", [None, {}, {"spans": []}, {"spans": None, "comment": None}, {"comment": "  "}])
def test_nothing_is_said(nothing):
    assert read_remarks(nothing, TURNS) == Remarks()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("text", "Remarks came as str"),
        ({"mood": "good"}, "Unknown remark 'mood'"),
        ({"spans": "abc"}, "Marked words came as str"),
        ({"spans": {"side": "a"}}, "Marked words came as dict"),
        ({"spans": [7]}, "Marked words came as int"),
        ({"spans": [mark(model="alpha")]}, "Unknown part of marked words 'model'"),
        ({"spans": [mark(side="c")]}, "answer 'c'; the answers are 'a' and 'b'"),
        ({"spans": [mark(side=None)]}, "answer 'None'"),
        ({"spans": [mark(kind="lie")]}, "marked as 'lie'; choose one of object, attribute"),
        ({"spans": [mark(kind=["object"])]}, "marked as"),
        ({"spans": [mark(turn=2)]}, "in turn 2; this battle has 2"),
        ({"spans": [mark(turn=-1)]}, "in turn -1"),
        ({"spans": [mark(turn=True)]}, "in turn True"),
        ({"spans": [mark(start=5)]}, "Characters 5 to 5 are marked in a text of 12"),
        ({"spans": [mark(start=6)]}, "Characters 6 to 5"),
        ({"spans": [mark(start=-1)]}, "Characters -1 to 5"),
        ({"spans": [mark(end=13)]}, "Characters 2 to 13 are marked in a text of 12"),
        ({"spans": [mark(end=5.0)]}, "Characters 2 to 5.0"),
        ({"spans": [mark(start="2")]}, "Characters 2 to 5"),
        ({"spans": [{"side": "a", "kind": "object"}]}, "Characters None to None"),
        ({"spans": [mark(side="b", turn=1, start=0, end=1)]}, "in a text of 0"),
        ({"spans": [mark(kind="missed", end=10)]}, "Characters 2 to 10 are marked in a text of 9"),
        ({"spans": [mark()] * (MAX_SPANS + 1)}, "101 places are marked; at most 100"),
        ({"spans": [mark(correction="x" * 301)]}, "A correction has 301 characters; at most 300"),
        ({"spans": [mark(correction=["x"])]}, "A correction came as list"),
        ({"comment": "x" * 2001}, "The comment has 2,001 characters"),
        ({"comment": 7}, "The comment came as int"),
        ({"comment": "a\x00b"}, "U+0000"),
        ({"comment": "a\ud800b"}, "U+D800"),
    ],
)
def test_refuses_remarks_that_cannot_be_meant(sent, said):
    with pytest.raises(RemarkError) as refusal:
        read_remarks(sent, TURNS)
    assert said in str(refusal.value)


KEYS = st.sampled_from(["spans", "comment", "side", "turn", "start", "end", "kind", "correction", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)


@given(JSON)
def test_whatever_comes_is_read_or_refused(sent):
    try:
        remarks = read_remarks(sent, TURNS)
    except RemarkError:
        return
    for span in remarks.spans:
        turn = TURNS[span.turn]
        text = turn.instruction if span.kind is SpanKind.MISSED else getattr(turn, f"response_{span.side}")
        assert 0 <= span.start < span.end <= len(text)


@given(JSON)
def test_whatever_comes_is_a_ballot_or_refused(sent):
    with pytest.raises(JudgmentError):
        read_ballot(sent)


TEXT = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("😀👩‍👩‍👧🇩🇪中文字é́\u200d\ufeff"), min_size=1, max_size=30
)


@st.composite
def judged(draw):
    """Texts of two turns, and marks anywhere in them."""
    texts = [tuple(draw(TEXT) for _ in range(3)) for _ in range(2)]
    spans = []
    for _ in range(draw(st.integers(0, 6))):
        turn, side, kind = draw(st.integers(0, 1)), draw(st.sampled_from("ab")), draw(st.sampled_from(SpanKind))
        instruction, a, b = texts[turn]
        text = instruction if kind is SpanKind.MISSED else a if side == "a" else b
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        spans.append(
            {"side": side, "turn": turn, "start": start, "end": end, "kind": kind.value, "correction": text[start:end]}
        )
    return texts, spans


@given(judged())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spans_come_back_from_the_disk_to_the_letter(store, what):
    """Offsets are code points: slicing the stored text gives the very characters that were marked."""
    texts, sent = what
    battle_id = f"battle {store.vote_version()}"
    battle = new_battle(battle_id, voter="me")
    first, last = texts
    battle = start_answering(ask_again(whole(battle, first), last[0]), START)
    battle = complete(battle, battle.a, battle.b, *last[1:], START)
    allowed = [span for span in sent if readable(span["correction"])]
    remarks = read_remarks({"spans": allowed, "comment": "完 😀"}, battle.turns)
    store.add_battle(battle)
    store.cast_vote(battle_id, "me", Ballot(Judgment.A, Judgment.B, remarks), START)
    stored, ballot = store.battle(battle_id), store.ballot(battle_id)
    assert stored.turns == battle.turns and ballot.remarks == remarks
    for span, mark in zip(ballot.remarks.spans, allowed, strict=True):
        turn = stored.turns[span.turn]
        text = turn.instruction if span.kind is SpanKind.MISSED else getattr(turn, f"response_{span.side}")
        assert text[span.start : span.end] == mark["correction"]
    record = next(store.records(after=store.vote_version() - 1))
    assert record.ballot == ballot and record.battle == stored


def whole(battle, texts):
    instruction, a, b = texts
    battle = start_answering(replace(battle, instruction=instruction), START)
    return complete(battle, battle.a, battle.b, a, b, START)


def readable(text):
    return not any(ord(c) < 32 and c not in "\n\t" for c in text)
