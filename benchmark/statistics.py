"""How sure a score is: standard errors and 95 % intervals from images, per subtask and for the totals.

The unit is the image, not the question: the two answers on one image stand or fall together. An image gives 0, 50 or
200 points (none, one or both right), and the mean over images is exactly acc + acc+ in percent.

The usual interval, value +- t standard errors, misses the truth far too often where it matters: on 20 images of which a
good model gets almost all right, it holds the truth in 50 to 90 % of cases instead of 95. A subtask's interval is
instead Wilson's, carried over from shares to points: all values that a score test does not reject. Computed exactly,
it covers 93 to 97.5 % on 20 to 200 images for every accuracy from 50 to 98 %. Such intervals are too lopsided to be
joined: for totals, each subtask counts as if 3 more images had been seen, half of them with no points (after Agresti
and Coull, The American Statistician 52, 1998), and the distances to the limits add in squares (Zou and Donner,
Statistics in Medicine 27, 2008). In simulations that covers 94.5 to 96 %.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from benchmark.errors import StatisticsError
from benchmark.parsing import Parser
from benchmark.scoring import Response, Scores, score
from benchmark.subtasks import SUBTASK_MAXIMUM, Group, in_group

IMAGE_POINTS = (0, 50, 200)
"""Points of an image by how many of its two questions were answered right: none, one, both."""

Z_95 = NormalDist().inv_cdf(0.975)
_IMAGINED = 3.0  # images added to each subtask for the interval of a total, half with 0 points and half with 200
_HARDLY = 1e-9  # images: what the score test may move to the ends of the scale when none was seen there


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


@dataclass(frozen=True)
class Share:
    """`count` of `of` answers, with a 95 % interval; `value`, `low` and `high` are from 0 to 1."""

    count: int
    of: int
    value: float
    low: float
    high: float


def subtask_estimate(scores: Sequence[float]) -> Estimate:
    """The mean of the images' points. Raises StatisticsError for no images, or points that are not 0, 50 or 200."""
    points = list(scores)
    counts = [points.count(allowed) for allowed in IMAGE_POINTS]
    if sum(counts) != len(points):
        strange = next(value for value in points if value not in IMAGE_POINTS)
        raise StatisticsError(f"an image has {strange} points; allowed are 0, 50 and 200 (none, one or both right)")
    return _estimate(*counts)


def total_estimate(estimates: Iterable[Estimate]) -> Estimate:
    """The sum of subtasks: each is a sample of its own, so squared errors add up. Raises StatisticsError for none."""
    parts = list(estimates)
    if not parts:
        raise StatisticsError("there is no subtask to add up; give at least one")
    value = 0.0
    for part in parts:  # not sum(): from Python 3.12 on it rounds differently from the official tool
        value += part.value
    if len(parts) == 1:
        return parts[0]
    error = root_of_squares([part.error for part in parts])
    low, high = joined_interval(value, [(part.value, *interval_to_join(part)) for part in parts])
    return Estimate(value, error, low, high, sum(part.images for part in parts))


def score_estimates(scores: Scores) -> dict[str, Estimate]:
    """The subtasks that have whole images, in the official order, then perception and cognition where present."""
    found = {
        name: _estimate(s.images - s.correct + s.both_correct, s.correct - 2 * s.both_correct, s.both_correct)
        for name, s in scores.subtasks.items()
    }
    return with_totals(found)


def run_estimates(responses: Iterable[Response], parser: str | Parser = Parser.OFFICIAL) -> dict[str, Estimate]:
    """`score_estimates` from raw responses."""
    return score_estimates(score(responses, parser))


def with_totals(subtasks: dict[str, Estimate]) -> dict[str, Estimate]:
    """Add perception and cognition, as far as their subtasks are there."""
    totals = {}
    for group in Group:
        parts = [subtasks[subtask.name] for subtask in in_group(group) if subtask.name in subtasks]
        if parts:
            totals[group.value] = total_estimate(parts)
    return {**subtasks, **totals}


def share(count: int, of: int) -> Share:
    """A share with its 95 % interval (Wilson, Journal of the American Statistical Association 22, 1927).

    Of no answers the share is 0, and anything from 0 to 1 is possible.
    """
    if not 0 <= count <= of:
        raise StatisticsError(f"{count} of {of} is no share; the count must lie between 0 and {of}")
    if of == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    value, weight = count / of, Z_95**2 / of
    centre = (value + weight / 2) / (1 + weight)
    reach = Z_95 / (1 + weight) * math.sqrt(value * (1 - value) / of + weight / (4 * of))
    low = 0.0 if count == 0 else max(0.0, centre - reach)
    high = 1.0 if count == of else min(1.0, centre + reach)
    return Share(count, of, value, low, high)


