"""Answers made on the spot: images of which none, one or both questions are answered right."""

import numpy as np

from benchmark.parsing import Verdict
from benchmark.scoring import Response

RIGHT = {Verdict.YES: "Yes", Verdict.NO: "No"}
WRONG = {Verdict.YES: "No", Verdict.NO: "Yes"}


def image(subtask: str, name: str, yes: str, no: str, swapped: bool = False) -> list[Response]:
    """What is said to the question that is true and to the one that is not, asked in this order unless `swapped`."""
    asked = [("Is it?", Verdict.YES, yes), ("Is it not?", Verdict.NO, no)]
    if swapped:
        asked.reverse()
    return [Response(subtask, name, number, *question) for number, question in enumerate(asked, start=1)]


def of_points(subtask: str, points: list[int], first: int = 0) -> list[Response]:
    """One image for each of the points 0, 50 or 200."""
    found = []
    for number, value in enumerate(points, start=first):
        yes = RIGHT[Verdict.YES] if value else WRONG[Verdict.YES]
        no = RIGHT[Verdict.NO] if value == 200 else WRONG[Verdict.NO]
        found += image(subtask, f"{number:03}.png", yes, no)
    return found


def drawn(rng: np.random.Generator, subtask: str, images: int, chances: tuple[float, float, float]) -> list[Response]:
    """Images that have 0, 50 and 200 points with these chances."""
    return of_points(subtask, rng.choice([0, 50, 200], size=images, p=chances).tolist())
