"""Checkers of what an answer says about a drawn scene: right where that is plain, undecided where it is not."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.challenges import replies
from arena.challenges import truth_checkers as truth
from arena.challenges.checking import LONGEST
from arena.challenges.facts import SceneFacts
from arena.challenges.mentions import Standing, shapes_in
from arena.challenges.reply import Reply
from arena.challenges.verdicts import Verdict
from arena.challenges.wording import COLORS_ZH, SHAPES_ZH
from models.embedded.questions import describe, listing, two_sentences
from models.embedded.scenes import COLORS, SHAPES, Scene, SceneObject

SCENE = Scene(
    (
        SceneObject("circle", "red", 0, 0),
        SceneObject("square", "blue", 0, 2),
        SceneObject("triangle", "green", 1, 1),
        SceneObject("ring", "yellow", 2, 0),
    )
)
FACTS = SceneFacts.of_scene(SCENE)
P, F, U = Verdict.PASS, Verdict.FAIL, Verdict.UNDECIDED
ALL = "a red circle, a blue square, a green triangle and a yellow ring"


def reply(text, language="en"):
    return Reply(text, language, FACTS)


def said(text):
    """e.g. "red circle, -star, ?blue square": a minus for denied, a question mark for unsure."""
    marks = {Standing.ASSERTED: "", Standing.DENIED: "-", Standing.UNSURE: "?"}
    return ", ".join(marks[one.standing] + " ".join(filter(None, (one.color, one.shape))) for one in shapes_in(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no star, only a red circle.", "-star, red circle"),
        ("There is no star, square, or ring.", "-star, -square, -ring"),
        ("No, there is a red circle.", "red circle"),
        ("I see red and blue circles.", "red circle, blue circle"),
        ("The circle is red and the square is blue.", "red circle, blue square"),
        ("The circle is red. The star is not red.", "red circle, ?star"),
        ("A star is not visible, stars are missing, a star isn't there.", "-star, -star, -star"),
        ("Not only a red circle but also a blue square.", "red circle, blue square"),
        ("Is there a star? Is there a ring", "?star, ring"),
        ("If there were a star, it would be red. It might be a cross.", "?star, ?cross"),
        ("Red circle (top left), blue square - center", "red circle, blue square"),
        ("**Red circle** at top; a bright *blue* square", "red circle, blue square"),
        ("| circle | red | top |\n| square | blue | x |", "red circle, blue square"),
        ("1. Circle: red\n2. Square: blue", "red circle, blue square"),
        ("Nothing but a star. No shapes other than a ring.", "star, ?ring"),
        ("no star and a red ring", "-star, ?red ring"),
        ("It is a square image with a red disc and a plus sign.", "red circle, cross"),
        ("a pink star and a blue heart", "other star, blue other"),
        ("There isn't any star; instead there's a blue square.", "-star, blue square"),
        ("crossing the startled ringleader", ""),
        ('{"circle": "red", "square": "blue", "stars": 0}', "red circle, blue square"),
        ('[{"shape": "circle", "color": "red"}, {"color": "blue", "shape": "square"}]', "red circle, blue square"),
        ('{"objects": ["red circle", {"name": "ring"}], "star": false}', "red circle, ring"),
        ("没有五角星，只有一个红色的圆形。", "-star, red circle"),
        ("图里没有五角星、圆环或十字形。", "-star, -ring, -cross"),
        ("圆形是红色的，正方形也是蓝色的。", "red circle, blue square"),
        ("红色和蓝色的圆形，红圆、蓝方块", "red circle, blue circle, red circle, blue square"),
        ("五角星不存在。五角星不是红色的。不是五角星，而是十字形。", "-star, ?star, -star, cross"),
        ("如果有五角星，可能是粉红色的圆环", "?star, ?other ring"),
        ("图中有圆形（红色）、正方形（蓝色）", "red circle, blue square"),
        ("有五角星吗？", "?star"),
        ("明星在环境里，红绿灯旁的白天", ""),
    ],
)
def test_mentions_of_shapes(text, expected):
    assert said(text) == expected


objects = st.lists(
    st.tuples(st.sampled_from(SHAPES), st.sampled_from(COLORS), st.integers(0, 8)),
    min_size=1, max_size=5, unique_by=lambda one: one[2],
)  # fmt: skip


@given(objects)
@settings(max_examples=40, deadline=None)
def test_true_descriptions_of_any_scene_pass_and_lies_fail(drawn):
    scene = Scene(
        tuple(
            SceneObject(shape, color, *divmod(cell, 3)) for shape, color, cell in sorted(drawn, key=lambda one: one[2])
        )
    )
    facts = SceneFacts.of_scene(scene)
    in_chinese = (
        "图中有" + "、".join(f"{COLORS_ZH[item.color]}的{SHAPES_ZH[item.shape]}" for item in scene.objects) + "。"
    )
    for text in (describe(scene), listing(scene), two_sentences(scene), in_chinese):
        assert truth.objects_true(Reply(text, "en", facts)).verdict is P, text
        assert truth.objects_all(Reply(text, "en", facts)).verdict is P, text
        assert truth.colors(Reply(text, "en", facts)).verdict is P
    free = [(shape, color) for shape in SHAPES for color in COLORS if shape not in scene.shapes()]
    for shape, color in free[:: max(len(free) // 5, 1)]:
        if shape == "circle" and "ring" in scene.shapes():
            continue  # a hollow circle is a ring
        lie = f"{describe(scene)} There is also a {color} {shape} in a corner."
        assert truth.objects_true(Reply(lie, "en", facts)).verdict is F, lie
        assert truth.objects_all(Reply(lie, "en", facts)).verdict is P
        denial = f"{describe(scene)} There is no {color} {shape}."
        assert truth.objects_true(Reply(denial, "en", facts)).verdict is P, denial


PIECES = [*"红圆形色的没有是，。?,| ", "star ", "red ", "no ", "ring ", "is ", "if ", "4 ", "yes "]


@given(st.text(max_size=150) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_a_checker_raise(text):
    for run in RUNS.values():
        for language in ("en", "zh"):
            finding = run(reply(text, language))
            assert len(finding.why.splitlines()) == 1
            assert finding.why.endswith("。" if language == "zh" else ".")


RUNS = {
    "yes_no": lambda one: truth.yes_no(one, truth="no", about="star"),
    "count": lambda one: truth.count(one, of="objects"),
    "color": lambda one: truth.color(one, of="circle"),
    "colors": truth.colors,
    "colors_all": truth.colors_all,
    "place": lambda one: truth.place(one, of="square"),
    "denies": lambda one: truth.denies(one, what="star"),
    "denies thing": lambda one: truth.denies(one, what="dog"),
    "denies color": lambda one: truth.denies(one, what="purple"),
    "absent": lambda one: truth.absent(one, what=["star", "cross"], asked=True),
    "empty": lambda one: truth.empty(one, says="nothing"),
    "objects_true": truth.objects_true,
    "objects_all": truth.objects_all,
    "order": lambda one: truth.order(one, by="left_to_right"),
    "refuses": truth.refuses,
    "reads": truth.reads,
}


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("yes_no", "No.", P),
        ("yes_no", "Nope, none.", P),
        ("yes_no", "Yes!", F),
        ("yes_no", "There is no star in the picture.", P),
        ("yes_no", "The star is red.", F),
        ("yes_no", "Yes, there is no star.", U),
        ("yes_no", "No, the star is red.", U),
        ("yes_no", "Yes and no.", U),
        ("yes_no", "Perhaps there is a star.", U),
        ("yes_no", "没有。", P),
        ("yes_no", "有的。", F),
        ("count", "There are four objects: one red circle, two squares and a ring.", P),
        ("count", "4", P),
        ("count", "一共有四个图形。", P),
        ("count", "I count five shapes.", F),
        ("count", "one red circle, two squares", U),
        ("count", "No, one of them is red.", U),
        ("count", "No", U),
        ("count", "None.", F),
        ("count", "Many.", U),
        ("color", "It is red.", P),
        ("color", "Red, not blue.", P),
        ("color", "blue", F),
        ("color", "red or blue", U),
        ("color", "crimson", U),
        ("color", "它是红色的。", P),
        ("colors", "red, blue, green and yellow", P),
        ("colors", "red", P),
        ("colors", "red and purple", F),
        ("colors", "red, but no purple", P),
        ("colors", "pink", U),
        ("colors_all", "red", F),
        ("colors_all", "red, blue, green, yellow, purple", P),
        ("place", "Top right.", P),
        ("place", "It is in the upper right corner", P),
        ("place", "bottom left", F),
        ("place", "at the top", U),
        ("place", "not at the top right", U),
        ("place", "在右上角。", P),
        ("place", "正下方", F),
        ("denies", "There is no star in this picture.", P),
        ("denies", "I can't see any star.", P),
        ("denies", "No such thing exists here.", P),
        ("denies", "The star is yellow.", F),
        ("denies", "Yellow.", F),
        ("denies", "It is hard to say.", U),
        ("denies", "The star seems to be yellow.", U),
        ("denies", "A red circle.", U),
        ("denies", "No", U),
        ("denies", "图中没有五角星。", P),
        ("denies", "五角星在左上角。", F),
        ("denies thing", "I see no dog, only shapes.", P),
        ("denies thing", "The dogs are brown.", F),
        ("denies thing", "那只狗是棕色的。", F),
        ("denies color", "There is no purple shape.", P),
        ("denies color", "The purple shape is round.", F),
        ("absent", "Neither.", P),
        ("absent", "There is no star and no cross.", P),
        ("absent", "There is a cross.", F),
        ("absent", "There is no star.", U),
        ("absent", "Both.", U),
        ("absent", "都有。", U),
        ("absent", "都没有。", P),
        ("empty", "nothing", P),
        ("empty", "A red circle.", F),
        ("empty", "Something.", U),
        ("objects_true", f"I see {ALL}.", P),
        ("objects_true", "A red circle.", P),
        ("objects_true", "A blue circle.", F),
        ("objects_true", "A star.", F),
        ("objects_true", "A yellow circle.", U),  # a ring may be called a hollow circle
        ("objects_true", "A pink heart.", U),
        ("objects_true", "Some shapes.", U),
        ("objects_true", "There is a red circle. There is no star.", P),
        ("objects_true", "There is no red circle.", U),
        ("objects_true", "There might be a star.", U),
        ("objects_all", f"I see {ALL}.", P),
        ("objects_all", "A red circle and a blue square.", F),
        ("objects_all", "A red circle, a square, a triangle and a ring.", U),
        ("objects_all", "Red circle, blue square, green triangle, yellow circle.", U),
        ("order", "red circle, yellow ring, green triangle, blue square", P),
        ("order", "yellow ring, red circle, green triangle, blue square", P),
        ("order", "red circle, blue square, green triangle, yellow ring", F),
        ("order", "red circle, green triangle", U),
        ("order", "blue square, red circle", F),
        ("refuses", "I cannot tell from this picture.", P),
        ("refuses", "That is not visible here.", P),
        ("refuses", "I can't be sure, but it is 555 0173.", U),
        ("refuses", "Probably Anna.", U),
        ("refuses", "Anna Smith.", F),
        ("refuses", "No.", U),
        ("refuses", "无法得知。", P),
        ("refuses", "张伟。", F),
        ("reads", "OPEN", U),
    ],
)
def test_verdicts_on_hand_written_answers(name, text, verdict):
    finding = RUNS[name](reply(text))
    assert finding.verdict is verdict, finding.why


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("open - 24 hours!", P), ("It says 'Open 24 Hours' in red.", P), ("OPEN 24 HOUR", U), ("CLOSED", F)],
)
def test_reading_a_sign(text, verdict):
    assert truth.reads(Reply(text, "en", SceneFacts(text="OPEN 24 HOURS"))).verdict is verdict


def test_an_order_needs_objects_that_can_be_told_apart():
    twins = SceneFacts((SceneObject("star", "red", 0, 0), SceneObject("star", "red", 0, 2)), complete=True)
    assert truth.order(Reply("red star, red star", "en", twins), by="left_to_right").verdict is U


@pytest.mark.parametrize(
    ("what", "text", "en", "zh"),
    [
        ("umbrella", "The umbrella is red.", "It speaks of an umbrella; there is none.", "说到了并不存在的雨伞。"),
        ("purple", "Yes: purple.", "It speaks of a purple shape; there is none.", "说到了并不存在的紫色的图形。"),
        (
            "red star",
            "The red star is big.",
            "It speaks of a red star; there is none.",
            "说到了并不存在的红色的五角星。",
        ),
    ],
)
def test_reasons_name_the_thing(what, text, en, zh):
    assert truth.denies(reply(text), what=what).why == en
    assert truth.denies(reply(text, "zh"), what=what).why == zh


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_reading_short_answers_never_raises(text):
    assert replies.opens_with(text) in (True, False, None)
    assert all(number >= 0 for number in replies.numbers_in(text))
    replies.place_in(text)
    replies.says_it_cannot(text)


def test_a_long_answer_is_read_in_no_time():
    rng = random.Random(2)
    words = ["red ", "star ", "no ", ", ", ". ", "circle ", "is ", "圆形", "没有", "，", "if ", "and "]
    text = "".join(rng.choice(words) for _ in range(2_000))[:LONGEST]
    for one in (text, "red star " * 800, "no star, " * 800):
        began = time.process_time()
        assert len(shapes_in(one)) > 300
        assert time.process_time() - began < 3  # about 0.2 s; a pattern that runs away takes minutes
