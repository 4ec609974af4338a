import pytest
from answered import image
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UnknownNameError
from benchmark.following import begins_with_answer, following_table, instruction_following, refuses, words_in
from benchmark.official import load_official


@pytest.mark.parametrize(
    "said",
    [
        "Yes",
        "no.",
        "  Yes, it is",
        '"No"',
        "“Yes”",
        "'yes'",
        "\nNO!",
        "「Yes」",
        "Yes\tbecause",
        "no_",
        "Yes是",
        "No-one",
    ],
)
def test_answers_that_begin_with_yes_or_no(said):
    assert begins_with_answer(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Nope",
        "None",
        "not sure",
        "yesterday",
        "Noël",
        "The answer is no",
        "是",
        "y",
        "*Yes*",
        "1. yes",
        "no1",
        "None.",
    ],
)
def test_answers_that_do_not(said):
    assert not begins_with_answer(said)


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry, but I cannot help with that.",
        "I’m really sorry",
        "Sorry, I can't see the image",
        "As an AI language model, I do not have access to pictures",
        "As a large language model I",
        "It is impossible to determine this.",
        "I am unable to say who this is",
        "This cannot be determined from the picture",
        "I don’t know",
        "There is not enough information",
        "很抱歉，我无法回答这个问题",
        "作为一个AI，我不能辨认人物",
        "無法判斷",
        "我不知道",
    ],
)
def test_refusals(said):
    assert refuses(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "yes",
        "No, I cannot see a dog",
        "The man cannot swim",
        "A sorrel horse",
        "The assistant sells cars",
        "不是",
        "无",
    ],
)
def test_answers_that_are_no_refusal(said):
    assert not refuses(said)


@pytest.mark.parametrize(("said", "words"), [("", 0), ("Yes.", 1), ("Yes,  it\nis", 3), ("是的", 2), ("A是B", 3)])
def test_words(said, words):
    assert words_in(said) == words


def test_figures_by_hand():
    answers = image("OCR", "a", "Yes", "No, it is not") + image("count", "b", "", "I'm sorry, I cannot")
    found = instruction_following(answers)
    assert list(found) == ["count", "OCR", "all"]
    every = found["all"]
    assert (every.answers, every.begins.count, every.refused.count, every.empty.count) == (4, 2, 1, 1)
    assert (every.begins.value, found["OCR"].begins.value, found["count"].begins.value) == (0.5, 1, 0)
    assert (every.begins.low, every.begins.high) == (pytest.approx(0.15004, abs=1e-4), pytest.approx(0.84996, abs=1e-4))
    assert (every.characters.median, every.characters.long) == (8, 19)
    assert (every.words.median, every.words.long) == (2.5, 4)
    table = following_table(answers)
    assert table.loc[2, ["name", "answers", "begins", "refused", "words_long"]].tolist() == ["all", 4, 0.5, 0.25, 4]
    assert list(table.columns[2:5]) == ["begins", "begins_low", "begins_high"]


def test_nothing_said_is_no_table_and_an_unknown_subtask_is_refused():
    assert instruction_following([]) == {} and following_table([]).empty
    with pytest.raises(UnknownNameError, match="unknown subtask 'ocr'"):
        instruction_following(image("ocr", "a", "yes", "no"))


def test_lavin_nearly_always_begins_with_yes_or_no(mme_dir):
    found = instruction_following(load_official(mme_dir / "recorded" / "LaVIN").responses)["all"]
    assert (found.answers, found.begins.count, found.refused.count, found.empty.count) == (2374, 2362, 0, 0)


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=20))
def test_counts_stay_within_the_answers(said):
    answers = [r for n, pair in enumerate(said) for r in image("OCR", str(n), *pair)]
    found = instruction_following(answers)["all"]
    assert found.answers == 2 * len(said)
    assert found.begins.count + found.refused.count + found.empty.count <= found.answers
    assert found.words.median <= found.characters.median and found.characters.median <= found.characters.long


@given(
    st.text(alphabet=" \t\n\"'“”‘’「」", max_size=6),
    st.sampled_from(["Yes", "no", "NO"]),
    st.sampled_from(["", ".", " x"]),
)
def test_quotes_and_spaces_do_not_matter(before, answer, after):
    assert begins_with_answer(before + answer + after)
