"""How often chance alone gives a change at least as large: permutation tests, and a correction for many at once."""

from collections.abc import Sequence

import numpy as np

_STEP = 50  # points: every difference between two images' points is a multiple
_NEARLY = 1e-9  # points: sums of the same terms in another order


def paired_p(changes: Sequence[np.ndarray], rng: np.random.Generator, permutations: int) -> float:
    """Two-sided p of the sum of mean changes; `changes` has one array of the images' changes for each subtask.

    If the runs were equally good, each image's change could as well have the other sign. Exact for one subtask and
    for few changed images; otherwise from `permutations` random draws of the signs.
    """
    moved = [np.abs(change[change != 0]) for change in changes]
    if not any(len(part) for part in moved):
        return 1.0
    if len(changes) == 1:
        return _one_subtask(np.rint(moved[0] / _STEP).astype(int), abs(round(float(changes[0].sum()) / _STEP)))
    seen = abs(sum(float(change.sum()) / len(change) for change in changes))
    sizes = np.concatenate([part / len(change) for part, change in zip(moved, changes, strict=True)])
    if 2 ** len(sizes) <= permutations:
        signs = 1 - 2 * ((np.arange(2 ** len(sizes))[:, None] >> np.arange(len(sizes))) & 1)  # (draws, images)
        return float(np.mean(np.abs(signs @ sizes) >= seen - _NEARLY))
    sizes, counts = np.unique(sizes, return_counts=True)  # images that changed by the same amount are drawn together
    sums = (2 * rng.binomial(counts, 0.5, size=(permutations, len(counts))) - counts) @ sizes
    return float((1 + np.count_nonzero(np.abs(sums) >= seen - _NEARLY)) / (1 + permutations))


def unpaired_p(
    first: Sequence[np.ndarray], second: Sequence[np.ndarray], rng: np.random.Generator, permutations: int
) -> float:
    """Two-sided p of the difference of summed means, images of a subtask dealt anew to the two runs.

    Each array holds, for one subtask, how many images had 0, 50 and 200 points.
    """
    values = np.array([0.0, 50.0, 200.0])
    seen, sums = 0.0, np.zeros(permutations)
    for one, other in zip(first, second, strict=True):
        n, m = int(one.sum()), int(other.sum())
        seen += float(one @ values) / n - float(other @ values) / m
        pooled = one + other
        dealt = rng.multivariate_hypergeometric(pooled, n, size=permutations, method="marginals")  # (draws, 3)
        sums += dealt @ values / n - (pooled - dealt) @ values / m
    return float((1 + np.count_nonzero(np.abs(sums) >= abs(seen) - _NEARLY)) / (1 + permutations))


def holm(p_values: Sequence[float]) -> list[float]:
    """p corrected for looking at all of them (Holm, Scandinavian Journal of Statistics 6, 1979), in the given order."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, highest = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected


def _one_subtask(steps: np.ndarray, seen: int) -> float:
    """The exact share of sign patterns whose sum is at least `seen`, either way; all in steps of 50 points."""
    chances = np.ones(1)
    for size in steps:
        both = np.zeros(2 * size + 1)
        both[0] = both[-1] = 0.5
        chances = np.convolve(chances, both)  # over the sums -reach..reach
    reach = len(chances) // 2
    return min(1.0, float(chances[np.abs(np.arange(-reach, reach + 1)) >= seen].sum()))
