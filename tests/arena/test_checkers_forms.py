"""Checkers of form: counts of sentences, words and characters; words, formats, languages. No text makes them raise."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.challenges import counting, formats
from arena.challenges import form_checkers as form
from arena.challenges.checking import LONGEST
from arena.challenges.counting import Count
from arena.challenges.reply import Reply
from arena.challenges.verdicts import Verdict

ANY_TEXT = st.text(max_size=200) | st.text(alphabet="ab A.,!?:|-#*`\n\t 12。！？，、红圆“”\"'", max_size=120)


def en(text):
    return Reply(text, "en")


def zh(text):
    return Reply(text, "zh")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("...", 0, 0),
        ("Hello", 1, 1),
        ("A dog. A cat.", 2, 2),
        ("It is 3.5 meters long. It is red.", 2, 2),
        ("Dr. Who, e.g. a man, met Mr. and Mrs. Hill. Done.", 2, 2),
        ("See fig. 3 and No. 5 for it.", 1, 1),
        ("No. There is none.", 2, 2),
        ("At 5 p.m. the sky is red.", 1, 1),
        ("At 5 p.m. The sky is red.", 1, 2),
        ("Plan B. The end.", 1, 2),
        ("photo.jpg comes from www.example.org. Fine.", 2, 2),
        ("Wait... what? Yes!", 2, 2),
        ("Wait... What?", 1, 2),
        ('He said "Stop." Then he left.', 1, 2),
        ("Really?! Yes.", 2, 2),
        ("There are 3. They are red.", 2, 2),
        ("1. circle\n2. square", 1, 2),
        ("- A dog.\n- A cat.", 2, 2),
        ("# Title\nOne sentence.", 1, 2),
        ("**A dog runs.** It is red.", 2, 2),
        ("这是圆形。那是方块！对吗？", 3, 3),
        ("第一，红色；第二，蓝色。", 1, 1),
        ("他说：“走吧！”然后走了。", 1, 2),
        ("他走了……", 1, 1),
        ("图中有3.5个圆。", 1, 1),
        ("A dog runs. 一只狗在跑。", 2, 2),
    ],
)
def test_sentences_are_counted_with_the_doubt_that_remains(text, low, high):
    assert counting.sentences(text) == Count(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("a red circle", 3, 3),
        ("Don't panic - it's fine.", 4, 4),
        ("a blue-green ring", 3, 4),
        ("red/blue", 1, 2),
        ("3.5 meters", 2, 2),
        ("one—two", 2, 2),
        ("Tom & Jerry", 2, 3),
        ("1. circle\n2. square", 2, 4),
        ("**bold** _words_ , .", 2, 2),
        ("红色的圆", 1, 4),
    ],
)
def test_words_are_counted_with_the_doubt_that_remains(text, low, high):
    assert counting.words(text) == Count(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("", 0, 0), ("红色，圆形。", 4, 4), ("有3个dog", 2, 6), ("abc", 0, 3)]
)
def test_chinese_characters_are_counted_without_marks(text, low, high):
    assert counting.characters(text) == Count(low, high)


@given(ANY_TEXT)
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_count_or_a_parser_raise(text):
    for count in (counting.sentences(text), counting.words(text), counting.characters(text)):
        assert 0 <= count.low <= count.high <= len(text)
    assert (counting.sentences(text).low > 0) == any(map(str.isalnum, text))
    assert all(0 <= share <= 1 for share in counting.script_share(text))
    assert all(formats.listed_items(text))
    table = formats.read_table(text)
    assert table is None or table.columns
    for items in (formats.read_numbered(text), formats.read_bulleted(text)):
        assert len(items.texts) <= len(text.splitlines())
    try:
        value = formats.read_json(text)
    except formats.NotJsonError as error:
        assert str(error)
    else:
        json.dumps(value)


RUNS = {
    "sentences": lambda reply: form.sentences(reply, exactly=2),
    "words": lambda reply: form.words(reply, at_most=5),
    "characters": lambda reply: form.characters(reply, exactly=4),
    "forbidden": lambda reply: form.forbidden(reply, words=["red", "圆"], letters="z"),
    "includes": lambda reply: form.includes(reply, words=["red"]),
    "capitals": form.capitals,
    "lower_case": form.lower_case,
    "starts": lambda reply: form.starts(reply, text="In short"),
    "ends": lambda reply: form.ends(reply, text="That is all."),
    "only": lambda reply: form.only(reply, says="nothing"),
    "json": lambda reply: form.json(reply, keys=["a"], array=True),
    "table": lambda reply: form.table(reply, columns=["A", "B"]),
    "numbered": lambda reply: form.numbered(reply, exactly=2),
    "bulleted": lambda reply: form.bulleted(reply, exactly=2),
    "language": lambda reply: form.language(reply, code="zh"),
    "number_only": form.number_only,
    "alphabetical": form.alphabetical,
    "yes_no_first": form.yes_no_first,
}


@pytest.mark.parametrize("name", RUNS)
@given(text=ANY_TEXT, language=st.sampled_from(["en", "zh"]))
@settings(max_examples=40, deadline=None)
def test_every_checker_says_one_sentence_about_any_text(name, text, language):
    finding = RUNS[name](Reply(text, language))
    assert finding.verdict in list(Verdict)
    assert len(finding.why.splitlines()) == 1
    assert finding.why.endswith("。" if language == "zh" else ".")


WORDS = ("dog", "cat", "lawn", "runs", "sleeps", "red", "house")


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=6), st.data())
@settings(max_examples=80, deadline=None)
def test_counts_of_built_texts_are_exact(sentences, data):
    text = " ".join(" ".join(words).capitalize() + data.draw(st.sampled_from([".", "!", "?"])) for words in sentences)
    assert counting.sentences(text) == Count(len(sentences), len(sentences))
    total = sum(map(len, sentences))
    assert counting.words(text) == Count(total, total)
    assert form.sentences(en(text), exactly=len(sentences)).verdict is Verdict.PASS
    assert form.sentences(en(text), exactly=len(sentences) + 1).verdict is Verdict.FAIL
    assert form.words(en(text), at_most=total).verdict is Verdict.PASS
    assert form.words(en(text), at_most=total - 1).verdict is Verdict.FAIL
    assert form.words(en(text), at_least=total + 1).verdict is Verdict.FAIL


@given(st.lists(st.text(alphabet="红蓝圆方狗猫跑在草地上", min_size=1, max_size=9), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_counts_of_built_chinese_texts_are_exact(sentences):
    text = "，".join(sentences) + "。" + "".join(f"{one}！" for one in sentences)
    assert counting.sentences(text) == Count(1 + len(sentences), 1 + len(sentences))
    total = 2 * sum(map(len, sentences))
    assert counting.characters(text) == Count(total, total)
    assert form.characters(zh(text), exactly=total).verdict is Verdict.PASS


def lists_and_objects(inner):
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lists_and_objects, max_leaves=8))
@settings(max_examples=60, deadline=None)
def test_json_is_read_back_bare_or_fenced(value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    assert formats.read_json(f" {text}\n") == value
    assert formats.read_json(f"```json\n{text}\n```") == value
    with pytest.raises(formats.NotJsonError):
        formats.read_json(f"Here: {text}")


@pytest.mark.parametrize(
    "text", ["", "NaN", "[Infinity]", "{'a': 1}", '{"a": 1,}', "[" * 50_000, "9" * 5_000, "[1] [2]"]
)
def test_what_is_not_json_is_refused(text):
    with pytest.raises(formats.NotJsonError):
        formats.read_json(text)


CELLS = st.lists(st.sampled_from(["red", "blue", "圆形", "1"]), min_size=2, max_size=4)


@given(CELLS, st.integers(1, 4), st.booleans())
@settings(max_examples=40, deadline=None)
def test_built_tables_are_read_back(cells, rows, bars):
    def line(texts):
        inner = " | ".join(texts)
        return f"| {inner} |" if bars else inner

    lines = [line(cells), line(["---"] * len(cells)), *[line(cells)] * rows]
    table = formats.read_table("\n".join(lines))
    assert table == formats.Table(tuple(cells), (tuple(cells),) * rows, alone=True)
    assert formats.read_table("\n".join(["See:", "", *lines])).alone is False


P, F, U = Verdict.PASS, Verdict.FAIL, Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (form.sentences(en("At 5 p.m. The sky is red."), exactly=2), U),
        (form.sentences(en("At 5 p.m. The sky is red."), exactly=3), F),
        (form.words(en("a blue-green ring"), exactly=4), U),
        (form.characters(zh("红色圆形。"), exactly=4), P),
        (form.characters(zh("红色圆形。"), exactly=5), U),
        (form.characters(zh("红色圆形。"), exactly=7), F),
        (form.characters(zh("有3个圆"), exactly=4), U),
        (form.forbidden(en("The cat"), words=["the"]), F),
        (form.forbidden(en("Other things, breathe"), words=["the"]), P),
        (form.forbidden(en("Two circles"), words=["circle"]), U),
        (form.forbidden(en("Two circles"), words=["circle"], inflected=True), F),
        (form.forbidden(en("Running fast"), words=["run"], inflected=True), P),  # too short for forms
        (form.forbidden(en("He skipped it"), words=["skip"], inflected=True), F),
        (form.forbidden(en("CIRCLE"), words=["circle"]), F),
        (form.forbidden(zh("红色的圆"), words=["的"]), F),
        (form.forbidden(en("A Zebra"), letters="z"), F),
        (form.forbidden(en("一只狗"), words=["the"]), U),
        (form.forbidden(zh("A dog"), words=["的"]), U),
        (form.includes(en("First this, THEN that."), words=["first", "then"]), P),
        (form.includes(en("boxes"), words=["circle"]), F),
        (form.includes(en("circles"), words=["circle"]), U),
        (form.capitals(en("RED STAR 4!")), P),
        (form.capitals(en("RED Star")), F),
        (form.capitals(zh("红色 STAR")), P),
        (form.capitals(en("44")), F),
        (form.lower_case(en("a red star")), P),
        (form.lower_case(en("A red star")), F),
        (form.starts(en('**"In short, yes'), text="In short"), P),
        (form.starts(en("In shorts"), text="In short"), F),
        (form.starts(en("Well, in short"), text="In short"), F),
        (form.starts(zh("依我看，是"), text="依我看"), P),
        (form.ends(en("Yes. That is all."), text="That is all."), P),
        (form.ends(en('Yes. "That is all"!'), text="That is all"), P),
        (form.ends(en("Yes. That is all. Bye."), text="That is all."), F),
        (form.only(en("Nothing."), says="nothing"), P),
        (form.only(en("Nothing here."), says="nothing"), F),
        (form.json(en('[{"a": 1}]'), keys=["a"], array=True), P),
        (form.json(en('{"a": 1}'), keys=["a"], array=True), F),
        (form.json(en("[1]"), keys=["a"], array=True), F),
        (form.json(en("[]"), keys=["a"], array=True), U),
        (form.json(en('"a"')), F),
        (form.json(en('[{"a": 1}]'), array=True, exactly=2), F),
        (form.table(en("|A|B|\n|-|-|\n|1|2|"), columns=["a", "b"]), P),
        (form.table(en("|A|B|\n|-|-|\n|1|"), columns=["a", "b"]), F),
        (form.table(en("|A|B|\n|-|-|"), columns=["a", "b"]), F),
        (form.table(en("|A|B|\n|-|-|\n|1|2|\nDone"), columns=["a", "b"], alone=True), F),
        (form.table(en("|A|B|\n|-|-|\n|1|2|"), columns=["a", "b"], rows=2), F),
        (form.numbered(en("Sure:\n1) a\n   1) deeper\n2) b"), exactly=2), P),
        (form.numbered(en("1. a\n1. b"), exactly=2), F),
        (form.numbered(en("3.5 is a number"), exactly=1), F),
        (form.numbered(zh("1、圆\n2、方"), exactly=2), P),
        (form.bulleted(en("* a\n* b\n  * c"), exactly=2), P),
        (form.bulleted(en("**bold** text\n- a"), exactly=1), P),
        (form.bulleted(en("a\nb"), exactly=2), F),
        (form.language(en("一只 iPhone 在桌上放着呢"), code="zh"), U),
        (form.language(en("桌上放着一部手机，屏幕朝上，旁边有一杯 tea"), code="zh"), P),
        (form.language(zh("A phone."), code="zh"), F),
        (form.language(zh("123"), code="zh"), U),
        (form.language(en("Une rue calme le matin avec un chien brun devant une vieille maison rouge"), code="en"), U),
        (form.language(en("A quiet street in the morning with a dog in front of an old house"), code="en"), P),
        (form.number_only(en("Four.")), P),
        (form.number_only(en("12")), P),
        (form.number_only(en("4 objects")), U),
        (form.number_only(en("There are 4 objects here.")), F),
        (form.number_only(en("blue")), F),
        (form.number_only(zh("四个")), U),
        (form.number_only(zh("4")), P),
        (form.alphabetical(en("Colors: blue, green and red.")), P),
        (form.alphabetical(en("- Blue\n- apple")), F),
        (form.alphabetical(en("blue")), U),
        (form.alphabetical(en("I can see a very large blue house, and a dog.")), U),
        (form.yes_no_first(en("**No**, none.")), P),
        (form.yes_no_first(en("Nobody knows.")), F),
        (form.yes_no_first(en("Yes and no.")), F),
        (form.yes_no_first(zh("有，在左边。")), P),
        (form.yes_no_first(zh("有没有不清楚。")), F),
        (form.yes_no_first(zh("No")), U),
        (form.yes_no_first(en("不是")), U),
    ],
)  # fmt: skip
def test_verdicts_on_hand_written_answers(finding, verdict):
    assert finding.verdict is verdict, finding.why


@pytest.mark.parametrize(
    ("finding", "why"),
    [
        (form.sentences(en("One."), exactly=2), "It has 1 sentence, not exactly 2."),
        (form.sentences(zh("一。二。三。"), exactly=2), "共3句话，不是正好2句话。"),
        (form.words(en("a b c d"), at_most=3), "It has 4 words, not at most 3."),
        (form.words(en("a blue-green ring"), exactly=4), "It has 3 to 4 words, depending on how one counts."),
        (form.characters(zh("红色圆形。"), exactly=4), "共4个字，符合要求。"),
        (form.forbidden(zh("红色的"), words=["的"]), "用了“的”。"),
        (form.json(en("no"), keys=["a"]), "It is not JSON alone: Expecting value, character 1."),
    ],
)
def test_reasons_are_plain_sentences_in_the_language_of_the_challenge(finding, why):
    assert finding.why == why


def test_a_long_answer_is_counted_in_no_time():
    rng = random.Random(1)
    text = "".join(rng.choice("ab .,!?|-\n红圆。“") for _ in range(LONGEST))
    began = time.process_time()
    for run in RUNS.values():
        run(en(text))
    assert counting.sentences(text).high > 500
    assert time.process_time() - began < 5  # about 0.5 s; a pattern that runs away takes minutes
