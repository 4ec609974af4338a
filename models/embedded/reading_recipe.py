"""How long a model is taught to read, and how its lessons and its rate go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.embedded import train

VISION_RATE, LANGUAGE_RATE = 3e-3, 1.2e-3


@dataclass(frozen=True)
class ReadingRecipe:
    """How a model goes on: the recipe it continues, and how long."""

    base: train.Recipe
    seed: int
    vision_steps: int
    language_steps: int
    compare_from: float = 0.125  # share of the language steps after which whole names and sums are asked

    @property
    def name(self) -> str:
        return self.base.name


RECIPES = {"scout-3m": ReadingRecipe(train.RECIPES["scout-3m"], 202, vision_steps=12000, language_steps=5400)}


def freedom(done: float) -> tuple[float, float]:
    """Of the vision phase: the share of writing as it is met, and how many pixels the other letters are off the grid.

    Letters in one place are learned almost at once; from there the tower learns them everywhere. When it sees free
    writing from the start, it tells no letter from another for hundreds of steps.
    """
    return float(np.clip((done - 0.015) / 0.06, 0, 0.85)), float(np.clip((done - 0.005) / 0.03, 0, 1)) * 8


def learning_rate(phase: str, step: int, recipe: ReadingRecipe) -> float:
    """A short rise, then constant, the tower's until 25 % and the rest's until 60 %, then along a cosine to 2 %."""
    rate, steps, constant = LANGUAGE_RATE, recipe.language_steps, 0.6
    if phase == "vision":
        rate, steps, constant = VISION_RATE, recipe.vision_steps, 0.25
    done = step / steps
    falling = 1.0 if done < constant else 0.02 + 0.49 * (1 + math.cos(math.pi * (done - constant) / (1 - constant)))
    return rate * min(1, (step + 1) / 60) * falling
