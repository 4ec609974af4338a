"""The pool of challenges: what is in it, how it is drawn, and that its checks decide its own examples rightly."""

import json
import random
from collections import Counter

import numpy as np
import pytest

from arena.challenges import slots
from arena.challenges.checkers import CHECKERS, Checker
from arena.challenges.checking import LONGEST, check
from arena.challenges.drawing import draw, instance
from arena.challenges.errors import ChallengeError
from arena.challenges.facts import PictureKind, SceneFacts
from arena.challenges.pool import FREE, Category, find, pool
from arena.challenges.slots import Slot
from arena.challenges.verdicts import AxisResult, CheckResult, Comparison, Finding, Verdict, compare
from arena.guard import check_instruction
from arena.votes import Axis, Judgment
from models.embedded.scenes import Scene, SceneObject, draw_scene

# The scene and the signs that the pool's README describes.
SCENE = Scene(
    (
        SceneObject("circle", "red", 0, 0),
        SceneObject("square", "blue", 0, 2),
        SceneObject("triangle", "green", 1, 1),
        SceneObject("ring", "yellow", 2, 0),
    )
)
FACTS = SceneFacts.of_scene(SCENE)
SIGNS = {
    "en": SceneFacts(text="OPEN 24 HOURS", category="OCR"),
    "zh": SceneFacts(text="营业中 请勿吸烟", category="OCR"),
}
CHALLENGES = list(pool().values())
CHECKED = [challenge for challenge in CHALLENGES if challenge.checks]


def facts_for(challenge):
    if challenge.picture is PictureKind.SCENE:
        return FACTS
    return SIGNS[challenge.language] if challenge.picture is PictureKind.TEXT else None


def scenes(count, seed=5):
    rng = np.random.default_rng(seed)
    return [SceneFacts.of_scene(draw_scene(rng, int(rng.integers(1, 6)), size=24)[1]) for _ in range(count)]


def test_the_pool_is_large_and_in_both_languages():
    assert len(CHALLENGES) >= 120
    languages = Counter(challenge.language for challenge in CHALLENGES)
    assert set(languages) == {"en", "zh"}
    assert min(languages.values()) >= 0.45 * len(CHALLENGES)
    texts = [challenge.text for challenge in CHALLENGES]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_category_axis_and_picture_is_used_in_both_languages(language):
    own = [challenge for challenge in CHALLENGES if challenge.language == language]
    assert {challenge.category for challenge in own} == set(Category)
    assert {challenge.picture for challenge in own} == set(PictureKind)
    assert {challenge.axis for challenge in own} == set(Axis)
    assert sum(challenge.known_answer for challenge in own) >= 40
    assert {challenge.axis for challenge in own if challenge.known_answer} == set(Axis)


def test_the_category_of_own_instructions_is_no_category_of_the_pool():
    assert FREE not in list(Category)


def test_every_checker_is_known_and_used():
    used = {one.checker for challenge in CHALLENGES for one in challenge.checks}
    assert used == set(Checker) == set(CHECKERS)


def test_every_gap_of_a_scene_is_used():
    assert {name for challenge in CHALLENGES for name in challenge.gaps if name not in challenge.slots} == set(Slot)


def test_ids_begin_with_their_language():
    assert [one.id for one in CHALLENGES if not one.id.startswith(f"{one.language}-")] == []


@pytest.mark.parametrize("challenge", CHECKED, ids=lambda challenge: challenge.id)
def test_the_checks_decide_the_examples(challenge):
    assert challenge.right, "needs a right answer"
    assert challenge.wrong, "needs a wrong answer"
    told = instance(challenge, challenge.example).instruction
    for right in challenge.right:
        for wrong in challenge.wrong:
            result = check(challenge.id, told, facts_for(challenge), right, wrong, challenge.example)
            main = result.on(challenge.axis) or result.axes[0]
            assert (main.a.verdict, main.b.verdict) == (Verdict.PASS, Verdict.FAIL), (right, wrong, main)
            assert main.comparison is Comparison.A
            assert all(one.a.verdict is not Verdict.FAIL for one in result.axes), (right, result)
            for one in result.axes:
                for finding in (one.a, one.b):
                    assert finding.why.endswith("。" if challenge.language == "zh" else ".")
                    assert finding.why.count("\n") == 0


@pytest.mark.parametrize("challenge", CHECKED, ids=lambda challenge: challenge.id)
def test_swapped_sides_give_the_swapped_result(challenge):
    told = instance(challenge, challenge.example).instruction
    right, wrong = challenge.right[0], challenge.wrong[0]
    result = check(challenge.id, told, facts_for(challenge), wrong, right)
    assert (result.on(challenge.axis) or result.axes[0]).comparison is Comparison.B


def test_known_answers_speak_for_the_axis_of_their_challenge():
    assert [one.id for one in CHALLENGES if one.known_answer and one.axis not in {c.axis for c in one.checks}] == []


