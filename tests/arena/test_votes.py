import pytest

from arena.errors import JudgmentError
from arena.votes import OUTCOMES, Axis, Ballot, Judgment, Outcome, read_ballot


def test_reads_both_axes():
    ballot = read_ballot({"hallucination": "a", "instruction": "cant_tell"})
    assert ballot == Ballot(Judgment.A, Judgment.CANT_TELL)
    assert [ballot.on(axis) for axis in Axis] == [Judgment.A, Judgment.CANT_TELL]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "question about hallucination has no judgment yet"),
        ({"hallucination": "a"}, "question about instruction has no judgment yet"),
        ({"hallucination": "a", "instruction": None}, "no judgment yet"),
        ({"hallucination": "a", "instruction": ""}, "no judgment yet"),
        ({"hallucination": "c", "instruction": "a"}, "Unknown judgment 'c' about hallucination; choose one of a, b, "),
        ({"hallucination": "A", "instruction": "a"}, "Unknown judgment 'A'"),
        ({"hallucination": 1, "instruction": "a"}, "Unknown judgment '1'"),
        ({"hallucination": ["a"], "instruction": "a"}, "Unknown judgment"),
        ({"hallucination": "a", "instruction": "b", "beauty": "a"}, "Unknown question 'beauty'"),
        ("a", "came as str"),
        (None, "came as NoneType"),
    ],
)
def test_refuses_what_is_not_a_ballot(sent, said):
    with pytest.raises(JudgmentError) as refusal:
        read_ballot(sent)
    assert said in str(refusal.value)


def test_both_good_and_both_bad_tie_and_cant_tell_has_no_outcome():
    assert OUTCOMES[Judgment.BOTH_GOOD] is OUTCOMES[Judgment.BOTH_BAD] is Outcome.TIE
    assert Judgment.CANT_TELL not in OUTCOMES
