import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.final_answer import final_answer, is_answered
from benchmark.parsing import Parser, Verdict, parse

LINES = [
    ("Answer: yes", "yes"),
    ("There is a dog.\nAnswer: No", "no"),
    ("I see two.\n\n**Answer:** Yes.", "yes"),
    ("**Answer: no**", "no"),
    ("### Final answer: NO", "no"),
    ("So the answer is yes.", "yes"),
    ("The final answer is: no", "no"),
    ("- Answer: yes, because it barks", "yes"),
    ("Answer:\nyes", "yes"),
    ('> "Answer: yes"', "yes"),
    ("Answer: `no`", "no"),
    ("Answer: yes\nAnswer: no", "yes"),
    ("", ""),
    ("Yes", ""),
    ("No dog is there.", ""),
    ("Answer: yes or no", ""),
    ("Answer: yes/no", ""),
    ("Answer: no doubt there is", ""),
    ("Answer: nothing", ""),
    ("Answer: maybe", ""),
    ("My answer to that: yes", ""),
    ("I answer: yes", ""),
    ('Then I write "Answer: yes" or "Answer: no".', ""),
]


@pytest.mark.parametrize(("text", "answer"), LINES)
def test_final_lines(text, answer):
    assert final_answer(text) == answer


@pytest.mark.parametrize(("text", "over"), [("Answer: yes", False), ("Answer: yes\n", True), ("\nAnswer:\n", False)])
def test_an_answer_is_over_once_its_line_is(text, over):
    assert is_answered(text) is over


PIECES = st.sampled_from(
    [*'\n\n\n .:*/"', "Answer: ", "answer is ", "yes", "no", "or ", "So ", "the final ", "doubt", "Because", ", "]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text()


@given(TEXTS, TEXTS)
def test_nothing_that_follows_changes_an_answer_that_is_over(begun, rest):
    if is_answered(begun):
        assert final_answer(begun) and final_answer(begun + rest) == final_answer(begun)
        assert is_answered(begun + rest)


@given(TEXTS)
def test_every_parser_reads_what_was_found(text):
    said = final_answer(text)
    wanted = {"yes": Verdict.YES, "no": Verdict.NO, "": Verdict.OTHER}[said]
    assert {parse(said, parser) for parser in Parser} == {wanted}


@given(st.text().filter(lambda text: "\n" not in text and "answer" not in text.lower()), st.sampled_from(["yes", "no"]))
def test_whatever_the_reasoning_the_last_line_counts(reasoning, answer):
    assert final_answer(f"{reasoning}\nAnswer: {answer}") == answer
