"""Marked words and their corrections: what becomes an RLHF-V row, and what does not."""

import pytest
from ballot_box import BallotBox
from hypothesis import given
from hypothesis import strategies as st

from arena.export.corrections import corrected, rlhf_v_rows
from arena.export.entries import Entry
from arena.export.formats import LeftOut
from arena.export.pictures import PublicPictures
from arena.votes import Axis, Span, SpanKind

OBJECT = SpanKind.OBJECT


@pytest.fixture
def rows(tmp_path):
    """rows(axis, *votes): what the last vote of a fresh box gives; a vote is the arguments of `BallotBox.cast`."""
    box = BallotBox(tmp_path)

    def run(axis, *arguments, **options):
        box.cast(*arguments, **options)
        *_, record = box.store.records()
        return rlhf_v_rows(Entry(record, "somebody", PublicPictures(box.pictures, frozenset())), axis)

    yield run
    box.close()


@st.composite
def marked_texts(draw):
    """A text cut into pieces, of which every other one is marked, with its correction."""
    pieces = draw(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=8))
    spans, at = [], 0
    for number, piece in enumerate(pieces):
        if number % 2:
            correction = draw(st.text(min_size=1, max_size=6).filter(lambda text, piece=piece: text != piece))
            spans.append(Span("a", at, at + len(piece), OBJECT, 0, correction))
        at += len(piece)
    return pieces, spans, draw(st.permutations(spans))


@given(marked_texts())
def test_correcting_changes_the_marked_places_and_nothing_else(marked):
    pieces, ordered, shuffled = marked
    text = "".join(pieces)
    new, places = corrected(text, shuffled)
    assert new == "".join(ordered[n // 2].correction if n % 2 else piece for n, piece in enumerate(pieces))
    assert [new[start:end] for start, end in places] == [span.correction for span in ordered]
    back = [Span("a", *place, OBJECT, 0, text[s.start : s.end]) for place, s in zip(places, ordered, strict=True)]
    assert corrected(new, back) == (text, [(span.start, span.end) for span in ordered])


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 3, "")],  # no correction
        [(0, 3, "one")],  # what stands there already
        [(0, 3, "1"), (2, 5, "2")],  # overlapping
        [(0, 7, "1"), (4, 7, "2")],  # one in the other
        [(0, 3, "1"), (0, 3, "1")],  # twice
        [(4, 99, "x")],  # beyond the text
        [(3, 3, "x")],  # nothing marked
        [(-3, 2, "x")],
    ],
)
def test_what_cannot_be_corrected_as_a_whole_is_not(spans):
    assert corrected("one two", [Span("a", start, end, OBJECT, 0, new) for start, end, new in spans]) is None


def test_touching_marks_are_both_corrected():
    spans = [Span("a", 3, 7, OBJECT, 0, " 2"), Span("a", 0, 3, OBJECT, 0, "1")]
    assert corrected("one two", spans) == ("1 2", [(0, 1), (1, 3)])


