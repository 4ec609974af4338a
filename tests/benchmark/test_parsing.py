import csv
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.errors import UnknownNameError
from benchmark.parsing import Parser, Verdict, one_line, parse, verdict_is_fixed

COLUMNS = {"official": "official", "lmms_eval": "lmms-eval", "vlmevalkit": "vlmevalkit"}


def test_the_three_parsers_reproduce_the_table_of_cases(mme_dir):
    with (mme_dir / "parser_cases.csv").open(newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 45
    for case in cases:
        for column, parser in COLUMNS.items():
            expected = {"unknown": "other", "breaks": "yes"}.get(case[column], case[column])
            assert parse(case["response"], parser) == expected, (case["response"], parser)


@pytest.mark.parametrize(
    ("response", "official", "lmms_eval", "vlmevalkit"),
    [
        ("Yes", "yes", "yes", "yes"),
        ("  yes", "other", "yes", "yes"),
        ("eyes", "yes", "yes", "other"),
        ("None of them", "no", "no", "other"),
        ("The answer is no", "other", "other", "no"),
        ("n", "other", "no", "other"),
        ("Yes\tIt is", "yes", "yes", "yes"),
        ("1,000-no", "other", "other", "other"),
        ("no." + "." * 40, "no", "no", "other"),
    ],
)
def test_where_the_rules_differ(response, official, lmms_eval, vlmevalkit):
    assert [parse(response, parser) for parser in Parser] == [official, lmms_eval, vlmevalkit]


def test_an_unknown_parser_is_named_with_what_is_allowed():
    with pytest.raises(UnknownNameError, match="unknown parser 'oficial'; choose one of: official, lmms-eval, vlmeval"):
        parse("yes", "oficial")


@settings(deadline=None)
@given(st.text(), st.sampled_from(Parser))
def test_any_text_has_a_verdict(text, parser):
    assert parse(text, parser) in Verdict


@settings(deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(exclude_categories=()), st.sampled_from("yesnoYESNO\t\r\n ."))))
def test_the_official_parser_reads_a_response_as_the_export_writes_it(text):
    line = one_line(text)
    assert not set(line) & set("\t\r\n")
    assert len(line) == len(text)
    assert one_line(line) == line
    assert parse(text, "official") == parse(line, "official")
    assert parse(text, "official") == parse(line.encode().decode(), "official")


# Little else than what the rules look at; "İ" is two characters in lower case, "\x1c" is white space to str.strip.
ANSWERS = st.text(alphabet=st.one_of(st.sampled_from("yesnoYESNO\t\n .,;?1\x1cİΣ\ud800"), st.characters()))
WORDS = st.lists(st.sampled_from(["yes", "no", "No", "not", "y", "n", "ye", "s", "o", " ", ".", ",", ". ", "eyes"]))


@settings(deadline=None, max_examples=500)
@given(ANSWERS | WORDS.map("".join), ANSWERS | WORDS.map("".join), st.sampled_from(Parser))
def test_nothing_that_follows_changes_a_fixed_verdict(text, more, parser):
    if verdict_is_fixed(text, parser):
        assert parse(text, parser) == parse(text + more, parser)
        assert verdict_is_fixed(text + more, parser)


@pytest.mark.parametrize("parser", [Parser.OFFICIAL, Parser.LMMS_EVAL])
def test_every_short_answer_is_fixed_exactly_when_no_ending_changes_it(parser):
    letters = "yesno ."
    texts = ["".join(text) for size in range(4) for text in itertools.product(letters, repeat=size)]
    for text in texts:
        same = all(parse(text + ending, parser) == parse(text, parser) for ending in texts)
        assert verdict_is_fixed(text, parser) == same, text


@pytest.mark.parametrize(
    ("answer", "official", "lmms_eval"),
    [
        ("Yes", 3, 3),
        ("Yes, there is a dog.", 3, 3),
        ("No,", 2, 2),
        ("Not sure", 2, 2),
        (" Yes", 4, 4),
        ("   no", 3, 5),
        ("The answer is no", 3, 3),
        ("Under it", 3, 3),
        ("eyes", 4, 4),
        ("A.", None, None),
        ("y", None, None),
        ("", None, None),
    ],
)
def test_after_how_many_characters_a_verdict_is_fixed(answer, official, lmms_eval):
    for parser, expected in ((Parser.OFFICIAL, official), (Parser.LMMS_EVAL, lmms_eval)):
        fixed = [end for end in range(len(answer) + 1) if verdict_is_fixed(answer[:end], parser)]
        assert (fixed[0] if fixed else None) == expected


def test_vlmevalkit_reads_on_until_both_words_are_there():
    assert not verdict_is_fixed("Yes, there is a dog", "vlmevalkit")
    assert not verdict_is_fixed("yes or no", "vlmevalkit")
    assert verdict_is_fixed("yes or no ", "vlmevalkit")


def test_an_unknown_parser_fixes_nothing():
    with pytest.raises(UnknownNameError, match="oficial"):
        verdict_is_fixed("yes", "oficial")
