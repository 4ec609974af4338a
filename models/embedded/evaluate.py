"""Measure an embedded model on fresh pictures, through the same path that answers visitors.

``python -m models.embedded.evaluate scout-3m`` prints the figures of its model card as JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable

import numpy as np
from PIL import Image

from models.embedded.curriculum import AS_JSON, DESCRIBE, TWO_SENTENCES, YES_NO
from models.embedded.reading import NUMBER_PAGES, Page, asked, name_page
from models.embedded.scenes import COLORS, MAX_OBJECTS, SHAPES, Scene, draw_scene

Answer = Callable[[Image.Image, str], str]
_PHRASE = re.compile(rf"({'|'.join(COLORS)}) ({'|'.join(SHAPES)}) at the ((?:top|middle|bottom) \w+|center)")


def yes_no_accuracy(answer: Answer, kind: str, count: int, seed: int) -> float:
    """Share of ``count`` questions about fresh scenes of 2 to 5 objects whose answer begins with the truth."""
    rng = np.random.default_rng([seed, sorted(YES_NO).index(kind)])
    right = asked = 0
    while asked < count:
        picture, scene = draw_scene(rng, int(rng.integers(2, MAX_OBJECTS + 1)))
        truth = bool(rng.random() < 0.5)
        question = YES_NO[kind](rng, scene, truth)
        if question is None:
            continue
        asked += 1
        right += answer(picture, question).strip().lower().startswith("yes" if truth else "no")
    return right / count


def reading_accuracy(answer: Answer, task: Callable[[np.random.Generator], Page], count: int, seed: int) -> float:
    """Share of ``count`` questions about fresh pictures of writing, one each, whose answer begins with the truth.

    Of wrong names three in four differ in one or two letters, of wrong numbers one in three by ten.
    """
    rng = np.random.default_rng([seed, 300])
    right = 0
    for _ in range(count):
        page, truth = task(rng), bool(rng.random() < 0.5)
        question = "".join(asked(rng, page, truth))
        right += answer(page.picture, question).strip().lower().startswith("yes" if truth else "no")
    return right / count


def description_quality(answer: Answer, count: int, seed: int) -> dict[str, float]:
    """Precision and recall of objects (color, shape and place all right) over ``count`` descriptions."""
    rng = np.random.default_rng([seed, 100])
    named = right = there = 0
    for _ in range(count):
        picture, scene = draw_scene(rng, int(rng.integers(2, MAX_OBJECTS + 1)))
        said = Counter(_PHRASE.findall(answer(picture, DESCRIBE[0])))
        truth = Counter((item.color, item.shape, item.place) for item in scene.objects)
        named, right, there = named + said.total(), right + (said & truth).total(), there + truth.total()
    return {"precision": right / max(named, 1), "recall": right / there}


def instruction_following(answer: Answer, count: int, seed: int) -> dict[str, float]:
    """Share of answers in the form that was asked for: exactly two sentences; JSON that lists the true objects."""
    rng = np.random.default_rng([seed, 200])
    two = as_json = 0
    for _ in range(count):
        picture, scene = draw_scene(rng, int(rng.integers(2, MAX_OBJECTS + 1)))
        two += len(re.findall(r"[.!?](?:\s|$)", answer(picture, TWO_SENTENCES[0]))) == 2
        as_json += _is_true_json(answer(picture, AS_JSON[0]), scene)
    return {"two_sentences": two / count, "true_json": as_json / count}


def _is_true_json(text: str, scene: Scene) -> bool:
    try:
        listed = json.loads(text)
    except json.JSONDecodeError:
        return False
    return listed == [{"color": item.color, "shape": item.shape} for item in scene.objects]


def evaluate(answer: Answer, count: int, seed: int) -> dict[str, float]:
    """All figures, each over ``count`` fresh questions (a third as many free-text ones), as shares of 1."""
    figures = {kind: yes_no_accuracy(answer, kind, count, seed) for kind in YES_NO}
    few = max(count // 3, 1)
    quality = description_quality(answer, few, seed)
    figures |= {f"description_{name}": value for name, value in quality.items()}
    figures |= instruction_following(answer, few, seed)
    tasks = {"name": name_page} | {task.__name__: task for task in NUMBER_PAGES}
    return figures | {f"reading_{name}": reading_accuracy(answer, task, count, seed) for name, task in tasks.items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.embedded.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("model", help="name of an embedded model")
    parser.add_argument("--quantization", default="none")
    parser.add_argument("--count", type=int, default=300, help="questions per kind")
    parser.add_argument("--seed", type=int, default=31337, help="other seeds than training and the shipped suite")
    options = parser.parse_args(arguments)

    from models.generation import answer
    from models.loading import load
    from models.registry import find
    from models.spec import Generation, Quantization

    loaded = load(find(options.model), Quantization.parse(options.quantization))
    settings = Generation(max_new_tokens=96)
    figures = evaluate(lambda picture, text: answer(loaded, picture, text, settings), options.count, options.seed)
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