def mean_interval(
    total: float, squares: float, images: int, centre: float, reach: float, imagined: float
) -> tuple[float, float]:
    """(low, high) of a mean over images, 95 %, as if `imagined` more images lay half at centre - reach, half at
    centre + reach. `total` and `squares` are the sums of the images' values and of their squares."""
    many = images + imagined
    mean = (total + imagined * centre) / many
    variance = (squares + imagined * (centre**2 + reach**2)) / many - mean**2
    margin = Z_95 * math.sqrt(max(0.0, variance) / many)
    return min(mean - margin, total / images), max(mean + margin, total / images)


def interval_to_join(estimate: Estimate) -> tuple[float, float]:
    """The interval of a subtask as it counts in a total, from its value and error alone: (low, high)."""
    value, n, half = estimate.value, estimate.images, SUBTASK_MAXIMUM / 2
    squares = n * value**2 + (estimate.error or 0.0) ** 2 * n * (n - 1)
    low, high = mean_interval(value * n, squares, n, half, half, _IMAGINED)
    return max(0.0, low), min(float(SUBTASK_MAXIMUM), high)


def joined_interval(value: float, parts: Iterable[tuple[float, float, float]]) -> tuple[float, float]:
    """(low, high) of a sum from the (value, low, high) of independent parts: distances to the limits add in squares."""
    parts = list(parts)
    below = math.sqrt(math.fsum((middle - low) ** 2 for middle, low, _ in parts))
    above = math.sqrt(math.fsum((high - middle) ** 2 for middle, _, high in parts))
    return value - below, value + above


def root_of_squares(errors: Sequence[float | None]) -> float | None:
    """The standard error of a sum of independent parts; None when one of theirs is not known."""
    known = [error for error in errors if error is not None]
    return math.sqrt(math.fsum(error**2 for error in known)) if len(known) == len(errors) else None


def standard_error(total: float, squares: float, images: int) -> float | None:
    """Of a mean over images, from the sums of their values and squares; None for a single image."""
    if images < 2:
        return None
    return math.sqrt(max(0.0, squares - total**2 / images) / (images - 1) / images)


@lru_cache(maxsize=4096)
def _estimate(none: int, one: int, both: int) -> Estimate:
    """From how many images had none, one and both of their answers right."""
    images = none + one + both
    if images == 0:
        raise StatisticsError("there is no image with both answers; answer at least one")
    value = (one + 2 * both) / (2 * images) * 100 + both / images * 100  # as the score is: equal to the last digit
    total = float(IMAGE_POINTS[1] * one + IMAGE_POINTS[2] * both)
    error = standard_error(total, float(IMAGE_POINTS[1] ** 2 * one + IMAGE_POINTS[2] ** 2 * both), images)
    low = 0.0 if none == images else min(value, _limit(none, one, both, -1))
    high = float(SUBTASK_MAXIMUM) if both == images else max(value, _limit(none, one, both, 1))
    return Estimate(value, error, low, high, images)


def _limit(none: int, one: int, both: int, side: int) -> float:
    """The lowest (`side` -1) or highest (+1) mean that a score test at 5 % does not reject, in points.

    The most likely chances with a given mean are proportional to count / (1 + (points / 200) * (tilt - 1)); `tilt`
    runs from 1 (the mean that was seen) to the end of the scale. Found by bisection of its logarithm.
    """
    images = none + one + both
    part = IMAGE_POINTS[1] / SUBTASK_MAXIMUM  # of the scale: an image with one right answer
    seen = (part * one + both) / images
    inside, outside = 0.0, 40.0
    for _ in range(44):
        middle = (inside + outside) / 2
        tilt = math.exp(-side * middle)
        weights = (none + _HARDLY, one / (1 + part * (tilt - 1)), (both + _HARDLY) / tilt)
        whole = weights[0] + weights[1] + weights[2]
        mean = (part * weights[1] + weights[2]) / whole
        variance = (part**2 * weights[1] + weights[2]) / whole - mean**2
        if (seen - mean) ** 2 * images < Z_95**2 * variance:
            inside = middle
        else:
            outside = middle
    return mean * SUBTASK_MAXIMUM
