import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UnknownNameError
from benchmark.prompt_styles import PromptStyle, find_style, styled, without_demand

QUESTION = "Is there a dog? Please answer yes or no."


@pytest.mark.parametrize(
    ("style", "prompt"),
    [
        ("official", "Is there a dog? Please answer yes or no."),
        ("lmms-eval", "Is there a dog?\nAnswer the question using a single word or phrase."),
        (
            "vlmevalkit",
            "Is there a dog? Please answer yes or no. Answer the question using a single word or phrase.",
        ),
    ],
)
def test_the_three_wordings_to_the_letter(style, prompt):
    assert styled(QUESTION, find_style(style)) == prompt


def test_a_question_without_the_demand_keeps_its_words():
    assert (
        styled("Is it red?", PromptStyle.LMMS_EVAL) == "Is it red?\nAnswer the question using a single word or phrase."
    )
    assert without_demand("Please answer yes or no.") == "Please answer yes or no."  # no space before: not the demand
    assert without_demand("Is it? Please answer yes or no") == "Is it? Please answer yes or no"


@given(st.text())
def test_the_official_wording_changes_nothing(question):
    assert styled(question, PromptStyle.OFFICIAL) == question
    assert styled(question, PromptStyle.VLMEVALKIT).startswith(question)


def test_an_unknown_style_names_the_three():
    with pytest.raises(UnknownNameError, match="unknown prompt style 'llava'; choose one of: official, lmms-eval, vlm"):
        find_style("llava")
