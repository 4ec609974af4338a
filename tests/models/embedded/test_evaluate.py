import json
import re

import numpy as np
import pytest

from models.embedded import evaluate, questions, reading
from models.embedded.curriculum import AS_JSON, TWO_SENTENCES
from models.embedded.scenes import draw_scene


class Oracle:
    """Knows the next scene because it draws the same ones; says it all, or always the same."""

    def __init__(self, monkeypatch):
        def remembered(*arguments):
            picture, self.scene = draw_scene(*arguments)
            return picture, self.scene

        monkeypatch.setattr(evaluate, "draw_scene", remembered)

    def __call__(self, _picture, instruction):
        if instruction in AS_JSON:
            return json.dumps([{"color": item.color, "shape": item.shape} for item in self.scene.objects])
        if instruction in TWO_SENTENCES:
            return questions.two_sentences(self.scene)
        return questions.describe(self.scene)


def test_a_perfect_describer_scores_one(monkeypatch):
    oracle = Oracle(monkeypatch)
    assert evaluate.description_quality(oracle, 20, 1) == {"precision": 1.0, "recall": 1.0}
    assert evaluate.instruction_following(oracle, 20, 1) == {"two_sentences": 1.0, "true_json": 1.0}


def test_an_invented_object_costs_precision_and_a_lost_one_recall(monkeypatch):
    oracle = Oracle(monkeypatch)

    def wrong(picture, instruction):
        return re.sub(r"^An? \w+ \w+ at the [a-z ]+", "A pink cow at the moon", oracle(picture, instruction))

    lost = evaluate.description_quality(wrong, 40, 1)
    assert lost["precision"] == 1.0 and 0.6 < lost["recall"] < 0.8

    def doubled(picture, instruction):
        said = oracle(picture, instruction)
        return said + " " + said

    assert evaluate.description_quality(doubled, 20, 1) == {"precision": 0.5, "recall": 1.0}


@pytest.mark.parametrize("kind", sorted(evaluate.YES_NO))
def test_always_yes_is_right_about_half_the_time(kind):
    assert evaluate.yes_no_accuracy(lambda *_: " Yes, indeed", kind, 200, 3) == pytest.approx(0.5, abs=0.1)
    assert evaluate.yes_no_accuracy(lambda *_: "perhaps", kind, 50, 3) == 0


def test_prose_is_neither_json_nor_two_sentences():
    said = evaluate.instruction_following(lambda *_: "A circle. A star. A ring.", 5, 1)
    assert said == {"two_sentences": 0.0, "true_json": 0.0}
    rng = np.random.default_rng(0)
    assert not evaluate._is_true_json("[]", draw_scene(rng, 2)[1])


def test_who_reads_names_is_right_and_who_guesses_is_not():
    def remembered(*arguments):
        nonlocal shown
        shown = draw(*arguments)
        return shown

    shown, draw = None, reading.name_page
    reader = evaluate.reading_accuracy(
        lambda _, question: "yes" if f'"{shown.name}"' in question else "no", remembered, 30, 1
    )
    assert reader == 1.0
    assert evaluate.reading_accuracy(lambda *_: "Yes.", reading.dice, 200, 3) == pytest.approx(0.5, abs=0.1)
    assert evaluate.reading_accuracy(lambda *_: "", reading.addition, 5, 3) == 0


def test_a_model_is_measured_in_all_it_may_have_learned():
    figures = evaluate.evaluate(lambda *_: "No", 6, 1)
    assert {"existence", "true_json", "reading_name", "reading_addition", "reading_dice"} <= set(figures)
    assert all(0 <= share <= 1 for share in figures.values())
