import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedded import questions
from models.embedded.scenes import COLORS, GRID, RGB, SHAPES, Scene, SceneObject, draw_scene

YES_NO = (
    questions.existence_question,
    questions.count_question,
    questions.color_question,
    questions.position_question,
)
SCENE = Scene(
    (
        SceneObject("circle", "red", 0, 0),
        SceneObject("star", "orange", 1, 1),
        SceneObject("star", "blue", 2, 2),
    )
)


def test_the_same_seed_draws_the_same_picture():
    first, scene = draw_scene(np.random.default_rng(7), 4, 192)
    second, again = draw_scene(np.random.default_rng(7), 4, 192)
    assert first.tobytes() == second.tobytes() and scene == again
    assert first.size == (192, 192) and first.mode == "RGB"


@pytest.mark.parametrize("count", [0, 6, -1])
def test_a_count_outside_one_to_five_is_refused(count):
    with pytest.raises(ValueError, match=f"1 to 5 objects, not {count}"):
        draw_scene(np.random.default_rng(0), count)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_every_object_is_where_the_scene_says(seed, count):
    picture, scene = draw_scene(np.random.default_rng(seed), count, GRID)
    pixels = np.asarray(picture).astype(int)
    assert len(scene.objects) == count == len({(item.row, item.column) for item in scene.objects})
    assert list(scene.objects) == sorted(scene.objects, key=lambda item: (item.row, item.column))
    for item in scene.objects:
        cell = pixels[item.row * 32 : item.row * 32 + 32, item.column * 32 : item.column * 32 + 32]
        near = np.abs(cell - np.array(RGB[item.color])).max(axis=-1) <= 20
        assert near.sum() > 80, item


def test_words_for_places():
    assert [item.place for item in SCENE.objects] == ["top left", "center", "bottom right"]
    assert SceneObject("ring", "red", 1, 2).place == "middle right"


def test_descriptions_are_worded_as_people_would():
    assert questions.describe(SCENE) == (
        "A red circle at the top left, an orange star at the center, a blue star at the bottom right."
    )
    assert questions.listing(SCENE) == "red circle, orange star, blue star"
    assert questions.two_sentences(SCENE).startswith("There are three objects. A red circle")
    assert questions.two_sentences(Scene(SCENE.objects[:1])).startswith("There is one object. A red")
    assert [questions.plural(shape) for shape in ("cross", "ring")] == ["crosses", "rings"]


def truth_of(question: str, scene: Scene) -> bool:
    """What a person who sees the scene would answer, worked out from the question's words alone."""
    words = question.removesuffix(" Please answer yes or no.").rstrip("?").lower().split()
    if words[:3] == ["is", "there", "a"]:
        return words[3] in scene.shapes()
    if words[:2] == ["is", "there"] or words[:2] == ["are", "there"]:
        number = 1 if words[2] == "only" else questions.NUMBERS.index(words[2])
        noun = words[4] if words[2] == "only" else words[3]
        count = sum(noun in ("object", "objects", item.shape, questions.plural(item.shape)) for item in scene.objects)
        return count == number
    found = {item.shape: item for item in scene.unique("shape")}
    if words[-1] in COLORS:
        return found[words[2]].color == words[-1]
    first, second = found[words[2]], found[words[-1]]
    return {
        "left": first.column < second.column,
        "right": first.column > second.column,
        "above": first.row < second.row,
        "below": first.row > second.row,
    }[next(word for word in words if word in ("left", "right", "above", "below"))]


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.booleans(), st.sampled_from(YES_NO))
@settings(max_examples=300, deadline=None)
def test_every_question_has_the_truth_that_was_asked_for(seed, count, truth, ask):
    rng = np.random.default_rng(seed)
    _, scene = draw_scene(rng, count, GRID)
    question = ask(rng, scene, truth)
    if question is None:
        few = len(scene.unique("shape")) < (2 if ask is questions.position_question else 1)
        assert few or (ask is questions.existence_question and not truth and scene.shapes() == set(SHAPES))
    else:
        assert question.endswith("? Please answer yes or no.")
        assert truth_of(question, scene) is truth