def test_drawing_fills_every_gap_truly():
    drawn = Counter()
    for number, facts in enumerate(scenes(150)):
        for language in ("en", "zh"):
            one = draw(random.Random(number), facts, language)
            drawn[one.challenge] += 1
            challenge = find(one.challenge)
            assert challenge.language == one.language == language
            assert challenge.category is one.category
            assert "{" not in one.instruction.replace("{{", "")
            assert check_instruction(one.instruction) == one.instruction
            assert slots.holds(one.parameters, facts)
            read = slots.read_back(challenge.text, language, challenge.slots, one.instruction)
            assert read == one.parameters
    assert len(drawn) > 100  # spread over the pool, no favourite
    assert drawn.most_common(1)[0][1] < 15


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda challenge: challenge.id)
def test_every_challenge_can_be_filled_and_read_back(challenge):
    filled = 0
    for number, facts in enumerate(scenes(40, seed=11)):
        values = slots.choose(challenge.gaps, challenge.slots, facts, random.Random(number))
        if values is None:
            continue
        filled += 1
        told = instance(challenge, values).instruction
        assert slots.read_back(challenge.text, challenge.language, challenge.slots, told) == values
        assert slots.holds(values, facts)
    assert filled >= 10


def test_absent_things_are_absent():
    for number, facts in enumerate(scenes(100, seed=3)):
        names = [slot.value for slot in Slot]
        values = slots.choose(names, {}, facts, random.Random(number))
        if values is None:
            continue
        shapes, colors = {item.shape for item in facts.objects}, {item.color for item in facts.objects}
        pairs = {f"{item.color} {item.shape}" for item in facts.objects}
        (one,) = [item for item in facts.objects if item.shape == values["shape"]]
        assert not {values["absent_shape"], values["absent_shape_2"]} & shapes
        assert values["absent_shape"] != values["absent_shape_2"]
        assert values["absent_color"] not in colors
        assert values["absent_object"] not in pairs
        assert values["object"] in pairs
        assert values["empty_place"] not in {item.place for item in facts.objects}
        assert values["wrong_number"] != len(facts.objects) == values["number"]
        assert (values["color"], values["place"]) == (one.color, one.place)
        assert values["wrong_color"] != one.color
        assert values["wrong_place"] != one.place


def test_drawing_repeats_with_the_seed():
    first, again = ([draw(random.Random(4), FACTS, "zh") for _ in range(2)] for _ in range(2))
    assert first == again


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_visitors_own_picture_gets_challenges_for_any_picture(language):
    rng = random.Random(8)
    drawn = {draw(rng, None, language).challenge for _ in range(400)}
    assert {find(one).picture for one in drawn} == {PictureKind.ANY}
    assert len(drawn) > 40


def test_a_suite_picture_with_text_gets_challenges_about_text_too():
    rng = random.Random(8)
    kinds = Counter(find(draw(rng, SIGNS["en"], "en").challenge).picture for _ in range(300))
    assert kinds[PictureKind.TEXT] > 10
    assert kinds[PictureKind.SCENE] == 0


def test_a_drawn_scene_mostly_gets_challenges_for_scenes():
    rng = random.Random(8)
    kinds = Counter(find(draw(rng, FACTS, "en").challenge).picture for _ in range(600))
    assert kinds[PictureKind.SCENE] > 360
    assert kinds[PictureKind.ANY] > 60


def test_drawing_keeps_to_what_was_asked_for():
    rng = random.Random(1)
    for _ in range(60):
        one = find(draw(rng, FACTS, "en", axis=Axis.HALLUCINATION, known_answer=True).challenge)
        assert one.axis is Axis.HALLUCINATION
        assert one.known_answer
        assert draw(rng, None, "zh", category=Category.FORMAT).category is Category.FORMAT


def test_nothing_comes_twice_while_something_else_is_left():
    rng, seen = random.Random(1), []
    fitting = [one for one in CHALLENGES if one.language == "en" and one.picture is PictureKind.ANY]
    for _ in fitting:
        seen.append(draw(rng, None, "en", exclude=seen).challenge)
    assert len(set(seen)) == len(fitting)
    assert draw(rng, None, "en", exclude=seen).challenge in seen


@pytest.mark.parametrize(
    ("language", "options", "message"),
    [
        ("fr", {}, "There are no challenges in 'fr'; ask for one of en, zh."),
        (
            "en",
            {"category": Category.EXISTENCE, "known_answer": True},
            "No challenge of the pool fits what was asked for; ask for fewer things at once.",
        ),
    ],
)
def test_drawing_what_there_is_not_says_so(language, options, message):
    with pytest.raises(ChallengeError) as refusal:
        draw(random.Random(1), None, language, **options)
    assert str(refusal.value) == message


def test_an_unknown_challenge_is_named():
    with pytest.raises(ChallengeError, match="There is no challenge 'nope'; draw one from the pool of"):
        check("nope", "", None, "", "")


def test_a_changed_instruction_is_not_checked():
    told = "What color is the star?"

    def checked(instruction, facts=FACTS, parameters=None):
        name = "en-premise-absent-color-question"
        return check(name, instruction, facts, "Red.", "Blue.", parameters) is not None

    assert checked(told)
    assert checked("  What color is  the star?\n", parameters={"absent_shape": "star"})
    assert not checked(told + " Quickly!")
    assert not checked("What color is the circle?")
    assert not checked(told, None)
    assert not checked(told, SceneFacts())
    assert not checked(told, parameters={"absent_shape": "cross"})


