"""How many pictures to ask about at once, learned from what fitted into memory."""

_FITTING = 12  # batches in a row; after that a larger one is tried


class BatchSize:
    """At most `whole` pictures at once; `now` is how many next.

    What did not fit is halved. One outsized picture must not slow the rest of a run, so after some batches that fitted
    twice as many are tried again; where those do not fit either, the next try waits twice as long.
    """

    def __init__(self, whole: int) -> None:
        self.now = self._whole = whole
        self._tried = 0  # the size that is being tried again
        self._needed, self._fitting = _FITTING, 0

    def fitted(self, pictures: int) -> None:
        """A batch of so many was answered."""
        if pictures > self.now:  # the half of a batch that was cut for another picture's sake
            self.now, self._fitting = pictures, 0
        elif pictures == self.now < self._whole:
            self._fitting += 1
            if self._fitting >= self._needed:
                self.now = self._tried = min(self._whole, 2 * self.now)
                self._fitting = 0

    def too_large(self, pictures: int) -> None:
        """A batch of so many (two or more) did not fit into memory."""
        if self._tried and pictures >= self._tried:
            self._tried, self._needed = 0, 2 * self._needed
        self.now, self._fitting = max(1, min(self.now, pictures // 2)), 0
