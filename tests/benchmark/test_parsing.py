import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.errors import UnknownNameError
from benchmark.parsing import Parser, Verdict, one_line, parse

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