def test_an_uncorrected_mark_takes_the_other_answer_where_that_won(rows):
    spans = [Span("a", 2, 5, OBJECT)]
    (row,) = rows(Axis.HALLUCINATION, "b", spans=spans)
    assert (row["chosen_is"], row["chosen"], row["rejected"]) == ("other_answer", "A cat and a hat.", "A dog.")
    assert (row["model"], row["chosen_model"]) == ("alpha", "beta")
    assert row["segments"] == [
        {
            "of": "rejected", "start": 2, "end": 5, "text": "dog", "kind": "object", "correction": "",
            "chosen_start": None, "chosen_end": None,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("judgment", ["a", "both_good", "both_bad", "cant_tell"])
def test_an_uncorrected_mark_gives_no_row_where_the_other_answer_did_not_win(rows, judgment):
    assert rows(Axis.HALLUCINATION, judgment, spans=[Span("a", 2, 5, OBJECT)]) is LeftOut.NO_BETTER_TEXT


def test_an_answer_corrected_in_part_is_not_taken_for_corrected(rows):
    spans = [Span("b", 2, 5, OBJECT, 0, "dog"), Span("b", 12, 15, OBJECT)]
    assert rows(Axis.HALLUCINATION, "both_bad", spans=spans) is LeftOut.NO_BETTER_TEXT
    (row,) = rows(Axis.HALLUCINATION, "a", spans=spans)
    assert (row["chosen_is"], row["chosen"]) == ("other_answer", "A dog.")
    assert [segment["correction"] for segment in row["segments"]] == ["dog", ""]


def test_both_answers_can_be_corrected_whoever_won(rows):
    spans = [Span("b", 2, 5, OBJECT, 0, "dog"), Span("a", 2, 5, SpanKind.NUMBER, 0, "pup")]
    found = rows(Axis.HALLUCINATION, "cant_tell", spans=spans)
    assert [(row["side"], row["chosen"]) for row in found] == [("a", "A pup."), ("b", "A dog and a hat.")]
    assert found[0]["idx"] == found[1]["idx"]


def test_an_earlier_turn_is_corrected_with_what_was_said_before_it(rows):
    earlier = [("Q1", "1a", "1b"), ("Q2", "2a", "2b")]
    (row,) = rows(Axis.HALLUCINATION, "a", earlier=earlier, question="Q3", spans=[Span("b", 0, 1, OBJECT, 1, "two ")])
    assert (row["question"], row["chosen"], row["rejected"], row["turn"]) == ("Q2", "two b", "2b", 1)
    assert row["history"] == [{"role": "user", "content": "Q1"}, {"role": "assistant", "content": "1b"}]


def test_the_other_answer_is_not_taken_in_a_battle_of_several_turns(rows):
    options = {"earlier": [("Q1", "1a", "1b")], "spans": [Span("a", 0, 1, OBJECT, 1)]}
    assert rows(Axis.HALLUCINATION, "b", **options) is LeftOut.NO_BETTER_TEXT


def test_instruction_following_takes_the_missed_words_and_only_those(rows):
    spans = [Span("a", 0, 4, SpanKind.MISSED), Span("a", 2, 5, OBJECT, 0, "cat")]
    (row,) = rows(Axis.INSTRUCTION, "a", "b", spans=spans)
    assert (row["chosen_is"], row["chosen_model"]) == ("other_answer", "beta")
    assert [(segment["of"], segment["text"]) for segment in row["segments"]] == [("question", "What")]
    (row,) = rows(Axis.HALLUCINATION, "a", "b", spans=spans)
    assert [(segment["of"], segment["text"]) for segment in row["segments"]] == [("rejected", "dog")]
    assert rows(Axis.INSTRUCTION, "b", "b", spans=spans[1:]) is LeftOut.NO_MARKS
    assert rows(Axis.HALLUCINATION, "b", "b", spans=spans[:1]) is LeftOut.NO_MARKS


def test_a_missed_word_is_not_corrected_into_the_answer(rows):
    spans = [Span("a", 0, 4, SpanKind.MISSED, 0, "Who")]
    assert rows(Axis.INSTRUCTION, "b", "both_bad", spans=spans) is LeftOut.NO_BETTER_TEXT


def test_two_equal_answers_are_no_better_text(rows):
    options = {"a": "Same.", "b": "Same.", "spans": [Span("a", 0, 4, OBJECT)]}
    assert rows(Axis.HALLUCINATION, "b", **options) is LeftOut.NO_BETTER_TEXT


def test_a_row_needs_its_picture(rows):
    spans = [Span("a", 2, 5, OBJECT, 0, "cat")]
    assert rows(Axis.HALLUCINATION, spans=spans, publish=False) is LeftOut.NOT_PUBLISHED
    assert rows(Axis.HALLUCINATION, spans=spans, colour=None) is LeftOut.GONE
