"""Questions with a known truth about a drawn scene, and true descriptions of it. No torch in this file.

Every yes/no function takes the truth that is wanted and returns the question, or None where the scene allows none.
"""

from __future__ import annotations

import numpy as np

from models.embedded.scenes import COLORS, MAX_OBJECTS, SHAPES, Scene, SceneObject

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six")
PLEASE = "Please answer yes or no."
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
PHRASE = {"left": "on the left of", "right": "on the right of", "above": "above", "below": "below"}


def plural(shape: str) -> str:
    """ "crosses" for "cross", otherwise an s."""
    return shape + ("es" if shape.endswith("s") else "s")


def article(word: str) -> str:
    """ "an" before a vowel, otherwise "a"."""
    return "an" if word[0] in "aeiou" else "a"


def existence_question(rng: np.random.Generator, scene: Scene, truth: bool) -> str | None:
    """Ask for a shape that is there, or for one that is not."""
    present = scene.shapes()
    pool = [shape for shape in SHAPES if (shape in present) == truth]
    return f"Is there a {_pick(rng, pool)} in this image? {PLEASE}" if pool else None


def count_question(rng: np.random.Generator, scene: Scene, truth: bool) -> str | None:
    """Ask for the number of all objects or of one shape; a wrong number is 1 to 5 too."""
    if rng.random() < 0.5:
        noun, number = "object", len(scene.objects)
    else:
        noun = _pick(rng, sorted(scene.shapes()))
        number = sum(item.shape == noun for item in scene.objects)
    if not truth:
        number = _pick(rng, [other for other in range(1, MAX_OBJECTS + 1) if other != number])
    if number == 1:
        return f"Is there only one {noun} in this image? {PLEASE}"
    return f"Are there {NUMBERS[number]} {plural(noun)} in this image? {PLEASE}"


def color_question(rng: np.random.Generator, scene: Scene, truth: bool) -> str | None:
    """Ask for the color of a shape that occurs once; a wrong color often belongs to another object."""
    candidates = scene.unique("shape")
    if not candidates:
        return None
    target = _pick(rng, candidates)
    color = target.color
    if not truth:
        others = [item.color for item in scene.objects if item.color != target.color]
        elsewhere = [other for other in COLORS if other != target.color]
        color = _pick(rng, others if others and rng.random() < 0.6 else elsewhere)
    return f"Is the {target.shape} {color}? {PLEASE}"


def position_question(rng: np.random.Generator, scene: Scene, truth: bool) -> str | None:
    """Ask how two shapes that occur once each stand to each other."""
    candidates = scene.unique("shape")
    if len(candidates) < 2:
        return None
    first, second = (candidates[index] for index in rng.permutation(len(candidates))[:2])
    relation = _pick(rng, relations(first, second))
    return relation_question(first, second, relation if truth else OPPOSITE[relation])


def relation_question(first: SceneObject, second: SceneObject, relation: str) -> str:
    """Ask whether ``first`` stands in ``relation`` to ``second``."""
    return f"Is the {first.shape} {PHRASE[relation]} the {second.shape}? {PLEASE}"


def relations(first: SceneObject, second: SceneObject) -> list[str]:
    """How ``first`` stands to ``second`` by their grid cells: one or two of left, right, above, below."""
    found = []
    if first.column != second.column:
        found.append("left" if first.column < second.column else "right")
    if first.row != second.row:
        found.append("above" if first.row < second.row else "below")
    return found


def describe(scene: Scene) -> str:
    """A true description: "A red circle at the top left, a blue star at the center."."""
    parts = [f"{article(item.color)} {item.color} {item.shape} at the {item.place}" for item in scene.objects]
    return "A" + ", ".join(parts)[1:] + "."


def listing(scene: Scene) -> str:
    """Colors and shapes only: "red circle, blue star"."""
    return ", ".join(f"{item.color} {item.shape}" for item in scene.objects)


def two_sentences(scene: Scene) -> str:
    """The number of objects in one sentence, the description in a second one."""
    number = len(scene.objects)
    opening = "There is one object." if number == 1 else f"There are {NUMBERS[number]} objects."
    return f"{opening} {describe(scene)}"


def _pick(rng: np.random.Generator, pool: list):
    return pool[rng.integers(len(pool))]
