"""What a rating cannot rest on: models that the games leave undetermined, found from the counts and said."""

from enum import StrEnum

import numpy as np

from arena.counts import FIRST, SECOND, TIE, Counts


class Note(StrEnum):
    """Why a rating is held by the virtual games against the prior, not by votes alone; the first that applies."""

    NONE = ""
    UNSEEN = "no votes yet"
    DISCONNECTED = "never compared with most other models, not even through others"
    UNDEFEATED = "has never lost"
    WINLESS = "has never won"
    ONLY_TIES = "has only tied"
    SEPARATED = "its games against the others all went one way"


def notes(counts: Counts) -> tuple[Note, ...]:
    """One note per model.

    DISCONNECTED models are not joined to the largest group (the one with most games) by any chain of games. SEPARATED
    ones are, but not by chains in which each beat or tied the next, both ways, so their distance from the others has
    no finite estimate without the prior (Ford, 1957).
    """
    n = len(counts.models)
    judged = counts.judged
    wins, ties, losses = records(counts)
    first, second = counts.index.T
    held = np.eye(n, dtype=bool)  # [i, j]: i beat or tied j
    held[first, second] |= counts.games[:, [FIRST, TIE]].sum(axis=1) > 0
    held[second, first] |= counts.games[:, [SECOND, TIE]].sum(axis=1) > 0
    games = wins + ties + losses
    joined = _largest(_reach(held | held.T), games)
    reach = _reach(held)
    mutual = _largest(reach & reach.T, games)
    found = [
        (~judged, Note.UNSEEN),
        (~joined, Note.DISCONNECTED),
        ((losses == 0) & (wins > 0), Note.UNDEFEATED),
        ((wins == 0) & (losses > 0), Note.WINLESS),
        ((wins == 0) & (losses == 0), Note.ONLY_TIES),
        (~mutual, Note.SEPARATED),
    ]
    return tuple(next((note for holds, note in found if holds[model]), Note.NONE) for model in range(n))


def records(counts: Counts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real wins, ties and losses by model, each of shape (models,)."""
    wins, ties, losses = np.zeros((3, len(counts.models)))
    first, second = counts.index.T
    for sides, won, lost in ((first, FIRST, SECOND), (second, SECOND, FIRST)):
        np.add.at(wins, sides, counts.games[:, won])
        np.add.at(losses, sides, counts.games[:, lost])
        np.add.at(ties, sides, counts.games[:, TIE])
    return wins, ties, losses


def _reach(steps: np.ndarray) -> np.ndarray:
    """[i, j]: j can be reached from i by any number of steps; steps holds the diagonal."""
    while True:
        further = (steps.astype(np.float32) @ steps.astype(np.float32)) > 0
        if (further == steps).all():
            return steps
        steps = further


def _largest(together: np.ndarray, games: np.ndarray) -> np.ndarray:
    """Which models are in the class of the equivalence `together` whose models have most games between them."""
    if not len(games):
        return np.zeros(0, dtype=bool)
    return together[np.argmax(together @ games)]
