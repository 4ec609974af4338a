"""How sure a score is: standard errors and 95 % intervals from images, per subtask and for the totals.

The unit is the image, not the question: the two answers on one image stand or fall together. An image gives 0, 50 or
200 points (none, one or both right), and the mean over images is exactly acc + acc+ in percent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmark.parsing import Parser
from benchmark.scoring import Response

IMAGE_POINTS = (0, 50, 200)
"""Points of an image by how many of its two questions were answered right: none, one, both."""


@dataclass(frozen=True)
class Estimate:
    """A score and how sure it is. `value`, `error`, `low` and `high` are points.

    `error` is one standard error, None when a subtask has a single image; `low` and `high` bound a 95 % interval.
    """

    value: float
    error: float | None
    low: float
    high: float
    images: int


def subtask_estimate(scores: Sequence[float]) -> Estimate:
    """The mean of the images' points. Raises StatisticsError for no images, or points that are not 0, 50 or 200."""
    raise NotImplementedError


def total_estimate(estimates: Iterable[Estimate]) -> Estimate:
    """The sum of subtasks: each is a sample of its own, so squared errors add up. Raises StatisticsError for none."""
    raise NotImplementedError


def image_scores(responses: Iterable[Response], parser: str | Parser = Parser.OFFICIAL) -> dict[str, dict[str, int]]:
    """Subtask -> image -> points, for images with both answers; subtasks in the official order."""
    raise NotImplementedError


def run_estimates(responses: Iterable[Response], parser: str | Parser = Parser.OFFICIAL) -> dict[str, Estimate]:
    """The subtasks that have whole images, in the official order, then perception and cognition where present."""
    raise NotImplementedError