def test_a_challenge_without_checks_is_left_to_people():
    assert check("en-premise-elephant", find("en-premise-elephant").text, None, "It is tired.", "No.") is None


def test_both_axes_are_judged_apart():
    told = "Is there a star in this picture? Begin your answer with yes or no."
    result = check("en-existence-absent-shape", told, FACTS, "There is no star.", "Yes, there is a star.")
    assert [one.axis for one in result.axes] == [Axis.HALLUCINATION, Axis.INSTRUCTION]
    assert result.on(Axis.HALLUCINATION) == AxisResult(
        Axis.HALLUCINATION,
        Finding(Verdict.PASS, "It says no, which is true."),
        Finding(Verdict.FAIL, "It says yes; the truth is no."),
    )
    assert result.on(Axis.INSTRUCTION).comparison is Comparison.B
    assert result.known_answer


@pytest.mark.parametrize("answer", ["", "  \n", "a " * LONGEST])
def test_no_answer_and_an_endless_one_are_left_to_people(answer):
    told = "Describe this picture in exactly two sentences."
    result = check("en-length-sentences", told, None, answer, "One. Two.")
    assert result.on(Axis.INSTRUCTION).a.verdict is Verdict.UNDECIDED
    assert result.on(Axis.INSTRUCTION).comparison is Comparison.UNDECIDED


def test_a_bare_yes_does_not_follow_an_instruction_by_being_short():
    told = "Describe this picture in exactly two sentences."
    result = check("en-length-sentences", told, None, "Yes.", "One. Two.")
    assert result.on(Axis.INSTRUCTION).a == Finding(Verdict.FAIL, "It only says yes or no.")


@pytest.mark.parametrize(
    ("a", "b", "comparison"),
    [
        ("pass", "fail", "a"),
        ("fail", "pass", "b"),
        ("pass", "pass", "both_good"),
        ("fail", "fail", "both_bad"),
        ("undecided", "pass", "undecided"),
        ("fail", "undecided", "undecided"),
        ("undecided", "undecided", "undecided"),
    ],
)
def test_comparisons(a, b, comparison):
    assert compare(Verdict(a), Verdict(b)) is Comparison(comparison)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("pass", "fail", {"a": True, "b": False, "both_good": False, "both_bad": False, "cant_tell": None}),
        ("fail", "pass", {"a": False, "b": True, "both_good": False, "both_bad": False, "cant_tell": None}),
        ("pass", "pass", {"a": None, "b": None, "both_good": True, "both_bad": False, "cant_tell": None}),
        ("fail", "fail", {"a": None, "b": None, "both_good": False, "both_bad": True, "cant_tell": None}),
        ("pass", "undecided", dict.fromkeys(map(str, Judgment))),
    ],
)
def test_whether_a_vote_says_what_the_checker_says(a, b, expected):
    one = AxisResult(Axis.INSTRUCTION, Finding(Verdict(a), "."), Finding(Verdict(b), "."))
    assert {judgment.value: one.expected(judgment) for judgment in Judgment} == expected
    result = CheckResult("id", "en", True, (one,))
    assert {judgment.value: result.expected(Axis.INSTRUCTION, judgment) for judgment in Judgment} == expected
    assert {result.expected(Axis.HALLUCINATION, judgment) for judgment in Judgment} == {None}


def test_a_result_survives_json():
    told = "图里有五角星吗？请先回答“有”或“没有”。"
    result = check("zh-existence-absent-shape", told, FACTS, "没有。", "有一个五角星。")
    text = result.to_json()
    assert CheckResult.from_json(text) == result
    assert "没有先" not in text
    assert json.loads(text)["axes"]["hallucination"]["comparison"] == "a"
    assert json.loads(text)["axes"]["hallucination"]["b"] == {
        "verdict": "fail",
        "why": "回答“是”，正确答案是“否”。",
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"axes": {"taste": {}}}', "[" * 100_000, '{"axes": []}'])
def test_a_broken_stored_result_says_so(text):
    with pytest.raises(ChallengeError, match="A stored check cannot be read"):
        CheckResult.from_json(text)


def test_facts_survive_json():
    for facts in (FACTS, SIGNS["zh"], SceneFacts(), SceneFacts(category="landmark", name="Eiffel Tower")):
        assert SceneFacts.read(json.loads(json.dumps(facts.record()))) == facts


@pytest.mark.parametrize(
    "record",
    [{}, {"objects": 3}, {"objects": [], "color": 1}, {"objects": [{"shape": "star"}]}]
    + [
        {"objects": [{"shape": shape, "color": "red", "row": row, "column": 0}]}
        for shape, row in (("dog", 0), ("star", 3))
    ],
)
def test_broken_facts_say_so(record):
    with pytest.raises(ChallengeError, match=r"pass what SceneFacts\.record\(\) gave\.$"):
        SceneFacts.read(record)
